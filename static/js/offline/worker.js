/* The service worker: keeps notes and what is due on the device, and shows them where there is no connection.

   Everything else passes it by untouched: whatever is sent, the exam room, signing in, the operators, programs. A page
   that comes from the network takes its files from the network, a page of the device takes the files that were kept with
   it, so that no page is ever mixed of two versions. */

// What is stored has another shape from one number to the next: older caches are deleted.
const PREFIX = "offline-";
const FORMAT = `${PREFIX}1-`;
const STATE = `${FORMAT}state`;
const INDEX = "/offline/";
// notesAt: when all notes were here; roundAt: when they were begun to be brought, missing: those that have yet to come,
// retryAt: not before then.
const NOBODY = { owner: "", isHeld: false, keepsNotes: false, syncedAt: 0, notesAt: 0, roundAt: 0, missing: [], retryAt: 0 };
// How old the list of what is due, and the notes that one wished for, may become.
const FRESH_MS = 15 * 60_000;
const NOTES_FRESH_MS = 24 * 3600_000;
// How long a page that could not be brought is left alone.
const RETRY_MS = 60_000;
// What an asking page is told: whether all of it is here and, where the server asks for a pause, how long.
const NOT_DONE = { isDone: false, waitMs: 0 };

const PASSED_BY = /^\/(sessions|starting|accounts|admin|api|account|bank|new-exam|operations|metrics|healthz|readyz|who|static|images|catalog|courses|people|analysis)(\/|$)/;
const NOTES = /^\/notes\/[\w-]+\/(?!search\/)([\w.-]+\/)?$/;
const FILES = /^\/(static|images|catalog)\//;
const HASHED = /\.[0-9a-f]{12}\./;

/** Whether an address is of a page that is kept once it was visited. Pure. */
function isKept(path) { return NOTES.test(path); }
/** Whether a request is one that the worker answers when there is no connection. Pure. */
function isPage({ method, mode }, path) { return method === "GET" && mode === "navigate" && !PASSED_BY.test(path); }
/** For how long the server asks one to wait before the next page, in ms; 0 where it does not. Pure. */
function waitOf({ status, headers }) { return status === 429 ? 1000 * Math.max(1, Number(headers.get("Retry-After")) || 0) : 0; }
/** Whether a reply is the page that was asked for. Pure. */
function isGiven(reply) { return reply.ok && !reply.redirected; }
/** Whether a reply says that there is no such page for whoever asks. Pure. */
function isRefused({ status, redirected }) { return redirected || [403, 404, 410].includes(status); }
/** Whom a page was made for, by an opaque name; "" for nobody. Pure. */
function ownerOf(html) { return /<meta\s+name="device"\s+content="(\w*)"/.exec(html)?.[1] ?? ""; }

/** The addresses of what a page, a stylesheet or a script refers to. Pure. */
function filesOf(text, base) {
  const named = /(?:href|src)="([^"]+)"|url\(["']?([^"')]+)["']?\)|(?:from|import)\s*["'](\.[^"']+)["']/g;
  const told = [...text.matchAll(named)].map(([, one, two, three]) => one ?? two ?? three);
  const found = told.filter((each) => URL.canParse(each, base)).map((each) => new URL(each, base));
  const ours = found.filter((url) => url.origin === new URL(base).origin && FILES.test(url.pathname));
  return [...new Set(ours.map((url) => url.pathname))];
}

/** The pages that the index names, [path, "always" or "wished"]. Pure. */
function pagesOf(index) {
  return [...index.matchAll(/<li data-page="([^"]+)" data-keep="(\w+)"/g)].map(([, path, keep]) => [path, keep]);
}

/** The index as it is shown from the device: what is there, and why no more. Pure. */
function indexShown(html, { isHeld, paths }) {
  const state = isHeld ? "held" : paths.length ? "kept" : "nothing";
  const listed = html
    .replace(/<li data-page="([^"]+)"[\s\S]*?<\/li>/g, (row, path) => (!isHeld && paths.includes(path) ? row : ""))
    .replace(/<section data-shelf[\s\S]*?<\/section>/g, (shelf) => (shelf.includes("<li data-page") ? shelf : ""));
  return listed
    .replace(/data-state="(\w+)"( hidden)?/g, (_, name) => `data-state="${name}"${name === state ? "" : " hidden"}`);
}

// --- What is remembered -------------------------------------------------------------------------

let memory = null;
let turns = Promise.resolve();

/** Do one thing after another: what is stored for one person never ends up with the next. */
function inTurn(work) {
  const done = turns.then(work);
  turns = done.catch(() => {});
  return done;
}

