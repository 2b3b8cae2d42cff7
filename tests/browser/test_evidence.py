"""A question's evidence is marked in the text of its topic, with the mouse and with keys."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from questions.bank_files.bank import plain
from questions.models import Draft, ExamRole, Note, Topic
from questions.services import drafts, note_writing
from tests.questions.conftest import whole
from tests.support.accessibility import findings
from tests.support.builders import make_user

pytestmark = [pytest.mark.nightly, pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TEXT = """Bees **dance** to say where flowers are.

- A round dance means *near*.
- A waggle dance means far: see [the guide](https://example.com/bees).
"""

# Select the text between two words of the box, as a mouse would.
SELECT = """
(box, [first, last]) => {
  const walker = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) texts.push(walker.currentNode);
  const start = texts.find((text) => text.data.includes(first));
  const end = texts.find((text) => text.data.includes(last));
  getSelection().setBaseAndExtent(
    start, start.data.indexOf(first), end, end.data.indexOf(last) + last.length);
}
"""


@pytest.fixture
def draft(exam, live_server):
    author = make_user(name="Ann Author", role="instructor")
    ExamRole.objects.create(user=author, exam=exam, role="author")
    topic = Topic.objects.filter(task__domain__exam=exam).first()
    Note.objects.filter(topic=topic).delete()
    note_writing.publish(topic, text=TEXT, revision=0, by=author)
    begun = drafts.create(exam, by=author, topic=topic)
    return drafts.save(begun, item=whole(begun, evidence=""), by=author, revision=1)


@pytest.fixture
def desk(open_context, draft):
    page = open_context(draft.author).new_page()
    page.goto(reverse("questions:edit", args=[draft.question.exam.code, draft.question.ref]))
    page.locator("details.more summary").click()
    return page


def open_text(desk):
    desk.get_by_role("button", name="Mark it in the text").click()
    box = desk.get_by_role("textbox", name="Text of the topic")
    expect(box).to_contain_text("A waggle dance means far")
    return box


def use(desk):
    desk.get_by_role("button", name="Use as evidence").click()
    expect(desk.locator("#evidence-dialog")).to_be_hidden()


def stored_evidence(desk, draft, field):
    """The evidence once it is saved; it stands in the note as the check of bank files asks."""
    expect(desk.locator("[data-saved]")).to_contain_text("Draft saved")
    kept = Draft.objects.get(pk=draft.pk).item["evidence"]
    assert kept == field.input_value()
    assert plain(kept) in plain(TEXT)
    return kept


def test_selected_words_become_the_evidence_and_stand_marked(desk, draft):
    field = desk.locator("#evidence")
    box = open_text(desk)
    assert not findings(desk)
    desk.get_by_role("button", name="Use as evidence").click()
    expect(desk.get_by_text("Select words in the text first.")).to_be_visible()
    # Over bold words, the end of a paragraph and the marks of a list.
    box.evaluate(SELECT, ["dance", "near"])
    use(desk)
    expect(field).to_have_value("dance to say where flowers are. - A round dance means near")
    shown = desk.locator("[data-evidence-shown]")
    # As a reader sees it, without the marks of the list.
    expect(shown.locator("mark")).to_contain_text("where flowers are.")
    expect(shown).to_contain_text("Bees dance to say")
    expect(shown).to_contain_text("means near.")
    assert stored_evidence(desk, draft, field)
    box = open_text(desk)
    assert "".join(box.locator("mark").all_text_contents()).startswith("dance to say where")
    desk.get_by_role("button", name="Cancel").last.click()


def test_words_are_selected_with_keys_alone_and_nothing_is_written(desk, draft):
    field = desk.locator("#evidence")
    box = open_text(desk)
    expect(box).to_be_focused()
    before = box.inner_html()
    desk.keyboard.press("Control+Home")
    desk.keyboard.type("No")
    desk.keyboard.press("Delete")
    assert box.inner_html() == before
    for _ in range(len("Bees dance")):
        desk.keyboard.press("Shift+ArrowRight")
    use(desk)
    expect(field).to_have_value("Bees dance")
    expect(field).to_be_focused()
    assert stored_evidence(desk, draft, field) == "Bees dance"


def test_a_topic_without_text_says_so(desk, draft):
    Note.objects.filter(topic=draft.question.topic).delete()
    desk.get_by_role("button", name="Mark it in the text").click()
    expect(desk.get_by_text("This topic has no text yet.")).to_be_visible()
    expect(desk.get_by_role("button", name="Use as evidence")).to_be_disabled()
