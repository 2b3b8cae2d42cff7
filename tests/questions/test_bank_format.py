"""Bad bank folders: every problem is told at once, with its place."""

import pytest

from tests.support.bank_folders import blueprint, domain, item

pytestmark = pytest.mark.django_db


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
        ({"options": [{**o, "why": ""} for o in item()["options"]]}, "the explanation is missing"),
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


def test_a_file_that_is_not_text_is_named(folder):
    (folder.path / "items/1.1.yaml").write_bytes(b"\xff\xfe- ref")
    assert "cannot be read as UTF-8" in folder.problems()[0]


def test_a_folder_without_a_blueprint_is_named(folder):
    (folder.path / "exam.yaml").unlink()
    assert "a bank starts with its blueprint" in folder.problems()[0]


def test_two_cases_of_one_ref_are_named(folder):
    case = {"ref": "case-1", "title": "A firm", "scenario": "It sells lamps."}
    for number in (1, 2):
        items = [item(f"tiny-c{number}", task="1.1")]
        folder.write(f"cases/{number}.yaml", {**case, "items": items})
    (problem,) = folder.problems()
    assert problem.startswith("cases/2.yaml:")
    assert "case 'case-1' stands already" in problem


def test_a_problem_names_the_line_of_its_field(folder):
    folder.write("items/1.1.yaml", [item(evidence="never said"), item("tiny-2")])
    text = (folder.path / "items/1.1.yaml").read_text().splitlines()
    line = next(n for n, each in enumerate(text, 1) if "evidence" in each)
    assert folder.problems()[0].startswith(f"items/1.1.yaml:{line}: tiny-1: evidence does not")
