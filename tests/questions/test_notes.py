"""The reader of the study notes, open to everyone."""

import pytest
from django.test import Client
from django.urls import reverse

from examapp.exams import services as exams
from examapp.practice import services as practice
from questions.models import Domain, Note, Source, Task, Topic
from tests.practice.conftest import answer_set, wrong_of
from tests.support.builders import make_exam
from tests.support.pages import html_of

pytestmark = pytest.mark.django_db


def test_anyone_may_read(exam, candidate_client):
    for client in (Client(), candidate_client):
        reply = client.get(reverse("questions:task_notes", args=[exam.code, "1.2"]))
        text = reply.content.decode()
        assert "A note." in text
        assert 'id="topic-1-2"' in text


def test_chapters_list_domains_tasks_and_topics(exam):
    text = Client().get(reverse("questions:notes", args=[exam.code])).content.decode()
    for title in ("Domain 1", "Task 2.2", "Topic 2.1"):
        assert title in text


def test_neighbours_lead_through_all_tasks(exam):
    number, seen = "1.1", []
    while number:
        seen.append(number)
        page = Client().get(reverse("questions:task_notes", args=[exam.code, number]))
        following = page.context["next"]
        number = following and following.number
    assert seen == ["1.1", "1.2", "2.1", "2.2"]


def test_one_exam_s_notes_need_no_list(exam):
    shelf = Client().get(reverse("questions:shelf"))
    assert shelf["Location"] == reverse("questions:notes", args=[exam.code])


def test_several_exams_are_listed(exam):
    other = make_exam()
    text = Client().get(reverse("questions:shelf")).content.decode()
    assert exam.title in text
    assert other.title in text


@pytest.mark.parametrize("path", ["/notes/nothing/", "/notes/nothing/1.1/"])
def test_what_is_not_there_is_not_found(db, path):
    assert Client().get(path).status_code == 404


def test_an_unknown_task_is_not_found(exam):
    assert Client().get(f"/notes/{exam.code}/9.9/").status_code == 404


def test_a_topic_links_to_its_place(exam):
    topic = Topic.objects.get(slug="topic-2-1")
    assert topic.get_absolute_url() == f"/notes/{exam.code}/2.1/#topic-2-1"


def write(slug, title, text):
    """Give a topic a title and the words of its note."""
    topic = Topic.objects.get(slug=slug)
    topic.title = title
    topic.save()
    note = topic.note
    note.source, note.text, note.html = text, text, f"<p>{text}</p>"
    note.save()
    return topic


def search(exam, words, **more):
    return Client().get(reverse("questions:search", args=[exam.code]), {"q": words, **more})


# --- Search -----------------------------------------------------------------------------------


def test_search_finds_a_word_in_every_form_and_marks_it(exam):
    write("topic-1-2", "Learning", "The model was trained where loss < 1 & falls.")
    text = html_of(search(exam, "training"))
    assert "1 topic with" in text
    assert f'href="/notes/{exam.code}/1.2/#topic-1-2"' in text
    assert "<mark>trained</mark>" in text
    assert "loss &lt; 1 &amp; falls" in text


def test_a_word_of_the_title_stands_before_one_of_the_text(exam):
    write("topic-1-1", "Other things", "Chunking is named here. " + "And more words. " * 20)
    write("topic-2-2", "Chunking", "A way to cut text.")
    titles = [note.topic.title for note in search(exam, "chunking").context["page"]]
    assert titles == ["Chunking", "Other things"]


@pytest.mark.parametrize(
    ("words", "titles"),
    [
        ('"vector store"', ["Retrieval"]),
        ("vector -store", ["Embeddings"]),
        ("store or meaning", ["Embeddings", "Retrieval"]),
        ("nowhere", []),
    ],
)
def test_search_reads_quotes_or_and_minus(exam, words, titles):
    write("topic-1-1", "Retrieval", "A vector store answers.")
    write("topic-1-2", "Embeddings", "A vector has meaning.")
    found = search(exam, words).context["page"]
    assert sorted(note.topic.title for note in found) == titles


@pytest.mark.parametrize(
    "words", ["", "   ", "\0", "'", '"', "!!", "a" * 5000, "<script>", "& | !"]
)
def test_odd_words_find_nothing_and_break_nothing(exam, words):
    reply = search(exam, words, page="last")
    assert reply.status_code == 200
    assert b"<script>alert" not in reply.content


