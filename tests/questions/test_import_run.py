"""A file goes in whole or not at all, as drafts, and can be taken back."""

import time
from dataclasses import replace
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from questions.exchange.registry import READ, WRITTEN
from questions.items.content import item_of
from questions.models import AuditEntry, Draft, Import, Question
from questions.services import drafts, exports
from questions.services.errors import Refused
from questions.services.imports import plan
from questions.services.imports import run as import_run
from questions.services.imports import undo as import_undo
from tests.support.builders import make_item
from tests.support.imports import csv_of, items_of, kept, taken_in

pytestmark = pytest.mark.django_db


def test_a_file_becomes_drafts_that_are_not_live(exam, author, topic):
    run = taken_in(exam, author, csv_of(items_of(topic, 5)))
    assert run.status == "done"
    questions = Question.objects.filter(pk__in=run.report["created"])
    assert {question.status for question in questions} == {"draft"}
    assert set(questions.values_list("ref", flat=True)) == {f"imp-{n:04}" for n in range(5)}
    draft = Draft.objects.get(question__ref="imp-0003")
    assert item_of(draft.item) == items_of(topic, 5)[3]
    assert list(draft.writers.all()) == [author]
    assert AuditEntry.objects.filter(verb="imported", batch=run.batch).count() == 5
    assert not Question.objects.pool(exam).filter(ref__startswith="imp").exists()


def test_one_bad_row_keeps_everything_out_unless_it_is_left_out(exam, author, topic):
    content = csv_of(items_of(topic, 4)).replace(b"Stem of imp-0002?", b"")
    before = Question.objects.count()
    run = taken_in(exam, author, content)
    assert (run.status, Question.objects.count()) == ("failed", before)
    assert run.report["problems"][0] == {
        "row": 4,
        "reason": "the text is empty; write it or delete the row",
        "column": "stem",
    }
    run = taken_in(exam, author, content, leaves_out=True)
    assert (run.status, len(run.report["created"]), run.report["problem_count"]) == ("done", 3, 1)


def test_an_import_runs_once(exam, author, topic):
    run = taken_in(exam, author, csv_of(items_of(topic, 2)))
    again = import_run.execute(run.pk)
    assert again.report == run.report
    assert Question.objects.filter(ref__startswith="imp").count() == 2
    with pytest.raises(Refused):
        import_run.queue(run, topic=None, duplicates="skip", leaves_out_problems=False)


def test_a_failure_in_the_middle_writes_nothing(exam, author, topic, monkeypatch):
    run = kept(exam, author, csv_of(items_of(topic, 3)))
    import_run.queue(run, topic=None, duplicates="skip", leaves_out_problems=False)

    def broken(*args):
        raise RuntimeError

    before = Question.objects.count()
    monkeypatch.setattr(import_run, "settle_twins", broken)
    done = import_run.execute(run.pk)
    assert Question.objects.count() == before
    assert done.status == Import.objects.get(pk=run.pk).status == "failed"
    assert "changed nothing" in done.report["problems"][0]["reason"]


def test_a_worker_that_was_killed_leaves_its_import_to_the_next(exam, author, topic):
    run = kept(exam, author, csv_of(items_of(topic, 3)))
    import_run.queue(run, topic=None, duplicates="skip", leaves_out_problems=False)
    Import.objects.update(status="running")
    assert import_run.execute(run.pk).status == "running"
    Import.objects.update(touched_at=timezone.now() - timedelta(minutes=3))
    assert len(import_run.execute(run.pk).report["created"]) == 3


def test_a_file_that_nobody_took_in_is_forgotten(exam, author, topic):
    kept(exam, author, csv_of(items_of(topic, 1)))
    assert import_run.forget_unused() == 0
    Import.objects.update(created_at=timezone.now() - timedelta(days=2))
    assert import_run.forget_unused() == 1


def test_where_it_goes_is_told_by_topic_tag_category_or_choice(exam, author, topic):
    text = (
        "stem,option_a,option_b,key,topic,category,tags\n"
        f"by topic?,a,b,A,{topic.slug},,\nby title?,a,b,A,{topic.title},,\n"
        f"by tag?,a,b,A,,,{topic.slug}\nby category?,a,b,A,,Root/{topic.task.number},\n"
        "by choice?,a,b,A,,,\n"
    )
    text = text.replace("category", "domain")
    loaded = plan.read(text.encode(), name="csv")
    planned = plan.plan(exam, loaded)
    assert [row.topic for row in planned.rows] == [topic] * 4
    assert planned.problems[0].row == 6
    planned = plan.plan(exam, loaded, default_topic=topic)
    assert [row.topic for row in planned.rows] == [topic] * 5


