// Correct a benchmark: the questions that change are the body, the rest stands in the address.

import { at } from "./address.js";
import { dropZone, kindOf, lineFinder, make, post, refusal, show, size, travelling } from "./upload.js";

const form = document.querySelector("#revision");
const outcome = document.querySelector(".outcome");
const chosen = form.querySelector(".chosen");
const button = form.querySelector("button[type=submit]");
const NOTHING = "Nothing was stored; the board is as it was.";

dropZone(form.querySelector(".drop"), form.elements.file, (file) => {
  outcome.replaceChildren();
  chosen.hidden = !file;
  if (file) chosen.replaceChildren(make("b", {}, file.name), ` · ${size(file.size)}`);
});

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const file = form.elements.file.files[0] ?? new File([], "no-change.jsonl");
  const kind = kindOf(file, { json: "application/json" });
  const removed = form.elements.removed.value.split("\n").filter((key) => key.trim());
  if (!kind) return complain("That kind of file is not read here; choose .jsonl, .csv or .json.");
  if (!form.elements.file.files.length && !removed.length) {
    return complain("Choose a file of the questions that change, or name questions that leave.");
  }
  if (kind.type !== "application/json" && !form.elements.note.reportValidity()) return null;
  button.disabled = true;
  try {
    let sent = null;
    const panel = travelling(file.name, () => sent?.cancel());
    sent = post(address(kind, removed), file, headersOf(kind), panel.progress);
    show(outcome, panel.panel);
    const reply = await sent.done;
    if (reply.status === 201) location.assign(reply.body.address);
    else show(outcome, refusal(reply, await lineFinder(file, kind), NOTHING));
  } catch (error) {
    complain(error.message);
  } finally {
    button.disabled = false;
  }
  return null;
});

function complain(detail) {
  show(outcome, refusal({ status: 0, body: { detail } }, String, NOTHING));
}

function headersOf(kind) {
  const headers = {
    Accept: "application/json", "Content-Type": kind.type, "X-Form-Token": form.dataset.token,
  };
  if (kind.zipped) headers["Content-Encoding"] = "gzip";
  return headers;
}

/** A JSON document says everything itself. */
function address(kind, removed) {
  const where = new URL(at(`/desk/benchmarks/${form.dataset.slug}/revisions`), location.origin);
  if (kind.type === "application/json") return where;
  where.searchParams.set("note", form.elements.note.value.trim());
  for (const key of removed) where.searchParams.append("removed", key.replace(/\r$/, ""));
  return where;
}
