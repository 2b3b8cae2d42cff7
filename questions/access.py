"""Who may do what with a bank: one table of roles, and the decorators that check it.

Whoever may not see a bank gets a 404.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate, Literal, Protocol

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django_htmx.middleware import HtmxDetails

from questions.models import Exam, ExamRole, Roles


class Member(Protocol):
    """Someone who is signed in; their roles say which banks they may open."""

    pk: int

    @property
    def is_instructor(self) -> bool: ...
    @property
    def is_superuser(self) -> bool: ...


class BankRequest(HttpRequest):
    """A request that LoginRequiredMiddleware has let through."""

    user: Member  # type: ignore[assignment]
    htmx: HtmxDetails


Action = Literal["write", "approve", "publish", "own"]

ADMIN = "admin"
_MAY: dict[str, set[Action]] = {
    Roles.AUTHOR: {"write"},
    Roles.REVIEWER: {"write", "approve", "publish"},
    Roles.OWNER: {"write", "approve", "publish", "own"},
    ADMIN: {"write", "approve", "publish", "own"},
}


@dataclass(frozen=True)
class Access:
    """Someone's access to the bank of an exam, by a role."""

    user: Member
    exam: Exam
    role: str

    def may(self, action: Action) -> bool:
        return action in _MAY[self.role]

    @property
    def may_approve(self) -> bool:
        return self.may("approve")

    @property
    def may_publish(self) -> bool:
        return self.may("publish")

    @property
    def may_own(self) -> bool:
        return self.may("own")


def exams_of(user: Member) -> QuerySet[Exam]:
    """Return the exams whose banks are open to someone."""
    if user.is_superuser:
        return Exam.objects.all()
    if not user.is_instructor:
        return Exam.objects.none()
    return Exam.objects.filter(roles__user=user.pk)


def access_to(code: str, user: Member) -> Access | None:
    """Return someone's access to the bank of an exam, None where there is none."""
    if user.is_superuser:
        exam = Exam.objects.filter(code__iexact=code).first()
        return Access(user, exam, ADMIN) if exam else None
    if not user.is_instructor:
        return None
    roles = ExamRole.objects.select_related("exam")
    role = roles.filter(user=user.pk, exam__code__iexact=code).first()
    return Access(user, role.exam, role.role) if role else None


def bank_page[**P](
    action: Action = "write",
) -> Callable[
    [Callable[Concatenate[BankRequest, Access, P], HttpResponse]], Callable[..., HttpResponse]
]:
    """Pass a view the reader's access to the bank of its address; answer 404 without one."""

    def decorate(
        view: Callable[Concatenate[BankRequest, Access, P], HttpResponse],
    ) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(
            request: BankRequest, code: str, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponse:
            access = access_to(code, request.user)
            if access is None or not access.may(action):
                raise Http404
            return view(request, access, *args, **kwargs)

        return guarded

    return decorate


def instructor_page(view: Callable[[BankRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer 404 to everyone who is no instructor."""

    @wraps(view)
    def guarded(request: BankRequest) -> HttpResponse:
        if not (request.user.is_instructor or request.user.is_superuser):
            raise Http404
        return view(request)

    return guarded
