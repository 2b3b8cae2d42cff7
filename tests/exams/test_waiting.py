"""A class starts at one moment: a few at a time, in order, and the page goes on by itself."""

import re
from contextlib import contextmanager
from datetime import timedelta

import psycopg
import pytest
from django.db import connection
from django.db.models import F
from django.urls import reverse

from examapp.api.services import issue
from examapp.courses.models import Attempt
from examapp.courses.services import attempts
from examapp.exams import services
from examapp.exams.models import ExamSession, StartTicket
from examapp.exams.services import admission
from examapp.exams.timing import Allowance
from examapp.runtime.lanes import WEB, threads_of
from tests.support.builders import make_exam, make_user
from tests.support.courses import add_member, make_assignment, make_course
from tests.support.races import together

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def full_house(settings):
    """Hold every slot from another connection, as starts of other processes do."""
    parameters = connection.get_connection_params()
    names = ("host", "port", "user", "password", "dbname")
    with psycopg.connect(**{n: parameters[n] for n in names if parameters.get(n)}) as other:
        for slot in range(1, settings.STARTS_AT_ONCE + 1):
            other.execute("SELECT pg_advisory_lock(%s, %s)", [admission._LOCKS, slot])
        yield


@pytest.fixture
def press(candidate_client, exam):
    return lambda: candidate_client.post(reverse("exams:start", args=[exam.code]))


WAITING = "/starting/"


def test_while_a_slot_is_free_nobody_notices(press):
    assert press().url == ExamSession.objects.get().get_absolute_url()
    assert StartTicket.objects.count() == 0


def test_who_finds_no_slot_waits_keeps_the_place_and_goes_on_by_the_page(
    press, candidate_client, exam, settings
):
    with full_house(settings):
        assert press().url == WAITING
        ticket = StartTicket.objects.get()
        services_before = ExamSession.objects.count()
        with pytest.raises(services.MustWait):
            services.start(make_user(), exam=exam)
        for _ in range(3):
            page = candidate_client.get(WAITING)
            assert "You are number 1 in line" in page.text
            assert page.headers["Refresh"] == "1"
        # Pressing Start again changes nothing of the place.
        press()
        assert StartTicket.objects.get(candidate=ticket.candidate).pk == ticket.pk
        assert ExamSession.objects.count() == services_before == 0
    reply = candidate_client.get(WAITING)
    session = ExamSession.objects.get()
    assert reply.url == session.get_absolute_url()
    assert StartTicket.objects.count() == 1
    # The clock began with the sitting and not with the wait.
    assert session.deadline_at - session.started_at == timedelta(minutes=30)


def test_whose_answer_got_lost_is_led_to_the_exam_that_began(press, candidate_client, settings):
    with full_house(settings):
        press()
    begun = candidate_client.get(WAITING).url
    assert candidate_client.get(WAITING).url == begun


def test_the_second_in_line_is_told_so(exam, settings):
    with full_house(settings):
        places = []
        for _ in range(3):
            with pytest.raises(services.MustWait) as wait:
                services.start(make_user(), exam=exam)
            places.append(wait.value.place.number)
    assert places == [1, 2, 3]


def test_who_stays_away_holds_nobody_up(exam, settings):
    with full_house(settings):
        for _ in range(30):
            with pytest.raises(services.MustWait):
                services.start(make_user(), exam=exam)
    newcomer = make_user()
    with pytest.raises(services.MustWait) as wait:
        services.start(newcomer, exam=exam)
    assert wait.value.place.number == 31
    gone = StartTicket.objects.exclude(candidate=newcomer)
    gone.update(seen_at=F("seen_at") - admission.AWAY - timedelta(seconds=1))
    assert services.start(newcomer, exam=exam).is_open


def test_starts_leave_a_process_a_thread_for_other_pages(settings):
    assert 0 < settings.STARTS_AT_ONCE < threads_of({})[WEB]


def test_a_long_line_asks_seldom(exam, settings):
    with full_house(settings):
        for _ in range(40):
            with pytest.raises(services.MustWait) as wait:
                services.start(make_user(), exam=exam)
    assert 2 <= wait.value.place.seconds <= 15


