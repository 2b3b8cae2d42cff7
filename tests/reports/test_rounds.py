"""Rounds of ratings: each rater alone, then what came of it, then the bank."""

import pytest
from django.urls import reverse

from examapp.exams import services as exams
from examapp.exams.models import ExamForm, ExamFormItem
from examapp.reports.models import ItemRating, ItemStatistics, RatingRound
from examapp.reports.standard_setting import rate, rounds
from examapp.reports.standard_setting.apply import apply_round
from examapp.reports.standard_setting.outcome import outcome
from questions.models import AuditEntry, Exam, Question
from questions.services import drafts, versions
from questions.services.errors import Refused
from tests.questions.conftest import client_of
from tests.support.builders import make_exam, make_user
from tests.support.pages import html_of
from tests.support.rounds import give, open_round, team

pytestmark = pytest.mark.django_db


@pytest.fixture
def exam(db):
    return make_exam(forms=1)


@pytest.fixture
def people(exam):
    return team(exam)


@pytest.fixture
def closed(exam, people):
    """Three questions that three people rated."""
    round_ = open_round(exam, people)
    for person, shares in zip(people, ([40, 60, 80], [50, 60, 90], [60, 60, 70]), strict=True):
        give(round_, person, shares)
    round_.refresh_from_db()
    return round_


def questions_of(round_):
    return [item.version.question for item in round_.items.select_related("version__question")]


def page(person, round_, name="rating_round", *more):
    address = reverse(f"reports:{name}", args=[round_.exam.code, *more])
    return html_of(client_of(person).get(address))


# --- Each alone -------------------------------------------------------------------------------


def test_nobody_sees_a_rating_before_all_are_in(exam, people):
    round_ = open_round(exam, people)
    give(round_, people[0], [35, 35, 35])
    give(round_, people[1], [85, 85, 85])
    give(round_, people[2], [15, 15])
    for person in people:
        html = page(person, round_, "rating_round", round_.pk)
        assert "Nobody sees a rating" in html
        assert "Ratings beside answers" not in html
    assert "3 of 3" in html
    assert "2 of 3" in html
    give(round_, people[2], [15, 15, 15])
    round_.refresh_from_db()
    assert not round_.is_open
    html = page(people[1], round_, "rating_round", round_.pk)
    assert "Ratings beside answers" in html
    assert "45 %" in html


def test_an_owner_closes_a_round_that_is_not_complete_and_no_rating_is_taken_after(exam, people):
    round_ = open_round(exam, people)
    give(round_, people[0], [35])
    owner = client_of(people[0])
    address = reverse("reports:close_round", args=[exam.code, round_.pk])
    assert client_of(people[1]).post(address).status_code == 404
    owner.post(address)
    round_.refresh_from_db()
    closed_at = round_.closed_at
    assert closed_at
    with pytest.raises(rate.RoundClosed):
        give(round_, people[1], [50])
    owner.post(address)
    round_.refresh_from_db()
    assert round_.closed_at == closed_at
    assert AuditEntry.objects.filter(verb="closed ratings").count() == 1


def test_nobody_rates_what_they_wrote_now_or_earlier_or_in_a_draft(exam, people):
    _, wrote, bystander = people
    first, second, third = Question.objects.pool(exam).order_by("ref")[:3]
    Question.objects.filter(pk=first.pk).update(author=wrote)
    drafts.revise(second, by=wrote)
    AuditEntry.objects.create(
        exam=exam,
        verb="published",
        subject="question",
        subject_id=str(third.pk),
        details={"before": {"draft": {"writers": [wrote.pk]}}},
    )
    round_ = open_round(exam, people, size=4)
    assert [item.position for item in rounds.items_for(round_, wrote)] == [4]
    assert rounds.items_for(round_, bystander).count() == 4
    told = {each.rater: (each.of, each.left_out) for each in rounds.progress(round_)}
    assert (told[wrote], told[bystander]) == ((1, 3), (4, 0))
    address = reverse("reports:rate", args=[exam.code, round_.pk, 1])
    assert client_of(wrote).get(address).status_code == 404
    assert client_of(bystander).get(address).status_code == 200
    address = reverse("reports:rate", args=[exam.code, round_.pk, 4])
    assert "3 questions that you wrote are left out" in html_of(client_of(wrote).get(address))


