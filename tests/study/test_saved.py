"""Saved questions and own notes: what may be kept, found again and taken along."""

import io
import zipfile

import pytest
from django.template import RequestContext, Template
from django.test import Client
from django.urls import reverse

from examapp.study.models import OwnNote, ReadMark, SavedQuestion
from examapp.study.models.keeping import LONGEST_NOTE
from questions.models import Question, Topic
from tests.study.conftest import practiced
from tests.support.builders import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def met(candidate, exam):
    """A question that the candidate practiced."""
    return practiced(candidate, exam, count=1)[0].version.question


def test_a_question_is_saved_and_taken_back(candidate, candidate_client, met):
    address = reverse("study:save", args=[met.pk])
    candidate_client.post(address, {"saved": "yes"})
    assert SavedQuestion.objects.of(candidate).count() == 1
    page = candidate_client.get(reverse("study:saved")).content.decode()
    assert met.stem in page
    reply = candidate_client.post(address, {"saved": "no"}, headers={"HX-Request": "true"})
    assert 'aria-pressed="false"' in reply.content.decode()
    assert not SavedQuestion.objects.exists()


def test_what_was_never_explained_can_be_neither_saved_nor_noted(candidate_client, met):
    unmet = Question.objects.exclude(pk=met.pk).first()
    for name in ("save", "note"):
        address = reverse(f"study:{name}", args=[unmet.pk])
        assert candidate_client.post(address, {"saved": "yes", "text": "?"}).status_code == 404
    assert not SavedQuestion.objects.exists()
    assert not OwnNote.objects.exists()


def test_a_note_is_written_changed_and_emptied(candidate, candidate_client, met):
    address = reverse("study:note", args=[met.pk])
    for text in ("Recall first", "Precision first"):
        candidate_client.post(address, {"text": text})
    assert OwnNote.objects.of(candidate).get().text == "Precision first"
    assert candidate_client.post(address, {"text": "x" * 4001}).status_code == 422
    candidate_client.post(address, {"text": " "})
    assert not OwnNote.objects.exists()


@pytest.mark.parametrize("about", ["note", "topic_note"])
def test_a_note_too_long_is_shown_again_with_the_reason(candidate_client, met, about):
    key = met.pk if about == "note" else Topic.objects.first().pk
    written = "x" * (LONGEST_NOTE + 1)
    typed = {"text": written, "back": "/practice/"}
    reply = candidate_client.post(reverse(f"study:{about}", args=[key]), typed)
    page = reply.content.decode()
    assert reply.status_code == 422
    assert f"at most {LONGEST_NOTE} characters" in page
    assert written in page
    assert 'name="back" value="/practice/"' in page
    assert not OwnNote.objects.exists()


def test_a_line_break_of_a_note_is_one_character(candidate_client, met):
    lines = ["x" * 39] * (LONGEST_NOTE // 40)
    typed = {"text": "\r\n".join(lines)}
    assert candidate_client.post(reverse("study:note", args=[met.pk]), typed).status_code == 302
    assert OwnNote.objects.get().text == "\n".join(lines)


def test_notes_and_questions_are_searched(candidate_client, met):
    topic = Topic.objects.first()
    candidate_client.post(reverse("study:note", args=[met.pk]), {"text": "mind the gap"})
    candidate_client.post(reverse("study:topic_note", args=[topic.pk]), {"text": "mind the dog"})
    page = candidate_client.get(reverse("study:saved"), {"q": "gap"}).content.decode()
    assert "mind the gap" in page
    assert "mind the dog" not in page
    assert (
        "Nothing saved has"
        in candidate_client.get(reverse("study:saved"), {"q": "zebra"}).content.decode()
    )


def test_a_note_that_looks_like_markup_is_text(candidate_client, met):
    candidate_client.post(reverse("study:note", args=[met.pk]), {"text": "<script>x</script>"})
    page = candidate_client.get(reverse("study:saved")).content.decode()
    assert "<script>x" not in page
    assert "&lt;script&gt;x" in page


def test_what_is_kept_is_taken_along(candidate_client, met):
    candidate_client.post(reverse("study:save", args=[met.pk]), {"saved": "yes"})
    candidate_client.post(reverse("study:note", args=[met.pk]), {"text": "mind the gap"})
    text = candidate_client.get(reverse("study:download", args=["markdown"])).content.decode()
    assert met.stem in text
    assert "mind the gap" in text
    package = candidate_client.get(reverse("study:download", args=["anki"])).content
    assert zipfile.ZipFile(io.BytesIO(package)).namelist()
    assert candidate_client.get(reverse("study:download", args=["pdf"])).status_code == 404


def test_what_another_keeps_is_not_seen(candidate_client, met):
    candidate_client.post(reverse("study:save", args=[met.pk]), {"saved": "yes"})
    candidate_client.post(reverse("study:note", args=[met.pk]), {"text": "mind the gap"})
    other = Client()
    other.force_login(make_user())
    assert "Nothing saved yet" in other.get(reverse("study:saved")).content.decode()
    text = other.get(reverse("study:download", args=["markdown"])).content.decode()
    assert "mind the gap" not in text
    assert met.stem not in text


def test_a_topic_is_marked_as_read(candidate, candidate_client, exam):
    topic = Topic.objects.first()
    address = reverse("study:read", args=[topic.pk])
    back = reverse("questions:notes", args=[exam.code])
    assert candidate_client.post(address, {"read": "yes", "back": back})["Location"] == back
    candidate_client.post(address, {"read": "yes", "back": "https://elsewhere.example/"})
    assert ReadMark.objects.count() == 1
    reply = candidate_client.post(address, {"read": "no", "back": "//elsewhere.example/"})
    assert reply["Location"] == reverse("study:saved")
    assert not ReadMark.objects.exists()


def test_any_page_of_one_question_can_offer_to_keep_it(candidate, met, rf):
    request = rf.get("/somewhere/")
    request.user = candidate
    source = "{% load study %}{% keep_question pk %}"
    text = Template(source).render(RequestContext(request, {"pk": met.pk}))
    assert reverse("study:save", args=[met.pk]) in text
    assert reverse("study:note", args=[met.pk]) in text
    assert 'aria-pressed="false"' in text
    assert 'name="back" value="/somewhere/"' in text
    assert "csrfmiddlewaretoken" in text
