"""One question at a time, its explanation at once, the summary, as pages."""

from datetime import timedelta

import pytest
from django.core.exceptions import FieldFetchBlocked
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from examapp.exams import open_exam
from examapp.exams import services as exams
from examapp.exams.models import KeyCorrection, ProblemReport
from examapp.exams.services import notifications, problems
from examapp.practice import services
from examapp.practice.models import PracticeItem, PracticeSet
from examapp.practice.services import Choice, SetEnded
from examapp.web.times import moment_text
from questions.models import ExamRole
from tests.practice.conftest import answer_set, fields_of, right_of, wrong_of
from tests.support.builders import TYPE_MIX, make_exam

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


def address(practiced, position=1, name="question"):
    return reverse(f"practice:{name}", args=[practiced.pk, position])


def item_of(practiced, position=1):
    return practiced.items.select_related("version").get(position=position)


def answer(client, practiced, position=1, respond=right_of, *, headers=None, **fields):
    item = item_of(practiced, position)
    said = {**fields_of(item, respond(item)), **fields}
    return client.post(address(practiced, position), said, headers=headers)


@pytest.fixture
def whole(candidate, exam):
    """A set of every question of the exam, so of every type."""
    return services.start(candidate, exam=exam, choice=Choice(24))


# --- A question -------------------------------------------------------------------------------


def test_a_question_is_asked_without_its_key(candidate_client, practiced):
    text = candidate_client.get(address(practiced)).content.decode()
    assert "Question 1 of 5" in text
    assert "How sure are you?" in text
    assert "WHY-" not in text
    assert item_of(practiced).version.question.ref not in text.replace("of mini-", "")[:500]


def test_the_keys_are_those_of_questions_alone(candidate_client, practiced):
    text = candidate_client.get(address(practiced)).content.decode()
    assert "Answer: guess, think so, sure" in text
    assert "Term: did not know it" not in text
    assert "the meaning of a term" not in text


@pytest.mark.parametrize("name", ["key", "content", "reason", "question"])
def test_what_was_not_given_cannot_be_fetched(practiced, name):
    item = practiced.items.paper().first()
    with pytest.raises(FieldFetchBlocked):
        getattr(item.version, name)


@pytest.mark.parametrize("name", ["keyed_by", "topic", "credit", "sureness"])
def test_nor_what_tells_how_it_is_graded(practiced, name):
    item = practiced.items.paper().first()
    with pytest.raises(FieldFetchBlocked):
        getattr(item, name)


@pytest.mark.parametrize("headers", [None, HTMX])
def test_every_type_is_answered_and_explained(candidate_client, whole, headers):
    types = set()
    for item in whole.items.select_related("version"):
        types.add(item.version.type)
        respond = right_of if item.position % 2 else wrong_of
        reply = answer(candidate_client, whole, item.position, respond, headers=headers)
        if not headers:
            assert reply["Location"] == address(whole, item.position)
            reply = candidate_client.get(address(whole, item.position))
        text = reply.content.decode()
        assert ("<html" in text) is not bool(headers)
        assert ("Not this time" in text) is not bool(item.position % 2)
        for index in item.shuffle:
            assert f"WHY-{index}" in text
    assert types == set(TYPE_MIX)
    assert not PracticeSet.objects.open().exists()


def test_an_explanation_has_note_report_and_next(candidate_client, practiced):
    text = answer(candidate_client, practiced, headers=HTMX).content.decode()
    item = item_of(practiced)
    assert item.topic.get_absolute_url() in text
    assert address(practiced, 1, "report") in text
    assert address(practiced, 2) in text
    assert 'aria-keyshortcuts="J Enter"' in text
    assert 'hx-push-url="true"' in text
    assert "<title>Question 1 of 5: right, practice</title>" in text


