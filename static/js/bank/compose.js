/** A mock exam put together by hand: places dragged, or moved by Alt and an arrow. The page works without it. */

import { letDrag } from "../shared/dragging.js";

const form = document.querySelector("#compose");

/** Ask for the page anew, as the order stands, with all that is in the form. */
function update() {
  form.querySelector('[name="action"][value="search"]').click();
}

function drop(item, list, place) {
  const items = [...list.querySelectorAll("[data-place]")];
  if (items[place] === item || items[place - 1] === item) return;
  list.insertBefore(item, items[place] ?? null);
  update();
}

if (form) {
  form.classList.add("drags");
  letDrag(form, "[data-place]", ".grip", drop);
  // What is saved or drawn makes a new page, with what is wrong at its field: htmx does not see it.
  form.addEventListener(
    "submit",
    (event) => {
      if (["publish", "generate"].includes(event.submitter?.value)) event.stopImmediatePropagation();
    },
    { capture: true },
  );
  form.addEventListener("keydown", (event) => {
    const step = event.altKey && { ArrowUp: "up", ArrowDown: "down" }[event.key];
    const place = event.target.closest("[data-place]");
    if (!step || !place) return;
    event.preventDefault();
    const button = place.querySelector(`[data-step="${step}"]`);
    button.focus();
    button.click();
  });
  form.addEventListener("change", (event) => {
    if (event.target.closest(".compose-search")) update();
  });
}
