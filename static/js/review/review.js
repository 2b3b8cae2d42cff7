/* The answers of an exam, one at a time: J and K or the arrow keys walk; folds close on a phone. */

const ACTS = { j: "next", ArrowRight: "next", k: "previous", ArrowLeft: "previous" };

/** What a key press means here: next, previous or nothing. A held key means nothing. Pure. */
export function actOf({ key, repeat, ctrlKey, altKey, metaKey, shiftKey }) {
  if (repeat || ctrlKey || altKey || metaKey || shiftKey) return null;
  return ACTS[key.length === 1 ? key.toLowerCase() : key] ?? null;
}

function isTyping(element) {
  return Boolean(element.closest?.("input, textarea, select, [contenteditable]"));
}

if (typeof document !== "undefined") {
  if (matchMedia("(width < 60rem)").matches) {
    for (const fold of document.querySelectorAll("details[data-wide-open]")) fold.open = false;
  }
  document.addEventListener("keydown", (event) => {
    const act = isTyping(event.target) ? null : actOf(event);
    const link = act && document.querySelector(`a[data-go="${act}"]`);
    if (!link) return;
    event.preventDefault();
    link.click();
  });
}
