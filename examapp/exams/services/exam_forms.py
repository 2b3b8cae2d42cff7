"""Fixed forms made in the site: by hand, or drawn; how balanced they are; offered and archived."""

import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify
from django.utils.translation import gettext, ngettext

from examapp.exams.assembly import optimizer
from examapp.exams.assembly.apportionment import seats
from examapp.exams.assembly.form_places import Place
from examapp.exams.models import ExamForm, ExamFormItem
from examapp.exams.services.form_drawing import form_plan
from questions.items.conflicts import conflicts_of
from questions.items.kinds.registry import kind_choices
from questions.models import Domain, Exam, Origins, Question
from questions.services.audit import Actor, record
from questions.services.errors import Refused
from questions.translation import and_list


class BalanceGroup(StrEnum):
    DOMAIN = "domain"
    TASK = "task"
    TYPE = "type"


@dataclass(frozen=True)
class BalanceRow:
    """How many questions of a group a form holds, and how many the blueprint asks for."""

    group: BalanceGroup
    name: str
    held: int
    asked: int | None

    @property
    def is_off(self) -> bool:
        return self.asked is not None and self.asked != self.held

    @property
    def missing(self) -> int:
        """How many more are asked for; below zero where there are too many."""
        return (self.asked or 0) - self.held if self.asked is not None else 0

    @property
    def surplus(self) -> int:
        return -self.missing


@dataclass(frozen=True)
class Balance:
    """What a form holds against its blueprint.

    `faults` are wrong with its questions, `wrong_count` says that there are too few or too many;
    with either it cannot be offered.
    """

    rows: tuple[BalanceRow, ...]
    faults: tuple[str, ...]
    wrong_count: str

    @property
    def problems(self) -> tuple[str, ...]:
        return (*self.faults, *filter(None, [self.wrong_count]))

    @property
    def asked_rows(self) -> list[BalanceRow]:
        """The rows that the blueprint asks something of."""
        return [row for row in self.rows if row.asked is not None]


def generate(exam: Exam) -> list[Place]:
    """Draw a form that prefers questions of no other offered form; raises BankTooSmall."""
    questions = list(
        Question.objects.pool(exam)
        .select_related("topic__task")
        .prefetch_related("enemies")
        .only("ref", "topic__task__domain", "type", "case", "facts")
    )
    offered = ExamForm.objects.in_use().filter(exam=exam)
    used = set(ExamFormItem.objects.filter(form__in=offered).values_list("question", flat=True))
    pool = [
        optimizer.PoolItem(
            key=question.pk,
            domain=question.topic.task.domain_id,
            task=question.topic.task_id,
            type=question.type,
            seen_rank=int(question.pk in used),
            case=question.case_id,
            conflicts=conflicts_in_form(question),
        )
        for question in questions
    ]
    refs = {question.pk: question.ref for question in questions}
    chosen = optimizer.assemble(form_plan(exam), pool, seed=secrets.randbits(62))
    return [(refs[seat.key], seat.is_scored) for seat in chosen]


def balance(exam: Exam, places: Sequence[Place]) -> Balance:
    """Return how a list of questions stands against the blueprint."""
    questions = _questions(exam, places)
    held = [(questions[ref], is_scored) for ref, is_scored in places if ref in questions]
    rows, faults = _rows(exam, held), _faults(places, questions)
    return Balance(tuple(rows), tuple(faults), _wrong_count(exam, places))


@transaction.atomic
def publish(
    exam: Exam, *, title: str, places: Sequence[Place], by: Actor, is_reserved: bool = False
) -> ExamForm:
    """Offer a form to candidates; raises Refused, with all that is wrong, for one that cannot be.

    Domains and types may differ from the blueprint: a form may drill one domain. A reserved one is
    kept from everybody but whom it is given to, from the first moment.
    """
    exam = Exam.objects.select_for_update().get(pk=exam.pk)
    questions = _questions(exam, places)
    if problems := [*_faults(places, questions), *filter(None, [_wrong_count(exam, places)])]:
        raise Refused(" ".join(problems))
    last = ExamForm.objects.filter(exam=exam).aggregate(last=Max("position"))["last"] or 0
    form = write_fixed(
        ExamForm(
            exam=exam,
            title=title,
            origin=Origins.SITE,
            slug=_slug(exam, title),
            position=last + 1,
            is_reserved=is_reserved,
        ),
        [(questions[ref], is_scored) for ref, is_scored in places],
    )
    _record("published", form, by=by)
    return form


def write_fixed(form: ExamForm, seats: Sequence[tuple[Question, bool]]) -> ExamForm:
    """Write a new fixed form with its questions in order, each scored or not."""
    # Nothing is drawn: its questions are chosen.
    form.kind, form.seed = ExamForm.Kind.FIXED, 0
    form.save(force_insert=True)
    ExamFormItem.objects.bulk_create(
        ExamFormItem(form=form, position=position, question=question, is_scored=is_scored)
        for position, (question, is_scored) in enumerate(seats, 1)
    )
    return form


