// What the rules say of a field comes beside it once it was left, not while one still writes in it or before.

const named = (element) => (element?.getAttribute?.("aria-describedby") ?? "").split(" ");
/** Ids of the places of a field, and of the group of fields that it stands in. */
const placesOf = (field) => [...named(field), ...named(field?.closest?.("fieldset"))];

/** Hold what answers of the server bring for fields of a form that are in use or untouched, until they are left. */
export function holdAdvice(form) {
  const held = new Map(); // id of the place → what shall stand there
  const left = new Set(); // ids of the places of fields that were left

  function isEarly({ id, children }) {
    if (!form.querySelector(`[aria-describedby~="${CSS.escape(id)}"]`)) return false;
    if (placesOf(document.activeElement).includes(id)) return true;
    return !left.has(id) && children.length === 0;
  }

  form.addEventListener("htmx:oobBeforeSwap", ({ detail }) => {
    const { target, fragment } = detail;
    held.delete(target.id);
    if (!target.id.startsWith("said-") || !isEarly(target)) return;
    held.set(target.id, fragment.firstElementChild);
    detail.shouldSwap = false;
  });
  form.addEventListener("focusout", ({ target, relatedTarget }) => {
    for (const id of placesOf(target)) {
      if (placesOf(relatedTarget).includes(id)) continue;
      left.add(id);
      if (held.has(id)) document.getElementById(id)?.replaceWith(held.get(id));
      held.delete(id);
    }
  });
}
