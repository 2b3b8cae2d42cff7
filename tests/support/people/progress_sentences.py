"""What progress, home, the choice of practice and its summary say."""

from tests.support.people.counts import ENOUGH, Truth, evidence, newest_answers
from tests.support.people.reading import Reading, claims_nothing, says
from tests.support.people.result_sentences import own_score

MONTH = "(Jan|Feb|March|April|May|June|July|Aug|Sept|Oct|Nov|Dec)"
TOPIC = r"(?P<topic>(Topic|More of) \d\.\d)"

claims_nothing(
    *("Your progress", r"Would you pass\? Times in 10", "Mock exam scores", "Your work"),
    *("Mon$", "Wed$", "Fri$", "Sun$", "answers a day", r"1–29|30–99|100\+", "As in the exam"),
    *("Weakest first", r"The map counts your newest answer to each question, .* 10\."),
    *("1/4: 1 of 4 answers right", r"Your work in the last twelve weeks:"),
    *("Set your exam date", "Your plan for today", "If the exam were today", "Mock exams"),
    *("Progress", "This week", "Calendar file", "Take it now", "Start the review", r"Start$"),
    *("Practice more", "Practice$", "Find a topic", "Three ways to practice", "Weak spots"),
    *("Due for review", r"You answered these before\. See them again before you forget\."),
    *(r"What you miss, guess or save comes back here before you forget it\.", "Your own test"),
    *(
        r"From your mock exams and your practice, newest first\.",
        "Parts of the exam",
        "Start with 10",
    ),
    *(r"Pick nothing to practice everything\.", "Choose tasks and topics", "The whole task"),
    *("Which questions", "How many", "Answers$", "All$", "New$", "Saved$", "After each one"),
    *("At the end, on time", "Start the test", "Past practice", "Saved questions"),
    *(
        "With your own notes",
        r"Your practice appears here, question by question\.",
        "Every question",
    ),
    *(r"How sure were you\?", "You are ready", "Enter the date", "Keep it fresh until the exam"),
    r"Book the exam with its provider, then enter the date\.",
    r": .+ Stem of mini-\S+",
)


@says("You are getting better")
def better(reading: Reading) -> None:
    first, last = reading.truth.past[0].chances, reading.truth.past[-1].chances
    assert all(last[number] > first[number] for number in last)


@says(r"No clear change since \d+ \w+")
def no_clear_change(reading: Reading) -> None:
    assert len(evidence(reading.truth.past)) >= ENOUGH


@says(r"From (?P<then>\d+) to (?P<now>\d+) times? in 10 since \d+ \w+\.")
def chance_then_and_now(reading: Reading, then: int, now: int) -> None:
    truth = reading.truth
    assert then != now
    reading.same_everywhere("chance", now)
    assert abs(now - 10 * truth.passes) <= 5
    if truth.past[0].chances != truth.past[-1].chances:
        assert now > then


@says(r"The more you answer, the more this page can say\.")
def say_more(reading: Reading) -> None:
    assert len(evidence(reading.truth.past)) < ENOUGH


@says(r"(?P<topics>\d+) weak topics? (is|are) left\.")
@says(r"Practice the (?P<topics>\d+) weak topics")
def weak_topics(reading: Reading, topics: int) -> None:
    assert topics == levels_of(reading.truth).count(1) > 0


@says(r"Practice the weak topic$")
def one_weak_topic(reading: Reading) -> None:
    assert levels_of(reading.truth).count(1) == 1


def levels_of(truth: Truth) -> list[int]:
    """The level of each of the eight topics, by the limits that the page itself states."""
    titles = [f"{word} {task}" for task in ("1.1", "1.2", "2.1", "2.2") for word in WORDS]
    return [level_of(truth, title) for title in titles]


WORDS = ("Topic", "More of")


def level_of(truth: Truth, topic: str) -> int:
    known = truth.map_in(topic)
    if not known.answered:
        return 0
    if known.share < 0.4:
        return 1
    if known.share < 0.7:
        return 2
    return 4 if known.share >= 0.85 and known.answered >= 3 else 3


