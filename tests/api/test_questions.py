"""A bank's questions by program: written, reviewed, made live and retired by the pages' rules."""

import pytest

from examapp.api.routes import questions as routes
from questions.models import Draft, Question, Topic
from tests.api.conftest import Caller, question_in
from tests.support.api import problem
from tests.support.builders import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def topic(exam):
    return Topic.objects.filter(task__domain__exam=exam).first()


@pytest.fixture
def at(exam):
    return f"/exams/{exam.code}/questions"


@pytest.fixture
def draft(author, at, topic):
    """A whole draft as it is told to its author."""
    return author.post(at, question_in(topic)).json()


def test_a_question_with_versions_and_findings(author, exam, at):
    ref = Question.objects.filter(exam=exam).first().ref
    assert author.get(f"{at}/{ref}").json()["item"]["right"]
    page = author.get(f"{at}/{ref}/versions?limit=1").json()
    assert [each["number"] for each in page["items"]] == [1]
    assert page["next"] is None
    assert isinstance(author.get(f"{at}/{ref}/lint").json(), list)
    assert author.get(f"/exams/{exam.code}/statistics").json()["sittings"] == 0


def test_a_question_goes_the_whole_way_by_program(author, reviewer, exam, at, topic):
    made = author.post(at, question_in(topic) | {"stem": "", "reason": "for the new guide"})
    assert made.status_code == 201
    ref, path = made.json()["ref"], f"{at}/{made.json()['ref']}"
    lack = problem(author.post(f"{path}/submit"), 422)["problems"]
    assert any(each.startswith("stem") for each in lack)
    saved = author.put(f"{path}/draft", question_in(topic), **{"If-Match": made["ETag"]})
    assert (saved.json()["revision"], saved["ETag"]) == (3, saved.json()["etag"])
    assert author.post(f"{path}/submit").json()["stage"] == "in_review"
    late = question_in(topic) | {"stem": "Late?"}
    problem(author.put(f"{path}/draft", late, **{"If-Match": "*"}), 409)
    problem(author.post(f"{path}/approve"), 403)
    problem(author.post(f"{path}/publish"), 403)
    problem(reviewer.post(f"{path}/publish"), 409)
    assert reviewer.post(f"{path}/approve").json()["stage"] == "approved"
    live = reviewer.post(f"{path}/publish").json()
    assert (live["status"], live["version"], live["stage"]) == ("published", 1, None)
    assert Question.objects.pool(exam).filter(ref=ref).exists()
    again = author.post(f"{path}/draft").json()
    assert author.post(f"{path}/draft").json() == again
    discarded = author.delete(f"{path}/draft", **{"If-Match": again["etag"]})
    assert discarded.json()["stage"] is None
    problem(author.post(f"{path}/retire", {}), 403)
    retired = reviewer.post(f"{path}/retire", {"reason": "out of date"}).json()
    assert retired["status"] == "retired"
    assert reviewer.post(f"{path}/bring-back").json()["status"] == "published"


def test_a_change_names_what_it_has_seen(author, at, topic, draft):
    path = f"{at}/{draft['ref']}/draft"
    problem(author.put(path, question_in(topic)), 428)
    first = author.put(
        path, question_in(topic) | {"stem": "Mine?"}, **{"If-Match": draft["etag"]}
    ).json()
    late = author.put(path, question_in(topic) | {"stem": "Late?"}, **{"If-Match": draft["etag"]})
    assert problem(late, 412)["etag"] == first["etag"]
    assert author.get(path).json()["item"]["stem"] == "Mine?"
    assert author.get(path)["ETag"] == first["etag"]
    assert author.get(path, **{"If-None-Match": first["etag"]}).status_code == 304
    problem(author.delete(path), 428)
    problem(author.delete(path, **{"If-Match": first["etag"]}), 409)


def test_a_save_that_lost_a_race_is_told_so(author, at, topic, draft, monkeypatch):
    """The draft changes between the look at its ETag and the save."""
    from examapp.api.routes import questions as routes

    def meanwhile(*args, **kwargs):
        Draft.objects.filter(question__ref=draft["ref"]).update(revision=9)

    monkeypatch.setattr(routes, "unchanged_since", meanwhile)
    late = author.put(
        f"{at}/{draft['ref']}/draft", question_in(topic) | {"stem": "Late?"}, **{"If-Match": "*"}
    )
    assert "-9-" in problem(late, 412)["etag"]


def test_a_draft_that_was_saved_meanwhile_is_neither_discarded_nor_published(
    author, exam, at, draft, monkeypatch
):
    from examapp.api.routes import questions as routes

    exam.roles.update(role="owner")
    exam.allows_self_approval = True
    exam.save()
    path, revision = f"{at}/{draft['ref']}", draft["revision"]

    def meanwhile(*args, **kwargs):
        nonlocal revision
        revision += 1
        Draft.objects.filter(question__ref=draft["ref"]).update(revision=revision)

    with monkeypatch.context() as patched:
        patched.setattr(routes, "unchanged_since", meanwhile)
        refused = problem(author.post(f"{path}/publish"), 412)
    assert f"-{revision}-" in refused["etag"]
    assert author.post(f"{path}/publish").json()["status"] == "published"
    author.post(f"{path}/draft")
    revision = 8
    monkeypatch.setattr(routes, "unchanged_since", meanwhile)
    refused = problem(author.delete(f"{path}/draft", **{"If-Match": "*"}), 412)
    assert "-9-" in refused["etag"]
    assert Draft.objects.get().revision == 9


