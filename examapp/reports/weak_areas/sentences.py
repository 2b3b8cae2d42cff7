"""The sentences of a report that are stored with it."""

from examapp.reports.weak_areas.body import AreaEstimate, TopicEstimate

_NUMBER_WORDS = {1: "one", 2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven"}


def study_reason(topic: TopicEstimate, task: AreaEstimate, *, guesses: int, few: int) -> str:
    """Return why a topic is one to study next.

    Below `few` answers it names the `task` around it too, whose answers the estimate rests on;
    `guesses` right answers were guesses, as the candidate said.
    """
    counts = f"{topic.wrong:g} of {topic.n} wrong here{_guesses(topic, guesses)}"
    if topic.n < few:
        counts += (
            f". That is little to go by, so the estimate leans on task {task.number}, where "
            f"{task.wrong:g} of {task.n} were wrong"
        )
    return (
        f"{counts}. Your level is likely between {topic.low_percent:.0f} and "
        f"{topic.high_percent:.0f} %, with a {topic.chance_below_percent:.0f} % chance of "
        f"being below the pass line. It is about {topic.share_percent:.1f} % of the exam."
    )


def _guesses(topic: TopicEstimate, guesses: int) -> str:
    """Return which of a topic's right answers were guesses, as the candidate said."""
    if not guesses:
        return ""
    verb = "was a guess" if guesses == 1 else "were guesses"
    if guesses == topic.right:
        return f", the {_NUMBER_WORDS.get(guesses, guesses)} right {verb} by your own word"
    return f", {guesses} of the right ones {verb} by your own word"
