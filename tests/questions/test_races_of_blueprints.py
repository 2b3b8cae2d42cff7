"""A blueprint changed while others write, with real threads and transactions."""

from dataclasses import replace

import pytest

from questions.models import Draft, Topic
from questions.services import blueprints, drafting
from questions.services.blueprints import Were
from tests.exams.racing import Held, Waiting
from tests.factories import make_exam
from tests.questions.conftest import whole

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def exam():
    return make_exam(forms=1)


def renumbered(exam, old, new):
    """The blueprint with another number for a task."""
    plan = blueprints.plan_of(exam)
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
    draft = drafting.begin(exam, by=author, topic=topic)
    item = whole(draft, stem="What was typed in that moment?")
    plan = renumbered(exam, "1.1", "1.9")
    were = Were(tasks={"1.9": topic.task_id})
    held = Held(lambda: drafting.save(draft, item=item, by=author, revision=1))
    waiting = Waiting(lambda: blueprints.change(exam, plan, by=owner, were=were))
    held.commit()
    waiting.result()
    kept = Draft.objects.get(pk=draft.pk)
    assert (kept.item["stem"], kept.item["task"]) == ("What was typed in that moment?", "1.9")
