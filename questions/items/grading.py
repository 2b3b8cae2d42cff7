"""Grading: a key and a response give a credit between 0 and 1.

Pure. Key and response both speak of authored option indexes. A policy names the rule of an exam; a
session freezes it, so that a later change of policy moves no old score.
"""

from collections.abc import Callable, Sequence

from questions.items.item import Response

ALL_OR_NOTHING = "all_or_nothing"
PARTIAL_CREDIT = "partial_credit"


def grade(
    item_type: str, right: Sequence[int], response: Response, policy: str = ALL_OR_NOTHING
) -> float:
    """Return the credit of a response: 1.0 all right, 0.0 for a blank whatever the policy.

    Raises KeyError for a policy or type that is not known.
    """
    rule = POLICIES[policy][item_type]
    if response is None:
        return 0.0
    return rule(list(right), [response] if isinstance(response, int) else list(response))


Chosen = list[int | None] | list[int]


def _exact_set(right: list[int], chosen: Chosen) -> float:
    return float(set(right) == set(chosen))


def _exact_sequence(right: list[int], chosen: Chosen) -> float:
    return float(right == chosen)


def _right_minus_wrong(right: list[int], chosen: Chosen) -> float:
    """Right choices less wrong ones, over the number of right options, never below 0.

    The rule of Canvas and of PrairieLearn's net correct: ticking everything earns what the surplus
    of right over wrong options leaves, never full credit.
    """
    hits = len(set(right) & set(chosen))
    misses = len(set(chosen) - set(right))
    return max(0.0, (hits - misses) / len(right))


def _right_places(right: list[int], chosen: Chosen) -> float:
    """Share of places that hold their own response; a surplus place counts against."""
    hits = sum(a == b for a, b in zip(right, chosen, strict=False))
    return hits / max(len(right), len(chosen))


POLICIES: dict[str, dict[str, Callable[[list[int], Chosen], float]]] = {
    ALL_OR_NOTHING: {
        "multiple_choice": _exact_set,
        "multiple_response": _exact_set,
        "ordering": _exact_sequence,
        "matching": _exact_sequence,
    },
    PARTIAL_CREDIT: {
        "multiple_choice": _exact_set,
        "multiple_response": _right_minus_wrong,
        "ordering": _right_places,
        "matching": _right_places,
    },
}