def test_the_newest_rating_of_a_person_counts(exam, people):
    round_ = open_round(exam, people, size=2)
    give(round_, people[0], [10])
    give(round_, people[0], [90])
    assert ItemRating.objects.count() == 2
    rounds.close(round_, by=people[0])
    (first, _) = outcome(RatingRound.objects.get()).questions
    assert (first.mean_percent, first.raters, first.spread_percent) == (90, 1, None)


@pytest.mark.parametrize(("size", "raters"), [(0, 3), (3, 0)])
def test_a_round_without_questions_or_people_is_none(exam, people, size, raters):
    with pytest.raises(Refused):
        open_round(exam, people, size=size, raters=people[:raters])
    assert not RatingRound.objects.exists()


def test_a_round_that_nobody_could_rate_is_none(exam, people):
    Question.objects.filter(exam=exam).update(author=people[1])
    with pytest.raises(Refused, match="They wrote all of these questions"):
        open_round(exam, people, raters=people[1:2])
    assert not RatingRound.objects.exists()
    assert open_round(exam, people, raters=people[1:]).is_open


def test_a_round_holds_no_more_than_can_be_judged(exam, people, monkeypatch):
    monkeypatch.setattr(rounds, "MOST_ITEMS", 2)
    with pytest.raises(Refused, match="up to 2, and these are 3"):
        open_round(exam, people)


# --- What came of it --------------------------------------------------------------------------


def test_means_and_spreads_stand_beside_what_answers_say(closed):
    first, second, third = questions_of(closed)
    for question, n in ((first, 40), (second, 29)):
        ItemStatistics.objects.create(
            question=question, n=n, facility=0.62, scored_through=closed.closed_at
        )
    rows = outcome(closed).questions
    assert [row.mean_percent for row in rows] == [50, 60, 80]
    assert [row.spread_percent for row in rows] == [10, 0, 10]
    assert [row.facility_percent for row in rows] == [62, None, None]
    assert {row.answered for row in rows} == {3}
    found = outcome(closed)
    assert found.agreement.single == pytest.approx(0.755, abs=0.001)
    assert [each.mean_percent for each in found.raters] == [60, pytest.approx(66.7), 63.3]
    assert third.ref == rows[2].ref


def test_own_answers_are_told_right_or_wrong(closed):
    rows = outcome(closed)
    assert sum(row.right for row in rows.questions) == sum(row.right for row in rows.raters)
    assert sum(row.right for row in rows.questions) == sum(
        each.is_right for item in closed.items.all() for each in item.answers.all()
    )


def test_forms_of_different_difficulty_ask_the_same_of_those_who_just_pass(exam, closed):
    """A form of the questions rated .5 and .6 asks 1.1 of 2, one of .6 and .8 asks 1.4."""
    first, second, third = questions_of(closed)
    for title, pair in (("Easy", (second, third)), ("Hard", (first, second))):
        form = ExamForm.objects.create(
            exam=exam, title=title, slug=title.lower(), kind="fixed", seed=1
        )
        for position, question in enumerate(pair, 1):
            ExamFormItem.objects.create(
                form=form, position=position, question=question, is_scored=True
            )
    marks = {mark.form.title: mark for mark in outcome(closed).forms}
    assert (marks["Easy"].sum, marks["Hard"].sum) == (1.4, 1.1)
    ExamFormItem.objects.create(
        form=marks["Hard"].form,
        position=3,
        question=Question.objects.exclude(pk__in=[first.pk, second.pk, third.pk])[0],
        is_scored=True,
    )
    hard = next(mark for mark in outcome(closed).forms if mark.form.title == "Hard")
    assert (hard.is_rated, hard.lacking, hard.percent) == (False, 1, 70)


def test_the_pages_cost_as_many_statements_whatever_is_rated(
    exam, people, closed, django_assert_max_num_queries
):
    client = client_of(people[0])
    address = reverse("reports:rating_round", args=[exam.code, closed.pk])
    client.get(address)
    with django_assert_max_num_queries(40):
        client.get(address)
    listed = reverse("reports:rounds", args=[exam.code])
    with django_assert_max_num_queries(30) as one:
        client.get(listed)
    for _ in range(3):
        open_round(exam, people)
    with django_assert_max_num_queries(len(one)):
        client.get(listed)


