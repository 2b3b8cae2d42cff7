"""The weak-area report as it is shown, and what it says moved."""

from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse

from examapp.exams import services as exams
from examapp.reports.models import WeakAreaReport
from examapp.reports.views.weak_areas import POLLS
from examapp.reports.weak_areas import report as report_services
from examapp.reports.weak_areas.body import DomainChange
from examapp.reports.weak_areas.compose import movers
from tests.support.builders import make_exam, regrade_with_key
from tests.support.pages import html_of
from tests.support.reports import area_estimate
from tests.support.sittings import answer_all, corrected

pytestmark = pytest.mark.django_db


def page(client, session, query="", **headers):
    return client.get(reverse("reports:weak_areas", args=[session.pk]) + query, headers=headers)


# --- What moved -------------------------------------------------------------------------------


def area(number, share, percent):
    return area_estimate(
        number=number,
        title=f"Domain {number}",
        share_percent=share,
        estimate_percent=percent,
    )


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
        (then, replace(then, estimate_percent=percent))
        for then, percent in zip(before, after, strict=True)
    ]
    whole = sum(
        now.share_percent / 100 * (now.estimate_percent - then.estimate_percent)
        for then, now in pairs
    )
    assert [domain.number for domain in movers(pairs, whole)] == named


def test_a_fall_names_what_fell():
    then, other = area("1", 50, 70), area("2", 50, 60)
    pairs = [
        (then, replace(then, estimate_percent=40)),
        (other, replace(other, estimate_percent=62)),
    ]
    assert movers(pairs, -14) == (DomainChange("1", "Domain 1", 70, 40),)


def with_change(session, **change):
    """Give a session's report a change since the exam before, and enough answers to speak."""
    report = report_services.compute(session.pk)
    report.body["readiness"]["is_enough"] = True
    report.body["change"] = {
        "readiness_from_percent": 11.0,
        "from_percent": 50.0,
        "to_percent": 60.0,
        "domains": [],
        "movers": [],
        **change,
    }
    report.save()


def test_what_moved_readiness_is_named(candidate_client, finished):
    movers = [{"number": "2", "title": "Second", "from_percent": 41.0, "to_percent": 77.0}]
    with_change(finished, is_beyond_noise=True, movers=movers)
    text = html_of(page(candidate_client, finished))
    assert "Your chance to pass went from 11 to" in text
    assert "2 Second: from 41 to 77 %" in text


def test_a_change_within_noise_is_not_told_as_a_change(candidate_client, finished):
    with_change(finished, is_beyond_noise=False)
    text = page(candidate_client, finished).content.decode()
    assert "Too early to say whether you improved." in text
    assert "went from 11" not in text


@pytest.mark.parametrize(
    ("percents", "told"),
    [
        ((44, 18, 66), ["You would pass about 4 times in 10", "Likely between 2 and 7."]),
        ((3, 0, 8), ["You would pass about 1 time in 10", "Likely between 0 and 1."]),
    ],
)
def test_the_chance_is_told_in_one_sentence_with_its_range(
    candidate_client, finished, percents, told
):
    report = report_services.compute(finished.pk)
    names = ("percent", "low_percent", "high_percent")
    report.body["readiness"] |= {"is_enough": True, **dict(zip(names, percents, strict=True))}
    report.save()
    text = html_of(page(candidate_client, finished))
    for sentence in told:
        assert sentence in text


def test_what_holds_readiness_down_is_named(candidate_client, finished):
    with_change(finished, is_beyond_noise=False)
    held = WeakAreaReport.objects.get().body["held_by"]
    assert held["number"] == "1"
    text = page(candidate_client, finished).content.decode()
    assert f"Most to gain: 1 {held['title']}. It could add about" in text


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
    report_services.compute(finished.pk)
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
    report_services.compute(session.pk)
    item = session.items.filter(is_scored=True, version__type="multiple_choice").first()
    regrade_with_key(item.version, keyed_by=corrected(item.version), reason="Wrong key.")
    assert page(candidate_client, session).context["state"] == "pending"
    report_services.compute(session.pk)
    assert page(candidate_client, session).context["state"] == "ready"


def test_the_page_costs_few_statements(candidate_client, finished, django_assert_max_num_queries):
    report_services.compute(finished.pk)
    with django_assert_max_num_queries(8):
        page(candidate_client, finished)


def test_the_fragment_is_part_of_the_page(candidate_client, finished):
    report_services.compute(finished.pk)
    whole = page(candidate_client, finished)
    part = page(candidate_client, finished, HX_Request="true")
    assert "<html" in whole.content.decode()
    assert "<html" not in part.content.decode()
    assert '<div id="report"' in part.content.decode()
    assert part["Vary"].find("HX-Request") >= 0


def test_the_report_leads_to_the_notes(candidate_client, finished):
    report_services.compute(finished.pk)
    text = page(candidate_client, finished).content.decode()
    address = reverse("questions:task_notes", args=[finished.exam.code, "1.1"])
    assert f'href="{address}#topic-1-1"' in text


def test_less_than_half_a_point_is_not_told_as_a_gain(candidate_client, finished):
    report = report_services.compute(finished.pk)
    for row in [*report.body["study"], *report.body["topics"]]:
        row["gain_points"] = 0.3
    report.save()
    text = page(candidate_client, finished).content.decode()
    assert "about 0" not in text
    assert "under 1" in text


def test_only_the_candidate_sees_it(outsider_client, instructor_client, finished):
    report_services.compute(finished.pk)
    for client in (outsider_client, instructor_client):
        assert page(client, finished).status_code == 404
    assert page(Client(), finished)["Location"].startswith("/accounts/login/")


def test_an_open_session_leads_to_its_room(candidate_client, session):
    assert page(candidate_client, session).status_code == 302