async function state() {
  if (memory) return memory;
  const kept = await caches.match(INDEX, { cacheName: STATE });
  memory ??= kept ? { ...NOBODY, ...(await kept.json()) } : NOBODY;
  return memory;
}

async function remember(changes) {
  memory = { ...(await state()), ...changes };
  await (await caches.open(STATE)).put(INDEX, new Response(JSON.stringify(memory)));
}

const cacheOf = (owner) => caches.open(`${FORMAT}${owner}`);

/** From now on the device is this person's: what was kept of anybody else is deleted. */
async function adopt(owner) {
  if ((await state()).owner === owner) return;
  memory = { ...NOBODY, owner };
  const names = (await caches.keys()).filter((name) => name.startsWith(PREFIX));
  await Promise.all(names.map((name) => caches.delete(name)));
  if (owner) await remember({});
}

// --- Keeping ------------------------------------------------------------------------------------

/** Keep a page and every file that it refers to; tells whether it is one of the person who is here. */
async function keepPage(path, reply, seen = new Set()) {
  const { owner } = await state();
  const html = await reply.text();
  if (!owner || ownerOf(html) !== owner) return false;
  const cache = await cacheOf(owner);
  const headers = new Headers(reply.headers);
  for (const name of ["Content-Encoding", "Content-Length", "Set-Cookie"]) headers.delete(name);
  await Promise.all(filesOf(html, location.href).map((file) => keepFile(cache, file, seen)));
  await cache.put(path, new Response(html, { headers }));
  return true;
}

async function keepFile(cache, path, seen) {
  if (seen.has(path)) return;
  seen.add(path);
  if (HASHED.test(path) && (await cache.match(path))) return;
  const reply = await fetch(path).catch(() => null);
  if (!reply?.ok) return;
  const refers = /\.(css|js)$/.test(path) ? filesOf(await reply.clone().text(), reply.url) : [];
  await cache.put(path, reply);
  await Promise.all(refers.map((file) => keepFile(cache, file, seen)));
}

/** Delete files that no page refers to any more: those of an earlier version. */
async function dropUnused() {
  const cache = await cacheOf((await state()).owner);
  const used = new Set();
  const files = [];
  for (const { url } of await cache.keys()) {
    const isFile = FILES.test(new URL(url).pathname);
    if (isFile) files.push(url);
    if (isFile && !/\.(css|js)$/.test(url)) continue;
    for (const file of filesOf(await (await cache.match(url)).text(), url)) used.add(file);
  }
  await Promise.all(files.filter((url) => !used.has(new URL(url).pathname)).map((url) => cache.delete(url)));
}

function fetchPage(path) { return fetch(path, { credentials: "same-origin", headers: { Accept: "text/html" } }); }

/** Keep pages, one after another; returns those that are not here, and the pause that the server asks for. */
async function bring(paths, seen) {
  const missing = [];
  for (const [place, path] of paths.entries()) {
    const reply = await fetchPage(path).catch(() => null);
    const waitMs = reply ? waitOf(reply) : 0;
    if (!reply || waitMs) return { missing: [...missing, ...paths.slice(place)], waitMs };
    const isHere = isGiven(reply) && (await keepPage(path, reply, seen).catch(() => false));
    if (!isHere) missing.push(path);
  }
  return { missing, waitMs: 0 };
}

/** The paths of the pages that are here. */
async function pathsHere() {
  const cache = await cacheOf((await state()).owner);
  const paths = (await cache.keys()).map(({ url }) => new URL(url).pathname);
  return paths.filter((path) => path !== INDEX && !FILES.test(path));
}

/** Delete pages that the server gives this person no more. The index names no notes of exams that ended, so ask. */
async function dropRefused(named) {
  const cache = await cacheOf((await state()).owner);
  for (const path of (await pathsHere()).filter((each) => !named.includes(each))) {
    const reply = await fetchPage(path).catch(() => null);
    if (!reply || waitOf(reply)) return;
    if (isRefused(reply)) await cache.delete(path);
  }
}

/** Which notes have yet to come: those that a try of today left out, or all of them. */
async function owedOf(wished) {
  const { roundAt, missing } = await state();
  const here = await pathsHere();
  if (missing.length && Date.now() - roundAt <= NOTES_FRESH_MS) {
    return wished.filter((path) => missing.includes(path) || !here.includes(path));
  }
  await remember({ roundAt: Date.now(), missing: wished });
  return wished;
}

