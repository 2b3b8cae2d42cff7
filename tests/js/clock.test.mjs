import assert from "node:assert/strict";
import { test } from "node:test";

import { moveWords } from "../../static/js/room/timer.js";
import { clockText, clockWords, markPassed, timeLeft } from "../../static/js/shared/clock.js";

const minutes = (count) => count * 60_000;

test("minutes only until five are left, then seconds, never below zero", () => {
  assert.deepEqual(
    [minutes(90), minutes(71) + 1, minutes(5) + 1, minutes(5), 299_000, 9_001, 0, -5_000].map(clockText),
    ["90 min", "72 min", "6 min", "5:00", "4:59", "0:10", "0:00", "0:00"],
  );
});

test("the time is spoken in words", () => {
  assert.equal(clockWords(minutes(72)), "72 minutes");
  assert.equal(clockWords(61_000), "1 minute 1 second");
  assert.equal(clockWords(60_000), "1 minute");
  assert.equal(clockWords(0), "no time");
});

test("each mark is told once, and after a sleep only the last one", () => {
  assert.equal(markPassed(minutes(30) + 100, minutes(30) - 100), minutes(30));
  assert.equal(markPassed(minutes(30) - 100, minutes(30) - 300), null);
  assert.equal(markPassed(minutes(40), minutes(4)), minutes(5));
});

test("a page opened below a mark does not tell it", () => {
  assert.equal(markPassed(minutes(9), minutes(9) - 250), null);
});

test("the time left follows the server's clock and the page's steady one, not the wall clock", () => {
  assert.equal(timeLeft({ deadline: 1_000_000, now: 400_000, at: 50 }, 1_050), 599_000);
});

test("more time is told in minutes, and what the clocks differ by is not", () => {
  assert.equal(moveWords(minutes(10), minutes(20)), "You were given 10 more minutes.");
  assert.equal(moveWords(minutes(10), minutes(11)), "You were given 1 more minute.");
  assert.equal(moveWords(minutes(10), minutes(10) + 20_000), "");
  assert.equal(moveWords(minutes(10), minutes(5)), "");
});
