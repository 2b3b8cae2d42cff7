"""Bank folders: read whole, checked whole, written whole or not at all."""

from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from questions import services
from questions.folder import read_bank
from questions.formats.forms import write_forms
from questions.formats.notes import slugify
from questions.formats.problems import BankError
from questions.models import Case, Exam, Question, QuestionVersion, Source, Topic

pytestmark = pytest.mark.django_db


def domain(**changes):
    task = {"number": "1.1", "title": "Task", "weight": 1, "objectives": {"1.1.1": "x"}}
    return {"number": 1, "title": "Only domain", "weight": 100, "tasks": [task], **changes}


def blueprint(**changes):
    return {
        "code": "tiny",
        "title": "Tiny exam",
        "minutes": 10,
        "scored": 2,
        "unscored": 0,
        "scale": {"min": 100, "cut": 700, "max": 1000},
        "raw_cut": 0.7,
        "grading_policy": "all_or_nothing",
        "types": {"multiple_choice": 2},
        "domains": [domain()],
        **changes,
    }


def item(ref="tiny-1", **changes):
    return {
        "ref": ref,
        "type": "multiple_choice",
        "topic": "first-topic",
        "level": "recall",
        "objective": "1.1.1",
        "stem": f"What is {ref}?",
        "options": [
            {"text": "Right", "why": "It is.", "key": True},
            *[{"text": f"Wrong {n}", "why": "It is not."} for n in range(3)],
        ],
        "evidence": "words of the note",
        **changes,
    }


