"""The other files of a bank folder: sources, review, style, quota, forms."""

import json
from dataclasses import replace
from datetime import date

import pytest

from questions.bank_files.exam_forms import write_forms
from questions.bank_files.folder import read_bank
from questions.models import Question, Source, Topic
from questions.services.versions import item_of_version
from tests.support.bank_folders import item

pytestmark = pytest.mark.django_db


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
        ({"checked": "soon"}, "checked: 'soon' is no day"),
        ({"clue": ["cost"]}, "clue must be text"),
        ({"angoff": 65}, "angoff must be a share between 0 and 1"),
        ({"angoff_spread": "narrow"}, "angoff_spread must be a share between 0 and 1"),
    ],
)
def test_a_bad_review_field_is_named(folder, change, reason):
    folder.write("items/1.1.yaml", [item(**change), item("tiny-2")])
    assert any(reason in problem for problem in folder.problems())


def test_what_options_stand_for_and_what_judges_expect_is_for_scoring_and_staff_alone(folder):
    fields = {"checked": date(2026, 11, 29), "clue": "cost", "angoff": 0, "angoff_spread": 0.05}
    fields["prepared"] = 0.75
    row = item(**fields)
    row["options"][1]["about"] = "first-topic"
    folder.write("items/1.1.yaml", [row, item("tiny-2")])
    folder.load()
    assert folder.load().new_versions == 0
    version = Question.objects.get(ref="tiny-1").current_version
    assert version.key["abouts"] == ["", "first-topic", "", ""]
    stored = {name: version.key[name] for name in fields}
    assert stored == {**fields, "checked": "2026-11-29"}
    shown = json.dumps([version.content, version.html])
    hidden = ("about", "first-topic", "clue", "angoff", "prepared", "checked")
    assert not any(word in shown for word in hidden)
    read = read_bank(folder.path).items[0].item
    assert item_of_version(version) == read
    assert "abouts" not in Question.objects.get(ref="tiny-2").current_version.key


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


SEATS = {"per_form": 1, "scored": 1}


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
        ("quota.yaml", {"tasks": {"1.1": {**SEATS, "recall": 1}}}, "do not add up alike"),
        ("quota.yaml", {"tasks": {}, "bars": {"nameing": 1}}, "unknown field 'nameing'"),
        ("quota.yaml", {"tasks": {}, "bars": {"naming": [0.4]}}, "bars and form need numbers"),
        ("quota.yaml", {"tasks": {}, "form": {"naming": "26"}}, "'26' is no number"),
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
