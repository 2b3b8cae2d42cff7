"""An exam's blueprint, made and changed in the site."""

from dataclasses import replace

import pytest
from django.urls import reverse

from examapp.exams import services
from questions.models import AuditEntry, Domain, Exam, ExamRole, Task, Topic
from questions.services import blueprints
from questions.services.errors import NotReady, Refused
from tests.factories import make_user
from tests.questions.conftest import client_of

pytestmark = pytest.mark.django_db


def posted(**changes):
    """The fields of a small exam of two domains with a task each."""
    fields = {
        "code": "tiny",
        "title": "Tiny",
        "minutes": 10,
        "scored_count": 4,
        "unscored_count": 0,
        "scale_min": 100,
        "scale_cut": 700,
        "scale_max": 1000,
        "raw_cut": 0.7,
        "grading_policy": "all_or_nothing",
        "case_count": 0,
        "domain-TOTAL_FORMS": 2,
        "domain-INITIAL_FORMS": 0,
        "domain-0-number": 1,
        "domain-0-title": "First",
        "domain-0-weight": 60,
        "domain-1-number": 2,
        "domain-1-title": "Second",
        "domain-1-weight": 40,
        "task-TOTAL_FORMS": 3,
        "task-INITIAL_FORMS": 0,
        "task-0-domain": 1,
        "task-0-number": "1.1",
        "task-0-title": "One",
        "task-0-weight": 1,
        "task-1-domain": 2,
        "task-1-number": "2.1",
        "task-1-title": "Two",
        "task-1-weight": 1,
        "task-2-weight": 1,
    }
    return {**fields, **{name.replace("__", "-"): value for name, value in changes.items()}}


@pytest.fixture
def new_exam():
    """A new instructor's exam, made on the page."""
    person = make_user(role="instructor")
    client_of(person).post(reverse("questions:new_exam"), posted())
    return Exam.objects.get(code="tiny"), person


def test_who_makes_an_exam_owns_it(new_exam):
    exam, person = new_exam
    assert ExamRole.objects.get(exam=exam).user == person
    assert list(Domain.objects.filter(exam=exam).values_list("title", flat=True)) == [
        "First",
        "Second",
    ]
    assert Topic.objects.filter(task__domain__exam=exam).count() == 2
    assert AuditEntry.objects.filter(exam=exam, verb="created").exists()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"domain__0__weight": 50}, "add up to 90, not 100"),
        ({"scale_cut": 1000}, "scale must rise"),
        ({"raw_cut": 1.5}, "raw_cut must be a share"),
        ({"type_ordering": 3}, "types must add up"),
        ({"task__1__domain": 3}, "there is no domain 3"),
        ({"task__1__number": "1.1"}, "numbers of domains and of tasks must differ"),
        ({"title": ""}, "This field is required"),
        ({"domain__0__weight": "much"}, "Enter a number"),
        ({"code": "two words"}, "valid “slug”"),
    ],
)
def test_what_no_sitting_could_be_held_by_is_said(changes, said):
    client = client_of(make_user(role="instructor"))
    reply = client.post(reverse("questions:new_exam"), posted(**changes))
    assert reply.status_code == 422
    assert said in reply.content.decode()
    assert not Exam.objects.exists()


def test_a_code_is_used_once(new_exam):
    reply = client_of(new_exam[1]).post(reverse("questions:new_exam"), posted(code="TINY"))
    assert reply.status_code == 422
    assert "is in use" in reply.content.decode()


def test_the_page_shows_what_it_would_save(new_exam):
    exam, person = new_exam
    address = reverse("questions:blueprint", args=["tiny"])
    reply = client_of(person).get(address)
    assert [row["title"].value() for row in reply.context["domains"]][:2] == ["First", "Second"]
    before = blueprints.plan_of(exam)
    initial = {"domain__INITIAL_FORMS": 2, "task__INITIAL_FORMS": 2}
    client_of(person).post(address, posted(**initial))
    assert blueprints.plan_of(exam) == before
    client_of(person).post(address, posted(**initial, minutes=20, domain__0__title="Other"))
    exam.refresh_from_db()
    assert exam.minutes == 20
    assert exam.domains.first().title == "Other"


def test_a_task_with_questions_or_notes_stays(exam, owner):
    plan = blueprints.plan_of(exam)
    first, second = plan.domains
    smaller = replace(plan, domains=(replace(first, tasks=first.tasks[:1]), second))
    with pytest.raises(Refused, match="stays"):
        blueprints.change(exam, smaller, by=owner)
    assert Task.objects.filter(domain__exam=exam).count() == 4


def test_a_task_that_nothing_rests_on_can_go(new_exam):
    exam, person = new_exam
    address = reverse("questions:blueprint", args=["tiny"])
    fields = posted(
        domain__INITIAL_FORMS=2,
        task__INITIAL_FORMS=2,
        domain__0__weight=100,
        **{"domain-1-DELETE": "on", "task-1-DELETE": "on"},
    )
    client_of(person).post(address, fields)
    assert list(Task.objects.filter(domain__exam=exam).values_list("number", flat=True)) == ["1.1"]


def test_an_exam_under_way_keeps_its_rules(exam, owner, candidate):
    session = services.start(candidate, exam=exam)
    blueprints.change(exam, replace(blueprints.plan_of(exam), minutes=5, raw_cut=0.9), by=owner)
    session.refresh_from_db()
    assert (session.base_minutes, float(session.raw_cut)) == (30, 0.7)


def test_a_plan_is_judged_where_it_is_written(exam, owner):
    with pytest.raises(NotReady):
        blueprints.change(exam, replace(blueprints.plan_of(exam), minutes=0), by=owner)


def test_only_owners_see_it(exam, author, reviewer, owner, stranger, candidate):
    address = reverse("questions:blueprint", args=[exam.code])
    for person, status in ((author, 404), (reviewer, 404), (stranger, 404), (candidate, 404)):
        assert client_of(person).get(address).status_code == status
    assert client_of(owner).get(address).status_code == 200
    assert client_of(candidate).get(reverse("questions:new_exam")).status_code == 404
