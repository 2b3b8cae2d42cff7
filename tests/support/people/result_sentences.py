"""What the result of a sitting and the review of what was missed say."""

import math
from statistics import mean, median

from tests.support.people.counts import CUT, FEW, SCORED, Truth, count, evidence, is_in
from tests.support.people.reading import Reading, claims_nothing, says

claims_nothing(
    *("Past exams", "Print or save as PDF", "Your score", "The real exam, today", "pass mark"),
    *("Where your points are", "likely range, best guess", "What you missed", "Behind the score"),
    *("Your time and pace", r"How is this worked out\?", "Your whole report, topic by topic"),
    *("Leave this exam out", r"Not a serious try\?.* at any time\.", "Leave it out"),
    *("Discard this exam", r"Time for each question, in order\. .* below\."),
    *(
        "per question, usually",
        "to spare at the end",
        "answers changed",
        "All",
        "Flagged",
    ),
    r"The real exam does not publish its formula, so the score is a practice estimate, not an "
    r"official one\.",
    r"The line shows where you likely stand\. It is right 9 times out of 10\.",
    r"A question explained to you before does not count again\.",
    *("That is too few for a score. If you discard this exam, you can start it again.",),
    *("Keep it and see the score", "What each choice means", r"Discard: no score and .* start\."),
    *(r"Result of New mix of questions", "One at a time", "List to print", "Topic", "Your time"),
    *(
        "Report a problem : question",
        "Next( missed)?$",
        "Previous( missed)?$",
        "Back to the result",
    ),
    *("Show all questions", "Nothing here", "Save", "Save this question", "Saved"),
    r"Your answers in New mix of questions",
    *(
        "Write a note for yourself",
        "Your note",
        "Save the note",
        r"Stem of mini-\S+( \(Choose TWO\.\))?",
    ),
)


def own_score(truth: Truth) -> int:
    """The score by the rules of the exam: through (0, 100), (the cut, 700) and (1, 1000)."""
    right = credit(truth)
    if right >= CUT * SCORED:
        return math.floor(700 + 300 * (right - CUT * SCORED) / ((1 - CUT) * SCORED) + 1e-9)
    return math.floor(100 + 600 * right / (CUT * SCORED) + 1e-9)


def credit(truth: Truth) -> int:
    return sum(each.is_scored for each in truth.sat.right)


def known_of(reading: Reading) -> float:
    return reading.truth.known_of(reading.area)


@says(r"New (mix of )?questions$")
def title(reading: Reading) -> None:
    if reading.page not in ("home", "progress"):
        assert reading.line.text in {sat.title for sat in reading.truth.past}


@says(r"Mini exam mini-\d+, \d+ \w+( \d{4})?, (?P<used>\d+) of (?P<allowed>\d+) minutes")
def time_used(reading: Reading, used: int, allowed: int) -> None:
    assert (used, allowed) == (reading.truth.sat.minutes, 30)


@says(r"Mini exam mini-\d+(, \d+ \w+( \d{4})?)?$")
def exam_and_day(reading: Reading) -> None:
    assert reading.page != "result" or not reading.truth.sat.answered


@says(r"Time ran out and the exam ended by itself\. Every answer .* in time is scored\.")
def expired(reading: Reading) -> None:
    assert reading.truth.sat.is_expired


@says("You passed this mock exam")
def passed(reading: Reading) -> None:
    assert credit(reading.truth) >= CUT * SCORED


@says(r"Not passed yet: (?P<points>\d+) points? to go")
def not_passed(reading: Reading, points: int) -> None:
    assert points == 700 - own_score(reading.truth) > 0


@says("of 1000$")
def of_most(reading: Reading) -> None:
    assert reading.line.heading == "Your score"


@says(r"The scale goes from 100 to 1000, the pass mark is 700, your score is (?P<score>\d+)")
def score_line(reading: Reading, score: int) -> None:
    assert score == own_score(reading.truth)


@says("700 to pass$")
def score_scale(reading: Reading) -> None:
    assert reading.page == "result"


@says(r"(?P<right>\d+) of (?P<total>\d+) right\.")
def right_of_all(reading: Reading, right: int, total: int) -> None:
    assert (right, total) == (len(reading.truth.sat.right), len(reading.truth.sat.asked))


