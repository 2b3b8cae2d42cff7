// Marks what scripts say for translation: `makemessages -d djangojs` finds these functions by their names.
//
// A page in another language than English loads Django's catalog, which stands in `django`. An English page loads none,
// and its sentences are what they are.

/** Put values into the %(name)s of a sentence; a name without a value stays. Pure. */
export function interpolate(sentence, values = {}) {
  return sentence.replaceAll(/%\((\w+)\)s/g, (place, name) => (Object.hasOwn(values, name) ? String(values[name]) : place));
}

/** A sentence in the language of the page, with its values. */
export function gettext(sentence, values) {
  return interpolate(globalThis.django?.gettext(sentence) ?? sentence, values);
}

/** Words, one at least, as a list in a sentence: "A", "A and B", "A, B and C". */
export function andList(words) {
  const last = words.at(-1);
  if (words.length === 1) return last;
  return gettext("%(others)s and %(last)s", { others: words.slice(0, -1).join(", "), last });
}

/** The form of a sentence that fits a count, in the language of the page; the count is its %(count)s. */
export function ngettext(one, many, count, values) {
  const form = globalThis.django?.ngettext(one, many, count) ?? (count === 1 ? one : many);
  return interpolate(form, { count, ...values });
}
