// Submit from the browser: the file goes to the API as it is, with the key that was pasted.

import { at } from "./address.js";
import { dropZone, kindOf, lineFinder, make, post, refusal, show, size, travelling } from "./upload.js";

const form = document.querySelector("#submission");
const outcome = document.querySelector("#outcome");
const toolLog = document.querySelector("#tool-log");
const chosen = form.querySelector(".chosen");
const button = form.querySelector("button[type=submit]");
const SAID = [
  "model", "version", "organisation", "provider", "confidence_source", "stated_target",
  "confidence_unit",
];

dropZone(form.querySelector(".drop"), form.elements.file, (file) => {
  outcome.replaceChildren();
  chosen.hidden = !file;
  toolLog.hidden = !file || kindOf(file) !== null;
  if (!file) return;
  chosen.replaceChildren(make("b", {}, file.name), ` · ${size(file.size)}`);
  document.querySelector("#push-line").textContent =
    `candor push ${shellWord(file.name)} --benchmark ${form.dataset.slug}`;
});

function shellWord(name) {
  return /^[\w./-]+$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`;
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const file = form.elements.file.files[0];
  const kind = file && kindOf(file);
  if (!fit(kind)) return;
  const address = new URL(at(`/api/v1/benchmarks/${form.dataset.slug}/submissions`), location.origin);
  for (const name of SAID) {
    const value = form.elements[name].value.trim();
    if (value) address.searchParams.set(name, value);
  }
  const headers = {
    Accept: "application/json",
    Authorization: `Bearer ${form.elements.key.value.trim()}`,
    "Content-Type": kind.type,
  };
  if (kind.zipped) headers["Content-Encoding"] = "gzip";
  button.disabled = true;
  try {
    const model = form.elements.model.value.trim();
    let sent = null;
    const panel = travelling(`${model} · ${file.name}`, () => sent?.cancel());
    sent = post(address, file, headers, panel.progress);
    show(outcome, panel.panel);
    const reply = await sent.done;
    if (reply.status === 201 || reply.status === 200) show(outcome, receipt(reply, model));
    else await refuse(reply, file, kind);
  } catch (error) {
    show(outcome, refusal({ status: 0, body: { detail: error.message } }, String,
      "If it was stored all the same, sending the same file again finds it and stores nothing twice."));
  } finally {
    button.disabled = false;
  }
});

/** Whether the form may be sent; otherwise the first thing that is missing is pointed at. */
function fit(kind) {
  for (const name of ["file", "model", "stated_target", "key"]) {
    const field = form.elements[name];
    if (!field.checkValidity()) {
      field.setAttribute("aria-invalid", "true");
      field.reportValidity();
      return false;
    }
    field.removeAttribute("aria-invalid");
  }
  if (!/^[\x21-\x7e]+$/.test(form.elements.key.value.trim())) {
    show(outcome, refusal({ status: 0, body: { detail: "That is not a key." } }, String,
      "A key begins with cdr_ and has letters and digits only. Nothing was sent."));
    return false;
  }
  return kind !== null;
}

async function refuse(reply, file, kind) {
  const panel = refusal(reply, await lineFinder(file, kind), `Nothing was stored. ${remedy(reply)}`);
  show(outcome, panel);
  panel.focus({ preventScroll: true });
}

/** What to do about a refusal: the lines, the key and the moment are different things to mend. */
function remedy({ status, body }) {
  if (status === 401 || status === 403) return "Check the key and send the file again.";
  if (status === 413 || status === 415) return "Send another file.";
  if (body?.code === "quota-exceeded") return "";
  if (status === 429 || status >= 500) return "Send the same file again in a moment.";
  return body?.errors?.length || status === 400
    ? "Change the lines and send the file again."
    : "Change what is named above and send the file again.";
}

function receipt({ status, body }, model) {
  // Scores stand under the target to nine places.
  const target = String(Math.round((body.rank_at?.target ?? form.dataset.target) * 1e9) / 1e9);
  const scores = body.scores ?? {};
  const figures = [
    ["Rank so far", body.rank === null ? "not ranked" : `${body.rank}`, `at t = ${target}`],
    ["Score", points(scores.threshold_score?.[target]?.value), `points per 100 at t = ${target}`],
    ["Binary accuracy", percent(scores.accuracy?.value), "when guessing is free"],
    ["All thresholds", points(scores.quadratic_score?.value), "points per 100"],
  ];
  const counts = Object.entries(body.counts ?? {}).filter(([, n]) => n > 0);
  const list = make("dl", { class: "figures" });
  for (const [name, value, note] of figures) {
    list.append(make("div", {}, make("dt", {}, name),
      make("dd", {}, make("span", { class: "big num" }, value), make("small", {}, note))));
  }
  return make(
    "section", { class: "card receipt", tabindex: "-1" },
    make("h3", {}, status === 201 ? `${model} is stored, graded and scored` : `${model} was stored before; nothing was stored twice`),
    list,
    counts.length ? make("p", { class: "muted" }, counts.map(([name, n]) => `${n.toLocaleString("en")} ${WORDS[name] ?? name}`).join(" · ")) : null,
    ...(body.warnings ?? []).map((warning) => make("p", { class: "error" }, warning)),
    make("p", { class: "actions" },
      make("a", { class: "button", href: at(`/submissions/${encodeURIComponent(body.id)}`) }, "See the submission"), " ",
      make("a", { class: "button quiet", href: at(`/benchmarks/${form.dataset.slug}`) }, "See the board")),
  );
}

const WORDS = {
  correct: "right", partial: "partly right", abstained: "“I don’t know”",
  missing: "without a row", ungraded: "not graded yet",
};

// The same spelling as the server's `words`.
function points(value) {
  if (value === null || value === undefined) return "–";
  const text = (Math.abs(value) * 100).toFixed(1);
  if (text === "0.0") return text;
  return (value < 0 ? "−" : "+") + text;
}

function percent(value) {
  return value === null || value === undefined ? "–" : `${(value * 100).toFixed(1)} %`;
}
