// The state of saving as a sentence in the bar.

import { announce, notice } from "../shared/announcements.js";
import { several } from "../shared/state.js";

/** Sentence, short form and whether all is well, for a queue's {condition, count, savedAt}. Pure. */
export function describe({ condition, count, savedAt }) {
  const kept = `${several(count, "answer")} kept on this device`;
  const at = savedAt ? ` ${savedAt.toTimeString().slice(0, 8)}` : "";
  switch (condition) {
    case "saving":
      return { long: "Saving…", short: "Saving…", fine: true };
    case "retrying":
      return { long: `Not saved yet: ${kept}, retrying`, short: `${count} unsent`, fine: false };
    case "offline":
      return { long: `Offline: ${kept}, the clock keeps running`, short: `Offline: ${count}`, fine: false };
    case "signed-out":
      return { long: count ? `Signed out: ${kept}` : "Signed out", short: "Signed out", fine: false };
    default:
      return { long: `Saved${at}`, short: "Saved", fine: true };
  }
}

const ADVICE = {
  "signed-out": "You are signed out. Sign in again here: your answers are kept on this device and will be sent.",
};

/** Keep the bar in step with the queue; tells only changes of category. */
export function showSaveState(queue) {
  const place = document.querySelector("[data-save-state]");
  let category = "fine";
  const paint = () => {
    const { long, short, fine } = describe(queue);
    place.dataset.state = queue.condition;
    place.querySelector("[data-long]").textContent = long;
    place.querySelector("[data-short]").textContent = short;
    const next = fine ? (queue.condition === "saving" && category !== "fine" ? category : "fine") : queue.condition;
    if (next === category) return;
    category = next;
    const words = ADVICE[next] ?? (fine ? "All answers are saved." : `${long}.`);
    announce(words);
    // A bar of its own says that one is signed out.
    if (next !== "signed-out") notice(words, { seconds: 8, phoneOnly: true });
  };
  queue.addEventListener("change", paint);
  paint();
}
