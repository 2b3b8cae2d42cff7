"""A new question: an empty editor, whose first words make the draft."""

import pytest
from django.urls import reverse

from questions.items.editing import blank
from questions.models import Draft, Question, Topic
from questions.services import blueprint
from tests.questions.conftest import client_of
from tests.support.drafts import address, stored

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(author):
    return client_of(author)


def begun(topic, kind="multiple_choice", **fields):
    """Return what the editor's form sends for a question that is not stored yet."""
    options = blank(kind).options
    return {
        "type": kind,
        "made_for": kind,
        "level": "apply",
        "topic": topic.pk,
        "case": "",
        "ref": "",
        "revision": 0,
        "option_text": ["" for _ in options],
        "option_why": ["" for _ in options],
        **fields,
    }


HTMX = {"HX-Request": "true"}


def new_page(exam):
    return reverse("questions:new", args=[exam.code])


def autosave_page(exam):
    return reverse("questions:autosave_new", args=[exam.code])


def test_a_new_question_is_begun_where_one_says(client, exam, topic):
    page = new_page(exam)
    answer = client.post(page, begun(topic, "ordering", stem="In which order?", action="save"))
    draft = Draft.objects.get()
    assert answer.url == address(draft)
    assert (draft.item["type"], draft.item["stem"]) == ("ordering", "In which order?")
    assert draft.question.topic == topic
    form = client.get(page).context["form"]
    assert form["type"].value() == "ordering"
    assert form["topic"].value() == topic.pk


def test_nothing_is_stored_before_the_first_words(client, exam, topic):
    before = Question.objects.count()
    client.get(new_page(exam))
    for fields in ({}, {"action": "add-option"}, {"type": "matching", "action": "type"}):
        for headers in ({}, HTMX):
            answer = client.post(new_page(exam), begun(topic, **fields), headers=headers)
            assert answer.status_code in (200, 422)
    # A browser may name the button that was pressed last in what it saves by itself.
    saved = client.post(autosave_page(exam), begun(topic, action="type"), headers=HTMX)
    assert "Saved as soon as you type" in saved.content.decode()
    assert 'id="fields"' not in saved.content.decode()
    assert client.post(reverse("questions:preview_new", args=[exam.code]), begun(topic)).content
    assert Question.objects.count() == before
    assert not Draft.objects.exists()


@pytest.mark.parametrize("action", ["save", "submit", "publish", "save_new"])
def test_a_button_before_the_first_words_asks_for_them(client, exam, topic, action):
    answer = client.post(new_page(exam), begun(topic, action=action))
    assert answer.status_code == 422
    assert "Write the question first." in answer.content.decode()
    assert not Draft.objects.exists()


def test_rows_are_added_and_the_kind_changes_before_anything_is_stored(client, exam, topic):
    more = client.post(new_page(exam), begun(topic, action="add-option"), headers=HTMX)
    assert more.content.decode().count('name="option_text"') == 5
    other = client.post(
        new_page(exam), begun(topic, type="matching", action="type"), headers=HTMX
    ).content.decode()
    assert 'name="made_for" value="matching"' in other
    assert "prompt_right" in other


def test_the_first_words_make_one_draft_that_the_page_goes_on_with(client, exam, topic):
    page = new_page(exam)
    answer = client.post(autosave_page(exam), begun(topic, stem="What"), headers=HTMX)
    draft = Draft.objects.get()
    assert answer["HX-Replace-Url"] == address(draft)
    assert f'name="ref" value="{draft.question.ref}"' in answer.content.decode()
    going_on = {"ref": draft.question.ref, "revision": draft.revision, "stem": "What is it?"}
    client.post(autosave_page(exam), begun(topic, **going_on), headers=HTMX)
    assert stored(draft).stem == "What is it?"
    going_on["revision"] += 1
    answer = client.post(page, begun(topic, **going_on, action="save"))
    assert answer.url == address(draft)
    assert Draft.objects.count() == 1
    shown = client.post(
        reverse("questions:preview_new", args=[exam.code]), begun(topic, **going_on)
    )
    assert "What is it?" in shown.content.decode()


def test_a_new_question_without_a_topic_is_asked_again(client, exam, topic):
    answer = client.post(new_page(exam), begun(topic, stem="What?", action="save") | {"topic": ""})
    assert answer.status_code == 422
    assert not Draft.objects.exists()


def test_an_exam_without_topics_says_so(client, author):
    bare = blueprint.create(blueprint.first_plan(code="bare", title="Bare"), by=author)
    answer = client.get(new_page(bare), follow=True)
    assert "This exam has no topic yet." in answer.content.decode()


def test_what_the_exam_lacks_is_preselected(exam, author):
    address = reverse("questions:new", args=[exam.code]) + "?domain=2"
    form = client_of(author).get(address).context["form"]
    topic = Topic.objects.get(pk=form["topic"].value())
    assert topic.task.domain.number == 2
    address = reverse("questions:new", args=[exam.code]) + "?kind=matching"
    assert client_of(author).get(address).context["form"]["type"].value() == "matching"
