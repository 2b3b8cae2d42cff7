"""A new exam: a draft of its maker's, empty, copied, from notes or from a file."""

from dataclasses import replace

import pytest

from questions.models import Exam, ExamRole, Import, Question, Task, Topic
from questions.services import blueprint, reviews
from questions.services.imports import run as import_run
from tests.questions.conftest import client_of, made
from tests.support.builders import make_user
from tests.support.imports import upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def teacher():
    return make_user(role="instructor")


def test_a_code_is_used_once(teacher):
    made(teacher)
    reply = made(teacher, code="TINY")
    assert reply.status_code == 422
    assert "is in use" in reply.content.decode()
    reply = made(teacher, code="two words")
    assert "valid “slug”" in reply.content.decode()
    assert Exam.objects.count() == 1


def test_without_a_short_name_it_gets_one_of_its_name(teacher):
    made(teacher)
    made(teacher, code="", title="Tiny")
    made(teacher, code="", title="Biology, year 1")
    assert set(Exam.objects.values_list("code", flat=True)) == {"tiny", "tiny-2", "biology-year-1"}


@pytest.mark.parametrize(
    ("start", "place"), [("empty", "setup/"), ("notes", "notes/"), ("file", "imports/")]
)
def test_a_new_exam_is_a_draft_and_leads_on_to_what_it_begins_with(teacher, start, place):
    reply = made(teacher, start=start)
    assert reply["Location"] == f"/bank/tiny/{place}"
    exam = Exam.objects.get(code="tiny")
    assert (exam.state, exam.strictness, exam.is_percent) == ("draft", "usual", True)
    # Questions of a file need something to be put under.
    assert exam.domains.count() == (start == "file")


def test_a_copy_has_rules_outline_and_topics_and_no_questions(exam, owner):
    task = Task.objects.filter(domain__exam=exam).first()
    task.objectives = {"1.1.1": "Knows it"}
    task.save()
    reply = made(owner, start="copy", source=exam.pk, title="Another")
    assert reply.status_code == 302
    copied = Exam.objects.get(code="tiny")
    wanted = replace(blueprint.plan_of(exam), code="tiny", title="Another")
    assert blueprint.plan_of(copied) == wanted
    topics = [
        list(Topic.objects.filter(task__domain__exam=one).values_list("slug", "task__number"))
        for one in (exam, copied)
    ]
    assert topics[0] == topics[1]
    assert not copied.questions.exists()


def test_nobody_copies_an_exam_of_others(exam):
    reply = made(make_user(role="instructor"), start="copy", source=exam.pk)
    assert reply.status_code == 422
    assert not Exam.objects.filter(code="tiny").exists()


def test_who_makes_an_exam_needs_nobody_until_a_colleague_is_there(teacher):
    made(teacher)
    exam = Exam.objects.get(code="tiny")
    assert reviews.is_alone(exam, teacher)
    ExamRole.objects.create(user=make_user(role="instructor"), exam=exam, role="reviewer")
    assert not reviews.is_alone(exam, teacher)


@pytest.mark.parametrize("is_allowed", [True, False])
def test_a_copy_asks_for_a_colleague_as_its_source_does(exam, owner, is_allowed):
    Exam.objects.filter(pk=exam.pk).update(allows_self_approval=is_allowed)
    made(owner, start="copy", source=exam.pk)
    assert Exam.objects.get(code="tiny").allows_self_approval == is_allowed


def test_the_file_that_an_exam_begins_with_is_imported_as_it_is(teacher):
    """Nothing has to be chosen for questions that name no topic: the exam has one."""
    made(teacher, start="file")
    web, exam = client_of(teacher), Exam.objects.get(code="tiny")
    file = b"question,answer,option a,option b\nDo bees dance?,A,Yes,No\n"
    address = upload(web, exam, file)["Location"]
    page = web.get(address)
    assert (page.context["preview"]["counts"]["rows"], page.context["preview"]["problems"]) == (
        1,
        [],
    )
    web.post(address, {"duplicates": "skip", "topic": page.context["form"]["topic"].value()})
    import_run.execute(Import.objects.get().pk)
    assert Question.objects.get(exam=exam).topic == Topic.objects.get(task__domain__exam=exam)
