"""The list of a bank: found by words, narrowed, sorted, paged, kept as views."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from examapp.exams import services as sittings
from examapp.reports.models import ItemStatistics
from questions.forms import paging, question_list
from questions.models import Question, SavedView
from questions.services import drafts, retirement, versions
from tests.questions.conftest import client_of, whole
from tests.support.builders import make_item, publish
from tests.support.pages import html_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(owner):
    return client_of(owner)


@pytest.fixture
def bank(exam):
    return reverse("questions:bank", args=[exam.code])


def found(client, bank, **query):
    answer = client.get(bank, query)
    assert answer.status_code == 200
    return [question.ref for question in answer.context["questions"]]


def test_words_find_questions_best_match_first(client, bank, exam, topic):
    publish(exam, topic, make_item("multiple_choice", "z-1", stem="What do guardrails block?"))
    options = make_item("multiple_choice", "x").options
    options = (type(options[0])("Guardrails", "w"), *options[1:])
    publish(exam, topic, make_item("multiple_choice", "z-2", stem="Which?", options=options))
    assert found(client, bank, q="guardrail") == ["z-1", "z-2"]
    assert found(client, bank, q="guardrails block") == ["z-1"]
    assert found(client, bank, q="nothing of that kind") == []


def test_a_reference_finds_its_question(client, bank, exam):
    ref = Question.objects.filter(exam=exam).first().ref
    assert ref in found(client, bank, q=ref)


def test_each_filter_narrows(client, bank, exam, draft, author):
    in_domain = found(client, bank, place="domain-2", sort="ref")
    assert in_domain
    assert all(Question.objects.get(ref=ref).topic.task.domain.number == 2 for ref in in_domain)
    task = found(client, bank, place="task-2.1")
    assert set(task) < set(in_domain)
    topic = Question.objects.get(ref=task[0]).topic
    assert set(found(client, bank, place=f"topic-{topic.pk}")) == set(task)
    kinds = {Question.objects.get(ref=r).type for r in found(client, bank, type="ordering")}
    assert kinds == {"ordering"}
    assert found(client, bank, status="draft") == [draft.question.ref]
    assert found(client, bank, author=author.pk) == [draft.question.ref]
    assert draft.question.ref not in found(client, bank, author="files")
    assert found(client, bank, level="recall") == []


def test_a_live_question_with_a_draft_is_found_by_both(client, bank, exam, author):
    question = Question.objects.filter(exam=exam).first()
    drafts.revise(question, by=author)
    assert found(client, bank, status="draft") == [question.ref]
    assert question.ref in found(client, bank, status="published")


def test_what_was_never_used_is_known_from_the_sittings(client, bank, exam, candidate):
    everything = Question.objects.filter(exam=exam).count()
    assert len(found(client, bank, mark="never_used")) == everything
    session = sittings.start(candidate, exam=exam)
    assert len(found(client, bank, mark="never_used")) == everything - session.items.count()


def test_what_answers_flagged_is_found(client, bank, exam):
    flagged, calm = Question.objects.filter(exam=exam)[:2]
    for question, severity in ((flagged, 3), (calm, 0)):
        ItemStatistics.objects.create(
            question=question, n=40, severity=severity, scored_through=timezone.now()
        )
    assert found(client, bank, mark="flagged") == [flagged.ref]


def test_an_address_of_another_day_still_shows_a_list(client, bank, exam):
    odd = {"status": "lost", "place": "moon-3", "page": "x", "sort": "?", "q": "\x00"}
    assert len(found(client, bank, **odd)) == Question.objects.filter(exam=exam).count()


def test_sorts_are_what_they_say(client, bank):
    refs = found(client, bank, sort="ref")
    assert refs == sorted(refs)
    for sort in ("changed", "place", "status"):
        assert sorted(found(client, bank, sort=sort)) == refs


def test_other_exams_questions_are_not_listed(client, bank, stranger):
    other = stranger.exam_roles.get().exam
    assert other.code not in client.get(bank).content.decode()


def test_pages_do_not_overlap(client, bank, exam, topic):
    for number in range(45):
        publish(exam, topic, make_item("multiple_choice", f"more-{number}"))
    first, second = found(client, bank), found(client, bank, page=2)
    assert len(first) == 50
    assert not set(first) & set(second)


def test_the_statements_of_a_page_do_not_grow_with_its_rows(client, bank, exam, topic, author):
    client.get(bank)
    with CaptureQueriesContext(connection) as few:
        client.get(bank, {"type": "ordering"})
    for _ in range(30):
        draft = drafts.create(exam, by=author, topic=topic, item_type="ordering")
        drafts.save(draft, item=whole(draft, "ordering"), by=author, revision=1)
    with CaptureQueriesContext(connection) as many:
        client.get(bank, {"type": "ordering"})
    assert len(many) == len(few) <= 11


def counted(exam, **figures):
    question = Question.objects.filter(exam=exam).order_by("ref").first()
    return ItemStatistics.objects.create(
        question=question, scored_through=timezone.now(), **figures
    ).question


def right_of(client, bank, question):
    answer = client.get(bank, {"q": question.ref})
    return next(row.percent_right for row in answer.context["questions"] if row.pk == question.pk)


def test_a_row_says_how_many_were_right(client, bank, exam):
    question = counted(exam, n=30, facility=0.639)
    assert right_of(client, bank, question) == 64
    assert "64 %" in client.get(bank, {"q": question.ref}).content.decode()


@pytest.mark.parametrize(
    "figures",
    [{"n": 29, "facility": 0.639}, {"n": 30, "facility": None}],
    ids=["too few answers", "no figure"],
)
def test_a_row_has_a_dash_where_the_answers_are_too_few(client, bank, exam, figures):
    question = counted(exam, **figures)
    assert right_of(client, bank, question) is None
    page = client.get(bank, {"q": question.ref}).content.decode()
    assert "–</span>" in page
    assert "too few answers" in page


def test_the_share_is_that_of_all_versions(client, bank, exam):
    question = counted(exam, n=90, facility=0.5)
    ItemStatistics.objects.create(
        question=question,
        version=question.current_version,
        n=40,
        facility=0.9,
        scored_through=timezone.now(),
    )
    assert right_of(client, bank, question) == 50


def test_the_shares_cost_no_statement(client, bank, exam):
    client.get(bank)
    with CaptureQueriesContext(connection) as without:
        client.get(bank)
    for question in Question.objects.filter(exam=exam):
        ItemStatistics.objects.create(
            question=question, n=40, facility=0.5, scored_through=timezone.now()
        )
    with CaptureQueriesContext(connection) as with_shares:
        answer = client.get(bank)
    assert all(row.percent_right == 50 for row in answer.context["questions"])
    assert len(with_shares) == len(without) <= 10


@pytest.mark.parametrize(
    ("query", "most"),
    [
        ({}, 10),
        ({"status": "draft"}, 10),
        ({"q": "stem"}, 10),
        ({"q": "stem", "sort": "ref"}, 12),
        ({"sort": "place", "page": 2}, 11),
        ({"type": "ordering", "level": "apply", "mark": "never_used"}, 11),
    ],
)
def test_each_list_costs_as_many_statements_as_are_said(client, bank, query, most):
    client.get(bank, query)
    with CaptureQueriesContext(connection) as asked:
        client.get(bank, query)
    assert len(asked) <= most, [each["sql"][:120] for each in asked.captured_queries]


def test_what_is_found_too_often_is_ranked_among_the_newest_and_said(
    client, bank, exam, topic, monkeypatch
):
    for number in range(4):
        publish(exam, topic, make_item("multiple_choice", f"g-{number}", stem="Which guardrail?"))
    monkeypatch.setattr(question_list, "MOST_FOUND", 3)
    assert set(found(client, bank, q="guardrail")) == {"g-1", "g-2", "g-3"}
    assert found(client, bank, q="guardrail", sort="ref") == ["g-1", "g-2", "g-3"]
    page = html_of(client.get(bank, {"q": "guardrail"}))
    assert "More than 3 questions" in page
    assert "Only the latest changes are listed" in page
    monkeypatch.setattr(question_list, "MOST_FOUND", 4)
    page = client.get(bank, {"q": "guardrail"}).content.decode()
    assert "More than" not in page
    assert "All 4 that match" in page


@pytest.mark.parametrize("size", [3, 5, 50])
def test_every_page_by_place_goes_on_where_the_last_one_ended(
    client, bank, exam, monkeypatch, size
):
    monkeypatch.setattr(paging, "PAGE", size)
    order = ("topic__task__domain__number", "topic__task__number", "topic__position", "ref")
    whole = list(Question.objects.filter(exam=exam).order_by(*order).values_list("ref", flat=True))
    pages = range(1, -(-len(whole) // size) + 1)
    listed = [ref for number in pages for ref in found(client, bank, sort="place", page=number)]
    assert listed == whole


@pytest.mark.parametrize("status", ["", "published", "draft", "in_review", "retired"])
def test_the_counts_of_statuses_are_those_of_their_lists(client, bank, exam, author, draft, status):
    live = list(Question.objects.filter(exam=exam).exclude(pk=draft.question_id)[:3])
    drafts.revise(live[0], by=author)
    drafts.submit(drafts.revise(live[1], by=author), by=author)
    retirement.retire(live[2], by=author)
    answer = client.get(bank, {"status": status})
    counts = {name: count for name, _, count in answer.context["counts"]}
    assert (
        counts[status] == len(answer.context["questions"]) == answer.context["page"].paginator.count
    )


def test_htmx_gets_the_results_and_the_count_alone(client, bank):
    answer = client.get(bank, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in answer
    assert 'id="results"' in answer
    assert "hx-swap-oob" in answer


def test_an_empty_bank_says_what_to_do(client, bank, exam):
    Question.objects.filter(exam=exam).update(exam=make_other(exam))
    assert "Write the first, or import a file." in client.get(bank).content.decode()


def make_other(exam):
    exam.pk, exam.code = None, "other"
    exam.save()
    return exam


def test_a_list_is_kept_as_a_view_and_forgotten(client, bank, exam, owner):
    save = reverse("questions:save_view", args=[exam.code])
    client.post(save, {"name": "To do", "query": "status=draft&page=3&q="})
    view = SavedView.objects.get(user=owner)
    assert view.query == "status=draft"
    client.post(save, {"name": "To do", "query": "status=retired"})
    assert SavedView.objects.get(user=owner).query == "status=retired"
    assert "To do" in client.get(bank).content.decode()
    client.post(reverse("questions:remove_view", args=[exam.code, view.pk]))
    assert not SavedView.objects.exists()


def test_a_view_without_a_name_is_not_kept(client, bank, exam):
    save = reverse("questions:save_view", args=[exam.code])
    answer = client.post(save, {"name": "", "query": "status=draft"}, follow=True)
    assert "needs a name" in answer.content.decode()


def test_hostile_words_are_words(client, bank, exam, topic):
    publish(exam, topic, make_item("multiple_choice", "h-1", stem="<script>alert(1)</script>?"))
    page = client.get(bank, {"q": '"><script>alert(2)</script>'}).content.decode()
    assert "<script>alert" not in page
    assert versions.item_of_version(Question.objects.get(ref="h-1").live_version)
