// Before the first paint: the ground that this reader chose, if any. A file of its own, not a
// module, because modules run after the paint and the content policy allows no inline script.
try {
  const theme = localStorage.getItem("theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // No storage: the system's ground it is.
}
document.documentElement.classList.add("js");
