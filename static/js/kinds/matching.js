// Matching: a select of responses for each prompt.

import { register } from "../shared/kinds.js";
import { normal } from "../shared/state.js";

export const matching = {
  read: ({ controls }) => normal(controls.map((select) => (select.value ? Number(select.value) : null))),

  write({ controls }, entries) {
    controls.forEach((select, number) => {
      const entry = entries[number];
      select.value = entry === null || entry === undefined ? "" : String(entry);
    });
  },

  goal: ({ controls }) => controls.length,
  verb: () => "matched",
  announces: () => false,
  open() {},
  pick: () => "",

  words({ controls }, entries) {
    const { options } = controls[0];
    return entries
      .map((entry, number) => `${number + 1}: ${entry === null ? "–" : options[entry + 1].text}`)
      .join("; ");
  },
};

register("matching", matching);
