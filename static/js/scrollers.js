// A table or figure that is wider than its place scrolls, and not every browser lets the keyboard in.

const observer = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
    else target.removeAttribute("tabindex");
  }
});
for (const wide of document.querySelectorAll(".prose table, .prose .figure")) observer.observe(wide);
