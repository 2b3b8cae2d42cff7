"""Merging a bank's files with what was edited in the site, question by question."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from django.db.models import Max, Q

from questions.bank_files.item_reader import CasePlan, PlacedItem
from questions.items.content import digest, fingerprint
from questions.items.item import Item
from questions.models import Case, Draft, Exam, Question, QuestionVersion, Topic
from questions.services.search_columns import SEARCH_COLUMNS, update_search_columns
from questions.services.versions import item_of_version, next_version

# The columns of a question that files set, beside those by which lists find it.
_COLUMNS = (
    *("origin", "file_hash", "topic", "case", "objective", "facts", "is_sample"),
    *("current_version", "status"),
)


@dataclass
class Merge:
    """Writes the items of files into an exam's questions.

    Every question and case of the files has a hash of what the last load read. As long as the site
    has the same text, the files may change it. Where it does not, somebody edited it here: then an
    unchanged file changes nothing, and a changed one is not loaded but named in `kept`.
    """

    exam: Exam
    topics: Mapping[tuple[str, str], Topic]
    overwrite: bool = False
    new: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    retired: list[str] = field(default_factory=list)

    def write(self, items: list[PlacedItem], samples: list[PlacedItem]) -> None:
        """Write items and samples, and retire the files' questions that are not among them."""
        placed = [*items, *samples]
        self._samples = {sample.item.ref for sample in samples}
        self._enemies = _mutual([entry.item for entry in placed])
        self._cases = self._write_cases(entry.case for entry in placed if entry.case)
        questions = Question.objects.filter(exam=self.exam).prefetch_related("enemies")
        questions = questions.select_related("current_version", "topic__task")
        self._questions = {question.ref: question for question in questions}
        drafts = Draft.objects.filter(question__exam=self.exam)
        self._with_draft = set(drafts.values_list("question", flat=True))
        changed = [entry for entry in placed if self._prepare(entry)]
        self._write(changed)
        self._write_enemies([entry.item.ref for entry in changed])
        self._retire(set(self._questions) - {entry.item.ref for entry in placed})

    def _prepare(self, placed: PlacedItem) -> bool:
        """Set a question's columns, unsaved, to what the files say.

        Return False where there is nothing to write: the site has the same, or was edited.
        """
        item = self._item(placed)
        in_files = _hash(item, placed.case, is_sample=item.ref in self._samples)
        question = self._questions.get(item.ref) or Question(exam=self.exam, ref=item.ref)
        if question.pk and not self.overwrite and self._changed_here(question):
            if in_files not in (question.file_hash, _hash_here(question)):
                self.kept.append(item.ref)
            return False
        if question.pk and in_files == question.file_hash == _hash_here(question):
            return False
        question.origin = Question.Origin.FILES
        question.file_hash = in_files
        question.topic = self.topics[item.task, item.topic]
        question.case = self._cases[placed.case.ref] if placed.case else None
        question.objective = item.objective
        question.facts = list(item.facts)
        question.is_sample = item.ref in self._samples
        if question.pk not in self._with_draft:
            update_search_columns(question, item)
        self._questions[item.ref] = question
        return True

    def _item(self, placed: PlacedItem) -> Item:
        return replace(placed.item, enemies=tuple(self._enemies[placed.item.ref]))

    def _write(self, changed: list[PlacedItem]) -> None:
        """Write questions and their new versions, a few statements for however many there are."""
        questions = {entry.item.ref: self._questions[entry.item.ref] for entry in changed}
        Question.objects.bulk_create(q for q in questions.values() if q.pk is None)
        versions = []
        for entry in changed:
            question = questions[entry.item.ref]
            version = next_version(question, entry.item, reason="loaded from the bank's files")
            if version:
                versions.append(version)
                self.new.append(question.ref)
                update_search_columns(question, entry.item)
        latest = dict(
            QuestionVersion.objects.filter(question__in=[v.question for v in versions])
            .values_list("question")
            .annotate(Max("number"))
        )
        for version in versions:
            version.number = latest.get(version.question_id, 0) + 1
        for version in QuestionVersion.objects.bulk_create(versions):
            version.question.current_version = version
        for question in questions.values():
            question.status = Question.Status.PUBLISHED
        # All of them exist by now: an upsert is the update that takes plain values row by row.
        Question.objects.bulk_create(
            questions.values(),
            update_conflicts=True,
            update_fields=[*_COLUMNS, *SEARCH_COLUMNS],
            unique_fields=["pk"],
        )

    def _write_enemies(self, refs: list[str]) -> None:
        """Make the questions' enemies those that the files name, in both directions."""
        links = Question.enemies.through
        wanted = {
            (self._questions[ref].pk, self._questions[enemy].pk)
            for ref in refs
            for enemy in self._enemies[ref]
        }
        wanted |= {(other, one) for one, other in wanted}
        questions = [self._questions[ref].pk for ref in refs]
        rows = links.objects.filter(Q(from_question__in=questions) | Q(to_question__in=questions))
        pairs = {(link.from_question_id, link.to_question_id): link.pk for link in rows}
        unwanted = [pk for pair, pk in pairs.items() if pair not in wanted]
        links.objects.filter(pk__in=unwanted).delete()
        links.objects.bulk_create(
            links(from_question_id=one, to_question_id=other)
            for one, other in sorted(wanted - set(pairs))
        )

    def _changed_here(self, question: Question) -> bool:
        """Return whether someone wrote or changed a question in the site since the last load."""
        if question.origin == Question.Origin.SITE:
            return True
        return bool(question.file_hash) and question.file_hash != _hash_here(question)

    def _write_cases(self, plans: Iterable[CasePlan]) -> dict[str, Case]:
        cases = {case.ref: case for case in Case.objects.filter(exam=self.exam)}
        for plan in {plan.ref: plan for plan in plans}.values():
            case = cases.get(plan.ref) or Case(exam=self.exam, ref=plan.ref)
            in_files = _case_text(plan)
            here = _case_text(case) if case.pk else case.file_hash
            if case.pk and not self.overwrite and case.file_hash not in ("", here):
                if in_files not in (case.file_hash, here):
                    self.kept.append(plan.ref)
            else:
                case.title, case.scenario = plan.title, plan.scenario
                case.file_hash = in_files
                case.save()
            cases[plan.ref] = case
        return cases

    def _retire(self, refs: set[str]) -> None:
        """Retire the files' questions of these refs; a load that finds them again revives them."""
        for ref in sorted(refs):
            question = self._questions[ref]
            if question.origin != Question.Origin.FILES:
                continue
            if question.status == Question.Status.RETIRED:
                continue
            if self._changed_here(question) and not self.overwrite:
                self.kept.append(ref)
                continue
            self.retired.append(ref)
        retired = Question.objects.filter(pk__in=[self._questions[ref].pk for ref in self.retired])
        retired.update(status=Question.Status.RETIRED, file_hash="")


def _mutual(items: Iterable[Item]) -> dict[str, list[str]]:
    """Return each item's enemies, whichever of the two names the other."""
    mutual: dict[str, set[str]] = {item.ref: set() for item in items}
    for item in items:
        for enemy in item.enemies:
            mutual[item.ref].add(enemy)
            mutual[enemy].add(item.ref)
    return {ref: sorted(enemies) for ref, enemies in mutual.items()}


def _hash_here(question: Question) -> str:
    """Return the hash of a question as the site has it; of one that is not live, none."""
    version = question.current_version
    if version is None or question.status != Question.Status.PUBLISHED:
        return "not live"
    version.question = question
    case = version.content.get("case")
    plan = CasePlan(case["ref"], case["title"], case["scenario"]) if case else None
    return _hash(item_of_version(version), plan, is_sample=question.is_sample)


def _hash(item: Item, case: CasePlan | None, *, is_sample: bool) -> str:
    return fingerprint(item, is_sample, [case.ref, case.title, case.scenario] if case else None)


def _case_text(case: Case | CasePlan) -> str:
    return digest([case.title, case.scenario])
