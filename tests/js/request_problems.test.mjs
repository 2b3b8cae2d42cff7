// What is said when a request fails, and whose token goes with the next one.

import assert from "node:assert/strict";
import test from "node:test";

import { problemOf, tokenIn } from "../../static/js/shared/request_problems.js";

test("each failure has its sentence", () => {
  assert.equal(problemOf({ status: 0 }), "offline");
  assert.equal(problemOf({ status: 200, address: "http://x/accounts/login/?next=/practiced/" }), "signed-out");
  assert.equal(problemOf({ status: 401 }), "signed-out");
  assert.equal(problemOf({ status: 403 }), "elsewhere");
  assert.equal(problemOf({ status: 404 }), "elsewhere");
  assert.equal(problemOf({ status: 429 }), "busy");
  assert.equal(problemOf({ status: 503 }), "failed");
});

test("the cookie's token is found among others, in both of its names", () => {
  assert.equal(tokenIn("a=b; csrftoken=abc; c=d"), "abc");
  assert.equal(tokenIn("__Host-csrftoken=xyz"), "xyz");
  assert.equal(tokenIn("xcsrftoken=no"), "");
});
