import assert from "node:assert/strict";
import { test } from "node:test";

import { facts } from "../../static/js/room/ending.js";
import { meaningOf } from "../../static/js/shared/keyboard.js";
import { placeOf, step } from "../../static/js/room/navigation.js";
import { choice } from "../../static/js/kinds/choice.js";
import { matching } from "../../static/js/kinds/matching.js";
import { moved, ordering, placed } from "../../static/js/kinds/ordering.js";
import { describe as describeSaving } from "../../static/js/room/savestate.js";
import { kindOf } from "../../static/js/shared/kinds.js";
import { isListed, isSame, label, progress, stateOf, tally } from "../../static/js/shared/state.js";

const KINDS = { multiple_choice: choice, multiple_response: choice, matching, ordering };

/** A question of a type that asks for two options, or has three prompts, and the response to it. */
function response(type, value, more = {}) {
  const control = type === "multiple_choice" ? "radio" : "checkbox";
  const question = { controls: Array.from({ length: 3 }, () => ({ type: control })), choose: 2, ...more };
  const kind = KINDS[type];
  return { goal: kind.goal(question), counter: kind.counter(question), seen: true, response: value, ...more };
}

test("a question never shown is unseen, one shown without an answer is seen", () => {
  assert.equal(stateOf(response("multiple_choice", null, { seen: false })), "unseen");
  assert.equal(stateOf(response("multiple_choice", null)), "seen");
});

test("option A, index 0, is an answer", () => {
  assert.equal(stateOf(response("multiple_choice", 0)), "answered");
});

test("too few and too many choices are both incomplete", () => {
  assert.equal(stateOf(response("multiple_response", [1])), "incomplete");
  assert.equal(stateOf(response("multiple_response", [0, 1, 2])), "incomplete");
  assert.equal(stateOf(response("multiple_response", [0, 2])), "answered");
});

test("a matching is answered when every prompt has its response", () => {
  assert.equal(stateOf(response("matching", [0, null, 1])), "incomplete");
  assert.equal(stateOf(response("matching", [null, null, null])), "seen");
  assert.equal(stateOf(response("matching", [0, 0, 1])), "answered");
});

test("an ordering counts its places, not its options", () => {
  assert.equal(stateOf(response("ordering", [4, 1], { choose: 3 })), "incomplete");
  assert.equal(stateOf(response("ordering", [4, 1, 0], { choose: 3 })), "answered");
});

test("empty responses are all the same", () => {
  assert.ok(isSame([], null));
  assert.ok(isSame([null, null], null));
  assert.ok(!isSame([0, 1], [1, 0]));
});

test("the counter says what to do about a surplus", () => {
  assert.deepEqual(progress(response("multiple_response", [0, 1, 2])), { text: "Choose only 2", over: true });
  assert.deepEqual(progress(response("multiple_choice", 1)), { text: "", over: false });
});

test("a response is read from its controls and written to them", () => {
  const select = (value) => ({ value });
  const pairs = { controls: [select("2"), select(""), select("0")] };
  assert.deepEqual(matching.read(pairs), [2, null, 0]);
  matching.write(pairs, [null, 1]);
  assert.deepEqual(pairs.controls.map(({ value }) => value), ["", "1", ""]);
  const steps = { controls: [select("2"), select(""), select("1")], choose: 2 };
  steps.indexOf = (control) => steps.controls.indexOf(control);
  assert.deepEqual(ordering.read(steps), [2, 0]);
  ordering.write(steps, [1, 0, 2]);
  assert.deepEqual(steps.controls.map(({ value }) => value), ["2", "1", ""]);
  const boxes = { controls: [0, 1, 2].map((value) => ({ type: "checkbox", value: String(value), checked: value > 0 })) };
  assert.deepEqual(choice.read(boxes), [1, 2]);
  choice.write(boxes, [0]);
  assert.deepEqual(choice.read(boxes), [0]);
  choice.write(boxes, [null]);
  assert.equal(choice.read(boxes), null);
});

