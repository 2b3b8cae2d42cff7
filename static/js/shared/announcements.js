// Words for the one polite live region of the page.

let waiting = [];
let timer = null;

/** Say a sentence to screen readers; sentences that come together are said together. */
export function announce(text) {
  waiting.push(text);
  clearTimeout(timer);
  const region = document.getElementById("live");
  region.textContent = "";
  timer = setTimeout(() => {
    region.textContent = waiting.join(" ");
    waiting = [];
    timer = setTimeout(() => (region.textContent = ""), 20_000);
  }, 60);
}

/** Show a sentence over the page for a while, without moving anything or taking focus. */
export function notice(text, { seconds = 20, phoneOnly = false } = {}) {
  const place = document.querySelector("[data-notice]");
  const line = document.createElement("p");
  line.textContent = text;
  if (phoneOnly) line.className = "phone-only";
  place.replaceChildren(line);
  setTimeout(() => line.remove(), seconds * 1000);
}
