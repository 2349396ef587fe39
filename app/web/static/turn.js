// The dial of a report or a comparison. While it turns, target, price and the charts' pills follow;
// when it rests, the page is fetched at that target and its live part replaced. Without this script
// the dial is a form.

const form = document.querySelector("[data-turn]");
const input = form?.querySelector("input[type=range]");

function minus(text) { return `\u2212${text}`; }

function follow(t) {
  document.querySelector("[data-shown]").textContent = t.toFixed(2);
  document.querySelector("[data-price]").textContent = t === 0 ? "0" : minus((t / (1 - t)).toFixed(2));
  document.querySelector("[data-pays]").textContent = t === 0
    ? "A wrong answer costs nothing, so guessing always pays."
    : `Answering pays only when you are more than ${Math.round(t * 100)} % sure.`;
  input.setAttribute("aria-valuetext", t === 0
    ? "0, binary grading, a wrong answer costs nothing"
    : `${t.toFixed(2)}, a wrong answer costs ${(t / (1 - t)).toFixed(2)}`);
  for (const pill of document.querySelectorAll("[data-plot] .at-target")) {
    const [left, , right, , low, high] = pill.closest("[data-plot]").dataset.plot.split(" ").map(Number);
    const share = Math.min(Math.max((t - low) / (high - low), 0), 1);
    pill.setAttribute("transform", `translate(${(left + share * (right - left)).toFixed(1)} 0)`);
    pill.querySelector(".pill-text").textContent = `t = ${t.toFixed(2)}`;
  }
}

function address() {
  return `${form.action}?${new URLSearchParams(new FormData(form))}`;
}

let asked = 0;
async function settle() {
  const turn = (asked += 1);
  const url = address();
  const reply = await fetch(url, { headers: { Accept: "text/html" } });
  if (!reply.ok) { location.assign(url); return; }
  const fresh = new DOMParser().parseFromString(await reply.text(), "text/html");
  if (turn !== asked) return;
  const opened = [...document.querySelectorAll("[data-live] details")].map((one) => one.open);
  document.querySelector("[data-live]").replaceChildren(...fresh.querySelector("[data-live]").childNodes);
  document.querySelectorAll("[data-live] details").forEach((one, at) => { one.open = opened[at] ?? false; });
  document.querySelector(".dial .switches").replaceWith(fresh.querySelector(".dial .switches"));
  input.classList.remove("idle");
  history.replaceState(null, "", url);
}

if (input) {
  let rest = 0;
  input.addEventListener("input", () => {
    follow(Number(input.value));
    clearTimeout(rest);
    rest = setTimeout(settle, 250);
  });
  // Dragging across a chart with t on its axis turns the dial too.
  let held = null;
  const drag = (event) => {
    const box = held.getBoundingClientRect();
    const x = (event.clientX - box.left) / box.width * held.viewBox.baseVal.width;
    const [left, , right, , low, high] = held.dataset.plot.split(" ").map(Number);
    const t = low + (x - left) / (right - left) * (high - low);
    input.value = Math.min(Math.max(t, 0), 0.99).toFixed(2);
    input.dispatchEvent(new Event("input"));
  };
  document.addEventListener("pointerdown", (event) => {
    held = event.target.closest?.("[data-live] svg[data-plot]") ?? null;
    if (held) drag(event);
  });
  document.addEventListener("pointermove", (event) => { if (held && event.buttons) drag(event); });
  document.addEventListener("pointerup", () => { held = null; });
  input.addEventListener("keydown", (event) => {
    const step = { PageUp: 0.1, PageDown: -0.1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    input.value = Math.min(Math.max(Number(input.value) + step, 0), 0.99).toFixed(2);
    input.dispatchEvent(new Event("input"));
  });
  if (!input.classList.contains("idle")) follow(Number(input.value));
}
