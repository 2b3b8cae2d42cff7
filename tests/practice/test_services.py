"""Sets from start to end: one answer a question, one open set an exam, what others are told."""

import pytest
from django.db import IntegrityError, connection, transaction

from examapp.exams import services as exams
from examapp.exams.models import KeyCorrection, ProblemReport
from examapp.exams.open_exam import ExamRunning
from examapp.exams.services import problems as exam_problems
from examapp.practice import services
from examapp.practice.models import PracticeItem, PracticeSet
from examapp.practice.services import Choice, SetEnded, problems
from examapp.practice.signals import practice_ended
from questions.models import Topic
from tests.practice.conftest import answer_set, right_of, wrong_of
from tests.support.builders import make_exam
from tests.support.races import together
from tests.support.sittings import corrected

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard():
    heard = []

    def hear(sender, set_id, **kwargs):
        heard.append(set_id)

    practice_ended.connect(hear)
    yield heard
    practice_ended.disconnect(hear)


def answer(practiced, position, response, *, candidate=None, sureness="fairly"):
    person = candidate or practiced.candidate
    return services.answer(
        practiced.pk, position, candidate=person, response=response, sureness=sureness
    )


def item_of(practiced, position=1):
    return practiced.items.select_related("version").get(position=position)


# --- Start ------------------------------------------------------------------------------------


def test_a_set_pins_versions_in_an_order_of_its_own(practiced):
    items = list(practiced.items.select_related("version"))
    assert [item.position for item in items] == [1, 2, 3, 4, 5]
    assert all(sorted(item.shuffle) == list(range(len(item.shuffle))) for item in items)


def test_a_new_set_ends_the_old_one_of_its_exam_alone(candidate, exam, practiced):
    elsewhere = services.start(candidate, exam=make_exam(), choice=Choice(3))
    new = services.start(candidate, exam=exam, choice=Choice(3))
    assert set(PracticeSet.objects.of(candidate).open()) == {elsewhere, new}


@pytest.mark.django_db(transaction=True)
def test_two_starts_at_once_leave_one_open(candidate, exam):
    sets = together(*[lambda: services.start(candidate, exam=exam, choice=Choice(3))] * 2)
    assert PracticeSet.objects.open().count() == 1
    assert len({each.pk for each in sets}) == 2


@pytest.mark.parametrize("same_exam", [True, False])
def test_no_set_while_any_exam_runs(candidate, exam, same_exam):
    exams.start(candidate, exam=exam if same_exam else make_exam())
    with pytest.raises(ExamRunning):
        services.start(candidate, exam=exam, choice=Choice(3))
    assert not PracticeSet.objects.exists()


@pytest.mark.parametrize(
    ("count", "fields", "title"),
    [
        (0, {}, "All topics"),
        (0, {"scope": "missed"}, "What you missed"),
        (1, {}, "Topic 1.1"),
        (3, {"scope": "new"}, "New questions: Topic 1.1, Topic 1.2 and 1 more"),
    ],
)
def test_a_set_says_what_was_chosen(candidate, exam, count, fields, title):
    topics = tuple(Topic.objects.filter(task__domain__exam=exam).values_list("pk", flat=True))
    if fields.get("scope") == "missed":
        exams.finish(exams.start(candidate, exam=exam).pk)
    fields = {**fields, "scope": services.Scope(fields.get("scope", "all"))}
    choice = Choice(3, topics=topics[:count], **fields)
    assert services.start(candidate, exam=exam, choice=choice).title == title


# --- Answer -----------------------------------------------------------------------------------


def test_an_answer_is_graded_as_it_is_stored(practiced):
    right, wrong = item_of(practiced), item_of(practiced, 2)
    assert answer(practiced, 1, right_of(right)).credit == 1
    assert answer(practiced, 2, wrong_of(wrong)).credit == 0
    stored = item_of(practiced)
    assert (stored.keyed_by, stored.sureness) == (stored.version, "fairly")
    assert stored.answered_at


def test_the_first_answer_stands(practiced):
    item = item_of(practiced)
    first = answer(practiced, 1, wrong_of(item), sureness="guess")
    second = answer(practiced, 1, right_of(item), sureness="sure")
    assert (second.response, second.credit, second.sureness) == (first.response, 0, "guess")
    stored = item_of(practiced)
    assert (stored.response, stored.answered_at) == (first.response, first.answered_at)


@pytest.mark.django_db(transaction=True)
def test_of_two_answers_at_once_one_is_stored(practiced):
    item = item_of(practiced)
    replies = together(
        *[
            lambda response=r: answer(practiced, 1, response)
            for r in (right_of(item), wrong_of(item))
        ]
    )
    stored = item_of(practiced)
    assert {reply.credit for reply in replies} == {stored.credit}


