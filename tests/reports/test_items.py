"""Item analysis: the list, one question, tables to take, and asking for a refresh."""

import csv
import io
import zipfile
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from examapp.reports import tasks
from examapp.reports.item_analysis.concerns import FIRST_STEPS, concerns, tells_apart
from examapp.reports.measurement import verdicts
from examapp.reports.models import ItemStatistics, RefreshRun
from examapp.reports.views.items import COLUMNS
from examapp.reports.weak_areas import report
from questions.exchange.columns import escape_formula
from questions.models import ExamRole
from questions.services import publish
from tests.reports.conftest import joined, sit
from tests.support.builders import make_exam, make_item
from tests.support.pages import html_of

pytestmark = pytest.mark.django_db
PAGE = "/analysis/"


@pytest.fixture
def exam(exam, instructor):
    return joined(instructor, exam)


@pytest.fixture
def crowd(crowd, instructor):
    return joined(instructor, crowd)


@pytest.fixture
def counted(crowd):
    report.refresh(crowd)
    return crowd


def flag(row, severity=3):
    row.flags = [
        {
            "code": "negative_discrimination",
            "severity": severity,
            "options": [],
            "figures": {"discrimination": -0.4, "count": 40},
        }
    ]
    row.severity = severity
    row.save()


def address(row):
    return reverse("reports:item", args=[row.question_id])


@pytest.mark.parametrize("name", ["items", "forms"])
def test_only_instructors_see_it(candidate_client, instructor_client, counted, name):
    page = reverse(f"reports:{name}")
    assert candidate_client.get(page).status_code == 404
    assert instructor_client.get(page).status_code == 200
    assert Client().get(page)["Location"].startswith("/accounts/login/")


def test_candidates_can_neither_read_a_question_s_figures_nor_refresh(candidate_client, counted):
    row = ItemStatistics.objects.pooled().first()
    assert candidate_client.get(address(row)).status_code == 404
    assert (
        candidate_client.post(reverse("reports:refresh"), {"exam": counted.code}).status_code == 404
    )


def test_what_is_flagged_comes_first(instructor_client, counted):
    last = ItemStatistics.objects.pooled().by_need().last()
    flag(last)
    reply = instructor_client.get(PAGE)
    assert reply.context["page"][0] == last
    assert "Those who do well elsewhere get this one wrong." in html_of(reply)
    assert reply.context["title"] == "1 question to look at"
    flagged = instructor_client.get(f"{PAGE}?show=flagged").context["page"]
    assert [row.pk for row in flagged] == [last.pk]


def test_before_any_answer_it_says_what_to_do(instructor_client, exam):
    assert "No answer counted yet" in instructor_client.get(PAGE).content.decode()


def test_questions_without_an_answer_are_counted_not_hidden(instructor_client, candidate, exam):
    sit(candidate, exam)
    report.refresh(exam)
    assert instructor_client.get(PAGE).context["counts"]["unanswered"] == 12


def test_without_an_exam_the_page_stands(instructor_client, db):
    assert "No exam yet" in instructor_client.get(PAGE).content.decode()
    assert instructor_client.get("/analysis/forms/").status_code == 200


def test_figures_from_few_answers_are_not_shown_as_figures(instructor_client, candidate, exam):
    sit(candidate, exam)
    report.refresh(exam)
    assert "too few" in instructor_client.get(PAGE).content.decode()


def test_the_list_costs_the_same_for_any_number_of_questions(instructor_client, counted):
    def cost(page):
        with CaptureQueriesContext(connection) as asked:
            instructor_client.get(page)
        return len(asked)

    flag(ItemStatistics.objects.pooled().first())
    assert cost(PAGE) == cost(f"{PAGE}?show=flagged") <= 12


def test_one_question_in_depth(instructor_client, counted):
    row = (
        ItemStatistics.objects.pooled()
        .filter(question__current_version__type="multiple_choice")
        .first()
    )
    reply = instructor_client.get(address(row))
    assert len(reply.context["traces"]) == len(reply.context["parts"]) == 4
    key = next(trace for trace in reply.context["traces"] if trace.is_key)
    assert key.percents[0] < key.percents[-1]
    assert "Nothing stands out" in reply.content.decode()


