// The list of all questions before the end, and the walk through what is open.

import { announce } from "../shared/announcements.js";
import { STATES, isListed, label, several, tally } from "../shared/state.js";

const EMPTY = { all: "", incomplete: "Every question has a complete answer.", flagged: "Nothing is flagged." };

export function openReview(navigation) {
  const section = document.getElementById("review");
  const find = (name) => section.querySelector(`[data-${name}]`);
  const filters = [...section.querySelectorAll("[data-filter]")];
  const walk = find("walk-start");
  let filter = "all";

  const paint = () => {
    const rows = navigation.rows();
    const excerptOf = (row) => navigation.questions[row.position - 1].excerpt;
    const counts = tally(rows);
    const listed = rows.filter((row) => isListed(row, filter));
    const numbers = { all: rows.length, incomplete: counts.open, flagged: counts.flagged };
    for (const button of filters) {
      button.ariaPressed = String(button.dataset.filter === filter);
      button.textContent = `${button.dataset.filter[0].toUpperCase()}${button.dataset.filter.slice(1)} ${numbers[button.dataset.filter]}`;
    }
    find("review-summary").textContent = summary(counts);
    find("review-rows").replaceChildren(...listed.map((row) => rowOf({ ...row, excerpt: excerptOf(row) })));
    section.querySelector("table").hidden = !listed.length;
    find("review-empty").hidden = listed.length > 0;
    find("review-empty").textContent = EMPTY[filter];
    walk.hidden = filter === "all" || !listed.length;
    walk.textContent = `Go through ${several(listed.length, `${filter} question`)}`;
    walk.onclick = () => navigation.start(listed.map((row) => row.position));
    return listed.length;
  };

  for (const button of filters) {
    button.addEventListener("click", () => {
      filter = button.dataset.filter;
      announce(`${several(paint(), "question")} listed.`);
    });
  }
  find("back").addEventListener("click", () => navigation.previous());
  navigation.addEventListener("move", () => navigation.place === "review" && paint());
  if (navigation.place === "review") paint();
}

/** "3 unanswered, 1 incomplete, 2 flagged. A guess costs nothing." Pure. */
export function summary(counts) {
  const parts = [`${counts.unanswered} unanswered`, `${counts.incomplete} incomplete`, `${counts.flagged} flagged`];
  return `${parts.join(", ")}.${counts.open ? " A guess costs nothing." : ""}`;
}

function rowOf({ position, state, flagged, excerpt }) {
  const row = document.createElement("tr");
  const link = document.createElement("a");
  link.href = `#q${position}`;
  link.ariaLabel = label(position, state, flagged);
  link.textContent = String(position);
  const stem = Object.assign(document.createElement("span"), { className: "excerpt muted", textContent: excerpt });
  const head = document.createElement("th");
  head.scope = "row";
  const line = Object.assign(document.createElement("div"), { className: "review-line" });
  line.append(link, stem);
  head.append(line);
  const tags = { answered: "accent", incomplete: "warn" };
  const states = Object.assign(document.createElement("div"), { className: "states" });
  states.append(tag(`${STATES[state].mark || "·"} ${STATES[state].word}`, tags[state]));
  if (flagged) states.append(tag("◥ flagged", "flag"));
  const place = document.createElement("td");
  place.append(states);
  row.append(head, place);
  return row;
}

function tag(text, kind = "") {
  return Object.assign(document.createElement("span"), { className: `tag ${kind}`, textContent: text });
}