@pytest.mark.parametrize(
    "change", ["response = '1'", "credit = 1", "sureness = 'sure'", "answered_at = now()"]
)
def test_the_database_refuses_to_change_an_answer(practiced, change):
    answer(practiced, 1, wrong_of(item_of(practiced)), sureness="guess")
    with (
        pytest.raises(IntegrityError, match="never changed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE practice_practiceitem SET {change} WHERE position = 1")
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        PracticeItem.objects.answered().delete()


def test_another_s_set_is_none(practiced, outsider):
    assert answer(practiced, 1, 0, candidate=outsider) is None
    assert answer(practiced, 99, 0) is None
    assert not PracticeItem.objects.answered().exists()


def test_no_answer_while_an_exam_runs(candidate, practiced):
    exams.start(candidate, exam=make_exam())
    with pytest.raises(ExamRunning):
        answer(practiced, 1, 0)
    assert not PracticeItem.objects.answered().exists()


def test_after_the_end_what_was_answered_stands_and_nothing_new_is_taken(practiced):
    first = answer(practiced, 1, wrong_of(item_of(practiced)))
    services.end(practiced.pk)
    assert answer(practiced, 1, right_of(item_of(practiced))).response == first.response
    with pytest.raises(SetEnded):
        answer(practiced, 2, right_of(item_of(practiced, 2)))


def test_a_key_that_was_corrected_meanwhile_grades(candidate, exam):
    practiced = services.start(candidate, exam=exam, choice=Choice(24))
    item = practiced.items.select_related("version").filter(version__type="multiple_choice").first()
    new = corrected(item.version)
    correction = KeyCorrection.objects.create(
        question=item.version.question, keyed_by=new, policy="new", reason="Wrong key."
    )
    correction.versions.add(item.version)
    shown = item.shuffle.index(new.key["right"][0])
    graded = answer(practiced, item.position, shown)
    assert (graded.credit, graded.keyed_by) == (1, new)


def corrected_to(version, policy, *, by=None):
    correction = KeyCorrection.objects.create(
        question=version.question, keyed_by=by or version, policy=policy, reason="Looked at again."
    )
    correction.versions.add(version)
    return correction


def test_the_newest_correction_says_whether_an_answer_tells(practiced):
    item = item_of(practiced)
    corrected_to(item.version, "drop")
    answer(practiced, 1, right_of(item))
    assert not practiced.items.telling().exists()
    other = item_of(practiced, 2)
    corrected_to(other.version, "drop")
    corrected_to(other.version, "new")
    answer(practiced, 2, right_of(other))
    assert [each.position for each in practiced.items.telling()] == [2]


def test_an_answer_that_another_key_graded_says_nothing_whatever_the_clock_says(practiced):
    """A correction is dated when it begins, and seen when it is there."""
    item = item_of(practiced)
    answer(practiced, 1, right_of(item))
    assert practiced.items.telling().exists()
    late = corrected_to(item.version, "new", by=corrected(item.version))
    KeyCorrection.objects.filter(pk=late.pk).update(made_at=practiced.started_at)
    assert not practiced.items.telling().exists()


# --- End --------------------------------------------------------------------------------------


def test_the_last_answer_ends_a_set_and_tells_it_once(
    practiced, candidate, heard, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        answer_set(practiced, candidate, count=4)
    assert heard == []
    with django_capture_on_commit_callbacks(execute=True):
        answer_set(practiced, candidate)
        services.end(practiced.pk)
    assert heard == [practiced.pk]
    assert not PracticeSet.objects.open().exists()


# --- Reports of problems ----------------------------------------------------------------------


def test_a_problem_is_reported_once_answered_and_replaced_until_it_is_read(practiced, instructor):
    said = {"candidate": practiced.candidate, "kind": "typo"}
    assert problems.report(practiced.pk, 1, text="Early.", **said) is None
    answer(practiced, 1, wrong_of(item_of(practiced)))
    problems.report(practiced.pk, 1, text="First.", **said)
    problems.report(practiced.pk, 1, text="Second.", **said)
    problem = ProblemReport.objects.get()
    assert (problem.text, problem.item, problem.reporter) == ("Second.", None, said["candidate"])
    assert problem.version == item_of(practiced).version


def test_nobody_reports_from_another_s_set(practiced, outsider):
    answer(practiced, 1, wrong_of(item_of(practiced)))
    assert problems.report(practiced.pk, 1, candidate=outsider, kind="typo", text="") is None


def test_a_report_that_was_answered_meanwhile_stays_as_it_was(practiced, instructor):
    answer(practiced, 1, wrong_of(item_of(practiced)))
    said = {"candidate": practiced.candidate, "kind": "typo"}
    made = problems.report(practiced.pk, 1, text="First.", **said)
    exam_problems.answer(made.pk, by=instructor, text="Mended.")
    # `made` was read before the answer.
    exam_problems.replace(made, kind="unclear", text="Second.")
    assert ProblemReport.objects.get().text == made.text == "First."
