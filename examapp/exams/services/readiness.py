"""Whether an exam can open: the questions that are live against those that a mock exam needs."""

from collections import Counter
from dataclasses import dataclass
from typing import Literal

from django.db.models import Count
from django.utils.translation import gettext

from examapp.exams.assembly.apportionment import seats
from questions.bank_files.exam_blueprint import weights_left
from questions.items.kinds.registry import kind_of
from questions.models import Domain, Exam, Question
from questions.services.blueprint import plan_of


@dataclass(frozen=True)
class Need:
    """A domain or a kind of question: how many questions are live, and how many a mock needs.

    `place` is what the question list and the editor call it: a domain's number, a kind's name.
    """

    what: Literal["domain", "kind"]
    name: str
    place: str
    live: int
    needed: int

    @property
    def missing(self) -> int:
        return max(0, self.needed - self.live)


@dataclass(frozen=True)
class Readiness:
    """What an exam has and lacks; `left` is how many per cent no domain has yet."""

    needs: tuple[Need, ...]
    left: float
    item_count: int

    @property
    def missing(self) -> int:
        """Questions to write: a question fills its domain and its kind at once."""
        totals: Counter[str] = Counter()
        for need in self.needs:
            totals[need.what] += need.missing
        return max(totals.values(), default=0)

    @property
    def is_ready(self) -> bool:
        return bool(self.needs) and not self.missing and abs(self.left) < 0.01

    @property
    def domains(self) -> list[Need]:
        return [need for need in self.needs if need.what == "domain"]

    @property
    def kinds(self) -> list[Need]:
        return [need for need in self.needs if need.what == "kind"]


def readiness_of(exam: Exam) -> Readiness:
    """Return what an exam has and what a mock exam of it needs."""
    domains = list(Domain.objects.filter(exam=exam))
    pool = Question.objects.pool(exam).order_by()
    by_domain = dict(pool.values_list("topic__task__domain").annotate(Count("pk")))
    by_kind = dict(pool.values_list("current_version__type").annotate(Count("pk")))
    quotas = _quotas(exam, domains)
    needs = [
        Need("domain", str(domain), str(domain.number), by_domain.get(domain.pk, 0), needed)
        for domain, needed in zip(domains, quotas, strict=True)
    ]
    needs += [
        Need("kind", gettext(kind_of(name).label), name, by_kind.get(name, 0), count)
        for name, count in exam.type_mix.items()
    ]
    return Readiness(tuple(needs), weights_left(plan_of(exam)), exam.item_count)


def _quotas(exam: Exam, domains: list[Domain]) -> list[int]:
    """Return how many questions a mock exam takes of each domain."""
    weights = {domain.pk: float(domain.weight) for domain in domains}
    if not weights:
        return []
    scored, unscored = (seats(weights, n) for n in (exam.scored_count, exam.unscored_count))
    return [scored[domain.pk] + unscored[domain.pk] for domain in domains]
