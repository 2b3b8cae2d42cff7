// A file dropped on a form is its file, as if it had been chosen there.

for (const box of document.querySelectorAll("[data-drop]")) {
  const input = box.querySelector("input[type=file]");
  const form = input.form;
  box.classList.add("is-open");

  const mark = (event, isOver) => {
    if (!holdsFile(event)) return;
    event.preventDefault();
    box.classList.toggle("is-over", isOver);
  };
  form.addEventListener("dragover", (event) => mark(event, true));
  form.addEventListener("dragleave", (event) => {
    if (!form.contains(event.relatedTarget)) mark(event, false);
  });
  form.addEventListener("drop", (event) => {
    mark(event, false);
    if (!holdsFile(event) || !event.dataTransfer.files.length) return;
    const [first] = event.dataTransfer.files;
    const chosen = new DataTransfer();
    chosen.items.add(first);
    input.files = chosen.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
    input.focus();
  });
}

function holdsFile(event) {
  return [...event.dataTransfer.types].includes("Files");
}
