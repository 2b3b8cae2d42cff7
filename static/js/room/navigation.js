// One place at a time: a question or the review. Back does what Back should.

import { recall, remember } from "../shared/storage.js";
import { STATES, label, tally } from "../shared/state.js";
import { gettext } from "../shared/translation.js";

/** The place a hash names: a position, "review", or null when it names none of ours. Pure. */
export function placeOf(hash, total) {
  if (hash === "#review") return "review";
  const position = Number(/^#q(\d+)$/.exec(hash)?.[1]);
  return position >= 1 && position <= total ? position : null;
}

/** The place before (-1) or after (+1) in a walk over positions; "review" past its ends. Pure. */
export function step(walk, position, by) {
  if (by > 0) return walk.find((one) => one > position) ?? "review";
  return walk.findLast((one) => one < position) ?? position;
}

export class Navigation extends EventTarget {
  constructor(questions, session) {
    super();
    this.questions = questions;
    this.slot = `exam-place ${session}`;
    this.seenSlot = `exam-seen ${session}`;
    this.all = questions.map((question) => question.position);
    this.walk = null;
    this.place = null;
    this.cells = new Map([...document.querySelectorAll("[data-cell]")].map((cell) => [Number(cell.dataset.cell), cell]));
    this.restore();
    history.scrollRestoration = "manual";
    addEventListener("popstate", () => this.show(placeOf(location.hash, this.all.length) ?? this.place));
    // The browser moves focus to the page after a popstate that changes the hash.
    addEventListener("hashchange", () => this.focus());
    document.addEventListener("click", (event) => this.follow(event));
    const kept = recall(this.slot, 1);
    const start = placeOf(location.hash, this.all.length) ?? (this.all.includes(kept) ? kept : 1);
    history.replaceState(null, "", hashOf(start));
    for (const question of questions) this.paintCell(question);
    this.show(start);
  }

  get current() {
    return this.questions[this.lastPosition - 1];
  }

  /** Go to a place and remember the way back. */
  go(place) {
    if (place === this.place) return;
    history.pushState(null, "", hashOf(place));
    this.show(place);
  }

  next() {
    if (this.place !== "review") this.go(step(this.walk ?? this.all, this.place, 1));
  }

  previous() {
    this.go(this.place === "review" ? this.lastPosition : step(this.walk ?? this.all, this.place, -1));
  }

  /** Go only through these positions until the list is opened again. */
  start(positions) {
    this.walk = positions;
    this.go(positions[0]);
  }

  show(place, { focus = true } = {}) {
    if (this.isClosed) return;
    const palette = document.getElementById("palette");
    if (palette.matches(":popover-open")) palette.hidePopover();
    this.place = place;
    const isReview = place === "review";
    if (isReview) this.walk = null;
    else this.lastPosition = place;
    this.lastPosition ??= 1;
    document.body.classList.toggle("in-review", isReview);
    document.getElementById("review").hidden = !isReview;
    document.querySelector(".is-current")?.classList.remove("is-current");
    if (!isReview) {
      this.current.section.classList.add("is-current");
      this.see(this.current);
      this.paintCell(this.current);
    }
    this.paintBars();
    this.dispatchEvent(new Event("move"));
    scrollTo({ top: 0, behavior: "instant" });
    if (focus) this.focus();
  }

  focus() {
    const heading = this.place === "review" ? document.getElementById("review-title") : this.current.heading;
    if (!this.isClosed) heading.focus({ preventScroll: true });
  }

  see(question) {
    question.seen = true;
    remember(this.slot, question.position);
    remember(this.seenSlot, this.questions.filter((one) => one.seen).map((one) => one.position));
  }

  restore() {
    const seen = recall(this.seenSlot, []);
    for (const question of this.questions) question.seen = seen.includes(question.position) || question.filled > 0;
  }

  follow(event) {
    const link = event.target.closest?.('a[href^="#"]');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const place = placeOf(link.hash, this.all.length);
    const isSkip = link.matches(".skip");
    if (place === null && !isSkip) return;
    // Skip links stay out of the history, whose entries are places.
    event.preventDefault();
    if (place !== null && place !== this.place) this.go(place);
    else if (place !== null || link.dataset.skip === "question") this.focus();
    else document.querySelector(link.hash).focus();
  }

  rows() {
    return this.questions.map((question) => ({ position: question.position, state: question.state, flagged: question.flagged }));
  }

  /** Questions changed: bring palette and bars up to date. */
  paint(...questions) {
    for (const question of questions) this.paintCell(question);
    this.paintBars();
  }

  paintCell({ position, state, flagged }) {
    const cell = this.cells.get(position);
    cell.dataset.state = state;
    cell.dataset.flagged = String(flagged);
    cell.dataset.mark = STATES[state].mark;
    cell.ariaLabel = label(position, state, flagged);
  }

  paintBars() {
    const total = this.all.length;
    const counts = tally(this.rows());
    document.querySelector("[data-cell][aria-current]")?.removeAttribute("aria-current");
    this.cells.get(this.place)?.setAttribute("aria-current", "true");
    const where = this.place === "review"
      ? gettext("Review")
      : gettext("Question %(number)s of %(total)s", { number: this.place, total });
    document.title = `${where}, ${document.querySelector("h1").textContent}`;
    for (const place of document.querySelectorAll("[data-place]")) {
      place.textContent = gettext("%(number)s of %(total)s", { number: this.lastPosition, total });
    }
    document.querySelector("[data-open-count]").textContent = counts.open ? ` · ${gettext("%(count)s open", { count: counts.open })}` : "";
    document.querySelector('[data-go="previous"]').disabled = this.place === (this.walk ?? this.all)[0];
    document.querySelector('[data-go="next"]').disabled = this.place === "review";
    const walk = document.querySelector("[data-walk]");
    walk.hidden = !this.walk;
    if (this.walk) walk.firstElementChild.textContent = walkWords(this.walk, this.place);
  }
}

/** Where a place stands in a walk. */
function walkWords(walk, place) {
  const values = { number: walk.indexOf(place) + 1, count: walk.length };
  return values.number ? gettext("%(number)s of %(count)s on your list.", values) : gettext("Outside of %(count)s on your list.", values);
}

function hashOf(place) {
  return place === "review" ? "#review" : `#q${place}`;
}