def test_a_second_submission_gets_the_first_one_s_verdict(candidate_client, practiced):
    answer(candidate_client, practiced, respond=wrong_of)
    again = answer(candidate_client, practiced, respond=right_of, headers=HTMX)
    assert "Not this time" in again.content.decode()
    empty = candidate_client.post(address(practiced), {}, headers=HTMX)
    assert (empty.status_code, "Not this time" in empty.content.decode()) == (200, True)
    assert PracticeItem.objects.answered().get().credit == 0


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"sureness": ""}, "Say how sure you are."),
        ({"sureness": "very"}, "Say how sure you are."),
    ],
)
def test_how_sure_is_asked_before_the_explanation(candidate_client, practiced, fields, told):
    item = item_of(practiced)
    for headers in (None, HTMX):
        reply = answer(candidate_client, practiced, headers=headers, **fields)
        text = reply.content.decode()
        assert reply.status_code == 422
        assert told in text
        assert "WHY-" not in text
        if item.version.type == "multiple_choice":
            assert f'value="{right_of(item)}" checked' in text
    assert not PracticeItem.objects.answered().exists()


@pytest.mark.parametrize(
    ("kind", "sent", "told"),
    [
        ("multiple_choice", {}, "Choose an answer first."),
        ("multiple_choice", {"q": "9"}, "Your answer must be between 0 and 3."),
        ("multiple_choice", {"q": "x"}, "must be the index of an option"),
        ("multiple_response", {"q": ["0"]}, "Not complete yet. Choose TWO."),
        ("multiple_response", {"q": ["0", "1", "2"]}, "Not complete yet. Choose TWO."),
        ("ordering", {"q-0": "1", "q-1": "1"}, "Your answer gives two options the same place."),
        ("ordering", {"q-0": "1"}, "Not complete yet. Put 3 in order"),
        ("matching", {"q-0": "1"}, "Not complete yet. Match each prompt"),
    ],
)
def test_an_answer_that_is_none_is_named_and_nothing_is_told(
    candidate_client, whole, kind, sent, told
):
    item = whole.items.filter(version__type=kind).first()
    fields = {f"q{item.position}{name[1:]}": value for name, value in sent.items()}
    reply = candidate_client.post(
        address(whole, item.position), {**fields, "sureness": "sure"}, headers=HTMX
    )
    text = reply.content.decode()
    assert reply.status_code == 422
    assert told in text
    assert "WHY-" not in text
    assert not PracticeItem.objects.answered().exists()


def test_an_explanation_is_closed_while_any_exam_runs(candidate, candidate_client, practiced):
    answer(candidate_client, practiced)
    exams.start(candidate, exam=make_exam())
    for name in ("question", "report"):
        reply = candidate_client.get(address(practiced, 1, name))
        assert (reply.status_code, reply.templates[0].name) == (403, "practice/locked.html")
        assert "WHY-" not in reply.content.decode()
    assert answer(candidate_client, practiced, 2).status_code == 403
    summary = reverse("practice:summary", args=[practiced.pk])
    assert candidate_client.get(summary).status_code == 403
    assert PracticeItem.objects.answered().count() == 1


def test_another_s_set_is_not_there(outsider_client, practiced, candidate_client):
    answer(candidate_client, practiced)
    for name in ("question", "report"):
        for position in (1, 99):
            place = address(practiced, position, name)
            assert outsider_client.get(place).status_code == 404
            assert outsider_client.post(place, {"sureness": "sure"}).status_code == 404
    summary = reverse("practice:summary", args=[practiced.pk])
    assert outsider_client.get(summary).status_code == 404
    end = reverse("practice:end", args=[practiced.pk])
    assert outsider_client.post(end).status_code == 404
    assert PracticeSet.objects.open().count() == 1


def test_a_question_that_was_left_open_leads_to_the_summary(candidate_client, practiced):
    services.end(practiced.pk)
    summary = reverse("practice:summary", args=[practiced.pk])
    assert candidate_client.get(address(practiced))["Location"] == summary
    assert answer(candidate_client, practiced)["Location"] == summary


def test_asking_and_explaining_cost_few_statements(candidate_client, whole):
    def cost(act):
        with CaptureQueriesContext(connection) as asked:
            assert act().status_code == 200
        return len(asked)

    assert cost(lambda: candidate_client.get(address(whole))) <= 6
    assert cost(lambda: answer(candidate_client, whole, headers=HTMX)) <= 24
    # With what is kept of the question, and when it comes back.
    assert cost(lambda: candidate_client.get(address(whole))) <= 10


