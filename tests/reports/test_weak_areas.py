"""The weak-area report: computed once, found when lost, shown when it is there."""

import socket
import threading

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from examapp.exams import services as exams
from examapp.exams.models import Score
from examapp.exams.signals import session_finished
from examapp.reports import findings, services, sheets, tasks
from examapp.reports.models import WeakAreaReport
from examapp.reports.views.weak_areas import POLLS
from questions.models import Domain, Question, Task, Topic
from tests.exams.racing import together
from tests.exams.test_services import answer_all, corrected, let_time_pass, save
from tests.factories import entry, make_exam, make_user, right_response, wrong_response
from tests.runtime.processes import run_python

pytestmark = pytest.mark.django_db


@pytest.fixture
def finished(session):
    """A finished session, all right in domain 2 and all wrong in domain 1."""
    answer_all(
        session,
        lambda item: (
            right_response(item) if item.topic.task.domain.number == 2 else wrong_response(item)
        ),
    )
    exams.finish(session.pk)
    return session


def page(client, session, query="", **headers):
    return client.get(reverse("reports:weak_areas", args=[session.pk]) + query, headers=headers)


# --- Computing --------------------------------------------------------------------------------


def test_a_report_ranks_the_weak_above_the_strong(finished):
    body = services.compute(finished.pk).body
    assert [row["number"][0] for row in body["topics"]] == ["1", "1", "2", "2"]
    weak, strong = body["domains"]
    assert weak["right"] == 0
    assert weak["estimate_percent"] < strong["estimate_percent"]
    assert weak["gain_points"] > strong["gain_points"]
    assert sum(row["n"] for row in body["tasks"]) == body["answers"] == 12


def test_computing_again_changes_nothing(finished):
    first = services.compute(finished.pk)
    assert services.compute(finished.pk).computed_at == first.computed_at
    assert WeakAreaReport.objects.count() == 1


def test_a_regraded_session_is_reported_anew(session):
    answer_all(session)
    exams.finish(session.pk)
    before = services.compute(session.pk)
    item = session.items.filter(is_scored=True, version__type="multiple_choice").first()
    exams.regrade(item.version, keyed_by=corrected(item.version), reason="Wrong key.")
    after = services.compute(session.pk)
    assert (before.pk, after.pk) == (after.pk, WeakAreaReport.objects.get().pk)
    assert after.score == session.scores.get(is_current=True)
    assert sum(row["right"] for row in after.body["tasks"]) == 11


@pytest.fixture
def regraded(candidate, exam):
    """Three sittings with reports, of which the first was graded by another key since."""
    sittings = []
    for _ in range(3):
        session = exams.start(candidate, exam=exam)
        answer_all(session)
        sittings.append(exams.finish(session.pk))
        services.compute(session.pk)
    later = sittings[1].items.values("version")
    own = sittings[0].items.filter(is_scored=True, version__type="multiple_choice")
    item = own.exclude(version__in=later).first()
    exams.regrade(item.version, keyed_by=corrected(item.version), reason="Wrong key.")
    return sittings


def rights(session):
    body = WeakAreaReport.objects.current().get(session=session).body
    return sum(row["right"] for row in body["tasks"])


def test_later_reports_that_pool_a_regraded_session_are_reported_anew(regraded):
    """The message of the regraded session asks for those that rest on it too."""
    first, second, _ = regraded
    assert second.scores.count() == 1
    assert not WeakAreaReport.objects.current().exists()
    stale = {each.session_id: each.computed_at for each in WeakAreaReport.objects.all()}
    tasks.compute(str(first.pk))
    assert rights(first) == 11
    body = WeakAreaReport.objects.current().get(session=second).body
    assert sum(row["right"] for row in body["tasks"]) == body["answers"] - 1
    again = WeakAreaReport.objects.current().filter(session__in=regraded)
    assert all(each.computed_at > stale[each.session_id] for each in again)
    assert again.count() == 3
    done = {each.pk: each.computed_at for each in again}
    tasks.compute(str(first.pk))
    assert {each.pk: each.computed_at for each in WeakAreaReport.objects.all()} == done


def test_the_sweep_finds_reports_that_a_regrade_overtook(regraded):
    assert services.compute_missing() == 3
    assert services.compute_missing() == 0


