"""What home, the choice of practice and the summary of a set say."""

from datetime import timedelta

from tests.support.people.counts import newest_answers
from tests.support.people.progress_sentences import TOPIC, levels_of
from tests.support.people.reading import Reading, claims_nothing, says

FULL_MONTH = r"[A-Z][a-z]+"
WEEKDAY = r"(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"

claims_nothing(
    *("Today$", "free$", "mock exam$", "the exam$", "–$", "Tue$", "Thu$", "Sat$"),
    rf"New mix of questions on {WEEKDAY}$",
    r"(Start)?: (Practice: .+|New mix of questions.*|\d+ questions? due for review)$",
    *("A free day$", r"Nothing is planned for today\. Enjoy it\.", "Done for today"),
    rf"Your next study day is {WEEKDAY}\.",
    *("How sure were you\\?",),
)


def missed_now(reading: Reading) -> int:
    """How many questions were not right the last time they were met."""
    newest = {each.question: each for sat in reading.truth.past for each in sat.asked}
    return sum(not each.is_right for each in newest.values())


@says(r"Today: about (?P<minutes>\d+) minutes?")
def minutes_of_today(reading: Reading, minutes: int) -> None:
    assert 1 <= minutes <= 60


@says(r"Well done\. What you missed comes back by itself\.")
def well_done(reading: Reading) -> None:
    assert reading.truth.past


@says(r"Practice: " + TOPIC)
def topic_of_plan(reading: Reading, topic: str) -> None:
    known = reading.truth.evidence_in(topic)
    assert known.right < known.answered
    reading.area = topic


@says(
    r"(?P<right>\d+) of (?P<answered>\d+) right so far\. (?P<questions>\d+) questions?, about "
    r"(?P<minutes>\d+) minutes\."
)
def facts_of_plan(
    reading: Reading, right: int, answered: int, questions: int, minutes: int
) -> None:
    known = reading.truth.evidence_in(reading.area)
    assert (right, answered) == (known.right, known.answered)
    assert minutes >= questions >= 1


@says(r"12 questions, 30 minutes\.")
def next_mock(reading: Reading) -> None:
    assert len(reading.truth.sat.asked) == 12 or reading.truth.sat.kind == "practice"


@says(r"(?P<due>\d+) questions? due for review")
@says(r"See them again before you forget\. About (?P<due>\d+) minutes?\.")
def due(reading: Reading, due: int) -> None:
    assert 1 <= due <= len(newest_answers(reading.truth.past)) + missed_now(reading)


@says(r"(?P<minutes>\d+) minutes? so far")
def minutes_so_far(reading: Reading, minutes: int) -> None:
    past = reading.truth.past
    exams = sum(sat.minutes for sat in past if sat.kind == "exam")
    practiced = sum(round(1.3 * len(sat.answered)) for sat in past if sat.kind == "practice")
    assert minutes == exams + practiced


@says(r"Nothing missed so far\.")
def nothing_missed(reading: Reading) -> None:
    assert missed_now(reading) == 0


@says(r"Nothing is due\. (?P<reviews>\d+) reviews? comes? on (?P<day>\w+, \d+ \w+)\.")
def next_due(reading: Reading, reviews: int, day: str) -> None:
    assert 1 <= reviews <= missed_now(reading)
    now = reading.truth.person.now()
    coming = [now + timedelta(days=days) for days in range(1, 8)]
    assert day in [f"{each:%A}, {each.day} {each:%B}" for each in coming]


@says(r"Start with (?P<questions>\d+)$")
def start_with(reading: Reading, questions: int) -> None:
    assert 1 <= questions <= 10


@says(TOPIC + r"(, (Topic|More of) \d\.\d)?(, and (?P<more>\d+) more topics?)?$")
def weak_spots(reading: Reading, topic: str, more: int | None) -> None:
    named = reading.line.text.count("Topic ") + reading.line.text.count("More of ")
    if reading.line.heading == "Weak spots":
        assert named + (more or 0) == levels_of(reading.truth).count(1)


@says(r"Shown after (?P<answers>\d+) more answers?\. Until then we choose the questions\.")
def shown_after(reading: Reading, answers: int) -> None:
    assert answers == 10 - len(newest_answers(reading.truth.past)) > 0


@says(r"No weak topic right now\. We choose the most useful questions\.")
def no_weak_topic(reading: Reading) -> None:
    assert levels_of(reading.truth).count(1) == 0


@says(r"No domain to study first")
@says(r"You are ready")
def ready(reading: Reading) -> None:
    assert reading.truth.passes >= 0.9


@says(r"5 more on the topics you missed")
@says(r"Start with what you were sure of and missed: you would not look it up otherwise\.")
def missed_in_practice(reading: Reading) -> None:
    assert reading.truth.sat.missed


@says(r"(?P<position>\d+)\. Stem of mini-[-\d]+(\?|\. \(Choose TWO\.\))")
def question_of_summary(reading: Reading, position: int) -> None:
    assert position == reading.position + 1
    reading.position = position


@says(r"(?P<word>Right|Missed)$")
def state_of_question(reading: Reading, word: str) -> None:
    if reading.page == "summary":
        asked = reading.truth.sat.asked[reading.position - 1]
        assert asked.position == reading.position
        assert asked.is_right is (word == "Right")
        assert reading.area == asked.topic


@says(rf"\d+ {FULL_MONTH} \d{{4}}, (?P<minutes>\d+) minutes?$")
def minutes_of_practice(reading: Reading, minutes: int) -> None:
    # By the clock, so that a busy machine makes it longer.
    assert 1 <= minutes <= 10


@says(r"You (guessed|thought so for|were sure of) (?P<n>\d+): (?P<right>\d+) right\.")
def sureness(reading: Reading, n: int, right: int) -> None:
    assert (right, n) == (len(reading.truth.sat.right), len(reading.truth.sat.answered))


@says(r"(?P<shown>\d+) (?P<questions>\d+) questions?$")
@says(r"(?P<shown>\d+)(?P<questions>) questions? to draw from")
def free_questions(reading: Reading, shown: int, questions: int | str) -> None:
    assert questions in ("", shown)
    whole = {"": 72, "1": 42, "2": 30, "1.1": 24, "1.2": 18, "2.1": 12, "2.2": 18}
    assert shown in whole.values() or shown in (6, 9)
