"""Item analysis for instructors: the list of questions, one question in depth, downloads."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Page
from django.db.models import Count, Max, Prefetch, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from examapp.accounts.decorators import instructor_required
from examapp.accounts.requests import SignedInRequest
from examapp.exams.models import ExamSession, LeftOutCounts
from examapp.reports import charts, tasks
from examapp.reports.item_analysis.bodies import PartCounts, QuestionBody, VersionBody
from examapp.reports.item_analysis.concerns import Concern, concerns, judged_bodies, tells_apart
from examapp.reports.measurement.flag_words import words_of
from examapp.reports.measurement.verdicts import ENOUGH_ANSWERS
from examapp.reports.models import FormStatistics, ItemStatistics, RefreshRun
from examapp.web.downloads import TABLE_KINDS, Cell, table_download
from examapp.web.paging import page_of
from questions.access import access_to, exams_of
from questions.jobs import enqueue
from questions.models import Exam, Question, QuestionVersion

# How many questions stand above the list, each with its reason.
_FIRST = 3
COLUMNS = (
    *("question", "task", "type", "versions", "n", "facility", "discrimination"),
    *("upper_lower", "efficiency", "rasch_difficulty", "rasch_se", "median_seconds", "flags"),
)


def chosen_exam(request: SignedInRequest) -> Exam | None:
    """Return the exam that the address asks for, else the first; None when there is none."""
    exams, code = exams_of(request.user), request.GET.get("exam", "")
    return (exams.filter(code=code).first() if code else None) or exams.first()


@require_safe
@instructor_required
@vary_on_headers("HX-Request")
def items(request: SignedInRequest) -> HttpResponse:
    """List an exam's questions, flags first; as CSV or XLSX when the address asks for it."""
    exam = chosen_exam(request)
    statistics = _listed(exam, request.GET.get("show", "all"))
    kind = request.GET.get("format", "")
    if exam and kind in TABLE_KINDS:
        name = f"items-{exam.code.lower()}"
        return table_download(_table(statistics), kind, name=name, title="Items")
    counts, listed = _counts(exam), page_of(request, statistics)
    whole = FormStatistics.objects.filter(exam=exam, form=None).first()
    context = {
        "exam": exam,
        "exams": exams_of(request.user),
        "title": _title(counts),
        "show": request.GET.get("show", "all"),
        "first": _to_look_at_first(listed),
        "page": listed,
        "rows": [ListedQuestion.of(row) for row in listed],
        "counts": counts,
        "run": RefreshRun.objects.filter(exam=exam).first(),
        "enough": ENOUGH_ANSWERS,
        "sittings": whole and whole.n,
        "left_out": left_out_counts(exam),
        "unmeant": whole and whole.body.get("left_out"),
    }
    page = "reports/items.html"
    return render(request, f"{page}#refresh" if request.htmx else page, context)


def left_out_counts(exam: Exam | None) -> LeftOutCounts | None:
    """Return how many sittings the figures of an exam do not count."""
    return ExamSession.objects.filter(exam=exam).left_out_counts() if exam else None


def _title(counts: Mapping[str, int]) -> str:
    """Return the heading: how many questions there are to look at."""
    if not counts["all"]:
        return gettext("Question analysis")
    count = counts["flagged"]
    if not count:
        return gettext("Nothing to look at")
    return ngettext("%(count)s question to look at", "%(count)s questions to look at", count) % {
        "count": count
    }


def _to_look_at_first(
    listed: "Page[ItemStatistics]",
) -> list[tuple[ItemStatistics, Concern]]:
    """Return the first of the list with what stands out of each; later pages show none."""
    rows = [row for row in listed if row.flags][:_FIRST] if listed.number == 1 else []
    bodies = judged_bodies(rows)
    return [(row, concerns(row, bodies.get(row.question_id))[0]) for row in rows]


@dataclass(frozen=True)
class ListedQuestion:
    """A question as the list shows it; `percent` is how many were right, None with few answers."""

    question_id: int
    ref: str
    stem: str
    task: str
    n: int
    percent: int | None
    tells: str
    is_to_look_at: bool

    @classmethod
    def of(cls, row: ItemStatistics) -> "ListedQuestion":
        question = row.question
        version = question.current_version
        return cls(
            question.pk,
            question.ref,
            version.content["stem"] if version else question.ref,
            question.topic.task.number,
            row.n,
            None if row.n < ENOUGH_ANSWERS else round(100 * (row.facility or 0)),
            tells_apart(row),
            is_to_look_at=bool(row.flags),
        )


def _counts(exam: Exam | None) -> dict[str, int]:
    rows = ItemStatistics.objects.pooled().filter(question__exam=exam)
    counts = rows.aggregate(
        all=Count("pk"), flagged=Count("pk", filter=Q(severity__gt=0)), most=Max("n", default=0)
    )
    published = Question.objects.published().filter(exam=exam, is_sample=False)
    unanswered = published.exclude(pk__in=rows.values("question")).count()
    return {**counts, "unanswered": unanswered}


