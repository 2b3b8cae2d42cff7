// Small things a browser remembers; where storage is refused they last as long as the page.

/** Return what is kept in a slot, or `fallback`. */
export function recall(slot, fallback, area = "localStorage") {
  try {
    return JSON.parse(globalThis[area].getItem(slot)) ?? fallback;
  } catch {
    return fallback;
  }
}

export function remember(slot, value, area = "localStorage") {
  try {
    globalThis[area].setItem(slot, JSON.stringify(value));
  } catch {
    // Full or refused: nothing depends on it.
  }
}
