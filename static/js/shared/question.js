// One question of the paper: its controls read and written as a response.

import { filled, isSame, normal, progress, stateOf } from "./state.js";

export class Question {
  constructor(section) {
    this.section = section;
    this.position = Number(section.dataset.position);
    this.type = section.dataset.type;
    this.choose = Number(section.dataset.choose) || 1;
    this.revision = Number(section.dataset.revision) || 0;
    this.heading = section.querySelector("h2");
    // Where one question is practised there is nothing to flag.
    this.flag = section.querySelector(`[name="flag-${this.position}"]`);
    this.controls = [...section.querySelectorAll("fieldset :is(input, select)")];
    this.prompts = this.type === "matching" ? this.controls.length : 0;
    this.elapsed = 0;
    this.seen = false;
    this.paintFlag();
    this.paintCount();
  }

  /** The response as it is saved: an index, a list, or null. */
  get response() {
    if (this.type === "ordering") {
      return normal(
        this.controls
          .filter((select) => select.value)
          .sort((one, other) => one.value - other.value)
          .map((select) => this.indexOf(select)),
      );
    }
    if (this.type === "matching") {
      return normal(this.controls.map((select) => (select.value ? Number(select.value) : null)));
    }
    const chosen = this.controls.filter((input) => input.checked).map((input) => Number(input.value));
    return this.type === "multiple_response" ? normal(chosen) : (chosen[0] ?? null);
  }

  set response(response) {
    const entries = Array.isArray(response) ? response : [response];
    this.controls.forEach((control, place) => {
      if (this.type === "ordering") {
        const rank = entries.indexOf(this.indexOf(control));
        control.value = rank < 0 || rank >= this.choose ? "" : String(rank + 1);
      } else if (this.type === "matching") {
        control.value = entries[place] === null || entries[place] === undefined ? "" : String(entries[place]);
      } else {
        control.checked = entries.includes(Number(control.value));
      }
    });
    this.paintCount();
    this.section.dispatchEvent(new CustomEvent("rewritten"));
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
    if (this.type === "ordering") {
      if (index < this.controls.length) this.toggle(index);
      return "";
    }
    const control = this.type === "matching" ? null : this.controls[index];
    if (!control) return "";
    control.focus();
    if (control.type === "radio" && control.checked) return "";
    control.click();
    return `Answer ${String.fromCharCode(65 + index)} ${control.checked ? "chosen" : "no longer chosen"}.`;
  }

  /** Rule an answer out, or restore it; return what is to be said. */
  strikeOut(index) {
    if (!this.strikes[index]) return "";
    const isStruck = !this.struck.includes(index);
    this.strike(index, isStruck);
    return `Answer ${String.fromCharCode(65 + index)} ${isStruck ? "ruled out" : "restored"}.`;
  }

  isLike({ response, flagged, struck }) {
    return isSame(this.response, response) && this.flagged === flagged && isSame(this.struck, [...struck].sort());
  }

  /** Words for a response, by the letters or texts a person sees. */
  describe(response) {
    if (!filled(response)) return "no answer";
    const entries = Array.isArray(response) ? response : [response];
    if (this.type === "matching") {
      const options = this.controls[0].options;
      return entries
        .map((entry, place) => `${place + 1}: ${entry === null ? "–" : options[entry + 1].text}`)
        .join("; ");
    }
    const letters = entries.map((entry) => String.fromCharCode(65 + entry));
    return letters.join(this.type === "ordering" ? ", then " : " and ");
  }

  paintFlag() {
    if (this.flag) this.section.querySelector("[data-flag-word]").textContent = this.flagged ? "Flagged" : "Flag";
  }

  paintCount() {
    const { text, over } = progress(this);
    const place = this.section.querySelector("[data-count]");
    place.textContent = text;
    place.dataset.over = String(over);
  }

  lock() {
    for (const control of this.section.querySelectorAll("input, select, button")) control.disabled = true;
  }
}