class Folder:
    """A bank folder that is well-formed until a test changes it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        for name in ("notes", "items", "cases"):
            (path / name).mkdir()
        self.write("exam.yaml", blueprint())
        self.write("notes/1.1.md", "# 1.1 Task\n\n## First topic\n\nThe **words** of the note.\n")
        self.write("items/1.1.yaml", [item(), item("tiny-2")])

    def write(self, name, content):
        text = content if isinstance(content, str) else yaml.safe_dump(content, sort_keys=False)
        (self.path / name).write_text(text, encoding="utf-8")

    def load(self):
        return services.load(self.path)

    def problems(self):
        """Return what keeps it from being loaded; nothing may have been written."""
        with pytest.raises(BankError) as caught:
            self.load()
        assert not Exam.objects.exists()
        assert not Question.objects.exists()
        return [str(problem) for problem in caught.value.problems]


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path)


# --- Loading ----------------------------------------------------------------------------------


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


# --- Bad banks --------------------------------------------------------------------------------


def test_every_problem_is_told_at_once_with_its_place(folder):
    folder.write("items/1.1.yaml", [item(level="guess"), item("tiny-2", stem="")])
    assert folder.problems() == [
        "items/1.1.yaml:1: tiny-1: level must be one of recall, apply, analyse",
        "items/1.1.yaml:18: tiny-2: stem is missing",
    ]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"type": "essay"}, "type must be one of"),
        ({"topic": "nowhere"}, "no topic 'nowhere' in notes/1.1.md"),
        ({"objective": "9.9.9"}, "no objective '9.9.9' in exam.yaml"),
        ({"evidence": "never said"}, "evidence does not stand in topic 'first-topic'"),
        ({"colour": "red"}, "unknown field 'colour'"),
        ({"options": "none"}, "options must be a list"),
        ({"options": item()["options"][:3]}, "multiple choice has 4, this has 3"),
        ({"options": [{**o, "key": True} for o in item()["options"]]}, "has 1 right option"),
        ({"options": [{**o, "why": ""} for o in item()["options"]]}, "why is missing"),
        ({"options": [{**o, "text": "Same"} for o in item()["options"]]}, "have the same text"),
        ({"enemies": ["ghost"]}, "no item 'ghost' to be an enemy of"),
        ({"ref": "tiny-2"}, "ref stands already at items/1.1.yaml"),
        ({"ref": "x" * 81}, "ref is longer than 80 characters"),
        ({"facts": ["F99-999"]}, "no fact 'F99-999' in facts.yaml"),
        ({"facts": "F11-001"}, "facts must be a list"),
        ({"enemies": 5}, "enemies must be a list"),
        ({"task": "9.9"}, "no task '9.9' in exam.yaml"),
        ({1: "x", "colour": "red"}, "unknown field '1'"),
        ({"stem": True}, "stem must be text; put it in quotes"),
        ({"options": [{**o, "text": 8} for o in item()["options"]]}, "text must be text"),
        ({"options": [{**o, "key": "false"} for o in item()["options"]]}, "must be true or false"),
        ({"options": [{**o, "hint": "x"} for o in item()["options"]]}, "unknown field 'hint'"),
        *(({name: " "}, f"{name} is missing") for name in ("topic", "stem", "evidence")),
    ],
)
def test_a_bad_item_is_named(folder, change, reason):
    folder.write("facts.yaml", "- id: F11-001\n")
    folder.write("items/1.1.yaml", [item() | change, item("tiny-2")])
    found = [text for text in folder.problems() if reason in text]
    assert found
    assert all(text.startswith("items/1.1.yaml:") for text in found)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"minutes": "soon"}, "soon"),
        ({"minutes": 0}, "minutes and scored must be above 0"),
        ({"scale": {"min": 900, "cut": 700, "max": 1000}}, "scale must rise"),
        ({"raw_cut": 70}, "raw_cut must be a share"),
        ({"grading_policy": "kind"}, "grading_policy must be one of"),
        ({"types": {"multiple_choice": 5}}, "types must add up"),
        ({"types": {"essay": 2}}, "unknown type 'essay'"),
        ({"domains": []}, "domain weights add up to 0, not 100"),
        ({"minutes": float("inf")}, "infinity"),
        ({"cases": -1}, "cases must not be below 0"),
        ({"code": "A B"}, "code must be letters"),
        ({"domains": [domain(weight=float("nan"))]}, "domain weights must be above 0"),
        ({"domains": [domain(tasks=[])]}, "a domain must have tasks"),
        ({"domains": [domain(weight=50), domain(weight=50)]}, "numbers of domains and of tasks"),
    ],
)
def test_a_bad_blueprint_is_named(folder, change, reason):
    folder.write("exam.yaml", blueprint(**change))
    assert any(reason in text and text.startswith("exam.yaml:") for text in folder.problems())


@pytest.mark.parametrize("name", ["code", "title", "minutes", "scored", "scale", "domains"])
def test_a_missing_part_of_the_blueprint_is_named(folder, name):
    folder.write("exam.yaml", {key: value for key, value in blueprint().items() if key != name})
    assert f"{name} is missing" in folder.problems()[0]


@pytest.mark.parametrize(
    "text",
    [
        "- ref: [",
        "- &a [1]\n- *a",
        "- {ref: a, ref: b}",
        "!!python/object/apply:os.system [ls]",
        "just words",
        "- just words",
        "\x00",
        "[" * 5000,
        "- {ref: a, topic: 2020-13-45}",
        "- ref: a\n  ? [x]\n  : y",
        "- ref: a\n---\n- ref: b",
    ],
)
def test_what_is_not_a_list_of_items_is_refused(folder, text):
    folder.write("items/1.1.yaml", text)
    assert folder.problems()[0].startswith("items/1.1.yaml:")


def test_a_bomb_of_aliases_goes_off_nowhere(folder):
    """Nine lists of nine: a billion entries, were the first alias followed."""
    lines = ["a0: &a0 [boom]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)]
    folder.write("items/1.1.yaml", "\n".join(lines))
    assert folder.problems() == [
        "items/1.1.yaml:2: not readable as YAML: aliases are not used here"
    ]


def test_a_field_that_stands_twice_is_refused_and_not_guessed_at(folder):
    text = (folder.path / "items/1.1.yaml").read_text()
    folder.write("items/1.1.yaml", text.rstrip("\n") + "\n  level: apply\n")
    line = len(text.splitlines()) + 1
    assert folder.problems() == [
        f"items/1.1.yaml:{line}: not readable as YAML: 'level' stands twice"
    ]


def test_a_broken_line_is_named_by_its_number(folder):
    text = (folder.path / "items/1.1.yaml").read_text()
    folder.write("items/1.1.yaml", text + "- ref: tiny-3\n  stem: Which: one?\n")
    (problem,) = folder.problems()
    assert problem.startswith(f"items/1.1.yaml:{len(text.splitlines()) + 2}: not readable as YAML")


def test_problems_of_several_files_are_told_together(folder):
    folder.write("exam.yaml", blueprint(minutes=0))
    folder.write("notes/1.1.md", "## First topic\n\nwords of the note\n\n## Empty\n")
    folder.write("cases/1.yaml", {"ref": "case-1", "title": "A firm", "items": []})
    (folder.path / "items/1.2.yaml").write_bytes(b"\xff")
    assert [problem.split(": ")[0] for problem in folder.problems()] == [
        *("cases/1.yaml:1", "exam.yaml:1", "items/1.2.yaml:1", "notes/1.1.md:5")
    ]


@pytest.mark.parametrize("items", [[], 5, {"ref": "tiny-3"}, "tiny-3"])
def test_a_case_must_have_a_list_of_items(folder, items):
    case = {"ref": "case-1", "title": "A firm", "scenario": "It sells lamps."}
    folder.write("cases/1.yaml", {**case, "items": items})
    (problem,) = folder.problems()
    assert problem.startswith("cases/1.yaml:1: ")
    assert "items" in problem


@pytest.mark.parametrize("text", ["", "- a", "just words", "a: ["])
def test_a_blueprint_that_is_no_mapping_is_named(folder, text):
    folder.write("exam.yaml", text)
    assert folder.problems()[0].startswith("exam.yaml:1: ")


def test_evidence_may_leave_out_emphasis_and_line_breaks(folder):
    folder.write("notes/1.1.md", "## First topic\n\nThe **words**\nof _the_ `note`.\n")
    folder.write("items/1.1.yaml", [item(evidence="The words of   the note.")])
    assert folder.load().items == 1


def test_evidence_of_another_topic_does_not_count(folder):
    folder.write("notes/1.1.md", "## First topic\n\nx\n\n## Second topic\n\nwords of the note\n")
    folder.write("items/1.1.yaml", [item()])
    (problem,) = folder.problems()
    assert "evidence does not stand in topic 'first-topic': 'words of the note'" in problem


def test_a_file_that_is_not_text_is_named(folder):
    (folder.path / "items/1.1.yaml").write_bytes(b"\xff\xfe- ref")
    assert "cannot be read as UTF-8" in folder.problems()[0]


def test_a_folder_without_a_blueprint_is_named(folder):
    (folder.path / "exam.yaml").unlink()
    assert "a bank starts with its blueprint" in folder.problems()[0]


def test_notes_of_an_unknown_task_and_twin_topics_are_named(folder):
    folder.write("notes/9.9.md", "## A topic\n\ntext\n")
    folder.write("notes/1.1.md", "## First topic\n\nwords of the note\n\n## First topic\n\nx\n")
    text = "\n".join(folder.problems())
    assert "no task 9.9 in exam.yaml" in text
    assert "topic 'first-topic' stands twice" in text


def test_two_cases_of_one_ref_are_named(folder):
    case = {"ref": "case-1", "title": "A firm", "scenario": "It sells lamps."}
    for number in (1, 2):
        items = [item(f"tiny-c{number}", task="1.1")]
        folder.write(f"cases/{number}.yaml", {**case, "items": items})
    (problem,) = folder.problems()
    assert problem.startswith("cases/2.yaml:")
    assert "case 'case-1' stands already" in problem


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


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Types of inference", "types-of-inference"),
        ("AI, machine learning: a tour!", "ai-machine-learning-a-tour"),
        ("  Retrieval-augmented   generation (RAG) ", "retrieval-augmented-generation-rag"),
    ],
)
def test_a_heading_s_slug(title, slug):
    assert slugify(title) == slug


# --- Sources, facts, figures, style, quota, forms ---------------------------------------------

SOURCE = {"id": "guide", "title": "A guide", "url": "https://guide.example/a"}


def test_sources_are_rows_and_notes_name_those_of_their_items(folder):
    folder.write("sources.yaml", [SOURCE])
    folder.write("items/1.1.yaml", [item(sources=["guide"]), item("tiny-2")])
    folder.load()
    source = Source.objects.get()
    assert (source.slug, source.title, source.url) == ("guide", "A guide", SOURCE["url"])
    assert list(Topic.objects.get().note.sources.all()) == [source]
    assert Question.objects.get(ref="tiny-1").current_version.key["sources"] == ["guide"]


def test_a_source_that_moved_is_mended_without_a_new_version(folder):
    folder.write("sources.yaml", [SOURCE])
    folder.write("items/1.1.yaml", [item(sources=["guide"]), item("tiny-2")])
    folder.load()
    folder.write("sources.yaml", [{**SOURCE, "url": "https://guide.example/b"}])
    assert folder.load().new_versions == 0
    assert Source.objects.get().url == "https://guide.example/b"


def test_a_source_that_vanished_goes(folder):
    folder.write("sources.yaml", [SOURCE, {**SOURCE, "id": "other"}])
    folder.load()
    folder.write("sources.yaml", [SOURCE])
    folder.load()
    assert [source.slug for source in Source.objects.all()] == ["guide"]


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([{**SOURCE, "url": "http://guide.example"}], "guide: url must begin with https://"),
        ([{**SOURCE, "url": "javascript:alert(1)"}], "guide: url must begin with https://"),
        ([{**SOURCE, "title": ""}], "a source needs id, title and url"),
        ([SOURCE, {**SOURCE}], "source 'guide' stands twice"),
        (["guide"], "sources with id, title and url must be mappings"),
        ({"guide": 1}, "must be a list of sources"),
    ],
)
def test_a_bad_source_is_named(folder, rows, reason):
    folder.write("sources.yaml", rows)
    assert any(p.startswith("sources.yaml:") and reason in p for p in folder.problems())


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"sources": ["rumor"]}, "no source 'rumor' in sources.yaml"),
        ({"acknowledged": ["S3"]}, "acknowledged must map rules to reasons"),
        ({"acknowledged": {"S3": 3}}, "a reason must be text"),
        ({"uses_correction": "yes"}, "uses_correction must be true or false"),
        ({"numeric_ok": 1}, "numeric_ok must be true or false"),
        ({"fixed_order": "no"}, "fixed_order must be true or false"),
        ({"reviewed_on": "soon"}, "reviewed_on: 'soon' is no day"),
    ],
)
def test_a_bad_review_field_is_named(folder, change, reason):
    folder.write("items/1.1.yaml", [item(**change), item("tiny-2")])
    assert any(reason in problem for problem in folder.problems())


def test_review_fields_are_read_and_stay_with_the_version(folder):
    fields = {
        "acknowledged": {"S3": "It is short."},
        "numeric_ok": True,
        "reviewed_on": "2026-01-31",
    }
    folder.write("items/1.1.yaml", [item(**fields), item("tiny-2")])
    read = read_bank(folder.path).items[0].item
    assert (read.acknowledged, read.numeric_ok, read.uses_correction) == (
        *(fields["acknowledged"], True, False),
    )
    folder.load()
    assert folder.load().new_versions == 0
    assert Question.objects.get(ref="tiny-1").current_version.key["reviewed_on"] == "2026-01-31"


def test_a_problem_names_the_line_of_its_field(folder):
    folder.write("items/1.1.yaml", [item(evidence="never said"), item("tiny-2")])
    text = (folder.path / "items/1.1.yaml").read_text().splitlines()
    line = next(n for n, each in enumerate(text, 1) if "evidence" in each)
    assert folder.problems()[0].startswith(f"items/1.1.yaml:{line}: tiny-1: evidence does not")


FACTS = "- id: F1\n- id: F2\n"


def notes(body):
    return f"# 1.1 Task\n\n## First topic\n\nThe **words** of the note.\n\n{body}\n"


def test_the_facts_of_a_topic_are_read_and_never_shown(folder):
    folder.write("facts.yaml", FACTS)
    folder.write("notes/1.1.md", notes("<!-- facts: F1 F2 -->"))
    (topic,) = read_bank(folder.path).topics["1.1"]
    assert topic.facts == ("F1", "F2")
    folder.load()
    assert "F1" not in Topic.objects.get().note.html + Topic.objects.get().note.source


def test_evidence_is_not_found_in_a_comment(folder):
    folder.write("facts.yaml", FACTS)
    folder.write("notes/1.1.md", notes("<!-- facts: F1 F2 -->"))
    folder.write("items/1.1.yaml", [item(evidence="facts: F1 F2"), item("tiny-2")])
    assert "evidence does not stand" in folder.problems()[0]


@pytest.mark.parametrize(
    ("body", "line", "reason"),
    [
        ("<!-- facts: F9 -->", 3, "no fact 'F9' in facts.yaml"),
        ("<!-- facts: F1 F1 -->", 3, "names fact 'F1' twice"),
        ("<!-- mind this -->", 7, "has a comment that is not a list of facts"),
        ("<!-- facts: F1 -->\n\n## Second\n\nText.\n\n<!-- facts: F1 -->", 9, "carried already at"),
        ("![x](figures/none.svg)", 7, "no file 'figures/none.svg'"),
        ("![](figures/a.svg)", 7, "shows figures/a.svg without words"),
        ("See ![x](figures/a.svg) here.", 7, "not figures/NAME.svg in a line of its own"),
        ("![x](https://x.example/a.png)", 7, "not figures/NAME.svg in a line of its own"),
    ],
)
def test_what_is_wrong_in_notes_is_named_with_its_line(folder, body, line, reason):
    (folder.path / "figures").mkdir()
    folder.write("figures/a.svg", '<svg viewBox="0 0 1 1"></svg>')
    folder.write("facts.yaml", FACTS)
    folder.write("notes/1.1.md", notes(body))
    assert any(
        problem.startswith(f"notes/1.1.md:{line}:") and reason in problem
        for problem in folder.problems()
    )


def test_a_figure_comes_into_its_note(folder):
    (folder.path / "figures").mkdir()
    folder.write("figures/a.svg", '<svg viewBox="0 0 1 1"><text>in it</text></svg>')
    folder.write("notes/1.1.md", notes("![A dot](figures/a.svg)"))
    folder.load()
    note = Topic.objects.get().note
    assert '<svg role="img" aria-label="A dot" viewBox="0 0 1 1">' in note.html
    assert note.text == "The words of the note. A dot"


def test_a_figure_that_could_do_harm_is_refused(folder):
    (folder.path / "figures").mkdir()
    folder.write("figures/a.svg", '<svg viewBox="0 0 1 1">\n<script/></svg>')
    assert folder.problems() == [
        "figures/a.svg:2: <script> is not allowed; use plain shapes and text"
    ]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("style.yaml", [1], "must be a mapping of lists of names"),
        ("style.yaml", {"brand": ["A"]}, "unknown field 'brand'"),
        ("style.yaml", {"brands": "A"}, "brands must be a list of names"),
        (
            "style.yaml",
            {"outdated": [{"pattern": "(", "instead": "x"}]},
            "needs pattern and instead",
        ),
        ("quota.yaml", {"tasks": {"1.1": {"recall": 1}}}, "a task needs numbers by type"),
        ("quota.yaml", {"tasks": {"1.1": {"recall": 1, "per_form": [1]}}}, "do not add up alike"),
        ("facts.yaml", "- id: F1\n- id: F1\n", "a fact needs an id of its own"),
        ("facts.yaml", "- id: F1\n  objective: 9.9.9\n", "no objective '9.9.9'"),
        ("source-headings.yaml", [{"level": "x", "title": "T"}], "a heading needs a level"),
        ("forms.yaml", [{"id": "A B", "title": "T"}], "a form needs an id of its own"),
        ("forms.yaml", [{"id": "a", "title": "T", "items": ["ghost"]}], "a: no item 'ghost'"),
        ("forms.yaml", [{"id": "a", "items": []}], "a form needs a title"),
        (
            "forms.yaml",
            [{"id": "a", "title": "T", "items": ["tiny-1", "tiny-1"], "unscored": ["tiny-2"]}],
            "tiny-1 stands twice",
        ),
    ],
)
def test_what_is_wrong_in_the_other_files_is_named(folder, name, content, reason):
    folder.write(name, content)
    assert any(p.startswith(f"{name}:") and reason in p for p in folder.problems())


def test_forms_are_written_as_they_are_read(folder):
    forms = [{"id": "a", "title": "One", "items": ["tiny-2", "tiny-1"], "unscored": ["tiny-1"]}]
    folder.write("forms.yaml", forms)
    (form,) = read_bank(folder.path).forms
    assert (form.items, form.unscored) == (("tiny-2", "tiny-1"), {"tiny-1"})
    folder.write("forms.yaml", write_forms([form]))
    assert read_bank(folder.path).forms == (replace(form, line=3),)


# --- What a load costs ------------------------------------------------------------------------


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
