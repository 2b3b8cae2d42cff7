// Hides all questions but one before the first paint, and takes it back when the page's own script cannot run.
const root = document.documentElement;
root.classList.add("js");
addEventListener("load", () =>
  setTimeout(() => root.dataset.roomReady || root.classList.remove("js"), 3000),
);
