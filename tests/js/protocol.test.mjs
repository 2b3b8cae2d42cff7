import assert from "node:assert/strict";
import { test } from "node:test";

import { delay, fitting, inOrder, meaning, newest, retryAfter, settle, wire } from "../../static/js/room/protocol.js";

const entry = (seq, more = {}) => ({ client: "c", seq, made: seq, position: seq, response: 0, base: 0, elapsed_ms: 1, flagged: false, struck: [], session: "s", ...more });

test("waits grow 1, 2, 4, 8, 15 seconds and stay there", () => {
  assert.deepEqual([1, 2, 3, 4, 5, 6, 60].map((failures) => delay(failures, 0.5)), [1000, 2000, 4000, 8000, 15000, 15000, 15000]);
});

test("waits are spread by a quarter either way", () => {
  assert.deepEqual([delay(2, 0), delay(2, 1)], [1500, 2500]);
});

test("Retry-After is read as seconds or as a date, and bounded", () => {
  const now = Date.parse("2026-11-23T10:00:00Z");
  assert.equal(retryAfter("7", now, 0), 7000);
  assert.equal(retryAfter("Mon, 23 Nov 2026 10:00:05 GMT", now, 0), 5000);
  assert.equal(retryAfter("99999", now, 0), 120_000);
  assert.equal(retryAfter("soon", now, 0), null);
  assert.equal(retryAfter(null, now, 0), null);
});

test("those who are told to come again at one moment come within three seconds of it, never before", () => {
  assert.deepEqual([0, 0.5, 1].map((random) => retryAfter("5", 0, random)), [5000, 6500, 8000]);
});

test("only a reply that can hold acknowledgements is taken for one", () => {
  assert.deepEqual([200, 409, 422, 401, 403, 413, 429, 500, 503].map(meaning), [
    "acknowledged", "acknowledged", "acknowledged", "signed-out", "signed-out", "smaller", "later", "later", "later",
  ]);
});

test("entries go in the order in which they were made, also by two tabs", () => {
  const entries = [entry(2, { made: 30 }), entry(1, { made: 10 }), entry(9, { client: "d", made: 20 })];
  assert.deepEqual(inOrder(entries).map((one) => one.seq), [1, 9, 2]);
});

test("an entry is done only by its own acknowledgement", () => {
  const sent = [entry(1), entry(2), entry(2, { client: "d" })];
  const { done, left } = settle(sent, [{ client: "c", seq: 2, status: "late" }]);
  assert.deepEqual(done.map(({ entry: one, ack }) => [one.client, one.seq, ack.status]), [["c", 2, "late"]]);
  assert.deepEqual(left.map((one) => [one.client, one.seq]), [["c", 1], ["d", 2]]);
});

test("what is sent holds no field of the device's own", () => {
  assert.deepEqual(Object.keys(wire(entry(1))), ["position", "response", "client", "seq", "base", "elapsed_ms", "flagged", "struck"]);
});

test("the newest entry of a position is what the page shows after a reload", () => {
  const found = newest([entry(3, { position: 7, response: 2 }), entry(1, { position: 7, response: 1 })]);
  assert.equal(found.get(7).response, 2);
});

test("a last word keeps within its bytes, the newest first, still in order", () => {
  const entries = [entry(1), entry(2), entry(3)];
  const size = JSON.stringify(wire(entry(1))).length;
  assert.deepEqual(fitting(entries, 2 * size + 6).map((one) => one.seq), [2, 3]);
});
