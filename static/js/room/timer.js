// The time left, by the server's clock. Shows minutes until five are left, then seconds.

import { announce, notice } from "../shared/announcements.js";
import { FIVE, clockText, clockWords, markPassed, minutesOf, timeLeft } from "../shared/clock.js";
import { recall, remember } from "../shared/storage.js";
import { gettext, ngettext } from "../shared/translation.js";

const SLOT = "exam-clock-hidden";
// How long the server may be silent before it is asked for its clock: more time may have been given.
const SILENCE_MS = 45_000;

/** How much time is left, and how much is to do. */
const leftWords = (time, count) =>
  ngettext("%(time)s left, %(count)s question unanswered.", "%(time)s left, %(count)s questions unanswered.", count, { time });

/** What is said of a deadline that the server moved; "" for less than half a minute. Pure. */
export function moveWords(before, deadline) {
  const minutes = Math.round((deadline - before) / 60_000);
  if (minutes <= 0) return "";
  return ngettext("You were given %(count)s more minute.", "You were given %(count)s more minutes.", minutes);
}

export class Timer extends EventTarget {
  /** `unanswered` gives the number that is told along; `resync` asks the server for its clock. */
  constructor({ clock, unanswered, resync }) {
    super();
    Object.assign(this, { clock, unanswered, resync });
    this.face = document.querySelector("[data-clock]");
    this.box = this.face.closest(".clock");
    this.toggle = document.querySelector("[data-clock-toggle]");
    this.isHidden = recall(SLOT, false);
    this.last = this.left;
    this.lastWall = Date.now();
    this.lastSteady = performance.now();
    this.toggle.addEventListener("click", () => this.hide(!this.isHidden));
    document.addEventListener("visibilitychange", () => document.hidden || this.resync());
    this.heard = performance.now();
    this.run();
  }

  /** Count on: at the start, and after more time was given at the end. */
  run() {
    clearInterval(this.beat);
    this.beat = setInterval(() => this.tick(), 250);
    this.tick();
  }

  get left() {
    return timeLeft(this.clock, performance.now());
  }

  set(clock) {
    const before = this.clock.deadline;
    this.clock = { ...this.clock, ...clock, deadline: clock.deadline ?? before };
    this.heard = performance.now();
    const words = moveWords(before, this.clock.deadline);
    if (words) {
      this.last = this.left;
      announce(words);
      notice(words);
    }
    this.tick();
  }

  hide(isHidden) {
    this.isHidden = isHidden;
    remember(SLOT, isHidden);
    this.tick();
  }

  say() {
    const words = leftWords(clockWords(this.left), this.unanswered());
    announce(words);
    notice(words, { seconds: 8 });
  }

  tick() {
    const left = this.left;
    const isNear = left <= FIVE;
    const shows = isNear || !this.isHidden;
    const text = shows ? clockText(left) : gettext("hidden");
    if (this.face.textContent !== text) this.face.textContent = text;
    this.box.dataset.near = String(isNear);
    this.toggle.disabled = isNear;
    this.toggle.querySelector(".phone-only").textContent = shows ? gettext("Hide") : gettext("Show");
    this.toggle.querySelector(".wide-only").textContent = shows ? gettext("Hide time") : gettext("Show time");
    const mark = markPassed(this.last, left);
    if (mark && left > 0) this.warn(mark);
    this.last = left;
    this.noticeSleep();
    this.noticeSilence();
    if (left <= 0) {
      clearInterval(this.beat);
      this.dispatchEvent(new Event("over"));
    }
  }

  warn(mark) {
    const words = leftWords(minutesOf(mark / 60_000), this.unanswered());
    announce(words);
    notice(words);
  }

  /** The steady clock may stand still while the device sleeps; the wall clock then runs ahead. */
  noticeSleep() {
    const wall = Date.now();
    const steady = performance.now();
    const gap = wall - this.lastWall - (steady - this.lastSteady);
    [this.lastWall, this.lastSteady] = [wall, steady];
    if (Math.abs(gap) > 2000) this.resync();
  }

  noticeSilence() {
    if (performance.now() - this.heard < SILENCE_MS) return;
    this.heard = performance.now();
    this.resync();
  }
}