/** Bring what is due and, where they are wished for and old, the notes; all notes are here once none is missing. */
async function bringNamed(pages, isWished, seen) {
  const named = (wish) => pages.filter(([, keep]) => keep === wish).map(([path]) => path);
  const isOld = isWished && Date.now() - (await state()).notesAt > NOTES_FRESH_MS;
  const owed = isOld ? await owedOf(named("wished")) : [];
  const { missing: left, waitMs } = await bring([...named("always"), ...owed], seen);
  const missing = owed.filter((path) => left.includes(path));
  const { roundAt, notesAt } = await state();
  const retryAt = Date.now() + Math.max(waitMs, RETRY_MS);
  if (isOld) await remember({ missing, retryAt, notesAt: missing.length ? notesAt : roundAt });
  return { isDone: !missing.length, waitMs };
}

/** Take over what the server says today: whether one is in an exam, what is due, the notes one wished for. */
async function synchronize(isWished) {
  const index = await fetchPage(INDEX);
  if (!isGiven(index)) return { ...NOT_DONE, waitMs: waitOf(index) };
  const html = await index.clone().text();
  const seen = new Set();
  if (!(await keepPage(INDEX, index, seen))) return NOT_DONE;
  await remember({ isHeld: html.includes("data-in-exam"), syncedAt: Date.now() });
  if ((await state()).isHeld) return NOT_DONE;
  const pages = pagesOf(html);
  await dropRefused(pages.map(([path]) => path));
  const told = await bringNamed(pages, isWished, seen);
  await dropUnused();
  return told;
}

/** Whether it is time to ask the server again: what is here is old, or some of it has yet to come. Pure. */
function isTime({ isHeld, syncedAt, keepsNotes, missing, retryAt }, now) { return isHeld || now - syncedAt > FRESH_MS || (keepsNotes && missing.length > 0 && now > retryAt); }

const WORK = {
  /** A page was opened: by whom. */
  page: ({ owner }) => adopt(owner),
  /** The exam room was opened: nothing is shown until the server says that the exam is over. */
  async exam({ owner }) {
    await adopt(owner);
    if (owner) await remember({ isHeld: true });
  },
  /** A page has been open for a while: bring up to date what is old. */
  async sync({ owner }) {
    await adopt(owner);
    const known = await state();
    return owner && isTime(known, Date.now()) ? synchronize(known.keepsNotes) : NOT_DONE;
  },
  /** All notes are wished for. Asked again, it goes on with those that are missing. */
  async keep({ owner }) {
    await adopt(owner);
    await remember({ keepsNotes: true, notesAt: 0 });
    return synchronize(true);
  },
};

// --- Showing ------------------------------------------------------------------------------------

// Windows that show a page of the device, and so take its files from there.
const ofDevice = new Set();

async function fromDevice(path, window) {
  const { owner, isHeld } = await state();
  if (!owner) return Response.error();
  const cache = await cacheOf(owner);
  const page = isHeld || path === INDEX ? null : await cache.match(path);
  const shown = page ?? (await cache.match(INDEX));
  const html = shown ? await shown.text() : "";
  if (ownerOf(html) !== owner) return Response.error();
  ofDevice.add(window);
  if (page) return new Response(html.replace("data-from-device hidden", "data-from-device"), { headers: page.headers });
  const paths = (await cache.keys()).map(({ url }) => new URL(url).pathname);
  const kept = paths.filter((each) => pagesOf(html).some(([named]) => named === each));
  return new Response(indexShown(html, { isHeld, paths: kept }), { headers: shown.headers });
}

async function showPage(event, path) {
  let reply;
  try {
    reply = await fetch(event.request);
  } catch {
    return fromDevice(path, event.resultingClientId);
  }
  if (isKept(path) && isGiven(reply) && !new URL(event.request.url).search) {
    const copy = reply.clone();
    event.waitUntil(inTurn(async () => (await state()).isHeld || keepPage(path, copy)));
  }
  return reply;
}

async function showFile(request) {
  const { owner } = await state();
  const file = owner && (await (await cacheOf(owner)).match(new URL(request.url).pathname));
  return file || fetch(request);
}

addEventListener("install", () => skipWaiting());

addEventListener("activate", (event) => {
  const clean = async () => {
    const old = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && !name.startsWith(FORMAT));
    await Promise.all(old.map((name) => caches.delete(name)));
    await clients.claim();
  };
  event.waitUntil(clean());
});

addEventListener("message", (event) => {
  const work = WORK[event.data?.type];
  if (!work) return;
  const done = inTurn(() => work(event.data)).catch(() => NOT_DONE);
  event.waitUntil(done.then((told) => event.ports[0]?.postMessage(told ?? NOT_DONE)));
});

addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (origin !== location.origin) return;
  if (isPage(event.request, pathname)) event.respondWith(showPage(event, pathname));
  else if (FILES.test(pathname) && ofDevice.has(event.clientId)) event.respondWith(showFile(event.request));
});