test("a response is said by its letters, or by the texts of its pairs", () => {
  assert.equal(choice.words({}, [0, 2]), "A and C");
  assert.equal(ordering.words({}, [2, 0]), "C, then A");
  assert.equal(ordering.words({}, [2, 0, 1]), "C, then A, then B");
  const options = [{ text: "Choose…" }, { text: "Red" }];
  assert.equal(matching.words({ controls: [{ options }] }, [0, null]), "1: Red; 2: –");
});

test("a kind whose script is missing is not taken for another", () => {
  assert.throws(() => kindOf("hotspot"), /no script works questions of hotspot/);
  assert.equal(kindOf("ordering"), ordering);
});

test("a link names position, state and flag", () => {
  assert.equal(label(12, "incomplete", true), "Question 12, incomplete, flagged");
});

test("filters list what is open or flagged", () => {
  const rows = [
    { position: 1, state: "answered", flagged: true },
    { position: 2, state: "incomplete", flagged: false },
    { position: 3, state: "unseen", flagged: false },
  ];
  const listed = (filter) => rows.filter((row) => isListed(row, filter)).map((row) => row.position);
  assert.deepEqual([listed("all"), listed("incomplete"), listed("flagged")], [[1, 2, 3], [2, 3], [1]]);
  const counts = tally(rows);
  assert.deepEqual([counts.open, counts.unanswered, counts.flagged], [2, 1, 1]);
});

test("the end names what is unanswered and unsent", () => {
  const lines = facts([{ position: 4, state: "seen", flagged: false }], 2);
  assert.match(lines[0], /1 question not answered: 4\. A guess costs nothing/);
  assert.match(lines[1], /2 answers not sent yet/);
  assert.deepEqual(facts([{ position: 4, state: "answered", flagged: false }], 0), ["Every question is answered and saved."]);
});

test("no key means two things and letters keep out of the way of modifiers", () => {
  const press = (key, more = {}) => meaningOf({ key, code: "", ...more });
  assert.deepEqual(press("f"), { act: "choose", index: 5 });
  assert.deepEqual(press("F", { shift: true }), { act: "strike", index: 5 });
  assert.deepEqual(press("3"), { act: "choose", index: 2 });
  assert.deepEqual([..."jkmrt"].map((key) => press(key).act), ["next", "previous", "flag", "review", "time"]);
  assert.equal(press("c", { control: true }), null);
  assert.equal(press("a", { alt: true }), null);
  assert.equal(press("a", { meta: true }), null);
  assert.equal(press("9"), null);
  assert.deepEqual(press("ArrowRight", { control: true }), { act: "next" });
});

test("a hash names a question of this paper or nothing", () => {
  assert.deepEqual(["#q7", "#review", "#q0", "#q66", "#q7x", ""].map((hash) => placeOf(hash, 65)), [7, "review", null, null, null, null]);
});

test("a walk skips what is not on its list and ends in the review", () => {
  assert.equal(step([2, 9, 40], 9, 1), 40);
  assert.equal(step([2, 9, 40], 40, 1), "review");
  assert.equal(step([2, 9, 40], 9, -1), 2);
  assert.equal(step([2, 9, 40], 2, -1), 2);
});

test("moving stops at the ends, placing counts after the taking out", () => {
  assert.deepEqual(moved(["a", "b", "c"], 2, -1), ["a", "c", "b"]);
  assert.deepEqual(moved(["a", "b", "c"], 0, -1), ["a", "b", "c"]);
  assert.deepEqual(placed(["a", "b", "c"], "a", 2), ["b", "a", "c"]);
  assert.deepEqual(placed(["a", "b", "c"], "c", 0), ["c", "a", "b"]);
  assert.deepEqual(placed(["a", "b"], "x", 1), ["a", "x", "b"]);
});

test("the save state is a sentence with a number", () => {
  const say = (condition, count) => describeSaving({ condition, count, savedAt: new Date(2026, 0, 2, 10, 42, 7) }).long;
  assert.equal(say("saved", 0), "Saved 10:42:07");
  assert.equal(say("retrying", 2), "Not saved yet: 2 answers kept on this device, retrying");
  assert.equal(say("offline", 1), "Offline: 1 answer kept on this device, the clock keeps running");
});
