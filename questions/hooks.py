"""What apps higher up know and those below need: each registers its answer when it is ready.

The apps below import none of those above, and work without an answer.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.db.models import Q
from django.db.models.expressions import Combinable
from django.utils.functional import Promise

from questions.models import Exam, Topic


class Hook[Answer]:
    """The answers to one question, each registered under the name of the app that gives it."""

    # Of all hooks together, since this process began.
    changes = 0

    def __init__(self) -> None:
        self._answers: dict[str, Answer] = {}

    def register(self, name: str, answer: Answer) -> None:
        """Make an answer known; the same name again replaces it."""
        self._answers[name] = answer
        Hook.changes += 1

    def unregister(self, name: str) -> None:
        """Forget the answer of a name, if there is one."""
        self._answers.pop(name, None)
        Hook.changes += 1

    def __iter__(self) -> Iterator[Answer]:
        return iter(self._answers.values())

    def get(self, name: str) -> Answer | None:
        return self._answers.get(name)


@dataclass(frozen=True)
class QuestionFilter:
    """A condition by which the list of questions can be narrowed, asked of a queryset of them.

    Questions that meet one which `needs_attention` are in the queue of the bank's team.
    """

    name: str
    label: str | Promise
    condition: Callable[[], Q | Combinable]
    needs_attention: bool = False


@dataclass(frozen=True)
class TeamTask:
    """Something of another app that waits for the team of an exam, and the page where it is."""

    exam: Exam
    label: str
    count: int
    address: str


class Recommend(Protocol):
    """Return at most `count` of the keys in `questions`: those whose answers tell most, first."""

    def __call__(
        self, candidate: int, exam: Exam, questions: Sequence[int], count: int
    ) -> list[int]: ...


# From a person's key to the exams that their courses open to them, as a condition on exams.
course_exams: Hook[Callable[[int], Q]] = Hook()
# How many times somebody outside its team used an exam in other ways than sitting it.
exam_uses: Hook[Callable[[Exam], int]] = Hook()


@dataclass(frozen=True)
class MixUp:
    """Two ideas that a candidate takes for one another: `about` where `topic` was asked.

    `count` of the `met` questions that offered it ended so. `topics` are the keys of the topics
    that a drill asks about; `table` is the part of the note that sets the two side by side, as
    clean HTML, "" where there is none.
    """

    about: str
    topic: Topic
    count: int
    met: int
    topics: tuple[int, ...]
    table: str


@dataclass(frozen=True)
class TopicState:
    """What the notes say of a reader and a topic.

    `level` is 0 for not met yet to 4 for strong, of `right` of the `answered` questions; `due` is
    how many of its questions come back today, `own_note` what the reader wrote for themself.
    """

    level: int = 0
    right: int = 0
    answered: int = 0
    due: int = 0
    is_read: bool = False
    own_note: str = ""


question_filters: Hook[QuestionFilter] = Hook()
# For a queryset of questions: the share of answers that were right, 0 to 1, null where they are too
# few; an expression, so that a list has it in the statement that reads its rows.
right_shares: Hook[Callable[[], Combinable]] = Hook()
# From a person's key to the language that they chose, "" where they chose none.
chosen_languages: Hook[Callable[[int], str]] = Hook()
# Asked of some exams at once; those of which nothing waits are left out.
team_tasks: Hook[Callable[[Sequence[Exam]], Sequence[TeamTask]]] = Hook()
# From a candidate's key to when each question was last seen outside of exam sessions.
seen_questions: Hook[Callable[[int], Mapping[int, datetime]]] = Hook()
recommendations: Hook[Recommend] = Hook()
# As recommendations, but those that together tell most about all domains.
surveys: Hook[Recommend] = Hook()
# From a reader's key and an exam to what is known of them by topic; nothing while they sit an exam.
topic_states: Hook[Callable[[int, Exam], Mapping[int, TopicState]]] = Hook()
# From a candidate's key and an exam to what they mix up, the surest first.
mix_ups: Hook[Callable[[int, Exam], Sequence[MixUp]]] = Hook()
