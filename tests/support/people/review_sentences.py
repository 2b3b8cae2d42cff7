"""What the review of a sitting says of its questions."""

from tests.support.people.counts import Truth
from tests.support.people.people import Asked
from tests.support.people.reading import Reading, says


@says(r"Question (?P<position>\d+)$")
def question_number(reading: Reading, position: int) -> None:
    assert position in {each.position for each in reading.truth.sat.asked}


@says(r"Question (?P<position>\d+) (?P<state>right|missed|not answered)$")
def question_state(reading: Reading, position: int, state: str) -> None:
    asked = next(each for each in reading.truth.sat.asked if each.position == position)
    assert state == {True: "right", False: "missed", None: "not answered"}[asked.is_right]


@says(r"(?P<state>right|missed|not answered) (?P<number>\d+)$")
def states(reading: Reading, state: str, number: int) -> None:
    wanted = {"right": True, "missed": False, "not answered": None}[state]
    assert number == sum(each.is_right is wanted for each in reading.truth.sat.asked)


@says(r"(?P<word>right|missed)$")
def pill_of_state(reading: Reading, word: str) -> None:
    if reading.page == "missed":
        assert shown(reading.truth).is_right is (word == "right")


@says(r"not answered$")
def pill_of_blank(reading: Reading) -> None:
    assert shown(reading.truth).is_right is None


def shown(truth: Truth) -> Asked:
    """Return the question that the review begins with: the first missed, if there is one."""
    return (truth.sat.missed or truth.sat.asked)[0]


@says(r"did not count$")
def pill_of_unscored(reading: Reading) -> None:
    assert not shown(reading.truth).is_scored


@says(r"(?P<place>\d+) of (?P<count>\d+)$")
def place_of(reading: Reading, place: int, count: int) -> None:
    if reading.page == "missed":
        sat = reading.truth.sat
        assert (place, count) == (1, len(sat.missed or sat.asked))
    else:
        known = reading.truth.evidence_in(reading.area)
        assert (place, count) == (known.right, known.answered)
