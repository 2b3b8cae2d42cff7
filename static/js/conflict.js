// An answer that was changed in another tab or on another device: both are shown, the person chooses.

import { announce } from "./live.js";

/** Show both answers in the question; `keep` is told the person's choice, "mine" or "theirs". */
export function showConflict(question, { mine, theirs }, keep) {
  const place = question.section.querySelector("[data-conflict-place]");
  const banner = document.getElementById("conflict-template").content.firstElementChild.cloneNode(true);
  banner.querySelector("[data-mine]").textContent = question.describe(mine.response);
  banner.querySelector("[data-theirs]").textContent = question.describe(theirs.response);
  for (const button of banner.querySelectorAll("[data-keep]")) {
    button.addEventListener("click", () => {
      place.replaceChildren();
      question.heading.focus();
      keep(button.dataset.keep);
    });
  }
  place.replaceChildren(banner);
  announce(`Question ${question.position} was changed in another tab or on another device. Choose which answer to keep.`);
}

export function hideConflict(question) {
  question.section.querySelector("[data-conflict-place]").replaceChildren();
}
