"""Mails to who works on a bank: what waits, once a day at most, and comments that name them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from examapp.accounts.models import Preferences
from examapp.exams import services
from examapp.exams.services import problems, team_mail
from questions.hooks import TeamTask, team_tasks
from questions.models import Comment, ExamRole
from questions.services import drafts, reviews
from tests.questions.conftest import client_of, whole
from tests.support.builders import make_user
from tests.support.races import together, while_it_mails

pytestmark = pytest.mark.django_db

SUNDAY = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)


def member(exam, role, name):
    person = make_user(role="instructor", name=name)
    ExamRole.objects.create(user=person, exam=exam, role=role)
    Preferences.objects.create(user=person, time_zone="UTC")
    return person


@pytest.fixture
def author(exam):
    return member(exam, "author", "Ann Author")


@pytest.fixture
def reviewer(exam):
    return member(exam, "reviewer", "Ron Reviewer")


@pytest.fixture
def submitted(exam, author):
    topic = exam.questions.first().topic
    draft = drafts.create(exam, by=author, topic=topic)
    draft = drafts.save(draft, item=whole(draft), by=author, revision=1)
    return drafts.submit(draft, by=author)


@pytest.fixture
def mail_at(monkeypatch):
    def mail_at(moment):
        monkeypatch.setattr("django.utils.timezone.now", lambda: moment)
        return team_mail.mail_tasks()

    return mail_at


def test_a_reviewer_is_told_once_a_day_and_the_author_is_not(submitted, exam, reviewer, mail_at):
    assert mail_at(SUNDAY) == 1
    assert mail_at(SUNDAY.replace(hour=18)) == 0
    (letter,) = mail.outbox
    assert letter.to == [reviewer.email]
    assert letter.subject == "1 question waits for your review"
    assert reverse("questions:queue", args=[exam.code]) in letter.body
    assert "/settings/#team-mail" in letter.body
    assert letter.alternatives[0].mimetype == "text/html"
    assert mail_at(SUNDAY.replace(day=30)) == 1


def test_a_day_is_the_reader_s_own(submitted, reviewer, mail_at):
    """In Auckland Sunday's evening in London is Monday's morning, and its next midnight no day."""
    Preferences.objects.filter(user=reviewer).update(time_zone="Pacific/Auckland")
    assert mail_at(SUNDAY.replace(hour=20)) == 1
    assert Preferences.objects.get(user=reviewer).team_mailed_on == date(2026, 11, 30)
    assert mail_at(SUNDAY.replace(day=30, hour=5)) == 0
    assert mail_at(SUNDAY.replace(day=30, hour=20)) == 1


def test_a_mail_of_tasks_that_fails_is_tried_again_that_day(
    submitted, reviewer, mail_at, monkeypatch
):
    with monkeypatch.context() as patch:
        patch.setattr(team_mail, "send_mail", lambda *args, **kwargs: 1 / 0)
        assert mail_at(SUNDAY) == 0
    assert Preferences.objects.get(user=reviewer).team_mailed_on is None
    assert mail_at(SUNDAY.replace(hour=13)) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("has_preferences", [True, False])
def test_two_workers_tell_a_reviewer_once_and_neither_waits(
    submitted, reviewer, mail_at, monkeypatch, caplog, has_preferences
):
    if not has_preferences:
        reviewer.preferences.delete()
    done = while_it_mails(team_mail, lambda: mail_at(SUNDAY), monkeypatch)
    assert (done, caplog.records) == ((1, 0), [])
    assert [letter.to for letter in mail.outbox] == [[reviewer.email]]


def test_what_other_apps_ask_of_the_team_is_in_the_mail(exam, author, mail_at):
    """Whatever is registered: the mail knows no kind of it, as the queue knows none."""
    asked = {
        "a test": TeamTask(exam, "Questions from readers", 3, "/"),
        "none": TeamTask(exam, "None", 0, "/"),
    }
    for name, task in asked.items():
        team_tasks.register(name, lambda asked_of, task=task: [task])
    try:
        assert mail_at(SUNDAY) == 1
    finally:
        for name in asked:
            team_tasks.unregister(name)
    assert mail.outbox[0].subject == "3 tasks in your question banks"
    assert "- Questions from readers: 3\n" in mail.outbox[0].body
    assert "None" not in mail.outbox[0].body


def test_reports_of_students_are_in_the_mail(exam, author, session, mail_at):
    services.finish(session.pk)
    problems.report(session.pk, 1, candidate=session.candidate, kind="wrong_key", text="B is right")
    assert mail_at(SUNDAY) == 1
    assert mail.outbox[0].subject == "1 task in your question banks"
    assert "- Report from a student: 1\n" in mail.outbox[0].body


def test_nobody_is_mailed_at_night_or_where_nothing_waits(submitted, reviewer, mail_at):
    assert mail_at(SUNDAY.replace(hour=6)) == 0
    reviews.send_back(submitted, by=reviewer, text="Say more.")
    assert mail_at(SUNDAY) == 1
    # The comment waits for its author, the draft for nobody's review.
    assert mail.outbox[0].to == [submitted.author.email]
    assert mail.outbox[0].subject == "1 task in your question banks"
    assert "1 comment for you" in mail.outbox[0].body


@pytest.mark.parametrize("change", [{"role": "candidate"}, {"is_active": False}])
def test_who_works_there_no_more_is_not_mailed(submitted, reviewer, mail_at, change):
    for name, value in change.items():
        setattr(reviewer, name, value)
    reviewer.save()
    assert mail_at(SUNDAY) == 0


def test_the_mail_can_be_turned_off_in_the_settings(submitted, reviewer, candidate, mail_at):
    address = reverse("accounts:save_setting", args=["team-mail"])
    assert "at most" in client_of(reviewer).get(reverse("accounts:settings")).content.decode()
    assert client_of(reviewer).post(address, {}).status_code == 302
    assert not Preferences.objects.get(user=reviewer).has_team_mail
    assert mail_at(SUNDAY) == 0
    assert client_of(candidate).post(address, {}).status_code == 404


@pytest.mark.parametrize(
    ("text", "is_named"),
    [
        ("@ron is this right?", True),
        ("Ask @Ron Reviewer, please.", True),
        ("@ronald is somebody else", False),
        ("write to me@ron", False),
        ("Ron knows.", False),
    ],
)
def test_a_name_in_a_comment_tells_its_owner_once(submitted, author, reviewer, text, is_named):
    reviews.comment(submitted.question, text=text, by=author)
    assert team_mail.mail_mentions() == is_named
    assert team_mail.mail_mentions() == 0
    assert [letter.to for letter in mail.outbox] == [[reviewer.email]] * is_named
    if is_named:
        assert mail.outbox[0].subject == "Ann Author mentioned you in a comment"
        assert text in mail.outbox[0].body


def test_a_stranger_is_not_named_and_nobody_names_themself(submitted, author):
    make_user(role="instructor", name="Stan Stranger")
    reviews.comment(submitted.question, text="@stan and @ann", by=author)
    assert team_mail.mail_mentions() == 0
    assert mail.outbox == []


def test_a_mail_that_fails_is_sent_with_the_next_call(submitted, author, reviewer, monkeypatch):
    reviews.comment(submitted.question, text="@ron", by=author)
    with monkeypatch.context() as patch:
        patch.setattr(team_mail, "send_mail", lambda *args, **kwargs: 1 / 0)
        assert team_mail.mail_mentions() == 0
    assert team_mail.mail_mentions() == 1


@pytest.mark.parametrize("fails", ["first", "second"])
def test_a_refused_address_keeps_nobody_elses_mail_and_has_it_sent_once(
    submitted, exam, author, reviewer, monkeypatch, fails
):
    second = member(exam, "owner", "Olga Owner")
    reviews.comment(submitted.question, text="@ron and @olga", by=author)
    refused = {"first": reviewer, "second": second}[fails].email
    send = team_mail.send_mail

    def refuses(subject, text, *, to):
        if to == refused:
            raise OSError("no such mailbox")
        send(subject, text, to=to)

    with monkeypatch.context() as patch:
        patch.setattr(team_mail, "send_mail", refuses)
        assert [team_mail.mail_mentions() for _ in range(3)] == [1, 0, 0]
    assert [team_mail.mail_mentions() for _ in range(2)] == [1, 0]
    assert {letter.to[0] for letter in mail.outbox} == {reviewer.email, second.email}
    assert len(mail.outbox) == 2


def test_who_was_written_to_before_a_worker_died_is_not_written_to_again(
    submitted, exam, author, reviewer, monkeypatch
):
    member(exam, "owner", "Olga Owner")
    reviews.comment(submitted.question, text="@ron and @olga", by=author)
    send = team_mail.send_mail

    def dies(subject, text, *, to):
        if mail.outbox:
            raise KeyboardInterrupt
        send(subject, text, to=to)

    with monkeypatch.context() as patch:
        patch.setattr(team_mail, "send_mail", dies)
        with pytest.raises(KeyboardInterrupt):
            team_mail.mail_mentions()
    assert team_mail.mail_mentions() == 1
    assert len({letter.to[0] for letter in mail.outbox}) == len(mail.outbox) == 2


@pytest.mark.django_db(transaction=True)
def test_two_workers_write_to_whom_a_comment_mentions_once_and_neither_waits(
    submitted, exam, author, reviewer, monkeypatch, caplog
):
    olga = member(exam, "owner", "Olga Owner")
    reviews.comment(submitted.question, text="@ron and @olga", by=author)
    done = while_it_mails(team_mail, team_mail.mail_mentions, monkeypatch)
    assert (done, caplog.records) == ((2, 0), [])
    assert [letter.to for letter in mail.outbox] == [[reviewer.email], [olga.email]]


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_looked_before_another_wrote_writes_nothing(
    submitted, author, reviewer, monkeypatch
):
    reviews.comment(submitted.question, text="@ron", by=author)
    owed, others = team_mail._owed, []

    def overtaken(comment):
        people = owed(comment)
        if not others:
            others.append(None)
            others[:] = together(team_mail.mail_mentions)
        return people

    monkeypatch.setattr(team_mail, "_owed", overtaken)
    assert (team_mail.mail_mentions(), others) == (0, [1])
    assert [letter.to for letter in mail.outbox] == [[reviewer.email]]


@pytest.mark.parametrize(("hours", "is_mailed"), [(-1, True), (1, False)])
def test_a_comment_of_a_week_ago_is_left_to_the_queue(
    submitted, author, reviewer, hours, is_mailed
):
    comment = reviews.comment(submitted.question, text="@ron", by=author)
    age = timedelta(days=7, hours=hours)
    Comment.objects.filter(pk=comment.pk).update(created_at=timezone.now() - age)
    assert team_mail.mail_mentions() == is_mailed


@pytest.mark.parametrize("change", ["demoted", "left the team"])
def test_who_may_not_open_the_bank_any_more_is_not_written_to(submitted, author, reviewer, change):
    reviews.comment(submitted.question, text="@ron", by=author)
    if change == "demoted":
        reviewer.role = "candidate"
        reviewer.save()
    else:
        reviewer.exam_roles.all().delete()
    assert team_mail.mail_mentions() == 0
    assert mail.outbox == []