def test_a_regrade_leaves_the_reports_of_others_and_of_before(candidate, exam, session):
    answer_all(session)
    early = exams.finish(session.pk)
    services.compute(early.pk)
    other = make_user()
    theirs = exams.start(other, exam=make_exam())
    answer_all(theirs)
    services.compute(exams.finish(theirs.pk).pk)
    late = exams.start(candidate, exam=exam)
    answer_all(late)
    exams.finish(late.pk)
    services.compute(late.pk)
    asked = early.items.values("version")
    item = (
        late.items.filter(is_scored=True, version__type="multiple_choice")
        .exclude(version__in=asked)
        .first()
    )
    exams.regrade(item.version, keyed_by=corrected(item.version), reason="Wrong key.")
    current = WeakAreaReport.objects.current()
    assert set(current.values_list("session", flat=True)) == {early.pk, theirs.pk}


def test_a_blank_says_nothing(session):
    item = session.items.select_related("version", "keyed_by").first()
    save(session, entry(item.position, right_response(item)))
    exams.finish(session.pk)
    body = services.compute(session.pk).body
    assert (body["answers"], body["blank"]) == (1, 11)
    assert [row["n"] for row in body["topics"]].count(1) == 1
    assert len(body["topics"]) == 4


def test_answers_to_topics_that_left_the_exam_are_stated(finished):
    other = make_exam()
    topic = Topic.objects.filter(task__domain__exam=other).first()
    moved = finished.items.first()
    finished.items.filter(pk=moved.pk).update(topic=topic)
    body = services.compute(finished.pk).body
    assert (body["answers"], body["outside"]) == (12, 1)
    assert sum(row["n"] for row in body["tasks"]) == 11


def test_a_domain_without_questions_is_stated_not_hidden(finished):
    domain = Domain.objects.create(exam=finished.exam, number=3, title="New", weight=20)
    Task.objects.create(domain=domain, number="3.1", title="New task")
    row = services.compute(finished.pk).body["domains"][-1]
    assert (row["title"], row["n"], row["verdict"]) == ("New", 0, "too_few")


def test_the_newest_answer_to_a_question_counts(candidate, exam, finished):
    for _ in range(2):
        session = exams.start(candidate, exam=exam)
        answer_all(session)
        exams.finish(session.pk)
    # The third sitting asked the first one's questions again, and all were right.
    body = services.compute(session.pk).body
    assert (body["answers"], body["exams"]) == (24, 2)
    assert all(row["right"] == row["n"] for row in body["tasks"])


def test_an_older_report_does_not_see_what_came_later(candidate, exam, finished):
    later = exams.start(candidate, exam=exam)
    answer_all(later)
    let_time_pass(finished, hours=2)
    finished.refresh_from_db()
    exams.finish(later.pk)
    assert services.compute(finished.pk).body["answers"] == 12


def test_an_open_session_has_no_report(session):
    assert services.compute(session.pk) is None


def test_lost_reports_are_found(finished):
    assert services.compute_missing() == 1
    assert services.compute_missing() == 0
    assert WeakAreaReport.objects.get().session == finished


def test_one_that_fails_stops_no_other(candidate, exam, finished, monkeypatch):
    other = exams.start(candidate, exam=exam)
    exams.finish(other.pk)
    compute = services.compute

    def fail_for_the_first(session_id):
        if session_id == finished.pk:
            raise RuntimeError("poison")
        return compute(session_id)

    monkeypatch.setattr(services, "compute", fail_for_the_first)
    assert services.compute_missing() == 1
    assert WeakAreaReport.objects.get().session == other


def test_a_report_costs_the_same_for_any_number_of_answers(candidate, exam, finished):
    def cost(session):
        with CaptureQueriesContext(connection) as asked:
            services.compute(session.pk)
        return len(asked)

    services.compute(finished.pk)
    WeakAreaReport.objects.all().delete()
    first = cost(finished)
    later = exams.start(candidate, exam=exam)
    answer_all(later)
    exams.finish(later.pk)
    assert cost(later) == first <= 18


