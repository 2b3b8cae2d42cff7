"""Everyone who might ask, and the addresses there are to ask for."""

from dataclasses import dataclass, field
from typing import Any

from django.test import Client
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern, URLResolver

from examapp.accounts.models import User
from examapp.exams import services
from examapp.exams.models import ExamSession
from examapp.practice import services as practice
from examapp.reports.models import FormStatistics
from questions.models import Case, Comment, Exam, ExamRole, Image, Question
from questions.services import drafts
from tests.factories import make_exam, make_user

# Of other projects, with tests of their own: signing in, and the operators' admin.
FOREIGN = ("account_", "admin:")
API = "api:api-1"


# Where one parameter's name means different things.
SPECIAL = {"questions:restore": {"number": 1}, "questions:case": {"ref": "case-1"}}


@dataclass
class World:
    """An exam with a candidate in the middle of it, and everyone else."""

    exam: Exam
    session: ExamSession
    past: ExamSession
    people: dict[str, User | None]
    values: dict[str, Any] = field(default_factory=dict)

    def client(self, actor: str) -> Client:
        client = Client()
        person = self.people[actor]
        if person:
            client.force_login(person)
        return client

    def address(self, name: str, parameters: tuple[str, ...], **instead: Any) -> str:
        values = {**self.values, **SPECIAL.get(name, {}), **instead}
        return reverse(name, kwargs={each: values[each] for each in parameters})


def make_world() -> World:
    """Return the world in which every route is asked for by everyone."""
    exam = make_exam(forms=3)
    people: dict[str, User | None] = {
        "anonymous": None,
        "candidate": make_user(name="Ada"),
        "other candidate": make_user(name="Otto"),
        "instructor elsewhere": make_user(role="instructor", name="Ines"),
        "author": make_user(role="instructor", name="Arno"),
        "reviewer": make_user(role="instructor", name="Rita"),
        "owner": make_user(role="instructor", name="Olga"),
        "admin": make_user(role="admin", name="Root"),
    }
    for role in ("author", "reviewer", "owner"):
        ExamRole.objects.create(user=people[role], exam=exam, role=role)
    elsewhere = make_exam()
    ExamRole.objects.create(user=people["instructor elsewhere"], exam=elsewhere, role="owner")
    past = services.finish(services.start(people["candidate"], exam=exam).pk)
    practised = practice.start(people["candidate"], exam=exam, choice=practice.Choice(3))
    session = services.start(people["candidate"], exam=exam)
    question = Question.objects.published().filter(exam=exam).first()
    drafts.revise(question, by=people["owner"])
    Case.objects.create(exam=exam, ref="case-1", title="A case", scenario="A scenario.")
    picture = Image.objects.create(
        exam=exam, alt="A dot", media_type="image/png", width=1, height=1, digest="d", content=b"."
    )
    body = {"mean": 0, "deviation": 0, "distribution": [], "scored_count": 10}
    FormStatistics.objects.create(exam=exam, form=session.form, n=0, body=body)
    values = {
        "code": exam.code,
        "number": "1.1",
        "session_id": session.pk,
        "set_id": practised.pk,
        "form_id": session.form_id,
        "question_id": question.pk,
        "ref": question.ref,
        "comment_id": Comment.objects.create(question=question, text="Why?").pk,
        "image_id": picture.pk,
        "role_id": 0,
        "user_id": people["other candidate"].pk,
        "failure_id": 0,
        "view_id": 0,
        "batch": session.pk,
        "import_id": session.pk,
        "export_id": session.pk,
        "name": "none",
        "notice_id": 0,
        "problem_id": 0,
        "correction_id": 0,
        "position": 1,
        "kind": "csv",
        "token_id": session.pk,
    }
    return World(exam, session, past, people, values)


def routes(
    resolver: Any = None,
    space: str = "",
    above: tuple[str, ...] = (),
    *,
    of_programs: bool = False,
) -> dict[str, tuple[str, ...]]:
    """Return the name and the parameters of every route of pages, or of the API."""
    found: dict[str, tuple[str, ...]] = {}
    for each in (resolver or get_resolver()).url_patterns:
        parameters = (*above, *each.pattern.converters)
        if isinstance(each, URLResolver):
            inner = ":".join(filter(None, (space, each.namespace)))
            found |= routes(each, inner, parameters, of_programs=of_programs)
        elif isinstance(each, URLPattern):
            name = f"{space}:{each.name}" if space else str(each.name)
            if not name.startswith(FOREIGN) and (space == API) == of_programs:
                found[name] = parameters
    return found
