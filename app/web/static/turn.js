// The dial of a report or a comparison. While it turns, target, price and the charts' pills follow;
// when it rests, the page is fetched at that target and its live part replaced. Without this script
// the dial is a form.

const form = document.querySelector("[data-turn]");
const input = form?.querySelector("input[type=range]:enabled");
const slim = document.querySelector("[data-slim]");
const sliders = input ? [input, ...(slim?.querySelectorAll("input") ?? [])] : [];

function minus(text) { return `\u2212${text}`; }

function put(name, text) {
  for (const place of document.querySelectorAll(`[data-${name}], [data-slim-${name}]`)) place.textContent = text;
}

function follow(t) {
  put("shown", t.toFixed(2));
  put("price", t === 0 ? "0" : minus((t / (1 - t)).toFixed(2)));
  put("pays", t === 0
    ? "Wrong answers cost nothing: guessing always pays."
    : `Answering pays only when you are more than ${Math.round(t * 100)} % sure.`);
  for (const slider of sliders) {
    slider.value = t.toFixed(2);
    slider.setAttribute("aria-valuetext", t === 0
      ? "0, binary grading, a wrong answer costs nothing"
      : `${t.toFixed(2)}, a wrong answer costs ${(t / (1 - t)).toFixed(2)}`);
  }
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

/** Links outside of what is fetched anew keep the view's new target. */
function freshenLinks(target) {
  for (const link of document.querySelectorAll("main .head a[href*='?']")) {
    const there = new URL(link.getAttribute("href"), location.href);
    if (!there.searchParams.has("target") && !there.searchParams.has("rule")) continue;
    there.searchParams.delete("rule");
    there.searchParams.set("target", target);
    link.setAttribute("href", there.pathname + there.search);
  }
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
  for (const slider of sliders) slider.classList.remove("idle");
  history.replaceState(null, "", url);
  freshenLinks(new URL(url, location.href).searchParams.get("target"));
}

if (input) {
  let rest = 0;
  const turn = (t) => {
    follow(Math.min(Math.max(t, 0), 0.99));
    clearTimeout(rest);
    rest = setTimeout(settle, 250);
  };
  for (const slider of sliders) {
    slider.addEventListener("input", () => turn(Number(slider.value)));
    slider.addEventListener("keydown", (event) => {
      const step = { PageUp: 0.1, PageDown: -0.1 }[event.key];
      if (step === undefined) return;
      event.preventDefault();
      turn(Number(slider.value) + step);
    });
  }
  // Dragging across a chart with t on its axis turns the dial too.
  let held = null, pressed = null;
  const drag = (event) => {
    const box = held.getBoundingClientRect();
    const x = (event.clientX - box.left) / box.width * held.viewBox.baseVal.width;
    const [left, , right, , low, high] = held.dataset.plot.split(" ").map(Number);
    const t = low + (x - left) / (right - left) * (high - low);
    turn(t);
  };
  document.addEventListener("pointerdown", (event) => {
    const chart = event.target.closest?.("[data-live] svg[data-plot]") ?? null;
    // A press on a line that links is a drag once it moves, and else a click.
    pressed = event.target.closest?.("a") ? { chart, x: event.clientX } : null;
    held = pressed ? null : chart;
    if (held) drag(event);
  });
  document.addEventListener("pointermove", (event) => {
    if (pressed?.chart && event.buttons && Math.abs(event.clientX - pressed.x) > 4) held = pressed.chart;
    if (held && event.buttons) drag(event);
  });
  document.addEventListener("pointerup", () => { held = pressed = null; });
  document.addEventListener("dragstart", (event) => { if (event.target.closest?.("svg[data-plot]")) event.preventDefault(); });
  // Where the dial has scrolled away, a slim copy stays in sight.
  const card = document.querySelector(".dial");
  new IntersectionObserver(([entry]) => {
    const away = !entry.isIntersecting && entry.boundingClientRect.bottom < 0;
    if (!away && slim.contains(document.activeElement)) input.focus({ preventScroll: true });
    slim.hidden = !away;
  }).observe(card);
  // What the server says of a target between two steps stays until the dial is turned.
  const told = Number(input.getAttribute("value")) * 100;
  if (!input.classList.contains("idle") && Math.abs(told - Math.round(told)) < 1e-9) follow(Number(input.value));
}
