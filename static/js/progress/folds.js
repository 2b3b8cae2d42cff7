// Folds that stand open on a wide screen are closed on a narrow one; without this file they are open.

if (matchMedia("(width < 60rem)").matches) {
  for (const fold of document.querySelectorAll("details[data-wide-open]")) fold.open = false;
}
