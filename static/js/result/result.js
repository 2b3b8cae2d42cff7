// Whoever comes from the exam's room is told where they are: the heading takes the focus.

const heading = document.querySelector("h1[data-after]");
const before = document.referrer && new URL(document.referrer).pathname;
if (heading && before === heading.dataset.after) heading.focus({ preventScroll: true });
