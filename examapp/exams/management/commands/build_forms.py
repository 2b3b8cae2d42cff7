"""Draw a bank's fixed mock forms and write them into its folder."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from examapp.exams.assembly import disjoint_forms
from examapp.exams.assembly.disjoint_forms import Balance, FormsPlan, Limit
from examapp.exams.assembly.optimizer import BankTooSmall, PoolItem, Seat
from questions.bank_files import folder
from questions.bank_files.bank import BankText
from questions.bank_files.exam_forms import FormText, write_forms
from questions.bank_files.item_reader import PlacedItem
from questions.bank_files.problems import BankError
from questions.bank_files.quota import Quota
from questions.items.conflicts import conflicts_of
from questions.items.kinds.registry import kinds
from questions.lint import forms as rules
from questions.lint.alike import alike
from questions.lint.profile import expected_share, names_service

FILE = "forms.yaml"


class Command(BaseCommand):
    help = "Draw the fixed forms that quota.yaml asks for, sharing no item, into forms.yaml."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, help="the bank's folder")
        parser.add_argument("--seed", type=int, default=1, help="another gives other forms")

    def handle(self, *, path: Path, seed: int, **options: object) -> None:
        try:
            bank = folder.read_bank(path, without=FILE)
        except BankError as error:
            raise CommandError(f"the bank cannot be read:\n{error}") from error
        if bank.quota is None or not bank.quota.forms:
            raise CommandError(f"{path / 'quota.yaml'} asks for no forms; set forms and per_form")
        items = [placed for placed in bank.items if _may_stand(bank, placed)]
        try:
            drawn = disjoint_forms.build(
                _plan(bank, bank.quota, items), _pool(bank, items), seed=seed
            )
        except BankTooSmall as error:
            raise CommandError(str(error)) from error
        forms = [_form(number, seats, items) for number, seats in enumerate(drawn, 1)]
        (path / FILE).write_text(write_forms(forms), encoding="utf-8")
        size = len(forms[0].items)
        self.stdout.write(f"{path / FILE}: {len(forms)} forms of {size} that share no item")


def _may_stand(bank: BankText, placed: PlacedItem) -> bool:
    """Tell whether an item may stand in a form: none of a case, none on what is out of use."""
    facts = (bank.facts[fact] for fact in placed.item.facts if fact in bank.facts)
    return placed.case is None and all(fact.relevance != "legacy" for fact in facts)


def _task_keys(bank: BankText) -> dict[str, int]:
    numbers = [task.number for domain in bank.plan.domains for task in domain.tasks]
    return {number: key for key, number in enumerate(numbers)}


def _plan(bank: BankText, quota: Quota, items: list[PlacedItem]) -> FormsPlan:
    keys = _task_keys(bank)
    return FormsPlan(
        forms=quota.forms,
        tasks={keys[task]: each.per_form for task, each in quota.tasks.items()},
        scored={keys[task]: each.scored for task, each in quota.tasks.items()},
        types=bank.plan.type_mix,
        limits=[
            *_position_limits(bank, items),
            *_service_limits(bank, items),
            *_naming_limits(bank, quota, items),
        ],
        scored_limits=list(_scored_limits(quota, items)),
        total_limits=list(_topic_limits(quota, items)),
        balances=list(_expected(bank, quota, items)),
    )


def _naming_limits(bank: BankText, quota: Quota, items: list[PlacedItem]) -> Iterator[Limit]:
    if quota.form.naming:
        low, high = quota.form.naming
        naming = (key for key, p in enumerate(items) if names_service(p.item, bank.style))
        yield Limit(frozenset(naming), int(low), int(high))


def _scored_limits(quota: Quota, items: list[PlacedItem]) -> Iterator[Limit]:
    for name, (low, high) in quota.form.scored.items():
        members = (key for key, p in enumerate(items) if name in (p.item.type, p.item.level))
        yield Limit(frozenset(members), int(low), int(high))


def _topic_limits(quota: Quota, items: list[PlacedItem]) -> Iterator[Limit]:
    """Leave items of each topic free for practice."""
    if quota.bars.free_of_topic is None:
        return
    topics: dict[tuple[str, str], set[int]] = defaultdict(set)
    for key, placed in enumerate(items):
        topics[placed.item.task, placed.item.topic].add(key)
    for members in topics.values():
        yield Limit(frozenset(members), 0, max(0, len(members) - quota.bars.free_of_topic))


def _expected(bank: BankText, quota: Quota, items: list[PlacedItem]) -> Iterator[Balance]:
    """Make what counts in each form as hard as the bank; items that nobody rated are taken so."""
    middle = expected_share([placed.item for placed in bank.items])
    within = quota.form.expected_within
    if middle is not None and within is not None:
        shares = {key: p.item.angoff for key, p in enumerate(items)}
        values = {key: middle if share is None else share for key, share in shares.items()}
        count = bank.plan.scored_count
        yield Balance(values, count * (middle - within), count * (middle + within))


def _position_limits(bank: BankText, items: list[PlacedItem]) -> list[Limit]:
    """Keep each position of the key within a fifth of its even share."""
    single = [kind.name for kind in kinds() if kind.is_single]
    even = sum(bank.plan.type_mix.get(name, 0) for name in single) / 4
    places: dict[int, set[int]] = defaultdict(set)
    for key, placed in enumerate(items):
        if placed.item.type in single:
            places[placed.item.right[0]].add(key)
    return [
        Limit(frozenset(members), int(0.8 * even), round(1.2 * even + 0.5))
        for members in places.values()
    ]


def _service_limits(bank: BankText, items: list[PlacedItem]) -> list[Limit]:
    keyed: dict[str, set[int]] = defaultdict(set)
    for key, placed in enumerate(items):
        for name in rules.services(placed.item, bank.style):
            keyed[name].add(key)
    limits = {name: bank.style.per_form.get(name, bank.style.service_limit) for name in keyed}
    return [
        Limit(frozenset(members), 0, limits[name])
        for name, members in keyed.items()
        if 0 < limits[name] < len(members)
    ]


def _pool(bank: BankText, items: list[PlacedItem]) -> list[PoolItem]:
    keys = _task_keys(bank)
    domains = {task.number: d.number for d in bank.plan.domains for task in d.tasks}
    conflicts = {
        placed.item.ref: {*conflicts_of(placed.item.ref, facts=placed.item.facts, enemies=())}
        for placed in items
    }
    for one, other in alike(bank.items, bank.facts):
        for ref in {one, other} & set(conflicts):
            conflicts[ref].add(f"{one} {other}")
    return [
        PoolItem(
            key=key,
            domain=domains[placed.item.task],
            task=keys[placed.item.task],
            type=placed.item.type,
            conflicts=frozenset(conflicts[placed.item.ref]),
        )
        for key, placed in enumerate(items)
    ]


def _form(number: int, seats: list[Seat], items: list[PlacedItem]) -> FormText:
    refs = {seat.key: items[seat.key].item.ref for seat in seats}
    return FormText(
        id=f"mock-{number}",
        title=f"Mock exam {number}",
        items=tuple(refs[seat.key] for seat in seats),
        unscored=frozenset(refs[seat.key] for seat in seats if not seat.is_scored),
    )
