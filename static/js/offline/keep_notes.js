// The button that brings all notes to the device.

import { ask, canKeep } from "./device.js";

const place = document.querySelector("[data-keep-notes]");
const show = (name) => {
  for (const part of place.querySelectorAll("[data-keep-state]")) part.hidden = part.dataset.keepState !== name;
};

/** Bring the notes, and say how it went. */
async function keep() {
  show("busy");
  const isDone = await ask("keep").catch(() => false);
  show(isDone ? "done" : "failed");
  place.querySelector(`[data-keep-state="${isDone ? "done" : "failed"}"]`).focus();
}

if (place) {
  place.hidden = false;
  show(canKeep ? "ready" : "never");
  for (const button of place.querySelectorAll("button")) button.addEventListener("click", keep);
}
