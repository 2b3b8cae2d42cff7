"""An exam's blueprint as its owners write it: rules, domains, tasks and their weights."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Case, F, Func, TextField, Value, When
from django.db.models.functions import Cast

from questions.formats.blueprint import DomainPlan, ExamPlan, TaskPlan, plan_problems
from questions.formats.notes import slugify
from questions.models import Domain, Draft, Exam, Roles, Task, Topic
from questions.services import usage
from questions.services.audit import record
from questions.services.errors import NotReady, Overtaken, Refused
from questions.services.people import Person
from questions.services.publishing import digest
from questions.services.roles import grant

_RULES = (
    *("title", "guide_version", "minutes", "scored_count", "unscored_count"),
    *("scale_min", "scale_cut", "scale_max", "grading_policy", "type_mix", "case_count"),
)


# Beyond every number that a domain may have: where one waits while another takes its place.
_ASIDE = 10_000


@dataclass(frozen=True)
class Were:
    """Which domain or task of before a number of the plan stands for; None: a new one.

    A number that is not named stands for the one that has it.
    """

    domains: Mapping[int, int | None] = field(default_factory=dict)
    tasks: Mapping[str, str | None] = field(default_factory=dict)


def plan_of(exam: Exam) -> ExamPlan:
    """Return an exam's blueprint as it stands."""
    domains = Domain.objects.filter(exam=exam).prefetch_related("tasks")
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
    _write(exam, plan, Were())
    _record("created", exam, by=by)
    return exam


def mark_of(exam: Exam) -> str:
    """Return a mark of how an exam's blueprint stands, for who goes on from it."""
    return digest(_plain(plan_of(exam)))


@transaction.atomic
def change(
    exam: Exam, plan: ExamPlan, *, by: Person, mark: str = "", were: Were | None = None
) -> Exam:
    """Give an exam other rules, domains and tasks; sittings keep the rules they began with.

    Raises NotReady for a plan that no sitting could be held by, Overtaken where the blueprint is
    not what `mark` says, and Refused where a domain or task would go that something rests on.
    """
    _check(plan)
    exam = Exam.objects.select_for_update().get(pk=exam.pk)
    if mark and mark != mark_of(exam):
        raise Overtaken
    before = plan_of(exam)
    for name, value in _rules(plan).items():
        setattr(exam, name, value)
    exam.save(update_fields=list(_rules(plan)))
    _write(exam, plan, were or Were())
    if plan_of(exam) != before:
        _record("changed the blueprint", exam, by=by, before=_plain(before))
    return exam


def _check(plan: ExamPlan) -> None:
    if found := plan_problems(plan):
        raise NotReady(found)


def _rules(plan: ExamPlan) -> dict[str, Any]:
    return {
        **{name: getattr(plan, name) for name in _RULES},
        "raw_cut": Decimal(f"{plan.raw_cut:.4f}"),
    }


def _write(exam: Exam, plan: ExamPlan, were: Were) -> None:
    """Make domains and tasks those of the plan; what has another number stays what it is."""
    domains = {domain.number: domain for domain in exam.domains.all()}
    found = Task.objects.filter(domain__exam=exam).select_related("domain")
    tasks = {task.number: task for task in found}
    own_domain = {
        row.number: domains.get(was)
        for row in plan.domains
        if (was := were.domains.get(row.number, row.number)) is not None
    }
    own_task = {
        row.number: tasks.get(name)
        for domain in plan.domains
        for row in domain.tasks
        if (name := were.tasks.get(row.number, row.number)) is not None
    }
    _remove_tasks(task for task in tasks.values() if task not in own_task.values())
    gone = [domain for domain in domains.values() if domain not in own_domain.values()]
    renumbered = _set_aside(exam, own_domain, own_task)
    for row in plan.domains:
        domain = own_domain.get(row.number) or Domain(exam=exam)
        domain.number, domain.title = row.number, row.title
        domain.weight = Decimal(f"{row.weight:.2f}")
        domain.save()
        for each in row.tasks:
            _write_task(own_task.get(each.number), each, domain)
    for domain in gone:
        usage.of_domain(domain).refuse(f"The domain “{domain.title}”")
        domain.delete()
    _renumber_drafts(exam, renumbered)


def _remove_tasks(gone: Iterable[Task]) -> None:
    for task in gone:
        usage.of_topics(Topic.objects.filter(task=task)).refuse(f"Task {task}")
        task.topics.all().delete()
        task.delete()


def _set_aside(
    exam: Exam, own_domain: Mapping[int, Domain | None], own_task: Mapping[str, Task | None]
) -> dict[str, str]:
    """Free the numbers that change, so that two can swap; return old and new ones of tasks."""
    Domain.objects.filter(exam=exam).update(number=F("number") + _ASIDE)
    changed = {task.number: number for number, task in own_task.items() if task}
    changed = {old: new for old, new in changed.items() if old != new}
    for task in own_task.values():
        if task and task.number in changed:
            Task.objects.filter(pk=task.pk).update(number=f"~{task.pk}"[:10])
    return changed


def _write_task(task: Task | None, row: TaskPlan, domain: Domain) -> None:
    """Write a task; a new one gets a topic of its name, to write questions for."""
    if task and task.domain_id != domain.pk:
        use = usage.of_topics(Topic.objects.filter(task=task))
        if use.entries:
            raise Refused(
                f"Task {task} was asked in exams as part of the domain “{task.domain.title}”; "
                "it stays there."
            )
    is_new = task is None
    task = task or Task()
    task.domain, task.number, task.title = domain, row.number, row.title
    task.weight = Decimal(f"{row.weight:.2f}")
    task.save()
    if is_new:
        slug = slugify(row.title)[:120] or "topic"
        Topic.objects.create(task=task, slug=slug, title=row.title[:200])


def _renumber_drafts(exam: Exam, renumbered: Mapping[str, str]) -> None:
    """Let drafts name their task by its new number."""
    if not renumbered:
        return
    whens = [When(item__task=old, then=Value(new)) for old, new in renumbered.items()]
    number = Func(Cast(Case(*whens), TextField()), function="to_jsonb")
    # One statement: it waits for a save under way, and then writes into what that saved.
    Draft.objects.filter(question__exam=exam, item__task__in=list(renumbered)).update(
        item=Func("item", number, function="jsonb_set", arg_joiner=", '{task}', ")
    )


def _plain(plan: ExamPlan) -> dict[str, Any]:
    return {**asdict(plan), "reviewed_on": str(plan.reviewed_on or "")}


def _record(verb: str, exam: Exam, *, by: Person, **details: Any) -> None:
    record(
        verb,
        actor=by,
        exam=exam,
        subject="exam",
        subject_id=exam.pk,
        ref=exam.code,
        after=_plain(plan_of(exam)),
        **details,
    )
