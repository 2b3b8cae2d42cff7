// Tells the service worker who is here, and sets one up once the page has long been there.

const WORKER = "/worker.js";
// What is kept must never compete with the page that one waits for.
const LATER_MS = 3_000;

const workers = globalThis.navigator?.serviceWorker;
const tag = globalThis.document?.querySelector('meta[name="device"]');

/** Whether this browser can keep pages at all: old ones cannot, nor any without https. */
export const canKeep = Boolean(workers && globalThis.caches);

/** Ask the worker for something; resolves to {isDone, waitMs}. Sets the worker up where there is none. */
export async function ask(type) {
  await workers.register(WORKER, { scope: "/", updateViaCache: "none" });
  const { active } = await workers.ready;
  const { port1, port2 } = new MessageChannel();
  const reply = new Promise((resolve) => (port1.onmessage = ({ data }) => resolve(data)));
  active.postMessage({ type, owner: tag.content }, [port2]);
  return reply;
}

/** Tell a worker that is there already; a page that is about to go has no time to ask. */
async function tell(type, owner) {
  const message = { type, owner };
  if (workers.controller) return workers.controller.postMessage(message);
  (await workers.getRegistration("/"))?.active?.postMessage(message);
}

function start() {
  const owner = tag.content;
  const place = document.querySelector("[data-in-exam]") ? "exam" : tag.dataset.shows;
  tell(place, owner).catch(() => {});
  document.addEventListener("submit", ({ target }) => {
    if (target.matches('form[action$="/logout/"]')) tell("page", "").catch(() => {});
  });
  if (!owner || place !== "page") return;
  const later = () => setTimeout(() => ask("sync").catch(() => {}), LATER_MS);
  if (document.readyState === "complete") later();
  else addEventListener("load", later);
}

if (canKeep && tag) start();