@pytest.mark.django_db(transaction=True)
def test_a_task_that_is_delivered_twice_at_once_makes_one_report(finished, monkeypatch):
    body, made = findings.report_body, []
    monkeypatch.setattr(findings, "report_body", lambda *args: made.append(1) or body(*args))
    reports = together(*[lambda: services.compute(finished.pk).pk] * 3)
    assert len(set(reports)) == WeakAreaReport.objects.count() == len(made) == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_it_is_computed_twice(finished, monkeypatch):
    body, made, both = findings.report_body, [], threading.Barrier(2)

    def body_once_both_are_here(*args):
        both.wait(10)
        made.append(1)
        return body(*args)

    monkeypatch.setattr(findings, "report_body", body_once_both_are_here)
    monkeypatch.setattr(
        type(Score.objects.all()), "select_for_update", lambda self, **options: self
    )
    together(*[lambda: services.compute(finished.pk)] * 2)
    assert len(made) == 2


def test_a_sweep_takes_up_what_a_regrade_asks_for(session):
    answer_all(session)
    exams.finish(session.pk)
    services.compute(session.pk)
    item = session.items.filter(is_scored=True, version__type="multiple_choice").first()
    exams.regrade(item.version, keyed_by=corrected(item.version), reason="Wrong key.")
    assert services.compute_missing() == 1
    assert WeakAreaReport.objects.get().score == session.scores.get(is_current=True)


def test_evidence_of_others_and_of_other_exams_stays_out(outsider, candidate, exam, finished):
    for person, each in ((outsider, exam), (candidate, make_exam())):
        other = exams.start(person, exam=each)
        answer_all(other)
        exams.finish(other.pk)
    again = exams.start(candidate, exam=exam)
    exams.finish(again.pk)
    body = services.compute(again.pk).body
    assert (body["answers"], body["blank"], body["exams"]) == (12, 12, 1)


# --- What moved -------------------------------------------------------------------------------


def area(number, share, percent):
    return {
        "number": number,
        "title": f"Domain {number}",
        "share_percent": share,
        "estimate_percent": percent,
    }


@pytest.mark.parametrize(
    ("after", "named"),
    [
        # The first alone makes up more than half; then two are needed; then one went the other way.
        ((80, 51, 51), ["1"]),
        ((60, 60, 60), ["1", "2"]),
        ((40, 90, 50), ["2"]),
    ],
)
def test_the_fewest_domains_that_make_up_half_of_a_move_are_named(after, named):
    before = [area("1", 40, 50), area("2", 30, 50), area("3", 30, 50)]
    pairs = [
        (then, {**then, "estimate_percent": percent})
        for then, percent in zip(before, after, strict=True)
    ]
    whole = sum(
        now["share_percent"] / 100 * (now["estimate_percent"] - then["estimate_percent"])
        for then, now in pairs
    )
    assert [row["number"] for row in findings._movers(pairs, whole)] == named


def test_a_fall_names_what_fell():
    then, other = area("1", 50, 70), area("2", 50, 60)
    pairs = [(then, {**then, "estimate_percent": 40}), (other, {**other, "estimate_percent": 62})]
    found = findings._movers(pairs, -14)
    assert [(row["number"], row["from_percent"], row["to_percent"]) for row in found] == [
        ("1", 70, 40)
    ]


def with_change(session, **change):
    """Give a session's report a change since the exam before, and enough answers to speak."""
    report = services.compute(session.pk)
    report.body["readiness"]["is_enough"] = True
    report.body["change"] = {"readiness_from_percent": 11.0, "domains": [], "movers": [], **change}
    report.save()


def test_what_moved_readiness_is_named(candidate_client, finished):
    movers = [{"number": "2", "title": "Second", "from_percent": 41.0, "to_percent": 77.0}]
    with_change(finished, is_beyond_noise=True, movers=movers)
    text = page(candidate_client, finished).content.decode()
    assert "It was 11 % after the exam before" in text
    assert "What moved it most: 2 Second, from 41 to 77 %." in text


def test_a_change_within_noise_is_not_told_as_a_change(candidate_client, finished):
    with_change(finished, is_beyond_noise=False)
    text = page(candidate_client, finished).content.decode()
    assert "did not move by more than chance" in text
    assert "It was 11 %" not in text


