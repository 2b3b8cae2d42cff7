"""An exam's blueprint, made and changed in the site."""

from dataclasses import replace

import pytest
from django.urls import reverse

from examapp.exams import services
from questions.models import AuditEntry, Domain, Exam, ExamRole, Note, Question, Task, Topic
from questions.services import blueprint, drafts, outline
from questions.services.domains import RowOrigins
from questions.services.errors import NotReady, Overtaken, Refused
from questions.services.outline import TopicLine
from tests.questions.conftest import client_of, made
from tests.support.builders import make_user

pytestmark = pytest.mark.django_db


def posted(**changes):
    """The fields of a small exam of two domains with a task each."""
    fields = {
        "title": "Tiny",
        "minutes": 10,
        "scored_count": 4,
        "unscored_count": 0,
        "scale_min": 100,
        "scale_cut": 700,
        "scale_max": 1000,
        "raw_cut": 0.7,
        "grading_policy": "all_or_nothing",
        "case_count": 0,
        "domain-TOTAL_FORMS": 2,
        "domain-INITIAL_FORMS": 0,
        "domain-0-number": 1,
        "domain-0-title": "First",
        "domain-0-weight": 60,
        "domain-1-number": 2,
        "domain-1-title": "Second",
        "domain-1-weight": 40,
        "task-TOTAL_FORMS": 3,
        "task-INITIAL_FORMS": 0,
        "task-0-domain": 1,
        "task-0-number": "1.1",
        "task-0-title": "One",
        "task-0-weight": 1,
        "task-1-domain": 2,
        "task-1-number": "2.1",
        "task-1-title": "Two",
        "task-1-weight": 1,
        "task-2-weight": 1,
    }
    return {**fields, **{name.replace("__", "-"): value for name, value in changes.items()}}


def saved(exam):
    """What the page of that exam holds besides, once it is saved: its rows and its mark."""
    plan, keys = blueprint.plan_and_keys(exam)
    return {
        **{"domain__INITIAL_FORMS": 2, "task__INITIAL_FORMS": 2},
        **{"domain__0__was": keys.domains[1], "domain__1__was": keys.domains[2]},
        **{"task__0__was": keys.tasks["1.1"], "task__1__was": keys.tasks["2.1"]},
        "mark": blueprint.plan_version_token(plan),
    }


@pytest.fixture
def new_exam():
    """A new instructor's exam, made on the pages."""
    person = make_user(role="instructor")
    made(person)
    address = reverse("questions:blueprint", args=["tiny"])
    mark = blueprint.version_token(Exam.objects.get(code="tiny"))
    client_of(person).post(address, posted(mark=mark))
    return Exam.objects.get(code="tiny"), person


def test_who_makes_an_exam_owns_it(new_exam):
    exam, person = new_exam
    assert ExamRole.objects.get(exam=exam).user == person
    assert list(Domain.objects.filter(exam=exam).values_list("title", flat=True)) == [
        "First",
        "Second",
    ]
    assert Topic.objects.filter(task__domain__exam=exam).count() == 2
    assert AuditEntry.objects.filter(exam=exam, verb="created").exists()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"scale_cut": 1000}, "scale must rise"),
        ({"raw_cut": 1.5}, "raw_cut must be a share"),
        ({"type_ordering": 3}, "types must add up"),
        ({"task__1__domain": 3}, "there is no domain 3"),
        ({"task__1__number": "1.1"}, "numbers of domains and of tasks must differ"),
        ({"title": ""}, "This field is required"),
        ({"domain__0__weight": "much"}, "Enter a number"),
    ],
)
def test_what_no_sitting_could_be_held_by_is_said(new_exam, changes, said):
    exam, person = new_exam
    before = blueprint.plan_of(exam)
    address = reverse("questions:blueprint", args=["tiny"])
    reply = client_of(person).post(address, posted(**saved(exam) | changes))
    assert reply.status_code == 422
    assert said in reply.content.decode()
    assert blueprint.plan_of(Exam.objects.get(code="tiny")) == before


