"""What is due as a list to read: the questions of today, without their keys, at a fixed cost."""

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from examapp.exams import services as exams
from examapp.exams.services import exam_forms
from examapp.exams.services.free_questions import free_questions
from examapp.study import services
from examapp.study.models import Card
from examapp.study.services import keeping, queue
from questions.models import Question
from questions.services import publish
from tests.study.conftest import practiced, review
from tests.support.builders import TYPE_MIX, make_exam, make_item, make_user
from tests.support.secrecy import bare, count_alike, sung
from tests.support.statements import statements

pytestmark = pytest.mark.django_db


@pytest.fixture
def due(candidate, exam, days):
    """Twelve reviews that are due, of every kind."""
    practiced(candidate, exam, count=12)
    days(1)
    return exam


def address(exam):
    return reverse("study:due_list", args=[exam.code])


def test_the_list_has_the_questions_that_the_review_will_ask(candidate, candidate_client, due):
    page = candidate_client.get(address(due))
    text = page.content.decode()
    shown = [item.stem_html for item in page.context["items"]]
    assert len(shown) == 12
    assert "12 questions to review, as of" in text
    first = queue.asked(services.queue_of(candidate, due).first(), free_questions(candidate, due))
    assert shown[0] == first.version.html["stem"]
    options = [option.index for option in page.context["items"][0].options]
    assert options == list(range(len(first.shuffle)))
    assert all(item.stem_html in text for item in page.context["items"])
    assert "WHY-" not in text


def test_one_by_one_and_all_at_once_cards_are_asked_alike(candidate, due):
    free = free_questions(candidate, due)
    cards = services.queue_of(candidate, due).rest()
    one_by_one = [queue.asked(card, free) for card in cards]
    # A token holds the moment too.
    assert [queue.asked_by(one.token) for one in one_by_one] == [
        queue.asked_by(each.token) for each in queue.asked_each(cards, free)
    ]


def test_nothing_can_be_chosen_or_sent_there(candidate_client, due):
    main = candidate_client.get(address(due)).content.decode().split("<main")[1].split("</main")[0]
    assert "<form" not in main
    assert "<input" not in main
    assert "Answering needs a connection" in main


def test_it_holds_no_more_than_is_left_of_the_day(candidate, candidate_client, due, settings):
    settings.REVIEWS_PER_DAY = 3
    assert len(candidate_client.get(address(due)).context["items"]) == 3
    review(candidate, due)
    assert len(candidate_client.get(address(due)).context["items"]) == 2


def test_nothing_due_is_said(candidate_client, exam):
    assert "Nothing is due" in candidate_client.get(address(exam)).content.decode()


def test_another_s_list_is_one_s_own(candidate, due):
    other = Client()
    other.force_login(make_user())
    assert not other.get(address(due)).context["items"]


def test_a_question_kept_for_exams_is_not_in_it(candidate, candidate_client, instructor):
    exam = make_exam(forms=3)
    for question in Question.objects.filter(exam=exam):
        keeping.save(candidate, question)
    assert len(candidate_client.get(address(exam)).context["items"]) == 20
    places = exam_forms.generate(exam)
    mock = exam_forms.publish(exam, title="Mock exam 1", places=places, by=instructor)
    kept = mock.questions.values_list("pk", flat=True)
    Card.objects.filter(question__in=kept).update(due_on="2020-01-01")
    listed = [item.stem_html for item in candidate_client.get(address(exam)).context["items"]]
    versions = {one.live_version.html["stem"] for one in Question.objects.filter(pk__in=kept)}
    assert listed
    assert not versions & set(listed)


def test_it_is_closed_during_an_exam(candidate, candidate_client, due):
    exams.start(candidate, exam=make_exam())
    page = candidate_client.get(address(due))
    assert page.status_code == 403
    assert "Practice opens after your exam" in page.content.decode()


def test_it_is_private_and_costs_eight_statements(candidate_client, due):
    candidate_client.get(address(due))
    with CaptureQueriesContext(connection) as asked:
        page = candidate_client.get(address(due))
    assert page.headers["Cache-Control"] == "private, no-store"
    assert len(page.context["items"]) == 12
    assert statements(asked) <= 8, [query["sql"][:90] for query in asked.captured_queries]
    assert not [query for query in asked.captured_queries if '"key"' in query["sql"]]


def told(*, is_other):
    """Return what the list tells of a world whose keys are these or others; then undo it."""
    with transaction.atomic():
        count_alike()
        exam = make_exam("twin")
        for question in Question.objects.all():
            item = make_item(question.live_version.type, question.ref)
            publish(question, sung(item, is_other=is_other))
        # Pages name the number of who is signed in; the sequence would give another.
        candidate = make_user(email="ada@example.com", pk=7000)
        for number, question in enumerate(Question.objects.order_by("ref"), 7000):
            Card.objects.create(
                pk=number, candidate=candidate, exam=exam, question=question, due_on="2020-01-01"
            )
        client = Client()
        client.force_login(candidate)
        page = client.get(address(exam))
        types = {item.type for item in page.context["items"]}
        text = bare(page.content.decode(), []), bare(str(sorted(page.headers.items())), [])
        transaction.set_rollback(True)
    return types, text


def test_nothing_in_it_depends_on_the_key(settings):
    settings.REVIEWS_PER_DAY = 100
    (types, one), (_, other) = told(is_other=False), told(is_other=True)
    assert types == set(TYPE_MIX)
    assert one == other
