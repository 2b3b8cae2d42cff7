"""Teams: the roles of people in an exam's bank."""

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils.translation import gettext

from questions.models import Exam, ExamRole, Roles
from questions.services.audit import Actor, record
from questions.services.errors import Refused


@transaction.atomic
def grant(exam: Exam, *, user: Actor, role: str, by: Actor | None) -> ExamRole:
    """Give someone a role, in place of a former one; raises Refused for the last owner."""
    exam = Exam.objects.select_for_update().get(pk=exam.pk)
    current = ExamRole.objects.filter(exam=exam, user=user.pk).first()
    if current and current.role == role:
        return current
    if current and role != Roles.OWNER:
        _refuse_last_owner(current)
    granted, _ = ExamRole.objects.update_or_create(
        exam=exam,
        user=get_user_model()(pk=user.pk),
        defaults={"role": role, "granted_by_id": by.pk if by else None},
    )
    record(
        "granted",
        actor=by,
        exam=exam,
        subject="role",
        subject_id=user.pk,
        before=current and current.role,
        after=role,
    )
    return granted


@transaction.atomic
def revoke(exam: Exam, *, user: Actor, by: Actor) -> None:
    """Take someone's role away; raises Refused for the last owner."""
    exam = Exam.objects.select_for_update().get(pk=exam.pk)
    current = ExamRole.objects.filter(exam=exam, user=user.pk).first()
    if current is None:
        return
    _refuse_last_owner(current)
    current.delete()
    record("revoked", actor=by, exam=exam, subject="role", subject_id=user.pk, before=current.role)


@transaction.atomic
def allow_self_approval(exam: Exam, *, is_allowed: bool, by: Actor | None) -> Exam:
    """Set whether someone without a colleague may approve their own drafts."""
    exam = Exam.objects.select_for_update().get(pk=exam.pk)
    if exam.allows_self_approval != is_allowed:
        exam.allows_self_approval = is_allowed
        exam.save(update_fields=["allows_self_approval"])
        record(
            "allowed self-approval" if is_allowed else "forbade self-approval",
            actor=by,
            exam=exam,
            subject="exam",
            subject_id=exam.pk,
        )
    return exam


def _refuse_last_owner(role: ExamRole) -> None:
    owners = ExamRole.objects.filter(exam=role.exam_id, role=Roles.OWNER)
    if role.role == Roles.OWNER and not owners.exclude(pk=role.pk).exists():
        raise Refused(gettext("An exam needs an owner. Make someone else an owner first."))
