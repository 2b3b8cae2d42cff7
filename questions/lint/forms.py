"""What fixed forms must hold, beside their numbers: no clue from one item to another. Pure."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from questions.bank_files.bank import BankText
from questions.bank_files.exam_forms import FormText
from questions.bank_files.item_reader import PlacedItem
from questions.bank_files.quota import Quota
from questions.bank_files.style import Style
from questions.items.item import Item
from questions.items.kinds.registry import kind_of
from questions.lint.alike import Pairs, alike
from questions.lint.findings import Bar, Finding
from questions.lint.options import halves
from questions.lint.profile import expected_share, free_of_topics, names_service

# 95 % of the chi-square distribution of three degrees of freedom.
_CHI_SQUARE = 7.81


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


def lint_forms(bank: BankText) -> tuple[list[Finding], list[Bar]]:
    """Return what is wrong with the bank's fixed forms, and the bars they are held to."""
    if bank.quota is None or not bank.quota.forms:
        return [], []
    pairs = alike(bank.items, bank.facts)
    findings = [
        Finding("FORM", "error", form.id, "", fault, "forms.yaml", form.line)
        for form in bank.forms
        for fault in _Sheet(bank, bank.quota, form, pairs).faults()
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
    return findings, [Bar("fixed forms", asked, figure, is_met), *_free(bank, bank.quota)]


def _free(bank: BankText, quota: Quota) -> Iterator[Bar]:
    least = quota.bars.free_of_topic
    if least is not None:
        free = free_of_topics(bank)
        enough = sum(count >= least for count in free.values())
        figure = f"{enough} of {len(free)}"
        name = f"topics with {least} items or more that stand in no form"
        yield Bar(name, "all", figure, enough == len(free))


@dataclass(frozen=True)
class _Sheet:
    """One form, held against the plan and against the pairs that may not meet."""

    bank: BankText
    quota: Quota
    form: FormText
    pairs: Pairs

    @property
    def placed(self) -> list[PlacedItem]:
        wanted = set(self.form.items)
        return [placed for placed in self.bank.items if placed.item.ref in wanted]

    @property
    def items(self) -> list[Item]:
        return [placed.item for placed in self.placed]

    @property
    def scored(self) -> list[Item]:
        return [item for item in self.items if item.ref not in self.form.unscored]

    def faults(self) -> Iterator[str]:
        yield from self._counts()
        if any(placed.case for placed in self.placed):
            yield "holds an item of a case study, which enters a form whole"
        for pair in combinations(sorted(item.ref for item in self.items), 2):
            if pair in self.pairs:
                yield f"{pair[0]} and {pair[1]} {self.pairs[pair]}"
        for fact, count in Counter(fact for item in self.items for fact in item.facts).items():
            if count > 1:
                yield f"{count} items are keyed on {fact}"
        yield from self._services()
        yield from self._expected()
        yield from _uneven(self.items)

    def _counts(self) -> Iterator[str]:
        """Yield the tasks, types and levels of which the form has not as many as it should."""
        plan = self.bank.plan
        tasks, types = (
            Counter(item.task for item in self.items),
            Counter(item.type for item in self.items),
        )
        scored_tasks = Counter(item.task for item in self.scored)
        for name, have, ask in (
            *((f"task {task}", tasks[task], q.per_form) for task, q in self.quota.tasks.items()),
            *(
                (f"scored of task {task}", scored_tasks[task], q.scored)
                for task, q in self.quota.tasks.items()
            ),
            *((name, types[name], count) for name, count in plan.type_mix.items()),
            ("unscored", len(self.form.unscored), plan.unscored_count),
            ("all", len(self.form.items), plan.scored_count + plan.unscored_count),
        ):
            if have != ask:
                yield f"{name}: {have} items, {ask} are asked for"
        kinds: Counter[str] = Counter(k for item in self.scored for k in (item.type, item.level))
        for name, (low, high) in self.quota.form.scored.items():
            if not low <= kinds[name] <= high:
                yield f"scored {name}: {kinds[name]} items, {low:g} to {high:g} are asked for"

    def _services(self) -> Iterator[str]:
        style = self.bank.style
        keyed = Counter(name for item in self.items for name in services(item, style))
        for name, count in keyed.items():
            most = style.per_form.get(name, style.service_limit)
            if most and count > most:
                yield f"{count} items are keyed on {name}; at most {most} may"
        if self.quota.form.naming:
            low, high = self.quota.form.naming
            count = sum(names_service(item, style) for item in self.items)
            if not low <= count <= high:
                yield f"{count} items name a service; {low:g} to {high:g} are asked for"

    def _expected(self) -> Iterator[str]:
        """Yield when those that count are expected to be easier or harder than the bank."""
        within = self.quota.form.expected_within
        middle = expected_share([placed.item for placed in self.bank.items])
        here = expected_share(self.scored)
        if within is None or middle is None or here is None or abs(here - middle) <= within:
            return
        yield (
            f"{here:.3f} of those who only just pass are expected to be right on what counts; "
            f"the bank's mean is {middle:.3f}, from which {within:g} are allowed"
        )


def _uneven(items: Sequence[Item]) -> Iterator[str]:
    """Yield when the keys of a form favour a position more than chance would."""
    places = Counter(item.right[0] for item in items if kind_of(item.type).is_single)
    even = places.total() / 4
    if even and sum((places[index] - even) ** 2 / even for index in range(4)) > _CHI_SQUARE:
        shown = ", ".join(f"{letter} {places[index]}" for index, letter in enumerate("ABCD"))
        yield f"keys favour a position: {shown}"
