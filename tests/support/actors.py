"""Everyone who might ask, and the addresses there are to ask for."""

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from django.test import Client
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern, URLResolver

from examapp.accounts.models import User
from examapp.courses.models import Attempt
from examapp.exams import services
from examapp.exams.models import ExamSession
from examapp.exams.services.free_questions import free_questions
from examapp.practice import services as practice
from examapp.reports.models import FormStatistics, RatingRound
from examapp.reports.standard_setting import rounds
from examapp.study import services as study
from examapp.study.models import Card
from examapp.study.services import keeping, queue, terms
from questions.models import Case, Comment, Exam, ExamRole, Image, Question
from questions.services import drafts
from tests.support.builders import define_terms, make_exam, make_user, right_response
from tests.support.courses import add_member, add_staff, make_assignment, make_course

# Of other projects, with tests of their own: signing in, and the operators' admin.
FOREIGN = ("account_", "admin:")
API = "api:api-1"


# The code that opens the course.
JOIN_CODE = "BCDFGHJK"
# Where one parameter's name means different things.
SPECIAL = {
    "courses:domain": {"number": 1},
    "courses:consent": {"code": JOIN_CODE},
    "accounts:save_setting": {"name": "minutes"},
    "study:download": {"kind": "markdown"},
    "questions:restore": {"number": 1},
    "questions:case": {"ref": "case-1"},
}


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


def review_saved(candidate: User, question: Question) -> int:
    """Let a candidate save a question and answer its review; return the review's key."""
    keeping.save(candidate, question)
    card = study.queue_of(candidate, question.exam).first()
    assert card
    asked = queue.asked(card, free_questions(candidate, question.exam))
    assert asked
    shown = study.shown(candidate, asked.token)
    item = SimpleNamespace(
        version=shown.asked.version, keyed_by=shown.asked.version, shuffle=shown.asked.shuffle
    )
    return study.answer(shown, response=right_response(item), sureness="sure")


def review_term(candidate: User, exam: Exam) -> int:
    """Let a candidate review the one term of an exam's notes; return its card's key."""
    define_terms(exam, "Recall")
    terms.switch_on(candidate, exam)
    return Card.objects.of(candidate).get(term="recall").pk


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
    practiced = practice.start(people["candidate"], exam=exam, choice=practice.Choice(3))
    term = review_term(people["candidate"], exam)
    reviewed = review_saved(people["candidate"], practiced.items.first().version.question)
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
        "language": "en",
        "number": "1.1",
        "session_id": session.pk,
        "set_id": practiced.pk,
        "form_id": session.form_id,
        "question_id": question.pk,
        "topic_id": question.topic_id,
        "event_id": reviewed,
        "card_id": term,
        "ref": question.ref,
        "round_id": _round(exam, people, besides=question).pk,
        "comment_id": Comment.objects.create(question=question, text="Why?").pk,
        "image_id": picture.pk,
        "role_id": 0,
        "user_id": people["other candidate"].pk,
        "failure_id": 0,
        "view_id": 0,
        "batch": session.pk,
        "run_id": session.pk,
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
    return World(exam, session, past, people, values | _course_values(exam, past, people))


def _round(exam: Exam, people: dict[str, User | None], *, besides: Question) -> RatingRound:
    """Open a round in which the exam's team rates what nobody of it has a draft of."""
    return rounds.create(
        exam,
        title="Round 1",
        questions=Question.objects.pool(exam).exclude(pk=besides.pk),
        raters=[person for name in RATERS if (person := people[name])],
        by=people["owner"],
    )


def _course_values(exam: Exam, past: ExamSession, people: dict[str, User | None]) -> dict[str, Any]:
    """Make a course of the exam's people, and return what its addresses name.

    The owner of the bank teaches it, the reviewer assists, the author reads along; the candidate is
    in it, the other candidate has left it.
    """
    course = make_course(owner=people["owner"], exam=exam, join_code=JOIN_CODE)
    add_staff(course, "assistant", people["reviewer"])
    add_staff(course, "viewer", people["author"])
    member = add_member(course, people["candidate"])
    add_member(course, people["other candidate"], state="left")
    invited = add_member(course, state="invited", token="an-invitation")
    assignment = make_assignment(course)
    Attempt.objects.create(assignment=assignment, membership=member, number=1, session=past)
    return {
        "course_id": course.pk,
        "assignment_id": assignment.pk,
        "member_id": member.pk,
        "token": invited.token,
    }


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


