// The exam room: puts the parts together.

import { announce, notice } from "../shared/announcements.js";
import { listen } from "../shared/keyboard.js";
import { Question } from "../shared/question.js";
import { tally } from "../shared/state.js";
import { hideConflict, showConflict } from "./conflict.js";
import { measureElapsedTime } from "./elapsed_time.js";
import { Ending } from "./ending.js";
import { Navigation } from "./navigation.js";
import { warnOfOtherTabs } from "./other_tabs.js";
import { newest } from "./protocol.js";
import { Queue } from "./queue.js";
import { openReading } from "./reading.js";
import { openReview } from "./review.js";
import { showSaveState } from "./savestate.js";
import { SignIn } from "./signin.js";
import { Timer } from "./timer.js";
import { gettext, ngettext } from "../shared/translation.js";

// How long the end waits for the server's clock.
const PATIENCE_MS = 5_000;

/** Bring the page to life: take over unsent answers, then connect questions, queue, clock and keys. */
async function main() {
  const settings = document.querySelector("[data-room]").dataset;
  const questions = [...document.querySelectorAll(".question")].map((section) => new Question(section));
  const queue = new Queue({ session: settings.session, url: settings.answersUrl, csrf });
  const adopted = await queue.open();
  // Nothing waits from here to the end: what is touched later is listened to.
  const touched = questions.filter((question) => question.isTouched);
  const room = new Room({ settings, questions, queue });
  room.show(adopted.filter(({ position }) => !touched.includes(questions[position - 1])));
  room.openParts();
  room.listenToServer();
  for (const question of questions) room.listenToQuestion(question);
  room.listenToKeys();
  room.listenToButtons();
  room.listenToAdoption();
  announceAdopted(adopted);
  for (const question of touched) room.changed(question);
  document.documentElement.classList.add("js");
  document.documentElement.dataset.roomReady = "yes";
  warnOfOtherTabs(settings.session);
}

/** The token against forged requests: from the cookie, or from the page where that is hidden. */
function csrf() {
  const cookie = /(?:^|; )(?:__Host-)?csrftoken=([^;]+)/.exec(document.cookie);
  return cookie ? cookie[1] : document.getElementById("paper").elements.csrfmiddlewaretoken.value;
}

function announceAdopted(entries) {
  if (!entries.length) return;
  announce(
    ngettext(
      "%(count)s answer kept on this device, now being sent.",
      "%(count)s answers kept on this device, now being sent.",
      newest(entries).size,
    ),
  );
}

class Room {
  constructor({ settings, questions, queue }) {
    Object.assign(this, { settings, questions, queue });
  }

  /** Open what shows the state of the sitting; needs the page to hold every answer already. */
  openParts() {
    const { settings, questions, queue } = this;
    this.navigation = new Navigation(questions, settings.session);
    this.time = measureElapsedTime(this.navigation, settings.session);
    const arrived = performance.getEntriesByType("navigation")[0]?.responseStart ?? 0;
    this.timer = new Timer({
      clock: { deadline: Number(settings.deadlineMs), now: Number(settings.serverNowMs), at: arrived },
      unanswered: () => tally(this.navigation.rows()).unanswered,
      // While a retry is waited for, it brings the clock along, and not before the server said.
      resync: () => queue.timer || queue.ask(),
    });
    const signIn = new SignIn({ queue, csrf });
    this.ending = new Ending({ queue, navigation: this.navigation, questions, signIn, hasTime: () => this.timer.left > 0 });
    showSaveState(queue);
    openReview(this.navigation);
    openReading(settings.session, questions);
  }

  /** Follow the server's clock and its word on what was sent. */
  listenToServer() {
    this.queue.addEventListener("clock", ({ detail: { state, resultUrl, ...clock } }) => {
      this.timer.set(clock);
      if (state !== "open") this.ending.endedElsewhere(resultUrl);
    });
    this.timer.addEventListener("over", () => this.over());
    if (this.timer.left <= 0) this.over();
    this.queue.addEventListener("acknowledged", ({ detail }) => this.acknowledged(detail));
  }

