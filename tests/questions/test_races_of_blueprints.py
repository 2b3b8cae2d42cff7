"""A blueprint changed while others write, with real threads and transactions."""

from dataclasses import replace

import pytest

from questions.models import Draft, Note, Question, Task, Topic
from questions.services import (
    blueprint,
    drafts,
    note_imports,
    note_writing,
    outline,
    reviews,
    tags,
    usage,
    versions,
)
from questions.services.domains import RowOrigins
from questions.services.errors import Refused
from questions.services.outline import TopicLine
from tests.questions.conftest import whole
from tests.support.builders import make_exam
from tests.support.races import Held, Waiting

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def exam():
    return make_exam(forms=1)


def renumbered(exam, old, new):
    """The blueprint with another number for a task."""
    plan = blueprint.plan_of(exam)
    domains = [
        replace(
            domain,
            tasks=tuple(
                replace(task, number=new) if task.number == old else task for task in domain.tasks
            ),
        )
        for domain in plan.domains
    ]
    return replace(plan, domains=tuple(domains))


def test_a_draft_that_is_saved_while_its_task_gets_another_number_keeps_its_words(
    exam, author, owner
):
    topic = Topic.objects.get(task__domain__exam=exam, task__number="1.1")
    draft = drafts.create(exam, by=author, topic=topic)
    item = whole(draft, stem="What was typed in that moment?")
    plan = renumbered(exam, "1.1", "1.9")
    origins = RowOrigins(tasks={"1.9": topic.task_id})
    held = Held(lambda: drafts.save(draft, item=item, by=author, revision=1))
    waiting = Waiting(lambda: blueprint.change(exam, plan, by=owner, origins=origins))
    held.commit()
    waiting.result()
    kept = Draft.objects.get(pk=draft.pk)
    assert (kept.item["stem"], kept.item["task"]) == ("What was typed in that moment?", "1.9")


@pytest.fixture
def task(exam):
    return Task.objects.get(domain__exam=exam, number="1.1")


@pytest.fixture
def spare(task):
    """A topic that nothing rests on."""
    return Topic.objects.create(task=task, slug="spare", title="Spare", position=5)


def deleting(spare, by):
    """A call that deletes a topic on the page of its task."""
    task = spare.task
    lines = [TopicLine(topic.title, topic.pk) for topic in task.topics.exclude(pk=spare.pk)]
    mark = outline.version_token(task)
    return lambda: outline.change(task, topics=lines, objectives={}, by=by, token=mark)


def test_a_topic_under_which_a_question_is_begun_is_counted_before_it_goes(
    exam, spare, author, owner
):
    held = Held(lambda: drafts.create(exam, by=author, topic=spare))
    waiting = Waiting(deleting(spare, owner))
    held.commit()
    with pytest.raises(Refused, match="“Spare” is in use and stays: 1 question"):
        waiting.result()
    assert Question.objects.filter(topic=spare).count() == 1


def test_a_task_that_moves_and_a_draft_that_is_saved_under_it_do_not_block_each_other(
    exam, author, owner
):
    """Who saves has the draft and comes to the topic, and so does who renumbers its task."""
    topic = Topic.objects.get(task__domain__exam=exam, task__number="1.1")
    draft = drafts.create(exam, by=author, topic=topic)
    plan = blueprint.plan_of(exam)
    first, second = plan.domains
    moved = replace(first.tasks[0], number="2.9")
    domains = (replace(first, tasks=first.tasks[1:]), replace(second, tasks=(*second.tasks, moved)))
    plan, origins = replace(plan, domains=domains), RowOrigins(tasks={"2.9": topic.task_id})
    held = Held(
        lambda: Draft.objects.select_for_update().get(pk=draft.pk), then=lambda: usage.hold(topic)
    )
    waiting = Waiting(lambda: blueprint.change(exam, plan, by=owner, origins=origins))
    held.commit()
    waiting.result()
    assert Draft.objects.get(pk=draft.pk).item["task"] == "2.9"


