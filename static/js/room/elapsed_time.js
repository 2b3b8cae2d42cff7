// How long each question was in view, and what its case looked like: both survive a reload.

import { recall, remember } from "../shared/storage.js";

const DAY_MS = 86_400_000;

/** Count time while a question is shown in a visible tab; elapsed(position) gives milliseconds. */
export function measureElapsedTime(navigation, session) {
  const slot = `exam-elapsed ${session}`;
  const spent = new Map(recall(slot, [], "sessionStorage"));
  let shown = null;
  let since = 0;

  const stop = () => {
    if (shown !== null) spent.set(shown, (spent.get(shown) ?? 0) + performance.now() - since);
    shown = null;
    remember(slot, [...spent], "sessionStorage");
  };
  const start = () => {
    stop();
    if (navigation.place === "review" || document.hidden) return;
    shown = navigation.place;
    since = performance.now();
  };
  navigation.addEventListener("move", start);
  document.addEventListener("visibilitychange", start);
  addEventListener("pagehide", stop);
  start();
  keepCasesAlike();
  return {
    elapsed: (position) => bounded((spent.get(position) ?? 0) + (shown === position ? performance.now() - since : 0)),
  };
}

/** Whole milliseconds from 0 to a day: a time that the server refuses must never cost an answer. Pure. */
export function bounded(ms) {
  return Math.min(Math.max(Math.round(Number(ms)) || 0, 0), DAY_MS);
}

/** Questions on one scenario share whether it is open and how far it is scrolled. */
function keepCasesAlike() {
  const cases = [...document.querySelectorAll("[data-case]")];
  for (const one of cases) {
    const others = cases.filter((other) => other !== one && other.dataset.case === one.dataset.case);
    one.addEventListener("toggle", () => others.forEach((other) => (other.open = one.open)));
    const text = one.querySelector(".case-text");
    text.addEventListener("scrollend", () => others.forEach((other) => (other.dataset.scroll = String(text.scrollTop))));
    new IntersectionObserver(([entry]) => {
      if (entry.isIntersecting && one.dataset.scroll) text.scrollTop = Number(one.dataset.scroll);
    }).observe(one);
  }
}