def test_what_the_bank_has_is_skipped_changed_or_made_anew(exam, author, topic):
    items = items_of(topic, 2)
    taken_in(exam, author, csv_of(items))
    changed = [replace(items[0], level="recall"), items[1]]
    run = taken_in(exam, author, csv_of(changed))
    assert (run.report["created"], run.report["skipped_count"]) == ([], 2)
    run = taken_in(exam, author, csv_of(changed), duplicates="update")
    assert [each["ref"] for each in run.report["updated"]] == ["imp-0000"]
    assert Draft.objects.get(question__ref="imp-0000").item["level"] == "recall"
    changed[0] = replace(changed[0], level="analyse")
    run = taken_in(exam, author, csv_of(changed), duplicates="new")
    (made,) = Question.objects.filter(pk__in=run.report["created"])
    assert made.ref.startswith(f"{exam.code}-")


def test_an_update_of_a_live_question_is_a_draft_beside_it(exam, author, topic):
    live = Question.objects.filter(exam=exam, type="multiple_choice").first()
    item = replace(drafts.newest_item(live), stem="Another stem?")
    run = taken_in(exam, author, csv_of([item]), duplicates="update", topic=topic)
    assert len(run.report["updated"]) == 1
    live.refresh_from_db()
    assert (live.status, live.live_version.content["stem"]) == ("published", f"Stem of {live.ref}?")
    assert live.draft.item["stem"] == "Another stem?"


def test_an_undo_takes_back_what_nobody_touched_since(exam, author, topic):
    live = Question.objects.filter(exam=exam, type="multiple_choice").first()
    update = replace(drafts.newest_item(live), stem="Another stem?")
    run = taken_in(exam, author, csv_of([*items_of(topic, 3), update]), duplicates="update")
    touched = Draft.objects.get(question__ref="imp-0001")
    drafts.save(
        touched, item=replace(item_of(touched.item), stem="Mine now?"), by=author, revision=1
    )
    undone = import_undo.undo(run, by=author)
    assert (undone.taken_back, undone.left) == (3, 1)
    assert list(Question.objects.filter(ref__startswith="imp").values_list("ref", flat=True)) == [
        "imp-0001"
    ]
    assert not Draft.objects.filter(question=live).exists()
    with pytest.raises(Refused):
        import_undo.undo(run, by=author)


@pytest.mark.parametrize("name", sorted(set(READ) & set(WRITTEN) - {"aiken"}))
def test_what_was_imported_goes_out_and_comes_in_as_the_same(exam, author, topic, name):
    tags = {"topic": topic.slug, "task": topic.task.number}
    kinds = ["multiple_choice", "multiple_response"]
    kinds += {"markdown": [], "qti12": ["matching"]}.get(name, ["ordering", "matching"])
    items = [make_item(kind, f"rt-{kind.replace('_', '-')}", **tags) for kind in kinds]
    run = taken_in(exam, author, WRITTEN[name].dumps(items).content, name)
    made = Question.objects.filter(pk__in=run.report["created"])
    assert made.count() == len(items)
    exported = exports.export(exam, made, name=name, by=author)
    loaded = plan.read(exported.dumped.content, name=name)
    planned = plan.plan(exam, loaded)
    assert [row.is_same for row in planned.rows] == [True] * len(items)
    assert AuditEntry.objects.filter(verb="exported", actor=author).exists()


@pytest.mark.nightly
def test_five_thousand_questions_take_less_than_thirty_seconds(exam, author, topic):
    content = csv_of(items_of(topic, 5000))
    began = time.monotonic()
    run = taken_in(exam, author, content)
    assert (run.status, len(run.report["created"]), run.done) == ("done", 5000, 5000)
    assert time.monotonic() - began < 30


def call(*args):
    out, err = StringIO(), StringIO()
    call_command(*args, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_the_commands_do_the_same(exam, author, topic, tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(csv_of(items_of(topic, 3)))
    before = Question.objects.count()
    out, _ = call("import_items", str(path), "--exam", exam.code, "--dry-run")
    assert "3 new" in out
    assert Question.objects.count() == before
    out, _ = call("import_items", str(path), "--exam", exam.code, "--format", "csv")
    assert "3 created as drafts" in out
    target = tmp_path / "out.gift"
    out, _ = call("export_items", "--exam", exam.code, "--format", "gift", "-o", str(target))
    assert str(Question.objects.filter(exam=exam).count()) in out
    assert "Stem of imp-0001?" in target.read_text()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"stem,key\n", "no question"),
        (b"stem,option_a,key\nx,a,\n", "Nothing was imported"),
        ("stem,key\nGröße,A".encode() + b"\xff", "no text of UTF-8, UTF-16"),
        (b"\x25PDF-1.7", "no column is named stem"),
    ],
)
def test_the_command_says_what_is_wrong(exam, tmp_path, content, reason):
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(CommandError, match=reason):
        call("import_items", str(path), "--exam", exam.code)
