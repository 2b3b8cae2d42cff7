"""Sittings that are set aside: discarded while they have hardly begun, or left out later."""

import pytest
from django.urls import reverse

from examapp.exams import services
from examapp.exams.hooks import required_sittings
from examapp.exams.models import AnswerEvent, ExamSession
from questions.models import ExamRole
from tests.support.builders import entry, make_exam, make_user, regrade_with_key
from tests.support.sittings import answer_all, corrected, let_time_pass, save

pytestmark = pytest.mark.django_db


@pytest.fixture
def four(session):
    """An open sitting of ten minutes with four answers to choice questions."""
    save(session, *_answers(session, 4))
    let_time_pass(session, minutes=10)
    return session


def _answers(session, count):
    items = session.items.select_related("version").filter(version__type="multiple_choice")
    return [entry(item.position, 0) for item in items[:count]]


def test_a_sitting_with_four_answers_is_discarded_and_kept(four, candidate):
    discarded = services.discard(four.pk, candidate=candidate)
    assert (discarded.status, discarded.finish_reason) == ("discarded", "discarded")
    assert AnswerEvent.objects.filter(item__session=four).count() == 4
    assert not ExamSession.objects.of(candidate).finished().exists()
    assert services.start(candidate, exam=four.exam).pk != four.pk


def test_a_fifth_answer_makes_it_count_once_two_minutes_have_passed(four, candidate):
    save(four, *_answers(four, 5))
    with pytest.raises(services.SittingCounts):
        services.discard(four.pk, candidate=candidate)
    four.refresh_from_db()
    assert four.is_open


def test_in_its_first_two_minutes_any_sitting_is_discarded(session, candidate):
    answer_all(session)
    let_time_pass(session, seconds=119)
    assert services.discard(session.pk, candidate=candidate).is_discarded


def test_one_that_has_ended_loses_its_score_and_says_why_it_ended(four, candidate):
    services.finish(four.pk)
    discarded = services.discard(four.pk, candidate=candidate)
    assert (discarded.status, discarded.finish_reason) == ("discarded", "submitted")
    assert list(four.scores.values_list("is_current", flat=True)) == [False]
    assert services.discard(four.pk, candidate=candidate).is_discarded


def test_only_its_candidate_discards_it(four, outsider):
    for verb in (services.discard, services.leave_out):
        with pytest.raises(ExamSession.DoesNotExist):
            verb(four.pk, candidate=outsider)


@pytest.fixture
def required(four):
    """The sitting of four answers, for whose result a course waits."""
    required_sittings.register("a course", lambda key: key == four.pk)
    yield four
    required_sittings.unregister("a course")


def test_one_that_someone_waits_for_is_neither_discarded_nor_left_out(required, candidate):
    four = required
    with pytest.raises(services.SittingCounts):
        services.discard(four.pk, candidate=candidate)
    services.finish(four.pk)
    with pytest.raises(services.SittingCounts):
        services.leave_out(four.pk, candidate=candidate)


def test_a_save_after_it_is_answered_and_kept_as_closed(four, candidate, candidate_client):
    services.discard(four.pk, candidate=candidate)
    url = reverse("exams:answers", args=[four.pk])
    reply = candidate_client.post(url, [entry(9, None)], content_type="application/json").json()
    assert [row["status"] for row in reply["saved"]] == ["closed"]
    assert reply["result_url"] == reverse("exams:result", args=[four.pk])
    assert services.finish(four.pk).is_discarded


def test_a_corrected_key_leaves_a_discarded_sitting_alone(four, candidate):
    services.finish(four.pk)
    services.discard(four.pk, candidate=candidate)
    version = four.items.get(position=1).version
    assert regrade_with_key(version, keyed_by=corrected(version), reason="Wrong key.") == []
    assert four.scores.count() == 1


def test_a_sitting_left_out_counts_again_when_its_owner_wants(finished, candidate):
    left_out = services.leave_out(finished.pk, candidate=candidate)
    assert left_out.left_out_at
    assert services.leave_out(finished.pk, candidate=candidate).left_out_at == left_out.left_out_at
    assert not ExamSession.objects.of(candidate).counted().exists()
    assert not services.leave_out(finished.pk, candidate=candidate, is_left_out=False).left_out_at
    assert ExamSession.objects.of(candidate).counted().get() == finished


def test_an_open_sitting_is_not_left_out(session, candidate):
    with pytest.raises(services.SittingCounts):
        services.leave_out(session.pk, candidate=candidate)


def test_whoever_may_edit_the_exam_sits_a_trial(instructor, exam):
    assert not services.start(instructor, exam=exam).is_trial
    other = make_exam()
    ExamRole.objects.create(user=instructor, exam=other, role="author")
    trial = services.start(instructor, exam=other)
    assert trial.is_trial
    admin = make_user(role="admin")
    assert services.start(admin, exam=exam).is_trial
    services.finish(trial.pk)
    assert not ExamSession.objects.telling().exists()
    assert ExamSession.objects.counted().get() == trial


def test_the_pages_discard_leave_out_and_say_so(four, finished_elsewhere, candidate_client):
    reply = candidate_client.post(reverse("exams:discard", args=[four.pk]), follow=True)
    assert reply.redirect_chain[-1][0] == reverse("exams:launch", args=[four.exam.code])
    assert "you can start again" in reply.content.decode()
    for name in ("result", "review"):
        page = candidate_client.get(reverse(f"exams:{name}", args=[four.pk]))
        assert page.url == reverse("exams:launch", args=[four.exam.code])
    url = reverse("exams:leave_out", args=[finished_elsewhere.pk])
    assert "count it again" in candidate_client.post(url, follow=True).content.decode()
    reply = candidate_client.post(url, {"count": "yes"}, follow=True)
    assert "It counts in your progress again" in reply.content.decode()
    refused = candidate_client.post(reverse("exams:leave_out", args=[four.pk]), follow=True)
    assert "cannot leave it out" in refused.content.decode()


@pytest.fixture
def finished_elsewhere(candidate):
    return services.finish(services.start(candidate, exam=make_exam()).pk)
