// Filters the entries of a page while one types; without it the form does the same on the server.

const field = document.querySelector("[data-filter]");
const entries = [...document.querySelectorAll(field.dataset.filter)];
const groups = [...document.querySelectorAll("[data-group]")];
const count = document.querySelector("#count");
const none = document.querySelector("#no-match");
const texts = new Map(entries.map((entry) => [entry, entry.textContent.toLowerCase()]));

function filter() {
  const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const entry of entries) {
    entry.hidden = !words.every((word) => texts.get(entry).includes(word));
    if (!entry.hidden) shown += 1;
  }
  for (const group of groups) {
    group.hidden = entries.every((entry) => entry.hidden || !group.contains(entry));
  }
  none.hidden = shown > 0;
  count.textContent = `${shown} of ${count.dataset.of}`;
}

field.addEventListener("input", filter);
