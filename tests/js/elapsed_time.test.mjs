import assert from "node:assert/strict";
import { test } from "node:test";

import { bounded } from "../../static/js/room/elapsed_time.js";

test("a time is whole milliseconds that the server takes", () => {
  assert.deepEqual([1499.6, 0, -5, NaN, undefined, null, "x", Infinity, 2 ** 40].map(bounded), [
    1500, 0, 0, 0, 0, 0, 0, 86_400_000, 86_400_000,
  ]);
});