@pytest.mark.parametrize("kind", ["multiple_response", "ordering", "matching"])
def test_every_type_has_its_page(instructor_client, counted, kind):
    row = ItemStatistics.objects.pooled().filter(question__current_version__type=kind).first()
    reply = instructor_client.get(address(row))
    assert reply.status_code == 200
    assert len(reply.context["parts"]) == {"multiple_response": 5}.get(kind, 3)


def test_a_question_without_answers_says_so(instructor_client, exam):
    question = exam.questions.first()
    text = instructor_client.get(reverse("reports:item", args=[question.pk])).content.decode()
    assert "No answer counted yet" in text
    assert instructor_client.get(reverse("reports:item", args=[0])).status_code == 404


def test_versions_are_compared(instructor_client, candidate, counted):
    question = ItemStatistics.objects.pooled().first().question
    kind = question.current_version.type
    publish(question, make_item(kind, question.ref, stem="Anew? (Choose TWO.)"))
    sit(candidate, counted)
    report.refresh(counted)
    page = reverse("reports:item", args=[question.pk])
    reply = instructor_client.get(page)
    assert [row.version.number for row in reply.context["versions"]] == [2, 1]
    assert reply.context["shown"].version.number == 1
    assert instructor_client.get(f"{page}?version=2").context["shown"].version.number == 2
    assert instructor_client.get(f"{page}?version=x").context["shown"].version.number == 1


# --- From the verdict to where it is acted on ---------------------------------------------------


def role_of(instructor, exam, role):
    ExamRole.objects.filter(user=instructor, exam=exam).update(role=role)


def test_a_key_that_may_be_wrong_leads_to_its_correction(instructor, instructor_client, counted):
    role_of(instructor, counted, "reviewer")
    row = ItemStatistics.objects.pooled().first()
    ItemStatistics.objects.filter(question=row.question).update(
        flags=[
            {
                "code": "below_chance",
                "severity": 3,
                "options": [],
                "figures": {"right": 0.02, "guess": 0.25},
            }
        ]
    )
    reply = instructor_client.get(address(row))
    assert reply.context["concerns"][0].first_step == "key"
    number = row.question.current_version.number
    page = reverse("exams:correct", args=[counted.code, row.question.ref]) + f"?version={number}"
    assert f'<a class="button primary" href="{page}">' in html_of(reply)
    assert instructor_client.get(page).status_code == 200


def test_an_option_to_rewrite_leads_to_the_editor(instructor_client, counted):
    row = ItemStatistics.objects.pooled().first()
    text = instructor_client.get(address(row)).content.decode()
    revise = reverse("questions:revise", args=[counted.code, row.question.ref])
    assert f'action="{revise}"' in text
    assert instructor_client.post(revise, follow=True).resolver_match.view_name == "questions:edit"
    edit = reverse("questions:edit", args=[counted.code, row.question.ref])
    assert f'href="{edit}"' in instructor_client.get(address(row)).content.decode()


def test_a_question_is_retired_from_its_figures_by_those_who_may(
    instructor, instructor_client, counted
):
    row = ItemStatistics.objects.pooled().first()
    retire = reverse("questions:retire", args=[counted.code, row.question.ref])
    correct = reverse("exams:correct", args=[counted.code, row.question.ref])
    as_author = instructor_client.get(address(row)).content.decode()
    assert retire not in as_author
    assert correct not in as_author
    role_of(instructor, counted, "reviewer")
    assert f'action="{retire}"' in instructor_client.get(address(row)).content.decode()
    instructor_client.post(retire, {"reason": "Below chance"})
    text = instructor_client.get(address(row)).content.decode()
    assert "It is retired" in text
    assert retire not in text