def test_what_holds_readiness_down_is_named(candidate_client, finished):
    with_change(finished, is_beyond_noise=False)
    held = WeakAreaReport.objects.get().body["held_by"]
    assert held["number"] == "1"
    text = page(candidate_client, finished).content.decode()
    assert f"What holds it down most: 1 {held['title']}, with about" in text


# --- What a report stands on is kept in memory, and no longer than it is true --------------------


def test_a_second_report_reads_the_exam_no_more(finished, candidate, exam):
    services.compute(finished.pk)
    WeakAreaReport.objects.all().delete()
    with CaptureQueriesContext(connection) as asked:
        services.compute(finished.pk)
    assert not [sql for sql in asked.captured_queries if "topics__slug" in sql["sql"]]
    assert len(asked) <= 12


@pytest.mark.parametrize("change", ["retired", "moved", "renamed", "weighed", "new task"])
def test_a_changed_exam_is_read_anew(finished, exam, change):
    services.compute(finished.pk)
    before = sheets.ground(exam, None)
    question = Question.objects.pool(exam).first()
    task = Task.objects.filter(domain__exam=exam).first()
    other = Topic.objects.filter(task__domain__exam=exam).exclude(pk=question.topic_id).first()
    {
        "retired": lambda: Question.objects.filter(pk=question.pk).update(status="retired"),
        "moved": lambda: Question.objects.filter(pk=question.pk).update(topic=other),
        "renamed": lambda: Topic.objects.filter(pk=other.pk).update(title="Another name"),
        "weighed": lambda: Domain.objects.filter(pk=task.domain_id).update(weight=61),
        "new task": lambda: Task.objects.create(domain=task.domain, number="1.9", title="New"),
    }[change]()
    after = sheets.ground(exam, None)
    assert after is not before
    assert (after.plan.levels, after.plan.outline.shares, after.asked) != (
        before.plan.levels,
        before.plan.outline.shares,
        before.asked,
    )
    assert sheets.ground(exam, None) is after


def test_an_answer_to_a_question_that_was_retired_still_counts(finished):
    Question.objects.filter(exam=finished.exam).update(status="retired")
    keep = Question.objects.filter(exam=finished.exam).first()
    Question.objects.filter(pk=keep.pk).update(status="published")
    body = services.compute(finished.pk).body
    assert body["answers"] == sum(row["n"] for row in body["tasks"]) == 12


# --- Ringing for it ---------------------------------------------------------------------------


def test_the_end_rings_after_the_commit(session, django_capture_on_commit_callbacks, monkeypatch):
    rung = []
    monkeypatch.setattr(tasks.compute, "delay_on_commit", rung.append)
    with django_capture_on_commit_callbacks(execute=True):
        exams.finish(session.pk)
        assert rung == []
    assert rung == [str(session.pk)]


@pytest.fixture(params=["refuses", "accepts and is silent"])
def dead_broker(request):
    """The address of a broker that is of no use."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        if request.param != "refuses":
            listening.listen()
        yield f"redis://127.0.0.1:{listening.getsockname()[1]}/0"


RING = """
import time, uuid, django, kombu.exceptions
django.setup()
from examapp.reports.tasks import compute
for _ in range(2):  # the first one loads modules too
    before = time.monotonic()
    try:
        compute.delay(str(uuid.uuid4()))
    except kombu.exceptions.OperationalError:
        seconds = time.monotonic() - before
