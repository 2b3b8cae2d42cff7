/* The accommodation form: what a 90-minute exam becomes, told while one types. */

import { gettext } from "../shared/translation.js";

const MINUTES = 90;

/** Return the minutes an exam lasts with a factor and extra minutes, or null for input that is none. */
export function allowedMinutes(minutes, factor, extra) {
  const total = minutes * Number(factor) + Number(extra);
  return Number.isFinite(total) && Number(factor) >= 1 && Number(extra) >= 0 ? Math.round(total * 10) / 10 : null;
}

function follow(form) {
  const { time_factor: factor, extra_minutes: extra } = form.elements;
  const place = form.querySelector("output strong");
  const tell = () => {
    const minutes = allowedMinutes(MINUTES, factor.value, extra.value);
    place.textContent = minutes === null ? "…" : gettext("%(minutes)s minutes", { minutes });
  };
  form.addEventListener("input", tell);
  tell();
}

if (typeof document !== "undefined") {
  const form = document.querySelector("[data-accommodation]");
  if (form) follow(form);
}
