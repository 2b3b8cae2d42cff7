// An answer that was changed in another tab or on another device: both are shown, the person chooses.

import { announce } from "../shared/announcements.js";
import { andList, gettext } from "../shared/translation.js";

/** Show both answers in the question; `keep` is told the person's choice, "mine" or "theirs". */
export function showConflict(question, { mine, theirs }, keep) {
  const place = question.section.querySelector("[data-conflict-place]");
  const banner = document.getElementById("conflict-template").content.firstElementChild.cloneNode(true);
  banner.querySelector("[data-mine]").textContent = words(question, mine);
  banner.querySelector("[data-theirs]").textContent = words(question, theirs);
  for (const button of banner.querySelectorAll("[data-keep]")) {
    button.addEventListener("click", () => {
      place.replaceChildren();
      question.heading.focus();
      keep(button.dataset.keep);
    });
  }
  place.replaceChildren(banner);
  announce(
    gettext("Question %(number)s was changed in another tab or on another device. Choose which answer to keep.", {
      number: question.position,
    }),
  );
}

export function hideConflict(question) {
  question.section.querySelector("[data-conflict-place]").replaceChildren();
}

/** An answer with the marks beside it: "B, A and C ruled out, flagged". */
function words(question, { response, flagged, struck }) {
  const letters = struck.map((index) => String.fromCharCode(65 + index));
  const marks = [letters.length && gettext("%(letters)s ruled out", { letters: andList(letters) }), flagged && gettext("flagged")];
  return [question.describe(response), ...marks].filter(Boolean).join(", ");
}
