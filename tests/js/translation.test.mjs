// What scripts say: as it stands, or by a catalog of another language.

import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import { andList, gettext, interpolate, ngettext } from "../../static/js/shared/translation.js";

afterEach(() => delete globalThis.django);

test("without a catalog a sentence is what it is, with its values", () => {
  assert.equal(gettext("Answer cleared."), "Answer cleared.");
  assert.equal(gettext("Choose only %(goal)s", { goal: 2 }), "Choose only 2");
});

test("a name without a value stays, for who knows it later", () => {
  assert.equal(gettext("%(count)s of %(goal)s chosen"), "%(count)s of %(goal)s chosen");
  assert.equal(interpolate("%(count)s of %(goal)s", { count: 0, goal: 2 }), "0 of 2");
});

test("counted words agree with their number", () => {
  const listed = (count) => ngettext("%(count)s question listed.", "%(count)s questions listed.", count);
  assert.deepEqual([0, 1, 2].map(listed), ["0 questions listed.", "1 question listed.", "2 questions listed."]);
});

test("words are listed in one marked sentence", () => {
  const lists = [["A"], ["A", "C"], ["A", "B", "C"]];
  assert.deepEqual(lists.map(andList), ["A", "A and C", "A, B and C"]);
  globalThis.django = { gettext: (sentence) => sentence.replace(" and ", " und ") };
  assert.equal(andList(["A", "B", "C"]), "A, B und C");
});

test("a catalog gives both the words and the plural form", () => {
  globalThis.django = {
    gettext: (sentence) => (sentence === "Signed out" ? "Abgemeldet" : sentence),
    ngettext: (one, many, count) => (count === 1 ? "%(count)s Frage" : "%(count)s Fragen"),
  };
  assert.equal(gettext("Signed out"), "Abgemeldet");
  assert.equal(ngettext("%(count)s question", "%(count)s questions", 3), "3 Fragen");
});
