"""Changing many from the list: asked once, done, told, undone; nothing by accident."""

import pytest
import yaml
from django.urls import reverse

from questions.bank_files.item_reader import Reader
from questions.models import AuditEntry, Exam, ExamRole, Question, Topic
from questions.services import bulk as many
from questions.services import bulk_runs, drafts, retirement, versions
from tests.questions.conftest import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def address(exam):
    return reverse("questions:bulk", args=[exam.code])


@pytest.fixture
def client(owner):
    return client_of(owner)


def picked(exam, count=3):
    return list(Question.objects.filter(exam=exam).values_list("pk", flat=True)[:count])


def retired(exam):
    return Question.objects.filter(exam=exam, status="retired").count()


def test_nothing_changes_before_it_is_confirmed(client, address, exam):
    answer = client.post(
        address, {"action": "retire", "scope": "picked", "pick": picked(exam), "query": ""}
    )
    assert "Retire: 3 questions?" in answer.content.decode()
    assert retired(exam) == 0


def test_picked_questions_are_retired_and_brought_back(client, address, exam):
    data = {"action": "retire", "scope": "picked", "pick": picked(exam), "query": "type=ordering"}
    answer = client.post(address, data | {"confirm": "yes", "expected": 3, "reason": "old"})
    assert retired(exam) == 3
    assert "type=ordering" in answer.url
    page = client.get(answer.url)
    assert "3 questions changed." in page.content.decode()
    undo = reverse("questions:undo", args=[exam.code, page.context["done"]["batch"]])
    assert undo in page.content.decode()
    client.post(undo, {"query": ""})
    assert retired(exam) == 0


def test_all_that_match_are_changed(client, address, exam):
    data = {"action": "retire", "scope": "all", "query": "type=ordering", "confirm": "yes"}
    count = Question.objects.filter(exam=exam, type="ordering").count()
    client.post(address, data | {"expected": count})
    assert set(
        Question.objects.filter(exam=exam, status="retired").values_list("type", flat=True)
    ) == {"ordering"}


def test_what_was_left_out_is_counted_and_named(client, address, exam, owner):
    first, *_ = Question.objects.filter(pk__in=picked(exam)).order_by("pk")
    retirement.retire(first, by=owner)
    data = {"action": "retire", "scope": "picked", "pick": picked(exam), "expected": 3}
    page = client.post(address, data | {"confirm": "yes"}, follow=True).content.decode()
    assert "2 questions changed." in page
    assert f"1 not changed ({first.ref}): It is retired already." in page


def test_a_list_that_changed_meanwhile_is_asked_about_again(client, address, exam):
    data = {"action": "retire", "scope": "all", "query": "", "confirm": "yes", "expected": 3}
    answer = client.post(address, data)
    assert answer.status_code == 422
    assert "The list has changed" in answer.content.decode()
    assert retired(exam) == 0


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({"action": "retire", "scope": "picked"}, "pick questions"),
        ({"action": "burn", "scope": "all"}, "choose an action"),
        ({"action": "retire", "scope": "all", "query": "q=nosuchword"}, "pick questions"),
    ],
)
def test_what_cannot_be_done_is_said(client, address, data, says):
    assert says in client.post(address, data, follow=True).content.decode()


def test_more_than_can_be_waited_for_is_refused(client, address, exam, monkeypatch):
    monkeypatch.setattr(bulk_runs, "MOST", 5)
    answer = client.post(address, {"action": "retire", "scope": "all"}, follow=True)
    assert "narrow the list" in answer.content.decode()


def test_a_topic_is_asked_for(client, address, exam):
    data = {"action": "topic", "scope": "picked", "pick": picked(exam), "expected": 3}
    answer = client.post(address, data | {"confirm": "yes"})
    assert answer.status_code == 422
    assert "Choose a value." in answer.content.decode()
    topic = Topic.objects.filter(task__domain__exam=exam).last()
    client.post(address, data | {"confirm": "yes", "topic": topic.pk})
    assert Question.objects.filter(pk__in=picked(exam), topic=topic).count() == 3


