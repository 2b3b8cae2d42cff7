import assert from "node:assert/strict";
import { test } from "node:test";

import { differs, isStale, keyOf, problemOf, written } from "../../static/js/shared/writing.js";

test("text is kept apart for each person, page and form", () => {
  const keys = [keyOf(1, "/a/", 0), keyOf(2, "/a/", 0), keyOf(1, "/b/", 0), keyOf(1, "/a/", 1)];
  assert.equal(new Set(keys).size, 4);
});

test("no password and no token is kept", () => {
  const fields = [["csrfmiddlewaretoken", "x"], ["password", "p"], ["text", "Words"], ["file", {}]];
  assert.deepEqual(written(fields), [["text", "Words"]]);
});

test("the same text is not offered again, and nothing after a week", () => {
  assert.equal(differs([["a", "1"]], [["a", "1"]]), false);
  assert.equal(differs([["a", "1"]], [["a", "2"]]), true);
  assert.equal(isStale(0, 6 * 86_400_000), false);
  assert.equal(isStale(0, 7 * 86_400_000), true);
});

test("what the sign-in says is said", () => {
  assert.equal(problemOf(200, null), "");
  assert.match(problemOf(429, null), /^Too many tries/);
  assert.equal(problemOf(400, { form: { errors: ["Wrong."], fields: {} } }), "Wrong.");
});
