// A question's evidence, marked in the text of its topic: what is selected there goes into the field as it stands in
// the note, so that it is found in it again.

import { announce } from "../shared/announcements.js";

/** What a reader of the note does not see of its Markdown: addresses, pictures, comments; and formulas, drawn. */
const UNSEEN = /<!--.*?-->|!\[[^\]]*\]\([^)]*\)|\]\([^)]*\)|\\\(.*?\\\)|\\\[.*?\\\]|\$\$.*?\$\$/gs;
/** Characters on each side that are shown around the evidence. */
const AROUND = 80;

/** Return the letters and digits that a reader sees of a text, and where each stands in it. */
export function skeleton(text) {
  const unseen = [...text.matchAll(UNSEEN)].map((match) => [match.index, match.index + match[0].length]);
  let letters = "";
  const places = [];
  for (const match of text.matchAll(/[\p{L}\p{N}]/gu)) {
    while (unseen.length && unseen[0][1] <= match.index) unseen.shift();
    if (unseen.length && unseen[0][0] <= match.index) continue;
    letters += match[0];
    for (let unit = 0; unit < match[0].length; unit += 1) places.push(match.index + unit);
  }
  return { letters, places };
}

/**
 * Return from where to where words stand in a text that may have other marks and spaces between their letters,
 * with the punctuation around them that both have; null where they do not.
 */
export function placeOf(words, text) {
  const wanted = skeleton(words).letters;
  const { letters, places } = skeleton(text);
  const first = wanted ? letters.indexOf(wanted) : -1;
  if (first < 0) return null;
  let start = places[first];
  let end = places[first + wanted.length - 1] + 1;
  const [before, after] = [/^[^\p{L}\p{N}\s]+/u, /[^\p{L}\p{N}\s]+$/u].map((edge) => words.trim().match(edge)?.[0] ?? "");
  if (before && text.slice(0, start).endsWith(before)) start -= before.length;
  if (after && text.startsWith(after, end)) end += after.length;
  return [start, end];
}

/** Return the pieces of text that are words, in their order. */
function textsOf(box) {
  const walker = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) {
    if (!walker.currentNode.parentElement.closest("svg, math")) texts.push(walker.currentNode);
  }
  return texts;
}

function selectedIn(box) {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return "";
  const range = selection.getRangeAt(0);
  const cut = (text) =>
    text.data.slice(
      text === range.startContainer ? range.startOffset : 0,
      text === range.endContainer ? range.endOffset : undefined,
    );
  return textsOf(box)
    .filter((text) => range.intersectsNode(text))
    .map(cut)
    .join(" ");
}

/** Mark words where they stand in a box; returns the first mark, if they do. */
function mark(box, words) {
  const texts = textsOf(box);
  const place = placeOf(words, texts.map((text) => text.data).join(""));
  let first = null;
  let offset = 0;
  for (const text of place ? texts : []) {
    const [from, to] = place.map((edge) => Math.min(Math.max(edge - offset, 0), text.length));
    offset += text.length;
    if (!text.data.slice(from, to).trim()) continue;
    const range = new Range();
    range.setStart(text, from);
    range.setEnd(text, to);
    const element = document.createElement("mark");
    range.surroundContents(element);
    first ??= element;
  }
  return first;
}

/** Show the evidence under its field as a reader of the box sees it, with the words around it. */
function show(line, box, words) {
  const seen = textsOf(box).map((text) => text.data).join("");
  const [start, end] = placeOf(words, seen);
  const element = document.createElement("mark");
  element.textContent = seen.slice(start, end);
  const before = start > AROUND ? seen.slice(start - AROUND, start).replace(/^\S*/, "…") : seen.slice(0, start);
  const after = end + AROUND < seen.length ? seen.slice(end, end + AROUND).replace(/\S*$/, "…") : seen.slice(end);
  line.replaceChildren(before, element, after);
  line.hidden = false;
}

/** Let a dialog show the text of the chosen topic, and put what is selected there into the field of the evidence. */
export function evidence(dialog, form) {
  const box = dialog.querySelector("[data-text]");
  const problem = dialog.querySelector("[data-problem]");
  const use = dialog.querySelector("[data-use]");
  let plain = "";
  let selected = "";
  let asked = 0;
  const say = (text) => {
    problem.hidden = !text;
    problem.textContent = text;
  };

  async function open() {
    const turn = (asked += 1);
    [plain, selected] = ["", ""];
    say("");
    box.replaceChildren();
    use.disabled = true;
    dialog.showModal();
    const topic = form.querySelector('select[name="topic"]').value;
    try {
      const reply = await fetch(dialog.dataset.address.replace("/0/", `/${topic}/`));
      const html = await reply.text();
      if (turn !== asked) return;
      const note = new DOMParser().parseFromString(html, "text/html").querySelector("[data-plain]");
      if (!reply.ok || !note) return say(dialog.dataset.away);
      plain = note.dataset.plain;
      if (!plain) return say(dialog.dataset.none);
      box.replaceChildren(...note.childNodes);
      use.disabled = false;
      box.focus();
      mark(box, form.elements.evidence.value)?.scrollIntoView({ block: "center" });
    } catch {
      say(dialog.dataset.away);
    }
  }

  function take() {
    const field = form.elements.evidence;
    const place = placeOf(selected, plain);
    if (!place) return say(selected.trim() ? dialog.dataset.unfound : dialog.dataset.nothing);
    const words = plain.slice(...place);
    if (words.length > field.maxLength) return say(dialog.dataset.long);
    dialog.close();
    field.value = words;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    show(form.querySelector("[data-evidence-shown]"), box, words);
    field.focus();
    announce(dialog.dataset.done);
  }

  document.addEventListener("selectionchange", () => {
    if (!dialog.open) return;
    const words = selectedIn(box);
    // A press on the button may end the selection that it is about.
    if (words || box.contains(getSelection().anchorNode)) selected = words;
  });
  // It is a field so that the keys that select work in it; nothing is written there.
  for (const name of ["beforeinput", "drop", "paste"]) box.addEventListener(name, (event) => event.preventDefault());
  use.addEventListener("click", take);
  dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
  form.addEventListener("click", (event) => {
    if (event.target.closest("[data-mark-evidence]")) open();
  });
}
