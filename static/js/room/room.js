// The exam room: puts the parts together.

import { hideConflict, showConflict } from "./conflict.js";
import { newest } from "./protocol.js";
import { Ending } from "./ending.js";
import { listen } from "../shared/keyboard.js";
import { announce, notice } from "../shared/announcements.js";
import { Navigation } from "./navigation.js";
import { greetNeighbours } from "./other_tabs.js";
import { openOrdering } from "../shared/ordering.js";
import { Question } from "../shared/question.js";
import { Queue } from "./queue.js";
import { openReview } from "./review.js";
import { showSaveState } from "./savestate.js";
import { SignIn } from "./signin.js";
import { several, tally } from "../shared/state.js";
import { Timer } from "./timer.js";
import { openWatch } from "./elapsed_time.js";

const room = document.querySelector("[data-room]").dataset;
const paper = document.getElementById("paper");

function csrf() {
  const cookie = /(?:^|; )(?:__Host-)?csrftoken=([^;]+)/.exec(document.cookie);
  return cookie ? cookie[1] : paper.elements.csrfmiddlewaretoken.value;
}

const questions = [...document.querySelectorAll(".question")].map((section) => new Question(section));
const queue = new Queue({ session: room.session, url: room.answersUrl, csrf });
const adopted = await queue.open();
// Nothing waits from here to the end: what is touched later is listened to.
const touched = questions.filter((question) => question.isTouched);
show(adopted.filter(({ position }) => !touched.includes(questions[position - 1])));

const navigation = new Navigation(questions, room.session);
const watch = openWatch(navigation, room.session);
const answered = performance.getEntriesByType("navigation")[0]?.responseStart ?? 0;
const timer = new Timer({
  clock: { deadline: Number(room.deadlineMs), now: Number(room.serverNowMs), at: answered },
  unanswered: () => tally(navigation.rows()).unanswered,
  resync: () => queue.ask(),
});
const signIn = new SignIn({ queue, csrf });
const ending = new Ending({ queue, navigation, questions, signIn });
showSaveState(queue);
openReview(navigation);

queue.addEventListener("clock", ({ detail: { state, resultUrl, ...clock } }) => {
  timer.set(clock);
  if (state === "finished") ending.endedElsewhere(resultUrl);
});
timer.addEventListener("over", () => ending.timeUp());
if (timer.left <= 0) ending.timeUp();

/** Show the newest of these answers where the page holds nothing newer. */
function show(entries) {
  for (const [position, entry] of newest(entries)) {
    const question = questions[position - 1];
    if (question && !question.isLike(entry) && (entry.base === null || entry.base >= question.revision)) rewrite(question, entry);
  }
}

/** Put a stored answer into a question's controls. */
function rewrite(question, { response, flagged, struck }) {
  question.response = response;
  question.flagged = flagged;
  question.struck = struck;
}

/** A question was changed by the person: keep it and send it. */
function changed(question) {
  if (ending.isOver) return;
  hideConflict(question);
  question.paintCount();
  question.paintFlag();
  navigation.paint(question);
  queue.add({
    position: question.position,
    response: question.response,
    base: question.revision,
    elapsed_ms: watch.elapsed(question.position),
    flagged: question.flagged,
    struck: question.struck,
  });
}

queue.addEventListener("acknowledged", ({ detail }) => {
  const refused = [];
  for (const { entry, ack } of detail) {
    const question = questions[entry.position - 1];
    if (!question) continue;
    if (["late", "closed", "invalid"].includes(ack.status)) refused.push(entry.position);
    if (!Number.isInteger(ack.revision)) continue;
    question.revision = Math.max(question.revision, ack.revision);
    if (queue.has(entry.position)) continue;
    if (ack.status === "stale") settleConflict(question, entry, ack);
    else if (!question.isLike(ack)) rewrite(question, ack);
  }
  navigation.paint(...detail.map(({ entry }) => questions[entry.position - 1]).filter(Boolean));
  if (refused.length) tell(`Not counted: the answer to ${[...new Set(refused)].map((position) => `question ${position}`).join(", ")}.`);
});

function tell(words) {
  announce(words);
  notice(words);
}

/** Another tab or device was faster: unless both say the same, the person chooses. */
function settleConflict(question, entry, ack) {
  // After a reload the page shows what is stored.
  if (!question.isLike(entry)) rewrite(question, entry);
  if (question.isLike(ack)) return queue.settled(question.position);
  showConflict(question, { mine: entry, theirs: ack }, (choice) => {
    if (choice === "mine") return changed(question);
    queue.settled(question.position);
    rewrite(question, ack);
    navigation.paint(question);
  });
}

for (const question of questions) {
  if (question.type === "ordering") openOrdering(question, () => changed(question));
  question.section.addEventListener("change", (event) => {
    if (event.target.checked && event.target.closest(".option")) question.strike(Number(event.target.value), false);
    changed(question);
    if (question.type === "multiple_response") announce(question.section.querySelector("[data-count]").textContent);
  });
  question.section.addEventListener("click", (event) => {
    const strike = event.target.closest("[data-strike]");
    if (strike) strikeOut(question, Number(strike.dataset.strike));
    if (!event.target.closest("[data-clear]") || !question.filled) return;
    question.response = null;
    announce("Answer cleared.");
    changed(question);
  });
}

function strikeOut(question, index) {
  const said = question.strikeOut(index);
  if (!said) return;
  announce(said);
  changed(question);
}

function choose(question, index) {
  const said = question.pick(index);
  if (said) announce(said);
}

const inQuestion = (act) => (index) => {
  if (navigation.place !== "review" && !ending.isOver) act(navigation.current, index);
};
listen({
  next: () => navigation.next(),
  previous: () => navigation.previous(),
  review: () => navigation.go("review"),
  leave: () => navigation.place === "review" && navigation.previous(),
  time: () => timer.say(),
  flag: inQuestion((question) => {
    question.flag.click();
    announce(question.flagged ? "Flagged." : "Flag removed.");
  }),
  choose: inQuestion(choose),
  strike: inQuestion(strikeOut),
});
for (const button of document.querySelectorAll("[data-go]")) {
  button.addEventListener("click", () => ({ previous: () => navigation.previous(), next: () => navigation.next(), review: () => navigation.go("review") })[button.dataset.go]());
}
function tellAdopted(entries) {
  if (entries.length) announce(`${several(newest(entries).size, "answer")} kept on this device, now being sent.`);
}
queue.addEventListener("adopted", ({ detail }) => {
  show(queue.entries);
  navigation.paint(...questions);
  tellAdopted(detail);
});
tellAdopted(adopted);
for (const question of touched) changed(question);
document.documentElement.classList.add("js");
document.documentElement.dataset.roomReady = "yes";

greetNeighbours(room.session);
