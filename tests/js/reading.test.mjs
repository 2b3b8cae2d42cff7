import assert from "node:assert/strict";
import test from "node:test";

import { actOf } from "../../static/js/review/review.js";
import { withRange } from "../../static/js/room/reading.js";

test("highlighted words that touch are one, and highlighting inside takes them out", () => {
  assert.deepEqual(withRange([], [3, 8]), [[3, 8]]);
  assert.deepEqual(withRange([[3, 8]], [8, 12]), [[3, 12]]);
  assert.deepEqual(withRange([[3, 8], [20, 25]], [5, 22]), [[3, 25]]);
  assert.deepEqual(withRange([[3, 8]], [10, 12]), [[3, 8], [10, 12]]);
  assert.deepEqual(withRange([[3, 12]], [5, 8]), [[3, 5], [8, 12]]);
  assert.deepEqual(withRange([[3, 8]], [3, 8]), []);
});

test("keys walk through the answers, a held one does not", () => {
  assert.equal(actOf({ key: "J" }), "next");
  assert.equal(actOf({ key: "ArrowLeft" }), "previous");
  assert.equal(actOf({ key: "j", repeat: true }), null);
  assert.equal(actOf({ key: "j", ctrlKey: true }), null);
  assert.equal(actOf({ key: "x" }), null);
});
