"""Coverage of a bank as a table: objectives, facts and source headings, topics, items. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from questions.bank_files.bank import BankText
from questions.bank_files.item_reader import PlacedItem
from questions.items.item import LEVELS
from questions.items.kinds.registry import kind_names

FILE = "COVERAGE.md"


def coverage(bank: BankText) -> str:
    """Return the text of COVERAGE.md: what is asked for, the topics that carry it, its items."""
    tables = _Tables(bank)
    lines = [
        f"# Coverage of {bank.plan.code}",
        "",
        "Written by `manage.py bank_coverage` from the bank's files; not to be edited.",
        "",
        *tables.summary(),
        "",
        *counts(bank),
        "",
        *trials(bank),
        "## Objectives",
        "",
        "| objective | what | topics | items |",
        "|---|---|---|---|",
        *tables.objectives(),
        "",
        "## Facts",
        "",
        "| fact | what | relevance | topic | items |",
        "|---|---|---|---|---|",
        *tables.facts(),
    ]
    if bank.headings:
        lines += ["", "## Headings of the source notes", "", "| heading | topics |", "|---|---|"]
        lines += tables.headings()
    return "\n".join(lines) + "\n"


def counts(bank: BankText) -> list[str]:
    """Return a table of how many items there are, by domain, type and level; cases apart."""
    kinds = (*kind_names(), *LEVELS)
    names = [kind.replace("_", " ") for kind in kinds]
    lines = [f"| domain | items | {' | '.join(names)} |", "|---" * (len(kinds) + 2) + "|"]
    rest = [placed.item for placed in bank.items if placed.case is None]
    rows = []
    for domain in bank.plan.domains:
        tasks = {task.number for task in domain.tasks}
        own = [item for item in rest if item.task in tasks]
        rows.append((f"{domain.number} {domain.title}", own))
    rows.append(("**all**", rest))
    rows.append(("in case studies", [placed.item for placed in bank.items if placed.case]))
    for name, items in rows:
        have: Counter[str] = Counter(kind for item in items for kind in (item.type, item.level))
        cells = [str(len(items)), *(str(have[kind]) for kind in kinds)]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return lines


def trials(bank: BankText) -> list[str]:
    """Return a table of what trials without the keys found; nothing where there were none."""
    found = bank.quota.trials if bank.quota else {}
    if not found:
        return []
    rows = [f"| {_cell(trial)} | {_cell(outcome)} |" for trial, outcome in found.items()]
    return ["## Trials without the keys", "", "| trial | outcome |", "|---|---|", *rows, ""]


class _Tables:
    """The rows of each table."""

    def __init__(self, bank: BankText) -> None:
        self.bank = bank
        # Topics by the fact they carry, as task and slug.
        self.carried = {
            fact: f"{task}/{topic.slug}"
            for task, topics in bank.topics.items()
            for topic in topics
            for fact in topic.facts
        }
        self.keyed: dict[str, list[PlacedItem]] = defaultdict(list)
        self.tested: dict[str, list[PlacedItem]] = defaultdict(list)
        for placed in bank.items:
            self.tested[placed.item.objective].append(placed)
            for fact in placed.item.facts:
                self.keyed[fact].append(placed)

    def summary(self) -> Iterator[str]:
        bank = self.bank
        known = {
            o for domain in bank.plan.domains for task in domain.tasks for o in task.objectives
        }
        tested = sum(bool(self.tested[objective]) for objective in known)
        carried = sum(fact in self.carried for fact in bank.facts)
        keyed = sum(bool(self.keyed[fact]) for fact in bank.facts)
        topics = sum(map(len, bank.topics.values()))
        yield (
            f"{topics} topics carry {carried} of {len(bank.facts)} facts; {len(bank.items)} items "
            f"test {tested} of {len(known)} objectives and {keyed} facts."
        )

    def objectives(self) -> Iterator[str]:
        for domain in self.bank.plan.domains:
            for task in domain.tasks:
                for number, title in task.objectives.items():
                    facts = [f.id for f in self.bank.facts.values() if f.objective == number]
                    items = self._refs(self.tested[number])
                    yield f"| {number} | {_cell(title)} | {self._topics(facts)} | {items} |"

    def facts(self) -> Iterator[str]:
        for fact in self.bank.facts.values():
            topic = self.carried.get(fact.id, "none")
            what = _cell(f"{fact.text} (corrected)" if fact.correction else fact.text)
            yield (
                f"| {fact.id} | {what} | {fact.relevance} | {topic} "
                f"| {self._refs(self.keyed[fact.id])} |"
            )

    def headings(self) -> Iterator[str]:
        """Yield a row for each heading; its parts' facts are its own, too."""
        by_heading: dict[str, list[str]] = defaultdict(list)
        for fact in self.bank.facts.values():
            by_heading[fact.heading].append(fact.id)
        headings = self.bank.headings
        for index, heading in enumerate(headings):
            facts = list(by_heading[heading.title])
            for part in headings[index + 1 :]:
                if part.level <= heading.level:
                    break
                facts += by_heading[part.title]
            # A task that its notes left empty has the topics that were written for it.
            task = heading.title.split(":")[0]
            topics = [f"{task}/{topic.slug}" for topic in self.bank.topics.get(task, [])]
            shown = self._topics(facts) if facts else ", ".join(topics) or "none"
            yield f"| {'#' * heading.level} {_cell(heading.title)} | {shown} |"

    def _topics(self, facts: Iterable[str]) -> str:
        topics = dict.fromkeys(self.carried[fact] for fact in facts if fact in self.carried)
        return ", ".join(topics) or "none"

    def _refs(self, items: Iterable[PlacedItem]) -> str:
        prefix = f"{self.bank.plan.code.lower()}-"
        return ", ".join(placed.item.ref.removeprefix(prefix) for placed in items) or "none"


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())
