"""Study notes that someone kept: placed whole, drafted from, and nothing of it published."""

from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from questions import tasks
from questions.bank_files import note_drafts, study_notes
from questions.items.validation import problems
from questions.models import (
    Comment,
    Domain,
    Draft,
    Exam,
    ExamRole,
    Note,
    NotesImport,
    Question,
    Task,
    Topic,
)
from questions.services import note_import_jobs, note_imports, note_writing
from questions.services.errors import Overtaken
from tests.support.builders import make_exam, make_user

FILE = Path(__file__).parent / "files" / "study-notes.md"
TEXT = FILE.read_text(encoding="utf-8")
CONTENT = FILE.read_bytes()


# --- Reading ----------------------------------------------------------------------------------


def lost(text):
    """Return the lines that stand in no topic, are no placed heading, and are not left."""
    notes = study_notes.read(text)
    kept = {line.number for _, topic in notes.topics for line in topic.lines}
    kept |= {topic.line for _, topic in notes.topics}
    kept |= {each.line for domain in notes.domains for each in (domain, *domain.tasks)}
    for left in notes.left:
        kept |= set(range(left.first, left.last + 1))
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return [number for number, line in enumerate(lines, 1) if line.strip() and number not in kept]


def test_domains_tasks_and_topics_are_read():
    notes = study_notes.read(TEXT)
    assert [(domain.number, domain.title) for domain in notes.domains] == [
        (1, "The hive"),
        (2, "Domain 2"),
    ]
    assert [(task.number, topic.slug) for task, topic in notes.topics] == [
        ("1.1", "name-the-parts-of-a-hive"),
        ("1.1", "smoke"),
        ("1.1", "feeding"),
        ("1.1", "feeding-2"),
        ("2.1", "treat-diseases"),
        ("2.1", "diagnosis-without-a-number"),
    ]
    assert [task.number for domain in notes.domains for task in domain.tasks] == [
        *("1.1", "1.2", "2.1")
    ]


def test_what_has_no_place_is_named_with_its_line():
    left = {(each.first, each.text): each.reason for each in study_notes.read(TEXT).left}
    assert left == {
        (1, "Certified Beekeeper (BEE-1)"): "stands outside the domains",
        (9, "![](./images/hive.png)"): (
            "is an image, which the file only names; draw it as a figure"
        ),
        (31, "Everything else"): "has no text of its own; its parts are topics",
        (45, "Before any task."): "stands in a domain, before its first task",
        (59, "To look up"): "stands outside the domains",
        (61, "Domain 1"): "repeats a domain",
    }


def test_no_line_of_the_file_is_lost():
    assert lost(TEXT) == []


@given(
    st.lists(
        st.sampled_from(
            [
                *(
                    "# Title",
                    "## Domain 1: A",
                    "## Domain 2",
                    "## Other",
                    "### 1.1: T",
                    "### 2.1 U",
                ),
                *("### Free", "#### Deep", "###### Deepest", "", "text", "- **T**: a meaning here"),
                *("1. one", "2. two", "```", "~~~", "![](a.png)", "####", "#no heading", "\r"),
            ]
        ),
        max_size=40,
    )
)
def test_no_line_of_any_file_is_lost(lines):
    text = "\n".join(lines)
    assert lost(text) == []
    note_drafts.drafts(study_notes.read(text))


# --- Drafts -----------------------------------------------------------------------------------


def test_each_kind_of_draft_points_at_its_line():
    found, _ = note_drafts.drafts(study_notes.read(TEXT))
    lines = {(draft.kind, draft.line) for draft in found}
    assert {("term to meaning", 11), ("meaning to term", 15), ("matching set", 11)} <= lines
    assert {draft.line for draft in found if draft.kind == "ordering"} == {24}
    source = TEXT.split("\n")
    for draft in found:
        assert draft.item.evidence in source[draft.line - 1].replace("*", "")


def test_every_draft_could_be_sat_once_it_is_finished():
    for draft in note_drafts.drafts(study_notes.read(TEXT))[0]:
        assert problems(draft.item) == []


