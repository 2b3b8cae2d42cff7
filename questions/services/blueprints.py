"""An exam's blueprint as its owners write it: rules, domains, tasks and their weights."""

from collections.abc import Mapping
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.text import slugify

from questions.formats.blueprint import DomainPlan, ExamPlan, TaskPlan, plan_problems
from questions.models import Domain, Exam, Note, Roles, Task, Topic
from questions.services.audit import record
from questions.services.errors import NotReady, Refused
from questions.services.people import Person
from questions.services.roles import grant

_RULES = (
    *("title", "guide_version", "minutes", "scored_count", "unscored_count"),
    *("scale_min", "scale_cut", "scale_max", "grading_policy", "type_mix", "case_count"),
)


def plan_of(exam: Exam) -> ExamPlan:
    """Return an exam's blueprint as it stands."""
    domains = exam.domains.prefetch_related("tasks")
    return ExamPlan(
        code=exam.code,
        reviewed_on=None,
        raw_cut=float(exam.raw_cut),
        domains=tuple(
            DomainPlan(
                domain.number,
                domain.title,
                float(domain.weight),
                tuple(
                    TaskPlan(task.number, task.title, float(task.weight), task.objectives)
                    for task in domain.tasks.all()
                ),
            )
            for domain in domains
        ),
        **{name: getattr(exam, name) for name in _RULES},
    )


@transaction.atomic
def create(plan: ExamPlan, *, by: Person) -> Exam:
    """Make an exam whose owner is who made it; raises NotReady, and Refused for a code in use."""
    _check(plan)
    if Exam.objects.filter(code__iexact=plan.code).exists():
        raise Refused(f"The code {plan.code} is in use; choose another.")
    exam = Exam.objects.create(code=plan.code, **_rules(plan))
    grant(exam, user=by, role=Roles.OWNER, by=by)
    _write_domains(exam, plan)
    _record("created", exam, plan, by=by)
    return exam


@transaction.atomic
def change(exam: Exam, plan: ExamPlan, *, by: Person) -> Exam:
    """Give an exam other rules; sittings keep those they began with.

    Raises NotReady for a plan that no sitting could be held by, and Refused where a domain or task
    would go that questions or results rest on.
    """
    _check(plan)
    exam = Exam.objects.select_for_update().get(pk=exam.pk)
    before = plan_of(exam)
    for name, value in _rules(plan).items():
        setattr(exam, name, value)
    exam.save(update_fields=list(_rules(plan)))
    _write_domains(exam, plan)
    _record("changed the blueprint", exam, plan, by=by, before=_plain(before))
    return exam


def _check(plan: ExamPlan) -> None:
    if found := plan_problems(plan):
        raise NotReady(found)


def _rules(plan: ExamPlan) -> dict[str, Any]:
    return {
        **{name: getattr(plan, name) for name in _RULES},
        "raw_cut": Decimal(f"{plan.raw_cut:.4f}"),
    }


def _write_domains(exam: Exam, plan: ExamPlan) -> None:
    """Make domains and tasks those of the plan; a new task gets a topic to write questions for."""
    _remove(exam, plan)
    for number, row in enumerate(plan.domains, 1):
        domain, _ = Domain.objects.update_or_create(
            exam=exam,
            number=row.number,
            defaults={"title": row.title, "weight": Decimal(f"{row.weight:.2f}")},
        )
        for each in row.tasks:
            task, is_new = Task.objects.update_or_create(
                domain=domain,
                number=each.number,
                defaults={"title": each.title, "weight": Decimal(f"{each.weight:.2f}")},
            )
            if is_new:
                slug = slugify(each.title)[:120] or f"topic-{number}"
                Topic.objects.create(task=task, slug=slug, title=each.title[:200])


def _remove(exam: Exam, plan: ExamPlan) -> None:
    kept = {(row.number, each.number) for row in plan.domains for each in row.tasks}
    for task in Task.objects.filter(domain__exam=exam).select_related("domain"):
        if (task.domain.number, task.number) in kept:
            continue
        if Note.objects.filter(topic__task=task).exists():
            raise Refused(f"Task {task} has study notes; it stays.")
        try:
            with transaction.atomic():
                task.topics.all().delete()
                task.delete()
        except ProtectedError:
            raise Refused(f"Task {task} holds questions; retag them first.") from None
    for domain in exam.domains.exclude(number__in=[row.number for row in plan.domains]):
        try:
            domain.delete()
        except ProtectedError:
            raise Refused(f"Domain {domain} has results; it stays.") from None


def _plain(plan: ExamPlan) -> Mapping[str, Any]:
    return {**asdict(plan), "reviewed_on": str(plan.reviewed_on or "")}


def _record(verb: str, exam: Exam, plan: ExamPlan, *, by: Person, **details: Any) -> None:
    record(
        verb,
        actor=by,
        exam=exam,
        subject="exam",
        subject_id=exam.pk,
        after=_plain(plan),
        **details,
    )