@transaction.atomic
def archive(form: ExamForm, *, by: Actor, is_archived: bool = True) -> ExamForm:
    """Offer a form no longer, or again; its sittings stay. Raises Refused for a name in use."""
    exam = Exam.objects.select_for_update().get(pk=form.exam_id)
    form = ExamForm.objects.get(pk=form.pk)
    if form.is_archived == is_archived:
        return form
    twins = ExamForm.objects.in_use().filter(exam=exam, slug=form.slug)
    if not is_archived and twins.exists():
        raise Refused(
            gettext("A newer mock exam with this name is offered. Archive that one first.")
        )
    form.is_archived = is_archived
    form.save(update_fields=["is_archived"])
    _record("archived" if is_archived else "offered again", form, by=by)
    return form


@transaction.atomic
def reserve(
    form: ExamForm, *, by: Actor, is_reserved: bool, until: datetime | None = None
) -> ExamForm:
    """Reserve a form, so that its questions are kept from everybody until it closes; or free it."""
    form = ExamForm.objects.select_for_update().get(pk=form.pk)
    until = until if is_reserved else None
    if (form.is_reserved, form.reserved_until) == (is_reserved, until):
        return form
    form.is_reserved, form.reserved_until = is_reserved, until
    form.save(update_fields=["is_reserved", "reserved_until"])
    _record("reserved" if is_reserved else "freed", form, by=by)
    return form


def _record(verb: str, form: ExamForm, *, by: Actor) -> None:
    record(verb, actor=by, exam=form.exam, subject="form", subject_id=form.pk, title=form.title)


def _slug(exam: Exam, title: str) -> str:
    """Return a slug of the title that no offered form of the exam has."""
    stem = slugify(title)[:30] or "form"
    offered = ExamForm.objects.in_use().filter(exam=exam, slug__startswith=stem)
    taken = set(offered.values_list("slug", flat=True))
    slug, number = stem, 2
    while slug in taken:
        slug, number = f"{stem}-{number}", number + 1
    return slug


def _questions(exam: Exam, places: Sequence[Place]) -> dict[str, Question]:
    refs = [ref for ref, _ in places]
    questions = Question.objects.pool(exam).filter(ref__in=refs)
    return {
        question.ref: question
        for question in questions.select_related("topic__task").prefetch_related("enemies")
    }


def conflicts_in_form(question: Question) -> frozenset[str]:
    """Return the names of a question's conflicts; two that share one may not meet."""
    enemies = [enemy.pk for enemy in question.enemies.all()]
    return conflicts_of(question.pk, facts=question.facts, enemies=enemies)


def _faults(places: Sequence[Place], questions: dict[str, Question]) -> list[str]:
    """Return what is wrong with questions: not published, listed twice, two that do not go."""
    faults = []
    for ref, count in Counter(ref for ref, _ in places).items():
        if ref not in questions:
            faults.append(
                gettext("%(ref)s is not a published question of this exam.") % {"ref": ref}
            )
        elif count > 1:
            values = {"ref": ref, "count": count}
            faults.append(gettext("%(ref)s: listed %(count)d times.") % values)
    by_conflict: dict[str, list[str]] = {}
    for ref, question in questions.items():
        for conflict in conflicts_in_form(question):
            by_conflict.setdefault(conflict, []).append(ref)
    for pair in sorted({tuple(sorted(refs)) for refs in by_conflict.values() if len(refs) > 1}):
        sentence = gettext("%(refs)s give away each other's answers. Keep one.")
        faults.append(sentence % {"refs": and_list(pair)})
    return faults


def _wrong_count(exam: Exam, places: Sequence[Place]) -> str:
    """Return that as many questions as the exam asks are not there, "" where they are."""
    scored, total = sum(is_scored for _, is_scored in places), len(places)
    if (scored, total) == (exam.scored_count, exam.item_count):
        return ""
    sentence = ngettext(
        "%(scored)d of %(total)d question counts; the rules ask for %(wanted)d of %(size)d.",
        "%(scored)d of %(total)d questions count; the rules ask for %(wanted)d of %(size)d.",
        total,
    )
    wanted = {"wanted": exam.scored_count, "size": exam.item_count}
    return sentence % {"scored": scored, "total": total, **wanted}


def _rows(exam: Exam, held: Sequence[tuple[Question, bool]]) -> list[BalanceRow]:
    domains = list(Domain.objects.filter(exam=exam).prefetch_related("tasks"))
    weights = {domain.pk: float(domain.weight) for domain in domains}
    asked = seats(weights, exam.scored_count) if domains else {}
    spare = seats(weights, exam.unscored_count) if domains else {}
    in_domain = Counter(question.topic.task.domain_id for question, _ in held)
    in_task = Counter(question.topic.task_id for question, _ in held)
    of_type = Counter(question.type for question, _ in held)
    rows = [
        BalanceRow(BalanceGroup.DOMAIN, str(d), in_domain[d.pk], asked[d.pk] + spare[d.pk])
        for d in domains
    ]
    rows += [
        BalanceRow(BalanceGroup.TASK, str(task), in_task[task.pk], None)
        for domain in domains
        for task in domain.tasks.all()
    ]
    mix = exam.type_mix
    return rows + [
        BalanceRow(BalanceGroup.TYPE, label, of_type[name], mix.get(name, 0) if mix else None)
        for name, label in kind_choices()
    ]