@says(r"(?P<lacking>\d+) more right answers? among those that count would have passed\.")
def lacking_answers(reading: Reading, lacking: int) -> None:
    assert lacking == CUT * SCORED - credit(reading.truth) > 0


@says(r"(?P<points>\d+) points? more than in New mix of questions\.")
def more_points(reading: Reading, points: int) -> None:
    assert points == difference(reading.truth) > 0


@says(r"(?P<points>\d+) fewer points than in New mix of questions\.")
def fewer_points(reading: Reading, points: int) -> None:
    assert -points == difference(reading.truth) < 0


@says(r"As many points as in New mix of questions\.")
def as_many_points(reading: Reading) -> None:
    assert difference(reading.truth) == 0


def difference(truth: Truth) -> int:
    before = Truth(truth.person, truth.past[:-1])
    return own_score(truth) - own_score(before)


@says(r"Too few answers so far to say how the real exam would go\.")
def too_few_for_odds(reading: Reading) -> None:
    assert len(evidence(reading.truth.past)) < 20


@says(r"Practice the (?P<missed>\d+) you missed")
def practice_missed(reading: Reading, missed: int) -> None:
    assert missed == len(reading.truth.sat.missed) > 0


@says("Take the next mock exam")
def nothing_missed(reading: Reading) -> None:
    assert not reading.truth.sat.missed


@says(r"Nothing: every answer was right\.")
@says(r"Every answer was right\.")
def all_right(reading: Reading) -> None:
    assert not reading.truth.sat.missed


@says(r"(?P<domain>[12]) Domain [12]")
def a_domain(reading: Reading, domain: int) -> None:
    reading.area = str(domain)


@says(r"(?P<right>\d+) of (?P<total>\d+) right$")
def right_in_area(reading: Reading, right: int, total: int) -> None:
    truth = reading.truth
    if reading.page == "result":
        inside = [each for each in truth.sat.asked if is_in(each, reading.area)]
        assert (right, total) == (sum(bool(each.is_right) for each in inside), len(inside))
    elif reading.page == "report":
        known = truth.evidence_in(reading.area)
        assert (right, total) == (known.right, known.answered)
    elif reading.page in ("summary", "practice"):
        assert (right, total) in {(len(sat.right), len(sat.answered)) for sat in truth.past}
    else:
        known = truth.map_in(reading.area)
        assert (right, total) == (known.right, known.answered)


@says(
    r"Likely between (?P<low>\d+) and (?P<high>\d+) %, best guess (?P<best>\d+) %; the pass mark "
    r"is 70 %"
)
def likely_range(reading: Reading, low: int, high: int, best: int) -> None:
    assert low <= best <= high
    reading.same_everywhere(f"range of {reading.area}", (low, high))
    reading.truth.ranges.append((reading.area, low, 100 * known_of(reading), high))


@says("On track")
def on_track(reading: Reading) -> None:
    assert reading.truth.evidence_in(reading.area).answered >= FEW
    assert known_of(reading) > CUT - 0.1


@says("Below the pass mark")
@says("Study first$")
def below(reading: Reading) -> None:
    assert reading.truth.evidence_in(reading.area).answered >= FEW
    assert known_of(reading) < CUT + 0.1


@says("Too close to call")
def undecided(reading: Reading) -> None:
    assert reading.truth.evidence_in(reading.area).answered >= FEW


@says("Too few answers to tell$")
def too_few(reading: Reading) -> None:
    if reading.line.heading == "What is weak?":
        assert any(reading.truth.evidence_in(area).answered < FEW for area in "12")
    else:
        assert reading.truth.evidence_in(reading.area).answered < FEW


@says(r"Study first: Domain (?P<domain>\d)\.")
def study_first(reading: Reading, domain: int) -> None:
    reading.area = str(domain)
    truth = reading.truth
    assert truth.evidence_in(str(domain)).answered >= FEW
    # Of equals each may be named.
    assert truth.chances[domain] <= min(truth.chances.values()) + 0.1


@says(r"It is worth about (?P<questions>\d+) more questions? in the exam\.")
def worth(reading: Reading, questions: int) -> None:
    short = max(0.0, CUT - known_of(reading))
    weight = {"1": 6, "2": 4}[reading.area]
    assert 1 <= questions <= weight * (short + 0.25)


@says(r"Start with (?P<topic>(Topic|More of) [\d.]+\d)")
def start_with(reading: Reading, topic: str) -> None:
    missed = reading.truth.evidence_in(topic)
    assert missed.right < missed.answered


