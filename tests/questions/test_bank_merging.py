"""A load of the bank's files takes nothing away that was written in the site, unsaid."""

import re
import shutil
from dataclasses import replace
from io import StringIO

import pytest
from django.core.management import call_command

from questions import services
from questions.models import AuditEntry, Case, Draft, Question
from questions.services import drafts, retirement, tags, versions
from tests.conftest import BANK
from tests.support.builders import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path):
    """The shipped bank with the items of one task and one case, so that a load is quick."""
    shutil.copytree(BANK, tmp_path / "bank")
    for path in [
        *(tmp_path / "bank" / "items").iterdir(),
        *(tmp_path / "bank" / "cases").iterdir(),
    ]:
        if path.name not in ("1.1.yaml", "case-01.yaml"):
            path.unlink()
    for path in (tmp_path / "bank").glob("*/*.yaml"):
        text = path.read_text(encoding="utf-8")
        path.write_text(re.sub(r"^ *enemies: .*\n", "", text, flags=re.M), encoding="utf-8")
    # Its forms name what is gone.
    (tmp_path / "bank" / "forms.yaml").unlink()
    return tmp_path / "bank"


@pytest.fixture
def bank(folder):
    services.load(folder)
    return folder


@pytest.fixture
def editor(db):
    return make_user(role="instructor")


def some(index=0):
    return Question.objects.filter(case=None, is_sample=False).order_by("ref")[index]


def change(folder, before, after):
    path = folder / "items" / "1.1.yaml"
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after))


def edit_here(question, **fields):
    item = versions.item_of_version(question.live_version)
    versions.publish(question, replace(item, **fields))


def first_words(question):
    return question.live_version.content["stem"].splitlines()[0][:30]


def test_a_second_load_changes_nothing(bank):
    report = services.load(bank)
    assert (report.new_versions, report.retired, report.kept) == (0, 0, ())


def test_an_edit_here_stays_while_the_file_is_the_same(bank):
    edit_here(some(), stem="Edited here?")
    report = services.load(bank)
    assert (report.new_versions, report.kept) == (0, ())
    assert some().live_version.content["stem"] == "Edited here?"


def test_an_edit_in_both_is_kept_and_named(bank):
    question = some()
    words = first_words(question)
    edit_here(question, stem="Edited here?")
    change(bank, words, "EDITED THERE " + words)
    report = services.load(bank)
    assert report.kept == (question.ref,)
    assert some().live_version.content["stem"] == "Edited here?"
    report = services.load(bank, overwrite=True)
    assert (report.new_versions, report.kept) == (1, ())
    assert some().live_version.content["stem"].startswith("EDITED THERE")
    assert services.load(bank).kept == ()


def test_the_command_names_what_it_kept(bank):
    question = some()
    words = first_words(question)
    edit_here(question, stem="Edited here?")
    change(bank, words, "EDITED THERE " + words)
    out = StringIO()
    call_command("load_bank", bank, stdout=out)
    assert (
        f"1 kept as edited in the site, though the files differ: {question.ref}" in out.getvalue()
    )


def test_an_edit_in_the_files_alone_is_taken_in(bank):
    question = some()
    change(bank, first_words(question), "EDITED THERE " + first_words(question))
    assert services.load(bank).new_versions == 1


def test_what_was_retired_here_stays_so_and_what_vanished_comes_back(bank, editor):
    question = some()
    retirement.retire(question, by=editor)
    services.load(bank)
    assert some().status == "retired"
    kept = (bank / "items" / "1.1.yaml").read_text()
    (bank / "items" / "1.1.yaml").unlink()
    assert services.load(bank).retired > 5
    (bank / "items" / "1.1.yaml").write_text(kept)
    services.load(bank)
    assert some(1).status == "published"
    assert some().status == "retired"


def test_a_question_written_here_is_not_touched(bank, editor):
    exam = some().exam
    draft = drafts.create(exam, by=editor, topic=some().topic)
    report = services.load(bank)
    draft.refresh_from_db()
    assert (report.retired, draft.question.status) == (0, "draft")


def test_a_draft_beside_a_changed_file_stays_and_is_stale(bank, editor):
    question = some()
    draft = drafts.revise(question, by=editor)
    change(bank, first_words(question), "EDITED THERE " + first_words(question))
    services.load(bank)
    draft = Draft.objects.get(pk=draft.pk)
    assert draft.is_stale


def test_tags_set_here_stay(bank, editor):
    question = some()
    other = question.topic.task.topics.exclude(pk=question.topic_id).first()
    tags.retag(question, by=editor, topic=other)
    services.load(bank)
    assert some().topic == other


def test_a_case_edited_here_stays_while_its_file_is_the_same(bank):
    Case.objects.update(scenario="Edited here.")
    assert services.load(bank).kept == ()
    assert Case.objects.get().scenario == "Edited here."
    path = bank / "cases" / "case-01.yaml"
    path.write_text(path.read_text().replace("scenario: |", "scenario: |\n  More.", 1))
    assert Case.objects.get().ref in services.load(bank).kept
    services.load(bank, overwrite=True)
    assert Case.objects.get().scenario.startswith("More.")


def test_a_ref_of_a_question_written_here_is_kept_until_both_say_the_same(bank, editor):
    question = some()
    Question.objects.filter(pk=question.pk).update(origin="site", file_hash="")
    assert services.load(bank).kept == ()
    edit_here(some(), stem="Mine?")
    assert services.load(bank).kept == (question.ref,)


def test_a_load_is_on_record(bank):
    entry = AuditEntry.objects.get(verb="loaded")
    assert some().ref in entry.details["new_versions"]


def test_questions_of_files_loaded_before_hashes_were_kept_follow_the_files(bank):
    question = some()
    Question.objects.update(file_hash="")
    change(bank, first_words(question), "EDITED THERE " + first_words(question))
    assert services.load(bank).new_versions == 1


def test_an_item_survives_its_version(bank):
    for question in Question.objects.select_related("current_version", "topic__task"):
        item = versions.item_of_version(question.live_version)
        assert not versions.publish(question, item)
