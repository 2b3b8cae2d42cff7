import assert from "node:assert/strict";
import { test } from "node:test";

import { matching, taskOf } from "../../static/js/editor/combobox.js";

const ENTRIES = ["1.1 Types of inference", "1.2 Vector search", "2.1 Batch inference"].map((text) => ({
  text,
  group: taskOf(text),
}));
const texts = (found) => found.map(({ text }) => text);

test("all words that were typed stand in an entry, in any order and case", () => {
  assert.deepEqual(texts(matching(ENTRIES, "INFERENCE types", "")), ["1.1 Types of inference"]);
  assert.deepEqual(texts(matching(ENTRIES, "2.1", "")), ["2.1 Batch inference"]);
});

test("entries of the chosen task stand first", () => {
  assert.equal(texts(matching(ENTRIES, "", "2.1"))[0], "2.1 Batch inference");
  assert.equal(matching(ENTRIES, "", "2.1").length, 3);
});

test("an objective belongs to the task of its number", () => {
  assert.equal(taskOf("1.2.3 Say what it is"), "1.2");
  assert.equal(taskOf("None"), "");
});
