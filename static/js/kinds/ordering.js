// An ordering question as two lists, by buttons, keys or dragging. The selects stay the truth.

import { announce } from "../shared/announcements.js";
import { letDrag } from "../shared/dragging.js";
import { letterOf, register } from "../shared/kinds.js";
import { normal } from "../shared/state.js";
import { gettext } from "../shared/translation.js";

/** Move the entry at `from` by `by` places, within the list. Pure. */
export function moved(list, from, by) {
  const to = Math.min(Math.max(from + by, 0), list.length - 1);
  const copy = list.filter((_, place) => place !== from);
  copy.splice(to, 0, list[from]);
  return copy;
}

/** Put `entry` before `place`, taking it from where it was. Pure. */
export function placed(list, entry, place) {
  const from = list.indexOf(entry);
  const copy = list.filter((one) => one !== entry);
  copy.splice(from >= 0 && from < place ? place - 1 : place, 0, entry);
  return copy;
}

/** Turn a question's selects into lists; `changed` is told after each change by the person. */
function openLists(question, changed) {
  const box = question.section.querySelector("[data-order]");
  const used = box.querySelector("[data-used]");
  const unused = box.querySelector("[data-unused]");
  used.dataset.empty = gettext("Empty. Add %(count)s from “Not used”.", { count: question.choose });
  unused.dataset.empty = gettext("Everything is in your order.");
  const steps = new Map(question.controls.map((select) => [question.indexOf(select), stepOf(question, select)]));
  const textOf = (index) => steps.get(index).querySelector(".step-text").textContent.trim();

  const paint = () => {
    const order = question.response ?? [];
    const rest = [...steps.keys()].filter((index) => !order.includes(index));
    used.replaceChildren(...order.map((index) => steps.get(index)));
    unused.replaceChildren(...rest.map((index) => steps.get(index)));
    for (const [index, item] of steps) {
      const place = order.indexOf(index);
      const buttons = item.querySelectorAll("[data-move]");
      for (const button of buttons) button.hidden = (button.dataset.move === "add") === place >= 0;
      item.querySelector('[data-move="up"]').ariaDisabled = String(place === 0);
      item.querySelector('[data-move="down"]').ariaDisabled = String(place === order.length - 1);
      item.querySelector('[data-move="add"]').ariaDisabled = String(order.length >= question.choose);
    }
  };

  const apply = (order, words) => {
    question.response = order;
    announce(words);
    changed();
  };

  const nowAt = (order, index) =>
    gettext("%(name)s, now %(place)s of %(total)s.", { name: textOf(index), place: order.indexOf(index) + 1, total: order.length });

  const act = (index, move) => {
    const order = question.response ?? [];
    const place = order.indexOf(index);
    const name = textOf(index);
    const total = question.choose;
    if (move === "add") {
      if (order.length >= total) return announce(gettext("Your order has %(total)s already. Remove one first.", { total }));
      const added = gettext("%(name)s, added as %(place)s of %(total)s.", { name, place: order.length + 1, total });
      return apply([...order, index], added);
    }
    if (move === "remove") {
      return apply(order.filter((one) => one !== index), gettext("%(name)s, removed from your order.", { name }));
    }
    const next = moved(order, place, move === "up" ? -1 : 1);
    if (next.indexOf(index) !== place) return apply(next, nowAt(next, index));
    announce(place === 0 ? gettext("%(name)s is first already.", { name }) : gettext("%(name)s is last already.", { name }));
  };

  /** Act, then leave focus on the same button, or on the one that can still be pressed. */
  const press = (item, move) => {
    act(Number(item.dataset.index), move);
    const find = (name) => item.querySelector(`[data-move="${name}"]`);
    const hop = { up: "down", down: "up", add: "remove", remove: "add" };
    const same = find(move);
    const isUsable = !same.hidden && (same.ariaDisabled !== "true" || find(hop[move]).hidden || find(hop[move]).ariaDisabled === "true");
    (isUsable ? same : find(hop[move])).focus();
  };

  box.addEventListener("click", (event) => {
    const button = event.target.closest("[data-move]");
    if (button) press(button.closest(".step"), button.dataset.move);
  });
  box.addEventListener("keydown", (event) => {
    const move = event.altKey && { ArrowUp: "up", ArrowDown: "down" }[event.key];
    const item = event.target.closest(".step");
    if (!move || !item || item.parentElement !== used) return;
    event.preventDefault();
    press(item, move);
  });
  letDrag(box, ".step", ".grip", (item, list, place) => {
    const index = Number(item.dataset.index);
    const order = question.response ?? [];
    if (list === unused) return order.includes(index) && act(index, "remove");
    if (!order.includes(index) && order.length >= question.choose) return act(index, "add");
    const next = placed(order, index, place);
    apply(next, nowAt(next, index));
  });
  question.section.addEventListener("rewritten", paint);
  question.toggle = (index) => act(index, (question.response ?? []).includes(index) ? "remove" : "add");
  paint();
}

function stepOf(question, select) {
  const label = select.closest("[data-index]").querySelector("label");
  const name = label.querySelector(".option-text").textContent.trim();
  const item = document.createElement("li");
  item.className = "step";
  item.dataset.index = String(question.indexOf(select));
  const grip = Object.assign(document.createElement("span"), { className: "grip", textContent: "⠿ " });
  grip.setAttribute("aria-hidden", "true");
  const letter = label.querySelector(".letter").cloneNode(true);
  const text = label.querySelector(".option-text").cloneNode(true);
  text.className = "step-text";
  const buttons = Object.assign(document.createElement("span"), { className: "step-buttons" });
  const specs = [
    ["up", "↑", gettext("Move up: %(name)s", { name })],
    ["down", "↓", gettext("Move down: %(name)s", { name })],
    ["remove", "✕", gettext("Remove: %(name)s", { name })],
    ["add", gettext("+ Add"), gettext("Add: %(name)s", { name })],
  ];
  for (const [move, sign, words] of specs) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "button small", textContent: sign });
    button.dataset.move = move;
    button.ariaLabel = words;
    buttons.append(button);
  }
  item.append(grip, letter, text, buttons);
  return item;
}

export const ordering = {
  read: (question) =>
    normal(
      question.controls
        .filter((select) => select.value)
        .sort((one, other) => one.value - other.value)
        .map((select) => question.indexOf(select)),
    ),

  write(question, entries) {
    for (const select of question.controls) {
      const rank = entries.indexOf(question.indexOf(select));
      select.value = rank < 0 || rank >= question.choose ? "" : String(rank + 1);
    }
  },

  goal: ({ choose }) => choose,
  counter: () => gettext("%(count)s of %(goal)s in order"),
  announces: () => false,
  open: openLists,

  pick(question, index) {
    if (index < question.controls.length) question.toggle(index);
    return "";
  },

  words: (question, entries) => entries.map(letterOf).reduce((others, last) => gettext("%(others)s, then %(last)s", { others, last })),
};

register("ordering", ordering);
