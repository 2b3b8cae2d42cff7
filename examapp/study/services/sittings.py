"""What sittings and corrected keys do to cards."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from examapp.accounts.time_zones import zone_of
from examapp.exams.hooks import release_of, releases_of
from examapp.exams.models import ClockTimestamp, ExamSession, KeyCorrection, SessionItem
from examapp.exams.scoring import DROP, EVERYONE
from examapp.study.models import Card, CardEvent, EventKinds, EventSources
from examapp.study.schedule import Ratings, rating_of
from examapp.study.services.answer import Given, rated
from examapp.study.services.record import Met, record, reproject

# Days for which the sweep looks back; what a course holds back longer begins no card.
SWEPT_DAYS = 30


def take_up(session_id: UUID) -> None:
    """Log what a finished sitting asked: what was answered wrong begins a card.

    Safe to repeat; a sitting that was regraded since is rated anew. One whose answers are held back
    waits: a review would explain them.
    """
    if not release_of(session_id).explanations:
        return
    session = (
        ExamSession.objects.finished()
        .select_related("candidate__preferences", "exam")
        .get(pk=session_id)
    )
    assert session.finished_at
    items = list(_answered(session).select_related("version__question", "correction"))
    day = timezone.localdate(session.finished_at, zone_of(session.candidate))
    met = [
        Met(
            question=item.version.question,
            version=item.version_id,
            item=item.pk,
            rating=_rating(item),
            at=session.finished_at,
            day=day,
        )
        for item in items
    ]
    record(session.candidate, session.exam, met, source=EventSources.EXAM)
    ratings = {each.item: each.rating for each in met}
    events = CardEvent.objects.filter(source=EventSources.EXAM, source_id__in=ratings)
    _regrade([(event, ratings[event.source_id]) for event in events if event.source_id])


def _answered(session: ExamSession) -> QuerySet[SessionItem]:
    return session.items.filter(response__isnull=False, credit__isnull=False).defer(
        "version__html", "version__content", "version__key"
    )


def _rating(item: SessionItem) -> Ratings:
    if item.correction and item.correction.policy in (DROP, EVERYONE):
        return Ratings.NOTHING
    return rating_of(is_right=item.credit == 1)


def take_up_missed() -> int:
    """Take up sittings whose message was lost; return how many."""
    since = timezone.now() - timedelta(days=SWEPT_DAYS)
    events = CardEvent.objects.filter(source=EventSources.EXAM, source_id=OuterRef("pk"))
    wrong = SessionItem.objects.filter(response__isnull=False, credit__lt=1)
    wrong = wrong.filter(~Exists(events), session=OuterRef("pk"))
    sessions = ExamSession.objects.finished().filter(Exists(wrong), finished_at__gt=since)
    found = list(sessions.values_list("pk", flat=True))
    released = releases_of(found)
    keys = [key for key in found if released[key].explanations]
    for session_id in keys:
        take_up(session_id)
    return len(keys)


def follow(correction: KeyCorrection) -> int:
    """Rate reviews and practice anew that a corrected key graded; return how many changed.

    Of sittings the regrade tells, one by one.
    """
    events = CardEvent.objects.filter(
        kind=EventKinds.ANSWERED,
        source__in=[EventSources.REVIEW, EventSources.PRACTICE],
        version__in=correction.versions.all(),
    ).select_related("version", "card__exam")
    asked = [(event, event.version) for event in events if event.version]
    governing = KeyCorrection.objects.governing([version.pk for _, version in asked])
    return _regrade(
        [
            (
                event,
                rated(
                    version,
                    governing.get(version.pk),
                    Given(event.response, event.shuffle, event.sureness),
                    policy=event.card.exam.grading_policy,
                ),
            )
            for event, version in asked
        ]
    )


def follow_recent() -> int:
    """Follow the corrections of the last days; return how many answers are rated anew."""
    since = timezone.now() - timedelta(days=SWEPT_DAYS)
    return sum(follow(each) for each in KeyCorrection.objects.filter(made_at__gt=since))


@transaction.atomic
def _regrade(rated_now: Sequence[tuple[CardEvent, Ratings]]) -> int:
    """Log where an answer is rated otherwise by today's key, and bring its card up to that."""
    keys = {event.card_id for event, _ in rated_now}
    cards = Card.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk")
    locked = {card.pk: card for card in cards}
    rated_before = {event.pk: event.rating for event, _ in rated_now}
    regrades = CardEvent.objects.filter(of__in=rated_before, kind=EventKinds.REGRADED)
    regraded = regrades.order_by("at", "pk").values_list("of_id", "rating")
    rated_before |= {key: rating for key, rating in regraded if key}
    changed = [each for each in rated_now if each[1] != rated_before[each[0].pk]]
    if changed:
        CardEvent.objects.bulk_create(
            CardEvent(
                card_id=event.card_id,
                kind=EventKinds.REGRADED,
                source=EventSources.CORRECTION,
                of=event,
                rating=rating,
                day=timezone.localdate(),
                at=ClockTimestamp(),
            )
            for event, rating in changed
        )
        reproject([locked[key] for key in sorted({event.card_id for event, _ in changed})])
    return len(changed)
