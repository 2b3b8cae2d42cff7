// The state of saving as a sentence in the bar.

import { announce, notice } from "../shared/announcements.js";
import { gettext, ngettext } from "../shared/translation.js";

/** Sentence, short form and whether all is well, for a queue's {condition, count, savedAt}. Pure. */
export function describe({ condition, count, savedAt }) {
  switch (condition) {
    case "saving":
      return { long: gettext("Saving…"), short: gettext("Saving…"), fine: true };
    case "retrying":
      return { long: retrying(count), short: gettext("%(count)s unsent", { count }), fine: false };
    case "offline":
      return { long: offline(count), short: gettext("Offline: %(count)s", { count }), fine: false };
    case "signed-out":
      return { long: signedOut(count), short: gettext("Signed out"), fine: false };
    default:
      return { long: saved(savedAt), short: gettext("Saved"), fine: true };
  }
}

const retrying = (count) =>
  ngettext(
    "Not saved yet: %(count)s answer kept on this device, retrying",
    "Not saved yet: %(count)s answers kept on this device, retrying",
    count,
  );

const offline = (count) =>
  ngettext(
    "Offline: %(count)s answer kept on this device, the clock keeps running",
    "Offline: %(count)s answers kept on this device, the clock keeps running",
    count,
  );

function signedOut(count) {
  if (!count) return gettext("Signed out");
  return ngettext("Signed out: %(count)s answer kept on this device", "Signed out: %(count)s answers kept on this device", count);
}

function saved(at) {
  return at ? gettext("Saved %(time)s", { time: at.toTimeString().slice(0, 8) }) : gettext("Saved");
}

const ADVICE = {
  "signed-out": gettext("You are signed out. Sign in again here: your answers are kept on this device and will be sent."),
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
    const words = ADVICE[next] ?? (fine ? gettext("All answers are saved.") : `${long}.`);
    announce(words);
    // A bar of its own says that one is signed out.
    if (next !== "signed-out") notice(words, { seconds: 8, phoneOnly: true });
  };
  queue.addEventListener("change", paint);
  paint();
}
