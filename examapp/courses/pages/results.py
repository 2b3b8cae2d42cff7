"""The results of an assignment: who passed, what the class knows, who needs what."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from examapp.courses.changes import FEWEST
from examapp.courses.models import Assignment
from examapp.courses.pages import words
from examapp.courses.pages.assignment_lines import address, zone_of
from examapp.courses.pages.heads import AssignmentHead, assignment_head
from examapp.courses.pages.heat_map import Column, HeatMap, Row, cell, class_cell
from examapp.courses.pages.parts import Crumbs, Line
from examapp.courses.pages.range_bars import ClassShare, RangeBar, class_share, range_bar
from examapp.courses.pages.score_dots import Dot, Dots, Tick, score_dots
from examapp.courses.pages.standing import Standing
from examapp.courses.pages.taken import Counted, DomainArea, Taken, Tried
from examapp.courses.pages.teaching import Teach, gaps, teach
from examapp.web import times
from examapp.web.numbers import whole_number


@dataclass(frozen=True)
class Verdict:
    """How many passed, with a dot for each; `is_scored` is False where too few took part."""

    taken: int
    people: int
    passed: int = 0
    is_scored: bool = True
    sentences: Sequence[str] = ()
    dots_words: str = ""
    picture: Dots | None = None

    @property
    def dots(self) -> Sequence[Dot]:
        return self.picture.dots if self.picture else ()

    @property
    def ticks(self) -> Sequence[Tick]:
        return self.picture.ticks if self.picture else ()

    @property
    def height(self) -> int:
        return self.picture.height if self.picture else 0

    @property
    def axis_y(self) -> int:
        return self.picture.axis_y if self.picture else 0

    @property
    def cut_x(self) -> float:
        return self.picture.cut_x if self.picture else 0


@dataclass(frozen=True)
class Effect:
    """What the practice that was given on these results changed."""

    heading: str
    sentence: str
    lines: Sequence[Line] = ()


@dataclass(frozen=True)
class ResultsPage:
    head: AssignmentHead
    verdict: Verdict
    live_url: str
    domains: Sequence[RangeBar] = ()
    teach: Teach | None = None
    effect: Effect | None = None
    map: HeatMap | None = None
    sorts: Crumbs = ()
    sort: str = ""
    not_shown: str = ""


def results_page(
    standing: Standing,
    taken: Taken,
    *,
    missing: Sequence[str],
    sort: str,
    effect: Effect | None,
    may_edit: bool,
    may_see_people: bool,
    now: datetime,
) -> ResultsPage:
    """Show an assignment's results.

    Args:
        missing: names of those who were given it and have not taken it.
        may_see_people: whether single people, or figures of fewer than FEWEST, may be shown at all.
    """
    assignment = standing.assignment
    head = assignment_head(
        assignment,
        "results",
        sub=about(standing, len(taken.people), now),
        may_edit=may_edit,
        may_export=may_edit,
    )
    live = address("live", assignment)
    count = len(taken.people)
    if not count or (count < FEWEST and not may_see_people):
        few = _few(standing, count)
        return ResultsPage(head, few, live, teach=few_to_teach(assignment, taken))
    known = known_by_task(taken)
    return ResultsPage(
        head,
        _verdict(standing, taken, missing if may_see_people else (), may_see_people, now),
        live,
        domains=[domain_bar(assignment, taken, each) for each in taken.domains]
        if count >= FEWEST
        else (),
        teach=teach(assignment, taken, gaps(taken, known)),
        effect=effect,
        map=_map(assignment, taken, sort) if may_see_people else None,
        sorts=_sorts(taken),
        sort=sort,
        not_shown=_not_shown(missing) if may_see_people else "",
    )


def few_to_teach(assignment: Assignment, taken: Taken) -> Teach:
    return teach(assignment, taken, [])


def about(standing: Standing, count: int, now: datetime) -> str:
    """Say how many took an assignment, and whether it is closed."""
    assignment = standing.assignment
    zone = zone_of(assignment.course)
    values: dict[str, object] = {"taken": count, "given": standing.given}
    if assignment.closes_at is None:
        return gettext("%(taken)d of %(given)d took it · no closing date") % values
    values |= {
        "when": times.near_moment(assignment.closes_at, zone=zone, now=now),
        "place": times.zone_name(zone),
    }
    if standing.is_closed(now):
        return gettext("%(taken)d of %(given)d took it · closed %(when)s (%(place)s)") % values
    return gettext("%(taken)d of %(given)d took it · closes %(when)s (%(place)s)") % values


def known_by_task(taken: Taken) -> dict[int, ClassShare]:
    """Return what is known of the class in each task that somebody was asked in."""
    shares = {
        task.pk: taken.shares(lambda person, pk=task.pk: taken.in_task(person, pk))  # type: ignore[misc]
        for task in taken.tasks
    }
    return {task: class_share(values) for task, values in shares.items() if values}


def _few(standing: Standing, count: int) -> Verdict:
    few = words.too_few(FEWEST)
    return Verdict(count, standing.given, is_scored=False, sentences=[few])


def _verdict(
    standing: Standing, taken: Taken, missing: Sequence[str], has_dots: bool, now: datetime
) -> Verdict:
    scores = [(person.name, person.scaled) for person in taken.people]
    low, high = min(s for _, s in scores), max(s for _, s in scores)
    sentences = []
    if len(scores) >= FEWEST:
        sentences.append(
            gettext("Average %(mean)d, from %(low)d to %(high)d.")
            % {"mean": taken.mean_score, "low": low, "high": high}
        )
    if missing and not standing.is_closed(now):
        sentences.append(
            gettext("%(done)d of %(given)d have finished so far, so this will change.")
            % {"done": len(scores), "given": standing.given}
        )
    elif missing:
        n = len(missing)
        text = ngettext("%(names)s has not taken it.", "%(names)s have not taken it.", n)
        sentences.append(text % {"names": words.names(missing, most=3)})
    changed = sum(person.was_changed for person in taken.people)
    if changed:
        sentences.append(
            ngettext(
                "A right answer was corrected, and %(n)d score was recalculated.",
                "A right answer was corrected, and %(n)d scores were recalculated.",
                changed,
            )
            % {"n": changed}
        )
    cut = taken.scale.cut
    dots_words = ngettext(
        "Score of %(n)d person: %(low)d. %(passed)d at the pass mark of %(cut)d or above.",
        "Scores of %(n)d people from %(low)d to %(high)d. %(passed)d at the pass mark of %(cut)d "
        "or above.",
        len(scores),
    ) % {"n": len(scores), "low": low, "high": high, "passed": taken.passed, "cut": cut}
    picture = score_dots(scores, taken.scale, cut_words=gettext("%(cut)d pass") % {"cut": cut})
    return Verdict(
        len(scores),
        standing.given,
        taken.passed,
        sentences=sentences,
        dots_words=dots_words,
        picture=picture if has_dots else None,
    )


def domain_bar(assignment: Assignment, taken: Taken, domain: DomainArea) -> RangeBar:
    """Return the class's bar in a domain."""
    shares = taken.shares(lambda person: taken.in_domain(person, domain.number))
    url = reverse("courses:domain", args=[assignment.course_id, assignment.pk, domain.number])
    return range_bar(
        f"{domain.number} {domain.title}",
        _asked_words(taken, lambda person: taken.in_domain(person, domain.number)),
        shares or [0.0],
        class_share(shares or [0.0]),
        cut=taken.scale.raw_cut,
        url=url,
    )


