// The time left of a practice set on time. When it is over the set ends, as its own button ends it.

import { announce } from "../shared/announcements.js";
import { FIVE, clockText, clockWords, markPassed } from "../shared/clock.js";
import { gettext } from "../shared/translation.js";

let beat = null;

/** Count down in a part of the page that came: each says anew what is left by the server's clock. */
export function countDown(part) {
  clearInterval(beat);
  const face = part.querySelector("[data-left-ms]");
  if (!face) return;
  // The wall clock goes on while the device sleeps.
  const overAt = Date.now() + Number(face.dataset.leftMs);
  let last = overAt - Date.now();
  const tick = () => {
    const left = overAt - Date.now();
    const text = clockText(left);
    if (face.textContent !== text) face.textContent = text;
    face.closest(".clock").dataset.near = String(left <= FIVE);
    const mark = markPassed(last, left);
    if (mark && left > 0) announce(gettext("%(time)s left.", { time: clockWords(mark) }));
    last = left;
    // What is on its way, or waits for the network, comes first; the beat asks again.
    if (left > 0 || !navigator.onLine || document.querySelector(".htmx-request")) return;
    clearInterval(beat);
    part.querySelector("[data-end]").requestSubmit();
  };
  beat = setInterval(tick, 250);
  tick();
}
