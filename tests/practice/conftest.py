"""What tests of practice share."""

import pytest

from examapp.practice import services
from examapp.practice.services import Choice


@pytest.fixture
def practiced(candidate, exam):
    """An open set of five questions of the candidate."""
    return services.start(candidate, exam=exam, choice=Choice(5))


def right_of(item):
    """Return the response that earns full credit on an item of a set."""
    shown = {authored: shown for shown, authored in enumerate(item.shuffle)}
    right = [shown[index] for index in item.version.key["right"]]
    if item.version.type == "multiple_choice":
        return right[0]
    return sorted(right) if item.version.type == "multiple_response" else right


def wrong_of(item):
    """Return a complete response that earns nothing."""
    right = right_of(item)
    if item.version.type == "multiple_choice":
        return (right + 1) % len(item.shuffle)
    if item.version.type == "multiple_response":
        return [index for index in range(len(item.shuffle)) if index not in right][: len(right)]
    return right[1:] + right[:1]


def fields_of(item, response, sureness="sure"):
    """Return the form's fields that answer an item so."""
    name = f"q{item.position}"
    fields = {"sureness": sureness}
    if item.version.type == "ordering":
        fields |= {f"{name}-{index}": rank for rank, index in enumerate(response, 1)}
    elif item.version.type == "matching":
        fields |= {f"{name}-{place}": index for place, index in enumerate(response)}
    else:
        fields[name] = response
    return fields


def answer_set(practiced, candidate, respond=right_of, *, sureness="sure", count=None):
    """Answer a set's questions in order, all of them or the first `count`."""
    items = practiced.items.select_related("version").order_by("position")
    for item in items[:count]:
        services.answer(
            practiced.pk,
            item.position,
            candidate=candidate,
            response=respond(item),
            sureness=sureness,
        )