def test_a_term_is_told_from_its_neighbours_and_does_not_name_itself():
    found, _ = note_drafts.drafts(study_notes.read(TEXT))
    item = next(d.item for d in found if d.line == 15 and d.kind == "meaning to term")
    assert item.stem.endswith("> A grid through which workers pass and the queen does not.")
    assert [option.text for option in item.options] == [
        *("Queen excluder", "Brood box (BB)", "Super", "Entrance")
    ]


def test_a_list_too_short_to_order_is_named():
    _, left = note_drafts.drafts(study_notes.read(TEXT))
    assert [(each.first, each.reason) for each in left] == [
        (28, "has 2 steps; ordering takes 3 to 5")
    ]


def test_too_few_terms_are_named_and_give_no_draft():
    text = "## Domain 1\n### 1.1: T\n- **One**: the first thing\n- **Two**: the second thing\n"
    found, left = note_drafts.drafts(study_notes.read(text))
    assert found == []
    assert {each.text for each in left} == {"One", "Two"}


# --- Placing ----------------------------------------------------------------------------------


@pytest.fixture
def bees(db):
    """An exam whose blueprint comes from the notes."""
    return Exam.objects.create(
        code="bee-1",
        title="Beekeeper",
        minutes=10,
        scored_count=2,
        scale_min=100,
        scale_cut=700,
        scale_max=1000,
        raw_cut="0.7",
        state="open",
        strictness="strict",
    )


def place(exam, text=TEXT, **more):
    return note_imports.import_notes(exam, text, file="bees.md", **more)


def test_an_exam_without_a_blueprint_takes_it_from_the_notes(bees):
    report = place(bees)
    assert (report.domains, report.tasks, report.topics, report.headings) == (2, 3, 6, 13)
    assert list(Domain.objects.values_list("number", "weight")) == [(1, 50), (2, 50)]
    assert list(Task.objects.values_list("number", flat=True)) == ["1.1", "1.2", "2.1"]
    assert Topic.objects.get(slug="smoke").note.source.startswith("- **Smoker**")


def test_nothing_imported_is_published(bees):
    report = place(bees)
    assert report.drafted.total() == Draft.objects.count() > 0
    assert not Question.objects.exclude(status="draft").exists()
    assert not Question.objects.filter(current_version__isnull=False).exists()
    for address in ("/notes/bee-1/", "/notes/bee-1/1.1/", "/notes/bee-1/search/?q=smoker"):
        assert "bellows" not in Client().get(address).content.decode()


def test_notes_are_shown_when_they_are_published(bees):
    place(bees)
    place(bees, publish=True)
    assert "bellows" in Client().get("/notes/bee-1/1.1/").content.decode()
    place(bees)
    assert Note.objects.published().count() == 6


def test_each_draft_has_a_remark_that_names_its_line(bees):
    place(bees)
    said = Comment.objects.get(question__draft__item__type="ordering").text
    assert said == "Drafted from bees.md, line 24: ordering. Finish it before review."
    assert Comment.objects.count() == Draft.objects.count()


def test_importing_again_adds_nothing(bees):
    first = place(bees)
    again = place(bees)
    assert (again.new_topics, again.drafted.total()) == (0, 0)
    assert again.known_drafts == first.drafted.total()
    assert Topic.objects.count() == 6


def test_a_dry_run_says_the_same_and_writes_nothing(bees):
    dry = place(bees, dry_run=True)
    assert not Topic.objects.exists()
    assert not Question.objects.exists()
    assert not Domain.objects.exists()
    assert place(bees) == dry


def test_a_task_that_the_exam_has_not_is_left_with_its_topics(db):
    exam = make_exam()
    report = place(exam, "## Domain 1: A\n### 1.1: T\nText.\n### 1.9: U\nMore.\n")
    assert (report.tasks, report.topics) == (1, 1)
    assert [(each.first, each.last, each.reason) for each in report.left] == [
        (4, 6, "is no task of the exam; its topics are left")
    ]


def test_a_note_of_the_bank_s_files_stays_as_it_is(db):
    exam = make_exam()
    report = place(exam, "## Domain 1: A\n### 1.1: T\n#### Topic 1 1\nOther words.\n")
    note = Note.objects.get(topic__slug="topic-1-1")
    assert (note.source, note.is_published) == ("A note.", True)
    assert report.left[-1].text == "Topic 1 1"


