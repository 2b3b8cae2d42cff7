// The bank's list: picking rows, by pointer or by keys within the table.

import { announce } from "../shared/announcements.js";

const form = () => document.querySelector("[data-picks]");
const boxes = () => [...(form()?.querySelectorAll('[name="pick"]') ?? [])];

function paint() {
  const place = form()?.querySelector("[data-picked-count]");
  if (place) place.textContent = String(boxes().filter((box) => box.checked).length);
}

function go(row, by) {
  const rows = boxes().map((box) => box.closest("tr"));
  rows[rows.indexOf(row) + by]?.querySelector("th a").focus();
}

document.addEventListener("change", (event) => {
  if (!event.target.matches('[name="pick"]')) return;
  const scope = form().querySelector('[name="scope"][value="picked"]');
  scope.checked = true;
  paint();
});

document.addEventListener("click", (event) => {
  if (!event.target.matches("[data-pick-page]")) return;
  const all = boxes().every((box) => box.checked);
  for (const box of boxes()) box.checked = !all;
  paint();
  announce(all ? "None picked" : `${boxes().length} picked`);
});

// Keys of the table alone, while the focus is in it: J and K go through the rows, X picks one.
document.addEventListener("keydown", (event) => {
  const row = event.target.closest?.("[data-picks] tbody tr");
  if (!row || event.ctrlKey || event.metaKey || event.altKey) return;
  const key = event.key.toLowerCase();
  if (key === "j") go(row, 1);
  else if (key === "k") go(row, -1);
  else if (key === "x") row.querySelector('[name="pick"]').click();
  else return;
  event.preventDefault();
});

document.addEventListener("htmx:afterSwap", paint);
paint();