def test_every_flag_has_a_place_where_it_is_acted_on():
    raised = verdicts.flags(
        verdicts.Evidence(
            n=80,
            facility=0.02,
            discrimination=-0.5,
            guess=0.25,
            median_seconds=1,
            words=100,
            parts=(
                verdicts.Part("A", True, (0, 0, 0, 0, 0)),
                verdicts.Part("B", False, (16, 16, 16, 16, 16)),
                verdicts.Part("C", False, (0, 0, 0, 0, 0)),
            ),
            met=(16, 16, 16, 16, 16),
            is_choice=True,
        )
    )
    assert {each.code for each in raised} == set(FIRST_STEPS)


def evidence(**figures):
    """A question of 80 people that shows everything at once."""
    parts = (
        verdicts.Part("A", True, (0, 0, 0, 0, 1)),
        verdicts.Part("B", False, (16, 16, 16, 16, 15)),
        verdicts.Part("C", False, (0, 0, 0, 0, 0)),
    )
    whole = {
        **{"n": 80, "facility": 0.02, "discrimination": -0.5, "guess": 0.25, "median_seconds": 1},
        **{"words": 100, "parts": parts, "met": (16,) * 5, "is_choice": True},
    }
    return verdicts.Evidence(**whole | figures)


def judged(found):
    """A statistics row of such a question, and its version's figures."""
    parts = [{"label": part.label, "counts": list(part.counts)} for part in found.parts]
    body = {"guess": found.guess, "met": [*found.met], "right": [9, 3, 3, 3, 2], "parts": parts}
    flags = verdicts.plain(verdicts.flags(found))
    row = ItemStatistics(
        n=found.n, facility=found.facility, median_seconds=found.median_seconds, flags=flags
    )
    return row, body


def test_what_stands_out_is_said_in_plain_words_of_three_sentences_at_most():
    row, body = judged(evidence())
    said = {each.code: each for each in concerns(row, body)}
    assert said["below_chance"].title == "Almost nobody gets it right: 2 of 80."
    assert said["below_chance"].why.startswith("Blind guessing would give about 20.")
    against = said["negative_discrimination"]
    assert against.title == "Those who do well elsewhere get this one wrong."
    assert "1 in 10 of those with the best scores get it right, and 6 in 10 of those" in against.why
    assert said["strong_prefer_distractor"].title == "Many who did well elsewhere chose B."
    assert (
        "15 of the 16 people with the best scores chose B." in said["strong_prefer_distractor"].why
    )
    assert said["idle_distractor"].title == "Nobody chooses C."
    assert said["idle_distractor"].step == "Write a better C"
    assert "less than 1 second." in said["too_fast"].why
    assert all(each.why.count(". ") <= 2 for each in said.values())
    assert [each.title for each in concerns(row, None)]


def test_what_an_older_release_stored_names_its_options_still():
    row, body = judged(evidence())
    titles = {
        "strong_prefer_distractor": "The strong prefer B",
        "idle_distractor": "Nobody takes A and C",
    }
    row.flags = [
        {"code": code, "title": title, "reason": "R.", "action": "A.", "severity": 3}
        for code, title in titles.items()
    ]
    assert [each.title for each in concerns(row, body)] == [
        "Many who did well elsewhere chose B.",
        "Nobody chooses A and C.",
    ]


@pytest.mark.parametrize(
    ("n", "discrimination", "word"),
    [(29, 0.5, "Too few answers"), (30, 0.15, "Yes"), (30, 0.1, "A little"), (30, 0.0, "No")],
)
def test_whether_a_question_tells_strong_from_weak(n, discrimination, word):
    assert tells_apart(ItemStatistics(n=n, discrimination=discrimination)) == word


def test_what_is_flagged_waits_in_the_queue_and_narrows_the_bank(instructor_client, counted):
    queue = reverse("questions:queue", args=[counted.code])
    assert "Flagged by item analysis" not in instructor_client.get(queue).content.decode()
    row = ItemStatistics.objects.pooled().first()
    flag(row)
    text = instructor_client.get(queue).content.decode()
    assert "Flagged by item analysis: 1" in text
    bank = reverse("questions:bank", args=[counted.code]) + "?mark=flagged&status=published"
    assert bank.replace("&", "&amp;") in text
    listed = instructor_client.get(bank).content.decode()
    assert row.question.ref in listed
    others = ItemStatistics.objects.pooled().exclude(pk=row.pk)
    assert not [each for each in others if f">{each.question.ref}<" in listed]


