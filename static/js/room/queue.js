// The durable queue of answers: written to the device first, sent in order, forgotten only when
// the server has acknowledged.

import { adopt } from "./orphaned_answers.js";
import { delay, fitting, inOrder, meaning, retryAfter, settle, wire } from "./protocol.js";
import { openClient } from "./client.js";
import { openStore } from "./store.js";

const BATCH = 50;
const KEEPALIVE_BYTES = 60_000;
const TIMEOUT_MS = 15_000;
// How often to look whether one has signed in again, in another tab perhaps.
const SIGNED_OUT_MS = 15_000;

/** Emits "change" (what waits, how sending goes), "adopted", "acknowledged" and "clock" (server's word). */
export class Queue extends EventTarget {
  constructor({ session, url, csrf }) {
    super();
    Object.assign(this, { session, url, csrf, sending: null, timer: null });
    this.entries = [];
    this.disputed = new Map(); // by position, what another tab was faster with
    this.failures = 0;
    this.condition = "idle";
    this.savedAt = null;
    this.limit = BATCH;
  }

  /** Open the device's store and take over what dead tabs left; returns those entries. */
  async open() {
    [this.store, this.client] = await Promise.all([openStore(), openClient(this.session)]);
    const adopted = await adopt({ ...this, later: (entries) => this.inherit(entries) });
    this.entries.unshift(...adopted);
    for (const event of ["online", "pageshow"]) addEventListener(event, () => this.hurry());
    addEventListener("pagehide", () => this.lastWord());
    document.addEventListener("visibilitychange", () => (document.hidden ? this.lastWord() : this.hurry()));
    if (this.entries.length) this.flush();
    return adopted;
  }

  /** Another tab is gone: take over what it left. */
  inherit(entries) {
    if (!entries.length) return;
    this.entries = inOrder([...entries, ...this.entries]);
    this.dispatchEvent(new CustomEvent("adopted", { detail: entries }));
    this.flush();
  }

  /** How many questions have a change that waits. */
  get count() {
    return new Set(this.entries.map((entry) => entry.position)).size;
  }

  has(position) {
    return this.entries.some((entry) => entry.position === position);
  }

  /** Keep a change {position, response, base, elapsed_ms, flagged, struck} and send it. */
  async add(change) {
    const foreign = this.entries.some((entry) => entry.position === change.position && entry.client !== this.client.id);
    const entry = {
      ...change,
      // What a tab before this one left is the same person's: no conflict with it.
      base: foreign ? null : change.base,
      session: this.session,
      client: this.client.id,
      seq: this.client.next(),
      made: Date.now(),
    };
    this.entries.push(entry);
    this.tell("saving");
    entry.kept = this.store.put({ ...entry });
    await entry.kept;
    this.settled(change.position);
    return this.flush();
  }

  /** Send what waits unless a request is under way or a pause is asked for. */
  flush() {
    if (this.sending || this.timer || !this.entries.length) return this.sending ?? Promise.resolve();
    this.sending = this.send().finally(() => {
      this.sending = null;
      if (this.entries.length && !this.timer) this.flush();
    });
    return this.sending;
  }

  /** Something suggests that the way is free again: try now. */
  hurry() {
    clearTimeout(this.timer);
    this.timer = null;
    return this.condition === "signed-out" && !this.entries.length ? this.ask() : this.flush();
  }

  async send() {
    const batch = this.entries.slice(0, this.limit);
    await Promise.all(batch.map((entry) => entry.kept));
    const asked = performance.now();
    let reply;
    try {
      reply = await this.post(batch, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    } catch {
      return this.pause("offline");
    }
    const body = await reply.json().catch(() => null);
    this.readClock(body, asked);
    const sense = meaning(reply.status);
    if (sense === "acknowledged" && Array.isArray(body?.saved)) return this.acknowledge(batch, body);
    if (sense === "signed-out") return this.pause("signed-out", SIGNED_OUT_MS);
    if (sense === "smaller") this.limit = Math.max(1, Math.floor(batch.length / 2));
    return this.pause("retrying", retryAfter(reply.headers.get("Retry-After"), Date.now(), Math.random()));
  }

  post(batch, options = {}) {
    return fetch(this.url, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": this.csrf() },
      body: JSON.stringify(batch.map(wire)),
      credentials: "same-origin",
      redirect: "error",
      ...options,
    });
  }

