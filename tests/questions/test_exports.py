"""Files of a bank's questions, with what they cannot carry, and empty tables to fill in."""

import pytest

from questions.exchange import csv_table
from questions.models import Case, Question
from questions.services import drafts
from tests.questions.conftest import client_of
from tests.support.imports import at

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(author):
    return client_of(author)


def test_what_a_format_cannot_carry_is_said_before_the_file(client, exam):
    page = client.post(at("export", exam), {"format": "aiken"})
    assert "Download the file anyway" in page.content.decode()
    reply = client.post(at("export", exam), {"format": "aiken", "confirm": "1"})
    assert reply["Content-Disposition"] == f'attachment; filename="{exam.code}.txt"'
    assert b"ANSWER: A" in reply.content
    whole = client.post(at("export", exam), {"format": "csv"})
    assert whole.content.startswith(b"\xef\xbb\xbfref,")


def test_the_empty_tables_are_tables_of_ours(client, exam):
    assert client.get(at("template", exam, "csv")).content.startswith(b"\xef\xbb\xbfref,type")
    assert client.get(at("template", exam, "xlsx")).content.startswith(b"PK")
    assert client.get(at("template", exam, "gift")).status_code == 404


def test_a_case_study_that_stays_here_is_named(client, exam):
    case = Case.objects.create(exam=exam, ref="case-1", title="A bank", scenario="It has shops.")
    asked = Question.objects.filter(exam=exam).first()
    Question.objects.filter(pk=asked.pk).update(case=case)
    page = client.post(at("export", exam), {"format": "yaml"}).content.decode()
    assert asked.ref in page
    assert "its case study “A bank” stays here" in page


@pytest.mark.parametrize("name", ["aiken", "moodle", "qti30", "csv", "anki"])
def test_a_draft_that_is_not_finished_stays_and_is_named(client, exam, author, topic, name):
    begun = drafts.create(exam, by=author, topic=topic, item_type="matching")
    Question.objects.filter(exam=exam).exclude(pk=begun.question_id).update(status="retired")
    page = client.post(at("export", exam), {"format": name, "status": "draft"}).content.decode()
    assert begun.question.ref in page
    assert "left out as unfinished: stem" in page


def test_a_template_that_is_filled_in_can_be_read():
    head = csv_table.template().decode("utf-8-sig").strip().split(",")
    values = {"stem": "Which?", "option_a": "a", "option_b": "b", "key": "B"}
    row = ",".join(values.get(name, "") for name in head)
    loaded = csv_table.loads(f"{','.join(head)}\n{row}\n".encode())
    assert loaded.problems == ()
    assert loaded.items[0].item.right == (1,)
