"""Blueprints: an exam's rules with its domains, tasks and their weights, as owners edit them."""

from dataclasses import asdict, replace
from decimal import Decimal
from itertools import count

from django.db import transaction
from django.utils.translation import gettext

from questions.bank_files.exam_blueprint import DomainPlan, ExamPlan, TaskPlan, plan_problems
from questions.bank_files.notes import slugify
from questions.items.content import digest
from questions.items.kinds.kind import ALL_OR_NOTHING
from questions.models import Domain, Exam, Roles, Task, Topic
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
    """Create an exam, a draft owned by its creator, who may approve alone while nobody else could.

    Raises NotReady for rules by which no exam could be held, and Refused for a code in use.
    """
    _check(plan, is_draft=True)
    if Exam.objects.filter(code__iexact=plan.code).exists():
        raise Refused(gettext("The code %(code)s is in use; choose another.") % {"code": plan.code})
    exam = Exam(code=plan.code, allows_self_approval=True)
    _set_rules(exam, plan)
    exam.save()
    grant(exam, user=by, role=Roles.OWNER, by=by)
    write_domains(exam, plan, RowOrigins())
    _record("created", exam, by=by)
    return exam


def first_plan(*, code: str, title: str, has_domain: bool = False) -> ExamPlan:
    """Return the rules that a new exam begins with: 20 questions, an hour, scores in percent.

    With `has_domain` it has one of its own name, so that questions can be put under it at once.
    """
    task = TaskPlan("1.1", title, 1, {})
    return ExamPlan(
        code=code,
        title=title,
        guide_version="",
        reviewed_on=None,
        minutes=60,
        scored_count=20,
        unscored_count=0,
        scale_min=0,
        scale_cut=70,
        scale_max=100,
        raw_cut=0.7,
        grading_policy=ALL_OR_NOTHING,
        type_mix={},
        case_count=0,
        domains=(DomainPlan(1, title, 100, (task,)),) if has_domain else (),
    )


def free_code(title: str) -> str:
    """Return a short name for an exam that no other one has, from its title."""
    base = slugify(title)[:30].strip("-") or "exam"
    taken = set(Exam.objects.filter(code__istartswith=base).values_list("code", flat=True))
    taken = {code.lower() for code in taken}
    return next(code for n in count(1) if (code := base if n == 1 else f"{base}-{n}") not in taken)


@transaction.atomic
def copy(source: Exam, *, code: str, title: str, by: Actor) -> Exam:
    """Make a draft with another exam's rules, outline and topics; its questions stay there."""
    plan = replace(plan_of(source), code=code, title=title)
    exam = create(plan, by=by)
    Exam.objects.filter(pk=exam.pk).update(
        strictness=source.strictness, allows_self_approval=source.allows_self_approval
    )
    tasks = {task.number: task for task in Task.objects.filter(domain__exam=exam)}
    # A new task has a topic of its name already; it makes way for those that are copied.
    copied = Topic.objects.filter(task__domain__exam=source).select_related("task")
    if copied:
        Topic.objects.filter(task__domain__exam=exam).delete()
        Topic.objects.bulk_create(
            Topic(
                task=tasks[topic.task.number],
                slug=topic.slug,
                title=topic.title,
                position=topic.position,
            )
            for topic in copied
        )
    for task in Task.objects.filter(domain__exam=source).exclude(objectives={}):
        tasks[task.number].objectives = task.objectives
    Task.objects.bulk_update(tasks.values(), ["objectives"])
    exam.refresh_from_db()
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
    _check(plan, is_draft=exam.state == Exam.State.DRAFT)
    before = plan_of(exam)
    _set_rules(exam, plan)
    exam.save(update_fields=[*_RULES, "raw_cut"])
    write_domains(exam, plan, origins or RowOrigins())
    if plan_of(exam) != before:
        _record("changed the blueprint", exam, by=by, before=_plain(before))
    return exam


def _check(plan: ExamPlan, *, is_draft: bool) -> None:
    if problems := plan_problems(plan, is_draft=is_draft):
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