def test_a_draft_may_have_percent_to_give_and_an_open_exam_may_not(new_exam):
    exam, person = new_exam
    address = reverse("questions:blueprint", args=["tiny"])
    client_of(person).post(address, posted(**saved(exam), domain__0__weight=50))
    assert exam.domains.get(number=1).weight == 50
    Exam.objects.filter(pk=exam.pk).update(state="open")
    reply = client_of(person).post(address, posted(**saved(exam), domain__0__weight=40))
    assert "add up to 80, not 100" in reply.content.decode()
    assert exam.domains.get(number=1).weight == 50


def test_the_page_shows_what_it_would_save(new_exam):
    exam, person = new_exam
    address = reverse("questions:blueprint", args=["tiny"])
    reply = client_of(person).get(address)
    assert [row["title"].value() for row in reply.context["domains"]][:2] == ["First", "Second"]
    before = blueprint.plan_of(exam)
    client_of(person).post(address, posted(**saved(exam)))
    assert blueprint.plan_of(exam) == before
    client_of(person).post(address, posted(**saved(exam), minutes=20, domain__0__title="Other"))
    exam.refresh_from_db()
    assert exam.minutes == 20
    assert exam.domains.first().title == "Other"


def test_a_task_with_questions_or_notes_stays(exam, owner):
    plan = blueprint.plan_of(exam)
    first, second = plan.domains
    smaller = replace(plan, domains=(replace(first, tasks=first.tasks[:1]), second))
    count = Question.objects.filter(topic__task__number="1.2").count()
    with pytest.raises(Refused, match=rf"Task 1\.2 .* stays: {count} questions, 1 study note"):
        blueprint.change(exam, smaller, by=owner)
    assert Task.objects.filter(domain__exam=exam).count() == 4


def test_a_task_that_nothing_rests_on_can_go(new_exam):
    exam, person = new_exam
    address = reverse("questions:blueprint", args=["tiny"])
    fields = posted(
        **saved(exam),
        domain__0__weight=100,
        **{"domain-1-DELETE": "on", "task-1-DELETE": "on"},
    )
    client_of(person).post(address, fields)
    assert list(Task.objects.filter(domain__exam=exam).values_list("number", flat=True)) == ["1.1"]


def test_an_exam_under_way_keeps_its_rules(exam, owner, candidate):
    session = services.start(candidate, exam=exam)
    blueprint.change(exam, replace(blueprint.plan_of(exam), minutes=5, raw_cut=0.9), by=owner)
    session.refresh_from_db()
    assert (session.base_minutes, float(session.raw_cut)) == (30, 0.7)


def test_a_plan_is_judged_where_it_is_written(exam, owner):
    with pytest.raises(NotReady):
        blueprint.change(exam, replace(blueprint.plan_of(exam), minutes=0), by=owner)


def test_numbers_are_swapped_and_everything_stays_what_it_is(exam, owner, author):
    """Domains, tasks and their questions follow their own number, drafts too."""
    task = Task.objects.get(domain__exam=exam, number="1.1")
    draft = drafts.create(exam, by=author, topic=task.topics.first())
    plan = blueprint.plan_of(exam)
    first, second = plan.domains
    tasks = tuple(
        replace(each, number={"1.1": "1.2", "1.2": "1.1"}[each.number]) for each in first.tasks
    )
    swapped = replace(
        plan, domains=(replace(first, number=2, tasks=tasks), replace(second, number=1))
    )
    keys = blueprint.plan_and_keys(exam)[1]
    origins = RowOrigins(
        domains={1: keys.domains[2], 2: keys.domains[1]},
        tasks={"1.1": keys.tasks["1.2"], "1.2": keys.tasks["1.1"]},
    )
    blueprint.change(exam, swapped, by=owner, origins=origins)
    task.refresh_from_db()
    assert (task.number, task.domain.number, task.domain.title) == ("1.2", 2, "Domain 1")
    draft.refresh_from_db()
    assert draft.item["task"] == "1.2"
    assert Domain.objects.filter(exam=exam).count() == 2
    entry = AuditEntry.objects.filter(exam=exam, verb="changed the blueprint").get()
    titles = [[d["title"] for d in entry.details[when]["domains"]] for when in ("before", "after")]
    assert titles == [["Domain 1", "Domain 2"], ["Domain 2", "Domain 1"]]


