// Multiple choice and multiple response: radios, or checkboxes, each an option.

import { letterOf, register } from "../shared/kinds.js";
import { normal } from "../shared/state.js";
import { andList, gettext } from "../shared/translation.js";

const isSingle = ({ controls }) => controls[0]?.type === "radio";

const refusal = ({ choose }) => gettext("Choose only %(count)s. Clear one first.", { count: choose });

export const choice = {
  read(question) {
    const chosen = question.controls.filter((input) => input.checked).map((input) => Number(input.value));
    return isSingle(question) ? (chosen[0] ?? null) : normal(chosen);
  },

  write({ controls }, entries) {
    for (const input of controls) input.checked = entries.includes(Number(input.value));
  },

  goal: (question) => (isSingle(question) ? 1 : question.choose),
  counter: (question) => (isSingle(question) ? "" : gettext("%(count)s of %(goal)s chosen")),
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
    const letter = letterOf(index);
    return input.checked ? gettext("Answer %(letter)s chosen.", { letter }) : gettext("Answer %(letter)s no longer chosen.", { letter });
  },

  words: (question, entries) => andList(entries.map(letterOf)),
};

register("choice", choice);
