"""Reliability and score distribution of forms, for instructors."""

from collections.abc import Iterable, Iterator, Sequence

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from examapp.accounts.decorators import instructor_required
from examapp.accounts.requests import SignedInRequest
from examapp.exams.rules import ExamRules
from examapp.reports import charts
from examapp.reports.item_analysis.bodies import FormBody, NextAnswers
from examapp.reports.models import ENOUGH_PREDICTIONS, ENOUGH_SITTINGS, FormStatistics
from examapp.reports.views.items import chosen_exam, left_out_counts
from examapp.web.downloads import TABLE_KINDS, Cell, table_download
from questions.access import exams_of
from questions.models import Exam

COLUMNS = (
    *("form", "part", "items", "sittings", "mean", "deviation", "kr20", "sem"),
    *("prmse_own", "prmse_whole", "prmse_both"),
)


@require_safe
@instructor_required
def forms(request: SignedInRequest) -> HttpResponse:
    """Show how all sittings of an exam were spread, and its fixed forms beside one another."""
    exam = chosen_exam(request)
    rows = list(FormStatistics.objects.filter(exam=exam).select_related("form"))
    kind = request.GET.get("format", "")
    if exam and kind in TABLE_KINDS:
        return table_download(_table(rows), kind, name=f"forms-{exam.code.lower()}", title="Forms")
    whole = next((row for row in rows if row.form_id is None), None)
    answers = _next_answers(whole)
    context: dict[str, object] = {
        "exam": exam,
        "exams": exams_of(request.user),
        "fixed": [row for row in rows if row.form_id],
        "title": gettext("Scores and reliability"),
        "sittings": whole and whole.n,
        "left_out": left_out_counts(exam),
        "unmeant": whole and whole.body.get("left_out"),
        "predictions": whole and whole.body.get("predictions"),
        "enough_predictions": ENOUGH_PREDICTIONS,
        "next_answers": answers,
        "is_closer": answers and _is_closer(answers),
    }
    if exam and whole:
        context |= _spread(exam, whole)
    return render(request, "reports/forms.html", context)


@require_safe
@instructor_required
def form(request: SignedInRequest, form_id: int) -> HttpResponse:
    """Show one fixed form: how its sittings were spread, and how reliable their scores are."""
    rows = FormStatistics.objects.filter(exam__in=exams_of(request.user))
    row = get_object_or_404(rows.select_related("form", "exam"), form=form_id)
    kind = request.GET.get("format", "")
    if kind in TABLE_KINDS:
        return table_download(_table([row]), kind, name=f"form-{form_id}", title="Form")
    return render(request, "reports/form.html", {"exam": row.exam, **_spread(row.exam, row)})


def _next_answers(whole: FormStatistics | None) -> NextAnswers | None:
    """Return how reports predicted the answers after them; None from too few people."""
    body: FormBody | None = whole.body if whole else None
    found = body.get("next_answers") if body else None
    return found if found and found["people"] >= ENOUGH_PREDICTIONS else None


def _is_closer(found: NextAnswers) -> bool:
    """Tell whether reports had a smaller mean squared error than each rival."""
    rivals = found["elo"], found["running_share"]
    return found["report"]["brier"] < min(rival["brier"] for rival in rivals)


def _spread(exam: Exam, row: FormStatistics) -> dict[str, object]:
    body: FormBody = row.body
    scored = body["scored_count"]
    needed = ExamRules.of(exam).scale.needed(scored)
    distribution = [(score, persons) for score, persons in body["distribution"]]
    passed = sum(persons for score, persons in distribution if score >= needed)
    return {
        "row": row,
        "scored": scored,
        "needed": needed,
        "passed": passed,
        "bars": charts.histogram(distribution, most=scored, needed=needed) if row.n else (),
        "cut_x": 100 * needed / (scored + 1),
        "enough": ENOUGH_SITTINGS,
    }


def _table(rows: Iterable[FormStatistics]) -> Iterator[Sequence[Cell]]:
    """Yield a row for each form as a whole, and one for each of its domains."""
    yield COLUMNS
    for row in rows:
        body: FormBody = row.body
        form = str(row.form) if row.form else "all sittings"
        figures = (row.n, body["mean"], body["deviation"], row.kr20, row.sem)
        yield (form, "whole", body["scored_count"], *figures, None, None, None)
        for domain in body.get("domains", []):
            prmse = (domain["own"], domain["whole"], domain["both"])
            name = f"{domain['number']} {domain['title']}"
            yield (form, name, domain["items"], row.n, None, None, domain["own"], None, *prmse)
