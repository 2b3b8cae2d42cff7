"""Records at the edges: every page says what it can, and nowhere that something is not a number."""

import re

import pytest
from django.urls import reverse

from examapp.exams import services as exams
from examapp.exams.models import ExamForm, ExamFormKinds
from examapp.reports.models import ItemStatistics
from examapp.reports.weak_areas import report
from questions.models import Domain, ExamRole, Question, Task, Topic
from tests.reports.conftest import sit
from tests.support.builders import make_exam

pytestmark = pytest.mark.django_db
# Words of a page that no number may be; None is what a missing figure would print.
NO_NUMBER = re.compile(r"\b(nan|inf|infinity|None)\b")


def all_right(person, exam):
    return sit(person, exam)


def all_wrong(person, exam):
    return sit(person, exam, right=lambda item, position: False)


def all_blank(person, exam):
    return exams.finish(exams.start(person, exam=exam).pk)


def one_answer(person, exam):
    session = exams.start(person, exam=exam)
    session.items.filter(position__gt=1).update(response=None)
    return exams.finish(session.pk)


def a_domain_came_later(person, exam):
    session = sit(person, exam)
    domain = Domain.objects.create(exam=exam, number=3, title="New", weight=20)
    task = Task.objects.create(domain=domain, number="3.1", title="New task")
    Topic.objects.create(task=task, slug="new", title="New topic")
    return session


def a_domain_lost_its_questions(person, exam):
    session = sit(person, exam, right=lambda item, position: position % 2)
    Question.objects.filter(topic__task__domain__number=2).update(status="retired")
    return session


def a_topic_left_the_exam(person, exam):
    session = sit(person, exam)
    topic = Topic.objects.filter(task__domain__exam=make_exam()).first()
    session.items.filter(position__lte=3).update(topic=topic)
    return session


RECORDS = (
    all_right,
    all_wrong,
    all_blank,
    one_answer,
    a_domain_came_later,
    a_domain_lost_its_questions,
    a_topic_left_the_exam,
)


@pytest.mark.parametrize("record", RECORDS)
def test_no_page_says_that_something_is_not_a_number(
    candidate, candidate_client, instructor, instructor_client, exam, record
):
    session = record(candidate, exam)
    ExamForm.objects.filter(pk=session.form_id).update(
        kind=ExamFormKinds.FIXED, title="Form A", slug="form-a"
    )
    ExamRole.objects.create(user=instructor, exam=exam, role="author")
    report.refresh(exam)
    report.compute(session.pk)
    own = [
        reverse("exams:result", args=[session.pk]),
        reverse("reports:weak_areas", args=[session.pk]),
        reverse("reports:progress"),
        reverse("reports:printout", args=[session.pk]),
    ]
    theirs = [
        reverse("reports:items") + f"?exam={exam.code}",
        reverse("reports:items") + f"?exam={exam.code}&format=csv",
        reverse("reports:forms") + f"?exam={exam.code}",
        reverse("reports:forms") + f"?exam={exam.code}&format=csv",
        reverse("reports:form", args=[session.form_id]),
        *(
            reverse("reports:item", args=[row.question_id])
            for row in ItemStatistics.objects.pooled()
        ),
    ]
    for client, pages in ((candidate_client, own), (instructor_client, theirs)):
        for page in pages:
            reply = client.get(page)
            assert reply.status_code == 200, page
            found = NO_NUMBER.search(re.sub(r"<[^>]*>", " ", reply.content.decode()))
            assert not found, (page, found)


def test_an_exam_that_nobody_sat_says_so_everywhere(instructor, instructor_client, exam):
    ExamRole.objects.create(user=instructor, exam=exam, role="author")
    report.refresh(exam)
    for name in ("items", "forms"):
        for query in ("", "&format=csv", "&format=xlsx"):
            page = reverse(f"reports:{name}") + f"?exam={exam.code}{query}"
            assert instructor_client.get(page).status_code == 200


def test_statistics_of_a_domain_that_left_stay_those_of_the_whole(candidate, exam):
    """What lies in no domain of today is part of the whole, and has no row of its own."""
    session = a_topic_left_the_exam(candidate, exam)
    run = report.refresh(exam)
    assert run.error == ""
    assert report.compute(session.pk).body["outside"] == 3
