// Practice: one question at a time, checked and explained in place.

import { listen } from "../shared/keyboard.js";
import { announce } from "../shared/announcements.js";
import { Question } from "../shared/question.js";
import { watchWide } from "../shared/scrollers.js";

const SURENESS = "[name=sureness]";

// The question that is asked; null while one is explained.
let question = null;

/** Bring the part of the page that came with htmx, or with the page, to life. */
function open(part) {
  const section = part.querySelector(".question");
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

/** Go from one word for how sure one is to the next. */
function cycle() {
  const radios = [...document.querySelectorAll(SURENESS)];
  if (!radios.length) return;
  const next = radios[(radios.findIndex((radio) => radio.checked) + 1) % radios.length];
  next.click();
  announce(`How sure: ${next.closest("label").textContent.trim().toLowerCase()}.`);
}

const next = () => document.querySelector("[data-next]")?.click();

listen({ choose, strike: strikeOut, sure: cycle, next });

// Enter checks, then goes on, wherever it means nothing of its own.
document.addEventListener("keydown", (event) => {
  const { target, key } = event;
  if (key !== "Enter" || event.defaultPrevented || document.querySelector("dialog[open]")) return;
  if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey || event.repeat) return;
  if (target.closest("a, button, select, summary, textarea")) return;
  event.preventDefault();
  const check = document.querySelector("[data-check]");
  if (check) check.form.requestSubmit(check);
  else next();
});

document.addEventListener("htmx:afterSettle", ({ target }) => {
  const part = target.closest?.("[data-practice]") ?? document.querySelector("[data-practice]");
  open(part);
});
open(document.querySelector("[data-practice]"));
document.documentElement.classList.add("js");
document.documentElement.dataset.roomReady = "yes";