EVERYONE = (
    "anonymous",
    "candidate",
    "other candidate",
    "instructor elsewhere",
    "author",
    "reviewer",
    "owner",
    "admin",
)
SIGNED_IN = EVERYONE[1:]
INSTRUCTORS = EVERYONE[3:]
OF_THE_EXAM = EVERYONE[4:]
REVIEWERS = EVERYONE[5:]
OWNERS = EVERYONE[6:]


READ = ("GET", "HEAD")


# Of a course: who helps in it, who may change it.
HELPERS = ("reviewer", "owner", "admin")
TEACHERS = ("owner", "admin")


# Who rates questions; an admin who is not of the team does not.
RATERS = ("author", "reviewer", "owner")


# A sitting is its candidate's; not even an admin reads another's.
MINE = ("candidate",)


@dataclass(frozen=True)
class Rule:
    """Who is let in, with which methods."""

    actors: tuple[str, ...]
    methods: tuple[str, ...] = READ


RULES = {
    "demo": Rule(EVERYONE),
    "calendar": Rule(SIGNED_IN),
    "home": Rule(EVERYONE),
    "sample": Rule(EVERYONE, ("POST",)),
    "check": Rule(EVERYONE, (*READ, "POST")),
    "try_mock": Rule(EVERYONE, ("POST",)),
    "check_result": Rule(MINE),
    "worker": Rule(EVERYONE),
    "offline": Rule(SIGNED_IN),
    "catalog": Rule(EVERYONE),
    "healthz": Rule(EVERYONE),
    "readyz": Rule(EVERYONE),
    "accounts:settings": Rule(SIGNED_IN),
    "accounts:save_setting": Rule(SIGNED_IN, ("POST",)),
    "accounts:who": Rule(EVERYONE),
    "accounts:sign_out_everywhere": Rule(SIGNED_IN, ("POST",)),
    "courses:courses": Rule(INSTRUCTORS),
    "courses:new_course": Rule(INSTRUCTORS, (*READ, "POST")),
    "courses:course": Rule(OF_THE_EXAM),
    "courses:course_settings": Rule(TEACHERS, (*READ, "POST")),
    "courses:staff": Rule(TEACHERS, ("POST",)),
    "courses:copy": Rule(TEACHERS, ("POST",)),
    "courses:archive_course": Rule(TEACHERS, ("POST",)),
    "courses:members": Rule(HELPERS),
    "courses:add_people": Rule(TEACHERS, (*READ, "POST")),
    "courses:act": Rule(TEACHERS, ("POST",)),
    "courses:member": Rule(TEACHERS, (*READ, "POST")),
    "courses:staff_notes": Rule(HELPERS, ("POST",)),
    "courses:code": Rule(TEACHERS, ("POST",)),
    "courses:board": Rule(HELPERS),
    "courses:gradebook": Rule(OF_THE_EXAM),
    "courses:grades_file": Rule(HELPERS, ("POST",)),
    "courses:new_assignment": Rule(TEACHERS, (*READ, "POST")),
    "courses:assignment": Rule(TEACHERS, (*READ, "POST")),
    "courses:live": Rule(HELPERS),
    "courses:intervene": Rule(HELPERS, ("POST",)),
    "courses:results": Rule(OF_THE_EXAM),
    # Of fewer than five people a viewer sees nothing.
    "courses:domain": Rule(HELPERS),
    "courses:asked": Rule(OF_THE_EXAM),
    "courses:discuss": Rule(HELPERS, ("POST",)),
    "courses:compare": Rule(OF_THE_EXAM),
    "courses:board_questions": Rule(HELPERS),
    "courses:times": Rule(HELPERS),
    "courses:teach": Rule(TEACHERS, (*READ, "POST")),
    "courses:student": Rule(HELPERS),
    "courses:for_you": Rule(SIGNED_IN),
    "courses:calendar": Rule(SIGNED_IN),
    "courses:join": Rule(SIGNED_IN, (*READ, "POST")),
    "courses:consent": Rule(SIGNED_IN, (*READ, "POST")),
    "courses:join_invited": Rule(SIGNED_IN, (*READ, "POST")),
    "courses:assigned": Rule(MINE, (*READ, "POST")),
    "courses:membership": Rule(MINE, (*READ, "POST")),
    "courses:leave": Rule(MINE, ("POST",)),
    "accounts:accommodations": Rule(("admin",)),
    "accounts:accommodation": Rule(("admin",), (*READ, "POST")),
    "exams:catalogue": Rule(SIGNED_IN),
    "exams:launch": Rule(SIGNED_IN),
    "exams:start": Rule(SIGNED_IN, ("POST",)),
    "exams:waiting": Rule(SIGNED_IN),
    "exams:give_up": Rule(SIGNED_IN, ("POST",)),
    "exams:history": Rule(SIGNED_IN),
    "exams:room": Rule(MINE),
    "exams:answers": Rule(MINE, ("POST",)),
    "exams:finish": Rule(MINE, ("POST",)),
    "exams:result": Rule(MINE),
    "exams:review": Rule(MINE),
    "exams:discard": Rule(MINE, ("POST",)),
    "exams:leave_out": Rule(MINE, ("POST",)),
    "exams:report": Rule(MINE, (*READ, "POST")),
    "exams:seen": Rule(SIGNED_IN, ("POST",)),
    "exams:forms": Rule(OF_THE_EXAM),
    "exams:more_time": Rule(REVIEWERS, (*READ, "POST")),
    "exams:form": Rule(OF_THE_EXAM),
    "exams:compose": Rule(OWNERS, (*READ, "POST")),
    "exams:archive": Rule(OWNERS, ("POST",)),
    "exams:setup_rules": Rule(OWNERS, (*READ, "POST")),
    "exams:setup_outline": Rule(OWNERS, (*READ, "POST")),
    "exams:setup_audience": Rule(OWNERS, (*READ, "POST")),
    "exams:delete_exam": Rule(OWNERS, ("POST",)),
    "exams:reserve": Rule(OWNERS, ("POST",)),
    "exams:problems": Rule(OF_THE_EXAM),
    "exams:problem": Rule(OF_THE_EXAM, (*READ, "POST")),
    "exams:correct": Rule(REVIEWERS, (*READ, "POST")),
    "exams:correction": Rule(OF_THE_EXAM),
    "study:review": Rule(SIGNED_IN),
    "study:due_list": Rule(SIGNED_IN),
    "study:answer": Rule(SIGNED_IN, ("POST",)),
    "study:undo": Rule(SIGNED_IN, ("POST",)),
    "study:answered": Rule(MINE),
    "study:review_terms": Rule(SIGNED_IN, ("POST",)),
    "study:term": Rule(MINE),
    "study:grade": Rule(MINE, ("POST",)),
    "study:saved": Rule(SIGNED_IN),
    "study:download": Rule(SIGNED_IN),
    "study:save": Rule(MINE, ("POST",)),
    "study:note": Rule(MINE, ("POST",)),
    "study:topic_note": Rule(SIGNED_IN, ("POST",)),
    "study:read": Rule(SIGNED_IN, ("POST",)),
    "practice:current": Rule(SIGNED_IN),
    "practice:choose": Rule(SIGNED_IN),
    "practice:count": Rule(SIGNED_IN),
    "practice:start": Rule(SIGNED_IN, ("POST",)),
    "practice:missed": Rule(SIGNED_IN, ("POST",)),
    "practice:question": Rule(MINE, (*READ, "POST")),
    "practice:summary": Rule(MINE),
    "practice:end": Rule(MINE, ("POST",)),
    "practice:report": Rule(MINE, (*READ, "POST")),
    "reports:weak_areas": Rule(MINE),
    "reports:told": Rule(SIGNED_IN, ("POST",)),
    "reports:progress": Rule(SIGNED_IN),
    "reports:items": Rule(INSTRUCTORS),
    "reports:item": Rule(OF_THE_EXAM),
    "reports:rounds": Rule(OF_THE_EXAM),
    "reports:new_round": Rule(OWNERS, (*READ, "POST")),
    "reports:rating_round": Rule(OF_THE_EXAM),
    "reports:close_round": Rule(OWNERS, ("POST",)),
    "reports:apply_ratings": Rule(OWNERS, ("POST",)),
    "reports:rate": Rule(RATERS, (*READ, "POST")),
    "reports:refresh": Rule(OF_THE_EXAM, ("POST",)),
    "reports:forms": Rule(INSTRUCTORS),
    "reports:form": Rule(OF_THE_EXAM),
    "privacy:kept": Rule(EVERYONE),
    "privacy:download": Rule(SIGNED_IN, ("POST",)),
    "privacy:forget": Rule(SIGNED_IN, (*READ, "POST")),
    "operations:overview": Rule(("admin",)),
    "operations:retry": Rule(("admin",), ("POST",)),
    # Its token, not a person, opens it.
    "operations:metrics": Rule((), READ),
    "questions:shelf": Rule(EVERYONE),
    "questions:notes": Rule(EVERYONE),
    "questions:search": Rule(EVERYONE),
    "questions:glossary": Rule(EVERYONE),
    "questions:task_notes": Rule(EVERYONE),
    "questions:banks": Rule(INSTRUCTORS),
    "questions:waiting": Rule(INSTRUCTORS),
    "questions:bank": Rule(OF_THE_EXAM),
    "questions:save_view": Rule(OF_THE_EXAM, ("POST",)),
    "questions:remove_view": Rule(OF_THE_EXAM, ("POST",)),
    "questions:bulk": Rule(OF_THE_EXAM, ("POST",)),
    "questions:bulk_run": Rule(OF_THE_EXAM),
    "questions:undo": Rule(OF_THE_EXAM, ("POST",)),
    "questions:new": Rule(OF_THE_EXAM, (*READ, "POST")),
    "questions:autosave_new": Rule(OF_THE_EXAM, ("POST",)),
    "questions:preview_new": Rule(OF_THE_EXAM, ("POST",)),
    "questions:formula": Rule(OF_THE_EXAM),
    "questions:queue": Rule(OF_THE_EXAM),
    "questions:topics": Rule(OF_THE_EXAM, (*READ, "POST")),
    "questions:topic_text": Rule(OF_THE_EXAM),
    "questions:write_note": Rule(OF_THE_EXAM, (*READ, "POST")),
    "questions:resolve": Rule(OF_THE_EXAM, ("POST",)),
    "questions:cases": Rule(OF_THE_EXAM),
    "questions:case": Rule(OF_THE_EXAM, (*READ, "POST")),
    "questions:images": Rule(OF_THE_EXAM, (*READ, "POST")),
    # In the paper and in notes that anyone may read; its name cannot be guessed.
    "questions:image": Rule(EVERYONE),
    "questions:team": Rule(OWNERS, (*READ, "POST")),
    "questions:leave": Rule(OWNERS, ("POST",)),
    "questions:self_approval": Rule(OWNERS, ("POST",)),
    "questions:log": Rule(("admin",)),
    "questions:question": Rule(OF_THE_EXAM),
    "questions:revise": Rule(OF_THE_EXAM, ("POST",)),
    "questions:edit": Rule(OF_THE_EXAM, (*READ, "POST")),
    "questions:autosave": Rule(OF_THE_EXAM, ("POST",)),
    "questions:preview": Rule(OF_THE_EXAM, ("POST",)),
    "questions:discard": Rule(OF_THE_EXAM, ("POST",)),
    "questions:submit": Rule(OF_THE_EXAM, ("POST",)),
    "questions:withdraw": Rule(OF_THE_EXAM, ("POST",)),
    "questions:approve": Rule(REVIEWERS, ("POST",)),
    "questions:publish": Rule(REVIEWERS, ("POST",)),
    "questions:rebase": Rule(OF_THE_EXAM, ("POST",)),
    "questions:retire": Rule(REVIEWERS, ("POST",)),
    "questions:comment": Rule(OF_THE_EXAM, ("POST",)),
    "questions:versions": Rule(OF_THE_EXAM),
    "questions:restore": Rule(OF_THE_EXAM, ("POST",)),
    "reports:printout": Rule(MINE),
    "reports:report_data": Rule(MINE),
    "reports:statements": Rule(MINE),
    "reports:results_file": Rule(OF_THE_EXAM),
    "api:access": Rule(SIGNED_IN, (*READ, "POST")),
    "api:revoke": Rule(SIGNED_IN, ("POST",)),
    "api:reference": Rule(EVERYONE),
    "api:document": Rule(EVERYONE),
    "questions:new_exam": Rule(INSTRUCTORS, (*READ, "POST")),
    "questions:blueprint": Rule(OWNERS, (*READ, "POST")),
    "questions:outline": Rule(OWNERS, (*READ, "POST")),
    "questions:import_notes": Rule(OF_THE_EXAM, (*READ, "POST")),
    "questions:imports": Rule(OF_THE_EXAM, (*READ, "POST")),
    "questions:intake": Rule(OF_THE_EXAM, (*READ, "POST")),
    "questions:import_report": Rule(OF_THE_EXAM),
    "questions:undo_import": Rule(OF_THE_EXAM, ("POST",)),
    "questions:drop_import": Rule(OF_THE_EXAM, ("POST",)),
    "questions:export": Rule(OF_THE_EXAM, ("POST",)),
    "questions:template": Rule(OF_THE_EXAM),
}
