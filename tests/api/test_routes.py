"""What programs may do: the same verbs and rules as on the pages, for the holder of a token."""

import uuid

import pytest

from examapp.accounts.models import User
from examapp.api.models import AnsweredCall
from examapp.api.routes import sittings
from examapp.exams.models import ExamSession
from examapp.exams.services import exam_forms
from examapp.reports.weak_areas import report as reports
from questions.models import Exam, Question
from questions.services import retirement
from tests.api.conftest import Caller
from tests.support.api import problem
from tests.support.builders import entry, make_user, right_response

pytestmark = pytest.mark.django_db


def test_exams_and_their_blueprint(caller, exam):
    assert [each["code"] for each in caller.get("/exams").json()["items"]] == [exam.code]
    found = caller.get(f"/exams/{exam.code}").json()
    assert [domain["weight"] for domain in found["domains"]] == [60.0, 40.0]
    problem(caller.get("/exams/none"), 404)


def test_a_whole_sitting_by_program(caller, exam):
    begun = caller.post(f"/exams/{exam.code}/sessions")
    assert begun.status_code == 201
    at = f"/sessions/{begun.json()['id']}"
    assert caller.post(f"/exams/{exam.code}/sessions").json()["id"] == begun.json()["id"]
    paper = caller.get(f"{at}/paper").json()["items"]
    assert len(paper) == 12
    session = ExamSession.objects.get()
    rows = [entry(item.position, right_response(item)) for item in session.items.solved()]
    problem(caller.get(f"{at}/result"), 409)
    saved = caller.put(f"{at}/answers", {"answers": rows})
    assert {each["status"] for each in saved.json()["saved"]} == {"saved"}
    refused = caller.put(f"{at}/answers", {"answers": [entry(1, "x")]})
    assert refused.status_code == 422
    assert caller.post(f"{at}/finish").json()["status"] == "finished"
    assert caller.get(f"{at}/result").json()["is_pass"] is True
    problem(caller.get(f"{at}/paper"), 409)
    assert caller.get(f"{at}/weak-areas").json()["state"] == "pending"
    reports.compute(session.pk)
    assert caller.get(f"{at}/weak-areas").json()["report"]["answers"] == 12
    assert caller.get("/sessions").json()["items"][0]["is_pass"] is True


def test_a_guest_who_has_sat_all_is_told_so(caller, exam):
    User.objects.filter(pk=caller.user.pk).update(role="guest")
    begun = caller.post(f"/exams/{exam.code}/sessions").json()
    caller.post(f"/sessions/{begun['id']}/finish")
    refused = problem(caller.post(f"/exams/{exam.code}/sessions"), 409)
    assert "Create an account" in refused["detail"]


def test_an_exam_that_closes_at_that_moment_is_not_started(caller, exam, monkeypatch):
    found = sittings.exam_named

    def then_closed(*args):
        exam = found(*args)
        Exam.objects.filter(pk=exam.pk).update(state="closed")
        return exam

    monkeypatch.setattr(sittings, "exam_named", then_closed)
    assert "closed" in problem(caller.post(f"/exams/{exam.code}/sessions"), 409)["detail"]


def test_no_reply_of_an_open_session_holds_a_key(caller, exam):
    at = f"/sessions/{caller.post(f'/exams/{exam.code}/sessions').json()['id']}"
    for path in ("", "/paper", "/result", "/weak-areas"):
        text = caller.get(at + path).content.decode()
        assert "WHY-" not in text
        assert "is_key" not in text
        assert '"right"' not in text
    assert "WHY-" not in caller.get("/sessions").content.decode()


def test_what_is_not_yours_is_not_there(caller, exam, session, outsider):
    other = Caller(outsider, "read", "sit", "author")
    at = f"/sessions/{session.pk}"
    for path in ("", "/paper", "/result", "/weak-areas"):
        problem(other.get(at + path), 404)
    problem(other.post(f"{at}/finish"), 404)
    problem(other.put(f"{at}/answers", {"answers": [entry(1, 0)]}), 404)
    assert other.get("/sessions").json()["items"] == []
    for path in ("questions", "statistics", f"imports/{uuid.uuid4()}", "exports"):
        problem(other.get(f"/exams/{exam.code}/{path}"), 404)


def test_a_token_does_what_its_scopes_say(candidate, exam):
    reader = Caller(candidate, "read")
    assert problem(reader.post(f"/exams/{exam.code}/sessions"), 403)["scope"] == "sit"
    problem(reader.get(f"/exams/{exam.code}/questions"), 403)
    assert not ExamSession.objects.exists()


