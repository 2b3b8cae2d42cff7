// Markdown put around, or in place of, what is selected in a text field.

import { gettext } from "../shared/translation.js";

const MARKS = {
  bold: { before: "**", after: "**", filler: gettext("bold") },
  italic: { before: "*", after: "*", filler: gettext("italic") },
  code: { before: "`", after: "`", filler: gettext("code") },
  fence: { before: "```\n", after: "\n```", filler: gettext("code") },
  link: { before: "[", after: "](https://)", filler: gettext("text") },
  list: { line: "- " },
};
const BLOCK = /^(?:```|\|)/;

/** The text with a mark put around, or taken from, a selection; with the new selection. Pure. */
export function marked(text, start, end, name) {
  if (name === "table") return put(text, start, end, asTable(text.slice(start, end)));
  if (name === "code" && text.slice(start, end).includes("\n")) return marked(text, start, end, "fence");
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
  return put(text, start, end, before + inner + after, before.length, before.length + inner.length);
}

/**
 * The text with a piece in place of a selection, and `from` to `to` of the piece selected. What is a block of its own
 * gets a line of its own. Pure.
 */
export function put(text, start, end, piece, from = 0, to = piece.length) {
  const [lead, rest] = [text.slice(0, start), text.slice(end)];
  const isBlock = BLOCK.test(piece);
  const before = isBlock && lead.trim() ? "\n".repeat(Math.max(0, 2 - lead.match(/\n*$/)[0].length)) : "";
  const after = isBlock && rest.trim() ? "\n".repeat(Math.max(0, 2 - rest.match(/^\n*/)[0].length)) : "";
  const place = lead.length + before.length;
  return { text: lead + before + piece + after + rest, start: place + from, end: place + to };
}

/** A table of what is selected: rows are lines, cells stand between tabs, bars or semicolons. Pure. */
export function asTable(selected) {
  const lines = selected.split("\n").filter((line) => line.trim());
  const sign = ["\t", "|", ";"].find((each) => lines.some((line) => line.includes(each))) ?? "\t";
  const rows = lines.length ? lines.map((line) => line.split(sign).map((cell) => cell.trim())) : [[gettext("Head"), gettext("Head")]];
  while (rows.length < 2) rows.push([]);
  const width = Math.max(2, ...rows.map((row) => row.length));
  const lined = rows.map((row) => `| ${Array.from({ length: width }, (_, column) => row[column] ?? "").join(" | ")} |`);
  return [lined[0], `|${" --- |".repeat(width)}`, ...lined.slice(1)].join("\n");
}

/** TeX as it stands in a text, on a line of its own or within one. Pure. */
export const formula = (tex, isBlock) => (isBlock ? `\\[${tex}\\]` : `\\(${tex}\\)`);

/** What a selection says as TeX, without the signs that make it a formula. Pure. */
export function texOf(selected) {
  const found = /^\s*(?:\\\((.*)\\\)|\\\[(.*)\\\]|\$\$(.*)\$\$)\s*$/s.exec(selected);
  return (found ? (found[1] ?? found[2] ?? found[3]) : selected).trim();
}

/** The text field that a bar of buttons works on: the one that was last in use within `scope`. */
export class Field {
  constructor(scope) {
    this.scope = scope;
    this.last = scope.querySelector("[data-markdown]");
    scope.addEventListener("focusin", ({ target }) => {
      if (target.matches("[data-markdown]")) this.last = target;
    });
  }

  /** The field as the page has it now: an answer of the server may have put another in its place. */
  get element() {
    if (!this.last.isConnected) {
      this.last = document.getElementById(this.last.id) ?? this.scope.querySelector("[data-markdown]");
    }
    return this.last;
  }

  /** Remember what is selected, which is lost where a dialog takes the focus; returns it. */
  hold() {
    const { value, selectionStart, selectionEnd } = this.element;
    this.held = [selectionStart, selectionEnd];
    return value.slice(...this.held);
  }

  change(how) {
    const field = this.element;
    const changed = how(field.value, ...(this.held ?? [field.selectionStart, field.selectionEnd]));
    this.held = null;
    field.focus();
    field.value = changed.text;
    field.setSelectionRange(changed.start, changed.end);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /** Put a piece in place of what was selected, and go on behind it. */
  insert(piece) {
    this.change((text, start, end) => {
      const whole = put(text, start, end, piece);
      return { ...whole, start: whole.end };
    });
  }
}

/** Let a bar of buttons mark a field; `openers` open what some of them ask first, by name. */
export function dress(bar, field, openers) {
  const buttons = [...bar.querySelectorAll("[data-mark]")];
  bar.addEventListener("mousedown", (event) => event.preventDefault());
  bar.addEventListener("click", ({ target }) => {
    const name = target.closest("[data-mark]")?.dataset.mark;
    if (!name) return;
    if (openers[name]) openers[name]();
    else field.change((text, start, end) => marked(text, start, end, name));
  });
  // A toolbar is one stop of the Tab key; arrows go through it.
  const stop = (at) => buttons.forEach((button, index) => (button.tabIndex = index === at ? 0 : -1));
  stop(0);
  bar.addEventListener("keydown", (event) => {
    const at = buttons.indexOf(document.activeElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (event.key === "Escape") field.element.focus();
    if (to === undefined || at < 0) return;
    event.preventDefault();
    const next = (to + buttons.length) % buttons.length;
    stop(next);
    buttons[next].focus();
  });
}
