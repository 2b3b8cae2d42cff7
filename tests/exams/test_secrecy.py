"""The key never leaves before the end.

The proof is non-interference: two sittings that differ in key, rationale and scoring alone are
answered alike, byte for byte, on every route a candidate has, until they have ended.
"""

import re
import secrets
import uuid

import pytest
from django.core.exceptions import FieldFetchBlocked
from django.db import transaction
from django.db.models import Case, Value, When
from django.test import Client
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLResolver
from django.utils import timezone

from examapp.accounts.exam_dates import set_exam_date
from examapp.courses.models import Attempt
from examapp.exams import services
from examapp.exams.models import AnswerEvent, SessionItem
from examapp.practice import services as practice
from examapp.reports.weak_areas.report import compute
from questions.models import Question
from questions.services import publish
from tests.support import builders
from tests.support.builders import (
    entry,
    make_exam,
    make_item,
    make_user,
    right_response,
    wrong_response,
)
from tests.support.courses import add_member, make_assignment, make_course
from tests.support.pages import html_of
from tests.support.secrecy import answers, bare, count_alike, sung
from tests.support.sittings import answer_all, let_time_pass

pytestmark = pytest.mark.django_db

# Stand in everything that a version's key holds, see `sung`.
CANARIES = (b"WHY-", b"EVIDENCE-", b"SOURCE-")
TYPES = set(builders.TYPE_MIX)


@pytest.fixture
def singing(monkeypatch):
    """Make builders publish canaries in every part of the key."""
    monkeypatch.setattr(
        builders, "publish", lambda e, t, item, **f: publish_anew(e, t, sung(item), **f)
    )


def publish_anew(exam, topic, item, **fields):
    question = Question.objects.create(exam=exam, topic=topic, ref=item.ref, **fields)
    publish(question, item)
    return question


# --- What the room is given -------------------------------------------------------------------


@pytest.mark.parametrize("name", ["key", "content", "reason", "question"])
def test_the_room_s_items_refuse_to_fetch_what_they_were_not_given(session, name):
    item = session.items.paper().first()
    with pytest.raises(FieldFetchBlocked):
        getattr(item.version, name)


@pytest.mark.parametrize("name", ["keyed_by", "topic", "is_scored", "credit"])
def test_nor_what_tells_how_they_are_scored(session, name):
    item = session.items.paper().first()
    with pytest.raises(FieldFetchBlocked):
        getattr(item, name)


def test_options_stand_in_the_session_s_own_order(candidate_client, session):
    """The authored order, which could tell the key, is not to be seen."""
    page = html_of(candidate_client.get(reverse("exams:room", args=[session.pk])))
    for item in session.items.select_related("version"):
        section = page.split(f'<section id="q{item.position}"')[1].split("</section>")[0]
        shown = [int(index) for index in re.findall(r"Option (\d) of", section)]
        assert shown[: len(item.shuffle)] == item.shuffle
    assert any(item.shuffle != sorted(item.shuffle) for item in session.items.all())


# --- Every route ------------------------------------------------------------------------------


# Of the operators, of the machine, and of signing in: none of them reads a question. Programs have
# tests of their own.
ELSEWHERE = {"admin", "account", "accounts", "operations", "healthz", "readyz", "api-1"}


def routes(resolver, space="", outer=()):
    """Yield the name and parameters of every route a candidate has."""
    for each in resolver.url_patterns:
        if isinstance(each, URLResolver):
            yield from routes(each, each.namespace or space, (*outer, *each.pattern.converters))
        elif not ELSEWHERE & {space, each.name, (each.name or "").split("_")[0]}:
            name = f"{space}:{each.name}" if space else each.name
            yield name, (*outer, *each.pattern.converters)


ROUTES = dict(routes(get_resolver()))


# What other parameters of an address name: nothing of a candidate's.
OTHERS = {
    **dict.fromkeys(("view_id", "comment_id", "role_id"), 1),
    **dict.fromkeys(("notice_id", "problem_id", "correction_id", "form_id", "position"), 1),
    **dict.fromkeys(("question_id", "event_id", "topic_id", "round_id", "card_id"), 1),
    **dict.fromkeys(("batch", "image_id", "import_id", "run_id", "token_id"), uuid.UUID(int=1)),
    **{"kind": "csv", "name": "csv", "language": "en"},
}
# What the addresses of a course name, alike in both worlds: one that the candidate is in.
COURSE = {"course_id": 7001, "assignment_id": 7002, "member_id": 7003, "token": "an-invitation"}
JOIN_CODE = "BCDFGHJK"
# Where one parameter's name means different things.
SPECIAL = {
    "questions:restore": {"number": 1},
    "courses:domain": {"number": 1},
    "courses:consent": {"code": JOIN_CODE},
}


