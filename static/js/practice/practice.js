// Practice and reviews: one question at a time, answered by saying how sure one is, explained in place.

import { countDown } from "./countdown.js";
import { listen } from "../shared/keyboard.js";
import { announce } from "../shared/announcements.js";
import { Question } from "../shared/question.js";
import { watchWide } from "../shared/scrollers.js";

// The question that is asked; null while one is explained.
let question = null;

/** Bring the part of the page that came with htmx, or with the page, to life. */
function open(part) {
  countDown(part);
  const section = part.querySelector(".question");
  if (section?.dataset.isOpen) return;
  if (section) section.dataset.isOpen = "yes";
  question = section && new Question(section);
  watchWide(part);
  if (!question) return;
  const changed = () => question.paintCount();
  question.open(changed);
  section.addEventListener("change", (event) => {
    if (event.target.checked && event.target.closest(".option")) question.strike(Number(event.target.value), false);
    changed();
    if (question.countWords) announce(question.countWords);
  });
  section.addEventListener("click", (event) => {
    const strike = event.target.closest("[data-strike]");
    if (strike) strikeOut(Number(strike.dataset.strike));
  });
}

function choose(index) {
  if (!question) return;
  const said = question.pick(index);
  if (said) announce(said);
}

function strikeOut(index) {
  const said = question?.strikeOut(index);
  if (said) announce(said);
}

/** Press the button that says how sure one is: 0 a guess, 1 think so, 2 sure. */
function answer(index) {
  document.querySelectorAll("[data-ask] .sure-buttons button")[index]?.click();
}

const next = () => document.querySelector("[data-next]")?.click();

listen({ choose, strike: strikeOut, sure: answer, next }, { digits: "sure" });

// Enter goes on, wherever it means nothing of its own; in a question it leads to how sure one is.
document.addEventListener("keydown", (event) => {
  const { target, key } = event;
  if (key !== "Enter" || event.defaultPrevented || document.querySelector("dialog[open]")) return;
  if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey || event.repeat) return;
  if (target.closest("a, button, select, summary, textarea")) return;
  event.preventDefault();
  const buttons = document.querySelectorAll("[data-ask] .sure-buttons button");
  if (buttons.length) buttons[1].focus();
  else next();
});

document.addEventListener("htmx:afterSettle", () => open(document.querySelector("[data-practice]")));
open(document.querySelector("[data-practice]"));
document.documentElement.classList.add("js");
document.documentElement.dataset.roomReady = "yes";
