"""Figures that stand alone on a page; what they count, the heading above them says."""

from tests.support.people.counts import newest_answers
from tests.support.people.home_sentences import missed_now
from tests.support.people.progress_sentences import levels_of, scores_of
from tests.support.people.reading import Reading, says
from tests.support.people.result_sentences import own_score

# Answers below which practice names no weak topic.
FEW_TO_PRACTICE = 10


@says(r"(?P<number>\d+)$")
def a_number(reading: Reading, number: int) -> None:
    label = reading.line.label
    if label == "axis":
        assert number in {0, 5, 10} or (number % 50 == 0 and 100 <= number <= 1000)
    elif label == "key":
        assert number == 2
    elif label:
        assert (label, number) == ("Points to gain", 0)
    else:
        assert number in OF_PAGE[reading.page](reading)


def _of_result(reading: Reading) -> set[int]:
    truth = reading.truth
    of_heading = {"Your score": {own_score(truth)}, "answers changed": {0}}
    missed = {each.position for each in truth.sat.missed}
    return of_heading.get(reading.line.heading, missed)


def _of_review(reading: Reading) -> set[int]:
    sat = reading.truth.sat
    return {len(sat.missed), len(sat.asked), 0} | {each.position for each in sat.asked}


def _of_practice(reading: Reading) -> set[int]:
    """The figures of the three ways to practice stand above their headings."""
    truth, heading = reading.truth, reading.line.heading
    if heading == "Three ways to practice":
        # What is missed today comes back tomorrow at the earliest.
        return {0}
    if heading == "Due for review":
        return {missed_now(reading)}
    if heading == "What you missed":
        is_few = len(newest_answers(truth.past)) < FEW_TO_PRACTICE
        return {0 if is_few else levels_of(truth).count(1)}
    return {"How many": {5, 10, 20, 40}, "Past practice": {0}}[heading]


def _of_progress(reading: Reading) -> set[int]:
    return {"Mock exam scores": set(scores_of(reading.truth))}[reading.line.heading]


def _of_home(reading: Reading) -> set[int]:
    if reading.line.heading in ("Mock exams", "You are ready"):
        return set(scores_of(reading.truth))
    # The places of the plan.
    return {1, 2, 3, 4}


OF_PAGE = {
    "result": _of_result,
    "missed": _of_review,
    "practice": _of_practice,
    "progress": _of_progress,
    "home": _of_home,
}
