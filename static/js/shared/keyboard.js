// Single keys of the room; the sheet under "?" lists them and turns them off.

import { recall, remember } from "./storage.js";

const SLOT = "exam-keys-off";

/**
 * What a key press means: {act, index} or null. `shift` with a letter rules out; `digits` is what 1 to 8 do. Pure.
 */
export function meaningOf({ key, code, shift, control, alt, meta }, digits = "choose") {
  if (alt || meta) return null;
  if (control) return { ArrowRight: { act: "next" }, ArrowLeft: { act: "previous" } }[key] ?? null;
  if (key === "?") return { act: "sheet" };
  if (key === "Escape") return { act: "leave" };
  const letter = key.length === 1 ? key.toLowerCase() : "";
  if (letter >= "a" && letter <= "h") return { act: shift ? "strike" : "choose", index: letter.charCodeAt(0) - 97 };
  if (/^Digit[1-8]$/.test(code ?? "") && !shift) return { act: digits, index: Number(code.slice(5)) - 1 };
  if (/^[1-8]$/.test(key)) return { act: digits, index: Number(key) - 1 };
  if (shift) return null;
  const act = { j: "next", k: "previous", m: "flag", r: "review", t: "time", u: "sure" }[letter];
  return act ? { act } : null;
}

/** Whether a focused element wants a key for itself; a select has no use for Control. */
function isTyping(element, control) {
  if (element.closest?.("select")) return !control;
  if (element.closest?.("textarea, [contenteditable]")) return true;
  return element.matches?.("input") && !["radio", "checkbox"].includes(element.type);
}

/** Call `acts[act](index)` for each key that means something; `digits` names the act of 1 to 8. */
export function listen(acts, { digits } = {}) {
  const sheet = document.getElementById("keys-dialog");
  const toggle = sheet.querySelector("[data-keys-switch]");
  toggle.checked = !recall(SLOT, false);
  toggle.addEventListener("change", () => remember(SLOT, !toggle.checked));
  document.querySelector("[data-help]")?.addEventListener("click", () => sheet.showModal());

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || isTyping(event.target, event.ctrlKey) || document.querySelector("dialog[open]")) return;
    const found = meaningOf({ key: event.key, code: event.code, shift: event.shiftKey, control: event.ctrlKey, alt: event.altKey, meta: event.metaKey }, digits);
    if (!found || (found.act !== "sheet" && !acts[found.act])) return;
    const isSingle = !event.ctrlKey && found.act !== "leave";
    if (isSingle && !toggle.checked && found.act !== "sheet") return;
    // A key that is held does what it does once.
    if (event.repeat) return event.preventDefault();
    if (found.act === "sheet") sheet.showModal();
    else acts[found.act](found.index);
    if (found.act !== "leave") event.preventDefault();
  });
}