def _listed(exam: Exam | None, show: str) -> QuerySet[ItemStatistics]:
    rows = ItemStatistics.objects.pooled().filter(question__exam=exam)
    if show == "flagged":
        rows = rows.filter(severity__gt=0)
    return (
        rows.select_related("question__current_version", "question__topic__task")
        .defer("question__current_version__key", "question__current_version__html")
        .annotate(versions=Count("question__versions"))
        .by_need()
    )


@require_POST
@instructor_required
def refresh(request: SignedInRequest) -> HttpResponse:
    """Ask for a refresh now; the page shows how far it is."""
    exam = get_object_or_404(exams_of(request.user), code=request.POST.get("exam", ""))
    if enqueue(tasks.refresh, exam.pk):
        messages.success(request, gettext("The update runs in the background."))
    else:
        messages.error(request, gettext("The update could not start. Try again in a minute."))
    return redirect(f"{reverse('reports:items')}?exam={exam.code}")


@require_safe
@instructor_required
def item(request: SignedInRequest, question_id: int) -> HttpResponse:
    """Show one question: verdict, trace lines, options, times, versions side by side."""
    questions = Question.objects.filter(exam__in=exams_of(request.user))
    question = get_object_or_404(
        questions.select_related("exam", "topic__task__domain", "draft").prefetch_related(
            Prefetch("statistics", ItemStatistics.objects.select_related("version"))
        ),
        pk=question_id,
    )
    rows = list(question.statistics.all())
    whole = next((row for row in rows if row.version_id is None), None)
    versions = _newest_first(rows)
    shown = _shown_version(request.GET.get("version", ""), versions, whole)
    context = {
        "question": question,
        "access": access_to(question.exam.code, request.user),
        "concerns": concerns(shown, shown.body) if shown else [],
        "whole": whole,
        "versions": versions,
        "shown": shown,
        "enough": ENOUGH_ANSWERS,
        **(_depth(shown, shown.version) if shown and shown.version else {}),
    }
    return render(request, "reports/item.html", context)


def _newest_first(rows: Sequence[ItemStatistics]) -> list[ItemStatistics]:
    """Return the rows of single versions."""
    versions = [row for row in rows if row.version]
    return sorted(versions, key=lambda row: row.version.number if row.version else 0, reverse=True)


def _shown_version(
    number: str, versions: Sequence[ItemStatistics], whole: ItemStatistics | None
) -> ItemStatistics | None:
    """Return the version that the address asks for, else the one that the question is judged by."""
    asked = (row for row in versions if row.version and str(row.version.number) == number)
    body: QuestionBody | None = whole.body if whole else None
    judged = body and body.get("judged_version")
    by_default = (row for row in versions if judged and row.version_id == judged)
    return next(asked, None) or next(by_default, None)


@dataclass(frozen=True)
class PartShares:
    """An option or a part with its text, and the share of people who took it, in per cent.

    `low_percent` is that of the weakest fifth, `high_percent` of the strongest; None where nobody
    was asked.
    """

    label: str
    is_key: bool
    html: str
    percent: float | None
    low_percent: float | None
    high_percent: float | None


def _depth(row: ItemStatistics, version: QuestionVersion) -> dict[str, object]:
    """Return what the page shows beyond the row's figures."""
    body: VersionBody = row.body
    is_choice = version.kind.is_choice
    lines = [charts.OptionCounts(gettext("all right"), is_key=True, counts=body["right"])]
    if is_choice:
        lines = [charts.OptionCounts(**part) for part in body["parts"]]
    texts = version.kind.analyzed(version.html, version.key["right"])
    return {
        "is_choice": is_choice,
        "traces": charts.traces(lines, body["met"]),
        "parts": [
            _part_shares(part, text, body["met"])
            for part, text in zip(body["parts"], texts, strict=True)
        ],
        "met": body["met"],
        "guess_percent": 100 * body["guess"],
        "changed": sum(body["changed"].values()),
    }


def _part_shares(part: PartCounts, text: str, met: Sequence[int]) -> PartShares:
    counts = part["counts"]
    return PartShares(
        part["label"],
        part["is_key"],
        text,
        percent=_percent(sum(counts), sum(met)),
        low_percent=_percent(counts[0], met[0]),
        high_percent=_percent(counts[-1], met[-1]),
    )


def _percent(count: float, total: float) -> float | None:
    return 100 * count / total if total else None


# --- Downloads --------------------------------------------------------------------------------


def _table(rows: QuerySet[ItemStatistics]) -> Iterator[Sequence[Cell]]:
    yield COLUMNS
    for row in rows:
        version = row.question.current_version
        yield (
            row.question.ref,
            row.question.topic.task.number,
            version.type if version else "",
            row.versions,  # type: ignore[attr-defined]
            row.n,
            row.facility,
            row.discrimination,
            row.body["upper_lower"],
            row.body["efficiency"],
            row.difficulty,
            row.difficulty_error,
            row.median_seconds,
            "; ".join(words_of(flag).title for flag in row.flags),
        )
