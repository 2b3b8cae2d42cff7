"""What fixed forms must hold, beside their numbers: no clue from one item to another. Pure."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from questions.bank_files.bank import BankText
from questions.bank_files.exam_forms import FormText
from questions.bank_files.item_reader import PlacedItem
from questions.bank_files.style import Style
from questions.items.item import Item
from questions.items.kinds.registry import kind_of
from questions.lint.findings import Bar, Finding
from questions.lint.options import halves
from questions.lint.words import tokens

# 95 % of the chi-square distribution of three degrees of freedom.
_CHI_SQUARE = 7.81
# A key of fewer words is a name that any stem may hold.
_LEAST_WORDS = 4


def services(item: Item, style: Style) -> set[str]:
    """Return the services that an item is keyed on: names that begin as services do."""
    right, _ = halves(item)
    return {
        text
        for text in right
        if kind_of(item.type).is_choice
        and text.split(" ", 1)[0] in style.brands
        and len(text.split()) <= 6
    }


def cued(one: Item, other: Item) -> bool:
    """Tell whether the key of one item stands in the stem of the other."""
    if not kind_of(one.type).is_single:
        return False
    key = tokens(halves(one)[0][0])
    asked = " ".join(tokens(other.stem))
    return len(key) >= _LEAST_WORDS and " ".join(key) in asked


def clues(items: Sequence[PlacedItem]) -> Iterator[tuple[str, str]]:
    """Yield the refs of every two items that give each other away."""
    for one, other in combinations(items, 2):
        named = other.item.ref in one.item.enemies or one.item.ref in other.item.enemies
        if named or cued(one.item, other.item) or cued(other.item, one.item):
            yield one.item.ref, other.item.ref


def lint_forms(bank: BankText) -> tuple[list[Finding], list[Bar]]:
    """Return what is wrong with the bank's fixed forms, and the bar they are held to."""
    if bank.quota is None or not bank.quota.forms:
        return [], []
    by_ref = {placed.item.ref: placed for placed in bank.items}
    findings = [
        Finding("FORM", "error", form.id, "", fault, "forms.yaml", form.line)
        for number, form in enumerate(bank.forms, 1)
        for fault in _faults(bank, form, number, by_ref)
    ]
    uses = Counter(ref for form in bank.forms for ref in form.items)
    shared = sorted(ref for ref, count in uses.items() if count > 1)
    findings += [
        Finding("FORM", "error", ref, "", "stands in two forms", "forms.yaml", 1) for ref in shared
    ]
    size = bank.plan.scored_count + bank.plan.unscored_count
    figure = f"{len(bank.forms)} forms" if bank.forms else "none; run manage.py build_forms"
    if findings:
        figure += f", {len(findings)} faults"
    is_met = len(bank.forms) == bank.quota.forms and not findings
    asked = f"{bank.quota.forms} of {size}, disjoint, at domain, task and type quotas"
    return findings, [Bar("fixed forms", asked, figure, is_met)]


def _faults(
    bank: BankText, form: FormText, number: int, by_ref: Mapping[str, PlacedItem]
) -> Iterator[str]:
    placed = [by_ref[ref] for ref in form.items if ref in by_ref]
    items = [each.item for each in placed]
    wanted = bank.quota.per_form(number) if bank.quota else {}
    tasks, types = Counter(item.task for item in items), Counter(item.type for item in items)
    for name, have, ask in (
        *((f"task {task}", tasks[task], count) for task, count in wanted.items()),
        *((name, types[name], count) for name, count in bank.plan.type_mix.items()),
        ("unscored", len(form.unscored), bank.plan.unscored_count),
        ("all", len(form.items), bank.plan.scored_count + bank.plan.unscored_count),
    ):
        if have != ask:
            yield f"{name}: {have} items, {ask} are asked for"
    if any(each.case for each in placed):
        yield "holds an item of a case study, which enters a form whole"
    for one, other in clues(placed):
        yield f"{one} and {other} give each other away"
    for fact, count in Counter(fact for item in items for fact in item.facts).items():
        if count > 1:
            yield f"{count} items are keyed on {fact}"
    keyed = Counter(name for item in items for name in services(item, bank.style))
    for name, count in keyed.items():
        most = bank.style.per_form.get(name, bank.style.service_limit)
        if most and count > most:
            yield f"{count} items are keyed on {name}; at most {most} may"
    yield from _uneven(items)


def _uneven(items: Sequence[Item]) -> Iterator[str]:
    """Yield when the keys of a form favour a position more than chance would."""
    places = Counter(item.right[0] for item in items if kind_of(item.type).is_single)
    even = places.total() / 4
    if even and sum((places[index] - even) ** 2 / even for index in range(4)) > _CHI_SQUARE:
        shown = ", ".join(f"{letter} {places[index]}" for index, letter in enumerate("ABCD"))
        yield f"keys favour a position: {shown}"
