"""The places of a form that is put together by hand, changed one step at a time. Pure."""

from collections.abc import Sequence

# A place of a form: the ref of its question, and whether it counts.
Place = tuple[str, bool]


def changed(places: Sequence[Place], step: str, ref: str, *, scored_count: int) -> list[Place]:
    """Return the places after a step with a question; what cannot be done changes nothing.

    Steps: "add" at the end, "remove", "up" and "down" by one place, "count" to make it count or
    not. What is added counts as long as fewer than `scored_count` do.
    """
    refs = [known for known, _ in places]
    if step == "add":
        scored = sum(is_scored for _, is_scored in places)
        return [*places] if ref in refs else [*places, (ref, scored < scored_count)]
    if ref not in refs:
        return [*places]
    at = refs.index(ref)
    if step == "remove":
        return [*places[:at], *places[at + 1 :]]
    if step == "count":
        return [*places[:at], (ref, not places[at][1]), *places[at + 1 :]]
    return _moved(places, at, {"up": -1, "down": 1}.get(step, 0))


def _moved(places: Sequence[Place], at: int, by: int) -> list[Place]:
    to = at + by
    moved = [*places]
    if 0 <= to < len(moved):
        moved[at], moved[to] = moved[to], moved[at]
    return moved
