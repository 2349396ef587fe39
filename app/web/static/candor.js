// What every page can do with a script: change the ground, copy, close menus, go to "find".
// Nothing here is needed to read a page.

const root = document.documentElement;

function dark() {
  return root.dataset.theme
    ? root.dataset.theme === "dark"
    : matchMedia("(prefers-color-scheme: dark)").matches;
}

function turnGround() {
  root.dataset.theme = dark() ? "light" : "dark";
  try {
    localStorage.setItem("theme", root.dataset.theme);
  } catch {
    // It lasts as long as the page, then.
  }
}

/** Copies text and says so on the button that was pressed. */
export async function copy(button, text) {
  const label = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  } catch {
    button.textContent = "The browser did not let us copy";
  }
  setTimeout(() => { button.textContent = label; }, 1600);
}

// <button data-copy="#id"> copies that element's text; <button data-copy-text="…"> the text itself.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy], [data-copy-text], .theme");
  if (button?.matches(".theme")) turnGround();
  else if (button) {
    const from = button.dataset.copy && document.querySelector(button.dataset.copy);
    copy(button, from ? from.textContent : button.dataset.copyText);
  }
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  }
  const writing = event.target.closest?.("input:not([type=range], [type=checkbox]), textarea, select");
  const find = document.querySelector("[data-find]");
  if (event.key === "/" && !writing && find && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    find.focus();
  }
});
