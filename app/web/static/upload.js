// Sending a file as the body of a request, with progress; and saying what came of it.
// Everything that others wrote is set as text, never as markup.

const KINDS = {
  jsonl: "application/x-ndjson",
  ndjson: "application/x-ndjson",
  csv: "text/csv",
  parquet: "application/vnd.apache.parquet",
};

/** An element with attributes and children; strings become text. */
export function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined) element.setAttribute(key, value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

/** The media type that a file's name stands for, and whether it is gzipped; null if unknown. */
export function kindOf(file, more = {}) {
  const parts = file.name.toLowerCase().split(".");
  const zipped = parts.at(-1) === "gz";
  const type = { ...KINDS, ...more }[parts.at(zipped ? -2 : -1)];
  return type ? { type, zipped } : null;
}

/** Makes a label with a file input take dropped files; `chosen` is told of every choice. */
export function dropZone(label, input, chosen) {
  for (const name of ["dragenter", "dragover"]) {
    label.addEventListener(name, (event) => {
      event.preventDefault();
      label.classList.add("over");
    });
  }
  for (const name of ["dragleave", "drop"]) {
    label.addEventListener(name, () => label.classList.remove("over"));
  }
  label.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files.length) {
      input.files = event.dataTransfer.files;
      chosen(input.files[0]);
    }
  });
  input.addEventListener("change", () => chosen(input.files[0] ?? null));
}

/** A size as people write it. */
export function size(bytes) {
  for (const [unit, step] of [["MB", 1e6], ["kB", 1e3]]) {
    if (bytes >= step) return `${(bytes / step).toFixed(1)} ${unit}`;
  }
  return `${bytes} bytes`;
}

/**
 * Posts a file as the raw body. `progress` hears shares from 0 to 1 while it travels, then 1 while
 * the server works. Resolves to {status, body}; rejects when the connection fails or is cut.
 */
export function post(address, file, headers, progress) {
  const request = new XMLHttpRequest();
  const done = new Promise((resolve, reject) => {
    request.open("POST", address);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.responseType = "text";
    request.upload.addEventListener("progress", (event) => {
      progress(event.lengthComputable ? event.loaded / Math.max(event.total, 1) : 0);
    });
    request.upload.addEventListener("load", () => progress(1));
    request.addEventListener("load", () => {
      let body = null;
      try {
        body = JSON.parse(request.responseText);
      } catch {
        // Not ours: a proxy's page, say. The status has to do.
      }
      resolve({ status: request.status, body });
    });
    request.addEventListener("error", () => reject(new Error("The connection failed.")));
    request.addEventListener("abort", () => reject(new Error("Cancelled.")));
    request.send(file);
  });
  return { done, cancel: () => request.abort() };
}

/** A panel with the name of what travels, a bar and a way to cancel. */
export function travelling(title, cancel) {
  const bar = make("progress", { max: "1", value: "0", "aria-label": "Sent so far" });
  const words = make("small", {}, "Sending");
  const button = make("button", { type: "button", class: "button quiet" }, "Cancel");
  button.addEventListener("click", cancel);
  const panel = make(
    "section", { class: "card travelling" },
    make("div", { class: "row-what" }, make("b", {}, title), words), bar, button,
  );
  return {
    panel,
    progress(share) {
      if (share < 1) {
        bar.value = share;
        words.textContent = `Sent ${Math.round(share * 100)} %`;
      } else {
        bar.removeAttribute("value");
        words.textContent = "Received; checking and grading. Nothing is stored until all of it is right.";
      }
    },
  };
}

/** Where row n of the body stands in the file, as "line 17"; rows count from 0. */
export async function lineFinder(file, kind) {
  const plain = kind && !kind.zipped && file.size < 64e6;
  if (plain && kind.type === "application/x-ndjson") {
    return finder(jsonLines(await file.text()), "line");
  }
  if (plain && kind.type === "text/csv") return finder(csvLines(await file.text()), "line");
  return (row) => `row ${row + 1}`;
}

function finder(lines, word) {
  return (row) => (lines[row] === undefined ? `row ${row + 1}` : `${word} ${lines[row]}`);
}

function jsonLines(text) {
  const found = [];
  text.split("\n").forEach((line, at) => {
    if (line.trim()) found.push(at + 1);
  });
  return found;
}

/** A CSV record may span lines, because a quoted cell may hold line breaks. */
function csvLines(text) {
  const found = [];
  let quoted = false;
  let started = 1;
  let held = "";
  text.split("\n").forEach((line, at) => {
    if (held === "") started = at + 1;
    held += line;
    for (const char of line) if (char === '"') quoted = !quoted;
    if (quoted) return;
    if (/[^\s,"]/.test(held)) found.push(started);
    held = "";
  });
  return found.slice(1);
}

/** The detail of a row; another row that it names is counted as the reader counts. */
function detailOf(row, lineOf) {
  if (row.code !== "duplicate" && row.code !== "malformed") return row.detail;
  return row.detail.replace(/^Row (\d+)/, (_, earlier) => {
    const place = lineOf(Number(earlier));
    return place[0].toUpperCase() + place.slice(1);
  });
}

/** What was refused and what to change, line by line. */
export function refusal({ status, body }, lineOf, nothing) {
  const list = make("ol", { class: "bad-rows" });
  for (const row of body?.errors ?? []) {
    const place = row.row === null || row.row === undefined ? null : lineOf(row.row);
    const field = row.pointer?.replace(/^\//, "") ?? "";
    list.append(make(
      "li", {},
      place ? make("code", { class: "place" }, place) : null,
      row.item ? make("code", { class: "place" }, row.item) : null,
      field ? make("code", {}, field) : null,
      make("span", {}, ` ${detailOf(row, lineOf)}`),
    ));
  }
  const total = body?.error_count ?? 0;
  const rest = total - list.children.length;
  return make(
    "section", { class: "notice bad refusal", tabindex: "-1" },
    make("h3", {}, body?.detail ?? `The server answered ${status}.`),
    make("p", {}, nothing),
    list.children.length ? list : null,
    rest > 0 ? make("p", {}, `and ${rest.toLocaleString("en")} more.`) : null,
    body?.request_id ? make("p", { class: "muted small" }, `Request ${body.request_id}`) : null,
  );
}

/** Puts one panel into the place for outcomes, and the reader's eye on it. */
export function show(outcome, panel) {
  outcome.replaceChildren(panel);
  panel.scrollIntoView({ block: "nearest" });
}
