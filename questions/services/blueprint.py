"""An exam's blueprint as its owners write it: rules, domains, tasks and their weights."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Case, F, Func, TextField, Value, When
from django.db.models.functions import Cast

from questions.bank_files.exam_blueprint import DomainPlan, ExamPlan, TaskPlan, plan_problems
from questions.bank_files.notes import slugify
from questions.items.content import digest
from questions.models import Domain, Draft, Exam, Roles, Task, Topic
from questions.services import usage
from questions.services.audit import Actor, record
from questions.services.errors import NotReady, Overtaken, Refused
from questions.services.team import grant

_RULES = (
    *("title", "guide_version", "minutes", "scored_count", "unscored_count"),
    *("scale_min", "scale_cut", "scale_max", "grading_policy", "type_mix", "case_count"),
)


# Beyond every number that a domain may have: where one waits while another takes its place.
_ASIDE = 10_000


@dataclass(frozen=True)
class RowOrigins:
    """By its key, which domain or task of before a number of the plan stands for; None: a new one.

    A number that is not named stands for the one that has it.
    """

    domains: Mapping[int, int | None] = field(default_factory=dict)
    tasks: Mapping[str, int | None] = field(default_factory=dict)


def plan_of(exam: Exam) -> ExamPlan:
    """Return an exam's blueprint as it stands."""
    return plan_and_keys(exam)[0]


def plan_and_keys(exam: Exam) -> tuple[ExamPlan, RowOrigins]:
    """Return an exam's blueprint as it stands, and the keys of its domains and tasks."""
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
    """Make an exam whose owner is who made it; raises NotReady, and Refused for a code in use."""
    _check(plan)
    if Exam.objects.filter(code__iexact=plan.code).exists():
        raise Refused(f"The code {plan.code} is in use; choose another.")
    exam = Exam.objects.create(code=plan.code, **_rules(plan))
    grant(exam, user=by, role=Roles.OWNER, by=by)
    _write(exam, plan, RowOrigins())
    _record("created", exam, by=by)
    return exam


def version_token(exam: Exam) -> str:
    """Return a mark of how an exam's blueprint stands, for who goes on from it."""
    return plan_version_token(plan_of(exam))


def plan_version_token(plan: ExamPlan) -> str:
    """Return the mark of a blueprint that stands so."""
    return digest(_plain(plan))


@transaction.atomic
def change(
    exam: Exam,
    plan: ExamPlan,
    *,
    by: Actor,
    mark: str | None = None,
    were: RowOrigins | None = None,
) -> Exam:
    """Give an exam other rules, domains and tasks; sittings keep the rules they began with.

    Raises Overtaken where the blueprint is not what `mark` says, NotReady for a plan that no
    sitting could be held by or that stands for what is not there, and Refused where a domain or
    task would go that something rests on. A program that looked at nothing has no mark.
    """
    # Without its key: who holds a task or a draft may write into the exam's record, and end.
    exam = Exam.objects.select_for_update(no_key=True).get(pk=exam.pk)
    if mark is not None and mark != version_token(exam):
        raise Overtaken
    _check(plan)
    before = plan_of(exam)
    for name, value in _rules(plan).items():
        setattr(exam, name, value)
    exam.save(update_fields=list(_rules(plan)))
    _write(exam, plan, were or RowOrigins())
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


def _write(exam: Exam, plan: ExamPlan, were: RowOrigins) -> None:
    """Make domains and tasks those of the plan; what has another number stays what it is."""
    # Locked before they are read: nobody puts a topic under a task, or changes its objectives.
    domains = list(exam.domains.select_for_update().order_by("pk"))
    tasks = list(
        Task.objects.filter(domain__exam=exam)
        .select_for_update(of=("self",))
        .select_related("domain")
        .order_by("pk")
    )
    own_domain = _own("domain", domains, [row.number for row in plan.domains], were.domains)
    numbers = [row.number for domain in plan.domains for row in domain.tasks]
    own_task = _own("task", tasks, numbers, were.tasks)
    gone = [domain for domain in domains if domain not in own_domain.values()]
    # Drafts before topics, as whoever saves a draft takes them.
    renumbered = {task.number: number for number, task in own_task.items() if task.number != number}
    _renumber_drafts(exam, renumbered)
    _remove_tasks(task for task in tasks if task not in own_task.values())
    _set_aside(exam, own_task.values(), renumbered)
    for row in plan.domains:
        domain = own_domain.get(row.number) or Domain(exam=exam)
        domain.number, domain.title = row.number, row.title
        domain.weight = Decimal(f"{row.weight:.2f}")
        domain.save(update_fields=["number", "title", "weight"] if domain.pk else None)
        for each in row.tasks:
            _write_task(own_task.get(each.number), each, domain)
    for domain in gone:
        usage.of_domain(domain).refuse(f"The domain “{domain.title}”")
        domain.delete()


def _own[Number: (int, str), Part: (Domain, Task)](
    kind: str,
    parts: Iterable[Part],
    numbers: Iterable[Number],
    were: Mapping[Number, int | None],
) -> dict[Number, Part]:
    """Return which part of before each number stands for; new ones have none.

    Raises NotReady for a number that stands for what is not there, and for two that stand for one.
    """
    by_key = {part.pk: part for part in parts}
    by_number: dict[Any, Part] = {part.number: part for part in by_key.values()}
    own: dict[Number, Part] = {}
    found: list[str] = []
    for number in numbers:
        key = were.get(number)
        part = by_number.get(number) if number not in were else by_key.get(key) if key else None
        if key is not None and part is None:
            found.append(
                f"{kind} {number}: what stood in this row is not there any more; delete the row, "
                "and write it in an empty one"
            )
        elif part is not None and part in own.values():
            found.append(
                f"{kind} {number}: another row stands for “{part.title}” too; delete this row, "
                "and write it in an empty one"
            )
        elif part is not None:
            own[number] = part
    if found:
        raise NotReady(found)
    return own


def _remove_tasks(gone: Iterable[Task]) -> None:
    for task in gone:
        usage.of_topics(Topic.objects.filter(task=task)).refuse(f"Task {task}")
        task.topics.all().delete()
        task.delete()


def _set_aside(exam: Exam, kept: Iterable[Task], renumbered: Mapping[str, str]) -> None:
    """Free the numbers that change, so that two can swap."""
    Domain.objects.filter(exam=exam).update(number=F("number") + _ASIDE)
    for task in kept:
        if task.number in renumbered:
            Task.objects.filter(pk=task.pk).update(number=f"~{task.pk}"[:10])


def _write_task(task: Task | None, row: TaskPlan, domain: Domain) -> None:
    """Write a task; a new one gets a topic of its name, to write questions for."""
    if task and task.domain_id != domain.pk:
        use = usage.of_topics(Topic.objects.filter(task=task))
        if use.entries:
            raise Refused(
                f"Task {task} was asked in exams or practice as part of the domain "
                f"“{task.domain.title}”; it stays there."
            )
    is_new = task is None
    task = task or Task()
    task.domain, task.number, task.title = domain, row.number, row.title
    task.weight = Decimal(f"{row.weight:.2f}")
    task.save(update_fields=None if is_new else ["domain", "number", "title", "weight"])
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


def _record(verb: str, exam: Exam, *, by: Actor, **details: Any) -> None:
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
