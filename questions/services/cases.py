"""Case studies: the scenario that questions share."""

from django.db import transaction
from django.db.models import QuerySet

from questions.items.content import digest
from questions.models import Case, Exam, Question
from questions.services.audit import Actor, record
from questions.services.errors import Overtaken


def version_token(case: Case) -> str:
    """Return a mark of how a case stands, for who goes on from it."""
    return digest([case.title, case.scenario])


@transaction.atomic
def write(
    exam: Exam,
    *,
    title: str,
    scenario: str,
    by: Actor,
    case: Case | None = None,
    mark: str | None = None,
) -> Case:
    """Write a case, or change one. Versions keep the scenario that they were published with.

    Raises Overtaken where the case is not what `mark` says. A program that looked at nothing has no
    mark.
    """
    if case is None:
        case = Case.objects.create(
            exam=exam, ref=f"{exam.code}-new", title=title, scenario=scenario
        )
        case.ref = f"{exam.code}-c{case.pk}"
        case.save(update_fields=["ref"])
        record("written", actor=by, exam=exam, subject="case", subject_id=case.pk, after=title)
        return case
    case = Case.objects.select_for_update().get(pk=case.pk, exam=exam)
    if mark is not None and mark != version_token(case):
        raise Overtaken
    if (case.title, case.scenario) != (title, scenario):
        before = {"title": case.title, "scenario": case.scenario}
        case.title, case.scenario = title, scenario
        case.save(update_fields=["title", "scenario"])
        record("changed", actor=by, exam=exam, subject="case", subject_id=case.pk, before=before)
    return case


def behind(case: Case) -> QuerySet[Question]:
    """Return the live questions of a case that were published with another scenario."""
    live = Question.objects.published().filter(case=case)
    return live.exclude(
        current_version__content__case__scenario=case.scenario,
        current_version__content__case__title=case.title,
    )
