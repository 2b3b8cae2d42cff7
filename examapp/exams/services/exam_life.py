"""An exam's life: who may take it, how strict it is, and its end."""

from django.db import transaction
from django.db.models import CharField, F, Value
from django.db.models.functions import Cast, Concat, Left
from django.utils.translation import gettext, ngettext

from examapp.exams.models import ExamSession
from examapp.exams.services.readiness import Readiness, readiness_of
from questions.hooks import exam_uses
from questions.models import Case, Exam, ExamRole, ExamStates, Question
from questions.services.audit import Actor, record
from questions.services.errors import Refused

# States that a sitting can begin in; an exam is ready before it enters one.
_OPEN = (ExamStates.COURSES, ExamStates.OPEN)


@transaction.atomic
def set_state(exam: Exam, state: str, *, by: Actor | None) -> Exam:
    """Change who may take an exam; raises Refused where it is not ready to open.

    Sittings under way go on whatever the state becomes.
    """
    exam = Exam.objects.select_for_update(no_key=True).get(pk=exam.pk)
    if exam.state == state:
        return exam
    if state not in ExamStates.values or state == ExamStates.DELETED:
        raise Refused(gettext("Choose one of the states."))
    if state in _OPEN and (reason := why_not_open(readiness_of(exam))):
        raise Refused(reason)
    before, exam.state = exam.state, state
    exam.save(update_fields=["state"])
    _record("changed who may take it", exam, by=by, before=before, after=state)
    return exam


def why_not_open(readiness: Readiness) -> str:
    """Return in a sentence what keeps an exam from opening, "" when nothing does."""
    if not readiness.domains:
        return gettext("It has no domain yet. Write its outline first.")
    if readiness.left > 0.009:
        left = f"{readiness.left:g}"
        return gettext("%(left)s %% of the exam is not assigned to a domain yet.") % {"left": left}
    if readiness.left < -0.009:
        total = f"{100 - readiness.left:g}"
        return gettext("The domains add up to %(total)s %%, not 100.") % {"total": total}
    count = readiness.missing
    if not count:
        return ""
    return ngettext(
        "%(count)d more question is needed.", "%(count)d more questions are needed.", count
    ) % {"count": count}


@transaction.atomic
def set_strictness(exam: Exam, strictness: str, *, by: Actor) -> Exam:
    """Change how much is asked of an exam's questions; what is live stays live."""
    exam = Exam.objects.select_for_update(no_key=True).get(pk=exam.pk)
    if exam.strictness != strictness:
        before, exam.strictness = exam.strictness, strictness
        exam.save(update_fields=["strictness"])
        _record("changed the checks", exam, by=by, before=before, after=strictness)
    return exam


def uses_of(exam: Exam) -> int:
    """Return how many times somebody outside the team took an exam or practiced it."""
    team = ExamRole.objects.filter(exam=exam).values("user")
    sat = ExamSession.objects.filter(exam=exam).exclude(candidate__in=team).count()
    return sat + sum(uses(exam) for uses in exam_uses)


@transaction.atomic
def delete(exam: Exam, *, by: Actor) -> None:
    """Delete an exam that nobody took; raises Refused for one that somebody did.

    Nobody finds it any more, its short name and its questions' names are free, and its team is
    none. Its rows stay for the log, which keeps everything that was done.
    """
    exam = Exam.objects.select_for_update().get(pk=exam.pk)
    if exam.state == ExamStates.DELETED:
        return
    if count := uses_of(exam):
        raise Refused(
            ngettext(
                "It was taken or practiced %(count)d time, so its results must stay. Archive "
                "it instead.",
                "It was taken or practiced %(count)d times, so its results must stay. Archive "
                "it instead.",
                count,
            )
            % {"count": count}
        )
    _record("deleted", exam, by=by, before=exam.state, after=exam.code)
    ExamRole.objects.filter(exam=exam).delete()
    for rows in (Question.objects.filter(exam=exam), Case.objects.filter(exam=exam)):
        unique = Concat(Value("deleted-"), Cast(F("pk"), CharField()), Value("-"), F("ref"))
        rows.update(ref=Left(unique, 80))
    exam.code, exam.state = f"deleted-{exam.pk}", ExamStates.DELETED
    exam.save(update_fields=["code", "state"])


def _record(verb: str, exam: Exam, *, by: Actor | None, before: str, after: str) -> None:
    record(
        verb,
        actor=by,
        exam=exam,
        subject="exam",
        subject_id=exam.pk,
        ref=exam.code,
        before=before,
        after=after,
    )