def test_search_stays_within_its_exam(exam):
    other = make_exam()
    topic = Topic.objects.get(slug="topic-1-1", task__domain__exam=other)
    Note.objects.filter(topic=topic).update(text="unheard words")
    assert not search(exam, "unheard").context["page"].object_list
    assert search(other, "unheard").context["page"].object_list


# --- What the pages cost ----------------------------------------------------------------------


def grow(exam):
    """Give the exam many more topics with sources."""
    source = Source.objects.create(exam=exam, slug="more", title="More", url="https://x.example/")
    for task in Task.objects.filter(domain__in=Domain.objects.filter(exam=exam)):
        for number in range(15):
            topic = Topic.objects.create(task=task, slug=f"more-{number}", title=f"More {number}")
            note = Note.objects.create(topic=topic, source="x", html="<p>x</p>", text="more words")
            note.sources.add(source)


@pytest.mark.parametrize(
    ("name", "args", "query", "most"),
    [("notes", [], "", 4), ("task_notes", ["1.1"], "", 4), ("search", [], "?q=words", 3)],
)
def test_pages_cost_the_same_however_many_topics_there_are(
    exam, django_assert_max_num_queries, name, args, query, most
):
    grow(exam)
    with django_assert_max_num_queries(most):
        reply = Client().get(reverse(f"questions:{name}", args=[exam.code, *args]) + query)
    assert b"More 1" in reply.content


def test_a_topic_names_its_sources(exam):
    note = Topic.objects.get(slug="topic-1-1").note
    note.sources.add(
        Source.objects.create(exam=exam, slug="g", title="A guide", url="https://g.example/a")
    )
    text = html_of(Client().get(reverse("questions:task_notes", args=[exam.code, "1.1"])))
    assert '<a href="https://g.example/a" rel="noopener">A guide</a>' in text
    assert "Read more: 1 source" in text


# --- One's own state, the glossary, a slip in a search ----------------------------------------


def test_a_reader_sees_how_they_stand_and_a_stranger_does_not(client, candidate, exam):
    practiced = practice.start(candidate, exam=exam, choice=practice.Choice(24))
    answer_set(practiced, candidate, wrong_of)
    address = reverse("questions:task_notes", args=[exam.code, "1.1"])
    assert "topic-state" not in client.get(address).content.decode()
    client.force_login(candidate)
    topic = Topic.objects.get(task__domain__exam=exam, task__number="1.1")
    client.post(reverse("study:read", args=[topic.pk]), {"read": "yes"})
    client.post(reverse("study:topic_note", args=[topic.pk]), {"text": "mind the gap"})
    text = " ".join(client.get(address).content.decode().split())
    count = topic.questions.count()
    assert f"0 of {count} right" in text
    assert f"{count} questions on this" in text
    assert 'aria-pressed="true"' in text
    assert "mind the gap" in text
    # While they sit an exam the notes say nothing of it.
    exams.start(candidate, exam=exam)
    assert f"0 of {count} right" not in client.get(address).content.decode()


def test_terms_with_their_meaning_make_a_glossary(client, exam):
    topic = Topic.objects.filter(task__domain__exam=exam).first()
    topic.note.source = "- **Recall**: the share *found*.\n- **Accuracy**: the share right.\n"
    topic.note.save(update_fields=["source"])
    page = client.get(reverse("questions:glossary", args=[exam.code]))
    assert [term.name for term in page.context["terms"]] == ["Accuracy", "Recall"]
    assert "the share <em>found</em>." in page.content.decode()
    assert topic.get_absolute_url() in page.content.decode()


def test_a_search_forgives_one_slip_and_says_so(client, exam):
    topic = Topic.objects.filter(task__domain__exam=exam).first()
    topic.note.text = "Hallucination sounds plausible and is false."
    topic.note.save(update_fields=["text"])
    address = reverse("questions:search", args=[exam.code])
    text = " ".join(client.get(address, {"q": "hallucinaton"}).content.decode().split())
    assert "Shown for <b>hallucination</b>. You typed “hallucinaton”." in text
    assert topic.title in text
    exact = client.get(address, {"q": "hallucinaton", "exact": 1}).content.decode()
    assert "Nothing found for" in exact
    assert "Shown for" not in client.get(address, {"q": "hallucination"}).content.decode()
