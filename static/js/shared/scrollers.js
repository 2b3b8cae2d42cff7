// A table or figure that is wider than its place scrolls, and not every browser lets the keyboard in.

function settle(wide) {
  if (wide.scrollWidth > wide.clientWidth) wide.tabIndex = 0;
  else wide.removeAttribute("tabindex");
}

const observer = new ResizeObserver((entries) => entries.forEach(({ target }) => settle(target)));

/** Watch what is wide within a part of the page; again for a part that came later. */
export function watchWide(part) {
  for (const wide of part.querySelectorAll(".prose table, .prose .figure")) {
    // At once, because an observer speaks up no sooner than the page is drawn again.
    settle(wide);
    observer.observe(wide);
  }
}

watchWide(document);