def test_without_a_token_or_with_a_session_alone_nothing_is_told(exam, candidate_client):
    reply = candidate_client.get("/api/v1/exams")
    assert problem(reply, 401)["status"] == 401
    assert reply["WWW-Authenticate"] == "Bearer"


def test_too_many_calls_wait(caller, exam, settings):
    settings.API_CALLS_PER_MINUTE = 2
    codes = [caller.get("/exams").status_code for _ in range(4)]
    assert codes[-1] == 429
    assert int(caller.get("/exams")["Retry-After"]) > 0


def test_a_call_with_a_key_is_done_once(caller, exam):
    first = caller.post(f"/exams/{exam.code}/sessions", **{"Idempotency-Key": "k-1"})
    caller.post(f"/sessions/{first.json()['id']}/finish")
    again = caller.post(f"/exams/{exam.code}/sessions", **{"Idempotency-Key": "k-1"})
    assert again.content == first.content
    assert again["Idempotent-Replayed"] == "true"
    assert ExamSession.objects.count() == 1
    other = caller.post(f"/sessions/{first.json()['id']}/finish", **{"Idempotency-Key": "k-1"})
    problem(other, 422)
    AnsweredCall.objects.update(status=None)
    problem(caller.post(f"/exams/{exam.code}/sessions", **{"Idempotency-Key": "k-1"}), 409)


def test_an_answer_is_replayed_within_its_scopes_alone(caller, exam):
    key = {"Idempotency-Key": "k-1"}
    first = caller.post(f"/exams/{exam.code}/sessions", **key)
    assert first.status_code == 201
    reader = Caller(caller.user, "read")
    refused = reader.post(f"/exams/{exam.code}/sessions", **key)
    assert refused.content != first.content
    problem(refused, 422)


def test_what_was_not_allowed_at_that_moment_is_asked_anew(caller, exam):
    key = {"Idempotency-Key": "k-1"}
    reader = Caller(caller.user, "read")
    problem(reader.post(f"/exams/{exam.code}/sessions", **key), 403)
    assert not AnsweredCall.objects.exists()
    assert caller.post(f"/exams/{exam.code}/sessions", **key).status_code == 201


def test_an_unchanged_answer_is_short(caller, exam):
    whole = caller.get("/exams")
    short = caller.get("/exams", **{"If-None-Match": whole["ETag"]})
    assert (short.status_code, short.content) == (304, b"")


def test_pages_by_cursor_show_everything_once(author, exam):
    found, cursor = [], ""
    while cursor is not None:
        reply = author.get(f"/exams/{exam.code}/questions?limit=5&cursor={cursor}").json()
        found += [row["ref"] for row in reply["items"]]
        cursor = reply["next"]
    assert found == sorted(Question.objects.filter(exam=exam).values_list("ref", flat=True))
    problem(author.get(f"/exams/{exam.code}/questions?cursor=WzFd"), 422)
    problem(author.get("/sessions?cursor=WyJ4IiwgIngiXQ=="), 422)


def test_two_people_may_use_the_same_key(caller, exam):
    other = Caller(make_user(), "read", "sit")
    for each in (caller, other):
        reply = each.post(f"/exams/{exam.code}/sessions", **{"Idempotency-Key": "same"})
        assert reply.status_code == 201
    assert ExamSession.objects.count() == 2


def test_a_mock_exam_is_started_by_its_name_unless_it_is_reserved(caller, exam):
    owner = make_user(role="instructor")
    form = exam_forms.publish(exam, title="Mock A", places=exam_forms.generate(exam), by=owner)
    listed = caller.get(f"/exams/{exam.code}").json()["mocks"]
    assert listed == [{"slug": "mock-a", "title": "Mock A", "state": "next"}]
    problem(caller.post(f"/exams/{exam.code}/sessions", {"form": "mock-b"}), 404)
    exam_forms.reserve(form, by=owner, is_reserved=True)
    problem(caller.post(f"/exams/{exam.code}/sessions", {"form": "mock-a"}), 404)
    assert not ExamSession.objects.exists()
    exam_forms.reserve(form, by=owner, is_reserved=False)
    begun = caller.post(f"/exams/{exam.code}/sessions", {"form": "mock-a"})
    assert ExamSession.objects.get(pk=begun.json()["id"]).form == form


def test_a_mock_exam_that_is_being_revised_is_not_started(caller, exam):
    owner = make_user(role="instructor")
    form = exam_forms.publish(exam, title="Mock A", places=exam_forms.generate(exam), by=owner)
    retirement.retire(form.questions.first(), by=owner)
    refused = caller.post(f"/exams/{exam.code}/sessions", {"form": "mock-a"})
    assert "being revised" in problem(refused, 409)["detail"]
