// One question of the paper: its controls read and written as a response.

import { announce } from "./announcements.js";
import { kindOf, letterOf } from "./kinds.js";
import { filled, isSame, progress, stateOf } from "./state.js";
import { gettext } from "./translation.js";

export class Question {
  constructor(section) {
    this.section = section;
    this.position = Number(section.dataset.position);
    this.kind = kindOf(section.dataset.kind);
    this.choose = Number(section.dataset.choose) || 1;
    this.revision = Number(section.dataset.revision) || 0;
    this.heading = section.querySelector("h2");
    // Where one question is practiced there is nothing to flag.
    this.flag = section.querySelector(`[name="flag-${this.position}"]`);
    this.controls = [...section.querySelectorAll("fieldset :is(input, select)")];
    this.elapsed = 0;
    this.seen = false;
    this.paintFlag();
    this.paintCount();
  }

  /** The response as it is saved: an index, a list, or null. */
  get response() {
    return this.kind.read(this);
  }

  set response(response) {
    this.kind.write(this, Array.isArray(response) ? response : [response]);
    this.paintCount();
    this.section.dispatchEvent(new CustomEvent("rewritten"));
  }

  /** How many entries a whole response has. */
  get goal() {
    return this.kind.goal(this);
  }

  /** What the counter says, with %(count)s and %(goal)s; "" for no counter. */
  get counter() {
    return this.kind.counter(this);
  }

  /** Bring to life what is more than plain controls; `changed` is told of each change. */
  open(changed) {
    this.kind.open(this, changed);
  }

  /** What is to be said as the counter changes, "" for nothing. */
  get countWords() {
    return this.kind.announces(this) ? this.section.querySelector("[data-count]").textContent : "";
  }

  get flagged() {
    return Boolean(this.flag?.checked);
  }

  set flagged(value) {
    this.flag.checked = value;
    this.paintFlag();
  }

  get struck() {
    return this.strikes.filter((button) => button.ariaPressed === "true").map((button) => Number(button.dataset.strike));
  }

  set struck(indexes) {
    for (const button of this.strikes) this.strike(Number(button.dataset.strike), indexes.includes(Number(button.dataset.strike)));
  }

  get strikes() {
    return [...this.section.querySelectorAll("[data-strike]")];
  }

  get state() {
    return stateOf(this);
  }

  /** Whether it was changed before this script ran. */
  get isTouched() {
    return [this.flag, ...this.controls].some((control) => {
      if (control.type !== "select-one") return control.checked !== control.defaultChecked;
      const options = [...control.options];
      return control.value !== (options.find((option) => option.defaultSelected) ?? options[0]).value;
    });
  }

  get filled() {
    return filled(this.response);
  }

  /** The first words of the stem, for lists. */
  get excerpt() {
    const blocks = [...this.section.querySelector(".stem").childNodes].map((node) => node.textContent.trim());
    return blocks.filter(Boolean).join(" ").slice(0, 160);
  }

  indexOf(control) {
    return Number(control.closest("[data-index]").dataset.index);
  }

  strike(index, isStruck) {
    const button = this.strikes.find((one) => Number(one.dataset.strike) === index);
    if (!button) return;
    button.ariaPressed = String(isStruck);
    button.closest(".option").classList.toggle("is-struck", isStruck);
  }

  /** Choose an answer by its place, as by its letter on the keyboard; return what is to be said. */
  pick(index) {
    return this.kind.pick(this, index);
  }

  /** Rule an answer out, or restore it; return what is to be said. */
  strikeOut(index) {
    if (!this.strikes[index]) return "";
    const isStruck = !this.struck.includes(index);
    this.strike(index, isStruck);
    const letter = letterOf(index);
    return isStruck ? gettext("Answer %(letter)s ruled out.", { letter }) : gettext("Answer %(letter)s restored.", { letter });
  }

  isLike({ response, flagged, struck }) {
    return isSame(this.response, response) && this.flagged === flagged && isSame(this.struck, [...struck].sort());
  }

  /** Words for a response, by the letters or texts a person sees. */
  describe(response) {
    if (!filled(response)) return gettext("no answer");
    return this.kind.words(this, Array.isArray(response) ? response : [response]);
  }

  paintFlag() {
    if (this.flag) this.section.querySelector("[data-flag-word]").textContent = this.flagged ? gettext("Flagged") : gettext("Flag");
  }

  paintCount() {
    const { text, over } = progress(this);
    const place = this.section.querySelector("[data-count]");
    place.textContent = text;
    place.dataset.over = String(over);
  }

  /** Say, beside the instruction and to screen readers, why something was not done. */
  refuse(words) {
    const place = this.section.querySelector("[data-count]");
    place.textContent = words;
    place.dataset.over = "true";
    announce(words);
  }

  lock() {
    for (const control of this.section.querySelectorAll("input, select, button")) control.disabled = true;
  }
}