ONE = "## Domain 1: A\n### 1.1: T\n#### Topic 1 1\n{}\n"


@pytest.fixture
def smoke(bees):
    """The topic of an imported note."""
    place(bees, ONE.format("Smoke."))
    return Topic.objects.get(slug="topic-1-1")


def test_a_draft_that_an_import_overtakes_is_kept_and_its_writer_is_told(bees, smoke):
    ann = make_user(role="instructor")
    draft = note_writing.save(smoke, text="A draft of Ann's.", revision=1, by=ann)
    place(bees, ONE.format("Cool smoke."), publish=True, by=ann)
    note = note_writing.note_of(smoke)
    assert (note.source, note.draft, note.draft_by) == ("Cool smoke.", "", None)
    assert note.newest == "Cool smoke."
    with pytest.raises(Overtaken):
        note_writing.save(smoke, text="Ann goes on.", revision=draft.revision, by=ann)
    texts = [each.text for each in note_writing.history(smoke)]
    assert texts == ["Cool smoke.", "A draft of Ann's.", "Smoke."]


def test_the_same_import_again_leaves_a_draft_alone(bees, smoke):
    ann = make_user(role="instructor")
    note_writing.save(smoke, text="A draft of Ann's.", revision=1, by=ann)
    place(bees, ONE.format("Smoke."), publish=True)
    note = note_writing.note_of(smoke)
    assert (note.draft, note.revision, note.is_published) == ("A draft of Ann's.", 2, True)


def test_an_import_logs_who_showed_what_to_readers(bees, smoke):
    ann = make_user(role="instructor", name="Ann Author")
    place(bees, ONE.format("Smoke."), publish=True, by=ann)
    place(bees, ONE.format("Smoke."), publish=True, by=ann)
    assert [(each.text, each.by) for each in note_writing.history(smoke)] == [
        ("Smoke.", "Ann Author"),
        ("Smoke.", ""),
    ]


@pytest.mark.parametrize("text", ["", "\n\n", "words", "# Only a title", "## Domain 1\n### 1.1: T"])
def test_odd_files_break_nothing(bees, text):
    assert place(bees, text).drafted.total() == 0


# --- The command ------------------------------------------------------------------------------


def run(*args):
    out = StringIO()
    call_command("import_notes", *args, stdout=out)
    return out.getvalue()


def test_the_command_reports_what_it_placed_drafted_and_left(bees):
    text = run(FILE, "--exam", "BEE-1", "--dry-run")
    assert "Placed: 2 domains, 3 tasks, 6 topics (6 new), of 13 headings" in text
    assert "Left: 7" in text
    assert "  line 45: Before any task.: stands in a domain, before its first task" in text
    assert "this was a dry run" in text


def test_an_unknown_exam_is_named_with_those_there_are(bees):
    with pytest.raises(CommandError, match="no exam 'wasp'; there are: bee-1"):
        run(FILE, "--exam", "wasp")


def test_what_is_not_text_is_refused(bees, tmp_path):
    (tmp_path / "notes.md").write_bytes(b"\xff\xfe")
    with pytest.raises(CommandError, match="cannot be read as UTF-8"):
        run(tmp_path / "notes.md", "--exam", "bee-1")


# --- In the site ------------------------------------------------------------------------------


@pytest.fixture
def team(db):
    """An exam with its author and its owner."""
    exam = make_exam()
    author, owner = (make_user(role="instructor") for _ in range(2))
    ExamRole.objects.create(exam=exam, user=author, role="author")
    ExamRole.objects.create(exam=exam, user=owner, role="owner")
    return exam, author, owner


def sent(team, person, content=CONTENT, **fields):
    client = Client()
    client.force_login(person)
    file = SimpleUploadedFile("hive.md", content)
    address = reverse("questions:import_notes", args=[team[0].code])
    reply = client.post(address, {"file": file, **fields})
    for run in NotesImport.objects.waiting():
        note_import_jobs.execute(run.pk)
    return client.get(reply.url) if reply.status_code == 302 else reply


