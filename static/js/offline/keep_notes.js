// The button that brings all notes to the device.

import { ask, canKeep } from "./device.js";

// How often the server may ask for a pause before one is told that it did not work.
const MOST_PAUSES = 10;

const place = document.querySelector("[data-keep-notes]");
const show = (name) => {
  for (const part of place.querySelectorAll("[data-keep-state]")) part.hidden = part.dataset.keepState !== name;
};

/** Bring the notes, at the pace that the server asks for; tells whether all are here. */
async function bring() {
  let told = await ask("keep");
  for (let pauses = 0; !told.isDone && told.waitMs && pauses < MOST_PAUSES; pauses += 1) {
    await new Promise((resolve) => setTimeout(resolve, told.waitMs));
    told = await ask("keep");
  }
  return told.isDone;
}

/** Bring the notes, and say how it went. */
async function keep() {
  show("busy");
  const isDone = await bring().catch(() => false);
  show(isDone ? "done" : "failed");
  place.querySelector(`[data-keep-state="${isDone ? "done" : "failed"}"]`).focus();
}

if (place) {
  place.hidden = false;
  show(canKeep ? "ready" : "never");
  for (const button of place.querySelectorAll("button")) button.addEventListener("click", keep);
}
