"""The start page, for visitors and for candidates."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from examapp.accounts.exam_dates import set_exam_date
from examapp.accounts.services import set_preferences
from examapp.exams import services
from examapp.exams.models import SessionItem
from examapp.practice import services as practice
from examapp.practice.models import PracticeSet
from examapp.reports.standing import standing
from examapp.reports.weak_areas.body import Readiness
from examapp.reports.weak_areas.report import compute, compute_practiced
from examapp.study.models import Card
from examapp.study.services.sittings import take_up
from questions.models import Question, Topic
from tests.practice.conftest import answer_set, wrong_of
from tests.support.builders import make_exam, make_item, publish, wrong_response
from tests.support.sittings import answer_all, let_time_pass

pytestmark = pytest.mark.django_db
# What the button of the plan sends: fewer questions than asked are taken.
FEWER = {"accept_fewer": "on"}


@pytest.fixture
def sample(exam):
    topic = Topic.objects.first()
    return publish(exam, topic, make_item("multiple_choice", "sample"), is_sample=True)


def answer(client, choice, **headers):
    return client.post(reverse("sample"), {"choice": choice}, headers=headers)


def test_a_visitor_sees_one_live_question_without_its_key(sample):
    text = Client().get("/").content.decode()
    assert "Stem of sample?" in text
    assert "WHY-" not in text


def test_without_a_sample_the_page_stands(db):
    assert Client().get("/").status_code == 200


@pytest.mark.parametrize(("choice", "is_right"), [("0", True), ("1", False)])
def test_an_answer_is_explained(sample, choice, is_right):
    reply = answer(Client(), choice, HX_Request="true")
    assert reply.context["sample_feedback"]["is_right"] is is_right
    assert "WHY-3 of sample" in reply.content.decode()
    assert "<html" not in reply.content.decode()


def test_without_scripts_the_whole_page_answers(sample):
    assert "<html" in answer(Client(), "0").content.decode()


@pytest.mark.parametrize("choice", ["", "9", "x", "-1"])
def test_no_answer_asks_for_one(sample, choice):
    reply = answer(Client(), choice, HX_Request="true")
    assert reply.status_code == 422
    assert "Choose an answer first." in reply.content.decode()
    assert "WHY-" not in reply.content.decode()


def test_a_sample_is_never_drawn(sample, session):
    assert not session.items.filter(version__question=sample).exists()


def sit(candidate, exam, respond=wrong_response):
    session = services.start(candidate, exam=exam)
    answer_all(session, respond)
    services.finish(session.pk)
    compute(session.pk)
    return session


def test_who_is_new_is_told_where_to_start(candidate_client, exam):
    text = candidate_client.get("/").text
    assert "First, see where you stand" in text
    assert reverse("exams:launch", args=[exam.code]) in text
    assert "When is your exam?" in text
    # The first step on the way is the one that the button above it takes.
    assert text.index("Start the check") < text.index("Find your weak spots in 5 minutes.")
    assert "under the rules of the real exam" not in text


def test_the_date_given_at_the_start_makes_the_plan(candidate_client, candidate, exam):
    page = candidate_client.get("/")
    day = timezone.localdate() + timedelta(days=30)
    assert 'name="from" value="home"' in page.text
    saved = candidate_client.post(
        page.context["date_url"], {"day": day.isoformat(), "from": "home"}
    )
    assert saved.url == reverse("home")
    sit(candidate, exam)
    page = candidate_client.get("/").context["page"]
    assert (page.exam_on, page.days_left) == (day, 30)


def test_a_running_exam_comes_first_and_nothing_is_told_beside_it(candidate_client, session):
    reply = candidate_client.get("/")
    assert reply.context["open_session"].total == 12
    assert reverse("exams:room", args=[session.pk]) in reply.text
    assert "Your plan for today" not in reply.text


def test_weak_topics_are_not_named_while_an_exam_runs(candidate, candidate_client, exam):
    sit(candidate, exam)
    topic = candidate_client.get("/").context["learner"].topic
    assert topic.title in candidate_client.get("/").text
    services.start(candidate, exam=exam)
    reply = candidate_client.get("/")
    assert reply.context["learner"].standing is None
    assert topic.title not in reply.text


def test_scores_stand_on_the_page_with_a_real_axis(candidate, candidate_client, exam):
    for _ in range(2):
        sit(candidate, exam)
    chart = candidate_client.get("/").context["page"].chart
    assert [point.scaled for point in chart.points] == [100, 100]
    assert exam.scale_cut == chart.cut


def test_one_score_is_no_line(candidate, candidate_client, exam):
    sit(candidate, exam)
    assert candidate_client.get("/").context["page"].chart is None


def test_past_exams_of_others_are_not_on_the_page(outsider_client, candidate, exam):
    sit(candidate, exam)
    learner = outsider_client.get("/").context["learner"]
    assert (learner.recent, learner.standing, learner.is_new) == ([], None, True)


def test_the_scores_are_of_the_exam_one_prepares_for(candidate, candidate_client, exam):
    for each in (exam, exam, make_exam(scale_max=2000)):
        sit(candidate, each)
    learner = candidate_client.get("/").context["learner"]
    assert len(learner.history) == 1
    set_exam_date(candidate, exam, timezone.localdate())
    learner = candidate_client.get("/").context["learner"]
    assert (learner.exam, len(learner.history)) == (exam, 2)


def test_what_is_due_is_first_in_the_plan_and_counted_in_the_bar(
    candidate, candidate_client, exam, monkeypatch
):
    sit(candidate, exam)
    monkeypatch.setattr("examapp.views.learner.Learner.due", 7)
    reply = candidate_client.get("/")
    assert reply.context["page"].lines[0].line.kind == "review"
    assert "7 due for review" in reply.text
    # Another page reads the figure without counting.
    assert "7 reviews due" in candidate_client.get(reverse("exams:catalogue")).text


def test_the_topic_of_the_plan_is_practiced_exactly(candidate, candidate_client, exam):
    sit(candidate, exam)
    reply = candidate_client.get("/")
    [line] = [line for line in reply.context["page"].lines if line.line.kind == "topic"]
    candidate_client.post(line.url, {"topic": line.topic, "length": line.line.count, **FEWER})
    started = PracticeSet.objects.get()
    assert started.items.count() == line.line.count
    topics = {item.version.question.topic_id for item in started.items.all()}
    assert topics == {line.topic}


def test_a_topic_without_new_questions_makes_room_for_the_next(candidate, candidate_client, exam):
    sit(candidate, exam)
    first = candidate_client.get("/").context["learner"].topic
    new = Question.objects.pool(exam).filter(topic=first.pk)
    new = new.exclude(pk__in=SessionItem.objects.values("version__question"))
    assert first.free == new.count() > 0
    practiced = practice.start_on(
        candidate, exam=exam, questions=list(new.values_list("pk", flat=True)), title="All of it"
    )
    answer_set(practiced, candidate, wrong_of)
    compute_practiced(practiced.pk)
    learner = candidate_client.get("/").context["learner"]
    weak = [topic.pk for topic in learner.standing.weak_topics]
    assert first.pk in weak
    assert learner.topic.pk != first.pk
    assert learner.topic.pk == next(pk for pk in weak if pk != first.pk)


def test_reviews_of_today_count_in_the_minutes(candidate, candidate_client, exam, monkeypatch):
    sit(candidate, exam)
    before = candidate_client.get("/").context["learner"].morning
    monkeypatch.setattr("examapp.study.services.queue.Queue.done", 10)
    after = candidate_client.get("/").context["learner"].morning
    assert (before.minutes_reviewed, after.minutes_reviewed) == (0, 8)
    assert after.minutes_done == before.minutes_done + 8


@pytest.fixture
def ready(monkeypatch):
    """Whoever asks has a chance of 0.95 to pass, likely between 0.85 and 0.99."""
    strong = Readiness(True, 95.0, 85.0, 99.0, 19, 17, 20, 20, 0)

    def strongly(candidate, exam):
        found = standing(candidate, exam)
        above = tuple(replace(domain, verdict="above") for domain in found.domains)
        return replace(found, body=replace(found.body, readiness=strong, domains=above))

    monkeypatch.setattr("examapp.views.learner.standing", strongly)


def test_who_is_ready_is_told_so_first_and_of_no_weak_topic(
    candidate, candidate_client, exam, ready
):
    sit(candidate, exam)
    text = candidate_client.get("/").text
    assert "You are ready" in text
    assert "about 9 times in 10" in text
    assert "Practice:" not in text


def test_who_is_not_ready_is_not_told_so(candidate, candidate_client, exam):
    sit(candidate, exam)
    assert "You are ready" not in candidate_client.get("/").text


def test_the_plan_is_a_calendar_file(candidate, candidate_client, exam):
    set_exam_date(candidate, exam, timezone.localdate() + timedelta(days=30))
    set_preferences(candidate, study_days=[0, 4])
    reply = candidate_client.get(reverse("calendar"))
    assert reply["Content-Type"].startswith("text/calendar")
    assert "RRULE:FREQ=WEEKLY;BYDAY=MO,FR;UNTIL=" in reply.text
    assert reply.text.count("BEGIN:VEVENT") == 3


def test_signed_in_the_sample_is_not_answered(candidate_client, sample):
    reply = answer(candidate_client, "0")
    assert (reply.status_code, reply["Location"]) == (302, "/")


def test_an_answer_without_a_sample_leads_home(db):
    assert answer(Client(), "0")["Location"] == "/"


def test_the_page_costs_few_statements(candidate, candidate_client, exam):
    def cost():
        with CaptureQueriesContext(connection) as asked:
            candidate_client.get("/")
        return len(asked)

    set_exam_date(candidate, exam, timezone.localdate() + timedelta(days=30))
    take_up(sit(candidate, exam).pk)
    Card.objects.update(due_on=timezone.localdate())
    assert candidate_client.get("/").context["learner"].due > 0
    few = cost()
    for _ in range(3):
        sit(candidate, exam)
    assert cost() == few <= 12


def test_a_sitting_that_ran_out_is_finished_and_shown_as_past(candidate, candidate_client, exam):
    session = services.start(candidate, exam=exam)
    let_time_pass(session, hours=30)
    learner = candidate_client.get("/").context["learner"]
    assert learner.open_session is None
    assert [each.pk for each in learner.history] == [session.pk]


def test_a_visitor_s_page_costs_few_statements(sample, django_assert_max_num_queries):
    with django_assert_max_num_queries(5):
        Client().get("/")


def test_a_visitor_reads_what_there_is(exam):
    reply = Client().get("/")
    offer = reply.context["offer"]
    assert offer.questions == Question.objects.pool(exam).count() > 0
    assert f"<dd>{offer.questions}</dd>" in reply.text


def test_the_check_is_the_way(exam):
    text = Client().get("/").text
    assert f'action="{reverse("check", args=[exam.code])}"' in text
    assert "Check where you stand" in text


def test_the_example_says_that_it_is_invented(exam):
    text = Client().get(reverse("demo")).text
    assert "This student is invented." in text
    assert all(domain.title in text for domain in exam.domains.all())


def test_without_an_exam_there_is_no_example(db):
    assert Client().get(reverse("demo"))["Location"] == "/"
    assert "No exam is open yet." in Client().get("/").text
