"""Guests: the check without an account, what is kept at sign-up and at sign-in, and their end."""

import threading
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from examapp.accounts import guests
from examapp.accounts.models import User
from examapp.courses.services import attempts
from examapp.exams import services as exams
from examapp.exams.models import ExamSession, SessionItem
from examapp.practice import services as practice
from examapp.practice.models import PracticeItem, PracticeSet
from examapp.privacy import services as privacy
from examapp.views.check import QUESTIONS
from tests.practice.conftest import answer_set
from tests.support.builders import PASSWORD, make_exam, make_user, right_response
from tests.support.courses import add_member, make_assignment, make_course
from tests.support.sittings import answer_all

pytestmark = pytest.mark.django_db


@pytest.fixture
def exam():
    return make_exam()


def begin(client, exam):
    response = client.post(reverse("check", args=[exam.code]))
    assert response.status_code == 302
    return PracticeSet.objects.get(is_check=True)


def answer(checked, count=None):
    answer_set(checked, checked.candidate, sureness="fairly", count=count)
    checked.refresh_from_db()


def test_one_click_leads_from_the_landing_page_to_the_first_question(client, exam):
    page = client.get("/").content.decode()
    assert f'action="{reverse("check", args=[exam.code])}"' in page
    response = client.post(reverse("check", args=[exam.code]), follow=True)
    assert response.status_code == 200
    checked = PracticeSet.objects.get()
    assert checked.candidate.is_guest
    assert checked.deadline_at is None
    assert response.redirect_chain[-1][0] == reverse("practice:question", args=[checked.pk, 1])


def test_looking_at_the_check_makes_nobody(client, exam):
    assert client.get(reverse("check", args=[exam.code])).status_code == 200
    assert not User.objects.guests().exists()


def test_the_check_asks_of_every_domain_and_explains_nothing_before_its_end(client, exam):
    checked = begin(client, exam)
    asked = checked.items.values_list("topic__task__domain", flat=True)
    assert set(asked) == set(exam.domains.values_list("pk", flat=True))
    assert len(asked) <= QUESTIONS
    answer(checked, 1)
    response = client.get(reverse("practice:question", args=[checked.pk, 1]))
    assert response.status_code == 302
    summary = client.get(reverse("practice:summary", args=[checked.pk])).content.decode()
    assert "Why" not in summary


def test_the_result_says_where_one_stands_and_what_to_start_with(client, exam):
    checked = begin(client, exam)
    answer(checked)
    assert checked.ended_at
    response = client.get(reverse("check_result", args=[checked.pk]))
    page = response.content.decode()
    assert "times in 10" in page
    for domain in exam.domains.all():
        assert domain.title in page
    assert "Keep this result" in page
    assert reverse("account_signup") in page


def test_a_second_start_goes_on_with_the_check_that_is_open(client, exam):
    checked = begin(client, exam)
    answer(checked, 1)
    response = client.post(reverse("check", args=[exam.code]))
    assert response.url == reverse("practice:question", args=[checked.pk, 2])
    assert PracticeSet.objects.count() == 1


def test_a_guest_sits_one_mock_exam_and_is_asked_to_sign_up_for_another(client, exam):
    client.post(reverse("try_mock", args=[exam.code]))
    guest = User.objects.guests().get()
    session = exams.start(guest, exam=exam)
    exams.finish(session.pk)
    with pytest.raises(exams.GuestLimit):
        exams.start(guest, exam=exam)
    response = client.post(reverse("exams:start", args=[exam.code]))
    assert response.status_code == 409
    assert "Create an account to take another mock exam" in response.content.decode()


def test_what_a_guest_sits_counts_in_no_statistics_until_they_sign_up(client, exam):
    client.post(reverse("try_mock", args=[exam.code]))
    guest = User.objects.guests().get()
    session = exams.start(guest, exam=exam)
    answer_all(session, right_response)
    exams.finish(session.pk)
    assert not ExamSession.objects.telling().exists()
    assert not SessionItem.objects.of_statistics().exists()
    User.objects.filter(pk=guest.pk).update(role="candidate")
    assert ExamSession.objects.telling().exists()
    assert SessionItem.objects.of_statistics().exists()


def sign_up(client, email):
    form = {"email": email, "password1": "a-long-word-7", "password2": "a-long-word-7"}
    return client.post(reverse("account_signup"), form)


def sign_in(client, email, password):
    return client.post(reverse("account_login"), {"login": email, "password": password})


def test_who_signs_up_keeps_everything(client, exam):
    checked = begin(client, exam)
    answer(checked)
    assert checked.ended_at
    assert client.get(reverse("account_signup")).status_code == 200
    sign_up(client, "new@example.com")
    sign_in(client, "new@example.com", "a-long-word-7")
    account = User.objects.get(email="new@example.com")
    checked.refresh_from_db()
    assert checked.candidate == account
    assert account.role == User.Role.CANDIDATE
    assert not User.objects.guests().exists()
    assert "_auth_user_id" in client.session
    assert int(client.session["_auth_user_id"]) == account.pk