# --- The summary ------------------------------------------------------------------------------


def test_the_summary_tells_by_question_and_by_how_sure_one_was(
    candidate, candidate_client, practiced
):
    answer_set(practiced, candidate, wrong_of, sureness="sure", count=2)
    for position, sureness in ((3, "sure"), (4, "guess"), (5, "fairly")):
        item = item_of(practiced, position)
        services.answer(
            practiced.pk,
            position,
            candidate=candidate,
            response=right_of(item),
            sureness=sureness,
        )
    reply = candidate_client.get(reverse("practice:summary", args=[practiced.pk]))
    text = " ".join(reply.content.decode().split())
    assert "3 of 5 right" in text
    assert "You were sure of 3: 1 right." in text
    assert "You thought so for 1: 1 right." in text
    assert "You guessed 1: 1 right." in text
    # Back to every question.
    for position in range(1, 6):
        assert f'href="{address(practiced, position)}"' in text


def test_one_stops_when_one_likes(candidate, candidate_client, practiced):
    answer_set(practiced, candidate, count=2)
    reply = candidate_client.post(reverse("practice:end", args=[practiced.pk]), follow=True)
    assert reply.content.decode().count("Not answered") == 3
    assert not PracticeSet.objects.open().exists()


def test_an_open_set_says_how_far_it_is(candidate, candidate_client, practiced):
    summary = reverse("practice:summary", args=[practiced.pk])
    assert "Nothing answered" in candidate_client.get(summary).content.decode()
    answer_set(practiced, candidate, count=1)
    text = candidate_client.get(summary).content.decode()
    assert "End it" in text
    assert address(practiced, 2) in text


def test_the_summary_costs_the_same_for_more_answers(candidate, candidate_client, practiced):
    def cost():
        with CaptureQueriesContext(connection) as asked:
            candidate_client.get(reverse("practice:summary", args=[practiced.pk]))
        return len(asked)

    answer_set(practiced, candidate, count=1)
    few = cost()
    answer_set(practiced, candidate)
    assert cost() == few <= 7


# --- Reports of problems ----------------------------------------------------------------------


@pytest.mark.parametrize("policy", ["both", "everyone", "drop", "new"])
def test_a_correction_is_told_with_its_reason(candidate_client, practiced, policy):
    item = item_of(practiced)
    answer_set(practiced, practiced.candidate, wrong_of, count=1)
    correction = KeyCorrection.objects.create(
        question=item.version.question,
        keyed_by=item.version,
        policy=policy,
        also_right=[[1]] if policy == "both" else [],
        reason="A second look.",
    )
    correction.versions.add(item.version)
    text = candidate_client.get(reverse("practice:question", args=[practiced.pk, 1]))
    assert "Corrected by the authors." in text.content.decode()
    assert "A second look." in text.content.decode()


def test_an_exam_that_began_in_between_closes_start_and_report(
    candidate_client, practiced, monkeypatch
):
    answer_set(practiced, practiced.candidate, wrong_of, count=1)
    # As if the page had looked just before.
    monkeypatch.setattr(open_exam, "_refuse_others", lambda *asked: None)
    exams.start(practiced.candidate, exam=practiced.exam)
    start = candidate_client.post(
        reverse("practice:start", args=[practiced.exam.code]), {"length": 5, "scope": "all"}
    )
    assert start.status_code == 403
    report = candidate_client.post(
        reverse("practice:report", args=[practiced.pk, 1]), {"kind": "typo", "text": "x"}
    )
    assert report.status_code == 403
    assert not ProblemReport.objects.exists()


