"""The result of a finished session."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from examapp.exams import services
from examapp.exams.hooks import Release, releases
from examapp.exams.models import KeyCorrection
from examapp.exams.services import exam_forms, regrade
from examapp.practice.models import PracticeSet
from examapp.reports.weak_areas.report import compute
from tests.support.builders import (
    TYPE_MIX,
    entry,
    make_exam,
    regrade_with_key,
    right_response,
    wrong_response,
)
from tests.support.sittings import answer_all, corrected, let_time_pass, save

pytestmark = pytest.mark.django_db


def page(client, session):
    return client.get(reverse("exams:result", args=[session.pk]))


def test_the_result_shows_score_verdict_and_domains(candidate_client, finished):
    reply = page(candidate_client, finished)
    text = reply.content.decode()
    score, sitting = finished.scores.get(), reply.context["sitting"]
    assert f'<b class="number-hero">{score.scaled}</b>' in text
    assert "Not passed yet" in text
    assert "6 of 12 right." in text
    assert [row.domain.title for row in reply.context["rows"]] == ["Domain 1", "Domain 2"]
    assert sum(domain.right for domain in sitting.domains) == 6
    assert sum(len(domain.missed) for domain in sitting.domains) == 6
    assert [item.is_blank for domain in sitting.domains for item in domain.missed].count(True) == 1
    assert "a practice estimate" in text


def test_the_result_costs_few_statements(candidate_client, finished, django_assert_max_num_queries):
    with django_assert_max_num_queries(20):
        page(candidate_client, finished)


def test_a_longer_exam_costs_no_more(
    candidate, candidate_client, finished, django_assert_num_queries
):
    with CaptureQueriesContext(connection) as short:
        page(candidate_client, finished)
    double = {name: 2 * count for name, count in TYPE_MIX.items()}
    exam = make_exam(scored_count=20, unscored_count=4, type_mix=double)
    session = services.start(candidate, exam=exam)
    answer_all(session, wrong_response)
    services.finish(session.pk)
    with django_assert_num_queries(len(short)):
        page(candidate_client, session)


def test_only_the_candidate_sees_it(outsider_client, instructor_client, finished):
    for client in (outsider_client, instructor_client):
        assert page(client, finished).status_code == 404
    assert page(Client(), finished)["Location"].startswith("/accounts/login/")


def test_an_open_session_leads_to_its_room(candidate_client, session):
    assert page(candidate_client, session)["Location"] == reverse("exams:room", args=[session.pk])


def test_running_out_of_time_is_said(candidate_client, session):
    let_time_pass(session, hours=1)
    assert "Time ran out" in page(candidate_client, session).content.decode()


def test_late_answers_are_counted_and_said(candidate_client, session):
    services.finish(session.pk)
    save(session, entry(1, None), entry(2, None), entry(1, None))
    assert "2 answers reached us after the end" in page(candidate_client, session).content.decode()


def test_a_corrected_score_says_so(candidate_client, session):
    answer_all(session)
    services.finish(session.pk)
    item = session.items.filter(is_scored=True, version__type="multiple_choice").first()
    regrade_with_key(item.version, keyed_by=corrected(item.version), reason="The key was wrong.")
    text = page(candidate_client, session).content.decode()
    assert "your score went from 1000 to" in text
    # The reason may tell a key; it stands in the review, which closes while an exam runs.
    assert "The key was wrong." not in text


def test_the_one_next_step_is_what_was_missed(candidate_client, finished):
    reply = page(candidate_client, finished)
    text = reply.content.decode()
    assert "Practice the 6 you missed" in text
    started = candidate_client.post(
        reverse("practice:missed", args=[finished.exam.code]), {"session": finished.pk}
    )
    practiced = PracticeSet.objects.get()
    assert started["Location"] == reverse("practice:question", args=[practiced.pk, 1])
    asked = list(practiced.items.order_by("position").values_list("version__question", flat=True))
    wrong = finished.items.exclude(credit=1).order_by("position")
    assert asked == list(wrong.values_list("version__question", flat=True))


def test_a_sitting_all_right_leads_to_the_next_mock_exam(candidate_client, session):
    answer_all(session)
    services.finish(session.pk)
    text = page(candidate_client, session).content.decode()
    assert "You passed this mock exam" in text
    assert "Take the next mock exam" in text
    assert "Practice the" not in text


def test_too_few_answers_ask_first_whether_to_keep_it(candidate_client, session):
    save(session, entry(1, None, flagged=True))
    services.finish(session.pk)
    reply = page(candidate_client, session)
    text = reply.content.decode()
    assert "You answered 0 of 12 questions" in text
    assert reverse("exams:discard", args=[session.pk]) in text
    kept = candidate_client.get(reverse("exams:result", args=[session.pk]) + "?show=score")
    assert kept.context["state"] == "result"


def test_the_estimate_comes_by_itself_and_stands_beside_every_domain(candidate_client, finished):
    reply = page(candidate_client, finished)
    assert reply.context["poll_url"].endswith("look=1")
    compute(finished.pk)
    part = candidate_client.get(reply.context["poll_url"], headers={"HX-Request": "true"})
    text = part.content.decode()
    assert "<html" not in text
    assert "poll_url" not in part.context or not part.context.get("poll_url")
    assert text.count("range-bar") == 2
    assert "more questions to" not in text
    late = candidate_client.get(reverse("exams:result", args=[finished.pk]) + "?look=99")
    assert late.status_code == 200


def test_an_estimate_that_does_not_come_is_told(candidate_client, finished):
    reply = candidate_client.get(reverse("exams:result", args=[finished.pk]) + "?look=99")
    assert "The estimate is not ready" in reply.content.decode()


def test_the_result_names_its_mock_exam_and_the_one_before(candidate, candidate_client, instructor):
    exam = make_exam()
    form = exam_forms.publish(
        exam, title="Mock exam 1", places=exam_forms.generate(exam), by=instructor
    )
    session = services.start(candidate, exam=exam, form=form)
    answer_all(session)
    services.finish(session.pk)
    again = services.start(candidate, exam=exam, form=form)
    answer_all(again)
    services.finish(again.pk)
    text = page(candidate_client, again).content.decode()
    assert ">Mock exam 1</h1>" in text
    assert "As many points as in Mock exam 1." in text


def test_while_another_exam_runs_nothing_tells_right_from_wrong(
    candidate, candidate_client, finished
):
    running = services.start(candidate, exam=make_exam())
    reply = page(candidate_client, finished)
    text = reply.content.decode()
    assert reverse("exams:room", args=[running.pk]) in text
    assert "What you missed" not in text
    assert "missed_count" not in reply.context or not reply.context["missed_count"]


def test_what_a_course_holds_back_is_not_shown(candidate_client, finished, monkeypatch):
    held = Release(score=False, answers=False, explanations=False, whose="by the course")
    monkeypatch.setattr(releases, "_answers", {"t": lambda pks: dict.fromkeys(pks, held)})
    text = page(candidate_client, finished).content.decode()
    assert "You have handed in your exam" in text
    assert "number-hero" not in text
    shown = Release(answers=False, explanations=False)
    monkeypatch.setattr(releases, "_answers", {"t": lambda pks: dict.fromkeys(pks, shown)})
    text = page(candidate_client, finished).content.decode()
    assert "number-hero" in text
    assert "Answers are shown once they are released" in text
    assert "Practice the" not in text
    missed = reverse("practice:missed", args=[finished.exam.code])
    assert candidate_client.post(missed, {"session": finished.pk}).status_code == 404
    review = candidate_client.get(reverse("exams:review", args=[finished.pk]))
    assert review["Location"] == reverse("exams:result", args=[finished.pk])


def test_time_and_changed_answers_are_told(candidate_client, session):
    answer_all(session)
    item = session.items.select_related("version", "keyed_by").get(position=1)
    save(session, entry(1, wrong_response(item), seq=2, elapsed_ms=90_000))
    services.finish(session.pk)
    sitting = page(candidate_client, session).context["sitting"]
    assert (sitting.changed.to_wrong, sitting.changed.to_right, sitting.changed.total) == (1, 0, 1)
    assert sitting.pace.slowest[0].position == 1
    assert sitting.pace.slowest[0].seconds == 90
    assert (sitting.pace.last.total, sitting.pace.before.total) == (3, 9)
    assert [bar.is_missed for bar in sitting.pace.bars].count(True) == 1


def test_a_flag_before_the_first_answer_is_no_answer(candidate_client, session):
    one, two = session.items.select_related("version", "keyed_by")[:2]
    save(session, entry(1, None, flagged=True), entry(2, None, flagged=True))
    save(session, entry(1, right_response(one), seq=2), entry(2, wrong_response(two), seq=2))
    save(session, entry(2, right_response(two), seq=3))
    services.finish(session.pk)
    changed = page(candidate_client, session).context["sitting"].changed
    assert (changed.to_wrong, changed.to_right, changed.total) == (0, 1, 1)


def test_what_was_dropped_is_neither_right_nor_missed(candidate_client, finished):
    item = finished.items.filter(is_scored=True, credit=0).first()
    correction = KeyCorrection.objects.create(
        question=item.version.question, keyed_by=item.version, policy="drop", reason="Bad."
    )
    correction.versions.add(item.version)
    regrade.apply(correction.pk)
    sitting = page(candidate_client, finished).context["sitting"]
    assert (sitting.right, sitting.total, sitting.missed) == (6, 11, 5)
