// What the service worker brings and deletes, before a server and caches that stand in for the real ones.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import vm from "node:vm";

const source = readFileSync(new URL("../../static/js/offline/worker.js", import.meta.url), "utf8");
const HERE = "https://here";
const SHELF = "/notes/x/";
const NOTE = "/notes/x/1.1/";
const GLOSSARY = "/notes/x/glossary/";
const DUE = "/review/x/list/";

/** A cache of a browser: replies by address. */
class Store extends Map {
  keys() {
    return [...super.keys()].map((path) => ({ url: HERE + path }));
  }
  match(at) {
    return this.get(at.replace(HERE, ""))?.clone();
  }
  put(path, reply) {
    this.set(path, reply);
  }
  delete(at) {
    return super.delete(at.replace(HERE, ""));
  }
}

/** A device of Ann's and its server: `answers` holds statuses other than 200 by path, `asked` what was asked for. */
function device() {
  const stores = new Map();
  const server = { named: [SHELF, NOTE, GLOSSARY], answers: new Map(), asked: [], isInExam: false };
  const rows = () => server.named.map((path) => `<li data-page="${path}" data-keep="wished"></li>`).join("");
  const index = () => (server.isInExam ? "<p data-in-exam>" : `<li data-page="${DUE}" data-keep="always"></li>${rows()}`);
  const fetch = async (path) => {
    server.asked.push(path);
    const status = server.answers.get(path) ?? 200;
    if (!status) throw new TypeError("Failed to fetch");
    const html = `<meta name="device" content="ann">${path === "/offline/" ? index() : path}`;
    return new Response(html, { status, headers: status === 429 ? { "Retry-After": "7" } : {} });
  };
  const caches = {
    open: async (name) => stores.get(name) ?? stores.set(name, new Store()).get(name),
    match: async (path, { cacheName }) => stores.get(cacheName)?.match(path),
    keys: async () => [...stores.keys()],
    delete: async (name) => stores.delete(name),
  };
  const clock = { now: Date.now() };
  const context = { addEventListener() {}, URL, Response, Headers, caches, fetch, Date: { now: () => clock.now } };
  vm.createContext(Object.assign(context, { location: new URL("/worker.js", HERE) }));
  vm.runInContext(source, context);
  const plain = (value) => JSON.parse(JSON.stringify(value));
  return {
    server,
    clock,
    ask: async (type) => plain(await vm.runInContext(`WORK.${type}({ owner: "ann" })`, context)),
    state: async () => plain(await vm.runInContext("state()", context)),
    here: () => [...stores.get("offline-1-ann").keys()].map(({ url }) => url.replace(HERE, "")).sort(),
    askedFor: () => server.asked.splice(0).filter((path) => path !== "/offline/"),
  };
}

test("all notes are here once each of them is", async () => {
  const ann = device();
  assert.deepEqual(await ann.ask("keep"), { isDone: true, waitMs: 0 });
  assert.deepEqual(ann.here(), [SHELF, NOTE, GLOSSARY, "/offline/", DUE].sort());
  const { notesAt, missing } = await ann.state();
  assert.deepEqual([notesAt, missing], [ann.clock.now, []]);
});

test("a page that fails is missing: that is said, and it alone is brought later", async () => {
  const ann = device();
  ann.server.answers.set(NOTE, 500);
  assert.deepEqual(await ann.ask("keep"), { isDone: false, waitMs: 0 });
  assert.deepEqual(ann.here(), [SHELF, GLOSSARY, "/offline/", DUE].sort());
  const { notesAt, missing } = await ann.state();
  assert.deepEqual([notesAt, missing], [0, [NOTE]]);
  ann.askedFor();

  ann.server.answers.clear();
  await ann.ask("sync");
  assert.deepEqual(ann.askedFor(), [], "not at once");
  ann.clock.now += 61_000;
  assert.equal((await ann.ask("sync")).isDone, true);
  assert.deepEqual(ann.askedFor(), [DUE, NOTE]);
  assert.deepEqual((await ann.state()).missing, []);
});

test("a server that asks for a pause is asked for nothing more, and the rest comes after it", async () => {
  const ann = device();
  ann.server.answers.set(NOTE, 429);
  assert.deepEqual(await ann.ask("keep"), { isDone: false, waitMs: 7_000 });
  assert.deepEqual(ann.askedFor(), [DUE, SHELF, NOTE]);
  assert.deepEqual((await ann.state()).missing, [NOTE, GLOSSARY]);

  ann.server.answers.clear();
  assert.deepEqual(await ann.ask("keep"), { isDone: true, waitMs: 0 });
  assert.deepEqual(ann.askedFor(), [DUE, NOTE, GLOSSARY]);
});

test("a pause that the index asks for is told", async () => {
  const ann = device();
  ann.server.answers.set("/offline/", 429);
  assert.deepEqual(await ann.ask("keep"), { isDone: false, waitMs: 7_000 });
});

test("a network that goes in the middle leaves the rest missing", async () => {
  const ann = device();
  ann.server.answers.set(SHELF, 0);
  assert.deepEqual(await ann.ask("keep"), { isDone: false, waitMs: 0 });
  assert.deepEqual((await ann.state()).missing, [SHELF, NOTE, GLOSSARY]);
});

test("a day later all notes are brought anew", async () => {
  const ann = device();
  await ann.ask("keep");
  ann.askedFor();
  ann.clock.now += 16 * 60_000;
  await ann.ask("sync");
  assert.deepEqual(ann.askedFor(), [DUE]);
  ann.clock.now += 25 * 3600_000;
  await ann.ask("sync");
  assert.deepEqual(ann.askedFor(), [DUE, SHELF, NOTE, GLOSSARY]);
});

/** What the server says of pages that its index names no more, when a device that has them all comes by. */
async function afterWithdrawal(answers, isInExam = false) {
  const ann = device();
  await ann.ask("keep");
  Object.assign(ann.server, { named: [SHELF], answers: new Map(answers), isInExam });
  ann.clock.now += 16 * 60_000;
  await ann.ask("sync");
  return ann.here();
}

test("a page that the server gives one no more is deleted", async () => {
  assert.deepEqual(await afterWithdrawal([[NOTE, 404], [GLOSSARY, 403]]), [SHELF, "/offline/", DUE].sort());
});

test("one that the index does not name and the server still gives stays, as one that it cannot tell of", async () => {
  assert.deepEqual(await afterWithdrawal([[GLOSSARY, 503]]), [SHELF, NOTE, GLOSSARY, "/offline/", DUE].sort());
});

test("during an exam the index names nothing, and nothing is deleted", async () => {
  assert.equal((await afterWithdrawal([[NOTE, 404]], true)).length, 5);
});