def test_a_topic_of_another_exam_is_no_choice(client, address, exam, stranger):
    topic = Topic.objects.filter(task__domain__exam=stranger.exam_roles.get().exam).first()
    data = {"action": "topic", "scope": "picked", "pick": picked(exam), "topic": topic.pk}
    client.post(address, data | {"confirm": "yes", "expected": 3})
    assert not Question.objects.filter(topic=topic, exam=exam).exists()


def test_other_exams_questions_cannot_be_picked(client, address, exam, stranger):
    other = stranger.exam_roles.get().exam
    data = {"action": "retire", "scope": "picked", "pick": picked(other)}
    client.post(address, data | {"confirm": "yes", "expected": 3})
    assert retired(other) == 0


def test_an_author_retires_nothing(author, address, exam):
    data = {"action": "retire", "scope": "picked", "pick": picked(exam)}
    answer = client_of(author).post(address, data | {"confirm": "yes", "expected": 3}, follow=True)
    assert "only a reviewer or an owner can do that" in answer.content.decode()
    assert retired(exam) == 0


def test_only_who_did_it_or_a_reviewer_undoes_it(client, exam, author, owner):
    outcome = many.retire_all(Question.objects.filter(pk__in=picked(exam)), by=owner)
    undo = reverse("questions:undo", args=[exam.code, outcome.batch])
    client_of(author).post(undo)
    assert retired(exam) == 3


def test_an_export_is_a_file_that_the_bank_reads(client, address, exam):
    answer = client.post(address, {"action": "export", "scope": "all", "query": ""})
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{exam.code}.yaml"'
    rows = yaml.safe_load(answer.content)
    for row in rows:
        row |= {"objective": "1.1.1", "evidence": "Words of the note."}
    reader = Reader()
    placed = reader.items(yaml.dump(rows, sort_keys=False), "items.yaml", "")
    assert not reader.problems
    questions = Question.objects.filter(exam=exam).select_related("current_version", "topic__task")
    exported = {each.item.ref: each.item for each in placed}
    assert set(exported) == {question.ref for question in questions}
    for question in questions:
        item = versions.item_of_version(question.live_version)
        assert exported[question.ref].options == item.options
        assert exported[question.ref].right == item.right


def test_an_export_is_logged_as_the_export_page_logs_it(client, address, exam, owner):
    client.post(address, {"action": "export", "scope": "picked", "pick": picked(exam)})
    client.post(reverse("questions:export", args=[exam.code]), {"format": "yaml", "confirm": "1"})
    whole, chosen = AuditEntry.objects.filter(exam=exam, verb="exported")[:2]
    assert chosen.details == {"format": "yaml", "count": 3}
    assert chosen.details.keys() == whole.details.keys()
    assert (chosen.actor_id, chosen.subject, chosen.subject_id) == (owner.pk, "exam", str(exam.pk))
    assert (chosen.subject, chosen.subject_id) == (whole.subject, whole.subject_id)


def test_an_export_holds_drafts_that_are_not_finished(client, address, exam, owner, topic):
    begun = drafts.create(exam, by=owner, topic=topic, item_type="matching")
    data = {"action": "export", "scope": "picked", "pick": [begun.question_id]}
    (row,) = yaml.safe_load(client.post(address, data).content)
    assert row["ref"] == begun.question.ref


def test_who_has_nobody_to_approve_finds_the_switch_before_it(client, address, exam, reviewer):
    data = {"action": "approve_publish", "scope": "picked", "pick": picked(exam), "query": ""}
    page = client.post(address, data).content.decode()
    assert "Your own drafts are left for a colleague." in page
    ExamRole.objects.filter(exam=exam, role="reviewer").delete()
    page = client.post(address, data).content.decode()
    assert "nobody else on the team can approve them" in page
    assert reverse("exams:setup_audience", args=[exam.code]) in page
    Exam.objects.filter(pk=exam.pk).update(allows_self_approval=True)
    page = client.post(address, data).content.decode()
    assert "your own drafts are approved too" in page