@says(r"Look at all (?P<total>\d+) answers")
@says(r"All (?P<total>\d+) questions")
def all_answers(reading: Reading, total: int) -> None:
    assert total == len(reading.truth.sat.asked)


@says(r"(?P<missed>\d+) missed$")
def missed_in_domain(reading: Reading, missed: int) -> None:
    inside = [each for each in reading.truth.sat.missed if is_in(each, reading.area)]
    assert missed == len(inside) > 0


@says(r"(?P<topic>(Topic|More of) [\d.]+\d)(?P<blank> · not answered)?$")
def topic_of_missed(reading: Reading, topic: str, blank: str | None) -> None:
    if reading.page == "result":
        missed = [each for each in reading.truth.sat.missed if each.topic == topic]
        assert any((each.is_right is None) == bool(blank) for each in missed)
    reading.area = topic


@says(r"(?P<seconds>\d+) s per question$")
@says(r"(?P<seconds>\d+) s$")
def usual_time(reading: Reading, seconds: int) -> None:
    times = [each.seconds for each in reading.truth.sat.answered]
    if reading.page == "missed":
        assert seconds in {round(each) for each in times}
    else:
        assert seconds == round(median(times))


@says(r"(?P<minutes>\d+) min$")
def spare_time(reading: Reading, minutes: int) -> None:
    if reading.line.heading == "to spare at the end":
        assert minutes == 30 - reading.truth.sat.minutes
    else:
        assert reading.page in ("report", "home")


@says(r"150 s, the time you have per question")
def time_for_each(reading: Reading) -> None:
    assert 30 * 60 / len(reading.truth.sat.asked) == 150


@says(
    r"In the last quarter: (?P<right>\d+) of (?P<total>\d+) right, "
    r"(?P<seconds>\d+) s per question\. "
    r"Before that: (?P<was>\d+) of (?P<of>\d+), (?P<before>\d+) s\."
)
def quarters(
    reading: Reading, right: int, total: int, seconds: int, was: int, of: int, before: int
) -> None:
    asked = reading.truth.sat.asked
    edge = len(asked) - len(asked) // 4
    for part, told in ((asked[edge:], (right, total, seconds)), (asked[:edge], (was, of, before))):
        times = [each.seconds for each in part if each.seconds]
        assert told == (count(part).right, len(part), round(mean(times)))


@says("Slowest:")
def slowest(reading: Reading) -> None:
    pass


@says(r"question (?P<position>\d+), (?P<seconds>\d+) s\b")
def slow_question(reading: Reading, position: int, seconds: int) -> None:
    by_time = sorted(reading.truth.sat.answered, key=lambda each: -each.seconds)
    least = by_time[:3][-1].seconds
    assert position in [each.position for each in by_time if each.seconds >= least]
    assert seconds == round(next(e.seconds for e in by_time if e.position == position))


@says(
    r"As in the real exam, 10 questions count and (?P<unscored>\d+) are only tried out\. "
    r"You cannot tell which\."
)
def unscored_questions(reading: Reading, unscored: int) -> None:
    assert unscored == sum(not each.is_scored for each in reading.truth.sat.asked)


@says(
    r"You earned (?P<credit>\d+) of the 10 points that count, "
    r"which is (?P<score>\d+) on the scale\."
)
def points_earned(reading: Reading, credit: int, score: int) -> None:
    right = sum(each.is_scored for each in reading.truth.sat.right)
    assert (credit, score) == (right, own_score(reading.truth))


@says(r"The chance to pass and the ranges are based on (?P<answers>\d+) answers?\.")
@says(r"Based on (?P<answers>\d+) answers?\.")
def based_on(reading: Reading, answers: int) -> None:
    assert answers == len(evidence(reading.truth.past))


@says(r"You answered (?P<answered>\d+) of (?P<asked>\d+) questions")
def answered_of_asked(reading: Reading, answered: int, asked: int) -> None:
    sat = reading.truth.sat
    assert (answered, asked) == (len(sat.answered), len(sat.asked))


@says(
    r"Keep: the score is (?P<score>\d+), and it stays in your history\. Questions you did not "
    r"answer are left out of your estimate\."
)
def keep(reading: Reading, score: int) -> None:
    assert score == own_score(reading.truth)
