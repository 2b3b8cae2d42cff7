import assert from "node:assert/strict";
import { test } from "node:test";

import { marked } from "../../static/js/editor/markdown.js";

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
