"""Who may do what with a bank: one table of roles, and the decorators that check it.

Whoever may not see a bank gets a 404.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate, Literal, Protocol

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.http import Http404, HttpRequest, HttpResponse
from django_htmx.middleware import HtmxDetails

from questions.compiled_query import CompiledQuery
from questions.hooks import course_exams
from questions.models import Exam, ExamRole, ExamStates, Roles


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


def takeable_exams(user: object) -> QuerySet[Exam]:
    """Return the exams that someone sees and may start: the one rule for it.

    Open to all; open to courses, for who is in one that the exam is given to; and every exam for
    its own team, which tries it before it opens, but for those that are archived.
    """
    key = getattr(user, "pk", None)
    rule = Q(state=ExamStates.OPEN)
    if key is not None:
        for opened_by_courses in course_exams:
            rule |= Q(state=ExamStates.COURSES) & opened_by_courses(key)
        teams = ExamRole.objects.filter(user=key, exam=OuterRef("pk"))
        is_staff = getattr(user, "is_instructor", False) or getattr(user, "is_superuser", False)
        if is_staff:
            rule |= ~Q(state=ExamStates.ARCHIVED) & Q(Exists(teams))
    return Exam.objects.existing().filter(rule)


def readable_exams(user: object) -> QuerySet[Exam]:
    """Return the exams whose notes someone may read: those one may take, and those that ended."""
    rule = Q(pk__in=takeable_exams(user).values("pk"))
    if getattr(user, "pk", None) is not None:
        rule |= Q(state__in=[ExamStates.CLOSED, ExamStates.ARCHIVED])
    return Exam.objects.existing().filter(rule)


def may_take(user: object, exam: Exam) -> bool:
    """Return whether someone sees an exam and may start it."""
    # Most exams are open to all, which is known without a look at courses and teams; the others
    # cost a statement more.
    if _OPEN_TO_ALL.rows(exam.pk):
        return True
    return takeable_exams(user).filter(pk=exam.pk).exists()


_OPEN_TO_ALL = CompiledQuery(lambda exam: takeable_exams(None).filter(pk=exam).values_list("pk"))


def exams_of(user: Member) -> QuerySet[Exam]:
    """Return the exams whose banks are open to someone: the one rule for it."""
    exams = Exam.objects.existing()
    if user.is_superuser:
        return exams
    return exams.filter(roles__user=user.pk) if user.is_instructor else exams.none()


def accesses_of(user: Member) -> list[Access]:
    """Return someone's access to every bank that is open to them, by the codes of the exams."""
    return _accesses(user, exams_of(user))


def access_to(code: str, user: Member) -> Access | None:
    """Return someone's access to the bank of an exam, None where there is none."""
    return next(iter(_accesses(user, exams_of(user).filter(code__iexact=code))), None)


def _accesses(user: Member, exams: QuerySet[Exam]) -> list[Access]:
    """Return someone's role in each of the `exams_of` them."""
    role = Value(ADMIN) if user.is_superuser else F("roles__role")
    return [Access(user, exam, exam.role) for exam in exams.annotate(role=role)]


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
