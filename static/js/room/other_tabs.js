// Another tab of this browser that shows the same exam: both say so.

import { announce, notice } from "../shared/announcements.js";
import { gettext } from "../shared/translation.js";

// Short, since it stands over the question on a phone.
const WORDS = gettext("This exam is also open in another tab. Answer in one of them.");

/** Tell this tab and the others of each other, now and whenever one more opens. */
export function warnOfOtherTabs(session) {
  // Without it the conflict of two answers is told all the same.
  if (!("BroadcastChannel" in window)) return;
  const channel = new BroadcastChannel(`exam-room ${session}`);
  channel.addEventListener("message", ({ data }) => {
    if (data === "opened") channel.postMessage("met");
    announce(WORDS);
    notice(WORDS);
  });
  channel.postMessage("opened");
}
