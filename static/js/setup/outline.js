/** The outline of an exam: the running sum, and rows added in place. The page works without it. */

// Percent; a greater number counts nothing in the sum, as on the server.
const MOST_SHARE = 1_000_000;

const form = document.querySelector("[data-outline]");

/**
 * Return what the shares of an outline add up to, and what is left of 100, with two decimals, and
 * about how many of the exam's `count` questions the shares are.
 */
export function sum(texts, count) {
  const given = texts
    .map((text) => Number.parseFloat(text.replace(",", ".")))
    .filter((share) => Math.abs(share) <= MOST_SHARE)
    .reduce((total, share) => total + share, 0);
  const rounded = Math.round(100 * given) / 100;
  const left = Math.round(100 * (100 - rounded)) / 100;
  return { given: rounded, left, questions: Math.round((rounded / 100) * count), count };
}

function update() {
  const shares = [...form.querySelectorAll("[data-share]")].map((field) => field.value);
  const line = form.querySelector("[data-sum]");
  const values = sum(shares, Number(line.dataset.count));
  line.textContent = line.dataset.sum.replaceAll(/\{(\w+)\}/g, (_, name) => values[name]);
}

/** Give the copied fields of a row another number, and empty them. */
function renumber(row, from, to) {
  for (const field of row.querySelectorAll("input, label, [id]")) {
    for (const name of ["name", "id", "for"]) {
      const value = field.getAttribute(name);
      if (value) field.setAttribute(name, value.replace(from, to));
    }
    if (field.matches("input")) field.value = "";
  }
}

function addTask(domain) {
  const list = domain.querySelector(".in ol");
  const last = list.lastElementChild;
  const row = last.cloneNode(true);
  const number = list.children.length;
  renumber(row, /-task-\d+/, `-task-${number}`);
  row.querySelector(".no").textContent = "";
  list.append(row);
  row.querySelector("input:not([type=hidden])").focus();
}

function addDomain() {
  const rows = form.querySelectorAll("[data-domain]");
  const row = rows[rows.length - 1].cloneNode(true);
  for (const task of [...row.querySelectorAll(".in ol li")].slice(1)) task.remove();
  row.querySelector(".error")?.remove();
  row.querySelector(".k")?.remove();
  renumber(row, /domain-\d+/, `domain-${rows.length}`);
  row.querySelector(".no").textContent = rows.length + 1;
  row.querySelector(".t").textContent = "";
  row.querySelector("details").open = true;
  rows[rows.length - 1].after(row);
  row.querySelector("input:not([type=hidden])").focus();
  update();
}

if (form) {
  for (const button of form.querySelectorAll("[data-add-task]")) button.hidden = false;
  form.addEventListener("input", update);
  form.addEventListener("click", (event) => {
    if (event.target.closest("[data-add-task]")) addTask(event.target.closest("[data-domain]"));
    if (event.target.closest("[data-add-domain]")) {
      event.preventDefault();
      addDomain();
    }
  });
  update();
}
