// Publish a benchmark from a file: the file is the body, the policy stands in the address.

import { at } from "./address.js";
import { dropZone, kindOf, lineFinder, make, post, refusal, show, size, travelling } from "./upload.js";

const form = document.querySelector("#publish");
const outcome = form.querySelector(".outcome");
const chosen = form.querySelector(".chosen");
const button = form.querySelector("button[type=submit]");
const JSON_TOO = { json: "application/json" };
const POLICY = [
  "slug", "title", "matcher", "tolerance", "mode", "visibility", "default_target", "default_mode",
  "ranked_attempt", "missing_limit", "description", "source",
];
const QUOTA = ["quota_total", "quota_per_day"];

dropZone(form.querySelector(".drop"), form.elements.file, (file) => {
  outcome.replaceChildren();
  chosen.hidden = !file;
  if (file) chosen.replaceChildren(make("b", {}, file.name), ` · ${size(file.size)}`);
});

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const file = form.elements.file.files[0];
  const kind = file && kindOf(file, JSON_TOO);
  if (file && !kind) {
    show(outcome, refusal({ status: 0, body: { detail: "That kind of file is not read here." } },
      String, "Choose a .jsonl, .csv or .json file. Nothing was sent."));
    return;
  }
  const whole = kind?.type === "application/json";
  if (!fit(whole ? ["file"] : ["file", "slug", "default_target", "missing_limit", ...QUOTA])) return;
  button.disabled = true;
  try {
    let sent = null;
    const panel = travelling(file.name, () => sent?.cancel());
    sent = post(address(whole), file, headersOf(kind), panel.progress);
    show(outcome, panel.panel);
    const reply = await sent.done;
    show(outcome, reply.status === 201
      ? published(reply.body)
      : refusal(reply, await lineFinder(file, kind), "Nothing was published. Change it and publish again."));
  } catch (error) {
    show(outcome, refusal({ status: 0, body: { detail: error.message } }, String,
      "Look at the overview: it was published whole, or not at all."));
  } finally {
    button.disabled = false;
  }
});

function headersOf(kind) {
  const headers = {
    Accept: "application/json", "Content-Type": kind.type, "X-Form-Token": form.dataset.token,
  };
  if (kind.zipped) headers["Content-Encoding"] = "gzip";
  return headers;
}

/** A JSON document states its own policy; for rows alone it comes from the form. */
function address(whole) {
  const where = new URL(at("/desk/benchmarks"), location.origin);
  if (whole) return where;
  for (const name of POLICY) {
    const value = form.elements[name].value.trim();
    if (value) where.searchParams.set(name, value);
  }
  const quota = QUOTA.map((name) => [name.replace("quota_", ""), form.elements[name].value.trim()])
    .filter(([, value]) => value).map(([name, value]) => [name, Number(value)]);
  if (quota.length) where.searchParams.set("quota", JSON.stringify(Object.fromEntries(quota)));
  for (const phrase of form.elements.phrases.value.split("\n")) {
    if (phrase.trim()) where.searchParams.append("abstention_phrases", phrase.trim());
  }
  return where;
}

function fit(names) {
  for (const name of names) {
    const field = form.elements[name];
    field.toggleAttribute("aria-invalid", false);
    if (!field.checkValidity()) {
      field.setAttribute("aria-invalid", "true");
      field.reportValidity();
      return false;
    }
  }
  return true;
}

function published(body) {
  const hidden = body.visibility === "private";
  return make(
    "section", { class: "notice good" },
    make("h3", {}, `${body.title} is published${hidden ? " privately" : ""}`),
    make("p", {}, `${body.n_items.toLocaleString("en")} ${body.n_items === 1 ? "question" : "questions"}; the board is empty until the first submission.`),
    ...doubts(body.warnings),
    make("p", { class: "actions" },
      make("a", { class: "button", href: body.address }, "See the board"), " ",
      hidden
        ? make("a", { class: "button quiet", href: at(`/desk/benchmarks/${body.slug}#change`) }, "Make it public")
        : make("a", { class: "button quiet", href: `${body.address}/about` }, "How to submit")),
  );
}

/** What may be meant otherwise in the answer key. */
function doubts(warnings) {
  if (!warnings.length) return [];
  const shown = warnings.slice(0, 10);
  const rest = warnings.length - shown.length;
  return [
    make("p", {}, "Please look at these once more; they were published as they are:"),
    make("ul", {}, ...shown.map((one) => make("li", {}, make("b", {}, one.item), ` ${one.detail}`)),
      ...(rest ? [make("li", {}, `and ${rest}${warnings.length === 100 ? " or more" : ""} others`)] : [])),
  ];
}
