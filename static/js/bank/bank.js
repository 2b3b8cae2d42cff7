// The bank's list: picking rows, by pointer or by keys within the table.

import { announce } from "../shared/announcements.js";
import { gettext } from "../shared/translation.js";

const form = () => document.querySelector("[data-picks]");
const boxes = () => [...(form()?.querySelectorAll('[name="pick"]') ?? [])];

/** Show how many are picked, and the bar of actions as soon as there is something to act on. */
function paint() {
  const place = form()?.querySelector("[data-picked-count]");
  if (!place) return;
  const picked = boxes().filter((box) => box.checked).length;
  const all = form().querySelector('[name="scope"]').checked;
  place.textContent = String(picked);
  form().querySelector("[data-bulk-bar]").classList.toggle("idle", !picked && !all);
  for (const box of boxes()) box.closest("tr").classList.toggle("on", box.checked || all);
}

function go(row, by) {
  const rows = boxes().map((box) => box.closest("tr"));
  rows[rows.indexOf(row) + by]?.querySelector("th a").focus();
}

document.addEventListener("change", (event) => {
  if (!event.target.matches('[name="pick"], [name="scope"]')) return;
  if (event.target.matches('[name="pick"]')) form().querySelector('[name="scope"]').checked = false;
  paint();
});

document.addEventListener("click", (event) => {
  if (!event.target.matches("[data-pick-page]")) return;
  const all = !event.target.checked;
  for (const box of boxes()) box.checked = !all;
  paint();
  announce(all ? gettext("None picked") : gettext("%(count)s picked", { count: boxes().length }));
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
