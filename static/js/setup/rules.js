/** The rules of an exam: what the pass mark means, as it is typed. The page works without it. */

const form = document.querySelector("[data-rules]");
const meaning = document.querySelector("[data-meaning]");
const scaleFields = document.querySelector("[data-scale]");

/** Return the scaled score of a share of the points; scoring.py's Scale is where this is decided. */
export function scaled(share, { low, cut, high, passes }) {
  const value =
    share >= passes
      ? cut + ((share - passes) / (1 - passes)) * (high - cut)
      : low + (share / passes) * (cut - low);
  return Math.floor(value + 1e-9);
}

function number(name) {
  return Number.parseFloat(form.elements[name].value);
}

function show(name, value) {
  const place = document.querySelector(`[data-shown="${name}"]`);
  if (place) place.textContent = value;
}

function update() {
  const isScale = form.elements.score_as.value === "scale";
  scaleFields.hidden = !isScale;
  const passes = number("pass_mark") / 100;
  const count = number("scored_count");
  const scale = isScale
    ? { low: number("scale_min"), cut: number("scale_cut"), high: number("scale_max"), passes }
    : { low: 0, cut: Math.round(100 * passes), high: 100, passes };
  show("title", form.elements.title.value);
  show("questions", count + (number("unscored_count") || 0) || "");
  show("minutes", number("minutes") || "");
  show("cut", isScale ? scale.cut : `${scale.cut} %`);
  show("max", isScale ? scale.high : "100 %");
  const right = Math.ceil(passes * count - 1e-9);
  const values = {
    right,
    count,
    below: right - 1,
    score: scaled(right / count, scale),
    under: scaled((right - 1) / count, scale),
  };
  if (!Object.values(values).every(Number.isFinite) || right < 1) return;
  meaning.textContent = meaning.dataset.meaning.replaceAll(/\{(\w+)\}/g, (_, name) => values[name]);
}

if (form) {
  form.addEventListener("input", update);
  update();
}
