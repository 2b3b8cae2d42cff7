// Multiple choice and multiple response: radios, or checkboxes, each an option.

import { letterOf, register } from "../shared/kinds.js";
import { normal } from "../shared/state.js";

const isSingle = ({ controls }) => controls[0]?.type === "radio";

const refusal = ({ choose }) => `Choose only ${choose}. Clear one first.`;

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

  /** Where so many are to be chosen, one more is taken back at once, and the page says why. */
  open(question) {
    if (isSingle(question)) return;
    question.section.addEventListener("change", (event) => {
      if (!event.target.checked || !question.controls.includes(event.target)) return;
      if (question.controls.filter((input) => input.checked).length <= question.choose) return;
      event.target.checked = false;
      event.stopImmediatePropagation();
      question.refuse(refusal(question));
    });
  },

  pick(question, index) {
    const input = question.controls[index];
    if (!input) return "";
    input.focus();
    if (input.type === "radio" && input.checked) return "";
    const was = input.checked;
    input.click();
    // The refusal was said by then.
    if (!was && !input.checked) return "";
    return `Answer ${letterOf(index)} ${input.checked ? "chosen" : "no longer chosen"}.`;
  },

  words: (question, entries) => entries.map(letterOf).join(" and "),
};

register("choice", choice);
