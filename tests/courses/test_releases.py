"""What of a sitting its student sees, and when: the hook of exams, and its twin for lists."""

from datetime import timedelta
from itertools import product

import pytest
from django.urls import reverse
from django.utils import timezone

from examapp.api.services import issue
from examapp.courses.models import Assignment, Attempt, Course, Override, Recipient, Releases
from examapp.courses.services import assignments, attempts
from examapp.exams import services as exams
from examapp.exams.hooks import is_held_back, release_of
from examapp.exams.models import ExamSession, RegradeNotice, Score
from examapp.exams.services import exam_forms, notifications
from examapp.exams.services.form_drawing import draw
from examapp.exams.services.free_questions import free_questions
from examapp.exams.services.missed import missed_in, missed_questions
from examapp.exams.services.mock_exams import mocks_of
from examapp.exams.services.paper_writing import write_form
from examapp.exams.services.results import result_of
from examapp.privacy.services import download
from examapp.reports.models import WeakAreaReport
from examapp.reports.standing import standing
from examapp.reports.weak_areas.report import compute
from examapp.study.services.saved import has_met
from tests.support.courses import add_member, make_assignment, make_course

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture
def member():
    return add_member(make_course())


def ended(member, **fields):
    """Return an attempt that has ended, of an assignment with these releases."""
    assignment = make_assignment(member.course, **fields)
    attempt = attempts.start(member.user, assignment=assignment)
    exams.finish(attempt.session_id)
    return attempt


def move(attempt, **fields):
    """Set dates of an assignment, in hours from now."""
    now = timezone.now()
    values = {name: now + hours * HOUR for name, hours in fields.items()}
    Assignment.objects.filter(pk=attempt.assignment_id).update(**values)


def test_a_sitting_of_one_s_own_is_open(session):
    exams.finish(session.pk)
    assert release_of(session.pk).score
    assert release_of(session.pk).explanations


def test_after_the_close_and_not_before(member):
    attempt = ended(member, scores_release="after_close")
    release = release_of(attempt.session_id)
    attempt.assignment.refresh_from_db()
    assert (release.score, release.score_at) == (False, attempt.assignment.closes_at)
    assert release.whose == member.course.name
    move(attempt, opens_at=-3, closes_at=-1)
    assert release_of(attempt.session_id).score


def test_after_the_close_waits_for_whom_an_override_lets_in_longer(member):
    attempt = ended(member, answers_release="after_close")
    later = assignments.Exemption(closes_at=timezone.now() + 3 * HOUR)
    assignments.set_override(
        attempt.assignment,
        by=member.course.made_by,
        membership=add_member(member.course),
        exemption=later,
    )
    move(attempt, opens_at=-3, closes_at=-1)
    release = release_of(attempt.session_id)
    assert (release.answers, release.answers_at) == (False, later.closes_at)


def test_after_the_close_waits_for_who_finishes_what_was_begun(member):
    attempt = ended(member, answers_release="after_close", late_policy="finish")
    other = attempts.start(add_member(member.course).user, assignment=attempt.assignment)
    move(attempt, opens_at=-3, closes_at=-1)
    assert not release_of(attempt.session_id).answers
    exams.finish(other.session_id)
    assert release_of(attempt.session_id).answers


def test_a_later_result_does_not_tell_a_score_that_is_held_back(member):
    attempt = ended(member, scores_release="never")
    later = exams.start(member.user, exam=attempt.session.exam)
    later = exams.finish(later.pk)
    assert result_of(later, later.scores.get()).earlier is None
    Assignment.objects.update(scores_release="at_once")
    assert result_of(later, later.scores.get()).earlier == attempt.session


def test_explanations_never_come_before_the_answers(member):
    attempt = ended(member, answers_release="never", explanations_release="at_once")
    assert not release_of(attempt.session_id).explanations


def test_staff_release_at_once(member):
    attempt = ended(member, scores_release="never", answers_release="never")
    assert not release_of(attempt.session_id).score
    assignments.release(attempt.assignment, by=member.course.made_by, parts=["scores"])
    release = release_of(attempt.session_id)
    assert (release.score, release.answers) == (True, False)


