"""The notes of a bank folder: topics, the facts they carry, evidence, figures."""

import pytest

from questions.bank_files.folder import read_bank
from questions.bank_files.notes import slugify, term_keys
from questions.models import Topic
from tests.support.bank_folders import item

pytestmark = pytest.mark.django_db


FACTS = "- id: F1\n- id: F2\n"


def notes(body):
    return f"# 1.1 Task\n\n## First topic\n\nThe **words** of the note.\n\n{body}\n"


def test_a_topic_says_when_it_was_checked_and_which_terms_it_defines(folder):
    body = (
        "<!-- facts: F1 -->\n<!-- checked: 2026-11-29 -->\n\n- **Batch transform**: a job that\n"
        "  needs no endpoint.\n- **GLUE** (General Language Understanding): a benchmark.\n"
        "- **Emphasis** without a meaning"
    )
    folder.write("facts.yaml", FACTS)
    folder.write("notes/1.1.md", notes(body))
    (topic,) = read_bank(folder.path).topics["1.1"]
    assert topic.checked == "2026-11-29"
    assert [(term.name, term.meaning) for term in topic.terms] == [
        ("Batch transform", "a job that needs no endpoint."),
        ("GLUE", "a benchmark."),
    ]
    folder.load()
    html = Topic.objects.get().note.html
    assert "<strong>Batch transform</strong>: a job" in html
    assert "2026-11-29" not in html


def test_a_term_with_a_name_too_long_for_its_column_is_none_to_review():
    fits, longer = "a" * 200, "b" * 201
    source = "".join(f"- **{name}**: A meaning.\n" for name in (longer, fits, "Recall"))
    assert term_keys(source) == [fits, "recall"]


@pytest.mark.parametrize(
    ("comments", "reason"),
    [
        ("<!-- checked: soon -->", "was checked when? 'soon' is no day"),
        ("<!-- checked: 2026-11-29 --><!-- checked: 2026-11-30 -->", "says twice when it was"),
    ],
)
def test_a_day_of_a_check_that_is_none_is_named(folder, comments, reason):
    folder.write("notes/1.1.md", notes(comments))
    assert any(reason in problem for problem in folder.problems())


def test_evidence_may_leave_out_emphasis_and_line_breaks(folder):
    folder.write("notes/1.1.md", "## First topic\n\nThe **words**\nof _the_ `note`.\n")
    folder.write("items/1.1.yaml", [item(evidence="The words of   the note.")])
    assert folder.load().items == 1


def test_evidence_of_another_topic_does_not_count(folder):
    folder.write("notes/1.1.md", "## First topic\n\nx\n\n## Second topic\n\nwords of the note\n")
    folder.write("items/1.1.yaml", [item()])
    (problem,) = folder.problems()
    assert "evidence does not stand in topic 'first-topic': 'words of the note'" in problem


def test_notes_of_an_unknown_task_and_twin_topics_are_named(folder):
    folder.write("notes/9.9.md", "## A topic\n\ntext\n")
    folder.write("notes/1.1.md", "## First topic\n\nwords of the note\n\n## First topic\n\nx\n")
    text = "\n".join(folder.problems())
    assert "no task 9.9 in exam.yaml" in text
    assert "topic 'first-topic' stands twice" in text


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
