// The end: asked for once, or because the time is up. Everything that waits goes along.

import { meaning } from "./protocol.js";
import { tally } from "../shared/state.js";
import { gettext, ngettext } from "../shared/translation.js";

const PATIENCE_MS = 10_000;
const RETRY_MS = 5_000;
const TIMEOUT_MS = 30_000;

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** The sentences that name what is open before the end. Pure. */
export function facts(rows, unsent, disputed = []) {
  const counts = tally(rows);
  const named = (wanted) => {
    const positions = rows.filter((row) => wanted(row)).map((row) => row.position);
    const shown = positions.slice(0, 12).join(", ");
    return positions.length > 12 ? gettext("%(shown)s and %(count)s more", { shown, count: positions.length - 12 }) : shown;
  };
  const lines = [
    counts.unanswered &&
      ngettext(
        "%(count)s question not answered: %(questions)s. A guess costs nothing.",
        "%(count)s questions not answered: %(questions)s. A guess costs nothing.",
        counts.unanswered,
        { questions: named((row) => ["seen", "unseen"].includes(row.state)) },
      ),
    counts.incomplete &&
      ngettext("%(count)s question incomplete: %(questions)s.", "%(count)s questions incomplete: %(questions)s.", counts.incomplete, {
        questions: named((row) => row.state === "incomplete"),
      }),
    counts.flagged &&
      ngettext("%(count)s question still flagged: %(questions)s.", "%(count)s questions still flagged: %(questions)s.", counts.flagged, {
        questions: named((row) => row.flagged),
      }),
    disputed.length &&
      ngettext(
        "%(count)s question changed in two places: %(questions)s. Go back to choose which answer to keep.",
        "%(count)s questions changed in two places: %(questions)s. Go back to choose which answer to keep.",
        disputed.length,
        { questions: disputed.join(", ") },
      ),
    unsent &&
      ngettext("%(count)s answer not sent yet: sent before the end.", "%(count)s answers not sent yet: sent before the end.", unsent),
  ].filter(Boolean);
  return lines.length ? lines : [gettext("Every question is answered and saved.")];
}

function kept(count) {
  if (!count) return "";
  return ngettext(
    "%(count)s answer kept on this device, sent as soon as possible.",
    "%(count)s answers kept on this device, sent as soon as possible.",
    count,
  );
}

/** Sentences one after another, without those that are "". */
const together = (...sentences) => sentences.filter(Boolean).join(" ");

export class Ending {
  constructor({ queue, navigation, questions, signIn, hasTime }) {
    Object.assign(this, { queue, navigation, questions, signIn, hasTime });
    this.form = document.getElementById("paper");
    this.dialog = document.getElementById("end-dialog");
    this.progress = this.dialog.querySelector("[data-end-progress]");
    this.confirm = this.dialog.querySelector("[data-end-confirm]");
    document.querySelector("[data-end]").addEventListener("click", () => this.ask());
    this.dialog.querySelector("[data-end-cancel]").addEventListener("click", () => this.dialog.close());
    this.confirm.addEventListener("click", () => this.end());
    // Whoever goes back while the end is on its way wants it no more.
    this.dialog.addEventListener("close", () => (this.isWanted = false));
    this.form.addEventListener("submit", (event) => this.isEnding || event.preventDefault());
  }

  /** Name what is open and ask, once. */
  ask() {
    const lines = facts(this.navigation.rows(), this.queue.count, [...this.queue.disputed.keys()]).map((text) => Object.assign(document.createElement("p"), { textContent: text }));
    this.dialog.querySelector("[data-end-facts]").replaceChildren(...lines);
    this.progress.hidden = true;
    this.dialog.showModal();
  }

  async end() {
    if (this.confirm.disabled) return;
    this.confirm.disabled = this.isWanted = true;
    this.isOffered = false;
    this.say(gettext("Sending the last answers…"));
    await this.queue.drain(PATIENCE_MS);
    const way = await this.queue.ask();
    const waiting = kept(this.queue.count);
    if (way === "away") {
      const trouble = gettext("The server cannot be reached: the exam has not ended.");
      this.say(together(trouble, waiting, gettext("Try again in a moment; the clock keeps running.")));
    } else if (way !== "reached") {
      const trouble = gettext("You are signed out: the exam has not ended.");
      this.say(together(trouble, waiting, gettext("Sign in again, then end it.")));
      this.offerSignIn();
    } else if (this.isWanted) await this.finish();
    this.confirm.disabled = false;
  }

  say(text) {
    this.progress.hidden = false;
    this.progress.textContent = text;
  }

