"""Rating a question: first one's own answer, then the share that one expects."""

import random
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext

from examapp.accounts.models import User
from examapp.reports.models import ItemRating, RaterAnswer, RatingRound, RoundItem
from examapp.reports.standard_setting import rounds
from questions.items.item import Response
from questions.items.kinds.kind import ALL_OR_NOTHING
from questions.items.responses import authored, grade
from questions.services.errors import Refused


class RoundClosed(Refused):
    """The round has ended: its ratings are seen, and no other is taken."""

    def __init__(self) -> None:
        super().__init__(gettext("This round is closed. No more ratings are taken."))


def shuffle_for(item: RoundItem, rater: User) -> list[int]:
    """Return the order in which someone sees an item's options, always the same."""
    return item.version.shuffle(random.Random(f"{item.pk}-{rater.pk}"))


@transaction.atomic
def answer(
    item: RoundItem, rater: User, *, response: Response, shuffle: Sequence[int]
) -> RaterAnswer:
    """Keep a rater's own answer, in shown indexes; the first one stands. Raises RoundClosed."""
    _lock_open(item.round_id)
    key = RoundItem.objects.select_related("version").get(pk=item.pk).version
    right = grade(key.type, key.key["right"], authored(key.type, response, shuffle), ALL_OR_NOTHING)
    kept, _ = RaterAnswer.objects.get_or_create(
        item_id=item.pk,
        rater=rater,
        defaults={"response": response, "shuffle": list(shuffle), "is_right": right == 1},
    )
    return kept


@transaction.atomic
def rate(given: RaterAnswer, *, share_percent: int) -> None:
    """Keep a rating beside one's answer; the last one of a round closes it. Raises RoundClosed."""
    round_ = _lock_open(given.item.round_id)
    ItemRating.objects.create(answer=given, share_percent=share_percent)
    if all(each.is_done for each in rounds.progress(round_)):
        rounds.close(round_, by=None)


def _lock_open(round_id: int) -> RatingRound:
    """Lock a round that is open, so that it does not close meanwhile."""
    locked = RatingRound.objects.select_for_update(of=("self",)).select_related("exam")
    round_ = locked.get(pk=round_id)
    if not round_.is_open:
        raise RoundClosed
    return round_
