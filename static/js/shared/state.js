// What a question's response amounts to. Pure.

import { gettext, interpolate } from "./translation.js";

/** The states of a question, with the mark and the word that show it beside any colour. */
export const STATES = {
  unseen: { mark: "", word: gettext("not seen") },
  seen: { mark: "○", word: gettext("not answered") },
  incomplete: { mark: "◐", word: gettext("incomplete") },
  answered: { mark: "●", word: gettext("answered") },
};

/** How many entries of a response are filled in. */
export function filled(response) {
  if (response === null || response === undefined) return 0;
  return Array.isArray(response) ? response.filter((entry) => entry !== null).length : 1;
}

/** A response with nothing in it is null, so that nothing chosen and nothing sent are the same. */
export function normal(response) {
  return filled(response) ? response : null;
}

export function isSame(one, other) {
  return JSON.stringify(normal(one)) === JSON.stringify(normal(other));
}

/** The key of STATES for a question {response, goal, seen}. */
export function stateOf(question) {
  const count = filled(question.response);
  if (count === 0) return question.seen ? "seen" : "unseen";
  return count === question.goal ? "answered" : "incomplete";
}

/** The name of a question's link: "Question 12, incomplete, flagged". */
export function label(position, state, flagged) {
  const values = { number: position, state: STATES[state].word };
  if (flagged) return gettext("Question %(number)s, %(state)s, flagged", values);
  return gettext("Question %(number)s, %(state)s", values);
}

/** Whether a row {state, flagged} belongs to a filter of the review. */
export function isListed(row, filter) {
  if (filter === "flagged") return row.flagged;
  return filter === "all" || row.state !== "answered";
}

/** Count rows by state, and how many are flagged or open. */
export function tally(rows) {
  const counts = { unseen: 0, seen: 0, incomplete: 0, answered: 0, flagged: 0 };
  for (const row of rows) {
    counts[row.state] += 1;
    if (row.flagged) counts.flagged += 1;
  }
  return { ...counts, unanswered: counts.unseen + counts.seen, open: rows.length - counts.answered };
}

/** The line beside the instruction: "1 of 2 chosen"; over means that too many are chosen: "Choose only 2". */
export function progress({ response, goal, counter }) {
  if (!counter) return { text: "", over: false };
  const count = filled(response);
  const over = count > goal;
  return { text: over ? gettext("Choose only %(goal)s", { goal }) : interpolate(counter, { count, goal }), over };
}
