// Multiple choice and multiple response: radios, or checkboxes, each an option.

import { letterOf, register } from "../shared/kinds.js";
import { normal } from "../shared/state.js";

const isSingle = ({ controls }) => controls[0]?.type === "radio";

export const choice = {
  read(question) {
    const chosen = question.controls.filter((input) => input.checked).map((input) => Number(input.value));
    return isSingle(question) ? (chosen[0] ?? null) : normal(chosen);
  },

  write({ controls }, entries) {
    for (const input of controls) input.checked = entries.includes(Number(input.value));
  },

  goal: (question) => (isSingle(question) ? 1 : question.choose),
  verb: (question) => (isSingle(question) ? "" : "chosen"),
  announces: (question) => !isSingle(question),
  open() {},

  pick({ controls }, index) {
    const input = controls[index];
    if (!input) return "";
    input.focus();
    if (input.type === "radio" && input.checked) return "";
    input.click();
    return `Answer ${letterOf(index)} ${input.checked ? "chosen" : "no longer chosen"}.`;
  },

  words: (question, entries) => entries.map(letterOf).join(" and "),
};

register("choice", choice);
