// A countdown by the server's clock: its face, its words, the marks that are told. Pure.

import { gettext, ngettext } from "./translation.js";

export const FIVE = 300_000;
const MARKS = [30, 10, 5, 1].map((minutes) => minutes * 60_000);

/** "72 min" while more than five minutes are left, then "4:59". */
export function clockText(ms) {
  if (ms > FIVE) return gettext("%(minutes)s min", { minutes: Math.ceil(ms / 60_000) });
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

export const minutesOf = (count) => ngettext("%(count)s minute", "%(count)s minutes", count);
const secondsOf = (count) => ngettext("%(count)s second", "%(count)s seconds", count);

/** The time left in words: "72 minutes", "4 minutes 59 seconds". */
export function clockWords(ms) {
  if (ms > FIVE) return minutesOf(Math.ceil(ms / 60_000));
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  const [whole, rest] = [Math.floor(seconds / 60), seconds % 60];
  return [whole && minutesOf(whole), rest && secondsOf(rest)].filter(Boolean).join(" ") || gettext("no time");
}

/** The mark that was passed between two readings, the last one if several; null if none. */
export function markPassed(before, now) {
  const passed = MARKS.filter((mark) => now <= mark && mark < before);
  return passed.length ? Math.min(...passed) : null;
}

/** Milliseconds left when the server said `now` at `at` on the page's own steady clock. */
export function timeLeft({ deadline, now, at }, steady) {
  return deadline - (now + (steady - at));
}