def addresses(exam, sessions, practiced):
    """Return the address of every route, with each of the sessions where it names one."""
    found = []
    ref = exam.questions.order_by("ref").first().ref
    for name, parameters in ROUTES.items():
        for session in sessions if "session_id" in parameters else sessions[:1]:
            values = {"session_id": session.pk, "code": exam.code, "number": "1.1", "ref": ref}
            values |= {"set_id": practiced.pk}
            values |= OTHERS | COURSE | SPECIAL.get(name, {})
            found.append(reverse(name, kwargs={each: values[each] for each in parameters}))
    return found


def test_the_routes_are_those_we_know():
    assert {"exams:room", "exams:answers", "reports:weak_areas", "home", "sample"} <= set(ROUTES)


CLIENT, TABLET = "c" * 8 + "-cccc-4ccc-8ccc-" + "c" * 12, "d" * 8 + "-dddd-4ddd-8ddd-" + "d" * 12
RESPONSES = {
    "multiple_choice": [0, 1, 2, 3],
    "multiple_response": [[0], [0, 1], [1, 2, 3]],
    "ordering": [[0, 1, 2], [3, 0]],
    "matching": [[0, 1, 2], [3, None, 0]],
}


def conversation(client, exam, past, session, practiced):
    """Yield every reply of a whole sitting: all routes and methods, all kinds of answers."""
    items = list(session.items.select_related("version"))
    for item in items:
        position = item.position
        for seq, response in enumerate(RESPONSES[item.version.type], 1):
            row = entry(position, response, client=CLIENT, seq=seq, struck=[0])
            yield answers(client, session, [row])
            yield answers(client, session, [row])
        yield answers(client, session, [entry(position, None, client=CLIENT, seq=0)])
        yield answers(client, session, [entry(position, None, client=TABLET, base=0)])
        yield answers(client, session, [entry(position, 99), entry(position, [99])])
    yield answers(client, session, [entry(99, 0), None])
    yield answers(client, session, "{")
    # Too late to discard it, which would end the exam.
    let_time_pass(session, minutes=3)
    for address in addresses(exam, [session, past], practiced):
        for headers in ({}, {"HX-Request": "true"}):
            yield client.get(address, headers=headers)
            # Not confirmed, so that nothing ends.
            yield client.post(address, {"action": "end"}, headers=headers)
        yield client.head(address)
    for each in (session, past):
        each.refresh_from_db()
        assert not each.is_discarded
    assert session.is_open
    let_time_pass(session, hours=1)
    for item in items:
        yield answers(client, session, [entry(item.position, None, client=TABLET, seq=7)])


def transcript(*, is_other):
    """Return all that a candidate gets to see of a world, status, headers and body; then undo it.

    The other world differs in its keys, in every why and in which questions count.
    """
    with transaction.atomic():
        count_alike()
        exam = make_exam("twin", forms=3)
        for question in Question.objects.all():
            version = question.live_version
            item = make_item(version.type, question.ref)
            publish(question, sung(item, is_other=is_other))
        candidate = make_user(email="ada@example.com", pk=7000)
        past = services.start(candidate, exam=exam)
        services.finish(past.pk)
        practiced = practice_some(candidate, exam)
        give_in_course(candidate, past)
        session = services.start(candidate, exam=exam)
        if is_other:
            items = SessionItem.objects.filter(session=session)
            items.update(is_scored=Case(When(is_scored=True, then=Value(False)), default=True))
        client = Client()
        client.force_login(candidate)
        names = [str(past.pk), str(session.pk), str(practiced.pk)]
        seen = [
            (
                reply.request["REQUEST_METHOD"],
                bare(reply.request["PATH_INFO"], names),
                reply.status_code,
                bare(str(sorted(reply.headers.items())), names),
                bare(reply.content.decode(), names),
            )
            for reply in conversation(client, exam, past, session, practiced)
        ]
        outcomes = set(AnswerEvent.objects.values_list("outcome", flat=True))
        types = set(session.items.values_list("version__type", flat=True))
        services.finish(session.pk)
        after = client.get(reverse("exams:review", args=[session.pk])).content.decode()
        transaction.set_rollback(True)
    assert outcomes == {"saved", "stale", "superseded", "late"}
    assert types == TYPES
    return seen, bare(after, names)


