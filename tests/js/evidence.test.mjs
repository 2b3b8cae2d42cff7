import assert from "node:assert/strict";
import { test } from "node:test";

import { placeOf, skeleton } from "../../static/js/editor/evidence.js";

const found = (words, text) => {
  const place = placeOf(words, text);
  return place && text.slice(...place);
};

test("words are found with the spaces and marks that the text has between them", () => {
  assert.equal(found("Bees dance.\nThey fly", "Often Bees dance. - They fly home."), "Bees dance. - They fly");
  assert.equal(found("one two", "| one | two |"), "one | two");
});

test("exactly what was selected is taken, half a word too", () => {
  assert.equal(found("ees dan", "Bees dance."), "ees dan");
});

test("punctuation around the words comes along where the text has it", () => {
  assert.equal(found("(dance).", "Bees (dance). Home."), "(dance).");
  assert.equal(found("dance!", "Bees dance. Home."), "dance");
});

test("what a reader does not see is looked over", () => {
  assert.equal(found("the guide says", "See [the guide](https://a.example/b1) says so"), "the guide](https://a.example/b1) says");
  assert.equal(found("before after", "before \\(x^2\\) after"), "before \\(x^2\\) after");
  assert.equal(found("before after", "before ![A map](/images/1) after"), "before ![A map](/images/1) after");
  assert.equal(skeleton("a <!-- facts: F1 --> b").letters, "ab");
});

test("other words, and none, are not found", () => {
  assert.equal(found("wasps", "Bees dance."), null);
  assert.equal(found(" . ", "Bees dance."), null);
});

test("letters beyond the first plane keep their places", () => {
  assert.equal(found("𝒙 is", "So 𝒙 is here"), "𝒙 is");
});
