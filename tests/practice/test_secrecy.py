"""Before an answer is stored nothing that a candidate can fetch depends on its key.

Two worlds that differ in keys and whys alone are practiced alike; until the answer is stored, and
for every question that is not answered yet, they answer byte for byte alike.
"""

import secrets

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from examapp.practice import services
from examapp.practice.models import PracticeItem
from examapp.practice.services import Choice
from questions.hooks import recommendations
from questions.models import Question
from questions.services import publish
from tests.practice.conftest import fields_of
from tests.support.builders import TYPE_MIX, make_exam, make_item, make_user
from tests.support.secrecy import bare, count_alike, sung

pytestmark = pytest.mark.django_db

# One complete answer of each type, told by nothing of the key.
GIVEN = {
    "multiple_choice": 1,
    "multiple_response": [0, 3],
    "ordering": [2, 1, 0],
    "matching": [1, 1, 3],
}


@pytest.fixture(autouse=True)
def _same_chance(monkeypatch, settings):
    """Let both worlds draw the same questions in the same order, and one person ask for both."""
    settings.PAGE_SECONDS_PER_MINUTE = 1_000_000
    monkeypatch.setattr(secrets, "randbits", lambda bits: 7)
    monkeypatch.setattr(recommendations, "_answers", {})


def ask(client, practiced, position):
    """Yield every reply that can be had of a question before its answer is stored."""
    own = [practiced.pk, position]
    for headers in ({}, {"HX-Request": "true"}):
        yield client.get(reverse("practice:question", args=own), headers=headers)
        # Not an answer: without how sure, and with nothing at all.
        item = practiced.items.select_related("version").get(position=position)
        fields = fields_of(item, GIVEN[item.version.type], "")
        yield client.post(reverse("practice:question", args=own), fields, headers=headers)
        yield client.post(reverse("practice:question", args=own), {}, headers=headers)
    yield client.get(reverse("practice:report", args=own))
    yield client.post(reverse("practice:report", args=own), {"kind": "typo"})
    yield client.head(reverse("practice:question", args=own))


def transcript(*, is_other):
    """Return what is seen before each answer, and what after it; then undo the world."""
    with transaction.atomic():
        count_alike()
        exam = make_exam("twin")
        for question in Question.objects.all():
            item = make_item(question.live_version.type, question.ref)
            publish(question, sung(item, is_other=is_other))
        # Pages name the number of who is signed in; the sequence would give another.
        candidate = make_user(email="ada@example.com", pk=7000)
        practiced = services.start(candidate, exam=exam, choice=Choice(24))
        client = Client()
        client.force_login(candidate)
        before, after = [], []
        for item in practiced.items.select_related("version").order_by("position"):
            before += [told(reply, practiced) for reply in ask(client, practiced, item.position)]
            # The next one, which is open still, is as silent as this one was.
            fields = fields_of(item, GIVEN[item.version.type])
            place = reverse("practice:question", args=[practiced.pk, item.position])
            after.append(
                told(client.post(place, fields, headers={"HX-Request": "true"}), practiced)
            )
        types = set(practiced.items.values_list("version__type", flat=True))
        answered = PracticeItem.objects.answered().count()
        transaction.set_rollback(True)
    assert types == set(TYPE_MIX)
    assert answered == 24
    return before, after


def told(reply, practiced):
    names = [str(practiced.pk)]
    return (
        reply.status_code,
        bare(str(sorted(reply.headers.items())), names),
        bare(reply.content.decode(), names),
    )


def test_nothing_before_the_answer_depends_on_the_key():
    one, one_after = transcript(is_other=False)
    other, other_after = transcript(is_other=True)
    for mine, theirs in zip(one, other, strict=True):
        assert mine == theirs
        assert "WHY-" not in mine[2]
    assert {status for status, _, _ in one} == {200, 404, 422}
    # After each answer they differ, so a difference would have been seen.
    assert all(mine != theirs for mine, theirs in zip(one_after, other_after, strict=True))


def test_the_other_pages_tell_nothing_of_an_open_question(candidate, candidate_client, exam):
    practiced = services.start(candidate, exam=exam, choice=Choice(5))
    for address in (
        reverse("home"),
        reverse("practice:choose", args=[exam.code]),
        reverse("practice:summary", args=[practiced.pk]),
        reverse("exams:history"),
        reverse("reports:progress"),
    ):
        assert "WHY-" not in candidate_client.get(address).content.decode()
    rows = candidate_client.post(reverse("privacy:download")).json()["tables"]
    for row in rows["practice.PracticeItem"]:
        assert not {"keyed_by", "shuffle"} & set(row)
        assert row["credit"] is None