MODES = [*Releases.values]


PARTS = ("scores", "answers", "explanations")


@pytest.mark.parametrize(("mode", "closes", "at"), [*product(MODES, (-1, 2), (-1, 1))])
@pytest.mark.parametrize("part", PARTS)
def test_the_rule_for_one_and_the_rule_for_lists_agree(member, part, mode, closes, at):
    dates = {f"{name}_at": timezone.now() for name in PARTS}
    attempt = ended(member, **dates, **{f"{name}_release": "on_date" for name in PARTS})
    Assignment.objects.update(**{f"{part}_release": mode})
    move(attempt, opens_at=-3, closes_at=closes, **{f"{part}_at": at})
    for other in (False, True):
        if other and closes > 0:
            attempts.start(add_member(member.course).user, assignment=attempt.assignment)
        release = release_of(attempt.session_id)
        for name in ("score", "answers", "explanations"):
            is_held = is_held_back(part=name)
            held = ExamSession.objects.filter(is_held, pk=attempt.session_id).exists()
            assert held == (not getattr(release, name)), name


# --- Answers that are held back while the score is shown, as assignments are by default ---


@pytest.fixture
def shown(member):
    """An ended attempt on a fixed form: its score is shown, its answers are after the close."""
    attempt = ended(member, answers_release="after_close", explanations_release="after_close")
    assert release_of(attempt.session_id).score
    assert not release_of(attempt.session_id).answers
    return attempt


def test_its_questions_are_practiced_by_nobody_s_button(shown, member):
    exam = shown.session.exam
    asked = set(shown.session.items.values_list("version__question", flat=True))
    free = set(free_questions(member.user, exam).values_list("pk", flat=True))
    assert not asked & free
    assert missed_questions(member.user, exam) == []
    assert missed_in(shown.session) == []
    move(shown, opens_at=-3, closes_at=-1)
    assert missed_questions(member.user, exam)


def test_a_paper_that_all_get_is_kept_before_it_is_sat_and_until_it_closes(member):
    exam = member.course.exams.get()
    form = write_form(exam, draw(member.user, exam))
    make_assignment(member.course, kind="mix_one", form=form, answers_release="at_once")
    asked = set(form.items.values_list("question", flat=True))
    assert not free_questions(member.user, exam).filter(pk__in=asked).exists()
    Assignment.objects.update(opens_at=timezone.now() - 3 * HOUR, closes_at=timezone.now() - HOUR)
    assert free_questions(member.user, exam).filter(pk__in=asked).exists()


@pytest.fixture
def paper(member):
    """A paper that all of a course get, closed for an hour; and its questions."""
    exam = member.course.exams.get()
    form = write_form(exam, draw(member.user, exam))
    now = timezone.now()
    times = {"opens_at": now - 3 * HOUR, "closes_at": now - HOUR}
    assignment = make_assignment(member.course, kind="mix_one", form=form, **times)
    return assignment, set(form.items.values_list("question", flat=True))


def is_kept(member, paper):
    assignment, asked = paper
    return not free_questions(member.user, assignment.exam).filter(pk__in=asked).exists()


def test_a_paper_is_kept_while_anybody_may_still_sit_it(member, paper):
    assert not is_kept(member, paper)
    later = timezone.now() + HOUR
    other = add_member(member.course)
    Override.objects.create(assignment=paper[0], membership=other, closes_at=later)
    assert is_kept(member, paper)


def test_a_paper_is_kept_from_those_it_is_given_to_alone(member, paper):
    Assignment.objects.update(closes_at=None)
    assert is_kept(member, paper)
    Assignment.objects.update(is_for_all=False)
    assert not is_kept(member, paper)
    Recipient.objects.create(assignment=paper[0], membership=member)
    assert is_kept(member, paper)


def test_a_paper_of_an_archived_course_is_kept_from_nobody(member, paper):
    Assignment.objects.update(closes_at=None)
    Course.objects.update(archived_at=timezone.now())
    assert not is_kept(member, paper)


