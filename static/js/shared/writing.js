// What somebody writes in a form is not lost when the sign-in has changed or ended: it is kept on this device, signing in
// is done in place, and the form is sent with a fresh token.

import { gettext } from "./translation.js";

const WAIT_MS = 15_000;
const KEPT_DAYS = 7;
const AWAY = gettext("The server cannot be reached. Your text is kept on this device; try again in a moment.");
const FOREIGN = gettext("Another account is signed in in this browser. Sign out there first, then sign in here.");
// What the server needs beside the words, and changes with each save.
const BESIDE = new Set(["revision", "mark", "ref"]);
const SECRET = new Set(["csrfmiddlewaretoken", "password", "login"]);

/** The name under which a form's text is kept: its writer, its page, its place on it. Pure. */
export const keyOf = (user, path, number) => `writing:${user}:${path}:${number}`;

/** The fields of a form that hold what was written, as [name, value] in their order. Pure. */
export const written = (entries) =>
  entries.filter(([name, value]) => typeof value === "string" && !SECRET.has(name));

/** Whether what was kept says something else than what the form has. Pure. */
export const differs = (kept, now) => wordsOf(kept) !== wordsOf(now);
const wordsOf = (fields) => JSON.stringify(fields.filter(([name]) => !BESIDE.has(name)));

/** Whether something kept is too old to be of use. Pure. */
export const isStale = (at, now) => !(now - at < KEPT_DAYS * 86_400_000);

/** What a reply to a sign-in says went wrong, "" for nothing. Pure. */
export function problemOf(status, body) {
  if (status === 200) return "";
  const form = body?.form;
  const said = form ? [...form.errors, ...Object.values(form.fields).flatMap((field) => field.errors)] : [];
  if (said.length) return said.join(" ");
  return status === 429 ? gettext("Too many tries. Wait a minute, then try again.") : AWAY;
}

const place = globalThis.document?.getElementById("sign-in-again");
const user = place?.dataset.user;

const ask = (url, options = {}) =>
  fetch(url, { credentials: "same-origin", signal: AbortSignal.timeout(WAIT_MS), ...options });

/** Who is signed in now, and a token that forms of this page may use. */
const who = async () => (await ask(place.dataset.who, { headers: { Accept: "application/json" } })).json();

class Kept {
  constructor(form, number) {
    this.form = form;
    this.number = number;
    this.key = keyOf(user, location.pathname, number);
    // The first words of a new question give its page an address of its own.
    document.addEventListener("htmx:replacedInHistory", () => this.move());
    form.addEventListener("input", () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.keep(), 400);
    });
  }

  move() {
    this.drop();
    this.key = keyOf(user, location.pathname, this.number);
  }

  now() {
    return written([...new FormData(this.form)]);
  }

  keep(isSent = false) {
    clearTimeout(this.timer);
    try {
      localStorage.setItem(this.key, JSON.stringify({ at: Date.now(), isSent, fields: this.now() }));
    } catch {
      // Without a place to keep it the page itself still has it.
    }
  }

  /** Offer what was written here before, where the page does not show it. */
  offer() {
    const stored = JSON.parse(localStorage.getItem(this.key) ?? "null");
    if (!stored) return;
    if (stored.isSent || isStale(stored.at, Date.now()) || !differs(stored.fields, this.now())) return this.drop();
    const notice = document.getElementById("kept-text").content.firstElementChild.cloneNode(true);
    notice.querySelector("[data-put-back]").addEventListener("click", () => {
      this.putBack(stored.fields);
      notice.remove();
    });
    notice.querySelector("[data-drop]").addEventListener("click", () => {
      this.drop();
      notice.remove();
    });
    this.form.prepend(notice);
  }

  putBack(fields) {
    for (const [name, value] of fields) {
      const field = this.form.elements[name];
      if (!field) continue;
      if (field instanceof RadioNodeList || field.type === "radio") field.value = value;
      else if (field.type === "checkbox") field.checked = true;
      else field.value = value;
    }
    this.form.dispatchEvent(new Event("input", { bubbles: true }));
  }

  drop() {
    clearTimeout(this.timer);
    localStorage.removeItem(this.key);
  }
}

