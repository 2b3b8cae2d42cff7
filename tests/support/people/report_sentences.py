"""What a report of weak areas says, and every page that tells the chance to pass."""

from tests.support.people.counts import CUT, ENOUGH, FEW, count, evidence
from tests.support.people.reading import Reading, claims_nothing, says
from tests.support.people.result_sentences import known_of, own_score

_DOMAIN_MOVE = r"[12] Domain [12]: from (?P<was>\d+) to (?P<now>\d+) %"

claims_nothing(
    *(r"Result of \d+ \w+( \d{4})?$", r"Your weak areas: Mini exam mini-\d+", "What this means"),
    *(r"How did I do\?", r"Would I pass today\?", r"What is weak\?", r"What should I do next\?"),
    *("Study:", "What to study next", r"Read the note(: .+)?$", r"Why this order\?", "The domains"),
    r"The topics that could add the most points come first: .* counts too\.",
    r"Thick bar: our best guess\. Thin bar: the likely range\. Dashed line: the pass mark, 70 %\.",
    *(
        "All topics",
        r"Each topic leads to its note\.",
        "What we cannot tell yet",
        "All study notes",
    ),
    *("(Domains|Tasks|Topics) as a table", "Domain$", "Task$", "Topics?$", "Domains$", "Tasks$"),
    *("Topics, most points to gain first", "Best guess", "Likely range", "Verdict"),
    *("Chance below the pass mark", "Chance of being your weakest", "Points to gain"),
    *("on track", "too close to call", "below the pass mark", "answers: too few to tell"),
    *("no answer yet$", r": (Topic|More of) [\d.]+\d$"),
)


def told_chance(reading: Reading, tenths: int, low: int, high: int) -> None:
    """Hold a chance to pass, in tenths, against that of the simulation."""
    assert len(evidence(reading.truth.past)) >= ENOUGH
    assert low <= tenths <= high
    reading.same_everywhere("range", (low, high))
    reading.truth.ranges.append(("chance", 10 * low, 100 * reading.truth.passes, 10 * high))


@says(r"You would pass about (?P<tenths>\d+) times? in 10\b")
def chance(reading: Reading, tenths: int) -> None:
    reading.same_everywhere("chance", tenths)
    assert len(evidence(reading.truth.past)) >= ENOUGH
    assert abs(tenths - 10 * reading.truth.passes) <= 5


@says(r"(?P<of>\d+) of 10 dots are filled; likely between (?P<low>\d+) and (?P<high>\d+)")
@says(r"Now about (?P<of>\d+) times? in 10, likely between (?P<low>\d+) and (?P<high>\d+)\.")
def chance_picture(reading: Reading, of: int, low: int, high: int) -> None:
    told_chance(reading, of, low, high)
    reading.same_everywhere("chance", of)


@says(r"Likely between (?P<low>\d+) and (?P<high>\d+)\.( Each mock exam narrows this down\.)?")
def chance_range(reading: Reading, low: int, high: int) -> None:
    told_chance(reading, low, low, high)


@says(r"You scored (?P<score>\d+) in this exam and passed\. The pass mark is 700\.")
@says(r"You scored (?P<score>\d+) in this exam, below the pass mark of 700\.")
def scored(reading: Reading, score: int) -> None:
    assert score == own_score(reading.truth)
    assert ("and passed" in reading.line.text) == (score >= 700)


@says(r"In all, you likely know (?P<low>\d+) to (?P<high>\d+) % of the exam\.")
def likely_known(reading: Reading, low: int, high: int) -> None:
    assert len(evidence(reading.truth.past)) >= ENOUGH
    reading.truth.ranges.append(("whole", low, 100 * reading.truth.share, high))


@says(r"(?P<blank>\d+) questions? (was|were) not answered\.")
def blank_questions(reading: Reading, blank: int) -> None:
    sat = reading.truth.sat
    assert blank == len(sat.asked) - len(sat.answered) > 0


