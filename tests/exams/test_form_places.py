"""A form put together by hand: one step at a time, its picker, and its page."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from examapp.exams.assembly.form_places import changed
from examapp.exams.models import ExamForm
from examapp.exams.services import exam_forms, form_picking
from questions.models import ExamRole, Question
from questions.services import retirement
from tests.questions.conftest import client_of
from tests.support.addresses import form_address as address

PLACES = [("a", True), ("b", False), ("c", True)]


@pytest.mark.parametrize(
    ("step", "ref", "after"),
    [
        ("up", "b", "b* a c"),
        ("up", "a", "a b* c"),
        ("down", "a", "b* a c"),
        ("down", "c", "a b* c"),
        ("remove", "b", "a c"),
        ("count", "b", "a b c"),
        ("count", "a", "a* b* c"),
        ("add", "a", "a b* c"),
        ("add", "d", "a b* c d"),
        ("remove", "nowhere", "a b* c"),
        ("", "", "a b* c"),
    ],
)
def test_one_step_changes_one_place(step, ref, after):
    places = changed(PLACES, step, ref, scored_count=3)
    assert " ".join(name if scored else f"{name}*" for name, scored in places) == after


def test_what_is_added_counts_until_enough_do():
    assert changed(PLACES, "add", "d", scored_count=2)[-1] == ("d", False)


@pytest.fixture
def owner(instructor, exam):
    ExamRole.objects.create(user=instructor, exam=exam, role="owner")
    return instructor


@pytest.fixture
def page(exam, owner):
    """A function that asks for the page with a list, after an action; and returns its context."""
    client = client_of(owner)

    def ask(lines=(), action="search", **fields):
        data = {"title": "", "questions": list(lines), "action": action, **fields}
        reply = client.post(address(exam), data)
        assert reply.status_code == 200
        return reply.context

    return ask


def held(context):
    return [place.place for place in context["places"]]


@pytest.mark.django_db
def test_the_picker_leaves_out_what_is_chosen_and_finds_by_place(exam, page):
    total = Question.objects.pool(exam).count()
    context = page()
    assert context["page"].paginator.count == total
    ref = context["picks"][0].ref
    context = page(action=f"add:{ref}")
    assert held(context) == [(ref, True)]
    assert context["page"].paginator.count == total - 1
    assert ref not in {pick.ref for pick in context["picks"]}
    narrowed = page(place="domain-2")
    assert {pick.topic.split(".")[0] for pick in narrowed["picks"]} == {"2"}


@pytest.mark.django_db
def test_the_picker_knows_other_forms_and_can_leave_their_questions_out(exam, owner, page):
    form = exam_forms.publish(exam, title="Mock A", places=exam_forms.generate(exam), by=owner)
    used = set(form.questions.values_list("ref", flat=True))
    named = {pick.ref for pick in page()["picks"] if pick.used_in == ("Mock A",)}
    assert named
    assert named <= used
    assert not used & {pick.ref for pick in page(unused="on")["picks"]}
    exam_forms.archive(form, by=owner)
    assert page(unused="on")["page"].paginator.count == Question.objects.pool(exam).count()


@pytest.mark.django_db
def test_what_gives_a_chosen_question_away_cannot_be_added(exam, page):
    one, other = Question.objects.pool(exam).order_by("ref")[:2]
    one.enemies.add(other)
    picks = {pick.ref: pick for pick in page([one.ref])["picks"]}
    assert picks[other.ref].rival == 1
    assert [pick.rival for ref, pick in picks.items() if ref != other.ref] == [0] * (len(picks) - 1)


@pytest.mark.django_db
def test_a_retired_question_is_named_in_the_list_and_the_balance(exam, owner, page):
    question = Question.objects.pool(exam).first()
    retirement.retire(question, by=owner)
    context = page([question.ref])
    assert context["places"] == [form_picking.ChosenPlace(question.ref, True, None)]
    assert "not a published question" in context["balance"].faults[0]


@pytest.mark.django_db
def test_the_balance_says_what_is_missing_in_words(exam, owner):
    ref = Question.objects.pool(exam).filter(topic__task__domain__number=1).first().ref
    data = {"questions": [ref], "action": "search"}
    text = " ".join(client_of(owner).post(address(exam), data).content.decode().split())
    assert "1 of 7: 6 more needed" in text
    assert "0 of 5: 5 more needed" in text
    assert "1 of 1 question counts; the rules ask for 10 of 12." in text


@pytest.mark.django_db
def test_the_fragment_is_the_composer_alone_and_saving_leads_on(exam, owner):
    client = client_of(owner)
    reply = client.post(address(exam), {"action": "search"}, headers={"HX-Request": "true"})
    assert reply.content.decode().strip().startswith('<div id="composer">')
    lines = [ref if scored else f"{ref} *" for ref, scored in exam_forms.generate(exam)]
    data = {"title": "By hand", "questions": lines, "action": "publish", "is_reserved": "on"}
    reply = client.post(address(exam), data, headers={"HX-Request": "true"})
    form = ExamForm.objects.get(kind="fixed")
    assert reply["HX-Redirect"] == form.get_absolute_url()
    assert form.is_reserved
    assert [ref for ref, _ in exam_forms.generate(exam)]
    assert not ExamForm.objects.offered(exam).filter(held_back=False).exists()


@pytest.mark.django_db
def test_the_page_costs_the_same_for_more_questions(exam, owner):
    client = client_of(owner)
    lines = [ref for ref, _ in exam_forms.generate(exam)]

    def cost(count):
        with CaptureQueriesContext(connection) as queries:
            client.post(address(exam), {"questions": lines[:count], "action": "search"})
        return len(queries)

    cost(1)
    assert cost(12) == cost(2) <= 24


@pytest.mark.django_db
@pytest.mark.parametrize("action", ["search", "add:a\0b", "publish"])
def test_a_nul_in_what_is_sent_breaks_nothing(exam, owner, action):
    data = {"title": "A\0", "questions": ["a\0b", "c"], "action": action, "q": "\0"}
    assert client_of(owner).post(address(exam), data).status_code in (200, 422)