# --- The bank ---------------------------------------------------------------------------------


def test_means_are_written_as_a_new_version_of_the_same_words(exam, people, closed):
    question = questions_of(closed)[0]
    before = question.live_version
    address = reverse("reports:apply_ratings", args=[exam.code, closed.pk])
    client_of(people[0]).post(address)
    question = Question.objects.get(pk=question.pk)
    live = question.live_version
    assert (live.key["angoff"], live.key["angoff_spread"]) == (0.5, 0.1)
    assert (live.number, live.content_hash) == (before.number + 1, before.content_hash)
    rest = {name: live.key[name] for name in before.key}
    assert rest == before.key
    assert live.created_by_id == people[0].pk
    entry = AuditEntry.objects.get(verb="rated", subject_id=str(question.pk))
    assert entry.details["reason"] == "Ratings of “Round 1”"
    whole = AuditEntry.objects.get(verb="applied ratings")
    assert whole.details["counts"]["written"] == 3


def test_a_second_time_writes_nothing(people, closed):
    assert apply_round(closed, by=people[0]).written == 3
    again = apply_round(closed, by=people[0])
    assert (again.written, again.same) == (0, 3)


def test_an_open_round_is_not_applied(exam, people):
    with pytest.raises(Refused, match="open"):
        apply_round(open_round(exam, people), by=people[0])


def test_what_changed_since_or_has_a_draft_or_too_few_raters_is_left(exam, people):
    round_ = open_round(exam, people, size=5)
    for person in people[:2]:
        give(round_, person, [50] * 5)
    give(round_, people[2], [50] * 4)
    rounds.close(round_, by=people[0])
    drafted, reworded, retired, _, few = questions_of(round_)
    drafts.revise(drafted, by=people[0])
    item = versions.item_of_version(reworded.live_version)
    versions.publish(reworded, item.__class__(**{**vars(item), "stem": "Another stem?"}))
    Question.objects.filter(pk=retired.pk).update(status="retired")
    done = apply_round(RatingRound.objects.get(), by=people[0])
    assert vars(done) == {"written": 1, "same": 0, "few": 1, "changed": 2, "drafts": 1}
    assert not any("angoff" in each.live_version.key for each in (drafted, few))
    assert Question.objects.get(pk=retired.pk).status == "retired"


def test_a_sitting_that_begins_later_has_the_mark_that_its_ratings_ask(exam, people):
    before = exams.start(make_user(), exam=exam)
    round_ = open_round(exam, people, size=12)
    for person in people:
        give(round_, person, [60] * 12)
    apply_round(RatingRound.objects.get(), by=people[0])
    after = exams.start(make_user(), exam=Exam.objects.get(pk=exam.pk))
    before.refresh_from_db()
    assert (float(before.raw_cut), float(after.raw_cut)) == (0.7, 0.6)


def test_only_owners_open_a_round_and_the_form_says_what_is_wrong(exam, people):
    address = reverse("reports:new_round", args=[exam.code])
    assert client_of(people[1]).get(address).status_code == 404
    owner = client_of(people[0])
    sent = {"title": "Spring", "choice": "unrated", "raters": [each.pk for each in people]}
    reply = owner.post(address, sent | {"raters": []})
    assert reply.status_code == 422
    assert "Choose at least one person." in html_of(reply)
    outsider = make_user(role="instructor")
    assert owner.post(address, sent | {"raters": [outsider.pk]}).status_code == 422
    assert owner.post(address, sent).status_code == 302
    round_ = RatingRound.objects.get()
    assert (round_.items.count(), round_.raters.count()) == (12, 3)
    domain = exam.domains.get(number=2)
    owner.post(address, sent | {"choice": f"domain-{domain.pk}"})
    assert RatingRound.objects.first().items.count() == 5


def test_the_list_says_what_waits_for_the_reader(exam, people, closed):
    open_round(exam, people, title="Summer")
    html = page(people[1], closed, "rounds")
    assert "Summer" in html
    assert "0 of 3" in html
    assert "In the bank" not in html
    apply_round(closed, by=people[0])
    assert "In the bank" in page(people[1], closed, "rounds")
