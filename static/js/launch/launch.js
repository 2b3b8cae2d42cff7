/* The launch page's system check: round trips to the server and storage on this device. */

import { gettext } from "../shared/translation.js";

const PINGS = 3;

/** Return the middle one of some numbers. */
export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

/** Describe round trips in milliseconds; a null is a ping that failed. */
export function describePings(trips) {
  const good = trips.filter((trip) => trip !== null);
  if (good.length === 0) return { state: "bad", text: gettext("no answer from the server") };
  const values = { good: good.length, count: trips.length, ms: Math.max(1, Math.round(median(good))) };
  if (good.length < trips.length) {
    return { state: "warn", text: gettext("unsteady: %(good)s of %(count)s tries answered, %(ms)s ms", values) };
  }
  return { state: "ok", text: gettext("good: %(count)s of %(count)s tries answered, %(ms)s ms", values) };
}

async function ping(url) {
  const start = performance.now();
  try {
    const reply = await fetch(url, { cache: "no-store", signal: AbortSignal.timeout(5000) });
    return reply.ok ? performance.now() - start : null;
  } catch {
    return null;
  }
}

function openDatabase() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open("system-check", 1);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error("blocked"));
  });
}

async function checkStorage() {
  try {
    (await openDatabase()).close();
    indexedDB.deleteDatabase("system-check");
    return { state: "ok", text: gettext("good: answers wait here when the connection drops") };
  } catch {
    return { state: "warn", text: gettext("not available: keep the connection while you answer") };
  }
}

function show(list, name, { state, text }) {
  const place = list.querySelector(`[data-check="${name}"]`);
  place.dataset.state = state;
  place.textContent = text;
  return state;
}

async function checkSystem(list, summary) {
  summary.textContent = gettext("Checking…");
  const trips = [];
  for (let count = 0; count < PINGS; count += 1) trips.push(await ping(list.dataset.pingUrl));
  const states = [show(list, "connection", describePings(trips)), show(list, "storage", await checkStorage())];
  summary.setAttribute("role", "status");
  summary.textContent = states.every((state) => state === "ok")
    ? gettext("This device is ready.")
    : gettext("You can still start. The problem is shown above.");
}

if (typeof document !== "undefined") {
  const list = document.querySelector("[data-system-check]");
  if (list) checkSystem(list, document.querySelector("[data-check-summary]"));
}
