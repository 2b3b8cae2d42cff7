"""Study notes of any shape: an outline for a new exam, or places in one by the words of titles."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questions.bank_files import free_notes, note_drafts
from questions.bank_files.free_notes import Place
from questions.bank_files.study_notes import weighted
from questions.models import Domain, Exam, Note, Task, Topic
from questions.services import note_imports

CASE = Path(__file__).parent / "files" / "cases" / "notes_plain_headings.md"
TEXT = CASE.read_text(encoding="utf-8")
DEEP = """\
# My certification notes

Kept while reading.

## Table of Contents

- [Storage](#storage)

## 1. Storage (20-25%)

Disks and buckets.

### 1.1 [Buckets](https://example.org)

- **Bucket**: a place for objects.

#### Lifecycle

Old objects move.

## 2. Security \u2013 30 %

#### Keys

- **Key**: opens what is locked.

## Empty
"""


def outline_of(notes):
    return [
        (domain.title, domain.weight, [(task.number, task.title) for task in domain.tasks])
        for domain in notes.domains
    ]


def topics_of(notes):
    return [(task.number, topic.title) for task, topic in notes.topics]


def lost(text, notes):
    """Return the lines that stand in no topic, are no placed heading, and are not left."""
    known = {line.number for _, topic in notes.topics for line in topic.lines}
    known |= {topic.line for _, topic in notes.topics}
    known |= {entry.line for domain in notes.domains for entry in (domain, *domain.tasks)}
    for left in notes.left:
        known |= set(range(left.first, left.last + 1))
    lines = text.split("\n")
    return [number for number, line in enumerate(lines, 1) if line.strip() and number not in known]


def test_plain_headings_become_an_outline():
    notes = free_notes.outlined(TEXT)
    assert outline_of(notes) == [
        ("Object storage", 0.0, [("1.1", "Object storage")]),
        ("Block storage", 25.0, [("2.1", "Block storage")]),
    ]
    terms = [term for _, topic in notes.topics for term in note_drafts.terms(topic)]
    assert [(term.name, term.meaning) for term in terms] == [
        ("Object storage", "keeps files by key."),
        ("Bucket", "a place for objects."),
    ]


def test_deeper_headings_become_tasks_and_topics():
    notes = free_notes.outlined(DEEP)
    assert outline_of(notes) == [
        ("Storage", 22.5, [("1.1", "Storage"), ("1.2", "Buckets")]),
        ("Security", 30.0, [("2.1", "Security")]),
    ]
    assert topics_of(notes) == [
        *(("1.1", "Storage"), ("1.2", "Buckets"), ("1.2", "Lifecycle"), ("2.1", "Keys"))
    ]
    left = {(entry.first, entry.text) for entry in notes.left}
    assert left == {(1, "My certification notes"), (5, "Table of Contents"), (27, "Empty")}


def test_a_number_within_a_title_is_part_of_a_name():
    text = (
        "## 1. EC2 pricing\n\nOne.\n\n## S3 Simplified:\n\nTwo.\n\n## Domain 3 - Route 53\n\nOf.\n"
    )
    titles = [domain.title for domain in free_notes.outlined(text).domains]
    assert titles == ["EC2 pricing", "S3 Simplified:", "Route 53"]


def test_headings_that_say_a_percentage_are_the_domains():
    text = """\
# Notes

## Exam objectives

Hello.

### [Clusters](https://example.org/clusters) 25%

One.

### Networks \u2013 75%

Two.

## Tips

Sleep.

# More

Three.
"""
    outline = [(domain.title, domain.weight) for domain in free_notes.outlined(text).domains]
    assert outline == [("Clusters", 25.0), ("Networks", 75.0)]


@pytest.mark.parametrize(
    ("title", "split"),
    [
        ("Storage (25%)", ("Storage", 25.0)),
        ("Storage (25\u201330% of the exam)", ("Storage", 27.5)),
        ("Storage: 20 %", ("Storage", 20.0)),
        ("Storage - 20% to 30%", ("Storage", 25.0)),
        ("Save 50% of costs", ("Save 50% of costs", 0.0)),
        ("Storage (250%)", ("Storage (250%)", 0.0)),
        ("Storage", ("Storage", 0.0)),
    ],
)
def test_a_percentage_is_taken_from_a_title(title, split):
    assert weighted(title) == split


PLACES = [
    Place(1, "1.1", "Store objects"),
    Place(1, "1.1", "Lifecycle of buckets", "lifecycle-of-buckets"),
    Place(2, "2.1", "Protect keys"),
]


def test_headings_are_placed_by_their_words_and_never_by_their_numbers():
    text = "# Notes\n\n## 2.1 Bucket lifecycles\n\nOld ones move.\n\n## 1.1 Networks\n\nWires.\n"
    notes = free_notes.placed(text, PLACES)
    ((task, topic),) = notes.topics
    assert (task.number, topic.slug) == ("1.1", "lifecycle-of-buckets")
    assert [entry.text for entry in notes.left] == ["Notes", "1.1 Networks"]


def test_a_heading_like_nothing_belongs_with_the_one_above_it():
    notes = free_notes.placed("## Protecting\n## Protect keys\nA.\n### Rotation\nB.\n", PLACES)
    assert topics_of(notes) == [("2.1", "Protect keys"), ("2.1", "Rotation")]


@given(
    st.lists(
        st.sampled_from(
            [
                *(
                    "# Title",
                    "## Storage (20%)",
                    "## Contents",
                    "### Keys",
                    "### 1.1 Store objects",
                ),
                *("##### Deep", "", "text", "- **T**: a meaning here", "```", "![](a.png)", "####"),
            ]
        ),
        max_size=40,
    )
)
def test_no_line_of_any_file_is_lost(lines):
    text = "\n".join(lines)
    assert lost(text, free_notes.outlined(text)) == []
    assert lost(text, free_notes.placed(text, PLACES)) == []


# --- Into an exam


@pytest.fixture
def cloud(db):
    return Exam.objects.create(
        code="cloud-1",
        title="Cloud",
        minutes=10,
        scored_count=2,
        scale_min=100,
        scale_cut=700,
        scale_max=1000,
        raw_cut="0.7",
    )


def place(exam, text):
    return note_imports.import_notes(exam, text, file="notes.md")


def test_an_exam_is_made_from_notes(cloud):
    report = place(cloud, TEXT)
    assert (report.domains, report.tasks, report.topics) == (2, 2, 2)
    assert list(Domain.objects.values_list("title", "weight")) == [
        ("Object storage", 75),
        ("Block storage", 25),
    ]
    assert list(Task.objects.values_list("title", flat=True)) == ["Object storage", "Block storage"]


def test_the_same_notes_again_find_their_places(cloud):
    place(cloud, DEEP)
    names = sorted(Topic.objects.values_list("task__number", "slug"))
    report = place(cloud, DEEP)
    assert sorted(Topic.objects.values_list("task__number", "slug")) == names
    assert report.new_topics == 0
    assert Note.objects.count() == len(names)
