// A table or figure that is wider than its place scrolls, and not every browser lets the keyboard in.

const observer = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
    else target.removeAttribute("tabindex");
  }
});

/** Watch what is wide within a part of the page; again for a part that came later. */
export function watchWide(part) {
  for (const wide of part.querySelectorAll(".prose table, .prose .figure")) observer.observe(wide);
}

watchWide(document);
