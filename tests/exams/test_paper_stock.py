"""Papers drawn ahead: each given to one person, none that a draw of their own could not give."""

from collections import Counter
from dataclasses import fields
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F, Q
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from examapp.exams import services, tasks
from examapp.exams.assembly import random_draw
from examapp.exams.assembly.optimizer import FormPlan
from examapp.exams.hooks import kept_forms
from examapp.exams.models import ExamForm, ExamFormItem, ExamSession, SessionItem, StockedPaper
from examapp.exams.services import paper_stock
from questions.hooks import seen_questions
from questions.models import Exam, Question, Task
from tests.support.builders import make_exam, make_user
from tests.support.races import together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def exam():
    return make_exam("stocked", forms=4)


@pytest.fixture
def stock(exam, settings):
    """Six papers of an exam whose bank holds enough for more."""
    settings.PAPERS_IN_STOCK = 6
    assert paper_stock.refill_all() == 6
    return list(StockedPaper.objects.order_by("pk"))


def asked_in(session):
    return set(session.items.values_list("version__question", flat=True))


def drawn_live(monkeypatch):
    """Return a list that grows with each draw that is not from the stock."""
    draws, draw = [], services.prepare.__globals__["draw"]

    def counted(*args):
        draws.append(args)
        return draw(*args)

    monkeypatch.setitem(services.prepare.__globals__, "draw", counted)
    return draws


def test_a_start_takes_a_paper_as_it_was_drawn(exam, stock, monkeypatch):
    draws = drawn_live(monkeypatch)
    session = services.start(make_user(), exam=exam)
    paper = stock[0]
    assert not draws
    assert not StockedPaper.objects.filter(pk=paper.pk).exists()
    rows = session.items.order_by("position").values_list(
        *("version__question", "version", "topic", "is_scored", "shuffle")
    )
    assert [list(row) for row in rows] == [seat[:5] for seat in paper.seats]
    assert list(session.form.items.values_list("question", flat=True)) == paper.questions
    assert session.form.seed == paper.seed
    assert not session.items.exclude(keyed_by=F("version")).exists()


def test_a_stocked_paper_holds_the_blueprint(exam, stock):
    for paper in stock:
        items = Question.objects.filter(pk__in=paper.questions)
        types = Counter(items.values_list("current_version__type", flat=True))
        assert types == exam.type_mix
        assert sum(seat[3] for seat in paper.seats) == exam.scored_count


def test_no_two_people_get_one_paper_however_they_come(exam, stock, settings):
    settings.STARTS_AT_ONCE = 6
    people = [make_user() for _ in range(6)]
    seeds = [s.form.seed for s in together(*[starting(who, exam) for who in people])]
    assert len(set(seeds)) == 6


def starting(person, exam):
    return lambda: services.start(person, exam=exam)


def test_without_the_lock_two_people_are_given_one_paper(exam, stock, monkeypatch):
    """The twin: a stock that is read before it is taken."""
    monkeypatch.setattr(
        paper_stock,
        "_TAKE",
        "SELECT seed, questions, seats, basis FROM exams_stockedpaper"
        " WHERE exam_id = %(exam)s::bigint AND NOT questions && %(avoided)s::bigint[]"
        " ORDER BY id LIMIT 1",
    )
    seeds = [services.start(make_user(), exam=exam).form.seed for _ in range(2)]
    assert len(set(seeds)) == 1


def test_a_start_that_fails_leaves_the_paper(exam, stock, monkeypatch):
    def fail(*args, **options):
        raise RuntimeError

    monkeypatch.setitem(services.start.__globals__, "begin", fail)
    with pytest.raises(RuntimeError):
        services.start(make_user(), exam=exam)
    assert StockedPaper.objects.count() == len(stock)


def test_what_one_has_seen_is_in_no_paper_that_one_is_given(exam, stock):
    """Who met a question of every paper gets a draw of their own, of what is new to them."""
    seen = {paper.questions[0] for paper in stock}
    now = timezone.now()
    seen_questions.register("a test", lambda who: dict.fromkeys(seen, now))
    try:
        session = services.start(make_user(), exam=exam)
    finally:
        seen_questions.unregister("a test")
    assert StockedPaper.objects.count() == len(stock)
    assert not asked_in(session) & seen


def test_a_second_sitting_of_one_person_repeats_nothing(exam, stock):
    candidate = make_user()
    first = services.start(candidate, exam=exam)
    services.finish(first.pk)
    second = services.start(candidate, exam=exam)
    assert not asked_in(first) & asked_in(second)


def test_a_form_that_is_kept_for_someone_is_not_given_to_them(exam, stock):
    form = ExamForm.objects.create(exam=exam, seed=0)
    for position, paper in enumerate(stock, 1):
        question = Question.objects.get(pk=paper.questions[0])
        if not form.items.filter(question=question).exists():
            ExamFormItem.objects.create(
                form=form, position=position, question=question, is_scored=True
            )
    kept = set(form.items.values_list("question", flat=True))
    kept_forms.register("a test", lambda person: Q(pk=form.pk))
    try:
        session = services.start(make_user(), exam=exam)
    finally:
        kept_forms.unregister("a test")
    assert not asked_in(session) & kept


def retire(exam, question):
    Question.objects.filter(pk=question).update(status="retired")