# --- Tables to take ---------------------------------------------------------------------------


def test_the_table_as_csv(instructor_client, counted):
    reply = instructor_client.get(f"{PAGE}?exam={counted.code}&format=csv")
    rows = list(csv.reader(io.StringIO(reply.content.decode())))
    assert tuple(rows[0]) == COLUMNS
    assert len(rows) == 13
    assert reply["Content-Disposition"] == f'attachment; filename="items-{counted.code}.csv"'


def test_the_table_as_xlsx(instructor_client, counted):
    reply = instructor_client.get(f"{PAGE}?format=xlsx")
    with zipfile.ZipFile(io.BytesIO(reply.content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert sheet.count("<row ") == 13
    assert "<f>" not in sheet


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_text_becomes_a_formula(text):
    assert escape_formula(text) == f"'{text}"
    assert escape_formula("aif 1-2=3") == "aif 1-2=3"


def test_a_reference_that_looks_like_a_formula_is_made_harmless(instructor_client, counted):
    question = ItemStatistics.objects.pooled().first().question
    type(question).objects.filter(pk=question.pk).update(ref="=cmd|calc")
    text = instructor_client.get(f"{PAGE}?format=csv").content.decode()
    assert "\r\n'=cmd|calc" in text
    reply = instructor_client.get(f"{PAGE}?format=xlsx")
    with zipfile.ZipFile(io.BytesIO(reply.content)) as book:
        assert "<f>" not in book.read("xl/worksheets/sheet1.xml").decode()


# --- Refresh ----------------------------------------------------------------------------------


def test_a_refresh_is_asked_for_and_shown(instructor_client, exam, monkeypatch):
    asked = []
    monkeypatch.setattr(tasks.refresh, "delay_on_commit", asked.append)
    reply = instructor_client.post(reverse("reports:refresh"), {"exam": exam.code}, follow=True)
    assert asked == [exam.pk]
    assert "The update runs in the background" in reply.content.decode()
    assert instructor_client.get(reverse("reports:refresh")).status_code == 405


def test_a_broker_that_is_away_is_said(instructor_client, exam, monkeypatch):
    def refuse(exam_id):
        raise ConnectionError("broker away")

    monkeypatch.setattr(tasks.refresh, "delay_on_commit", refuse)
    reply = instructor_client.post(reverse("reports:refresh"), {"exam": exam.code}, follow=True)
    assert "could not start" in reply.content.decode()


def test_a_running_refresh_shows_its_progress_and_polls(instructor_client, exam):
    run = RefreshRun.objects.create(exam=exam, stage="counting answers", done=50, total=120)
    text = html_of(instructor_client.get(PAGE))
    assert "counting answers, 50 of 120" in text
    assert '<progress aria-labelledby="refresh-progress" value="50" max="120">' in text
    part = instructor_client.get(PAGE, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert 'hx-trigger="load delay:2s"' in part
    long_ago = timezone.now() - timedelta(minutes=11)
    RefreshRun.objects.filter(pk=run.pk).update(progress_at=long_ago)
    assert "has not moved for ten minutes" in instructor_client.get(PAGE).content.decode()
    RefreshRun.objects.filter(pk=run.pk).update(error="killed", finished_at=run.started_at)
    text = instructor_client.get(PAGE).content.decode()
    assert "The last update stopped: killed" in text
    assert "hx-trigger" not in text


def test_a_second_exam_of_one_s_own_can_be_chosen(instructor, instructor_client, counted):
    other = make_exam("zz-other")
    assert instructor_client.get(f"{PAGE}?exam={other.code}").context["exam"] == counted
    joined(instructor, other)
    reply = instructor_client.get(f"{PAGE}?exam={other.code}")
    assert reply.context["exam"] == other
    assert reply.context["counts"]["all"] == 0
