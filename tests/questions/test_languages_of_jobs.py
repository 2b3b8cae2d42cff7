"""What a worker stores in words stands in the language of who asked for it."""

import pytest
from django.utils import translation
from django.utils.functional import lazy

from examapp.accounts.models import Preferences
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
