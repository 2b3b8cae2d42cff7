"""Blueprints: an exam's rules with its domains, tasks and their weights, as owners edit them."""

from dataclasses import asdict
from decimal import Decimal

from django.db import transaction

from questions.bank_files.exam_blueprint import DomainPlan, ExamPlan, TaskPlan, plan_problems
from questions.items.content import digest
from questions.models import Domain, Exam, Roles
from questions.services.audit import Actor, record
from questions.services.domains import RowOrigins, write_domains
from questions.services.errors import NotReady, Overtaken, Refused
from questions.services.team import grant

_RULES = (
    *("title", "guide_version", "minutes", "scored_count", "unscored_count"),
    *("scale_min", "scale_cut", "scale_max", "grading_policy", "type_mix", "case_count"),
)


def plan_of(exam: Exam) -> ExamPlan:
    """Return an exam's blueprint."""
    return plan_and_keys(exam)[0]


def plan_and_keys(exam: Exam) -> tuple[ExamPlan, RowOrigins]:
    """Return an exam's blueprint, and the primary keys of its domains and tasks."""
    domains = Domain.objects.filter(exam=exam).prefetch_related("tasks")
    keys = RowOrigins(
        {domain.number: domain.pk for domain in domains},
        {task.number: task.pk for domain in domains for task in domain.tasks.all()},
    )
    plan = ExamPlan(
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
    return plan, keys


@transaction.atomic
def create(plan: ExamPlan, *, by: Actor) -> Exam:
    """Create an exam, owned by its creator; raises NotReady, and Refused for a code in use."""
    _check(plan)
    if Exam.objects.filter(code__iexact=plan.code).exists():
        raise Refused(f"The code {plan.code} is in use; choose another.")
    exam = Exam(code=plan.code)
    _set_rules(exam, plan)
    exam.save()
    grant(exam, user=by, role=Roles.OWNER, by=by)
    write_domains(exam, plan, RowOrigins())
    _record("created", exam, by=by)
    return exam


def version_token(exam: Exam) -> str:
    """Return a token that changes whenever the exam's blueprint does."""
    return plan_version_token(plan_of(exam))


def plan_version_token(plan: ExamPlan) -> str:
    """Return the token of a blueprint; sent back with an edit to detect conflicts."""
    return digest(_plain(plan))


@transaction.atomic
def change(
    exam: Exam,
    plan: ExamPlan,
    *,
    by: Actor,
    token: str | None = None,
    origins: RowOrigins | None = None,
) -> Exam:
    """Change an exam's rules, domains and tasks; exams under way keep the rules they began with.

    `token` is the version token that the edit began from; None skips the check, for programs.
    Raises Overtaken where the blueprint changed since, NotReady for a plan by which no exam could
    be held or whose rows are of domains and tasks that are gone, and Refused where a domain or task
    that is in use would be deleted.
    """
    # no_key: who holds a lock of a task or a draft can write a log entry of the exam, and end.
    exam = Exam.objects.select_for_update(no_key=True).get(pk=exam.pk)
    if token is not None and token != version_token(exam):
        raise Overtaken
    _check(plan)
    before = plan_of(exam)
    _set_rules(exam, plan)
    exam.save(update_fields=[*_RULES, "raw_cut"])
    write_domains(exam, plan, origins or RowOrigins())
    if plan_of(exam) != before:
        _record("changed the blueprint", exam, by=by, before=_plain(before))
    return exam


def _check(plan: ExamPlan) -> None:
    if problems := plan_problems(plan):
        raise NotReady(problems)


def _set_rules(exam: Exam, plan: ExamPlan) -> None:
    for name in _RULES:
        setattr(exam, name, getattr(plan, name))
    exam.raw_cut = Decimal(f"{plan.raw_cut:.4f}")


def _plain(plan: ExamPlan) -> dict[str, object]:
    """Return a blueprint as JSON holds it."""
    return {**asdict(plan), "reviewed_on": str(plan.reviewed_on or "")}


def _record(verb: str, exam: Exam, *, by: Actor, before: dict[str, object] | None = None) -> None:
    record(
        verb,
        actor=by,
        exam=exam,
        subject="exam",
        subject_id=exam.pk,
        ref=exam.code,
        after=_plain(plan_of(exam)),
        before=before,
    )
