"""Responses: read from what a candidate sends, turned to authored options, graded. Pure."""

from collections.abc import Sequence

from questions.items.item import Response
from questions.items.kinds.kind import ALL_OR_NOTHING, POLICIES
from questions.items.kinds.registry import kind_of


def checked_response(
    item_type: str, response: object, *, option_count: int, prompt_count: int
) -> Response:
    """Return a response in its stored form, or None when nothing is answered.

    Raises ResponseError, with a sentence, when the value cannot be a response to such an item.
    """
    if response is None:
        return None
    return kind_of(item_type).parsed(response, options=option_count, prompts=prompt_count)


def is_complete(item_type: str, response: Response, *, choose: int) -> bool:
    """Tell whether a response gives everything the item asks for."""
    return response is not None and kind_of(item_type).is_complete(response, choose)


def authored(item_type: str, response: Response, order: Sequence[int]) -> Response:
    """Turn shown indexes of a response into authored ones; `order[shown]` is the latter."""
    return None if response is None else kind_of(item_type).authored(response, order)


def grade(
    item_type: str, right: Sequence[int], response: Response, policy: str = ALL_OR_NOTHING
) -> float:
    """Return the credit of a response: 1.0 all right, 0.0 for a blank whatever the policy.

    Key and response both name authored options. A policy names the rule of an exam; a session
    freezes it, so that a later change of policy moves no old score. Raises KeyError for a policy or
    type that is not known.
    """
    kind = kind_of(item_type)
    if policy not in POLICIES:
        raise KeyError(policy)
    return 0.0 if response is None else kind.credit(policy, right, response)
