"""Terms in reviews: chosen for an exam, thought of, shown, and rated by one's own word."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from examapp.exams import services as exams
from examapp.exams.open_exam import ExamRunning
from examapp.practice.services import past_of
from examapp.practice.services.topic_states import topic_states
from examapp.privacy import services as privacy
from examapp.reports.weak_areas.evidence import evidence_of
from examapp.study import services, tasks
from examapp.study.models import Card, CardEvent, TermReviews
from examapp.study.services import merge, rebuild, terms
from questions.services.note_writing import hide
from tests.study.conftest import practiced, review
from tests.support.builders import define_terms, make_exam, make_user
from tests.support.races import together
from tests.support.statements import statements

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
SEVEN = ("Accuracy", "Bias", "Context", "Drift", "Epoch", "Feature", "Gradient")
MEANING = "what <em>Recall</em> means"


@pytest.fixture
def recall(candidate, exam):
    """The card of the one term that the notes define, due today."""
    define_terms(exam, "Recall")
    terms.switch_on(candidate, exam)
    return Card.objects.get()


def address(exam, name="review", *more):
    return reverse(f"study:{name}", args=[exam.code, *more])


def text_of(reply):
    return " ".join(reply.content.decode().split())


def sent(card, knew="yes"):
    return {"turn": Card.objects.get(pk=card.pk).turn, "knew": knew}


def grade_all(candidate, exam, *, knew=True):
    """Grade every term that is left of the day; return how many."""
    cards = services.queue_of(candidate, exam).rest()
    for card in cards:
        terms.grade(candidate, card.pk, turn=card.turn, knew=knew)
    return len(cards)


# --- What is chosen ---------------------------------------------------------------------------


def test_terms_come_a_few_new_ones_a_day_in_the_order_of_the_notes(candidate, exam, days):
    define_terms(exam, *SEVEN)
    assert services.due_count(candidate, exam) == 0
    terms.switch_on(candidate, exam)
    terms.switch_on(candidate, exam)
    assert Card.objects.count() == CardEvent.objects.count() == 7
    assert services.due_count(candidate, exam) == terms.NEW_A_DAY
    first = services.queue_of(candidate, exam).rest()
    assert [card.term for card in first] == [name.lower() for name in SEVEN[:5]]
    assert services.next_due(candidate, exam) == (days(0) + timedelta(days=1), 5)
    assert rebuild.differing() == []


def test_of_all_that_wait_no_more_than_a_day_s_new_terms_come(candidate, exam, days):
    names = [f"{name} {number}" for number in range(5) for name in SEVEN[:6]]
    define_terms(exam, *names)
    terms.switch_on(candidate, exam)
    terms.switch_off(candidate, exam)
    days(10)
    terms.switch_on(candidate, exam)
    assert grade_all(candidate, exam) == terms.NEW_A_DAY
    assert services.due_count(candidate, exam) == 0
    assert services.next_due(candidate, exam) == (days(0) + timedelta(days=1), 5)
    assert services.undo(candidate, exam)
    assert services.due_count(candidate, exam) == 1
    again = Card.objects.filter(due_on__lte=days(1), last_on__isnull=False).count()
    assert services.due_count(candidate, exam) == terms.NEW_A_DAY + again


def test_terms_that_are_defined_later_make_no_day_longer(candidate, exam, days):
    define_terms(exam, *SEVEN)
    terms.switch_on(candidate, exam)
    define_terms(exam, *SEVEN, "Heuristic", "Index", "Kernel", "Layer", "Metric")
    tasks.sweep()
    assert grade_all(candidate, exam) == terms.NEW_A_DAY
    assert services.due_count(candidate, exam) == 0
    again = Card.objects.filter(due_on__lte=days(1), last_on__isnull=False).count()
    assert services.due_count(candidate, exam) == terms.NEW_A_DAY + again


def test_switched_off_they_rest_and_switched_on_they_go_on(candidate, exam, recall):
    terms.grade(candidate, recall.pk, turn=1, knew=False)
    known = Card.objects.get().stability
    terms.switch_off(candidate, exam)
    assert services.next_due(candidate, exam) is None
    terms.switch_on(candidate, exam)
    assert Card.objects.get().stability == known
    assert services.next_due(candidate, exam)[1] == 1


def test_they_are_of_one_exam_and_one_person(candidate, exam, recall):
    other_exam, other = make_exam(), make_user()
    define_terms(other_exam, "Recall")
    terms.switch_on(other, other_exam)
    assert services.due_count(candidate, other_exam) == 0
    assert services.due_count(other, exam) == 0


def test_a_term_that_leaves_the_notes_is_withdrawn_and_one_that_comes_is_taken_in(
    candidate, candidate_client, exam, recall
):
    define_terms(exam, "Precision")
    assert services.due_count(candidate, exam) == 0
    assert "Nothing is due" in text_of(candidate_client.get(address(exam)))
    assert tasks.sweep() == 1
    assert tasks.sweep() == 0
    assert services.queue_of(candidate, exam).first().term == "precision"
    # What was known of it is there again with the term.
    define_terms(exam, "Precision", "Recall")
    assert services.due_count(candidate, exam) == 2
    assert tasks.sweep() == 0


def test_a_note_that_is_hidden_asks_nothing(candidate, exam, instructor):
    note = define_terms(exam, "Recall")
    note.origin = "site"
    note.save(update_fields=["origin"])
    terms.switch_on(candidate, exam)
    hide(note.topic, by=instructor)
    assert services.due_count(candidate, exam) == 0


@pytest.mark.django_db(transaction=True)
def test_two_devices_switch_on_once(candidate, exam):
    define_terms(exam, *SEVEN)
    together(*[lambda: terms.switch_on(candidate, exam)] * 2)
    assert Card.objects.count() == CardEvent.objects.count() == 7


def test_a_card_is_of_a_question_or_of_one_term(candidate, exam, recall):
    for fields in ({}, {"term": "bias", "fact": "F-1"}, {"term": "recall"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Card.objects.create(candidate=candidate, exam=exam, **fields)


# --- The queue --------------------------------------------------------------------------------


def test_questions_come_first_and_the_day_s_limit_is_one(
    candidate, candidate_client, exam, days, settings
):
    define_terms(exam, *SEVEN)
    terms.switch_on(candidate, exam)
    practiced(candidate, exam, count=2)
    days(1)
    settings.REVIEWS_PER_DAY = 4
    queue = services.queue_of(candidate, exam)
    assert queue.left == 4
    assert [bool(card.term) for card in queue.rest()] == [False, False, True, True]
    review(candidate, exam)
    review(candidate, exam)
    assert grade_all(candidate, exam) == 2
    assert services.due_count(candidate, exam) == 0
    text = text_of(candidate_client.get(address(exam)))
    assert "You did 4 reviews today." in text
    assert "3 more wait for tomorrow" in text


def test_known_and_not_known_come_back_as_fsrs_says(candidate, exam, days, exam_on):
    define_terms(exam, "Bias", "Recall")
    terms.switch_on(candidate, exam)
    bias, recall = services.queue_of(candidate, exam).rest()
    terms.grade(candidate, bias.pk, turn=1, knew=False)
    terms.grade(candidate, recall.pk, turn=1, knew=True)
    bias, recall = Card.objects.order_by("term")
    today = days(0)
    assert bias.due_on == today + timedelta(days=1)
    assert recall.due_on > bias.due_on
    assert rebuild.differing() == []
    # No interval passes the exam.
    exam_on(today + timedelta(days=2))
    days(1)
    assert services.due_count(candidate, exam) == 2


def test_undo_asks_a_term_again(candidate, exam, recall):
    terms.grade(candidate, recall.pk, turn=1, knew=True)
    assert services.undo(candidate, exam).pk == recall.pk
    assert Card.objects.get().memory is None
    assert services.due_count(candidate, exam) == 1
    assert rebuild.differing() == []


@pytest.mark.django_db(transaction=True)
def test_two_devices_count_a_term_once(candidate, exam, recall):
    def grade():
        try:
            return terms.grade(candidate, recall.pk, turn=1, knew=True)
        except services.AlreadyAnswered:
            return None

    graded = together(grade, grade)
    assert sum(card is not None for card in graded) == 1
    assert CardEvent.objects.filter(source="review").count() == 1
    assert services.queue_of(candidate, exam).done == 1


def test_a_guest_s_terms_become_the_account_s(candidate, exam, recall):
    guest = make_user()
    terms.switch_on(guest, exam)
    theirs = Card.objects.of(guest).get()
    terms.grade(guest, theirs.pk, turn=1, knew=True)
    merge.give(guest, candidate)
    assert Card.objects.get() == recall
    assert recall.events.filter(kind="answered").count() == 1
    assert rebuild.differing() == []


# --- It measures nothing ----------------------------------------------------------------------


def test_a_term_is_no_answer_in_any_measurement(candidate, exam, days):
    items = practiced(candidate, exam, count=3)
    define_terms(exam, *SEVEN)

    def measured():
        evidence = evidence_of(candidate.pk, exam.pk)
        return evidence.answers, evidence.practiced_at, past_of(candidate, exam)

    before, states = measured(), topic_states(candidate.pk, exam)
    terms.switch_on(candidate, exam)
    assert grade_all(candidate, exam, knew=False) == 5
    assert measured() == before
    assert topic_states(candidate.pk, exam) == states
    assert set(past_of(candidate, exam).met_at) == {item.version.question_id for item in items}


# --- The pages --------------------------------------------------------------------------------


def test_the_meaning_comes_when_asked_for_and_the_next_after_one_s_word(
    candidate, candidate_client, exam, recall
):
    front = text_of(candidate_client.get(address(exam)))
    assert "Recall</h2>" in front
    assert "1 left" in front
    assert MEANING not in front
    shown = text_of(candidate_client.get(address(exam, "term", recall.pk)))
    assert MEANING in shown
    reply = candidate_client.post(address(exam, "grade", recall.pk), sent(recall), follow=True)
    assert "Done for today" in text_of(reply)
    assert "You knew it. Comes back in" in text_of(reply)
    assert Card.objects.get().memory is not None


def test_a_script_gets_parts_and_at_the_end_a_whole_page(candidate_client, exam, candidate):
    define_terms(exam, "Bias", "Recall")
    terms.switch_on(candidate, exam)
    bias, recall = services.queue_of(candidate, exam).rest()
    shown = text_of(candidate_client.get(address(exam, "term", bias.pk), headers=HTMX))
    assert "<html" not in shown
    assert "what <em>Bias</em> means" in shown
    reply = candidate_client.post(
        address(exam, "grade", bias.pk), sent(bias, "no"), headers=HTMX, follow=True
    )
    assert "<html" not in text_of(reply)
    assert "Not yet. Comes back tomorrow." in text_of(reply)
    assert "Recall</h2>" in text_of(reply)
    reply = candidate_client.post(
        address(exam, "grade", recall.pk), sent(recall), headers=HTMX, follow=True
    )
    assert reply.headers["HX-Redirect"] == address(exam)


def test_a_second_device_is_told(candidate_client, exam, recall):
    late = sent(recall)
    candidate_client.post(address(exam, "grade", recall.pk), late)
    reply = candidate_client.post(address(exam, "grade", recall.pk), late, follow=True)
    assert "You answered that one already" in text_of(reply)
    reply = candidate_client.get(address(exam, "term", recall.pk), follow=True)
    assert "That term is not due any more." in text_of(reply)
    assert CardEvent.objects.filter(source="review").count() == 1


def test_a_term_that_is_due_is_shown_though_another_came_first(candidate, candidate_client, exam):
    define_terms(exam, "Bias", "Recall")
    terms.switch_on(candidate, exam)
    recall = Card.objects.get(term="recall")
    assert MEANING in text_of(candidate_client.get(address(exam, "term", recall.pk)))


def test_beyond_the_day_s_limit_a_term_is_not_shown_and_nothing_false_is_said(
    candidate, candidate_client, exam, settings
):
    define_terms(exam, "Bias", "Recall")
    terms.switch_on(candidate, exam)
    bias, recall = Card.objects.order_by("term")
    settings.REVIEWS_PER_DAY = 1
    terms.grade(candidate, bias.pk, turn=1, knew=True)
    text = text_of(candidate_client.get(address(exam, "term", recall.pk), follow=True))
    assert "Done for today" in text
    assert "not due any more" not in text


def test_no_word_is_taken_on_a_term_that_is_not_due(candidate, candidate_client, exam, days):
    define_terms(exam, *SEVEN)
    terms.switch_on(candidate, exam)
    first, *_, last = Card.objects.order_by("pk")
    reply = candidate_client.post(address(exam, "grade", last.pk), sent(last), follow=True)
    assert "That term is not due any more." in text_of(reply)
    terms.switch_off(candidate, exam)
    reply = candidate_client.post(address(exam, "grade", first.pk), sent(first), follow=True)
    assert "That term is not due any more." in text_of(reply)
    terms.switch_on(candidate, exam)
    exam.state = "closed"
    exam.save(update_fields=["state"])
    reply = candidate_client.post(address(exam, "grade", first.pk), sent(first))
    assert reply.status_code == 404
    assert not CardEvent.objects.filter(source="review").exists()


def test_a_term_has_no_explanation_of_an_answer(candidate, candidate_client, exam, recall):
    terms.grade(candidate, recall.pk, turn=1, knew=True)
    event = CardEvent.objects.get(source="review")
    assert candidate_client.get(address(exam, "answered", event.pk)).status_code == 404


def test_what_is_no_word_is_asked_again(candidate_client, exam, recall):
    for wrong in ({}, {"turn": 1, "knew": "perhaps"}, {"turn": "x", "knew": "yes"}):
        reply = candidate_client.post(address(exam, "grade", recall.pk), wrong, follow=True)
        assert MEANING in text_of(reply)
    assert Card.objects.get().turn == 1


def test_another_s_card_and_a_question_s_are_not_there(candidate, candidate_client, exam, recall):
    other = Client()
    other.force_login(make_user())
    assert other.get(address(exam, "term", recall.pk)).status_code == 404
    assert other.post(address(exam, "grade", recall.pk), sent(recall)).status_code == 404
    assert other.post(address(exam, "grade", recall.pk)).status_code == 404
    practiced(candidate, exam, count=1)
    question = Card.objects.get(term="")
    assert candidate_client.get(address(exam, "term", question.pk)).status_code == 404
    reply = candidate_client.post(address(exam, "grade", question.pk), sent(question))
    assert reply.status_code == 404
    assert not CardEvent.objects.filter(source="review").exists()


def test_terms_rest_while_an_exam_runs(candidate, candidate_client, exam, recall):
    exams.start(candidate, exam=exam)
    for name, more in (("review", ()), ("term", (recall.pk,)), ("due_list", ())):
        page = candidate_client.get(address(exam, name, *more))
        assert page.status_code == 403
        assert "Recall" not in page.content.decode()
    assert candidate_client.post(address(exam, "grade", recall.pk), sent(recall)).status_code == 403
    with pytest.raises(ExamRunning):
        terms.grade(candidate, recall.pk, turn=1, knew=True)


def test_the_list_to_read_names_terms_without_their_meaning(candidate_client, exam, recall):
    text = text_of(candidate_client.get(address(exam, "due_list")))
    assert "Terms: think what each means" in text
    assert '<li dir="auto">Recall</li>' in text
    assert MEANING not in text


def test_a_term_costs_eight_statements_and_one_s_word_six(candidate_client, exam, recall):
    candidate_client.get(address(exam))
    for page in (address(exam), address(exam, "term", recall.pk)):
        with CaptureQueriesContext(connection) as asked:
            candidate_client.get(page)
        assert statements(asked) <= 8, [query["sql"][:90] for query in asked.captured_queries]
    fields = sent(recall)
    with CaptureQueriesContext(connection) as asked:
        reply = candidate_client.post(address(exam, "grade", recall.pk), fields)
    assert reply.status_code == 302
    assert statements(asked) <= 6, [query["sql"][:90] for query in asked.captured_queries]


def test_what_is_due_is_counted_on_home_and_in_practice(candidate, candidate_client, exam):
    practiced(candidate, exam, count=1)
    define_terms(exam, *SEVEN)
    with CaptureQueriesContext(connection) as asked:
        candidate_client.get(reverse("home"))
    before = statements(asked)
    terms.switch_on(candidate, exam)
    with CaptureQueriesContext(connection) as asked:
        home = candidate_client.get(reverse("home"))
    assert "5 due for review" in text_of(home)
    assert statements(asked) <= before <= 12
    practice = text_of(candidate_client.get(reverse("practice:choose", args=[exam.code])))
    assert '<b class="number-xl">5</b>' in practice


# --- Where it is chosen -----------------------------------------------------------------------


@pytest.mark.parametrize("page", ["glossary", "settings"])
def test_it_is_switched_where_the_glossary_is_and_in_the_settings(candidate_client, exam, page):
    place = {
        "glossary": reverse("questions:glossary", args=[exam.code]),
        "settings": reverse("accounts:settings"),
    }[page]
    assert "Review the terms" not in text_of(candidate_client.get(place))
    define_terms(exam, "Recall")
    assert "Review the terms" in text_of(candidate_client.get(place))
    switch = address(exam, "review_terms")
    reply = candidate_client.post(switch, {"on": "yes", "back": place}, follow=True)
    assert reply.request["PATH_INFO"] == place
    assert "Terms are in your reviews from today." in text_of(reply)
    assert TermReviews.objects.count() == 1
    reply = candidate_client.post(switch, {"on": "no", "back": place}, follow=True)
    assert "Terms are not in your reviews any more." in text_of(reply)
    assert "Review the terms" in text_of(reply)
    assert not TermReviews.objects.exists()


def test_a_stranger_is_offered_nothing(client, exam):
    define_terms(exam, "Recall")
    text = text_of(client.get(reverse("questions:glossary", args=[exam.code])))
    assert "Recall" in text
    assert "Review the terms" not in text


def test_it_goes_into_the_download_and_away_with_the_account(candidate, recall):
    tables = privacy.download(candidate)["tables"]
    assert [row["term"] for row in tables["study.Card"]] == ["recall"]
    assert len(tables["study.TermReviews"]) == 1
    privacy.forget(candidate)
    assert not Card.objects.exists()
    assert not TermReviews.objects.exists()