@says(r"Answer about (?P<answers>\d+) more questions? to see your chance to pass\.")
def answers_lacking(reading: Reading, answers: int) -> None:
    assert answers == ENOUGH - len(evidence(reading.truth.past)) > 0


@says(r"(?P<tenths>\d+) in 10$")
def chance_in_chart(reading: Reading, tenths: int) -> None:
    reading.same_everywhere("chance", tenths)
    assert abs(tenths - 10 * reading.truth.passes) <= 5


@says(r"After your first mock exam\.")
def no_exam_yet(reading: Reading) -> None:
    assert not any(sat.kind == "exam" for sat in reading.truth.past)


@says(r"(?P<score>\d+) on \d+ \w+\.")
def score_in_chart(reading: Reading, score: int) -> None:
    assert score in scores_of(reading.truth)


@says(r"The pass mark is 700\.")
def pass_mark(reading: Reading) -> None:
    assert scores_of(reading.truth)


def scores_of(truth: Truth) -> list[int]:
    ends = range(1, len(truth.past) + 1)
    pasts = [Truth(truth.person, truth.past[:end]) for end in ends]
    return [own_score(past) for past in pasts if past.sat.kind == "exam"]


@says(r"(?P<days>\d+) days?, (?P<answers>\d+) answers?")
def work(reading: Reading, days: int, answers: int) -> None:
    given = sum(len(sat.answered) for sat in reading.truth.past)
    assert (days, answers) == (min(1, given), given)


@says(r"\w+ \d+: (?P<answers>\d+) answers?")
def work_of_a_day(reading: Reading, answers: int) -> None:
    assert answers in {0, sum(len(sat.answered) for sat in reading.truth.past)}


@says(rf"(\d+ )?{MONTH}\.?$")
def day_or_month(reading: Reading) -> None:
    assert reading.page in ("progress", "home")


@says(r"8 topics at a glance")
def all_topics(reading: Reading) -> None:
    assert reading.page == "progress"


@says(r"(?P<level>weak|shaky|good|strong|not answered yet) (?P<topics>\d+)$")
def topics_of_level(reading: Reading, level: str, topics: int) -> None:
    number = ("not answered yet", "weak", "shaky", "good", "strong").index(level)
    assert topics == levels_of(reading.truth).count(number)


@says(TOPIC + r": (?P<right>\d+) of (?P<answered>\d+) right: (?P<level>weak|shaky|good|strong)")
def topic_on_map(reading: Reading, topic: str, right: int, answered: int, level: str) -> None:
    known = reading.truth.map_in(topic)
    assert (right, answered) == (known.right, known.answered)
    assert level == ("", "weak", "shaky", "good", "strong")[level_of(reading.truth, topic)]
    reading.area = topic


@says(TOPIC + r": not answered yet")
def topic_unmet(reading: Reading, topic: str) -> None:
    assert reading.truth.map_in(topic).answered == 0


@says(r"(?P<right>\d+)/(?P<answered>\d+)$")
def share_on_map(reading: Reading, right: int, answered: int) -> None:
    if reading.line.label == "key":
        assert (right, answered) in {(1, 4), (1, 2), (3, 4), (4, 4)}
        return
    topic, task = (reading.truth.map_in(area) for area in (reading.area, reading.area[-3:]))
    assert (right, answered) in {(each.right, each.answered) for each in (topic, task)}


@says(r"You have not answered any topic yet\.")
def nothing_answered(reading: Reading) -> None:
    assert not newest_answers(reading.truth.past)


@says(r"(?P<level>Weak|Shaky|Good|Strong)( " + TOPIC + ")?$")
def level_in_words(reading: Reading, level: str, topic: str | None) -> None:
    number = ("", "Weak", "Shaky", "Good", "Strong").index(level)
    assert levels_of(reading.truth).count(number)
