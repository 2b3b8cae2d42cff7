"""Mails that something is due, on the days that a person studies."""

from datetime import UTC, date, datetime

import pytest
from django.core import mail

from examapp.accounts.models import Preferences
from examapp.exams import services as exams
from examapp.study.models import Card
from examapp.study.services import reminders
from tests.support.builders import make_exam, make_user
from tests.support.races import while_it_mails

pytestmark = pytest.mark.django_db

SUNDAY = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)


@pytest.fixture
def ada():
    ada, exam = make_user(), make_exam()
    Preferences.objects.create(user=ada, has_reminders=True, time_zone="UTC")
    question = exam.questions.order_by("pk").first()
    Card.objects.create(candidate=ada, exam=exam, question=question, due_on=date(2026, 11, 28))
    return ada


def remind_at(monkeypatch, moment):
    monkeypatch.setattr("django.utils.timezone.now", lambda: moment)
    return reminders.remind()


def test_one_mail_a_study_day_says_what_is_due(ada, monkeypatch):
    assert remind_at(monkeypatch, SUNDAY) == 1
    assert remind_at(monkeypatch, SUNDAY.replace(hour=18)) == 0
    (letter,) = mail.outbox
    assert letter.subject == "1 review is due today"
    assert letter.to == [ada.email]
    assert "/settings/" in letter.body
    assert remind_at(monkeypatch, SUNDAY.replace(day=30)) == 1


@pytest.mark.parametrize(
    ("changes", "hour"),
    [
        ({"has_reminders": False}, 12),
        ({"study_days": [0, 1]}, 12),
        ({}, 6),
        ({"time_zone": "America/Los_Angeles"}, 12),
    ],
)
def test_nobody_is_mailed_who_did_not_ask_or_at_night(ada, monkeypatch, changes, hour):
    Preferences.objects.update(**changes)
    assert remind_at(monkeypatch, SUNDAY.replace(hour=hour)) == 0
    assert mail.outbox == []


def test_nothing_due_and_an_open_exam_send_no_mail(ada, monkeypatch):
    session = exams.start(ada, exam=make_exam())
    assert remind_at(monkeypatch, SUNDAY) == 0
    exams.finish(session.pk)
    Card.objects.all().delete()
    assert remind_at(monkeypatch, SUNDAY) == 0


def test_a_mail_that_fails_is_tried_again_and_stops_no_other(ada, monkeypatch):
    real = reminders.send_mail

    def broken(*args, **to):
        raise OSError("no mail server")

    monkeypatch.setattr(reminders, "send_mail", broken)
    assert remind_at(monkeypatch, SUNDAY) == 0
    monkeypatch.setattr(reminders, "send_mail", real)
    assert remind_at(monkeypatch, SUNDAY) == 1


def test_who_switches_reminders_off_while_others_are_mailed_gets_none(ada, monkeypatch):
    in_zone_of = reminders.in_zone_of

    def switched_off_meanwhile(person):
        Preferences.objects.update(has_reminders=False)
        return in_zone_of(person)

    monkeypatch.setattr(reminders, "in_zone_of", switched_off_meanwhile)
    assert remind_at(monkeypatch, SUNDAY) == 0
    assert mail.outbox == []


@pytest.mark.django_db(transaction=True)
def test_two_workers_remind_once_and_neither_waits(ada, monkeypatch, caplog):
    done = while_it_mails(reminders, lambda: remind_at(monkeypatch, SUNDAY), monkeypatch)
    assert (done, caplog.records) == ((1, 0), [])
    assert [letter.to for letter in mail.outbox] == [[ada.email]]
