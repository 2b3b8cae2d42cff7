"""Study notes written in the site: a draft that readers do not see, publishing, two at once."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from questions.exchange.item_bounds import MOST_TEXT
from questions.models import Note, Task, Topic
from questions.services import note_writing
from questions.services.errors import Overtaken, Refused
from tests.questions.conftest import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def empty(topic):
    """A topic without a note."""
    Note.objects.filter(topic=topic).delete()
    return topic


@pytest.fixture
def address(exam, empty):
    return reverse("questions:write_note", args=[exam.code, empty.pk])


def words(reply):
    return " ".join(reply.content.decode().split())


def test_a_draft_is_seen_by_readers_once_it_is_published(empty, exam, owner, client):
    reader = reverse("questions:task_notes", args=[exam.code, empty.task.number])
    note_writing.save(empty, text="Bees **dance**.", revision=0, by=owner)
    assert "dance" not in words(client.get(reader))
    note_writing.publish(empty, text="Bees **dance**.", revision=1, by=owner)
    assert "Bees <strong>dance</strong>." in words(client.get(reader))
    note_writing.save(empty, text="Bees sing.", revision=2, by=owner)
    assert "sing" not in words(client.get(reader))
    note_writing.hide(empty, by=owner)
    assert "dance" not in words(client.get(reader))
    assert note_writing.note_of(empty).newest == "Bees sing."


def test_of_two_who_write_the_second_is_told_and_nothing_is_lost(empty, author, owner):
    note_writing.save(empty, text="Mine.", revision=0, by=author)
    with pytest.raises(Overtaken):
        note_writing.save(empty, text="Theirs.", revision=0, by=owner)
    with pytest.raises(Overtaken):
        note_writing.publish(empty, text="Theirs.", revision=0, by=owner)
    # The same save again, as after a lost answer, is no conflict.
    assert note_writing.save(empty, text="Mine.", revision=0, by=author).revision == 1
    assert note_writing.note_of(empty).newest == "Mine."


def test_every_published_text_stays_and_can_be_started_from(empty, owner, address):
    for revision, text in ((0, "One."), (2, "Two.")):
        note_writing.publish(empty, text=text, revision=revision, by=owner)
    assert [each.text for each in note_writing.history(empty)] == ["Two.", "One."]
    assert [each.by for each in note_writing.history(empty)] == ["Olga Owner"] * 2
    page = client_of(owner).get(address)
    assert "2 saved versions" in words(page)
    data = {"text": "One.", "revision": 4, "action": "save"}
    assert client_of(owner).post(address, data).status_code == 302
    assert note_writing.note_of(empty).draft == "One."


def test_the_first_publishing_here_keeps_the_text_that_readers_had(empty, owner):
    Note.objects.create(topic=empty, source="Imported.", html="<p>Imported.</p>", origin="site")
    note_writing.publish(empty, text="Mine.", revision=0, by=owner)
    note_writing.publish(empty, text="Mine again.", revision=2, by=owner)
    texts = [each.text for each in note_writing.history(empty)]
    assert texts == ["Mine again.", "Mine.", "Imported."]


def test_a_note_of_the_files_is_not_changed_here(empty, owner, address):
    Note.objects.create(topic=empty, source="Of the files.", html="<p>Of the files.</p>")
    with pytest.raises(Refused, match="files"):
        note_writing.save(empty, text="Mine.", revision=0, by=owner)
    page = words(client_of(owner).get(address))
    assert "Change it there." in page
    assert "<textarea" not in page


def test_an_empty_note_is_not_published(empty, owner, address):
    reply = client_of(owner).post(address, {"text": " ", "revision": 0, "action": "publish"})
    assert reply.status_code == 422
    assert "Write the note first." in words(reply)
    assert not Note.objects.published().filter(topic=empty).exists()


@pytest.mark.parametrize("action", ["save", "publish", "hide", "term"])
def test_a_note_too_long_is_shown_again_with_the_reason(empty, owner, address, action):
    typed = {"text": "x" * (MOST_TEXT + 1), "revision": 0, "action": action}
    reply = client_of(owner).post(address, {**typed, "term": "A", "meaning": "B"})
    assert reply.status_code == 422
    assert f"at most {MOST_TEXT} characters" in words(reply)
    assert f"{typed['text']}</textarea>" in words(reply)
    assert not Note.objects.filter(topic=empty).exists()


def test_an_automatic_save_says_that_a_note_is_too_long(empty, author, address):
    typed = {"text": "x" * (MOST_TEXT + 1), "revision": 0}
    reply = client_of(author).post(address, typed, headers={"HX-Request": "true"})
    assert f"at most {MOST_TEXT} characters" in words(reply)
    assert "hx-swap-oob" not in words(reply)
    assert not Note.objects.filter(topic=empty).exists()


def test_a_term_that_makes_a_note_too_long_is_refused(empty, owner, address):
    typed = {"text": "x" * MOST_TEXT, "revision": 0, "action": "term"}
    reply = client_of(owner).post(address, {**typed, "term": "A", "meaning": "B"})
    assert reply.status_code == 422
    assert "Split it into topics." in words(reply)
    assert not Note.objects.filter(topic=empty).exists()


def test_a_line_break_of_a_note_is_one_character(empty, author, address):
    lines = ["x" * 39] * (MOST_TEXT // 40)
    fields = {"text": "\r\n".join(lines), "revision": 0, "action": "save"}
    assert client_of(author).post(address, fields).status_code == 302
    assert note_writing.note_of(empty).draft == "\n".join(lines)


def test_an_author_saves_and_does_not_publish(empty, author, address):
    client = client_of(author)
    assert 'value="publish"' not in client.get(address).content.decode()
    fields = {"text": "A note.", "revision": 0, "action": "publish"}
    said = words(client.post(address, fields, follow=True))
    assert "Only a reviewer or owner may publish or hide it." in said
    assert "Readers see it now" not in said
    note = note_writing.note_of(empty)
    assert (note.draft, note.is_published) == ("A note.", False)


def test_hiding_a_note_saves_what_was_typed(empty, owner, address):
    note_writing.publish(empty, text="Shown.", revision=0, by=owner)
    fields = {"text": "Typed.", "action": "hide"}
    overtaken = client_of(owner).post(address, {**fields, "revision": 1})
    assert overtaken.status_code == 422
    assert note_writing.note_of(empty).is_published
    assert client_of(owner).post(address, {**fields, "revision": 2}).status_code == 302
    note = note_writing.note_of(empty)
    assert (note.source, note.draft, note.is_published) == ("Shown.", "Typed.", False)


def test_a_conflict_on_the_page_shows_both_and_the_next_save_wins(empty, author, owner, address):
    note_writing.save(empty, text="Mine.", revision=0, by=author)
    client = client_of(owner)
    reply = client.post(address, {"text": "Theirs.", "revision": 0, "action": "save"})
    assert reply.status_code == 422
    assert "What is saved now" in words(reply)
    assert "Mine." in words(reply)
    assert "Theirs.</textarea>" in words(reply)
    again = {"text": "Theirs.", "revision": reply.context["revision"], "action": "save"}
    assert client.post(address, again).status_code == 302
    assert note_writing.note_of(empty).newest == "Theirs."


def test_the_pause_after_typing_saves_and_passes_the_revision_on(empty, author, address):
    client = client_of(author)
    fields = {"text": "A first line.", "revision": 0}
    reply = client.post(address, fields, headers={"HX-Request": "true"})
    assert "Saved" in words(reply)
    assert 'value="1" hx-swap-oob="true"' in words(reply)
    overtaken = client.post(address, {**fields, "text": "B"}, headers={"HX-Request": "true"})
    assert "Someone else changed this" in words(overtaken)
    assert "hx-swap-oob" not in words(overtaken)


@pytest.mark.parametrize("action", ["save", "publish", "hide", "term"])
def test_a_button_is_not_in_conflict_with_ones_own_automatic_save(empty, owner, address, action):
    client = client_of(owner)
    fields = {"text": "Bees", "revision": 0}
    client.post(address, fields, headers={"HX-Request": "true"})
    # Pressed before the answer with the new revision is there.
    typed = {**fields, "text": "Bees dance.", "term": "A", "meaning": "B", "action": action}
    assert client.post(address, typed).status_code == 302
    assert note_writing.note_of(empty).newest.startswith("Bees dance.")


def test_an_older_page_of_ones_own_and_a_late_automatic_save_are_overtaken(empty, owner, address):
    client = client_of(owner)
    typed = {"text": "Late.", "revision": 0, "action": "save"}
    note_writing.save(empty, text="Newest.", revision=0, by=owner)
    # What an automatic save carries is older than what the button stored.
    client.post(address, typed, headers={"HX-Request": "true"})
    assert note_writing.note_of(empty).newest == "Newest."
    Note.objects.filter(topic=empty).update(draft_at=Now() - timedelta(minutes=1))
    assert client.post(address, typed).status_code == 422
    assert note_writing.note_of(empty).newest == "Newest."


def test_a_term_is_added_as_an_entry_of_the_glossary(empty, exam, owner, address, client):
    term = {"action": "term", "term": "Waggle", "meaning": "A dance that tells where."}
    owners = client_of(owner)
    owners.post(address, {"text": "Bees dance.", "revision": 0, **term})
    second = {**term, "term": "Drone", "meaning": "A male bee."}
    owners.post(address, {"text": note_writing.note_of(empty).newest, "revision": 1, **second})
    text = note_writing.note_of(empty).newest
    assert text.endswith("- **Waggle**: A dance that tells where.\n- **Drone**: A male bee.")
    glossary = reverse("questions:glossary", args=[exam.code])
    assert "Waggle" not in words(client.get(glossary))
    owners.post(address, {"text": text, "revision": 2, "action": "publish"})
    assert "A dance that tells where." in words(client.get(glossary))
    refused = owners.post(address, {"text": text, "revision": 4, "action": "term", "term": "X"})
    assert refused.status_code == 422


def test_a_topic_is_added_and_its_note_written(exam, author):
    task = Task.objects.filter(domain__exam=exam).first()
    address = reverse("questions:topics", args=[exam.code])
    client = client_of(author)
    reply = client.post(address, {"task": task.pk, "title": "Dances of bees"})
    made = Topic.objects.get(slug="dances-of-bees")
    assert reply["Location"] == reverse("questions:write_note", args=[exam.code, made.pk])
    assert made.position == max(topic.position for topic in task.topics.all())
    twice = client.post(address, {"task": task.pk, "title": "Dances of Bees"})
    assert twice.status_code == 422
    assert "of this name already" in words(twice)


@pytest.mark.parametrize("title", ["!!!", "–", "___"])
def test_a_topic_without_letters_in_its_title_is_refused(exam, author, title):
    task = Task.objects.filter(domain__exam=exam).first()
    before = Topic.objects.count()
    address = reverse("questions:topics", args=[exam.code])
    reply = client_of(author).post(address, {"task": task.pk, "title": title})
    assert reply.status_code == 422
    assert "Name the topic in words." in words(reply)
    assert f'value="{title}"' in words(reply)
    assert Topic.objects.count() == before


def test_the_list_of_topics_costs_the_same_for_more(exam, author):
    address = reverse("questions:topics", args=[exam.code])
    client = client_of(author)

    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    first = cost()
    task = Task.objects.filter(domain__exam=exam).first()
    for number in range(5):
        note_writing.add_topic(task, title=f"Topic of number {number}", by=author)
    assert cost() == first <= 12


def test_a_topic_of_another_exam_is_not_there(empty, stranger):
    other = stranger.exam_roles.get().exam
    address = reverse("questions:write_note", args=[other.code, empty.pk])
    assert client_of(stranger).get(address).status_code == 404


def text_of(exam, topic, person):
    return client_of(person).get(reverse("questions:topic_text", args=[exam.code, topic.pk]))


def test_the_text_of_a_topic_comes_with_its_words_as_evidence_is_looked_for(empty, exam, author):
    note_writing.publish(empty, text="Bees **dance**.\n\n- They `fly`.", revision=0, by=author)
    page = words(text_of(exam, empty, author))
    assert "Bees <strong>dance</strong>." in page
    assert 'data-plain="Bees dance. - They fly."' in page
    assert "<html" not in page


def test_evidence_is_marked_in_a_note_that_is_not_published_yet(empty, exam, author):
    note_writing.save(empty, text="Bees *dance*.", revision=0, by=author)
    page = words(text_of(exam, empty, author))
    assert "Bees <em>dance</em>." in page
    assert 'data-plain="Bees dance."' in page


def test_a_topic_without_a_text_has_none(empty, exam, author):
    assert 'data-plain=""' in words(text_of(exam, empty, author))


def test_the_text_of_another_exam_s_topic_is_not_there(exam, author, stranger):
    theirs = Topic.objects.exclude(task__domain__exam=exam).first()
    assert text_of(exam, theirs, author).status_code == 404
