"""Rounds of ratings: what is rated by whom, how far each rater is, and the end of a round."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext, ngettext

from examapp.accounts.models import User
from examapp.reports.models import RaterAnswer, RatingRound, RoundItem, RoundRater
from questions.models import AuditEntry, Draft, Exam, ExamRole, Question
from questions.services.audit import Actor, record
from questions.services.errors import Refused

# More are another round, so that it can be judged in a few sittings.
MOST_ITEMS = 200


@dataclass(frozen=True)
class RaterProgress:
    """How far a rater is in a round; `left_out` are questions that they wrote themselves."""

    rater: User
    rated: int
    of: int
    left_out: int

    @property
    def is_done(self) -> bool:
        return self.rated >= self.of


def team_of(exam: Exam) -> QuerySet[User]:
    """Return the people who may be asked to rate an exam's questions: its team."""
    roles = ExamRole.objects.filter(exam=exam).values("user")
    people: QuerySet[User] = User.objects.filter(pk__in=roles, is_active=True)
    return people.order_by("name", "pk")


@transaction.atomic
def create(
    exam: Exam, *, title: str, questions: QuerySet[Question], raters: Sequence[User], by: Actor
) -> RatingRound:
    """Ask some of the team to rate questions in their live wording, in the order of their refs.

    Raises Refused for no question, for more than MOST_ITEMS, and for raters of whom none is left.
    """
    versions = list(questions.order_by("ref").values_list("current_version", flat=True))
    if not versions:
        raise Refused(gettext("There is no question to rate in this choice."))
    if len(versions) > MOST_ITEMS:
        raise Refused(
            ngettext(
                "Choose fewer questions: a round holds up to %(most)d, and this is %(count)d.",
                "Choose fewer questions: a round holds up to %(most)d, and these are %(count)d.",
                len(versions),
            )
            % {"most": MOST_ITEMS, "count": len(versions)}
        )
    if not raters:
        raise Refused(gettext("Choose at least one person."))
    round_ = RatingRound.objects.create(exam=exam, title=title, made_by_id=by.pk)
    RoundItem.objects.bulk_create(
        RoundItem(round=round_, position=position, version_id=version)
        for position, version in enumerate(versions, 1)
    )
    RoundRater.objects.bulk_create(RoundRater(round=round_, rater=rater) for rater in raters)
    if not any(items_for(round_, rater).exists() for rater in raters):
        raise Refused(gettext("They wrote all of these questions. Choose somebody else."))
    record(
        "asked for ratings",
        actor=by,
        exam=exam,
        subject="rating round",
        subject_id=round_.pk,
        questions=len(versions),
        raters=[rater.pk for rater in raters],
    )
    return round_


@transaction.atomic
def close(round_: RatingRound, *, by: Actor | None) -> None:
    """End a round, so that its ratings are seen and no other is taken; a second call is nothing.

    `by` is None where the last rating ends it.
    """
    if RatingRound.objects.filter(pk=round_.pk, closed_at=None).update(closed_at=Now()):
        record(
            "closed ratings",
            actor=by,
            exam=round_.exam,
            subject="rating round",
            subject_id=round_.pk,
        )


def items_for(round_: RatingRound, rater: User) -> QuerySet[RoundItem]:
    """Return what someone is to rate: a round's items but for those that they wrote."""
    written = _written([round_], [rater.pk])[rater.pk]
    return RoundItem.objects.filter(round=round_).exclude(version__question__in=written)


def next_position(round_: RatingRound, rater: User) -> int | None:
    """Return the first item that someone has not rated yet; None where all are."""
    rated = RaterAnswer.objects.filter(rater=rater, ratings__isnull=False).values("item")
    items = items_for(round_, rater).exclude(pk__in=rated)
    return items.order_by("position").values_list("position", flat=True).first()


def progress(round_: RatingRound) -> list[RaterProgress]:
    """Return how far each rater of a round is."""
    return progress_of([round_])[round_.pk]


def progress_of(rounds: Collection[RatingRound]) -> dict[int, list[RaterProgress]]:
    """Return by round how far its raters are; of their ratings nothing is read."""
    asked = list(
        RoundRater.objects.filter(round__in=rounds)
        .select_related("rater")
        .order_by("rater__name", "pk")
    )
    rated = Counter(
        (round_, rater)
        for round_, rater, _ in RaterAnswer.objects.filter(
            item__round__in=rounds, ratings__isnull=False
        )
        .order_by("pk")
        .values_list("item__round", "rater", "pk")
        .distinct()
    )
    questions: dict[int, set[int]] = defaultdict(set)
    items = RoundItem.objects.filter(round__in=rounds)
    for round_key, question in items.values_list("round", "version__question"):
        questions[round_key].add(question)
    written = _written(rounds, {row.rater_id for row in asked})
    found: dict[int, list[RaterProgress]] = {round_.pk: [] for round_ in rounds}
    for row in asked:
        of, own = questions[row.round_id], written[row.rater_id]
        counts = (rated[row.round_id, row.rater_id], len(of - own), len(of & own))
        found[row.round_id].append(RaterProgress(row.rater, *counts))
    return found


def _written(rounds: Collection[RatingRound], people: Collection[int]) -> dict[int, set[int]]:
    """Return by person which questions of rounds they wrote: first, later, or in a draft."""
    found: dict[int, set[int]] = defaultdict(set)
    asked = RoundItem.objects.filter(round__in=rounds).values_list("version__question", flat=True)
    authors = Question.objects.filter(pk__in=asked, author__in=people)
    for question, author in authors.values_list("pk", "author"):
        found[author].add(question)
    drafts = Draft.objects.filter(question__in=asked)
    for question, author, writer in drafts.values_list("question", "author", "writers"):
        for person in {author, writer} - {None}:
            found[person].add(question)
    # What became of a draft that was published stands in the log alone.
    published = AuditEntry.objects.filter(
        subject="question", verb="published", subject_id__in=[str(key) for key in asked]
    )
    earlier = published.filter(details__before__draft__writers__isnull=False)
    fields = ("subject_id", "details__before__draft__author", "details__before__draft__writers")
    for key, author, writers in earlier.values_list(*fields):
        for person in {author, *writers} - {None}:
            found[person].add(int(key))
    return found


def is_rater(round_: RatingRound, person: Actor) -> bool:
    """Tell whether someone was asked to rate a round's questions, and is of the team still."""
    of_team = ExamRole.objects.filter(exam=round_.exam_id, user=person.pk).exists()
    return of_team and RoundRater.objects.filter(round=round_, rater=person.pk).exists()
