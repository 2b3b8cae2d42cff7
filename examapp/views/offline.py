"""What a browser needs to show pages without a connection: the worker, and the index of pages."""

from dataclasses import dataclass
from typing import Self

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.staticfiles import finders
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.crypto import salted_hmac
from django.views.decorators.http import require_safe

from examapp.accounts.models import User
from examapp.accounts.requests import SignedInRequest
from examapp.exams.open_exam import open_exam
from questions.access import takeable_exams
from questions.models import Domain, Exam, Task

# The second one puts the first out of use in every browser that has it.
WORKER, RETIRED = "js/offline/worker.js", "js/offline/retired.js"


def owner_of(user: object) -> str:
    """Return an opaque name of whoever a browser may keep pages for; "" for nobody.

    Of staff nothing is kept, and of nobody where the operator has switched it off.
    """
    if not isinstance(user, User) or user.is_instructor or not settings.OFFLINE_PAGES:
        return ""
    return salted_hmac("examapp.offline.owner", str(user.pk), algorithm="sha256").hexdigest()[:32]


@login_not_required
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """Return the service worker, from an address whose scope is the whole site.

    Browsers ask for it anew by themselves, and take over what changed.
    """
    path = finders.find(WORKER if settings.OFFLINE_PAGES else RETIRED)
    if path is None:
        raise Http404
    with open(path, encoding="utf-8") as script:
        return HttpResponse(
            script.read(),
            content_type="text/javascript; charset=utf-8",
            headers={"Service-Worker-Allowed": "/"},
        )


@dataclass(frozen=True)
class Shelf:
    """The notes of one exam that can be kept, in the order of its outline."""

    exam: Exam
    tasks: list[Task]

    @classmethod
    def all_of(cls, user: User) -> list[Self]:
        """Return a shelf for each exam that someone may take."""
        tasks = Prefetch("tasks", Task.objects.order_by("number"))
        domains = Prefetch("domains", Domain.objects.order_by("number").prefetch_related(tasks))
        return [
            cls(exam, [task for domain in exam.domains.all() for task in domain.tasks.all()])
            for exam in takeable_exams(user).prefetch_related(domains)
        ]


@require_safe
def offline(request: SignedInRequest) -> HttpResponse:
    """Name the pages that a device can keep; the worker shows it where there is no connection.

    While one is in an exam it names none, and the worker shows none of those it has.
    """
    session = open_exam(request.user)
    shelves = [] if session else Shelf.all_of(request.user)
    context = {"open_session": session, "shelves": shelves}
    return render(request, "offline.html", context)