  async acknowledge(batch, body) {
    const { done } = settle(batch, body.saved);
    const gone = new Set(done.map(({ entry }) => entry));
    this.entries = this.entries.filter((entry) => !gone.has(entry));
    await Promise.all(done.map((one) => this.release(one)));
    if (!done.length) return this.pause("retrying");
    this.failures = 0;
    this.limit = BATCH;
    this.savedAt = new Date();
    this.dispatchEvent(new CustomEvent("acknowledged", { detail: done }));
    this.tell(this.entries.length ? "saving" : "saved");
  }

  /** Forget what is acknowledged; a stale answer stays on the device until it is settled. */
  async release({ entry, ack }) {
    const isDisputed = ack.status === "stale" && !this.has(entry.position);
    const spent = isDisputed ? this.disputed.get(entry.position) : entry;
    if (isDisputed) this.disputed.set(entry.position, entry);
    if (spent) await this.store.remove(spent);
  }

  /** The person has chosen, or there was nothing to choose. */
  settled(position) {
    const entry = this.disputed.get(position);
    this.disputed.delete(position);
    if (entry) this.store.remove(entry);
  }

  pause(condition, wait = null) {
    this.failures += 1;
    this.timer = setTimeout(() => this.hurry(), wait ?? delay(this.failures, Math.random()));
    this.tell(condition);
  }

  tell(condition) {
    // While sending fails, a new answer does not make it look better.
    if (condition !== "saving" || this.failures === 0) this.condition = condition;
    this.dispatchEvent(new Event("change"));
  }

  readClock(body, asked) {
    if (!Number.isFinite(body?.server_now_ms)) return;
    const at = (asked + performance.now()) / 2;
    this.dispatchEvent(new CustomEvent("clock", { detail: { now: body.server_now_ms, deadline: body.deadline_ms, at, state: body.state, resultUrl: body.result_url } }));
  }

  /** Ask the server for its clock with an empty list; tells "reached", "signed-out", "foreign" or "away". */
  async ask() {
    const asked = performance.now();
    let reply;
    try {
      reply = await this.post([], { signal: AbortSignal.timeout(TIMEOUT_MS) });
    } catch {
      return "away";
    }
    this.readClock(await reply.json().catch(() => null), asked);
    if (reply.status >= 500 || reply.status === 429) return "away";
    const isOut = meaning(reply.status) === "signed-out";
    if (isOut && !this.sending && !this.timer) this.pause("signed-out", SIGNED_OUT_MS);
    if (!isOut && this.condition === "signed-out" && !this.entries.length) this.recover();
    if (!isOut) return "reached";
    return reply.status === 404 ? "foreign" : "signed-out";
  }

  /** The server answers again, and nothing waits. */
  recover() {
    this.failures = 0;
    this.tell("saved");
  }

  /** The page may go: send what waits in a request that outlives it; nothing is forgotten yet. */
  lastWord() {
    if (!this.entries.length) return;
    this.post(fitting(this.entries, KEEPALIVE_BYTES), { keepalive: true }).catch(() => {});
  }

  /** Try for at most `patience` ms to get everything sent; tells whether it is. */
  async drain(patience) {
    const end = performance.now() + patience;
    this.hurry();
    const isStuck = () => this.condition === "signed-out" && !this.sending;
    while (this.entries.length && !isStuck() && performance.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return this.entries.length === 0;
  }

  /** What still waits, as the finish form's `pending`. */
  pending() {
    return JSON.stringify(this.entries.map(wire));
  }
}
