"""Case studies: the scenario that questions share."""

from django.db import transaction
from django.db.models import QuerySet

from questions.items.content import digest
from questions.models import Case, Exam, Question
from questions.services.audit import Actor, record
from questions.services.errors import Overtaken


def version_token(case: Case) -> str:
    """Return a token that changes whenever the case does; sent back with an edit."""
    return digest([case.title, case.scenario])


@transaction.atomic
def write(
    exam: Exam,
    *,
    title: str,
    scenario: str,
    by: Actor,
    case: Case | None = None,
    token: str | None = None,
) -> Case:
    """Create a case, or change one. Versions keep the scenario that they were published with.

    `token` is the version token that the edit began from; None skips the check, for programs.
    Raises Overtaken where the case changed since.
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
    if token is not None and token != version_token(case):
        raise Overtaken
    if (case.title, case.scenario) != (title, scenario):
        before = {"title": case.title, "scenario": case.scenario}
        case.title, case.scenario = title, scenario
        case.save(update_fields=["title", "scenario"])
        record("changed", actor=by, exam=exam, subject="case", subject_id=case.pk, before=before)
    return case


def with_old_scenario(case: Case) -> QuerySet[Question]:
    """Return the live questions of a case that were published with another scenario."""
    live = Question.objects.published().filter(case=case)
    return live.exclude(
        current_version__content__case__scenario=case.scenario,
        current_version__content__case__title=case.title,
    )
