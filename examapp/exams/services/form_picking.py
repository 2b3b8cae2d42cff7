"""Questions to put into a form by hand: those that were chosen, and those to choose from."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from examapp.exams.assembly.form_places import Place
from examapp.exams.models import ExamForm, ExamFormItem
from examapp.exams.services.exam_forms import conflicts_in_form
from questions.models import Exam, Question


@dataclass(frozen=True)
class Pick:
    """A question that can be put into a form, in words.

    `used_in` names the other mock exams that have it, `rival` the place of the first question of
    this form that it gives away, 0 for none.
    """

    ref: str
    stem: str
    topic: str
    kind: str
    level: str
    used_in: tuple[str, ...]
    rival: int = 0


@dataclass(frozen=True)
class ChosenPlace:
    """A place of a form that is put together; without a `pick` nobody can be asked it."""

    ref: str
    is_scored: bool
    pick: Pick | None

    @property
    def place(self) -> Place:
        return self.ref, self.is_scored


def in_offered(exam: Exam) -> QuerySet[ExamFormItem]:
    """Return the places of all mock exams that an exam offers."""
    offered = ExamForm.objects.in_use().filter(exam=exam)
    return ExamFormItem.objects.filter(form__in=offered)


def chosen_places(exam: Exam, places: Sequence[Place]) -> list[ChosenPlace]:
    """Return the places of a form with the words of their questions."""
    refs = [ref for ref, _ in places]
    questions = Question.objects.pool(exam).filter(ref__in=refs).select_related("topic__task")
    picks = {pick.ref: pick for pick in _picks(exam, list(questions))}
    return [ChosenPlace(ref, is_scored, picks.get(ref)) for ref, is_scored in places]


def picks(exam: Exam, keys: Sequence[int], places: Sequence[Place]) -> list[Pick]:
    """Return questions to choose from, in the order of their primary keys.

    Each is compared with the places of the form.
    """
    refs = [ref for ref, _ in places]
    held = Question.objects.pool(exam).filter(ref__in=refs).prefetch_related("enemies")
    rivals = {
        conflict: refs.index(question.ref) + 1
        for question in held.only("ref", "facts")
        for conflict in conflicts_in_form(question)
    }
    found = Question.objects.select_related("topic__task").prefetch_related("enemies").in_bulk(keys)
    return _picks(exam, [found[key] for key in keys if key in found], rivals)


def _picks(
    exam: Exam, questions: Sequence[Question], rivals: dict[str, int] | None = None
) -> list[Pick]:
    used = _titles(exam, questions)
    return [
        Pick(
            ref=question.ref,
            stem=question.stem,
            topic=f"{question.topic.task.number} {question.topic.title}",
            kind=question.get_type_display(),
            level=question.get_level_display(),
            used_in=tuple(used[question.pk]),
            rival=_rival(question, rivals) if rivals else 0,
        )
        for question in questions
    ]


def _rival(question: Question, rivals: dict[str, int]) -> int:
    met = [rivals[conflict] for conflict in conflicts_in_form(question) if conflict in rivals]
    return min(met, default=0)


def _titles(exam: Exam, questions: Sequence[Question]) -> defaultdict[int, list[str]]:
    """Return by question the titles of the offered mock exams that have it."""
    titles: defaultdict[int, list[str]] = defaultdict(list)
    items = in_offered(exam).filter(question__in=questions)
    for key, title in items.order_by("form__position").values_list("question", "form__title"):
        titles[key].append(title)
    return titles