@pytest.mark.parametrize("verb", ["begin", "retag", "save"])
def test_who_comes_to_a_topic_that_just_goes_is_told(exam, spare, author, owner, verb):
    question = Question.objects.filter(exam=exam).first()
    draft = drafts.create(exam, by=author, topic=spare.task.topics.exclude(pk=spare.pk).get())
    item = whole(draft, topic=spare.slug)
    calls = {
        "begin": lambda: drafts.create(exam, by=author, topic=spare),
        "retag": lambda: tags.retag(question, by=author, topic=spare),
        "save": lambda: drafts.save(draft, item=item, by=author, revision=1),
    }
    held = Held(deleting(spare, owner))
    waiting = Waiting(calls[verb])
    held.commit()
    with pytest.raises(Refused, match=r"“Spare” was deleted. Choose another"):
        waiting.result()


def test_what_is_published_into_a_topic_that_just_goes_is_refused(
    exam, spare, author, reviewer, monkeypatch
):
    draft = drafts.revise(Question.objects.filter(exam=exam).first(), by=author)
    draft = drafts.save(draft, item=whole(draft), by=author, revision=draft.revision)
    reviews.approve(drafts.submit(draft, by=author), by=reviewer)

    def found_and_gone(*_):
        Topic.objects.filter(pk=spare.pk).delete()
        return spare

    monkeypatch.setattr(versions, "topic_of", found_and_gone)
    with pytest.raises(Refused, match="“Spare” was deleted"):
        versions.publish_draft(draft.question, by=reviewer)


def test_what_was_counted_of_a_topic_is_so_until_the_end(spare):
    """A note that is written then would go with the topic, unseen."""
    held = Held(lambda: usage.of_topics(Topic.objects.filter(pk=spare.pk)))
    waiting = Waiting(lambda: Note.objects.create(topic=spare, source="", html=""))
    held.commit()
    assert waiting.result() == Note.objects.get(topic=spare)


def test_what_was_counted_of_a_domain_is_so_until_the_end(exam):
    domain = exam.domains.first()
    held = Held(lambda: usage.of_domain(domain))
    waiting = Waiting(lambda: Task.objects.create(domain=domain, number="1.9", title="New"))
    held.commit()
    assert waiting.result().domain == domain


def test_no_topic_comes_to_a_task_while_its_blueprint_changes(exam, task, owner):
    held = Held(lambda: blueprint.change(exam, blueprint.plan_of(exam), by=owner))
    waiting = Waiting(lambda: Topic.objects.create(task=task, slug="new", title="New"))
    held.commit()
    assert waiting.result().task == task


def test_objectives_that_are_saved_while_the_blueprint_changes_are_kept(exam, task, owner):
    lines = [TopicLine(topic.title, topic.pk) for topic in task.topics.all()]
    fields = {
        "topics": lines,
        "objectives": {"1.1.1": "Say what"},
        "token": outline.version_token(task),
    }
    held = Held(lambda: outline.change(task, by=owner, **fields))
    plan = replace(blueprint.plan_of(exam), minutes=77)
    waiting = Waiting(lambda: blueprint.change(exam, plan, by=owner))
    held.commit()
    assert waiting.result().minutes == 77
    task.refresh_from_db()
    assert task.objectives == {"1.1.1": "Say what"}


def test_a_note_that_saves_itself_while_its_topic_is_imported_is_not_lost(exam, spare, author):
    text = "## Domain 1: A\n### 1.1: T\n#### Spare\nImported.\n"
    held = Held(lambda: note_writing.save(spare, text="Typed.", revision=0, by=author))
    waiting = Waiting(lambda: note_imports.import_notes(exam, text, file="a.md", by=author))
    held.commit()
    waiting.result()
    assert [each.text for each in note_writing.history(spare)] == ["Imported.", "Typed."]
    assert note_writing.note_of(spare).newest == "Imported."
