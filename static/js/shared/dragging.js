// Dragging of list items by their handle, with mouse, pen or finger.

/** Call `drop(item, list, place)` when an item was dragged to a place of a list in `box`. */
export function letDrag(box, itemSelector, handleSelector, drop) {
  box.addEventListener("pointerdown", (event) => {
    const handle = event.target.closest(handleSelector);
    if (!handle || event.button !== 0 || box.dataset.locked) return;
    event.preventDefault();
    follow(box, handle.closest(itemSelector), handle, event, { itemSelector, drop });
  });
}

function follow(box, item, handle, start, { itemSelector, drop }) {
  const lists = [...box.querySelectorAll(".order-list")];
  let target = null;
  handle.setPointerCapture(start.pointerId);
  item.classList.add("is-dragged");

  const unmark = () => {
    for (const marked of box.querySelectorAll(".drop-before, .drop-end")) marked.classList.remove("drop-before", "drop-end");
  };
  const move = (event) => {
    item.style.translate = `${event.clientX - start.clientX}px ${event.clientY - start.clientY}px`;
    unmark();
    target = targetAt(lists, item, itemSelector, event.clientX, event.clientY);
    if (!target) return;
    const before = target.list.querySelectorAll(itemSelector)[target.place];
    if (before) before.classList.add("drop-before");
    else target.list.classList.add("drop-end");
  };
  const end = (event) => {
    handle.removeEventListener("pointermove", move);
    unmark();
    item.classList.remove("is-dragged");
    item.style.translate = "";
    if (event.type === "pointerup" && target) drop(item, target.list, target.place);
  };
  handle.addEventListener("pointermove", move);
  handle.addEventListener("pointerup", end, { once: true });
  handle.addEventListener("pointercancel", end, { once: true });
}

function targetAt(lists, dragged, itemSelector, x, y) {
  const list = lists.find((one) => {
    const area = one.getBoundingClientRect();
    return x >= area.left && x <= area.right && y >= area.top - 24 && y <= area.bottom + 24;
  });
  if (!list) return null;
  const items = [...list.querySelectorAll(itemSelector)];
  const below = items.findIndex((one) => {
    const area = one.getBoundingClientRect();
    return one !== dragged && y < area.top + area.height / 2;
  });
  return { list, place: below < 0 ? items.length : below };
}
