"""The rater's page: no key before the answer, then the rating."""

import pytest
from django.core.exceptions import FieldFetchBlocked
from django.db import transaction
from django.urls import reverse

from examapp.reports.models import ItemRating, RaterAnswer
from examapp.reports.standard_setting import rate, rounds
from questions.models import ExamRole, Question
from questions.services import publish
from tests.questions.conftest import client_of
from tests.support.builders import TYPE_MIX, make_exam, make_item
from tests.support.pages import html_of
from tests.support.rounds import GIVEN, open_round, team
from tests.support.secrecy import bare, count_alike, sung

pytestmark = pytest.mark.django_db

CANARIES = ("WHY-", "EVIDENCE-", "SOURCE-", "Your answer was")
# How the controls of a page hold an answer, without scripts.
POSTED = {
    "multiple_choice": lambda name: {name: "1"},
    "multiple_response": lambda name: {name: ["0", "3"]},
    "ordering": lambda name: {f"{name}-{index}": str(3 - index) for index in range(3)},
    "matching": lambda name: {f"{name}-{index}": str(2 - index) for index in range(3)},
}


@pytest.fixture
def exam(db):
    exam = make_exam(forms=1)
    for question in Question.objects.all():
        publish(question, sung(make_item(question.live_version.type, question.ref)))
    return exam


@pytest.fixture
def people(exam):
    return team(exam)


@pytest.fixture
def round_(exam, people):
    """A round of every question, so that each type is in it."""
    return open_round(exam, people, size=12)


@pytest.fixture
def client(people):
    return client_of(people[1])


def address(round_, position=1):
    return reverse("reports:rate", args=[round_.exam.code, round_.pk, position])


def first_of(round_, kind):
    return round_.items.filter(version__type=kind).first()


def test_the_items_of_the_page_refuse_to_fetch_a_key(round_):
    item = round_.items.paper().first()
    with pytest.raises(FieldFetchBlocked):
        item.version.key  # noqa: B018


@pytest.mark.parametrize("kind", TYPE_MIX)
def test_no_page_holds_a_key_before_the_answer_and_the_next_one_does(client, round_, kind):
    item = first_of(round_, kind)
    page = html_of(client.get(address(round_, item.position)))
    assert not [canary for canary in CANARIES if canary in page]
    refused = client.post(address(round_, item.position), {})
    assert refused.status_code == 422
    assert not [canary for canary in CANARIES if canary in html_of(refused)]
    # A rating comes after the answer, whatever is sent.
    client.post(address(round_, item.position), {"share_percent": "50"})
    assert not ItemRating.objects.exists()
    reply = client.post(address(round_, item.position), POSTED[kind](f"q{item.position}"))
    assert reply.status_code == 302
    after = html_of(client.get(address(round_, item.position)))
    assert CANARIES[0] in after
    assert CANARIES[3] in after


def test_nothing_before_the_answer_depends_on_the_key():
    one, other = told(is_other=False), told(is_other=True)
    for mine, theirs in zip(one, other, strict=True):
        assert mine.splitlines() == theirs.splitlines()
    assert len(one) == 24


def told(*, is_other):
    """Return what a rater sees of each question before the answer, in a world of other keys."""
    with transaction.atomic():
        count_alike()
        exam = make_exam("twin", forms=1)
        for question in Question.objects.filter(exam=exam):
            item = make_item(question.live_version.type, question.ref)
            publish(question, sung(item, is_other=is_other))
        people = team(exam)
        round_ = open_round(exam, people, size=12)
        client = client_of(people[1])
        pages = [
            ask(address(round_, item.position)).content.decode()
            for item in round_.items.all()
            for ask in (client.get, client.post)
        ]
        transaction.set_rollback(True)
    rater = people[1]
    names = [f"/ratings/{round_.pk}/", f'data-user="{rater.pk}"', rater.email]
    return [bare(page, names) for page in pages]


def test_options_stand_in_an_order_of_the_rater_s_own(people, round_):
    items = list(round_.items.paper())
    orders = [[rate.shuffle_for(item, person) for item in items] for person in people]
    assert orders[0] != orders[1] != orders[2]
    assert orders[0] == [rate.shuffle_for(item, people[0]) for item in items]
    assert any(order != sorted(order) for order in orders[0])


def test_the_first_answer_stands(client, people, round_):
    item = first_of(round_, "multiple_choice")
    name = f"q{item.position}"
    client.post(address(round_, item.position), {name: "1"})
    client.post(address(round_, item.position), {name: "2"})
    assert RaterAnswer.objects.get().response == 1


@pytest.mark.parametrize("share", ["", "7", "-5", "105", "x"])
def test_a_rating_is_a_step_from_0_to_100(client, round_, share):
    client.post(address(round_), POSTED[first_type(round_)]("q1"))
    reply = client.post(address(round_), {"share_percent": share})
    assert reply.status_code == 422
    assert not ItemRating.objects.exists()


def first_type(round_):
    return round_.items.select_related("version").get(position=1).version.type


def test_a_rating_leads_to_the_next_question_and_the_last_one_to_the_round(client, people, round_):
    for item in round_.items.select_related("version"):
        here = address(round_, item.position)
        client.post(here, POSTED[item.version.type](f"q{item.position}"))
        reply = client.post(here, {"share_percent": "55"})
    assert reply["Location"] == reverse("reports:rating_round", args=[round_.exam.code, round_.pk])
    assert ItemRating.objects.count() == 12
    mine = {each.rater: each for each in rounds.progress(round_)}
    assert mine[people[1]].is_done
    assert "You have rated every question" in html_of(client.get(reply["Location"]))
    # Until the round closes a rating may be changed.
    page = html_of(client.get(address(round_)))
    assert 'value="55"' in page


def test_a_closed_round_takes_nothing(client, people, round_):
    client.post(address(round_), POSTED[first_type(round_)]("q1"))
    rounds.close(round_, by=people[0])
    reply = client.post(address(round_), {"share_percent": "50"})
    assert reply.status_code == 302
    assert not ItemRating.objects.exists()


def test_who_was_not_asked_or_left_the_team_does_not_rate(people, round_):
    other = team(round_.exam, 1)[0]
    assert client_of(other).get(address(round_)).status_code == 404
    ExamRole.objects.filter(user=people[2]).delete()
    assert client_of(people[2]).get(address(round_)).status_code == 404


def test_every_type_of_answer_is_graded(round_, people):
    """The shown order is undone before the answer is compared with the key."""
    for kind in TYPE_MIX:
        item = first_of(round_, kind)
        shuffle = rate.shuffle_for(item, people[1])
        shown = {authored: place for place, authored in enumerate(shuffle)}
        right = [shown[index] for index in item.version.key["right"]]
        response = right[0] if kind == "multiple_choice" else right
        response = sorted(response) if kind == "multiple_response" else response
        assert rate.answer(item, people[1], response=response, shuffle=shuffle).is_right
        wrong = rate.answer(
            item, people[2], response=GIVEN[kind], shuffle=list(range(len(shuffle)))
        )
        assert not wrong.is_right
