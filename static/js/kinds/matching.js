// Matching: a select of responses for each prompt.

import { register } from "../shared/kinds.js";
import { normal } from "../shared/state.js";
import { gettext } from "../shared/translation.js";

// Letters that the narrowest select shows.
const SHORT = 24;

function unfold(select) {
  const place = select.parentElement.querySelector("[data-whole]");
  const text = select.value ? select.selectedOptions[0].text : "";
  place.textContent = text;
  place.hidden = text.length <= SHORT;
}

export const matching = {
  read: ({ controls }) => normal(controls.map((select) => (select.value ? Number(select.value) : null))),

  write({ controls }, entries) {
    controls.forEach((select, number) => {
      const entry = entries[number];
      select.value = entry === null || entry === undefined ? "" : String(entry);
    });
  },

  goal: ({ controls }) => controls.length,
  counter: () => gettext("%(count)s of %(goal)s matched"),
  announces: () => false,
  /** Below a select that may cut its answer off, the answer stands whole. */
  open({ section, controls }) {
    controls.forEach(unfold);
    section.addEventListener("rewritten", () => controls.forEach(unfold));
    section.addEventListener("change", ({ target }) => controls.includes(target) && unfold(target));
  },

  pick: () => "",

  words({ controls }, entries) {
    const { options } = controls[0];
    return entries
      .map((entry, number) => `${number + 1}: ${entry === null ? "–" : options[entry + 1].text}`)
      .join("; ");
  },
};

register("matching", matching);
