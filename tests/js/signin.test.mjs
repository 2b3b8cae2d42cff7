import assert from "node:assert/strict";
import { test } from "node:test";

import { problemOf, waiting } from "../../static/js/room/signin.js";

const form = (errors, fields = {}) => ({ form: { errors, fields } });

test("a sign-in that was taken has no problem", () => {
  assert.equal(problemOf(200, { location: "/" }), "");
});

test("what the form says is said, of the whole and of its fields", () => {
  assert.equal(problemOf(400, form(["Wrong word."], { login: { errors: ["No address."] } })), "Wrong word. No address.");
});

test("without a form the status is told in words", () => {
  assert.match(problemOf(429, null), /^Too many tries/);
  for (const status of [403, 500, 502, 503]) assert.match(problemOf(status, null), /cannot be reached/);
});

test("what waits is counted", () => {
  assert.equal(waiting(0), "Every answer so far is saved.");
  assert.equal(waiting(1), "1 answer kept on this device and sent once you are signed in.");
  assert.match(waiting(3), /^3 answers kept/);
});
