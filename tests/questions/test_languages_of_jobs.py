"""What a worker stores in words stands in the language of who asked for it."""

from io import BytesIO

import pytest
from django.utils import translation
from django.utils.functional import lazy
from openpyxl import load_workbook

from examapp.accounts.models import Preferences
from questions import translation as pure_translation
from questions.exchange.registry import WRITTEN
from questions.models import BulkRun, Export, Import, NotesImport
from questions.services import bulk_runs, exports, note_import_jobs
from questions.services.imports import preview, run
from questions.tasks import (
    import_notes,
    preview_import,
    run_bulk,
    run_export,
    run_import,
    run_waiting_imports,
)
from tests.support.builders import make_item
from tests.support.imports import kept

pytestmark = pytest.mark.django_db

JOBS = [
    (run_import, run, Import),
    (preview_import, preview, Import),
    (import_notes, note_import_jobs, NotesImport),
    (run_export, exports, Export),
    (run_bulk, bulk_runs, BulkRun),
]


@pytest.fixture
def german(settings, author):
    """Someone who chose German, of three languages."""
    settings.LANGUAGES = [("en", "English"), ("de", "Deutsch"), ("fr", "Français")]
    Preferences.objects.update_or_create(user=author, defaults={"language": "de"})
    return author


@pytest.mark.parametrize(("task", "service", "rows"), JOBS, ids=lambda each: each.__name__)
def test_a_job_is_done_in_the_language_of_who_asked(german, exam, monkeypatch, task, service, rows):
    spoken = []
    monkeypatch.setattr(service, "execute", lambda pk: spoken.append(translation.get_language()))
    asked = rows.objects.create(exam=exam, by=german)
    nobodys = rows.objects.create(exam=exam)
    with translation.override("fr"):
        task(str(asked.pk))
        task(str(nobodys.pk))
    assert spoken == ["de", "en"]


def test_the_sweep_speaks_to_each_in_their_language(german, exam, reviewer, monkeypatch):
    spoken = []
    monkeypatch.setattr(bulk_runs, "execute", lambda pk: spoken.append(translation.get_language()))
    for person in (german, reviewer):
        BulkRun.objects.create(exam=exam, by=person)
    assert run_waiting_imports() == 2
    assert sorted(spoken) == ["de", "en"]


@pytest.mark.parametrize(("offered", "language"), [(["en", "de"], "de"), (["en", "fr"], "en")])
def test_what_is_stored_is_in_the_chosen_language_while_it_is_offered(
    german, exam, settings, monkeypatch, offered, language
):
    settings.LANGUAGES = [(code, code) for code in offered]
    monkeypatch.setattr(note_import_jobs, "TOO_SLOW", lazy(translation.get_language, str)())
    asked = NotesImport.objects.create(exam=exam, by=german, content=b"# A", tries=2)
    import_notes(str(asked.pk))
    asked.refresh_from_db()
    assert asked.problem == language


@pytest.fixture
def spoken():
    """Sentences of pure modules begin with the language in which they are made."""
    was = (pure_translation._translator.of_one, pure_translation._translator.of_many)
    pure_translation.use(
        lambda text: f"{translation.get_language()}: {text}",
        lambda one, many, number: f"{translation.get_language()}: {many}",
    )
    yield
    pure_translation.use(*was)


def test_what_is_said_of_a_file_is_stored_in_the_language_of_who_brought_it(german, exam, spoken):
    table = b"stem,key,option_a,option_b\nWhy?,C,x,y\nWhich?,A,x,y\n"
    asked = kept(exam, german, table)
    broken = kept(exam, german, b"<p/>", name="moodle")
    Import.objects.update(status="looking")
    for each in (asked, broken):
        preview_import(str(each.pk))
        each.refresh_from_db()
    first = asked.preview["problems"][0]
    assert first["reason"] == "de: 'C' names an option that does not exist"
    assert broken.report["problems"][0]["reason"].startswith("de: the file begins with <p>")


@pytest.mark.parametrize("language", ["en", "de"])
def test_what_a_format_cannot_carry_is_said_in_the_language_of_the_request(
    german, exam, spoken, language
):
    item = make_item("matching", "a")
    with translation.override(language):
        (loss,) = WRITTEN["aiken"].dumps([item]).losses
        book = load_workbook(BytesIO(WRITTEN["xlsx"].template()))
    assert loss.reason.startswith(f"{language}: left out: Aiken has no questions of")
    assert book["About"]["B2"].value.startswith(f"{language}: Its lasting name")
