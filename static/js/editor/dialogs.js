// What a picture and a formula ask before they are put into a text: a file with its description, and TeX.

import { announce } from "../shared/announcements.js";
import { formula, texOf } from "./markdown.js";
import { gettext } from "../shared/translation.js";

const AWAY = gettext("The server cannot be reached. Try again in a moment.");

function say(line, text) {
  line.hidden = !text;
  line.textContent = text;
}

function closes(dialog, field) {
  dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => {
    const { element, held } = field;
    element.focus();
    if (held) element.setSelectionRange(...held);
    field.held = null;
  });
}

/** Let a dialog upload a picture and put it into the field; returns what opens it, with a file or without. */
export function picture(dialog, field) {
  const form = dialog.querySelector("form");
  const problem = dialog.querySelector("[data-problem]");
  closes(dialog, field);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const send = form.querySelector('[type="submit"]');
    send.disabled = true;
    try {
      const headers = { Accept: "application/json" };
      const reply = await fetch(form.action, { method: "POST", body: new FormData(form), headers });
      const body = await reply.json();
      if (!reply.ok) return say(problem, body.problems.join(" "));
      dialog.close();
      field.insert(body.markdown);
      announce(dialog.dataset.done);
    } catch {
      say(problem, AWAY);
    } finally {
      send.disabled = false;
    }
  });
  return (files) => {
    form.reset();
    say(problem, "");
    if (files) form.elements.file.files = files;
    field.hold();
    dialog.showModal();
    (files ? form.elements.alt : form.elements.file).focus();
  };
}

/** Let a dialog show TeX as it will look and put it into the field; returns what opens it. */
export function formulas(dialog, field) {
  const form = dialog.querySelector("form");
  const { tex, block } = form.elements;
  const shown = dialog.querySelector("[data-shown]");
  const problem = dialog.querySelector("[data-problem]");
  let timer = null;
  let asked = 0;
  closes(dialog, field);

  async function show() {
    const turn = (asked += 1);
    if (!tex.value.trim()) return shown.replaceChildren();
    try {
      const reply = await fetch(`${form.action}?${new URLSearchParams({ tex: tex.value })}`);
      const html = await reply.text();
      if (turn !== asked || !reply.ok) return;
      shown.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
      say(problem, shown.querySelector("math") ? "" : dialog.dataset.unread);
    } catch {
      say(problem, AWAY);
    }
  }

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(show, 250);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    dialog.close();
    if (tex.value.trim()) field.insert(formula(tex.value.trim(), block.checked));
  });
  return () => {
    form.reset();
    say(problem, "");
    tex.value = texOf(field.hold());
    dialog.showModal();
    tex.focus();
    show();
  };
}
