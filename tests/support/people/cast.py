"""The simulated people: ten who answer as the product's figures must bear, and one in a hurry."""

from collections.abc import Callable

from questions.models import Exam, Note, Question, Topic
from tests.support.builders import make_exam
from tests.support.people.people import Person

type Doing = Callable[[Person], None]


def static(person: Person) -> None:
    for _ in range(3):
        person.sit({1: 0.75, 2: 0.45})


def growing(person: Person) -> None:
    for chances in ({1: 0.2, 2: 0.2}, {1: 0.5, 2: 0.5}, {1: 0.95, 2: 0.95}):
        person.sit(chances)


def slow(person: Person) -> None:
    for _ in range(3):
        person.sit({1: 0.95, 2: 0.95}, answers=range(1, 9), minutes=29)


def all_correct(person: Person) -> None:
    for _ in range(3):
        person.sit({1: 1.0, 2: 1.0})


def all_incorrect(person: Person) -> None:
    for _ in range(2):
        person.sit({1: 0.0, 2: 0.0})


def blank(person: Person) -> None:
    person.sit({1: 0.8, 2: 0.8}, answers=())


def rapid(person: Person) -> None:
    person.sit({1: 0.25, 2: 0.25}, milliseconds=400, minutes=1)


def practice_only(person: Person) -> None:
    for _ in range(3):
        person.practice({1: 0.7, 2: 0.3}, length=8)


def one_answer(person: Person) -> None:
    person.sit({1: 0.8, 2: 0.8}, answers=(3,))


def expired(person: Person) -> None:
    person.sit({1: 0.6, 2: 0.6}, answers=range(1, 11), expires=True)


def hurried(person: Person) -> None:
    """Hand in long before the end, and leave the last questions unanswered each time."""
    for _ in range(3):
        person.sit({1: 0.95, 2: 0.95}, answers=range(1, 9), minutes=9)


CAST: dict[str, Doing] = {
    doing.__name__: doing
    for doing in (
        *(static, growing, slow, all_correct, all_incorrect, blank, rapid),
        *(practice_only, one_answer, expired, hurried),
    )
}


def world() -> Exam:
    """Return the exam that everybody sits: two domains of two tasks, each of two topics."""
    exam = make_exam(forms=6)
    _divide_topics(exam)
    return exam


def lived(name: str, exam: Exam) -> Person:
    """Let one of the cast go through all that they do."""
    person = Person(name, exam)
    CAST[name](person)
    return person


def _divide_topics(exam: Exam) -> None:
    """Give each task a second topic, with half of its questions."""
    text = {"source": "A note.", "html": "<p>A note.</p>", "text": "A note.", "word_count": 2}
    for topic in list(Topic.objects.filter(task__domain__exam=exam).select_related("task")):
        title = f"More of {topic.task.number}"
        other = Topic.objects.create(task=topic.task, slug=f"{topic.slug}-more", title=title)
        Note.objects.create(topic=other, **text)
        keys = list(topic.questions.order_by("pk").values_list("pk", flat=True))
        Question.objects.filter(pk__in=keys[1::2]).update(topic=other)
