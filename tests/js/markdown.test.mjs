import assert from "node:assert/strict";
import { test } from "node:test";

import { asTable, formula, marked, put, texOf } from "../../static/js/editor/markdown.js";

test("a mark goes around what is selected and comes off again", () => {
  const on = marked("one two", 4, 7, "bold");
  assert.deepEqual(on, { text: "one **two**", start: 6, end: 9 });
  assert.deepEqual(marked(on.text, on.start, on.end, "bold"), { text: "one two", start: 4, end: 7 });
});

test("with nothing selected a word to write over is put in", () => {
  assert.deepEqual(marked("", 0, 0, "code"), { text: "`code`", start: 1, end: 5 });
});

test("each line becomes an entry of a list, and a line again", () => {
  const on = marked("x\none\ntwo", 3, 9, "list");
  assert.deepEqual(on, { text: "x\n- one\n- two", start: 2, end: 13 });
  assert.equal(marked(on.text, on.start, on.end, "list").text, "x\none\ntwo");
});

test("code over several lines becomes a block", () => {
  assert.equal(marked("a\nb", 0, 3, "code").text, "```\na\nb\n```");
});

test("lines that were copied from a sheet become a table", () => {
  assert.equal(asTable("a\tb\n1\t2"), "| a | b |\n| --- | --- |\n| 1 | 2 |");
  assert.equal(asTable(""), "| Head | Head |\n| --- | --- |\n|  |  |");
});

test("a block stands apart from the words around it", () => {
  const done = put("before\nafter", 7, 7, "| a |");
  assert.equal(done.text, "before\n\n| a |\n\nafter");
  assert.equal(done.text.slice(done.start, done.end), "| a |");
});

test("a formula loses its signs and gets them back", () => {
  for (const [text, isBlock] of [["\\(x^2\\)", false], ["\\[x^2\\]", true]]) {
    assert.equal(texOf(text), "x^2");
    assert.equal(formula("x^2", isBlock), text);
  }
});
