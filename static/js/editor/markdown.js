// Markdown marks put around what is selected in a text field.

const MARKS = {
  bold: { before: "**", after: "**", filler: "bold" },
  italic: { before: "*", after: "*", filler: "italic" },
  code: { before: "`", after: "`", filler: "code" },
  link: { before: "[", after: "](https://)", filler: "text" },
  list: { line: "- " },
};

/** The text with a mark put around, or taken from, a selection; with the new selection. Pure. */
export function marked(text, start, end, name) {
  const mark = MARKS[name];
  if (mark.line) {
    const from = text.lastIndexOf("\n", start - 1) + 1;
    const lines = text.slice(from, end).split("\n");
    const isList = lines.every((line) => line.startsWith(mark.line));
    const changed = lines.map((line) => (isList ? line.slice(mark.line.length) : mark.line + line)).join("\n");
    return { text: text.slice(0, from) + changed + text.slice(end), start: from, end: from + changed.length };
  }
  const { before, after, filler } = mark;
  if (text.slice(0, start).endsWith(before) && text.slice(end).startsWith(after)) {
    return {
      text: text.slice(0, start - before.length) + text.slice(start, end) + text.slice(end + after.length),
      start: start - before.length,
      end: end - before.length,
    };
  }
  const inner = text.slice(start, end) || filler;
  return {
    text: text.slice(0, start) + before + inner + after + text.slice(end),
    start: start + before.length,
    end: start + before.length + inner.length,
  };
}

/** Let a bar of buttons mark the text field that was last in use within `scope`. */
export function dress(bar, scope) {
  let field = scope.querySelector("[data-markdown]");
  scope.addEventListener("focusin", (event) => {
    if (event.target.matches("[data-markdown]")) field = event.target;
  });
  bar.addEventListener("mousedown", (event) => event.preventDefault());
  bar.addEventListener("click", (event) => {
    const name = event.target.closest("[data-mark]")?.dataset.mark;
    if (!name) return;
    if (!field.isConnected) field = document.getElementById(field.id) ?? scope.querySelector("[data-markdown]");
    const changed = marked(field.value, field.selectionStart, field.selectionEnd, name);
    field.focus();
    field.value = changed.text;
    field.setSelectionRange(changed.start, changed.end);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
