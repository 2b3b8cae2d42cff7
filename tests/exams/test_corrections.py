"""Correcting a key: policies, dry run, regrade, who is told; and its pages."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from examapp.accounts.models import User
from examapp.exams import services
from examapp.exams.models import KeyCorrection, RegradeNotice, Score, SessionItem
from examapp.exams.services import correct as key_correction
from examapp.exams.services import notifications, regrade
from examapp.exams.services.correct import CorrectionRequest
from examapp.reports.models import WeakAreaReport
from examapp.reports.weak_areas.report import compute
from questions.models import AuditEntry, ExamRole, Question
from questions.services import retirement
from questions.services.errors import NotReady, Refused
from tests.support.builders import entry, make_user, right_response, wrong_response
from tests.support.pages import html_of
from tests.support.sittings import answer_all, save

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(instructor, exam):
    ExamRole.objects.create(user=instructor, exam=exam, role="owner")
    return instructor


def put(version, session):
    """Return an item of a session that asks `version` and is scored."""
    scored = session.items.filter(is_scored=True, version__type=version.type).first()
    item = session.items.filter(version=version).first()
    if item is None:
        item = scored
        item.version = item.keyed_by = version
        item.shuffle = list(range(len(version.content["options"])))
    elif not item.is_scored:
        session.items.filter(pk=scored.pk).update(is_scored=False)
        item.is_scored = True
    item.save()
    return item


def sat(exam, *, right=True, candidate=None, version=None):
    """Return a finished session; where a version is given it stands at a scored place."""
    session = services.start(candidate or make_user(), exam=exam)
    if version:
        put(version, session)
    answer_all(session, right_response if right else wrong_response)
    return services.finish(session.pk)


@pytest.fixture
def asked(candidate, exam):
    """A finished, all-right session and a scored item of it."""
    session = sat(exam, candidate=candidate)
    return session.items.filter(is_scored=True, version__type="multiple_choice").first()


def wanted(item, policy="new", right=(1,), reason="Wrong key."):
    if policy in ("drop", "everyone"):
        return CorrectionRequest(policy, reason)
    return CorrectionRequest(policy, reason, right, tuple(item.version.key["whys"]))


def correct(item, by, policy="new", right=(1,), **options):
    version = item.version
    mark = options.pop("mark", None) or key_correction.seen(version)
    want = wanted(item, policy, right)
    correction = key_correction.correct(version, want, by=by, mark=mark, **options)
    regrade.apply(correction.pk)
    return KeyCorrection.objects.get(pk=correction.pk)


def standing(session):
    score = session.scores.get(is_current=True)
    return float(score.credit), score.max_credit, score.scaled


# --- Policies ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("policy", "answered", "credit", "most"),
    [
        ("new", "old key", 9, 10),
        ("new", "new key", 10, 10),
        ("new", "blank", 9, 10),
        ("both", "old key", 10, 10),
        ("both", "new key", 10, 10),
        ("both", "neither", 9, 10),
        ("drop", "old key", 9, 9),
        ("drop", "neither", 9, 9),
        ("everyone", "neither", 10, 10),
        ("everyone", "blank", 10, 10),
    ],
)
def test_a_policy_says_what_an_answer_earns(candidate, exam, owner, policy, answered, credit, most):
    session = services.start(candidate, exam=exam)
    answer_all(session)
    item = session.items.filter(is_scored=True, version__type="multiple_choice").first()
    shown = {authored: shown for shown, authored in enumerate(item.shuffle)}
    response = {"old key": shown[0], "new key": shown[1], "neither": shown[2], "blank": None}
    save(session, entry(item.position, response[answered], seq=2))
    services.finish(session.pk)
    correct(item, owner, policy)
    assert standing(session)[:2] == (credit, most)
    assert standing(session)[2] == session.scale.scaled(credit / most)


def test_a_dropped_question_leaves_the_scale_over_the_others(exam, owner):
    first = sat(exam, right=False)
    item = first.items.filter(is_scored=True, version__type="multiple_choice").first()
    right = sat(exam, version=item.version)
    correct(item, owner, "drop")
    assert standing(right) == (9.0, 9, 1000)
    assert standing(first) == (0.0, 9, 100)
    domains = right.scores.get(is_current=True).domain_scores
    assert sum(row.max_credit for row in domains.all()) == 9


def test_a_session_of_which_nothing_counts_has_a_score(exam, owner, asked):
    for item in asked.session.items.filter(is_scored=True):
        correct(item, owner, "drop")
    assert standing(asked.session) == (0.0, 0, 100)


def test_both_keys_count_after_a_third(asked, owner):
    correct(asked, owner, "both", (1,))
    third = correct(asked, owner, "both", (2,))
    assert sorted(third.also_right) == [[0], [1]]
    assert standing(asked.session)[0] == 10


def test_the_newest_correction_rules(asked, owner):
    correct(asked, owner, "drop")
    correct(asked, owner, "new")
    assert standing(asked.session)[:2] == (9, 10)
    assert [score.number for score in asked.session.scores.all()] == [1, 2, 3]


def test_an_older_correction_takes_nothing_back(asked, owner):
    version = asked.version
    older = key_correction.correct(
        version, wanted(asked, "drop"), by=owner, mark=key_correction.seen(version)
    )
    correct(asked, owner, "everyone")
    assert regrade.apply(older.pk) == []
    assert standing(asked.session)[:2] == (10, 10)


# --- What a correction does and does not do ---------------------------------------------------


def test_the_words_stay_and_the_new_key_is_live(asked, owner):
    question = asked.version.question
    correction = correct(asked, owner)
    question.refresh_from_db()
    assert question.current_version == correction.keyed_by
    assert correction.keyed_by.content_hash == asked.version.content_hash
    assert correction.keyed_by.key["right"] == [1]


def test_a_retired_question_stays_retired(asked, owner):
    retirement.retire(asked.version.question, by=owner)
    correct(asked, owner)
    assert Question.objects.get(pk=asked.version.question_id).status == "retired"


def test_a_dropped_question_can_be_retired_with_it(asked, owner):
    correct(asked, owner, "drop", retire=True)
    assert Question.objects.get(pk=asked.version.question_id).status == "retired"


def test_an_open_session_follows_when_it_ends(exam, owner, asked):
    open_ = services.start(make_user(), exam=exam)
    place = put(asked.version, open_)
    correct(asked, owner)
    # As if its paper was written while the correction was at work.
    SessionItem.objects.filter(pk=place.pk).update(correction=None, keyed_by=asked.version)
    shown = {authored: shown for shown, authored in enumerate(place.shuffle)}
    save(open_, entry(place.position, shown[1]))
    services.finish(open_.pk)
    place.refresh_from_db()
    assert place.credit == 1
    assert place.correction is not None


def test_an_open_session_follows_the_newest_of_several_corrections(exam, owner, asked):
    open_ = services.start(make_user(), exam=exam)
    place = put(asked.version, open_)
    for right in (1, 2, 3):
        correct(asked, owner, right=(right,))
    shown = {authored: shown for shown, authored in enumerate(place.shuffle)}
    save(open_, entry(place.position, shown[3]))
    services.finish(open_.pk)
    place.refresh_from_db()
    assert place.credit == 1
    assert place.correction == KeyCorrection.objects.latest("pk")


@pytest.mark.parametrize("right", [(), (0, 1), (9,)])
def test_a_key_that_cannot_be_is_refused(asked, owner, right):
    with pytest.raises((Refused, NotReady)):
        correct(asked, owner, right=right)
    assert not KeyCorrection.objects.exists()


def test_a_correction_that_was_overtaken_is_refused(asked, owner):
    mark = key_correction.seen(asked.version)
    correct(asked, owner, mark=mark)
    with pytest.raises(Refused, match="Someone else"):
        correct(asked, owner, "drop", mark=mark)


def test_what_happened_is_in_the_record(asked, owner):
    correction = correct(asked, owner)
    entries = AuditEntry.objects.filter(batch=correction.batch)
    assert {entry.verb for entry in entries} == {"corrected the key", "regraded"}
    regraded = entries.get(verb="regraded")
    assert regraded.actor_id == owner.pk
    assert regraded.details["before"]["scaled"] == 1000
    assert regraded.details["reason"] == "Wrong key."


def test_a_dropped_answer_says_nothing_of_what_one_knows(asked, owner):
    compute(asked.session_id)
    before = WeakAreaReport.objects.get().body["answers"]
    correct(asked, owner, "drop")
    compute(asked.session_id)
    report = WeakAreaReport.objects.get()
    assert report.score.is_current
    assert report.body["answers"] == before - 1


# --- The dry run ------------------------------------------------------------------------------


@pytest.mark.parametrize("policy", ["new", "both", "drop", "everyone"])
def test_the_dry_run_says_what_then_happens(exam, owner, asked, policy):
    for right in (True, False, True):
        sat(exam, right=right, version=asked.version)
    expected = key_correction.preview(asked.version, wanted(asked, policy))
    assert expected.finished == 4
    assert not KeyCorrection.objects.exists()
    correction = correct(asked, owner, policy)
    assert (correction.done, correction.total) == (4, 4)
    assert correction.changed == len(expected.changes)
    assert correction.flipped == len(expected.flips)
    for change in expected.changes:
        assert standing(change.session)[2] == change.new_scaled


def test_the_dry_run_costs_the_same_for_more_sessions(exam, asked):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            key_correction.preview(asked.version, wanted(asked))
        return len(queries)

    cost()  # what the version's question is, is kept from now on
    first = cost()
    for _ in range(3):
        sat(exam, version=asked.version)
    assert cost() == first <= 8


def test_a_batch_costs_the_same_for_more_sessions(exam, owner, asked):
    def cost(policy):
        with CaptureQueriesContext(connection) as queries:
            correct(asked, owner, policy)
        return len(queries)

    cost("everyone")
    few = cost("drop")
    for _ in range(3):
        sat(exam, version=asked.version)
    cost("everyone")
    assert cost("drop") == few


# --- Who is told ------------------------------------------------------------------------------


def minutes_later(minutes=6):
    Score.objects.update(scored_at=F("scored_at") - timedelta(minutes=minutes))


def test_a_candidate_whose_score_changed_is_told(asked, owner, candidate, candidate_client):
    correct(asked, owner)
    assert notifications.mail() == 0
    minutes_later()
    assert notifications.mail() == 1
    assert notifications.mail() == 0
    (letter,) = mail.outbox
    assert letter.to == [candidate.email]
    assert "went from 1000 to" in letter.body
    assert reverse("exams:result", args=[asked.session_id]) in letter.body
    assert "Wrong key" not in letter.body
    home = html_of(candidate_client.get("/"))
    assert "was corrected: your score went from 1000" in home
    notice = RegradeNotice.objects.get()
    candidate_client.post(reverse("exams:seen", args=[notice.pk]))
    assert "was corrected" not in html_of(candidate_client.get("/"))
    history = candidate_client.get(reverse("exams:history")).content.decode()
    assert "corrected" in history


def test_nobody_else_puts_a_notice_away(asked, owner, outsider_client):
    correct(asked, owner)
    notice = RegradeNotice.objects.get()
    outsider_client.post(reverse("exams:seen", args=[notice.pk]))
    notice.refresh_from_db()
    assert notice.seen_at is None


def test_a_letter_that_fails_is_sent_later_and_stops_no_other(
    exam, asked, owner, monkeypatch, caplog
):
    sat(exam, version=asked.version)
    correct(asked, owner)
    send, failed = notifications.send_mail, []

    def fail_once(*args, **to):
        if not failed:
            failed.append(1)
            raise OSError("no route")
        return send(*args, **to)

    monkeypatch.setattr(notifications, "send_mail", fail_once)
    minutes_later()
    assert notifications.mail() == 1
    assert "letter_not_sent" in caplog.text
    assert notifications.mail() == 1


def test_no_letter_goes_to_a_deleted_account_nor_for_longer_than_a_week(
    exam, asked, owner, candidate
):
    other = sat(exam, version=asked.version)
    correct(asked, owner)
    assert RegradeNotice.objects.count() == 2
    User.objects.filter(pk=candidate.pk).update(is_active=False)
    minutes_later()
    long_ago = timezone.now() - timedelta(days=8)
    Score.objects.filter(session=other).update(scored_at=long_ago)
    assert notifications.mail() == 0
    User.objects.filter(pk=candidate.pk).update(is_active=True)
    assert notifications.mail() == 1


def scores_told():
    """Return the scores that each email tells, as text: before, now."""
    told = re.compile(r"went from (\d+) to (\d+)\.")
    return [list(told.search(message.body).groups()) for message in mail.outbox]


def test_of_several_corrections_one_letter_tells_from_the_last_told_to_the_current(
    asked, owner, candidate
):
    first = Score.objects.get(session=asked.session_id).scaled
    correct(asked, owner)
    second = Score.objects.get(session=asked.session_id, is_current=True).scaled
    minutes_later()
    notifications.mail()
    for policy in ("drop", "both"):
        correct(asked, owner, policy=policy)
    current = Score.objects.get(session=asked.session_id, is_current=True).scaled
    waiting = RegradeNotice.objects.filter(mailed_at=None).count()
    minutes_later()
    notifications.mail()
    assert notifications.mail() == 0
    assert scores_told()[0] == [str(first), str(second)]
    assert len(mail.outbox) == 1 + (current != second)
    assert waiting > 0
    assert not RegradeNotice.objects.filter(mailed_at=None).exists()


def test_a_score_that_came_back_is_told_to_nobody(asked, owner, candidate):
    before = Score.objects.get(session=asked.session_id)
    correct(asked, owner)
    current = Score.objects.get(session=asked.session_id, is_current=True)
    figures = {name: getattr(before, name) for name in ("scaled", "credit", "max_credit")}
    Score.objects.filter(pk=current.pk).update(is_pass=before.is_pass, **figures)
    minutes_later()
    assert notifications.mail() == 0
    assert not mail.outbox
    assert notifications.unseen(candidate) == []
    assert not RegradeNotice.objects.filter(mailed_at=None).exists()


def test_the_review_says_what_was_corrected(asked, owner, candidate_client):
    correct(asked, owner, "both")
    review = reverse("exams:review", args=[asked.session_id])
    text = html_of(candidate_client.get(f"{review}?show=all&q={asked.position}"))
    assert "More than one answer counts as right." in text
    assert "Wrong key." in text


# --- Pages ------------------------------------------------------------------------------------


def address(item):
    question = item.version.question
    return reverse("exams:correct", args=[question.exam.code, question.ref])


def posted(item, **fields):
    whys = {f"why-{i}": why for i, why in enumerate(item.version.key["whys"])}
    return {
        "policy": "new",
        "right": "1",
        "reason": "Wrong key.",
        "mark": key_correction.seen(item.version),
        **whys,
        **fields,
    }


@pytest.mark.parametrize(
    "item_type", ["multiple_choice", "multiple_response", "ordering", "matching"]
)
def test_every_type_shows_its_key(asked, owner, instructor_client, item_type):
    item = asked.session.items.filter(version__type=item_type).first()
    reply = instructor_client.get(address(item))
    assert reply.status_code == 200
    form = reply.context["form"]
    data = {name: field.initial for name, field in form.fields.items() if field.initial}
    data |= {"reason": "Looked at.", "policy": "new", "mark": key_correction.seen(item.version)}
    reply = instructor_client.post(address(item), data)
    assert reply.status_code == 200, reply.context["form"].errors
    assert not reply.context["foresight"].changes


def test_nothing_is_done_before_the_dry_run_was_seen(
    asked, owner, instructor_client, monkeypatch, django_capture_on_commit_callbacks
):
    reply = instructor_client.post(address(asked), posted(asked))
    assert reply.context["foresight"].changes
    assert not KeyCorrection.objects.exists()
    foreseen = reply.context["form"].foreseen
    changed = posted(asked, right="2", foreseen=foreseen)
    assert instructor_client.post(address(asked), changed).status_code == 200
    assert not KeyCorrection.objects.exists()
    reply = instructor_client.post(address(asked), posted(asked, foreseen=foreseen))
    correction = KeyCorrection.objects.get()
    assert reply["Location"] == correction.get_absolute_url()


@pytest.mark.parametrize(
    "fields", [{"reason": ""}, {"policy": "mercy"}, {"right": "9"}, {"reason": "x" * 301}]
)
def test_bad_input_is_said_at_its_field(asked, owner, instructor_client, fields):
    reply = instructor_client.post(address(asked), posted(asked, **fields))
    assert reply.status_code == 422
    assert set(reply.context["form"].errors) == set(fields)


def test_the_progress_is_shown_until_the_end(asked, owner, instructor_client):
    version = asked.version
    correction = key_correction.correct(
        version, wanted(asked), by=owner, mark=key_correction.seen(version)
    )
    page = correction.get_absolute_url()
    part = instructor_client.get(page, headers={"HX-Request": "true"}).content.decode()
    assert 'hx-trigger="every 1s"' in part
    assert "<html" not in part
    regrade.apply(correction.pk)
    part = instructor_client.get(page, headers={"HX-Request": "true"}).content.decode()
    assert "hx-trigger" not in part
    assert "All exams are scored again" in part


@pytest.mark.parametrize(("role", "status"), [("author", 404), ("reviewer", 200), ("owner", 200)])
def test_who_may_publish_may_correct(asked, exam, instructor, instructor_client, role, status):
    ExamRole.objects.create(user=instructor, exam=exam, role=role)
    assert instructor_client.get(address(asked)).status_code == status


def test_a_candidate_and_a_stranger_see_nothing(asked, candidate_client, instructor_client):
    for client in (candidate_client, instructor_client):
        assert client.get(address(asked)).status_code == 404
