"""What came of a round that is closed: per question, per rater, and per fixed form."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from examapp.accounts.models import User
from examapp.exams.models import ExamForm, ExamFormItem
from examapp.exams.rules import ExamRules
from examapp.exams.scoring import form_cut
from examapp.reports.measurement.agreement import Agreement, RatedItems, agreement, rated
from examapp.reports.measurement.verdicts import ENOUGH_ANSWERS
from examapp.reports.models import ItemRating, ItemStatistics, RaterAnswer, RatingRound
from questions.models import Exam

# From fewer raters a mean is not written into the bank.
LEAST_RATERS = 3


def is_enough(raters: int) -> bool:
    """Tell whether a mean of so many raters is written into the bank."""
    return raters >= LEAST_RATERS


class Mean(NamedTuple):
    """What a round says of a question: shares from 0 to 1; the spread needs two raters."""

    raters: int
    share: float
    spread: float | None


@dataclass(frozen=True)
class RatedQuestion:
    """A question of a round beside what candidates' answers say; shares are per cent.

    `right` of the `answered` raters had it right themselves. `facility_percent` is the share of
    candidates who had it right, None from too few answers.
    """

    position: int
    ref: str
    stem: str
    raters: int
    mean_percent: float | None
    spread_percent: float | None
    right: int
    answered: int
    answers: int
    facility_percent: float | None


@dataclass(frozen=True)
class RaterSummary:
    """How a rater judged: how many questions, how high on the whole, how many right themselves."""

    rater: User
    rated: int
    mean_percent: float | None
    right: int
    answered: int


@dataclass(frozen=True)
class FormMark:
    """What a fixed form asks by its ratings: the sum over its scored questions.

    `lacking` of them have no rating; the exam's own share of `exam_percent` serves then.
    """

    form: ExamForm
    scored: int
    lacking: int
    sum: float
    percent: float
    is_rated: bool


@dataclass(frozen=True)
class Outcome:
    """All that is shown of a round."""

    questions: tuple[RatedQuestion, ...]
    raters: tuple[RaterSummary, ...]
    agreement: Agreement
    forms: tuple[FormMark, ...]
    exam_percent: float

    @property
    def enough(self) -> int:
        """How many questions have ratings of as many raters as the bank asks for."""
        return sum(is_enough(question.raters) for question in self.questions)


class _Given(NamedTuple):
    """The newest ratings of a round, items by raters, NaN where one lacks."""

    items: list[int]
    raters: list[int]
    shares: np.ndarray


def means(round_: RatingRound) -> dict[int, Mean]:
    """Return by question what a round says of it."""
    given = _given(round_)
    return _means(round_, given, rated(given.shares))


def _means(round_: RatingRound, given: _Given, found: RatedItems) -> dict[int, Mean]:
    questions = dict(round_.items.values_list("pk", "version__question"))
    return {
        questions[item]: Mean(int(count), float(mean), None if np.isnan(spread) else float(spread))
        for item, count, mean, spread in zip(given.items, *found, strict=True)
        if count
    }


def outcome(round_: RatingRound) -> Outcome:
    """Return what came of a closed round, in a constant number of statements."""
    given = _given(round_)
    found = rated(given.shares)
    right, right_of_rater = _own_answers(round_)
    return Outcome(
        _questions(round_, found, right),
        _raters(round_, given, right_of_rater),
        agreement(given.shares),
        form_marks(round_.exam, _means(round_, given, found)),
        round(100 * float(round_.exam.raw_cut), 1),
    )


def _given(round_: RatingRound) -> _Given:
    newest = ItemRating.objects.filter(answer__item__round=round_)
    newest = newest.order_by("answer_id", "-pk").distinct("answer_id")
    rows = list(newest.values_list("answer__item", "answer__rater", "share_percent"))
    items = list(round_.items.order_by("position").values_list("pk", flat=True))
    raters = list(round_.raters.order_by("pk").values_list("rater", flat=True))
    row_of, column_of = ({key: place for place, key in enumerate(keys)} for keys in (items, raters))
    shares = np.full((len(items), len(raters)), np.nan)
    for item, rater, percent in rows:
        shares[row_of[item], column_of[rater]] = percent / 100
    return _Given(items, raters, shares)


def _own_answers(
    round_: RatingRound,
) -> tuple[Mapping[int, list[bool]], Mapping[int, list[bool]]]:
    """Return whether raters were right themselves, by item and by rater."""
    by_item: dict[int, list[bool]] = defaultdict(list)
    by_rater: dict[int, list[bool]] = defaultdict(list)
    answers = RaterAnswer.objects.filter(item__round=round_)
    for item, rater, is_right in answers.values_list("item", "rater", "is_right"):
        by_item[item].append(is_right)
        by_rater[rater].append(is_right)
    return by_item, by_rater


def _questions(
    round_: RatingRound, found: RatedItems, right: Mapping[int, list[bool]]
) -> tuple[RatedQuestion, ...]:
    rows = round_.items.select_related("version__question").order_by("position")
    rows = rows.only("position", "version__question__ref", "version__question__stem")
    statistics = ItemStatistics.objects.pooled().filter(
        question__in=round_.items.values("version__question")
    )
    known = {
        question: (n, share)
        for question, n, share in statistics.values_list("question", "n", "facility")
    }
    questions = []
    for item, count, mean, spread in zip(rows, *found, strict=True):
        question = item.version.question
        answers, facility = known.get(question.pk, (0, None))
        is_told = answers >= ENOUGH_ANSWERS
        own = right.get(item.pk, [])
        questions.append(
            RatedQuestion(
                position=item.position,
                ref=question.ref,
                stem=question.stem,
                raters=int(count),
                mean_percent=_percent(mean),
                spread_percent=_percent(spread),
                right=sum(own),
                answered=len(own),
                answers=answers,
                facility_percent=_percent(facility if is_told else None),
            )
        )
    return tuple(questions)


def _percent(share: float | None) -> float | None:
    return None if share is None or np.isnan(share) else round(100 * float(share), 1)


def _raters(
    round_: RatingRound, given: _Given, right: Mapping[int, list[bool]]
) -> tuple[RaterSummary, ...]:
    people = {row.rater_id: row.rater for row in round_.raters.select_related("rater")}
    found = []
    for rater, shares in zip(given.raters, given.shares.T, strict=True):
        told = shares[~np.isnan(shares)]
        own = right.get(rater, [])
        mean = _percent(told.mean()) if len(told) else None
        found.append(RaterSummary(people[rater], len(told), mean, sum(own), len(own)))
    return tuple(found)


def form_marks(exam: Exam, found: Mapping[int, Mean]) -> tuple[FormMark, ...]:
    """Return what each offered form asks: by a round where it has enough raters, else the bank."""
    ratings: dict[int, list[float | None]] = defaultdict(list)
    forms = list(ExamForm.objects.offered(exam))
    seats = ExamFormItem.objects.filter(form__in=forms, is_scored=True)
    rows = seats.values_list("form", "question", "question__current_version__key__angoff")
    for form, question, stored in rows:
        mean = found.get(question)
        ratings[form].append(mean.share if mean and is_enough(mean.raters) else stored)
    fixed = float(ExamRules.of(exam).raw_cut)
    return tuple(_form_mark(form, ratings[form.pk], fixed) for form in forms)


def _form_mark(form: ExamForm, ratings: Sequence[float | None], fixed: float) -> FormMark:
    cut = form_cut(ratings, fixed=fixed)
    return FormMark(
        form,
        len(ratings),
        cut.lacking,
        round(cut.share * len(ratings), 1),
        round(100 * cut.share, 1),
        cut.is_rated,
    )