def test_an_etag_names_the_live_wording_too(author, exam, at):
    found = Question.objects.filter(exam=exam).first()
    path = f"{at}/{found.ref}/draft"
    seen = author.post(path).json()["etag"]
    other = Question.objects.filter(exam=exam).exclude(pk=found.pk).first()
    # As if another version had gone live, and then as if its writer had compared the two.
    Question.objects.filter(pk=found.pk).update(current_version=other.current_version_id)
    beside = author.get(path).json()["etag"]
    Draft.objects.update(base_version=other.current_version_id)
    assert len({seen, beside, author.get(path).json()["etag"]}) == 3
    problem(author.delete(path, **{"If-Match": seen}), 412)


def test_a_question_that_was_sent_twice_is_made_once(author, at, topic):
    first = author.post(at, question_in(topic), **{"Idempotency-Key": "q"})
    again = author.post(at, question_in(topic), **{"Idempotency-Key": "q"})
    assert again.json()["ref"] == first.json()["ref"]
    assert Draft.objects.count() == 1


def test_a_draft_that_was_discarded_twice_was_discarded_once(author, exam, at):
    path = f"{at}/{Question.objects.filter(exam=exam).first().ref}/draft"
    head = {"If-Match": author.post(path).json()["etag"], "Idempotency-Key": "d"}
    first, again = author.delete(path, **head), author.delete(path, **head)
    assert (first.status_code, again["Idempotent-Replayed"]) == (200, "true")
    assert again.json() == first.json()


@pytest.mark.parametrize("action", ["draft", "retire", "bring-back"])
def test_a_question_that_is_deleted_at_that_moment_is_not_there(
    author, reviewer, at, topic, monkeypatch, action
):
    ref = author.post(at, question_in(topic)).json()["ref"]
    found = routes._question

    def then_gone(*args):
        question = found(*args)
        Question.objects.filter(pk=question.pk).delete()
        return question

    monkeypatch.setattr(routes, "_question", then_gone)
    problem(reviewer.post(f"{at}/{ref}/{action}", {}), 404)


def test_a_question_belongs_to_a_topic_and_a_case_of_its_exam(author, at, topic):
    problem(author.post(at, question_in(topic) | {"topic": "none"}), 422)
    problem(author.post(at, question_in(topic) | {"case": "none"}), 422)
    problem(author.post(at, question_in(topic) | {"right": [7]}), 422)
    assert not Draft.objects.exists()


def test_what_a_reader_cannot_see_is_taken_out(author, at, topic):
    sent = question_in(topic) | {"stem": "Seen\u202e?", "facts": ["F\u202e"]}
    item = author.post(at, sent).json()["item"]
    assert (item["stem"], item["facts"]) == ("Seen?", ["F"])
    problem(author.post(at, sent | {"stem": "Not\u0000stored?"}), 422)


def test_evidence_is_as_long_as_the_editor_takes(author, at, topic):
    sent = question_in(topic) | {"evidence": "e" * 1_000}
    assert author.post(at, sent).json()["item"]["evidence"] == "e" * 1_000
    problem(author.post(at, sent | {"evidence": "e" * 1_001}), 422)


def test_a_matching_that_is_not_keyed_yet_has_a_place_for_each_prompt(author, at, topic):
    sent = question_in(topic, "matching") | {"right": [2]}
    assert author.post(at, sent).json()["item"]["right"] == [2, -1, -1]


def test_an_author_alone_publishes_what_the_exam_lets_them(author, exam, at, draft):
    exam.roles.update(role="owner")
    path = f"{at}/{draft['ref']}/publish"
    problem(author.post(path), 409)
    exam.allows_self_approval = True
    exam.save()
    assert author.post(path).json()["status"] == "published"


def test_another_bank_and_a_reading_token_write_nothing(author, exam, at, topic, draft, outsider):
    reader = Caller(author.user, "read")
    assert problem(reader.post(at, question_in(topic)), 403)["scope"] == "author"
    other = Caller(make_user(role="instructor"), "author")
    path = f"{at}/{draft['ref']}"
    head = {"If-Match": draft["etag"]}
    problem(other.post(at, question_in(topic)), 404)
    problem(other.put(f"{path}/draft", question_in(topic), **head), 404)
    for verb in ("draft", "submit", "withdraw", "approve", "publish", "bring-back"):
        problem(other.post(f"{path}/{verb}"), 404)
    problem(other.post(f"{path}/retire", {}), 404)
    assert Draft.objects.get().revision == 2