  /** Open the dialog of signing in, once; the bar that leads to it stays. */
  offerSignIn() {
    if (!this.isOffered) this.signIn.open();
    this.isOffered = true;
  }

  /**
   * The time is over: nothing can be changed, what waits is sent, the paper goes in by itself.
   * `asked` is a question for the server's clock that is under way.
   */
  async timeUp(asked = null) {
    if (this.isOver) return;
    this.close(gettext("Time is up"), gettext("Your saved answers are being scored."), { alert: true });
    this.isOffered = false;
    await this.queue.drain(PATIENCE_MS);
    for (let way; (way = await (asked ?? this.queue.ask())) !== "reached"; asked = null) {
      const trouble = way === "away" ? gettext("The server cannot be reached, trying again.") : gettext("You are signed out: sign in again.");
      this.tell(together(trouble, kept(this.queue.count), gettext("Your saved answers are safe and will be scored.")));
      document.querySelector("[data-ended-rule]").hidden = this.queue.count === 0;
      if (way !== "away") this.offerSignIn();
      await pause(RETRY_MS);
    }
    await this.queue.drain(2_000);
    // More time was given while the server was out of reach.
    if (this.hasTime()) return location.reload();
    this.tell(gettext("Your answers are in. Loading the result."));
    document.querySelector("[data-ended-way]").hidden = false;
    await this.finish();
  }

  /** Send the end until the server has answered to it, or it is wanted no more; show the result. */
  async finish() {
    this.isEnding = true;
    for (let way; (way = await this.send()) !== "ended" && (this.isOver || this.isWanted); ) {
      if (way === "refused") return this.submit();
      const trouble = way === "away"
        ? gettext("The connection broke while the exam was being ended: trying again.")
        : gettext("You are signed out: sign in again to end the exam.");
      const words = together(trouble, gettext("Your saved answers are safe."));
      if (this.isOver) this.tell(words);
      else this.say(words);
      // The queue learns of it too.
      if (way === "signed-out" && (await this.queue.ask()) !== "reached") this.offerSignIn();
      await pause(RETRY_MS);
    }
    this.isEnding = Boolean(this.result);
    if (this.result) location.assign(this.result);
  }

  /** Send the end once; tells "ended", "refused" (the page says why), "signed-out" or "away". */
  async send() {
    let reply;
    try {
      reply = await fetch(this.form.getAttribute("action"), {
        method: "POST",
        headers: { Accept: "application/json" },
        body: new URLSearchParams({ csrfmiddlewaretoken: this.queue.csrf(), ...this.fields() }),
        credentials: "same-origin",
        redirect: "manual",
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      if (reply.ok) this.result = (await reply.json()).result_url;
    } catch {
      return "away";
    }
    if (this.result) return "ended";
    // Who is signed out is led to sign in; what an old sign-in has left is taken for a forgery, and
    // another account finds no such exam.
    if (reply.type === "opaqueredirect" || meaning(reply.status) === "signed-out") return "signed-out";
    return reply.status === 422 ? "refused" : "away";
  }

  /** The exam was ended in another tab or on another device. */
  endedElsewhere(url) {
    if (this.isOver || this.isEnding) return;
    const how = gettext("It was ended in another tab or on another device, or its time ran out. Your saved answers are scored.");
    this.close(gettext("This exam has ended"), how);
    document.querySelector("[data-ended-way]").hidden = false;
    if (url) document.querySelector("[data-ended-link]").href = url;
  }

  close(title, text, { alert = false } = {}) {
    this.isOver = true;
    this.navigation.isClosed = true;
    for (const question of this.questions) question.lock();
    this.dialog.close();
    document.getElementById("keys-dialog").close();
    document.body.classList.add("in-review");
    for (const id of ["review", "palette", "room-nav"]) document.getElementById(id).hidden = true;
    const panel = document.getElementById("time-up");
    const heading = panel.querySelector("h2");
    heading.textContent = title;
    panel.hidden = false;
    if (alert) panel.querySelector("[data-ended-text]").setAttribute("role", "alert");
    this.tell(text);
    heading.focus();
  }

  tell(text) {
    const place = document.querySelector("[data-ended-text]");
    // The same words again would be said again.
    if (place.textContent !== text) place.textContent = text;
  }

  fields() {
    return { pending: this.queue.pending(), confirm: "yes", action: "end" };
  }

  submit() {
    this.isEnding = true;
    for (const control of this.form.elements) control.disabled = control.name !== "csrfmiddlewaretoken";
    this.form.elements.csrfmiddlewaretoken.value = this.queue.csrf();
    for (const [name, value] of Object.entries(this.fields())) {
      this.form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
    }
    this.form.submit();
  }
}