def test_a_look_at_an_upload_writes_nothing(team):
    before = Question.objects.count(), Note.objects.count()
    page = sent(team, team[1], dry_run="on").content.decode()
    assert "Preview of hive.md" in page
    assert "Nothing was changed: this was a preview" in page
    assert "stands outside the domains" in page
    assert (Question.objects.count(), Note.objects.count()) == before


def test_an_upload_is_placed_with_drafts_of_its_author(team):
    exam, author, _ = team
    page = sent(team, author).content.decode()
    assert "Imported from hive.md" in page
    drafts = Draft.objects.filter(question__exam=exam)
    assert drafts.count() > 0
    assert {draft.author for draft in drafts.select_related("author")} == {author}
    assert not Question.objects.filter(draft__in=drafts).exclude(status="draft").exists()


def test_notes_are_shown_by_those_who_publish(team):
    exam, author, owner = team
    sent(team, author, publish="on")
    placed = Note.objects.filter(topic__task__domain__exam=exam, origin="site")
    assert not placed.filter(is_published=True).exists()
    sent(team, owner, publish="on")
    assert placed.filter(is_published=True).count() == placed.count() > 0


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"## Domain 1\xff", "Not UTF-8 text: byte 12"),
        (b"", "The submitted file is empty."),
        (b"x" * 5_000_001, "Larger than 5 MB; split it."),
    ],
)
def test_a_bad_upload_is_refused_in_words(team, content, told):
    reply = sent(team, team[1], content)
    assert reply.status_code == 422
    assert told in reply.content.decode()


# --- What a file may cost ---------------------------------------------------------------------


def test_a_page_reads_no_file_of_notes(team, monkeypatch):
    def broken(*args, **kwargs):
        raise AssertionError("read for a page")

    monkeypatch.setattr(note_import_jobs, "import_notes", broken)
    monkeypatch.setattr(note_import_jobs, "execute", lambda run_id: None)
    assert "Reading the notes" in sent(team, team[1]).content.decode()
    assert NotesImport.objects.get().status == "queued"


def test_a_note_is_bounded_as_a_question_s_text_is(bees):
    long = "word " * 4001
    report = place(bees, f"## Domain 1\n### 1.1: T\n#### Long\n{long}\n#### Short\nText.")
    assert [note.topic.title for note in Note.objects.all()] == ["Short"]
    (left,) = [each for each in report.left if each.text == "Long"]
    assert "longer than 20,000 characters" in left.reason


def test_notes_that_are_too_slow_are_tried_twice_then_told(team, monkeypatch):
    tried = []

    def too_slow(*args, **kwargs):
        tried.append(1)
        raise SoftTimeLimitExceeded

    monkeypatch.setattr(note_import_jobs, "import_notes", too_slow)
    sent(team, team[1])
    run = NotesImport.objects.get()
    assert (run.status, run.tries) == ("running", 1)
    for _ in range(3):
        NotesImport.objects.update(touched_at=timezone.now() - timedelta(minutes=3))
        note_import_jobs.execute(run.pk)
    run.refresh_from_db()
    assert (len(tried), run.status, run.problem) == (2, "failed", note_import_jobs.TOO_SLOW)


def test_notes_that_take_their_worker_along_are_given_up(team):
    sent(team, team[1])
    long_ago = timezone.now() - timedelta(minutes=3)
    NotesImport.objects.update(status="running", tries=2, touched_at=long_ago)
    note_import_jobs.execute(NotesImport.objects.get().pk)
    assert NotesImport.objects.get().status == "failed"


def test_notes_that_break_their_reader_fail_in_words(team, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("a reader broke")

    monkeypatch.setattr(note_import_jobs, "import_notes", broken)
    assert "Reading it failed, and nothing was changed." in sent(team, team[1]).content.decode()


def test_the_sweep_asks_for_notes_that_no_message_reached(team, monkeypatch):
    asked = []
    monkeypatch.setattr(tasks.import_notes, "delay", asked.append)
    monkeypatch.setattr(note_import_jobs, "execute", lambda run_id: None)
    sent(team, team[1])
    assert tasks.run_waiting_imports() == 0
    NotesImport.objects.update(touched_at=timezone.now() - timedelta(minutes=3))
    assert tasks.run_waiting_imports() == 1
    assert asked == [str(NotesImport.objects.get().pk)]