@says(r"(?P<rapid>\d+) answers? (is|are) left out: (it|they) came faster than anyone can read .+\.")
def rapid_answers(reading: Reading, rapid: int) -> None:
    assert rapid == sum(each.is_rapid for sat in reading.truth.past for each in sat.asked) > 0


@says(r"Too few answers to tell\. Answer about (?P<more>\d+) more questions?\.")
def more_answers(reading: Reading, more: int) -> None:
    assert more == ENOUGH - len(evidence(reading.truth.past)) > 0


@says(r"Your chance to pass went from (?P<was>\d+) to (?P<now>\d+) % since the exam before\.")
def chance_moved(reading: Reading, was: int, now: int) -> None:
    before, after = (sat.chances[1] for sat in reading.truth.past[-2:])
    assert (now > was) == (after > before)
    assert len(evidence(reading.truth.past[:-1])) >= ENOUGH


@says(r"What changed most:")
@says(r"Changed since the exam before:")
def changed(reading: Reading) -> None:
    assert reading.truth.past[-2].chances != reading.truth.past[-1].chances


@says(_DOMAIN_MOVE)
def domain_moved(reading: Reading, was: int, now: int) -> None:
    before, after = (sat.chances[1] for sat in reading.truth.past[-2:])
    assert (now > was) == (after > before)


@says(r"Too early to say whether you improved\.")
def too_early(reading: Reading) -> None:
    assert len(reading.truth.past) > 1


@says(r"You improved since the exam before\.")
def improved(reading: Reading) -> None:
    before, after = (sat.chances for sat in reading.truth.past[-2:])
    assert all(after[number] > before[number] for number in after)


@says(
    r"With every question answered you would pass about (?P<all>\d+) in 10, "
    r"now about (?P<now>\d+) in 10\."
)
def both_chances(reading: Reading, all: int, now: int) -> None:
    truth = reading.truth
    assert len(truth.sat.answered) < len(truth.sat.asked)
    assert all > now
    reading.same_everywhere("chance", now)
    assert abs(now - 10 * truth.passes) <= 4


@says(r"You run out of time before the end: practice against the clock\.")
def out_of_time(reading: Reading) -> None:
    assert reading.truth.sat.minutes >= 27
    assert reading.truth.sat.asked[-1].is_right is None


@says(r"You skip questions: answer every one, a guess costs nothing\.")
def skips(reading: Reading) -> None:
    sat = reading.truth.sat
    assert len(sat.answered) < len(sat.asked)
    assert sat.minutes < 27


@says(r"Most to gain: (?P<domain>\d) Domain \d\. It could add about (?P<points>\d+) points?\.")
def most_to_gain(reading: Reading, domain: int, points: int) -> None:
    weight = {1: 0.6, 2: 0.4}[domain]
    short = max(0.0, CUT - reading.truth.chances[domain])
    assert 1 <= points <= 600 / CUT * weight * (short + 0.25)


@says(r"Probably your weakest: (?P<domain>\d) Domain \d")
def weakest(reading: Reading, domain: int) -> None:
    truth = reading.truth
    assert truth.evidence_in(str(domain)).answered >= FEW
    # Of equals each may be named.
    assert truth.chances[domain] <= min(truth.chances.values()) + 0.1


@says(r"No topic stands out\.")
def nothing_stands_out(reading: Reading) -> None:
    truth = reading.truth
    known = count(evidence(truth.past))
    assert known.right == known.answered or min(truth.chances.values()) >= CUT


@says(r"could add about (?P<points>\d+) points?")
def could_add(reading: Reading, points: int) -> None:
    known = reading.truth.evidence_in(reading.area)
    assert known.right < known.answered
    assert 1 <= points <= 600 / CUT * 0.6


