// Who sends: one id per tab with its own counting, and the locks that tell a live tab from a dead one.

import { recall, remember } from "../shared/storage.js";

const AREA = "sessionStorage";
const locks = navigator.locks;
// How long a reload may wait for the page before it to let go.
const PATIENCE_MS = 1500;
// How often to look whether another tab is gone; longer than a reload takes.
const LOOK_MS = 5000;

/** Return {id, next()} for this tab; a copied tab gets an id of its own. */
export async function openClient(session) {
  const slot = `exam-client ${session}`;
  let kept = recall(slot, null, AREA);
  // Without locks a copied tab cannot be told from a reload: then every page is a new client.
  if (!kept || !locks || !(await hold(kept.id, PATIENCE_MS))) {
    kept = { id: uuid(), seq: 0 };
    if (locks) await hold(kept.id, PATIENCE_MS);
  }
  remember(slot, kept, AREA);
  return {
    id: kept.id,
    next() {
      kept.seq += 1;
      remember(slot, kept, AREA);
      return kept.seq;
    },
    /** Never count below what is stored already. */
    atLeast(seq) {
      kept.seq = Math.max(kept.seq, seq);
    },
  };
}

/** Tell whether the tab with this id is gone; if so, this tab stands in for it from now on. */
export async function standsInFor(id) {
  return locks ? hold(id, 0) : true;
}

/** Wait until the tab with this id is gone, and stand in for it. */
export async function outlive(id) {
  let misses = 0;
  while (misses < 2 || !(await hold(id, 0))) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    const { held } = await locks.query();
    misses = held.some(({ name }) => name === nameOf(id)) ? 0 : misses + 1;
  }
}

const nameOf = (id) => `exam-client-${id}`;

function hold(id, patience) {
  return new Promise((resolve) => {
    const options = patience ? { signal: AbortSignal.timeout(patience) } : { ifAvailable: true };
    locks
      .request(nameOf(id), options, (lock) => {
        resolve(lock !== null);
        return lock && new Promise(() => {});
      })
      .catch(() => resolve(false));
  });
}

function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
