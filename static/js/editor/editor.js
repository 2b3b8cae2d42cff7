// The question editor: keys, the Markdown bar, and the preview, which works as in the exam room.

import { announce } from "../shared/announcements.js";
import { dress } from "./markdown.js";
import { Question } from "../shared/question.js";
import { watchWide } from "../shared/scrollers.js";

const form = document.getElementById("editor");
const press = (button) => button?.click();

function openPreview() {
  const section = document.querySelector("[data-preview] .question");
  if (!section) return;
  watchWide(section);
  const question = new Question(section);
  question.open(() => question.paintCount());
  section.addEventListener("change", () => question.paintCount());
  section.addEventListener("click", (event) => {
    const strike = event.target.closest("[data-strike]");
    if (strike) question.strike(Number(strike.dataset.strike), strike.ariaPressed !== "true");
    if (event.target.closest("[data-clear]")) question.response = null;
  });
}

/** The button of the row that the focus is in, by the beginning of its value. */
function inRow(beginning) {
  return document.activeElement.closest("[data-row]")?.querySelector(`[value^="${beginning}-"]`);
}

const keys = {
  "Control+Enter": () => press(form.querySelector('.save-bar [value="save"]')),
  "Control+Shift+Enter": () => press(form.querySelector('[value="save_new"]')),
  "Alt+ArrowUp": () => press(inRow("up")),
  "Alt+ArrowDown": () => press(inRow("down")),
  "Control+.": () => press(document.activeElement.closest("[data-row]")?.querySelector('[name="right"]')),
  "Control+b": () => press(document.querySelector('[data-mark="bold"]')),
  "Control+i": () => press(document.querySelector('[data-mark="italic"]')),
  "Control+e": () => press(document.querySelector('[data-mark="code"]')),
};

form.addEventListener("keydown", (event) => {
  const held = [event.ctrlKey || event.metaKey ? "Control" : "", event.altKey ? "Alt" : "", event.shiftKey ? "Shift" : ""];
  const name = [...held, event.key.length === 1 ? event.key.toLowerCase() : event.key].filter(Boolean).join("+");
  if (!keys[name]) return;
  event.preventDefault();
  keys[name]();
});

form.addEventListener("change", (event) => {
  if (event.target.matches("[data-type]")) press(form.querySelector("[data-switch]"));
});

// What is typed and not stored yet: told, and asked about before the page is left.
let unsaved = false;
let isLeaving = false;
let typed = 0;
const carried = new WeakMap(); // request → how much of what was typed it carries
const saved = () => form.querySelector("[data-saved]");
form.addEventListener("input", () => {
  unsaved = true;
  typed += 1;
  isLeaving = false;
  if (saved()) saved().textContent = "Not saved yet";
});
form.addEventListener("submit", () => {
  unsaved = false;
  isLeaving = true;
});
// What the button sends holds all that an automatic save would.
form.addEventListener("htmx:beforeRequest", (event) => {
  if (isLeaving && event.target === form) event.preventDefault();
  else carried.set(event.detail.xhr, typed);
});
addEventListener("beforeunload", (event) => {
  if (unsaved) event.preventDefault();
});

document.addEventListener("htmx:afterRequest", (event) => {
  if (!form.contains(event.target)) return;
  if (event.detail.successful) {
    // An answer may also be a refusal, and is no word on what was typed meanwhile.
    const isAll = carried.get(event.detail.xhr) === typed;
    if (saved() && isAll) unsaved = false;
    else if (saved()) saved().textContent = "Not saved yet";
  } else if (saved()) {
    saved().textContent = "Not saved: the server does not answer. Your text stays here and is saved again as you type.";
    announce("Not saved.");
  }
});

document.addEventListener("htmx:load", ({ detail }) => {
  if (detail.elt.id === "fields") form.dispatchEvent(new CustomEvent("changed"));
  if (detail.elt.id === "preview") openPreview();
});

// What was typed before this script ran is saved and shown like what comes after.
document.addEventListener("DOMContentLoaded", () => {
  const fields = [...form.querySelectorAll("textarea, input[type=text], input:not([type])")];
  if (fields.some((field) => field.value !== field.defaultValue)) {
    form.dispatchEvent(new Event("input", { bubbles: true }));
  }
});

dress(document.querySelector("[data-markdown-bar]"), form);
openPreview();
// The browser brings the caret's line into view; the rest of the field may lie under the bar.
if (form.contains(document.activeElement)) document.activeElement.scrollIntoView({ block: "nearest" });
// The exam room's rule: without this, its early script takes back what needs scripts.
document.documentElement.dataset.roomReady = "yes";