def test_a_task_that_was_asked_stays_in_its_domain(exam, owner, candidate):
    services.start(candidate, exam=exam)
    plan = blueprint.plan_of(exam)
    first, second = plan.domains
    moved = replace(second, tasks=(*second.tasks, first.tasks[1]))
    with pytest.raises(
        Refused, match="was asked in exams or practice as part of the domain “Domain 1”"
    ):
        blueprint.change(
            exam, replace(plan, domains=(replace(first, tasks=first.tasks[:1]), moved)), by=owner
        )


def test_of_two_who_change_it_the_second_is_shown_both(new_exam):
    exam, person = new_exam
    client, address = client_of(person), reverse("questions:blueprint", args=["tiny"])
    page = saved(exam)
    client.post(address, posted(**page, minutes=20))
    reply = client.post(address, posted(**page, minutes=30))
    text = reply.content.decode()
    assert reply.status_code == 422
    assert "Someone else changed this since you opened it" in text
    assert reply.context["differences"] == [("minutes", "20", "30")]
    exam.refresh_from_db()
    assert exam.minutes == 20
    client.post(address, posted(**page | {"mark": reply.context["mark"]}, minutes=30))
    exam.refresh_from_db()
    assert exam.minutes == 30


@pytest.mark.parametrize(
    "invalid",
    [{"title": ""}, {"domain__0__weight": 50}, {"task__1__domain": 3}, {"domain__0__title": ""}],
)
def test_who_mends_a_mistake_is_still_told_of_what_another_saved(new_exam, invalid):
    exam, person = new_exam
    client, address = client_of(person), reverse("questions:blueprint", args=["tiny"])
    page = saved(exam)
    client.post(address, posted(**page, minutes=20))
    reply = client.post(address, posted(**page | invalid))
    assert reply.status_code == 422
    # Told at once, a plan that no sitting could be held by is shown what stands, and may go on.
    if "differences" not in reply.context:
        reply = client.post(address, posted(**page | {"mark": reply.context["mark"]}))
    assert "Someone else changed this since you opened it" in reply.content.decode()
    assert ("minutes", "20", "10") in reply.context["differences"]
    exam.refresh_from_db()
    assert exam.minutes == 20


def test_a_post_without_a_mark_is_told_so(new_exam):
    exam, person = new_exam
    page = saved(exam) | {"mark": ""}
    fields = posted(**page, minutes=20)
    address = reverse("questions:blueprint", args=["tiny"])
    without = {name: value for name, value in fields.items() if name != "mark"}
    for sent in (fields, without):
        reply = client_of(person).post(address, sent)
        assert "Someone else changed this since you opened it" in reply.content.decode()
    exam.refresh_from_db()
    assert exam.minutes == 10


def test_a_save_on_top_of_anothers_swap_leaves_each_task_its_questions(new_exam):
    exam, person = new_exam
    client, address = client_of(person), reverse("questions:blueprint", args=["tiny"])
    one, two = Task.objects.filter(domain__exam=exam).order_by("number")
    page = saved(exam)
    client.post(address, posted(**page, task__0__number="2.1", task__1__number="1.1"))
    reply = client.post(address, posted(**page))
    client.post(address, posted(**page | {"mark": reply.context["mark"]}))
    for task, number, title in ((one, "1.1", "One"), (two, "2.1", "Two")):
        task.refresh_from_db()
        assert (task.number, task.title) == (number, title)
        assert task.topics.get().title == title


def test_a_row_that_stands_for_nothing_or_for_what_another_does_is_refused(new_exam, exam):
    mine, person = new_exam
    client, address = client_of(person), reverse("questions:blueprint", args=["tiny"])
    page, before = saved(mine), blueprint.plan_of(mine)
    other_task = Task.objects.filter(domain__exam=exam).first()
    other_domain = exam.domains.first()
    for wrong, said in (
        ({"task__1__was": other_task.pk}, "task 2.1: what stood in this row is not there any more"),
        ({"task__1__was": 0}, "task 2.1: what stood in this row is not there any more"),
        ({"domain__1__was": other_domain.pk}, "domain 2: what stood in this row is not there"),
        ({"task__1__was": page["task__0__was"]}, "task 2.1: another row stands for “One” too"),
        ({"domain__1__was": page["domain__0__was"]}, "domain 2: another row stands for “First”"),
        ({"task__1__was": "1.1"}, "A row below is not complete"),
    ):
        reply = client.post(address, posted(**page | wrong))
        assert reply.status_code == 422
        assert said in reply.content.decode()
    assert blueprint.plan_of(mine) == before
    assert other_task.topics.exists()


