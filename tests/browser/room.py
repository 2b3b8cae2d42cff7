"""What a candidate does and sees in the exam room."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import Error, expect

from examapp.exams.models import ClockTimestamp, ExamSession, SessionItem

ANSWERS = re.compile(r"/answers/$")

# The live region holds a sentence only until the next one. Runs before the page's own scripts.
REMEMBER_WHAT_IS_TOLD = """
new MutationObserver((changes) => {
  const live = changes.map(({ target }) => target).find(({ id }) => id === "live");
  const told = document.documentElement.dataset;
  if (live) told.told = [told.told, live.textContent].filter(Boolean).join(" | ");
}).observe(document, { childList: true, subtree: true });
"""


class Room:
    def __init__(self, page, session):
        self.page = page
        self.session = session
        page.add_init_script(REMEMBER_WHAT_IS_TOLD)

    def open(self):
        self.page.goto(reverse("exams:room", args=[self.session.pk]))
        self.expect_ready()

    def reload(self):
        self.page.reload()
        self.expect_ready()

    def reload_in_vain(self):
        """Reload without a network and leave the error page, which would load again with it."""
        with pytest.raises(Error, match="ERR_INTERNET_DISCONNECTED"):
            self.page.reload()
        self.page.wait_for_url("chrome-error://**")
        self.page.goto("about:blank")

    def expect_ready(self):
        expect(self.page.locator("html")).to_have_attribute("data-room-ready", "yes")

    # --- Where one is ---

    @property
    def question(self):
        """The one question that is shown."""
        return self.page.locator(".question.is-current")

    @property
    def position(self):
        return int(self.question.get_attribute("data-position"))

    def expect_position(self, position):
        expect(self.question).to_have_attribute("data-position", str(position))

    def go(self, position):
        self.page.locator(f'[data-cell="{position}"]').click()
        self.expect_position(position)

    def jump(self, position):
        """Go to a question by its address, where the list of questions has no room."""
        self.page.evaluate("(hash) => (location.hash = hash)", f"#q{position}")
        self.expect_position(position)

    def next(self):
        self.page.locator("[data-go=next]").click()

    def review(self):
        self.page.locator("[data-go=review]").click()
        expect(self.page.locator("#review")).to_be_visible()

    # --- Answering ---

    def answer(self, response):
        """Give the shown question an answer."""
        answer(self.question, response)

    def flag(self):
        self.question.locator(".flag-toggle").click()

    def rule_out(self, index):
        self.question.locator(f'[data-strike="{index}"]').click()

    @property
    def response(self):
        return self.question.evaluate(SHOWN_RESPONSE)

    @property
    def struck(self):
        pressed = self.question.locator('[data-strike][aria-pressed="true"]')
        return [int(one.get_attribute("data-strike")) for one in pressed.all()]

    # --- Saving ---

    def expect_saved(self, *, timeout=20_000):
        state = self.page.locator("[data-save-state]")
        expect(state).to_have_attribute("data-state", "saved", timeout=timeout)
        expect(state).to_contain_text("Saved")

    def expect_state(self, state, text):
        place = self.page.locator("[data-save-state]")
        expect(place).to_have_attribute("data-state", state)
        expect(place).to_contain_text(text)

    def expect_told(self, text):
        """A screen reader is told, or was since the page opened."""
        told = re.compile(re.escape(text))
        expect(self.page.locator("html")).to_have_attribute("data-told", told)

    # --- The end ---

    def ask_for_the_end(self):
        self.review()
        self.page.locator("[data-end]").click()
        expect(self.page.locator("#end-dialog")).to_be_visible()

    def end(self):
        self.ask_for_the_end()
        self.page.locator("[data-end-confirm]").click()
        self.expect_result()

    def expect_result(self, *, timeout=20_000):
        address = reverse("exams:result", args=[self.session.pk])
        self.page.wait_for_url(f"**{address}", timeout=timeout)

    # --- What the server has ---

    def stored(self, position):
        return SessionItem.objects.get(session=self.session, position=position)


def answer(question, response):
    """Give a question an answer, by what a hand can press."""
    kind = question.get_attribute("data-type")
    if kind == "ordering":
        for index in response:
            step = question.locator(f'[data-unused] .step[data-index="{index}"]')
            step.locator("[data-move=add]").click()
    elif kind == "matching":
        for select, index in zip(question.locator("select").all(), response, strict=True):
            select.select_option(str(index))
    else:
        for index in response if isinstance(response, list) else [response]:
            question.locator(f'.option[data-index="{index}"] label').click()


# Reads a question's answer off its controls, as a response speaks of it; null for nothing.
SHOWN_RESPONSE = """
(question) => {
  const all = (selector) => [...question.querySelectorAll(selector)];
  const { type } = question.dataset;
  if (type === "matching") {
    const chosen = all("select").map((select) => (select.value ? Number(select.value) : null));
    return chosen.some((entry) => entry !== null) ? chosen : null;
  }
  const found = type === "ordering"
    ? all("[data-used] .step").map((step) => Number(step.dataset.index))
    : all("fieldset input:checked").map((input) => Number(input.value));
  if (type === "multiple_choice") return found[0] ?? null;
  return found.length ? found : null;
}
"""


def responses_on(page):
    """Return what a room shows as answered, by position."""
    found = page.evaluate(
        f"[...document.querySelectorAll('.question')].map({SHOWN_RESPONSE.strip()})"
    )
    return {position: given for position, given in enumerate(found, 1) if given is not None}


def position_of(session, kind, *, nth=0):
    """Return the position of a session's nth question of a type."""
    positions = session.items.filter(version__type=kind).order_by("position")
    return positions.values_list("position", flat=True)[nth]


def keyed_items(session):
    """Return a session's items with what grading them takes, by position."""
    items = session.items.select_related("version", "keyed_by").order_by("position")
    return {item.position: item for item in items}


def set_time_left(session, seconds):
    """Move a session so that this much is left of it, by the database's clock."""
    ExamSession.objects.filter(pk=session.pk).update(
        started_at=ClockTimestamp() - timedelta(minutes=30) + timedelta(seconds=seconds),
        deadline_at=ClockTimestamp() + timedelta(seconds=seconds),
    )
