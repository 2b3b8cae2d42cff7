// How one reads: the size of the text, and words that are highlighted. Both stay on this device.

import { announce } from "../shared/announcements.js";
import { recall, remember } from "../shared/storage.js";
import { gettext } from "../shared/translation.js";

const SIZE_SLOT = "exam-text-size";
const NAME = "kept-words";

/** Ranges [start, end] with one more taken in: what it touches is joined; one inside another is cut out. Pure. */
export function withRange(ranges, [start, end]) {
  const around = ranges.find(([from, to]) => from <= start && end <= to);
  if (around) {
    const rest = [[around[0], start], [end, around[1]]].filter(([from, to]) => from < to);
    return [...ranges.filter((range) => range !== around), ...rest].sort((one, other) => one[0] - other[0]);
  }
  const touching = ranges.filter(([from, to]) => from <= end && start <= to);
  const joined = [Math.min(start, ...touching.map(([from]) => from)), Math.max(end, ...touching.map(([, to]) => to))];
  return [...ranges.filter((range) => !touching.includes(range)), joined].sort((one, other) => one[0] - other[0]);
}

/** Let the size of the text be chosen, and links in questions open beside the exam. */
export function openReading(session, questions) {
  openSizes();
  for (const link of document.querySelectorAll("#questions :is(.stem, .case-text, .option-text, .match) a[href]")) {
    link.target = "_blank";
    link.rel = "noopener noreferrer";
  }
  if (globalThis.CSS?.highlights && globalThis.Highlight) openHighlights(session, questions);
  else for (const button of document.querySelectorAll("[data-highlight]")) button.hidden = true;
}

function openSizes() {
  const buttons = [...document.querySelectorAll("[data-text-size]")];
  const set = (size) => {
    document.documentElement.dataset.size = size;
    for (const button of buttons) button.ariaPressed = String(button.dataset.textSize === size);
  };
  set(recall(SIZE_SLOT, "1"));
  for (const button of buttons) {
    button.addEventListener("click", () => {
      set(button.dataset.textSize);
      remember(SIZE_SLOT, button.dataset.textSize);
    });
  }
}

function openHighlights(session, questions) {
  const slot = `exam-highlights ${session}`;
  const kept = recall(slot, {});
  const paint = () => {
    const ranges = questions.flatMap((question) => (kept[question.position] ?? []).map((range) => rangeIn(stemOf(question), range)));
    CSS.highlights.set(NAME, new Highlight(...ranges.filter(Boolean)));
  };
  for (const question of questions) {
    question.section.querySelector("[data-highlight]").addEventListener("click", () => {
      const chosen = chosenIn(stemOf(question));
      if (!chosen) return announce(gettext("Select words of the question first, then highlight them."));
      kept[question.position] = withRange(kept[question.position] ?? [], chosen);
      remember(slot, kept);
      getSelection().removeAllRanges();
      paint();
    });
  }
  paint();
}

const stemOf = ({ section }) => section.querySelector(".stem");

function textsOf(stem) {
  const walker = document.createTreeWalker(stem, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) texts.push(walker.currentNode);
  return texts;
}

/** Where the selection lies in a stem's text, as [start, end]; null for none. */
function chosenIn(stem) {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  if (!stem.contains(range.startContainer) || !stem.contains(range.endContainer)) return null;
  const before = document.createRange();
  before.setStart(stem, 0);
  before.setEnd(range.startContainer, range.startOffset);
  const start = before.toString().length;
  return [start, start + range.toString().length];
}

function rangeIn(stem, [start, end]) {
  const range = document.createRange();
  let at = 0;
  let isOpen = false;
  for (const text of textsOf(stem)) {
    const next = at + text.length;
    if (!isOpen && start < next) {
      range.setStart(text, start - at);
      isOpen = true;
    }
    if (isOpen && end <= next) {
      range.setEnd(text, end - at);
      return range;
    }
    at = next;
  }
  return null;
}