def _asked_words(taken: Taken, count: Callable[[Tried], Counted]) -> str:
    """Say how many questions each was asked; nothing where that differs."""
    asked = {count(person).of for person in taken.people}
    return words.questions(asked.pop()) if len(asked) == 1 else ""


def _map(assignment: Assignment, taken: Taken, sort: str) -> HeatMap:
    columns = [_column(assignment, taken, domain) for domain in taken.domains]
    people = sorted(taken.people, key=_order(taken, sort))
    return HeatMap(
        gettext("Right answers of each person in each domain"),
        columns,
        [_row(assignment, taken, person) for person in people],
        _class_row(taken),
        gettext("Score"),
        gettext("pass %(cut)d") % {"cut": taken.scale.cut},
    )


def _column(assignment: Assignment, taken: Taken, domain: DomainArea) -> Column:
    asked = {taken.in_domain(person, domain.number).of for person in taken.people}
    of = gettext("of %(n)d") % {"n": asked.pop()} if len(asked) == 1 else ""
    url = reverse("courses:domain", args=[assignment.course_id, assignment.pk, domain.number])
    return Column(str(domain.number), domain.title, of, url)


def _row(assignment: Assignment, taken: Taken, person: Tried) -> Row:
    cells = []
    for domain in taken.domains:
        count = taken.in_domain(person, domain.number)
        cells.append(cell(count.right, count.of))
    passed = gettext("passed") if person.is_pass else gettext("not passed")
    return Row(
        person.name,
        person_url(assignment, person.member),
        tuple(cells),
        str(person.scaled),
        passed,
        is_pass=person.is_pass,
    )


def person_url(assignment: Assignment, member: int) -> str:
    return reverse("courses:student", args=[assignment.course_id, assignment.pk, member])


def _class_row(taken: Taken) -> Row | None:
    if len(taken.people) < FEWEST:
        return None
    cells = []
    for domain in taken.domains:
        counts = [taken.in_domain(person, domain.number) for person in taken.people]
        asked = sum(count.of for count in counts) / len(counts)
        shares = [count.share for count in counts if count.of] or [0.0]
        cells.append(class_cell(sum(shares) / len(shares), len(taken.people), asked))
    return Row("", "", tuple(cells), str(taken.mean_score))


def _order(taken: Taken, sort: str) -> Callable[[Tried], tuple[float, str]]:
    if sort == "name":
        return lambda person: (0, person.name.lower())
    number = whole_number(sort.removeprefix("domain-")) if sort.startswith("domain-") else None
    if number is not None:
        return lambda person: (taken.in_domain(person, number).share, person.name)
    return lambda person: (person.scaled, person.name)


def _sorts(taken: Taken) -> Crumbs:
    weakest = [
        (
            f"domain-{domain.number}",
            gettext("Weakest in %(domain)s") % {"domain": f"{domain.number} {domain.title}"},
        )
        for domain in taken.domains
    ]
    return (("", gettext("Lowest score first")), ("name", gettext("Name")), *weakest)


def _not_shown(missing: Sequence[str]) -> str:
    if not missing:
        return gettext("Choose a domain to see its tasks, or a name to see that person's answers.")
    return gettext(
        "Not shown: %(names)s (not taken). Choose a domain for its tasks, a name for that person's "
        "answers."
    ) % {"names": words.names(missing)}
