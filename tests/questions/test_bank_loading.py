"""Loading a bank folder: whole or not at all, and safe to repeat."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from questions.bank_files.problems import BankError
from questions.models import Case, Exam, Note, Question, QuestionVersion, Topic
from questions.services import note_writing
from tests.support.bank_folders import blueprint, item
from tests.support.builders import make_user

pytestmark = pytest.mark.django_db


def test_a_bank_is_loaded_whole(folder):
    report = folder.load()
    assert (report.items, report.new_versions, report.topics) == (2, 2, 1)
    assert set(Question.objects.published().values_list("ref", flat=True)) == {"tiny-1", "tiny-2"}
    topic = Topic.objects.get()
    assert (topic.slug, topic.note.html) == (
        "first-topic",
        "<p>The <strong>words</strong> of the note.</p>",
    )


def test_loading_again_changes_nothing(folder):
    folder.load()
    report = folder.load()
    assert (report.new_versions, report.retired) == (0, 0)
    assert QuestionVersion.objects.count() == 2


@pytest.mark.parametrize(
    "change", [{"stem": "Reworded?"}, {"level": "apply"}, {"evidence": "of the note"}]
)
def test_changed_text_makes_one_new_version(folder, change):
    folder.load()
    folder.write("items/1.1.yaml", [item(**change), item("tiny-2")])
    assert folder.load().new_versions == 1
    assert Question.objects.get(ref="tiny-1").current_version.number == 2


def test_a_corrected_key_keeps_the_wording(folder):
    folder.load()
    options = item()["options"]
    moved = [{**options[0], "key": False}, {**options[1], "key": True}, *options[2:]]
    folder.write("items/1.1.yaml", [item(options=moved), item("tiny-2")])
    folder.load()
    old, new = QuestionVersion.objects.filter(question__ref="tiny-1")
    assert old.content_hash == new.content_hash
    assert (old.key["right"], new.key["right"]) == ([0], [1])


def test_what_vanished_is_retired_and_comes_back(folder):
    folder.load()
    folder.write("items/1.1.yaml", [item()])
    assert folder.load().retired == 1
    assert Question.objects.get(ref="tiny-2").status == "retired"
    folder.write("items/1.1.yaml", [item(), item("tiny-2")])
    assert folder.load().new_versions == 0
    assert Question.objects.get(ref="tiny-2").status == "published"


def test_a_note_that_vanished_is_no_longer_shown(folder):
    folder.load()
    notes = "# 1.1 Task\n\n## Second topic\n\nThe words of the note.\n"
    folder.write("notes/1.1.md", notes)
    folder.write(
        "items/1.1.yaml", [item(topic="second-topic"), item("tiny-2", topic="second-topic")]
    )
    folder.load()
    shown = Topic.objects.filter(note__isnull=False).values_list("slug", flat=True)
    assert list(shown) == ["second-topic"]
    assert Topic.objects.count() == 2


def test_enemies_are_enemies_both_ways(folder):
    folder.write("items/1.1.yaml", [item(enemies=["tiny-2"]), item("tiny-2")])
    folder.load()
    assert Question.objects.get(ref="tiny-2").enemies.get().ref == "tiny-1"


def test_who_is_no_longer_named_is_no_enemy(folder):
    folder.write("items/1.1.yaml", [item(enemies=["tiny-2"]), item("tiny-2")])
    folder.load()
    folder.write("items/1.1.yaml", [item(), item("tiny-2")])
    folder.load()
    assert not Question.objects.get(ref="tiny-1").enemies.exists()
    assert not Question.objects.get(ref="tiny-2").enemies.exists()


def test_a_note_that_changed_is_written_again_and_makes_no_version(folder):
    folder.load()
    folder.write("notes/1.1.md", "## First topic\n\nOther words of the note.\n")
    assert folder.load().new_versions == 0
    assert Topic.objects.get().note.html == "<p>Other words of the note.</p>"


def test_a_scenario_that_changed_makes_a_version_of_each_of_its_questions(folder):
    case = {"ref": "case-1", "title": "A firm", "scenario": "It sells lamps."}
    case["items"] = [item("tiny-3", task="1.1"), item("tiny-4", task="1.1")]
    folder.write("cases/1.yaml", case)
    folder.load()
    folder.write("cases/1.yaml", {**case, "scenario": "It sells chairs."})
    assert folder.load().new_versions == 2
    old, _ = QuestionVersion.objects.filter(question__ref="tiny-3")
    assert old.content["case"]["scenario"] == "It sells lamps."


@pytest.mark.parametrize(
    ("change", "right"),
    [
        ({"type": "multiple_response", "stem": "Which? (Choose TWO.)"}, [0, 3]),
        ({"type": "ordering"}, [0, 2, 3, 4]),
        ({"type": "matching"}, [0, 0, 3]),
    ],
)
def test_each_type_s_key_is_read_from_its_options(folder, change, right):
    options = [{"text": f"Text {n}", "why": "Because."} for n in range(5)]
    if change["type"] == "multiple_response":
        options[0]["key"] = options[3]["key"] = True
    elif change["type"] == "ordering":
        options[1]["key"] = False  # a surplus step
    else:
        options[0]["prompt"], options[3]["prompt"] = ["one", "two"], "three"
    folder.write("items/1.1.yaml", [item(options=options, **change)])
    folder.load()
    version = Question.objects.get().current_version
    assert version.key["right"] == right
    assert version.content["choose"] == len(right)
    assert version.content["prompts"] == (
        ["one", "two", "three"] if version.type == "matching" else []
    )


def test_a_later_fault_leaves_what_was_there_before(folder):
    """All or nothing also when the bank is loaded already."""
    folder.load()
    folder.write("notes/1.1.md", "## First topic\n\nOther words of the note.\n")
    folder.write("items/1.1.yaml", [item(stem="Reworded?"), item("tiny-2", level="guess")])
    with pytest.raises(BankError):
        folder.load()
    assert QuestionVersion.objects.count() == 2
    assert "<strong>" in Topic.objects.get().note.html


def test_a_case_is_copied_into_its_questions_versions(folder):
    case = {"ref": "case-1", "title": "A firm", "scenario": "It sells *lamps*."}
    folder.write("cases/1.yaml", {**case, "items": [item("tiny-3", task="1.1")]})
    folder.load()
    question = Question.objects.get(ref="tiny-3")
    assert question.case == Case.objects.get()
    assert question.current_version.content["case"]["scenario"] == "It sells *lamps*."
    assert question.current_version.html["case"]["scenario"] == "<p>It sells <em>lamps</em>.</p>"


def test_a_sample_is_published_and_never_in_the_pool(folder):
    folder.write("sample.yaml", [item("tiny-s", task="1.1")])
    exam = folder.load().exam
    assert Question.objects.sample().ref == "tiny-s"
    assert not Question.objects.pool(exam).filter(ref="tiny-s").exists()


def test_keys_and_whys_stay_out_of_what_candidates_see(folder):
    folder.load()
    version = Question.objects.get(ref="tiny-1").current_version
    assert "It is" not in str(version.content) + str(version.html)


def test_a_ref_of_another_exam_is_refused(folder):
    folder.load()
    folder.write("exam.yaml", blueprint(code="other"))
    with pytest.raises(BankError, match="ref belongs to another exam"):
        folder.load()
    assert Exam.objects.get().code == "tiny"


def test_the_command_says_what_was_loaded(folder, capsys):
    call_command("load_bank", folder.path)
    assert "tiny: 2 items in 1 topics, 2 new versions, 0 retired" in capsys.readouterr().out


def test_the_command_refuses_with_the_reasons(folder, tmp_path):
    folder.write("items/1.1.yaml", [item(level="guess")])
    with pytest.raises(CommandError, match=r"nothing was loaded:\nitems/1.1.yaml:1: tiny-1"):
        call_command("load_bank", folder.path)
    with pytest.raises(CommandError, match="is not a folder"):
        call_command("load_bank", tmp_path / "nothing")


def test_a_load_costs_the_same_however_many_items_there_are(folder):
    costs = []
    for size in (20, 200):
        folder.write("items/1.1.yaml", [item(f"tiny-{size}-{number}") for number in range(size)])
        with CaptureQueriesContext(connection) as statements:
            folder.load()
        costs.append(len(statements))
    assert costs[1] <= costs[0] + 4
    with CaptureQueriesContext(connection) as statements:
        folder.load()
    assert len(statements) < 35


def test_what_was_written_for_a_note_that_the_files_overtake_stays_in_its_history(folder):
    olga = make_user(role="instructor")
    folder.load()
    topic = Topic.objects.get()
    topic.note.delete()
    note_writing.publish(topic, text="Shown.", revision=0, by=olga)
    Note.objects.update(source="Imported before.")
    note_writing.save(topic, text="A draft.", revision=2, by=olga)
    folder.load()
    note = note_writing.note_of(topic)
    assert (note.origin, note.draft, note.revision) == ("files", "", 4)
    assert note.newest == "The **words** of the note."
    texts = [each.text for each in note_writing.history(topic)]
    assert texts == ["A draft.", "Imported before.", "Shown."]
    folder.load()
    assert len(note_writing.history(topic)) == 3