/** The dialog of signing in, which stays in front until one is signed in again or puts it off. */
class Dialog {
  constructor() {
    document.body.append(place.content.cloneNode(true));
    this.dialog = document.getElementById("again-dialog");
    this.form = this.dialog.querySelector("form");
    this.form.addEventListener("submit", (event) => this.submit(event));
    this.dialog.querySelector("[data-later]").addEventListener("click", () => this.dialog.close());
    this.dialog.addEventListener("close", () => this.done?.(false));
  }

  /** Resolve to whether the one who wrote is signed in again. */
  open(text = "") {
    this.say(text);
    if (!this.dialog.open) this.dialog.showModal();
    this.form.elements.password.focus();
    return new Promise((resolve) => (this.done = resolve));
  }

  async submit(event) {
    event.preventDefault();
    const problem = await this.signIn().catch(() => AWAY);
    this.form.elements.password.value = "";
    if (problem) return this.say(problem);
    this.done?.(true);
    this.done = null;
    this.dialog.close();
  }

  async signIn() {
    const { csrf } = await who();
    const { login, password } = this.form.elements;
    const reply = await ask(this.form.action, {
      method: "POST",
      headers: { Accept: "application/json", "X-Requested-With": "XMLHttpRequest" },
      body: new URLSearchParams({ login: login.value, password: password.value, csrfmiddlewaretoken: csrf }),
    });
    const problem = problemOf(reply.status, await reply.json().catch(() => null));
    return problem || (String((await who()).user) === user ? "" : FOREIGN);
  }

  say(text) {
    const line = this.dialog.querySelector("[data-problem]");
    line.hidden = !text;
    line.textContent = text;
  }
}

/** Make sure that the one who wrote is signed in, and give every form of the page a token that holds. */
async function ready(dialog) {
  let now = await who();
  if (String(now.user) !== user) {
    if (!(await dialog.open(now.user ? FOREIGN : ""))) return false;
    now = await who();
  }
  for (const field of document.querySelectorAll('[name="csrfmiddlewaretoken"]')) field.value = now.csrf;
  for (const each of document.querySelectorAll("[hx-headers]")) {
    each.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": now.csrf }));
  }
  return true;
}

function watch(form, kept, dialog) {
  let isReady = false;
  form.addEventListener("submit", async (event) => {
    if (isReady || event.defaultPrevented) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    kept.keep();
    try {
      if (!(await ready(dialog))) return;
    } catch {
      if (await dialog.open(AWAY)) await ready(dialog);
      else return;
    }
    kept.keep(true);
    isReady = true;
    form.requestSubmit(event.submitter);
    isReady = false;
    // Before the page's own listeners, which take a submit for the end of writing.
  }, true);
  form.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (detail.xhr?.responseURL?.includes("/accounts/login/")) detail.shouldSwap = false;
  });
  // What htmx sends by itself, such as an automatic save, and the server takes for nobody's.
  form.addEventListener("htmx:afterRequest", async ({ detail }) => {
    const { status, responseURL } = detail.xhr ?? {};
    if (detail.successful && !responseURL?.includes("/accounts/login/")) return;
    if (![401, 403, 302].includes(status) && !responseURL?.includes("/accounts/login/")) return;
    kept.keep();
    if (await ready(dialog).catch(() => false)) form.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

/** Ask before a page is left with words that were not sent. */
function asksOnLeaving(form) {
  let isUnsent = false;
  form.addEventListener("input", () => (isUnsent = true));
  form.addEventListener("submit", () => (isUnsent = false));
  addEventListener("beforeunload", (event) => {
    if (isUnsent) event.preventDefault();
  });
}

if (place) {
  const forms = [...document.querySelectorAll('form[method="post"]')].filter((form) =>
    form.matches("[data-writing]") || form.querySelector("textarea"));
  if (forms.length) {
    const dialog = new Dialog();
    forms.forEach((form, number) => {
      const kept = new Kept(form, number);
      kept.offer();
      watch(form, kept, dialog);
      if (form.matches("[data-asks-on-leaving]")) asksOnLeaving(form);
    });
  }
}