# --- Topics and objectives of a task ----------------------------------------------------------


@pytest.fixture
def task(exam):
    return Task.objects.get(domain__exam=exam, number="1.1")


def outline_address(task):
    return reverse("questions:outline", args=[task.domain.exam.code, task.number])


def outline_posted(task, titles=(), objectives=(), **more):
    """The fields of the page: the topics that are there, then new ones, and objectives."""
    kept = list(task.topics.order_by("position", "pk"))
    rows = [*((topic.pk, topic.title) for topic in kept), *(("", title) for title in titles)]
    fields = {
        **{"topic-TOTAL_FORMS": len(rows), "topic-INITIAL_FORMS": len(kept)},
        **{"objective-TOTAL_FORMS": len(objectives), "objective-INITIAL_FORMS": 0},
        "mark": outline.version_token(task),
    }
    for place, (pk, title) in enumerate(rows):
        fields |= {f"topic-{place}-pk": pk, f"topic-{place}-title": title}
    for place, (number, text) in enumerate(objectives):
        fields |= {f"objective-{place}-number": number, f"objective-{place}-text": text}
    return fields | more


def test_topics_are_made_renamed_and_moved(task, owner):
    client, address = client_of(owner), outline_address(task)
    objectives = [("1.1.2", "Name two kinds"), ("1.1.1", "Say what it is")]
    client.post(address, outline_posted(task, ["Forecasts", "Clusters of things"], objectives))
    task.refresh_from_db()
    slugs = [topic.slug for topic in task.topics.all()]
    assert slugs == ["topic-1-1", "forecasts", "clusters-of-things"]
    assert task.objectives == dict(objectives)
    first = {"topic-0-title": "Renamed"}
    client.post(address, outline_posted(task, [], objectives, action="up-2") | first)
    topics = list(task.topics.values_list("slug", "title"))
    assert topics == [
        ("topic-1-1", "Renamed"),
        ("clusters-of-things", "Clusters of things"),
        ("forecasts", "Forecasts"),
    ]
    entries = AuditEntry.objects.filter(verb="changed the outline", subject_id=str(task.pk))
    assert entries.count() == 2
    assert entries.first().details["after"]["topics"][0]["title"] == "Renamed"


def test_the_same_again_is_not_on_record(task, owner):
    client_of(owner).post(outline_address(task), outline_posted(task))
    assert not AuditEntry.objects.filter(verb="changed the outline").exists()


def test_a_topic_in_use_is_not_deleted_and_the_count_is_said(task, owner):
    client, address = client_of(owner), outline_address(task)
    count = Question.objects.filter(topic__task=task).count()
    Note.objects.filter(topic__task=task).delete()
    gone = outline_posted(task, ["Another"], **{"topic-0-DELETE": "on"})
    reply = client.post(address, gone)
    assert reply.status_code == 422
    said = f"The topic “Topic 1.1” is in use and stays: {count} questions. Move its questions"
    assert said in reply.content.decode()
    assert 'value="Another"' in reply.content.decode()
    assert task.topics.count() == 1
    other = Topic.objects.filter(task__domain__exam=task.domain.exam).exclude(task=task).first()
    Question.objects.filter(topic__task=task).update(topic=other)
    client.post(address, gone)
    assert [topic.title for topic in task.topics.all()] == ["Another"]


def test_a_topic_that_was_asked_stays_for_good(task, owner, candidate):
    services.start(candidate, exam=task.domain.exam)
    other = Topic.objects.filter(task__domain__exam=task.domain.exam).exclude(task=task).first()
    Question.objects.filter(topic__task=task).update(topic=other)
    Note.objects.filter(topic__task=task).delete()
    lines = [TopicLine("Another")]
    with pytest.raises(
        Refused, match=r"stays: 4 entries of past exams or practice\. Past exams and"
    ):
        outline.change(
            task, topics=lines, objectives={}, by=owner, token=outline.version_token(task)
        )


