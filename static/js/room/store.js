// Where unsent answers wait: IndexedDB and localStorage, either of which may be refused, or at least memory.
// A write to IndexedDB takes a while and ends with its page; localStorage is written at once, and to the disk later.

import { keyOf } from "./protocol.js";

const NAME = "exam-answers";
const KEEP_DAYS = 30;

/** Open the best store there is; each has put(entry), remove(entry), all(session) and isDurable. */
export async function openStore() {
  try {
    const database = await openDatabase();
    return indexed(database);
  } catch {
    return local();
  }
}

function openDatabase() {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(NAME, 1);
    opening.onupgradeneeded = () => {
      const entries = opening.result.createObjectStore("entries", { keyPath: ["session", "client", "seq"] });
      entries.createIndex("made", "made");
    };
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = opening.onblocked = () => reject(opening.error ?? new Error("blocked"));
  });
}

function indexed(database) {
  database.onversionchange = () => database.close();
  const run = (mode, work) =>
    new Promise((resolve, reject) => {
      const transaction = database.transaction("entries", mode, { durability: "strict" });
      const request = work(transaction.objectStore("entries"));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
  const spare = local();
  const old = IDBKeyRange.upperBound(oldest());
  run("readwrite", (entries) => {
    const walk = entries.index("made").openCursor(old);
    walk.onsuccess = () => {
      walk.result?.delete();
      walk.result?.continue();
    };
    return walk;
  }).catch(() => {});
  return {
    isDurable: true,
    put: async (entry) => {
      await spare.put(entry);
      await run("readwrite", (entries) => entries.put(entry)).catch(() => {});
    },
    remove: async (entry) => {
      await spare.remove(entry);
      await run("readwrite", (entries) => entries.delete([entry.session, entry.client, entry.seq])).catch(() => {});
    },
    all: async (session) => {
      const range = IDBKeyRange.bound([session], [session, []]);
      const found = await run("readonly", (entries) => entries.getAll(range)).catch(() => []);
      return [...new Map([...found, ...(await spare.all(session))].map((entry) => [keyOf(entry), entry])).values()];
    },
  };
}

function local() {
  const key = ({ session, client, seq }) => `${NAME} ${session} ${client} ${seq}`;
  const memory = new Map();
  forgetOld();
  return {
    isDurable: canWrite(),
    put: async (entry) => {
      memory.set(key(entry), entry);
      try {
        localStorage.setItem(key(entry), JSON.stringify(entry));
      } catch {
        // Full or refused: the entry is still in memory and on its way.
      }
    },
    remove: async (entry) => {
      memory.delete(key(entry));
      try {
        localStorage.removeItem(key(entry));
      } catch {
        // Nothing was written there.
      }
    },
    all: async (session) => {
      const found = new Map(memory);
      try {
        for (const name of Object.keys(localStorage)) {
          const entry = name.startsWith(`${NAME} ${session} `) && read(name);
          if (entry) found.set(name, entry);
        }
      } catch {
        // Refused: memory is all there is.
      }
      return [...found.values()].filter((entry) => entry.session === session);
    },
  };
}

/** When the oldest entry was made that is still kept, in milliseconds since 1970. */
function oldest() {
  return Date.now() - KEEP_DAYS * 86_400_000;
}

/** Drop from localStorage the entries that nobody sent in time. */
function forgetOld() {
  try {
    for (const name of Object.keys(localStorage)) {
      if (name.startsWith(`${NAME} `) && read(name)?.made < oldest()) localStorage.removeItem(name);
    }
  } catch {
    // Refused: nothing is kept there.
  }
}

/** The entry of a name; null for what cannot be read. */
function read(name) {
  try {
    return JSON.parse(localStorage.getItem(name));
  } catch {
    return null;
  }
}

function canWrite() {
  try {
    localStorage.setItem(NAME, "");
    localStorage.removeItem(NAME);
    return true;
  } catch {
    return false;
  }
}
