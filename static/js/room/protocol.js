// When to send again, and what an answer of the server means for the queue. Pure.

const STEPS = [1, 2, 4, 8, 15];

/** Milliseconds to wait before try number `failures` + 1; random is 0 to 1 and spreads by a quarter. */
export function delay(failures, random) {
  const seconds = STEPS[Math.min(Math.max(failures, 1), STEPS.length) - 1];
  return Math.round(seconds * 1000 * (0.75 + 0.5 * random));
}

/**
 * Milliseconds that a Retry-After header asks for, as seconds or as a date, and up to 3 s more by
 * `random`, so that those who were told the same do not come at the same moment; null without one.
 */
export function retryAfter(header, now, random) {
  if (!header) return null;
  const seconds = Number(header);
  const wait = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - now;
  return Number.isFinite(wait) ? Math.min(Math.max(wait, 0), 120_000) + Math.round(3000 * random) : null;
}

/** What a status means: "acknowledged", "signed-out", "smaller" (send fewer) or "later". */
export function meaning(status) {
  if ([200, 409, 422].includes(status)) return "acknowledged";
  if ([401, 403, 404].includes(status)) return "signed-out";
  return status === 413 ? "smaller" : "later";
}

/** Entries in the order in which they were made, by any tab of this device. */
export function inOrder(entries) {
  return [...entries].sort((one, other) => one.made - other.made || one.seq - other.seq);
}

/** The entry as it is sent. */
export function wire({ position, response, client, seq, base, elapsed_ms, flagged, struck }) {
  return { position, response, client, seq, base, elapsed_ms, flagged, struck };
}

export function keyOf({ client, seq }) {
  return `${client} ${seq}`;
}

/** Split entries into those that a reply acknowledges, with its word on each, and those it does not. */
export function settle(sent, acknowledgements) {
  const byKey = new Map(acknowledgements.map((row) => [keyOf(row), row]));
  const done = sent.filter((entry) => byKey.has(keyOf(entry)));
  return {
    done: done.map((entry) => ({ entry, ack: byKey.get(keyOf(entry)) })),
    left: sent.filter((entry) => !byKey.has(keyOf(entry))),
  };
}

/** The newest entry of each position, by position. */
export function newest(entries) {
  return new Map(inOrder(entries).map((entry) => [entry.position, entry]));
}

/** Pick what fits in one request that must outlive the page: the newest first, then in order. */
export function fitting(entries, bytes) {
  const chosen = [];
  let size = 2;
  for (const entry of inOrder(entries).reverse()) {
    size += JSON.stringify(wire(entry)).length + 1;
    if (size > bytes) break;
    chosen.unshift(entry);
  }
  return chosen;
}