def test_a_report_reaches_the_team_and_its_answer_the_candidate(
    candidate_client, practiced, exam, instructor, instructor_client, mailoutbox
):
    ExamRole.objects.create(user=instructor, exam=exam, role="author")
    assert candidate_client.get(address(practiced, 1, "report")).status_code == 404
    answer(candidate_client, practiced)
    page = address(practiced, 1, "report")
    assert candidate_client.post(page, {"kind": "boring"}).status_code == 422
    candidate_client.post(page, {"kind": "typo", "text": "Teh."})
    queue = instructor_client.get(reverse("exams:problems", args=[exam.code]))
    assert "Teh." in queue.content.decode()
    problem = ProblemReport.objects.get()
    place = reverse("exams:problem", args=[exam.code, problem.pk])
    assert "Teh." in instructor_client.get(place).content.decode()
    problems.answer(problem.pk, by=instructor, text="Mended.")
    assert "The answer: Mended." in candidate_client.get(address(practiced)).content.decode()
    assert notifications.mail() == 1
    assert reverse("practice:choose", args=[exam.code]) in mailoutbox[0].body


# --- A test by the clock -----------------------------------------------------------------------


@pytest.fixture
def timed(candidate, exam):
    """A set of three that explains its answers at its end."""
    return services.start(candidate, exam=exam, choice=Choice(3, explains_at_end=True))


def test_a_test_by_the_clock_explains_at_its_end(candidate_client, timed, exam):
    timed.refresh_from_db()
    allowed = timed.deadline_at - timed.started_at
    assert allowed == timedelta(minutes=exam.minutes) * 3 / exam.item_count
    for position in (1, 2):
        reply = answer(candidate_client, timed, position, wrong_of, headers=HTMX)
        assert "WHY-" not in reply.content.decode()
        assert f"{position + 1} of 3" in " ".join(reply.content.decode().split())
        place = candidate_client.get(address(timed, position))
        assert place["Location"] == address(timed, position + 1)
    summary = reverse("practice:summary", args=[timed.pk])
    text = " ".join(candidate_client.get(summary).content.decode().split())
    assert "2 of 3 answered. Answers are explained at the end." in text
    assert "Missed" not in text
    reply = answer(candidate_client, timed, 3, headers=HTMX)
    assert reply["HX-Redirect"] == summary
    assert "1 of 3 right" in " ".join(candidate_client.get(summary).content.decode().split())
    assert "WHY-0" in candidate_client.get(address(timed, 1)).content.decode()


def test_a_question_by_the_clock_says_until_when(candidate_client, timed, practiced_elsewhere):
    timed.refresh_from_db()
    until = f"Until {moment_text(timed.deadline_at, 'clock')}"
    page = candidate_client.get(address(timed)).text
    assert until in " ".join(page.split())
    assert "Until" not in candidate_client.get(address(practiced_elsewhere)).text
    # The next question comes alone, and says so too.
    reply = answer(candidate_client, timed, 1, headers=HTMX)
    assert until in " ".join(reply.text.split())


def test_an_answer_after_the_time_leads_to_the_summary_as_a_page(candidate_client, timed):
    past = timezone.now() - timedelta(hours=2)
    PracticeSet.objects.filter(pk=timed.pk).update(started_at=past, deadline_at=past)
    reply = answer(candidate_client, timed, 1, headers=HTMX)
    assert reply["HX-Redirect"] == reverse("practice:summary", args=[timed.pk])
    assert answer(candidate_client, timed, 1)["Location"] == reply["HX-Redirect"]
    assert not timed.items.answered().exists()


def test_after_the_time_nothing_is_taken(candidate_client, timed):
    past = timezone.now() - timedelta(hours=2)
    PracticeSet.objects.filter(pk=timed.pk).update(started_at=past, deadline_at=past)
    with pytest.raises(SetEnded):
        services.answer(timed.pk, 1, candidate=timed.candidate, response=0, sureness="sure")
    summary = reverse("practice:summary", args=[timed.pk])
    assert candidate_client.get(address(timed))["Location"] == summary
    assert not PracticeSet.objects.open().exists()


def test_the_sweep_ends_what_nobody_came_back_to(timed, practiced_elsewhere):
    past = timezone.now() - timedelta(hours=2)
    PracticeSet.objects.filter(pk=timed.pk).update(started_at=past, deadline_at=past)
    assert services.end_overdue() == 1
    assert services.end_overdue() == 0
    assert list(PracticeSet.objects.open()) == [practiced_elsewhere]


@pytest.fixture
def practiced_elsewhere(candidate):
    return services.start(candidate, exam=make_exam(), choice=Choice(2))
