// Signing in again without leaving the room, when the sign-in has run out in mid exam.

import { announce } from "../shared/announcements.js";
import { gettext, ngettext } from "../shared/translation.js";

const TIMEOUT_MS = 15_000;
const AWAY = gettext("The server cannot be reached. Try again in a moment.");

/** What a reply of the sign-in page says went wrong: a sentence, or "" when all is well. Pure. */
export function problemOf(status, body) {
  if (status === 200) return "";
  const form = body?.form;
  const said = form ? [...form.errors, ...Object.values(form.fields).flatMap((field) => field.errors)] : [];
  if (said.length) return said.join(" ");
  return status === 429 ? gettext("Too many tries. Wait a minute, then try again.") : AWAY;
}

/** What stands beside the button and in the dialog: how much waits on this device. Pure. */
export function waiting(count) {
  if (!count) return gettext("Every answer so far is saved.");
  return ngettext(
    "%(count)s answer kept on this device and sent once you are signed in.",
    "%(count)s answers kept on this device and sent once you are signed in.",
    count,
  );
}

/** The bar that says one is signed out, and the dialog that puts it right. */
export class SignIn {
  constructor({ queue, csrf }) {
    Object.assign(this, { queue, csrf });
    this.bar = document.querySelector("[data-signed-out]");
    this.dialog = document.getElementById("signin-dialog");
    this.form = this.dialog.querySelector("form");
    this.problem = this.form.querySelector("[data-signin-problem]");
    this.bar.querySelector("button").addEventListener("click", () => this.open());
    this.form.querySelector("[data-signin-later]").addEventListener("click", () => this.dialog.close());
    this.form.addEventListener("submit", (event) => this.submit(event));
    queue.addEventListener("change", () => this.follow());
    this.follow();
  }

  follow() {
    const isOut = this.queue.condition === "signed-out";
    this.bar.hidden = !isOut;
    for (const place of document.querySelectorAll("[data-signed-out-facts]")) {
      const text = waiting(this.queue.count);
      if (place.textContent !== text) place.textContent = text;
    }
    if (!isOut && this.dialog.open) this.dialog.close();
  }

  open() {
    if (this.dialog.open) return;
    this.say("");
    this.dialog.showModal();
    this.form.elements.password.focus();
  }

  async submit(event) {
    event.preventDefault();
    if (this.isBusy) return;
    this.isBusy = true;
    this.say("");
    const problem = await this.signIn().catch(() => AWAY);
    this.isBusy = false;
    this.form.elements.password.value = "";
    if (!problem) return this.goOn();
    this.say(problem);
    this.form.elements.password.focus();
  }

  /** Return what went wrong, or "" once the server answers to the one who sits this exam. */
  async signIn() {
    const url = this.form.getAttribute("action");
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    // The cookie against forged forms may have gone too: the page of signing in brings another.
    await fetch(url, { credentials: "same-origin", signal });
    const { login, password } = this.form.elements;
    const fields = { login: login.value, password: password.value, csrfmiddlewaretoken: this.csrf() };
    const reply = await fetch(url, {
      method: "POST",
      headers: { Accept: "application/json", "X-Requested-With": "XMLHttpRequest" },
      body: new URLSearchParams(fields),
      credentials: "same-origin",
      redirect: "error",
      signal,
    });
    const problem = problemOf(reply.status, await reply.json().catch(() => null));
    if (problem) return problem;
    const way = await this.queue.ask();
    if (way === "foreign") {
      return gettext("Another account is signed in in this browser. Sign out there first, then sign in here.");
    }
    return way === "reached" ? "" : AWAY;
  }

  goOn() {
    this.dialog.close();
    announce(gettext("You are signed in again."));
    this.queue.hurry();
  }

  say(text) {
    this.problem.hidden = !text;
    this.problem.textContent = text;
  }
}