@says(
    r"You missed (?P<wrong>\d+) of (?P<asked>\d+) here(, and (?P<all_wrong>\d+) of (?P<of>\d+) in "
    r"task (?P<task>\d\.\d))?\."
)
def missed_here(
    reading: Reading, wrong: int, asked: int, all_wrong: int, of: int, task: str
) -> None:
    here = reading.truth.evidence_in(reading.area)
    assert (here.answered - here.right, here.answered) == (wrong, asked)
    if task:
        around = reading.truth.evidence_in(task)
        assert (around.answered - around.right, around.answered) == (all_wrong, of)


@says(r"(?P<questions>\d+) questions? on this")
def questions_on_this(reading: Reading, questions: int) -> None:
    assert 1 <= questions <= 72


@says(r"likely (?P<low>\d+) to (?P<high>\d+) %")
def likely_in_area(reading: Reading, low: int, high: int) -> None:
    reading.same_everywhere(f"range of {reading.area}", (low, high))
    reading.truth.ranges.append((reading.area, low, 100 * known_of(reading), high))


@says(r"(?P<task>\d\.\d) Task \d\.\d$")
def a_task(reading: Reading, task: str) -> None:
    reading.area = task


@says(r"(?P<task>\d\.\d) (?P<topic>(Topic|More of) \d\.\d)$")
def a_topic_of_a_task(reading: Reading, task: str, topic: str) -> None:
    assert topic.endswith(task)
    reading.area = topic


@says(
    r"((?P<n>\d+) )?(?P<topic>(Topic|More of) \d\.\d): (?P<right>\d+) of (?P<asked>\d+) right, "
    r"too few answers to tell"
)
def few_in_topic(reading: Reading, n: int, topic: str, right: int, asked: int) -> None:
    known = reading.truth.evidence_in(topic)
    assert (known.right, known.answered) == (right, asked)
    assert n == asked < FEW


@says(
    r"(?P<topic>(Topic|More of) \d\.\d): (?P<right>\d+) of (?P<asked>\d+) right, "
    r"likely (?P<low>\d+) to (?P<high>\d+) %"
)
def topic_known(reading: Reading, topic: str, right: int, asked: int, low: int, high: int) -> None:
    known = reading.truth.evidence_in(topic)
    assert (known.right, known.answered) == (right, asked)
    assert asked >= FEW
    reading.truth.ranges.append((topic, low, 100 * reading.truth.known_of(topic), high))


@says(r"(?P<topic>(Topic|More of) \d\.\d): no answer yet")
def topic_unseen(reading: Reading, topic: str) -> None:
    assert reading.truth.evidence_in(topic).answered == 0


@says(r"(?P<task>\d\.\d) Task \d\.\d: (?P<answers>\d+) answers? so far\.")
def task_so_far(reading: Reading, task: str, answers: int) -> None:
    assert answers == reading.truth.evidence_in(task).answered


@says(r"About (?P<more>\d+) more would tell\.")
def more_would_tell(reading: Reading, more: int) -> None:
    assert 1 <= more <= 72


@says(r"(?P<percent>\d+) %$")
def percent_of_table(reading: Reading, percent: int) -> None:
    assert 0 <= percent <= 100
    if reading.line.label == "Chance below the pass mark":
        known = known_of(reading)
        assert not (percent >= 95 and known > CUT + 0.1)
        assert not (percent <= 5 and known < CUT - 0.1)


@says(r"(?P<low>\d+) to (?P<high>\d+) %$")
def range_of_table(reading: Reading, low: int, high: int) -> None:
    assert reading.line.label == "Likely range"
    reading.same_everywhere(f"range of {reading.area}", (low, high))
    reading.truth.ranges.append((reading.area, low, 100 * known_of(reading), high))


@says(r"about (?P<points>\d+)$")
@says(r"under (?P<points>1)$")
def points_of_table(reading: Reading, points: int) -> None:
    assert reading.line.label == "Points to gain"
    assert 1 <= points <= 600