def test_who_signs_up_with_an_address_that_has_an_account_keeps_it_at_sign_in(client, exam):
    account = make_user(email="old@example.com")
    checked = begin(client, exam)
    sign_up(client, "old@example.com")
    assert User.objects.guests().exists()
    sign_in(client, "old@example.com", PASSWORD)
    checked.refresh_from_db()
    assert checked.candidate == account
    assert not User.objects.guests().exists()


def test_who_signs_in_elsewhere_has_both(client, exam):
    account = make_user(email="old@example.com")
    earlier = practice.start(account, exam=exam, choice=practice.Choice(length=3))
    checked = begin(client, exam)
    theirs = exams.start(account, exam=exam)
    guest = checked.candidate
    response = sign_in(client, "old@example.com", PASSWORD)
    assert response.status_code == 302
    for row in (earlier, checked):
        row.refresh_from_db()
        assert row.candidate == account
    assert PracticeSet.objects.of(account).open().filter(exam=exam).count() <= 1
    theirs.refresh_from_db()
    assert theirs.is_open
    assert not User.objects.filter(pk=guest.pk).exists()


def test_two_open_exams_become_one_open_and_one_finished(exam):
    account, guest = make_user(), User.objects.create(email="g@guest.invalid", role="guest")
    theirs = exams.start(account, exam=exam)
    mine = exams.start(guest, exam=exam)
    answer_all(mine, right_response)
    privacy.merge_guest(guest, account)
    mine.refresh_from_db()
    theirs.refresh_from_db()
    assert (mine.candidate, mine.status) == (account, ExamSession.Status.FINISHED)
    assert theirs.is_open
    assert mine.items.filter(response__isnull=False).count() == mine.items.count()


def test_attempts_of_a_guest_in_a_course_stay_when_the_account_is_in_it_too(exam):
    account, guest = (
        make_user(name="Ada"),
        User.objects.create(email="g@guest.invalid", role="guest"),
    )
    course = make_course(exam=exam)
    joined = add_member(course, account)
    alone = add_member(make_course(), guest)
    assignment = make_assignment(course, attempts=5)
    first = attempts.start(account, assignment=assignment)
    exams.finish(first.session_id)
    add_member(course, guest)
    second = attempts.start(guest, assignment=assignment)
    answer_all(second.session, right_response)
    exams.finish(second.session_id)
    privacy.merge_guest(guest, account)
    numbers = joined.attempts.order_by("number").values_list("number", "session")
    assert list(numbers) == [(1, first.session_id), (2, second.session_id)]
    second.session.refresh_from_db()
    assert (second.session.candidate, second.session.scores.count()) == (account, 1)
    alone.refresh_from_db()
    assert (alone.user, alone.email) == (account, account.email)


def test_another_account_is_not_merged(client, exam):
    make_user(email="old@example.com")
    other = make_user(email="other@example.com")
    client.force_login(other)
    sign_in(client, "old@example.com", PASSWORD)
    assert User.objects.filter(pk=other.pk).exists()


def test_one_address_makes_so_many_guests_and_no_more(exam, settings):
    settings.GUESTS_PER_MINUTE = 2
    codes = [Client().post(reverse("check", args=[exam.code])).status_code for _ in range(3)]
    assert codes == [302, 302, 429]
    assert User.objects.guests().count() == 2


def test_guests_who_do_not_come_back_are_deleted_in_batches(exam):
    long_ago = timezone.now() - timedelta(days=settings.GUEST_DAYS, minutes=1)
    gone = [
        User.objects.create(email=f"{n}@guest.invalid", role="guest", joined_at=long_ago)
        for n in range(3)
    ]
    User.objects.create(email="here@guest.invalid", role="guest")
    make_user()
    practice.start(gone[0], exam=exam, choice=practice.Choice(length=2))
    assert privacy.expire_guests(days=settings.GUEST_DAYS, most=2) == 2
    assert privacy.expire_guests(days=settings.GUEST_DAYS, most=2) == 1
    assert list(User.objects.guests().filter(is_active=True).values_list("email", flat=True)) == [
        "here@guest.invalid"
    ]
    assert PracticeItem.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_sign_ins_at_once_merge_once(exam):
    account, guest = make_user(), User.objects.create(email="g@guest.invalid", role="guest")
    practice.start(guest, exam=exam, choice=practice.Choice(length=2))
    failures = []

    def run():
        try:
            guests.merge(User.objects.get(pk=guest.pk), into=account)
        except User.DoesNotExist:
            pass
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert PracticeSet.objects.of(account).count() == 1
