// A menu of many entries found by typing: the combobox of the ARIA practices over a select, which stays what is sent.

const MOST = 60;

/** The entries whose words all stand in their text, those of the group that is `first` before the others. Pure. */
export function matching(entries, typed, first) {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = entries.filter(({ text }) => words.every((word) => text.toLowerCase().includes(word)));
  const [near, far] = [fits.filter(({ group }) => group === first), fits.filter(({ group }) => group !== first)];
  return [...near, ...far].slice(0, MOST);
}

/** The number of a task that an entry's text begins with, "" for none. Pure. */
export const taskOf = (text) => /^\d+(?:\.\d+)?/.exec(text.trim())?.[0] ?? "";

export class Combobox {
  /** `first` says of which task the entries are that stand first. */
  constructor(select, first) {
    this.select = select;
    this.first = first;
    this.entries = [...select.options].map((option) => ({
      value: option.value,
      text: option.text.trim(),
      group: taskOf(option.text),
    }));
    this.build();
    this.show();
  }

  build() {
    const { select } = this;
    this.box = document.createElement("div");
    this.box.className = "s-combo";
    this.input = document.createElement("input");
    this.list = document.createElement("ul");
    const label = document.querySelector(`label[for="${select.id}"]`);
    // Labels and links to the field lead to what one types in.
    this.input.id = select.id;
    select.id += "-value";
    this.list.id = `${this.input.id}-list`;
    for (const [name, value] of Object.entries({
      role: "combobox", autocomplete: "off", "aria-autocomplete": "list", "aria-expanded": "false",
      "aria-controls": this.list.id, "aria-describedby": select.getAttribute("aria-describedby") ?? "",
    })) if (value) this.input.setAttribute(name, value);
    this.list.className = "s-list2";
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", label.textContent.trim());
    this.list.hidden = true;
    this.box.append(this.input, this.list);
    select.hidden = true;
    select.after(this.box);
    this.listen();
  }

  listen() {
    const { input, list } = this;
    // What is looked for is nothing that was written.
    for (const name of ["input", "change"]) input.addEventListener(name, (event) => event.stopPropagation());
    input.addEventListener("input", () => this.open(input.value));
    input.addEventListener("focus", () => input.select());
    input.addEventListener("click", () => this.open(""));
    input.addEventListener("blur", () => this.close());
    input.addEventListener("keydown", (event) => this.key(event));
    list.addEventListener("mousedown", (event) => event.preventDefault());
    list.addEventListener("click", ({ target }) => this.choose(target.closest("[role=option]")));
  }

  key(event) {
    const isOpen = !this.list.hidden;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (event.altKey) event.stopPropagation();
      if (!isOpen) this.open("");
      else this.move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      if (isOpen) this.choose(this.active);
    } else if (event.key === "Escape" && isOpen) {
      event.stopPropagation();
      this.close();
    } else if (event.key === "Tab" && isOpen && this.isTyped) this.choose(this.active);
  }

  open(typed) {
    this.isTyped = typed !== "";
    const found = matching(this.entries, typed, this.first());
    this.list.replaceChildren(...found.map((entry, index) => this.row(entry, index)));
    this.list.hidden = !found.length;
    this.input.setAttribute("aria-expanded", String(!this.list.hidden));
    const chosen = this.isTyped ? null : this.list.querySelector(`[data-value="${CSS.escape(this.select.value)}"]`);
    this.mark(chosen ?? this.list.firstElementChild);
  }

  row({ value, text }, index) {
    const row = document.createElement("li");
    row.id = `${this.list.id}-${index}`;
    row.setAttribute("role", "option");
    row.setAttribute("aria-selected", "false");
    row.dataset.value = value;
    row.dir = "auto";
    row.textContent = text;
    return row;
  }

  mark(row) {
    this.active?.setAttribute("aria-selected", "false");
    this.active = row;
    if (!row) return this.input.removeAttribute("aria-activedescendant");
    row.setAttribute("aria-selected", "true");
    this.input.setAttribute("aria-activedescendant", row.id);
    row.scrollIntoView({ block: "nearest" });
  }

  move(step) {
    const rows = [...this.list.children];
    this.mark(rows[(rows.indexOf(this.active) + step + rows.length) % rows.length]);
  }

  choose(row) {
    if (!row) return;
    const isNew = this.select.value !== row.dataset.value;
    this.select.value = row.dataset.value;
    this.close();
    if (!isNew) return;
    for (const name of ["input", "change"]) this.select.dispatchEvent(new Event(name, { bubbles: true }));
  }

  close() {
    this.list.hidden = true;
    this.mark(null);
    this.input.setAttribute("aria-expanded", "false");
    this.show();
  }

  /** Show what is chosen, whatever was typed to find it. */
  show() {
    this.input.value = this.select.selectedOptions[0]?.text.trim() ?? "";
  }
}

/** Make topic and objective of a form such fields, where they are menus. */
export function findable(form) {
  const topic = form.querySelector('select[name="topic"]');
  const chosenTask = () => taskOf(topic.selectedOptions[0]?.text ?? "");
  for (const name of ["topic", "objective"]) {
    const select = form.querySelector(`select[name="${name}"]:not([hidden])`);
    if (select && select.options.length > 7) new Combobox(select, chosenTask);
  }
}