def practice_some(candidate, exam):
    """Return an open set of the candidate, one question of it answered and explained."""
    practiced = practice.start(candidate, exam=exam, choice=practice.Choice(5))
    response = RESPONSES[practiced.items.get(position=1).version.type][0]
    practice.answer(practiced.pk, 1, candidate=candidate, response=response, sureness="sure")
    return practiced


def give_in_course(candidate, past):
    """Put a candidate into a course in which they sat a past exam for an assignment."""
    fields = {"pk": COURSE["course_id"], "name": "Evening class", "join_code": JOIN_CODE}
    course = make_course(exam=past.exam, **fields)
    member = add_member(course, candidate, pk=COURSE["member_id"])
    add_member(course, state="invited", email="new@example.com", token=COURSE["token"])
    assignment = make_assignment(course, pk=COURSE["assignment_id"], title="Mock 1")
    Attempt.objects.create(assignment=assignment, membership=member, number=1, session=past)


@pytest.fixture
def _same_chance(monkeypatch):
    """Let both worlds draw the same questions in the same order."""
    monkeypatch.setattr(secrets, "randbits", lambda bits: 7)


@pytest.fixture
def _unbounded(settings):
    """Let one person ask for hundreds of pages at once."""
    settings.PAGE_SECONDS_PER_MINUTE = 1_000_000


@pytest.mark.usefixtures("_same_chance", "_unbounded")
def test_nothing_a_candidate_sees_depends_on_the_key():
    one, one_after = transcript(is_other=False)
    other, other_after = transcript(is_other=True)
    for mine, theirs in zip(one, other, strict=True):
        assert mine == theirs
    assert {status for _, _, status, _, _ in one} >= {200, 302, 403, 405, 409, 422}
    # After the end they differ, so a difference would have been seen.
    assert one_after != other_after


# --- Canaries ---------------------------------------------------------------------------------


@pytest.mark.usefixtures("singing", "_unbounded")
def test_no_reply_holds_a_why_while_an_exam_runs(candidate, candidate_client):
    exam = make_exam(forms=3)
    past = services.start(candidate, exam=exam)
    item = past.items.select_related("version", "keyed_by").first()
    answers(candidate_client, past, [entry(item.position, right_response(item))])
    services.finish(past.pk)
    compute(past.pk)
    practiced = practice_some(candidate, exam)
    give_in_course(candidate, past)
    session = services.start(candidate, exam=exam)
    refs = [ref.encode() for ref in Question.objects.values_list("ref", flat=True)]
    for reply in conversation(candidate_client, exam, past, session, practiced):
        assert reply.status_code < 500
        for canary in CANARIES:
            assert canary not in reply.content, reply.request["PATH_INFO"]
        # The builders' texts name their question; what is around them must not.
        names = re.sub(rb"(Stem|Option \d) of [\w-]+", b"", reply.content)
        assert not [ref for ref in refs if ref in names], reply.request["PATH_INFO"]
    # The canary sings once the exam is over, so it would have been heard.
    services.finish(session.pk)
    review = candidate_client.get(reverse("exams:review", args=[past.pk])).content
    assert CANARIES[0] in review


@pytest.mark.parametrize("same_exam", [True, False])
def test_past_answers_are_closed_while_any_exam_runs(candidate, candidate_client, exam, same_exam):
    past = services.start(candidate, exam=exam)
    answer_all(past, wrong_response)
    services.finish(past.pk)
    compute(past.pk)
    running = services.start(candidate, exam=exam if same_exam else make_exam())
    review = candidate_client.get(reverse("exams:review", args=[past.pk]))
    assert (review.status_code, review.templates[0].name) == (403, "exams/review_locked.html")
    areas = candidate_client.get(reverse("reports:weak_areas", args=[past.pk]))
    assert areas.context["state"] == "locked"
    # Home speaks of the exam that one prepares for.
    set_exam_date(candidate, exam, timezone.localdate())
    assert candidate_client.get("/").context["learner"].standing is None
    services.finish(running.pk)
    assert candidate_client.get(reverse("exams:review", args=[past.pk])).status_code == 200
    areas = candidate_client.get(reverse("reports:weak_areas", args=[past.pk]))
    assert areas.context["state"] == "ready"
    assert candidate_client.get("/").context["learner"].standing
