"""Domains and tasks of an exam, written as a blueprint has them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from django.db.models import Case, F, Func, TextField, Value, When
from django.db.models.functions import Cast
from django.utils.translation import gettext

from questions.bank_files.exam_blueprint import ExamPlan, TaskPlan
from questions.bank_files.notes import slugify
from questions.models import Domain, Draft, Exam, Task, Topic
from questions.services import usage
from questions.services.errors import NotReady, Refused

# Added to numbers of domains, beyond all that are allowed, while two of them are swapped.
_ASIDE = 10_000


@dataclass(frozen=True)
class RowOrigins:
    """The primary keys of the domains and tasks that become a plan's, by their new numbers.

    None is a new one; a number that is not in the mapping is that of the one which has it now.
    """

    domains: Mapping[int, int | None] = field(default_factory=dict)
    tasks: Mapping[str, int | None] = field(default_factory=dict)


def write_domains(exam: Exam, plan: ExamPlan, origins: RowOrigins) -> None:
    """Make an exam's domains and tasks those of a plan; one that is renumbered keeps its row.

    Raises NotReady for origins that are gone or named twice, and Refused where a domain or task
    that is in use would be deleted or moved.
    """
    # Locked before they are read: nobody puts a topic under a task, or changes its objectives.
    domains = list(exam.domains.select_for_update().order_by("pk"))
    tasks = list(
        Task.objects.filter(domain__exam=exam)
        .select_for_update(of=("self",))
        .select_related("domain")
        .order_by("pk")
    )
    domain_of = _match("domain", domains, [row.number for row in plan.domains], origins.domains)
    numbers = [row.number for domain in plan.domains for row in domain.tasks]
    task_of = _match("task", tasks, numbers, origins.tasks)
    removed = [domain for domain in domains if domain not in domain_of.values()]
    # Drafts before topics, as whoever saves a draft takes them.
    renumbered = {task.number: number for number, task in task_of.items() if task.number != number}
    _renumber_drafts(exam, renumbered)
    _remove_tasks(task for task in tasks if task not in task_of.values())
    _free_numbers(exam, task_of.values(), renumbered)
    for row in plan.domains:
        domain = domain_of.get(row.number) or Domain(exam=exam)
        domain.number, domain.title = row.number, row.title
        domain.weight = Decimal(f"{row.weight:.2f}")
        domain.save(update_fields=["number", "title", "weight"] if domain.pk else None)
        for task_row in row.tasks:
            _write_task(task_of.get(task_row.number), task_row, domain)
    for domain in removed:
        usage.of_domain(domain).refuse(gettext("The domain “%(title)s”") % {"title": domain.title})
        domain.delete()


def _match[Number: (int, str), Part: (Domain, Task)](
    kind: Literal["domain", "task"],
    parts: Iterable[Part],
    numbers: Iterable[Number],
    origins: Mapping[Number, int | None],
) -> dict[Number, Part]:
    """Return the existing domain or task by the number that it gets; new ones are left out.

    Raises NotReady for a number whose origin is gone, and for two of one origin.
    """
    by_key = {part.pk: part for part in parts}
    by_number: dict[object, Part] = {part.number: part for part in by_key.values()}
    matched: dict[Number, Part] = {}
    problems: list[str] = []
    for number in numbers:
        key = origins.get(number)
        origin = by_key.get(key) if key else None
        part = origin if number in origins else by_number.get(number)
        if key is not None and part is None:
            problems.append(_gone(kind) % {"number": number})
        elif part is not None and part in matched.values():
            problems.append(_named_twice(kind) % {"number": number, "title": part.title})
        elif part is not None:
            matched[number] = part
    if problems:
        raise NotReady(problems)
    return matched


def _gone(kind: Literal["domain", "task"]) -> str:
    """Return a sentence, with a place for the number, on a row whose domain or task is gone."""
    if kind == "domain":
        return gettext(
            "domain %(number)s: what stood in this row is not there any more; delete the row, and "
            "write it in an empty one"
        )
    return gettext(
        "task %(number)s: what stood in this row is not there any more; delete the row, and write "
        "it in an empty one"
    )


def _named_twice(kind: Literal["domain", "task"]) -> str:
    """Return a sentence, with places for number and title, on a second row for the same."""
    if kind == "domain":
        return gettext(
            "domain %(number)s: another row stands for “%(title)s” too; delete this row, and write "
            "it in an empty one"
        )
    return gettext(
        "task %(number)s: another row stands for “%(title)s” too; delete this row, and write it in "
        "an empty one"
    )


def _remove_tasks(tasks: Iterable[Task]) -> None:
    for task in tasks:
        usage.of_topics(Topic.objects.filter(task=task)).refuse(
            gettext("Task %(task)s") % {"task": task}
        )
        task.topics.all().delete()
        task.delete()


def _free_numbers(exam: Exam, tasks: Iterable[Task], renumbered: Mapping[str, str]) -> None:
    """Free the numbers that change, so that two can swap."""
    Domain.objects.filter(exam=exam).update(number=F("number") + _ASIDE)
    for task in tasks:
        if task.number in renumbered:
            Task.objects.filter(pk=task.pk).update(number=f"~{task.pk}"[:10])


def _write_task(task: Task | None, row: TaskPlan, domain: Domain) -> None:
    """Write a task; a new one gets a topic of its name, so that questions can be written for it."""
    if task and task.domain_id != domain.pk:
        use = usage.of_topics(Topic.objects.filter(task=task))
        if use.entries:
            raise Refused(
                gettext(
                    "Task %(task)s was asked in exams or practice as part of the domain "
                    "“%(title)s”; it stays there."
                )
                % {"task": task, "title": task.domain.title}
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
    """Give drafts the new number of their task."""
    if not renumbered:
        return
    whens = [When(item__task=old, then=Value(new)) for old, new in renumbered.items()]
    number = Func(Cast(Case(*whens), TextField()), function="to_jsonb")
    # One statement: it waits for a save under way, and then changes what that saved.
    Draft.objects.filter(question__exam=exam, item__task__in=list(renumbered)).update(
        item=Func("item", number, function="jsonb_set", arg_joiner=", '{task}', ")
    )