def test_a_sitting_that_does_not_count_closes_no_estimate(shown, member):
    compute(shown.session_id)
    assert standing(member.user, shown.session.exam) is None
    ExamSession.objects.update(left_out_at=timezone.now())
    assert standing(member.user, shown.session.exam) is not None


def test_its_questions_are_not_met_and_its_credit_is_not_downloaded(shown, member):
    question = shown.session.items.first().version.question
    assert not has_met(member.user, question)
    compute(shown.session_id)
    tables = download(member.user)["tables"]
    assert {row["credit"] for row in tables["exams.SessionItem"]} == {None}
    # The score is shown, so it is in the download; what tells of answers is not.
    assert len(tables["exams.Score"]) == 1
    assert tables["reports.WeakAreaReport"] == tables["reports.StandingReport"] == []
    move(shown, opens_at=-3, closes_at=-1)
    tables = download(member.user)["tables"]
    assert len(tables["reports.WeakAreaReport"]) == len(tables["reports.StandingReport"]) == 1


def test_no_estimate_rests_on_it(shown, member):
    compute(shown.session_id)
    assert standing(member.user, shown.session.exam) is None
    assert WeakAreaReport.objects.of(member.user).count() == 0
    move(shown, opens_at=-3, closes_at=-1)
    assert standing(member.user, shown.session.exam) is not None
    assert WeakAreaReport.objects.of(member.user).count() == 1


def test_a_held_back_score_stands_on_no_card(member):
    exam = member.course.exams.get()
    places = exam_forms.generate(exam)
    form = exam_forms.publish(exam, title="Mock exam 1", places=places, by=member.user)
    attempt = ended(member, kind="fixed", form=form, scores_release="never")
    (mock,) = [each for each in mocks_of(member.user, form.exam) if each.form == form]
    assert mock.score is None
    assert attempt.session.scores.exists()


# --- Everywhere a score could be seen -------------------------------------------------------------


@pytest.fixture
def held(member):
    """An ended attempt whose score is held back, with a report and a changed score."""
    attempt = ended(member, scores_release="never", answers_release="never")
    compute(attempt.session_id)
    old = attempt.session.scores.get()
    Score.objects.filter(pk=old.pk).update(is_current=False)
    new = Score.objects.get(pk=old.pk)
    new.pk, new.number, new.is_current = None, 2, True
    new.scaled = old.scaled + 1
    new.save(force_insert=True)
    return attempt


def test_lists_hold_no_score_of_it(held):
    session = ExamSession.objects.with_current_score().get(pk=held.session_id)
    assert session.current_scores == []
    Assignment.objects.update(scores_release="at_once")
    session = ExamSession.objects.with_current_score().get(pk=held.session_id)
    assert len(session.current_scores) == 1


def test_there_is_no_report_of_it(held, member):
    assert not WeakAreaReport.objects.of(member.user).exists()
    Assignment.objects.update(scores_release="at_once", answers_release="at_once")
    assert WeakAreaReport.objects.of(member.user).exists()


def test_the_api_does_not_tell_it(held, member, client):
    _, secret = issue(member.user, name="a program", scopes=["read"])
    address = reverse("api:api-1:result", args=[held.session_id])
    ask = {"headers": {"Authorization": f"Bearer {secret}"}}
    reply = client.get(address, **ask)
    assert (reply.status_code, "scaled" in reply.text) == (403, False)
    Assignment.objects.update(scores_release="at_once")
    assert client.get(address, **ask).status_code == 200


def test_a_trial_of_staff_is_open(held):
    Attempt.objects.filter(pk=held.pk).update(membership=None)
    assert release_of(held.session_id).score


def test_a_changed_score_is_not_told_before_its_time(held, member, question_correction):
    first, second = held.session.scores.order_by("number")
    RegradeNotice.objects.create(score=second, previous=first, correction=question_correction)
    assert notifications.unseen(member.user) == []
    Assignment.objects.update(scores_release="at_once")
    assert len(notifications.unseen(member.user)) == 1


@pytest.fixture
def question_correction(held):
    from examapp.exams.models import KeyCorrection

    version = held.session.items.first().version
    return KeyCorrection.objects.create(
        question=version.question, keyed_by=version, policy="new", reason="Wrong."
    )
