"""The sentences of a report that are stored with it."""

from django.utils.translation import gettext, ngettext

from examapp.reports.weak_areas.body import AreaEstimate, TopicEstimate


def study_reason(topic: TopicEstimate, task: AreaEstimate, *, guesses: int, few: int) -> str:
    """Return why a topic is one to study next.

    Below `few` answers it names the `task` around it too, whose answers the estimate rests on,
    where the task has others; `guesses` right answers were guesses, as the candidate said.
    """
    is_alone = topic.n >= few or task.n <= topic.n
    missed = _missed_here(topic) if is_alone else _missed(topic, task)
    return f"{missed} {_guessed(guesses)}" if guesses else missed


def _missed_here(topic: TopicEstimate) -> str:
    text = gettext("You missed %(wrong)s of %(asked)d here.")
    return text % {"wrong": f"{topic.wrong:g}", "asked": topic.n}


def _missed(topic: TopicEstimate, task: AreaEstimate) -> str:
    text = gettext(
        "You missed %(wrong)s of %(asked)d here, and %(all_wrong)s of %(all_asked)d in task "
        "%(task)s."
    )
    return text % {
        "wrong": f"{topic.wrong:g}",
        "asked": topic.n,
        "all_wrong": f"{task.wrong:g}",
        "all_asked": task.n,
        "task": task.number,
    }


def _guessed(guesses: int) -> str:
    """Return how many right answers of a topic were guesses, as the candidate said."""
    text = ngettext(
        "You said that %(guesses)d right answer was a guess.",
        "You said that %(guesses)d right answers were guesses.",
        guesses,
    )
    return text % {"guesses": guesses}
