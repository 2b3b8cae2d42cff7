import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.document = { querySelector: () => null };
const { sum } = await import("../../static/js/setup/outline.js");

test("half a question is rounded up, as the server does", () => {
  assert.deepEqual(sum(["20", "5,0", "much"], 50), {
    given: 25, left: 75, questions: 13, count: 50,
  });
});

test("a share without end counts nothing", () => {
  assert.equal(sum(["Infinity", "1e400", "NaN", "1e308", "1e308", "-2000000", "40"], 50).given, 40);
});
