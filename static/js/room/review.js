// The grid of all questions before the end, and the walk through what is open.

import { announce } from "../shared/announcements.js";
import { STATES, isListed, label, tally } from "../shared/state.js";
import { gettext, interpolate, ngettext } from "../shared/translation.js";

const EMPTY = {
  all: "",
  incomplete: gettext("Every question has a complete answer."),
  flagged: gettext("Nothing is flagged."),
};
const NAMES = {
  all: gettext("All %(count)s"),
  incomplete: gettext("Not answered or incomplete %(count)s"),
  flagged: gettext("Flagged %(count)s"),
};

export function openReview(navigation) {
  const section = document.getElementById("review");
  const find = (name) => section.querySelector(`[data-${name}]`);
  const filters = [...section.querySelectorAll("[data-filter]")];
  const open = find("answer-open");
  const walk = find("walk-start");
  let filter = "all";

  const paint = () => {
    const rows = navigation.rows();
    const counts = tally(rows);
    const listed = rows.filter((row) => isListed(row, filter));
    const numbers = { all: rows.length, incomplete: counts.open, flagged: counts.flagged };
    for (const button of filters) {
      const name = button.dataset.filter;
      button.ariaPressed = String(name === filter);
      button.textContent = interpolate(NAMES[name], { count: numbers[name] });
    }
    find("review-summary").textContent = summary(counts);
    find("review-cells").replaceChildren(...listed.map(cellOf));
    find("review-empty").hidden = listed.length > 0;
    find("review-empty").textContent = EMPTY[filter];
    const unanswered = rows.filter((row) => isListed(row, "incomplete")).map((row) => row.position);
    open.hidden = !unanswered.length;
    open.textContent = ngettext("Answer the %(count)s left", "Answer the %(count)s left", unanswered.length);
    open.onclick = () => navigation.start(unanswered);
    find("end").classList.toggle("primary", !unanswered.length);
    walk.hidden = filter !== "flagged" || !listed.length;
    walk.textContent = ngettext(
      "Go through %(count)s flagged question",
      "Go through %(count)s flagged questions",
      listed.length,
    );
    walk.onclick = () => navigation.start(listed.map((row) => row.position));
    return listed.length;
  };

  for (const button of filters) {
    button.addEventListener("click", () => {
      filter = button.dataset.filter;
      announce(ngettext("%(count)s question listed.", "%(count)s questions listed.", paint()));
    });
  }
  find("back").addEventListener("click", () => navigation.previous());
  navigation.addEventListener("move", () => navigation.place === "review" && paint());
  if (navigation.place === "review") paint();
}

/** "3 unanswered, 1 incomplete, 2 flagged. A guess costs nothing." Pure. */
export function summary(counts) {
  const standing = gettext("%(unanswered)s unanswered, %(incomplete)s incomplete, %(flagged)s flagged.", counts);
  return counts.open ? `${standing} ${gettext("A guess costs nothing.")}` : standing;
}

function cellOf({ position, state, flagged }) {
  const cell = document.createElement("li");
  const link = Object.assign(document.createElement("a"), { href: `#q${position}`, textContent: String(position) });
  link.ariaLabel = label(position, state, flagged);
  Object.assign(link.dataset, { state, flagged: String(flagged), mark: STATES[state].mark });
  cell.append(link);
  return cell;
}