def offer(exam, question):
    form = ExamForm.objects.create(exam=exam, seed=0, kind="fixed", slug="new", title="New")
    ExamFormItem.objects.create(form=form, position=1, question_id=question, is_scored=True)


def tell_apart(exam, question):
    Question.objects.filter(pk=question).update(facts=["another"])


def weigh(exam, question):
    task = Task.objects.filter(domain__exam=exam).first()
    Task.objects.filter(pk=task.pk).update(weight=task.weight + 1)


@pytest.mark.parametrize("change", [retire, offer, tell_apart, weigh])
def test_a_paper_that_the_bank_left_behind_is_not_given_out(exam, stock, change, monkeypatch):
    draws = drawn_live(monkeypatch)
    first = stock[0]
    StockedPaper.objects.exclude(pk=first.pk).delete()
    change(exam, first.questions[0])
    session = services.start(make_user(), exam=exam)
    assert len(draws) == 1
    assert session.form.seed != first.seed
    assert not StockedPaper.objects.exists()


def set_of(field, value):
    return lambda exam: Exam.objects.filter(pk=exam.pk).update(**{field: value})


PLANNED = {
    "scored_count": set_of("scored_count", 7),
    "unscored_count": set_of("unscored_count", 3),
    "domains": lambda exam: weigh(exam, None),
    "type_mix": set_of("type_mix", {"multiple_choice": 5}),
    "case_count": set_of("case_count", 1),
}


@pytest.mark.parametrize("name", [field.name for field in fields(FormPlan)])
def test_all_that_a_draw_knows_of_the_blueprint_outdates_a_paper(exam, name):
    before = paper_stock._plan_text(exam)
    PLANNED[name](exam)
    assert paper_stock._plan_text(exam) != before


def test_a_blueprint_that_changes_during_a_refill_outdates_what_is_drawn(exam, monkeypatch):
    planned = paper_stock.form_plan

    def plan_of_before(exam):
        plan = planned(exam)
        weigh(exam, None)
        return plan

    monkeypatch.setattr(paper_stock, "form_plan", plan_of_before)
    StockedPaper.objects.all().delete()
    assert paper_stock.refill(exam)
    monkeypatch.setattr(paper_stock, "form_plan", planned)
    draws = drawn_live(monkeypatch)
    services.start(make_user(), exam=exam)
    assert len(draws) == 1


def test_a_start_passes_over_one_outdated_paper_and_draws_its_own_after_two(
    exam, stock, monkeypatch
):
    """Each costs the start a look, and they may all be outdated: the worker clears them away."""
    draws = drawn_live(monkeypatch)
    StockedPaper.objects.filter(pk=stock[0].pk).update(basis="")
    assert services.start(make_user(), exam=exam).form.seed == stock[1].seed
    assert not draws
    StockedPaper.objects.update(basis="")
    services.start(make_user(), exam=exam)
    assert len(draws) == 1
    left = StockedPaper.objects.order_by("pk").values_list("pk", flat=True)
    assert list(left) == [paper.pk for paper in stock[4:]]


@pytest.mark.parametrize("change", [retire, offer, tell_apart, weigh])
def test_the_worker_replaces_what_is_outdated(exam, stock, change, settings):
    settings.PAPERS_IN_STOCK = 7
    question = stock[0].questions[0]
    change(exam, question)
    outdated = {p.pk for p in stock if question in p.questions or change is weigh}
    tasks.stock_papers()
    assert not StockedPaper.objects.filter(pk__in=outdated).exists()
    # Of so small a bank chance does not find one at each look.
    for _ in range(9):
        tasks.stock_papers()
    assert StockedPaper.objects.count() == 7


def test_a_stock_that_is_full_costs_nothing_to_look_at(stock, django_assert_num_queries):
    with django_assert_num_queries(2):
        assert tasks.stock_papers() == 0


def test_no_stock_where_none_is_wanted_or_chance_finds_none(exam, settings, monkeypatch):
    settings.PAPERS_IN_STOCK = 0
    assert tasks.stock_papers() == 0
    settings.PAPERS_IN_STOCK = 6
    monkeypatch.setattr(random_draw, "by_chance", lambda *args, **options: [])
    assert tasks.stock_papers() == 0
    assert services.start(make_user(), exam=exam).is_open


def test_a_draft_has_no_stock(exam, settings):
    type(exam).objects.filter(pk=exam.pk).update(state="draft")
    assert tasks.stock_papers() == 0


def test_a_start_from_the_stock_costs_few_statements(exam, stock, client):
    client.force_login(make_user())
    url = reverse("exams:start", args=[exam.code])
    with CaptureQueriesContext(connection) as captured:
        assert client.post(url, {"form": "fresh"}).status_code == 302
    assert ExamSession.objects.get().is_open
    assert StockedPaper.objects.count() == len(stock) - 1
    statements = [each["sql"] for each in captured.captured_queries]
    assert len(statements) <= 24, "\n".join(statements)


def test_the_clock_of_a_paper_from_the_stock_begins_with_the_sitting(exam, stock):
    StockedPaper.objects.update(made_at=timezone.now() - timedelta(days=3))
    session = services.start(make_user(), exam=exam)
    assert timezone.now() - session.started_at < timedelta(minutes=1)
    assert SessionItem.objects.filter(session=session, response__isnull=False).count() == 0
