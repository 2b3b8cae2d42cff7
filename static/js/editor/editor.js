// The question editor: keys, the Markdown bar, and the preview, which works as in the exam room.

import { announce } from "../shared/announcements.js";
import { findable } from "./combobox.js";
import { formulas, picture } from "./dialogs.js";
import { evidence } from "./evidence.js";
import { holdAdvice } from "./late_advice.js";
import { Field, dress } from "./markdown.js";
import { Question } from "../shared/question.js";
import { watchWide } from "../shared/scrollers.js";
import { gettext } from "../shared/translation.js";

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
  "Control+m": () => press(document.querySelector('[data-mark="formula"]')),
  "Alt+F10": () => document.querySelector('[data-mark][tabindex="0"]').focus(),
};

form.addEventListener("keydown", (event) => {
  const held = [event.ctrlKey || event.metaKey ? "Control" : "", event.altKey ? "Alt" : "", event.shiftKey ? "Shift" : ""];
  const name = [...held, event.key.length === 1 ? event.key.toLowerCase() : event.key].filter(Boolean).join("+");
  if (!keys[name]) return;
  event.preventDefault();
  keys[name]();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "?" || event.target.matches("input, textarea, select")) return;
  const sheet = document.querySelector("[data-keys]");
  sheet.open = !sheet.open;
  if (sheet.open) sheet.querySelector("summary").focus();
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
  if (saved()) saved().textContent = gettext("Not saved yet");
});
// The first words make the draft: a button waits until they are stored, or they would make another.
let pending = 0;
let waiting = null;
form.addEventListener("submit", (event) => {
  if (pending && !form.elements.ref.value) {
    event.preventDefault();
    waiting = event.submitter;
    return;
  }
  unsaved = false;
  isLeaving = true;
});
// What the button sends holds all that an automatic save would.
form.addEventListener("htmx:beforeRequest", (event) => {
  if (isLeaving && event.target === form) return event.preventDefault();
  carried.set(event.detail.xhr, typed);
  pending += 1;
});
addEventListener("beforeunload", (event) => {
  if (unsaved) event.preventDefault();
});

document.addEventListener("htmx:afterRequest", (event) => {
  if (!carried.has(event.detail.xhr)) return;
  pending -= 1;
  if (waiting) {
    const button = waiting;
    waiting = null;
    setTimeout(() => form.requestSubmit(button));
  }
  if (event.detail.successful) {
    // An answer may also be a refusal, and is no word on what was typed meanwhile.
    const isAll = carried.get(event.detail.xhr) === typed;
    if (saved() && isAll) unsaved = false;
    else if (saved()) saved().textContent = gettext("Not saved yet");
  } else if (saved()) {
    saved().textContent = gettext("Not saved: the server does not answer. Your text stays here and is saved again as you type.");
    announce(gettext("Not saved."));
  }
});

document.addEventListener("htmx:load", ({ detail }) => {
  if (detail.elt.id === "fields") {
    findable(form);
    form.dispatchEvent(new CustomEvent("changed"));
  }
  if (detail.elt.id === "preview") openPreview();
});

// What was typed before this script ran is saved and shown like what comes after.
document.addEventListener("DOMContentLoaded", () => {
  const fields = [...form.querySelectorAll("textarea, input[type=text], input:not([type], [role])")];
  if (fields.some((field) => field.value !== field.defaultValue)) {
    form.dispatchEvent(new Event("input", { bubbles: true }));
  }
});

const field = new Field(form);
const openPicture = picture(document.getElementById("picture-dialog"), field);
const openFormula = formulas(document.getElementById("formula-dialog"), field);
dress(document.querySelector("[data-markdown-bar]"), field, { picture: () => openPicture(), formula: openFormula });
// A picture that is pasted or dropped into a text asks what it shows first.
for (const name of ["paste", "drop"]) {
  form.addEventListener(name, (event) => {
    const { files } = event.clipboardData ?? event.dataTransfer;
    if (!event.target.matches("[data-markdown]") || !files[0]?.type.startsWith("image/")) return;
    event.preventDefault();
    event.target.focus();
    openPicture(files);
  });
}
evidence(document.getElementById("evidence-dialog"), form);
holdAdvice(form);
findable(form);
openPreview();
// The browser brings the caret's line into view; the rest of the field may lie under the bar.
if (form.contains(document.activeElement)) document.activeElement.scrollIntoView({ block: "nearest" });
// The exam room's rule: without this, its early script takes back what needs scripts.
document.documentElement.dataset.roomReady = "yes";
