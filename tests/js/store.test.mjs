// What holds unsent answers, before stores of a browser that stand in for the real ones.

import assert from "node:assert/strict";
import test from "node:test";

import { openStore } from "../../static/js/room/store.js";

const DAY = 86_400_000;

/** A browser's localStorage: what is kept are its own properties, as in the real one. */
class Local {
  setItem(name, value) {
    this[name] = value;
  }
  getItem(name) {
    return this[name] ?? null;
  }
  removeItem(name) {
    delete this[name];
  }
}

/** An IndexedDB with one table of entries; `isBroken` aborts every write, `isUnreadable` every reading. */
function database({ isBroken = false, isUnreadable = false } = {}) {
  const rows = new Map();
  const key = (parts) => parts.join(" ");
  const table = {
    put: (entry) => rows.set(key([entry.session, entry.client, entry.seq]), entry),
    delete: (parts) => rows.delete(key(parts)),
    getAll: ({ lower: [session] }) => [...rows.values()].filter((entry) => entry.session === session),
    index: () => ({ openCursor: () => ({}) }),
  };
  const begin = (_table, mode) => {
    const transaction = {};
    const fails = mode === "readwrite" ? isBroken : isUnreadable;
    const request = {};
    transaction.objectStore = () => ({
      ...Object.fromEntries(["put", "delete", "getAll"].map((name) => [name, (at) => settle(name, at)])),
      index: table.index,
    });
    const settle = (name, at) => {
      if (!fails) request.result = table[name](at);
      return request;
    };
    queueMicrotask(() => (fails ? transaction.onabort() : transaction.oncomplete()));
    return transaction;
  };
  const opened = { transaction: begin };
  return {
    rows,
    open: () => {
      const opening = { result: opened };
      queueMicrotask(() => opening.onsuccess());
      return opening;
    },
  };
}

/** Open the store of a browser, whose localStorage may hold something already. */
async function browser({ kept = [], ...options } = {}) {
  const local = new Local();
  for (const entry of kept) local.setItem(nameOf(entry), JSON.stringify(entry));
  const indexed = database(options);
  Object.assign(globalThis, {
    localStorage: local,
    indexedDB: options.isRefused ? undefined : indexed,
    IDBKeyRange: { upperBound: (upper) => ({ upper }), bound: (lower, upper) => ({ lower, upper }) },
  });
  return { store: await openStore(), local, rows: indexed.rows };
}

const nameOf = ({ session, client, seq }) => `exam-answers ${session} ${client} ${seq}`;
const entryOf = (seq, { session = "one", made = Date.now() } = {}) => ({ session, client: "tab", seq, made });

test("an answer is in both stores until it is removed, and is sent once", async () => {
  const { store, local, rows } = await browser();
  await store.put(entryOf(1));
  assert.equal(rows.size, 1);
  assert.deepEqual(Object.keys(local), [nameOf(entryOf(1))]);
  assert.deepEqual((await store.all("one")).map((entry) => entry.seq), [1]);
  await store.remove(entryOf(1));
  assert.equal(rows.size, 0);
  assert.deepEqual(Object.keys(local), []);
});

test("an answer that the database does not take stays in the spare store", async () => {
  const { store, local } = await browser({ isBroken: true });
  await store.put(entryOf(1));
  assert.deepEqual(Object.keys(local), [nameOf(entryOf(1))]);
  assert.deepEqual((await store.all("one")).map((entry) => entry.seq), [1]);
});

test("an answer that the database cannot give back is in the spare store", async () => {
  const { store } = await browser({ isUnreadable: true });
  await store.put(entryOf(1));
  assert.deepEqual((await store.all("one")).map((entry) => entry.seq), [1]);
});

test("an answer that cannot be read hides no other", async () => {
  const { store, local } = await browser({ isRefused: true, kept: [entryOf(2)] });
  local.setItem(nameOf(entryOf(1)), "no JSON");
  local.setItem(nameOf(entryOf(3)), JSON.stringify(entryOf(3)));
  assert.deepEqual((await store.all("one")).map((entry) => entry.seq), [2, 3]);
});

for (const isRefused of [false, true]) {
  test(`what nobody sent in 30 days leaves the spare store, database refused: ${isRefused}`, async () => {
    const old = entryOf(1, { session: "long ago", made: Date.now() - 31 * DAY });
    const young = entryOf(2, { made: Date.now() - 29 * DAY });
    const { store, local } = await browser({ kept: [old, young], isRefused });
    assert.deepEqual(Object.keys(local), [nameOf(young)]);
    assert.deepEqual(await store.all("one"), [young]);
  });
}

test("what is no answer of ours stays in the spare store, and nothing breaks", async () => {
  const local = new Local();
  local.setItem("theme", "dark");
  local.setItem("exam-answers one tab 1", "no JSON");
  Object.assign(globalThis, { localStorage: local, indexedDB: undefined });
  const store = await openStore();
  await store.put(entryOf(2));
  assert.deepEqual((await store.all("one")).map((entry) => entry.seq), [2]);
  assert.deepEqual(Object.keys(local), ["theme", "exam-answers one tab 1", nameOf(entryOf(2))]);
});