print(seconds)
"""


def test_a_dead_broker_holds_nobody_up(dead_broker, tmp_path):
    rung = run_python(
        tmp_path, RING, BROKER_URL=dead_broker, DJANGO_SETTINGS_MODULE="examapp.settings"
    )
    assert rung.returncode == 0, rung.stderr
    # By default a silent broker holds a caller for over 25 seconds.
    assert float(rung.stdout) < 12


@pytest.mark.django_db(transaction=True)
def test_a_dead_broker_does_not_keep_an_exam_from_ending(candidate_client, session, monkeypatch):
    def refuse(*args, **options):
        raise ConnectionError("broker away")

    monkeypatch.setattr(tasks.compute, "apply_async", refuse)
    reply = candidate_client.post(
        reverse("exams:finish", args=[session.pk]), {"pending": "[]", "confirm": "yes"}
    )
    assert reply["Location"] == reverse("exams:result", args=[session.pk])
    assert candidate_client.get(reply["Location"]).context["score"].is_current
    # What no bell reached, the sweep finds.
    assert services.compute_missing() == 1


def test_a_bell_for_nothing_is_harmless(session):
    session_finished.send_robust(type(session), session_id=session.pk)
    tasks.compute(str(session.pk))
    assert not WeakAreaReport.objects.exists()


# --- The page ---------------------------------------------------------------------------------


def test_until_it_is_there_the_page_polls_ever_slower(candidate_client, finished):
    waits = []
    for look in range(len(POLLS)):
        reply = page(candidate_client, finished, f"?look={look}", HX_Request="true")
        assert reply.context["state"] == "pending"
        assert f"?look={look + 1}" in reply.content.decode()
        waits.append(reply.context["poll_ms"])
    assert waits == sorted(waits)
    reply = page(candidate_client, finished, f"?look={len(POLLS)}", HX_Request="true")
    assert reply.context["state"] == "slow"
    assert "hx-trigger" not in reply.content.decode()


@pytest.mark.parametrize("look", ["x", "-1", "99999", ""])
def test_a_look_that_is_no_number_is_the_first(candidate_client, finished, look):
    reply = page(candidate_client, finished, f"?look={look}")
    assert reply.context["state"] in ("pending", "slow")


@pytest.mark.parametrize("headers", [{}, {"HX_Request": "true"}])
def test_while_an_exam_runs_the_report_is_closed(candidate, candidate_client, finished, headers):
    services.compute(finished.pk)
    running = exams.start(candidate, exam=make_exam())
    reply = page(candidate_client, finished, **headers)
    assert reply.context["state"] == "locked"
    assert "Topic 1.1" not in reply.content.decode()
    assert reverse("exams:room", args=[running.pk]) in reply.content.decode()
    exams.finish(running.pk)
    assert page(candidate_client, finished, **headers).context["state"] == "ready"


def test_a_report_of_a_corrected_score_is_waited_for(candidate_client, session):
    answer_all(session)
    exams.finish(session.pk)
    services.compute(session.pk)
    item = session.items.filter(is_scored=True, version__type="multiple_choice").first()
    exams.regrade(item.version, keyed_by=corrected(item.version), reason="Wrong key.")
    assert page(candidate_client, session).context["state"] == "pending"
    services.compute(session.pk)
    assert page(candidate_client, session).context["state"] == "ready"


def test_the_page_costs_few_statements(candidate_client, finished, django_assert_max_num_queries):
    services.compute(finished.pk)
    with django_assert_max_num_queries(8):
        page(candidate_client, finished)


def test_the_fragment_is_part_of_the_page(candidate_client, finished):
    services.compute(finished.pk)
    whole = page(candidate_client, finished)
    part = page(candidate_client, finished, HX_Request="true")
    assert "<html" in whole.content.decode()
    assert "<html" not in part.content.decode()
    assert '<div id="report"' in part.content.decode()
    assert part["Vary"].find("HX-Request") >= 0


def test_the_report_leads_to_the_notes(candidate_client, finished):
    services.compute(finished.pk)
    text = page(candidate_client, finished).content.decode()
    address = reverse("questions:task_notes", args=[finished.exam.code, "1.1"])
    assert f'href="{address}#topic-1-1"' in text


def test_less_than_half_a_point_is_not_told_as_a_gain(candidate_client, finished):
    report = services.compute(finished.pk)
    for row in [*report.body["study"], *report.body["topics"]]:
        row["gain_points"] = 0.3
    report.save()
    text = page(candidate_client, finished).content.decode()
    assert "about 0" not in text
    assert "under 1" in text


def test_only_the_candidate_sees_it(outsider_client, instructor_client, finished):
    services.compute(finished.pk)
    for client in (outsider_client, instructor_client):
        assert page(client, finished).status_code == 404
    assert page(Client(), finished)["Location"].startswith("/accounts/login/")


def test_an_open_session_leads_to_its_room(candidate_client, session):
    assert page(candidate_client, session).status_code == 302