def test_who_leaves_the_line_is_not_in_it(press, candidate_client, settings):
    with full_house(settings):
        press()
        candidate_client.post(reverse("exams:give_up"))
    assert StartTicket.objects.count() == 0
    assert candidate_client.get(WAITING).url == reverse("exams:catalogue")


def test_a_start_that_cannot_be_ends_the_wait(press, candidate_client, exam, settings):
    with full_house(settings):
        press()
    exam.questions.update(status="retired")
    assert candidate_client.get(WAITING).url == exam.get_absolute_url()
    assert StartTicket.objects.count() == 0


def test_a_ticket_of_a_second_press_is_spent_on_the_exam_that_is_open(
    press, candidate, candidate_client, exam, settings
):
    with full_house(settings):
        press()
    session = services.begin(
        candidate,
        exam=exam,
        drawn=services.prepare(candidate, exam=exam, form=None),
        allowance=Allowance(exam.minutes),
    )[0]
    assert candidate_client.get(WAITING).url == session.get_absolute_url()
    assert not StartTicket.objects.exists()


def test_a_slot_is_free_again_also_after_a_failure(exam, candidate, settings):
    def fail():
        raise RuntimeError

    for _ in range(settings.STARTS_AT_ONCE + 1):
        with pytest.raises(RuntimeError):
            services.admitted(candidate, services.StartRequest(exam), fail)
    assert services.start(candidate, exam=exam).is_open


def test_a_program_is_told_when_to_ask_again(client, candidate, exam, settings):
    _, secret = issue(candidate, name="a program", scopes=["sit"])
    with full_house(settings):
        reply = client.post(
            reverse("api:api-1:start", args=[exam.code]),
            content_type="application/json",
            headers={"Authorization": f"Bearer {secret}"},
        )
    assert (reply.status_code, reply.headers["Retry-After"]) == (429, "1")


def test_an_assignment_waits_in_the_same_line_with_its_code_told_once(client, settings):
    member = add_member(make_course())
    assignment = make_assignment(member.course, access_code="spruce")
    client.force_login(member.user)
    with full_house(settings), pytest.raises(services.MustWait):
        attempts.start(member.user, assignment=assignment, code="spruce")
    reply = client.get(WAITING)
    assert reply.url == Attempt.objects.get().session.get_absolute_url()


def test_a_window_that_shut_meanwhile_is_said_on_the_assignment_s_page(client, settings):
    member = add_member(make_course())
    assignment = make_assignment(member.course)
    client.force_login(member.user)
    with full_house(settings), pytest.raises(services.MustWait):
        attempts.start(member.user, assignment=assignment)
    type(assignment).objects.update(
        opens_at=F("opens_at") - timedelta(days=9), closes_at=F("closes_at") - timedelta(days=9)
    )
    assert client.get(WAITING).url == reverse("courses:assigned", args=[assignment.pk])
    assert StartTicket.objects.count() == 0


def test_a_class_that_starts_at_one_moment_is_all_in_and_never_more_than_the_slots(
    settings, monkeypatch
):
    settings.STARTS_AT_ONCE = 2
    exam, people, running, most = make_exam(), [make_user() for _ in range(10)], [], []
    prepare = services.start.__globals__["prepare"]

    def prepared(*args, **options):
        running.append(1)
        most.append(len(running))
        try:
            return prepare(*args, **options)
        finally:
            running.pop()

    monkeypatch.setitem(services.start.__globals__, "prepare", prepared)

    def press_until_in(person):
        for _ in range(200):
            try:
                return services.start(person, exam=exam)
            except services.MustWait:
                continue
        return None

    started = together(*[lambda person=person: press_until_in(person) for person in people])
    assert all(started)
    assert ExamSession.objects.open().count() == 10
    assert max(most) <= 2


def test_tickets_of_who_went_away_are_forgotten(exam, settings):
    with full_house(settings), pytest.raises(services.MustWait):
        services.start(make_user(), exam=exam)
    assert admission.drop_stale() == 0
    StartTicket.objects.update(seen_at=F("seen_at") - timedelta(hours=2))
    assert admission.drop_stale() == 1


def test_the_page_needs_no_script(press, candidate_client, settings):
    with full_house(settings):
        press()
        page = candidate_client.get(WAITING).text
    main = re.search(r"<main.*</main>", page, re.DOTALL).group()
    assert "js-only" not in main