def test_a_draft_on_its_way_to_a_topic_keeps_it(task, owner, author):
    new = Topic.objects.create(task=task, slug="new", title="New", position=5)
    question = Question.objects.filter(topic__task__number="2.1").first()
    draft = drafts.revise(question, by=author)
    draft.item |= {"topic": "new", "task": "1.1"}
    draft.save()
    lines = [TopicLine(topic.title, topic.pk) for topic in task.topics.exclude(pk=new.pk)]
    with pytest.raises(Refused, match="“New” is in use and stays: 1 draft that moves there"):
        outline.change(
            task, topics=lines, objectives={}, by=owner, token=outline.version_token(task)
        )


def test_an_objective_in_use_is_not_deleted(task, owner, author):
    task.objectives = {"1.1.1": "Say what it is"}
    task.save()
    question = Question.objects.filter(topic__task=task).first()
    Question.objects.filter(pk=question.pk).update(objective="1.1.1")
    lines = [TopicLine(topic.title, topic.pk) for topic in task.topics.all()]
    with pytest.raises(Refused, match=rf"Objective 1\.1\.1 .* 1 question \({question.ref}\)"):
        outline.change(
            task, topics=lines, objectives={}, by=owner, token=outline.version_token(task)
        )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"topic-0-title": ""}, "This field is required"),
        ({"topic-1-title": "topic  1.1"}, "two topics are named “topic 1.1”"),
        ({"topic-1-title": "?!"}, "has no letter or digit"),
        ({"topic-1-title": "x" * 201}, "at most 200 characters"),
        ({"objective-1-number": "1.1.1"}, "objective 1.1.1 stands in two rows"),
        ({"objective-1-text": ""}, "This field is required"),
    ],
)
def test_what_cannot_be_an_outline_is_said_and_kept(task, owner, change, said):
    fields = outline_posted(task, ["New"], [("1.1.1", "One"), ("1.1.2", "Two")]) | change
    reply = client_of(owner).post(outline_address(task), fields)
    assert reply.status_code == 422
    assert said in reply.content.decode()
    assert task.topics.count() == 1
    task.refresh_from_db()
    assert task.objectives == {}


def test_of_two_who_change_an_outline_the_second_is_told(task, owner):
    mark = outline.version_token(task)
    lines = [TopicLine(topic.title, topic.pk) for topic in task.topics.all()]
    change = {"objectives": {}, "by": owner, "token": mark}
    outline.change(task, topics=[*lines, TopicLine("Mine")], **change)
    with pytest.raises(Overtaken):
        outline.change(task, topics=[*lines, TopicLine("Yours")], **change)
    assert not task.topics.filter(title="Yours").exists()


def test_who_mends_a_mistake_in_an_outline_is_still_told_of_what_another_saved(task, owner):
    client, address = client_of(owner), outline_address(task)
    page = outline_posted(task, ["Mine"])
    client.post(address, outline_posted(task, ["Theirs"]))
    for invalid in ({"topic-1-title": ""}, {"topic-0-title": "x" * 201}):
        reply = client.post(address, page | invalid)
        assert (reply.status_code, reply.context["mark"]) == (422, page["mark"])
    reply = client.post(address, page | {"mark": reply.context["mark"]})
    assert "Someone else changed this since you opened it" in reply.content.decode()
    assert task.topics.filter(title="Theirs").exists()
    del page["mark"]
    assert client.post(address, page).status_code == 422
    assert task.topics.filter(title="Theirs").exists()


def test_only_owners_see_it(exam, author, reviewer, owner, stranger, candidate):
    address = reverse("questions:blueprint", args=[exam.code])
    for person, status in ((author, 404), (reviewer, 404), (stranger, 404), (candidate, 404)):
        assert client_of(person).get(address).status_code == status
    assert client_of(owner).get(address).status_code == 200
    assert client_of(candidate).get(reverse("questions:new_exam")).status_code == 404