  /** The time is over, unless the server says that more was given while it was silent. */
  async over() {
    const asked = this.queue.ask();
    await Promise.race([asked, new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))]);
    if (this.timer.left > 0) this.timer.run();
    else this.ending.timeUp(asked);
  }

  listenToAdoption() {
    this.queue.addEventListener("adopted", ({ detail }) => {
      this.show(this.queue.entries);
      this.navigation.paint(...this.questions);
      announceAdopted(detail);
    });
  }

  listenToQuestion(question) {
    const { section } = question;
    question.open(() => this.changed(question));
    section.addEventListener("change", ({ target }) => {
      if (target.checked && target.closest(".option")) question.strike(Number(target.value), false);
      this.changed(question);
      if (question.countWords) announce(question.countWords);
    });
    section.addEventListener("click", ({ target }) => {
      const strike = target.closest("[data-strike]");
      if (strike) this.strikeOut(question, Number(strike.dataset.strike));
      if (!target.closest("[data-clear]") || !question.filled) return;
      question.response = null;
      announce(gettext("Answer cleared."));
      this.changed(question);
    });
  }

  listenToKeys() {
    const { navigation, timer, ending } = this;
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
        announce(question.flagged ? gettext("Flagged.") : gettext("Flag removed."));
      }),
      choose: inQuestion((question, index) => {
        const words = question.pick(index);
        if (words) announce(words);
      }),
      strike: inQuestion((question, index) => this.strikeOut(question, index)),
    });
  }

  listenToButtons() {
    const steps = {
      previous: () => this.navigation.previous(),
      next: () => this.navigation.next(),
      review: () => this.navigation.go("review"),
    };
    for (const button of document.querySelectorAll("[data-go]")) {
      button.addEventListener("click", () => steps[button.dataset.go]());
    }
  }

  /** Show the newest of these answers where the page holds nothing newer. */
  show(entries) {
    for (const [position, entry] of newest(entries)) {
      const question = this.questions[position - 1];
      if (!question || question.isLike(entry)) continue;
      if (entry.base === null || entry.base >= question.revision) rewrite(question, entry);
    }
  }

  /** A question was changed by the person: keep it and send it. */
  changed(question) {
    if (this.ending.isOver) return;
    hideConflict(question);
    question.paintCount();
    question.paintFlag();
    this.navigation.paint(question);
    this.queue.add({
      position: question.position,
      response: question.response,
      base: question.revision,
      elapsed_ms: this.time.elapsed(question.position),
      flagged: question.flagged,
      struck: question.struck,
    });
  }

  strikeOut(question, index) {
    const words = question.strikeOut(index);
    if (!words) return;
    announce(words);
    this.changed(question);
  }

  /** Take in what the server stored of each answer, {entry, ack}, and tell what it refused. */
  acknowledged(pairs) {
    const refused = new Set();
    for (const { entry, ack } of pairs) {
      const question = this.questions[entry.position - 1];
      if (!question) continue;
      if (["late", "closed", "invalid"].includes(ack.status)) refused.add(entry.position);
      if (!Number.isInteger(ack.revision)) continue;
      question.revision = Math.max(question.revision, ack.revision);
      if (this.queue.has(entry.position)) continue;
      if (ack.status === "stale") this.settleConflict(question, entry, ack);
      else if (!question.isLike(ack)) rewrite(question, ack);
    }
    this.navigation.paint(...pairs.map(({ entry }) => this.questions[entry.position - 1]).filter(Boolean));
    if (refused.size) tellRefused(refused);
  }

  /** Another tab or device was faster: unless both say the same, the person chooses. */
  settleConflict(question, entry, ack) {
    // After a reload the page shows what is stored.
    if (!question.isLike(entry)) rewrite(question, entry);
    if (question.isLike(ack)) return this.queue.settled(question.position);
    showConflict(question, { mine: entry, theirs: ack }, (choice) => {
      if (choice === "mine") return this.changed(question);
      this.queue.settled(question.position);
      rewrite(question, ack);
      this.navigation.paint(question);
    });
  }
}

/** Put a stored answer into a question's controls. */
function rewrite(question, { response, flagged, struck }) {
  question.response = response;
  question.flagged = flagged;
  question.struck = struck;
}

function tellRefused(positions) {
  const questions = [...positions].map((number) => gettext("question %(number)s", { number })).join(", ");
  const words = gettext("Not counted: the answer to %(questions)s.", { questions });
  announce(words);
  notice(words);
}

await main();
