"""The result and the review of a finished session."""

import pytest
from django.urls import reverse

from examapp.exams import services
from tests.exams.test_services import answer_all, corrected, let_time_pass, save
from tests.factories import entry, right_response, wrong_response

pytestmark = pytest.mark.django_db


@pytest.fixture
def finished(session):
    """A finished session: odd positions right, even ones wrong, position 12 flagged and blank."""
    answer_all(
        session,
        lambda item: right_response(item) if item.position % 2 else wrong_response(item),
    )
    save(session, entry(12, None, flagged=True))
    services.finish(session.pk)
    session.refresh_from_db()
    return session


def page(client, name, session, query=""):
    return client.get(reverse(f"exams:{name}", args=[session.pk]) + query)


def test_the_result_shows_score_verdict_and_domains(candidate_client, finished):
    reply = page(candidate_client, "result", finished)
    text = reply.content.decode()
    score = finished.scores.get()
    assert f'<span class="figure-big">{score.scaled}</span>' in text
    assert "A practice estimate, not an official score." in text
    assert [row["title"] for row in reply.context["domains"]] == ["Domain 1", "Domain 2"]
    assert sum(row["credit"] for row in reply.context["domains"]) == score.credit
    assert reply.context["unanswered"] == 1


def test_the_result_costs_few_statements(candidate_client, finished, django_assert_max_num_queries):
    with django_assert_max_num_queries(15):
        page(candidate_client, "result", finished)


def test_the_review_costs_few_statements(candidate_client, finished, django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        page(candidate_client, "review", finished)


def test_an_open_session_has_no_result_yet(candidate_client, session):
    for name in ("result", "review"):
        reply = page(candidate_client, name, session)
        assert reply["Location"] == reverse("exams:room", args=[session.pk])


def test_running_out_of_time_is_said(candidate_client, session):
    let_time_pass(session, hours=1)
    assert "Time ran out" in page(candidate_client, "result", session).content.decode()


def test_late_answers_are_counted_and_said(candidate_client, session):
    services.finish(session.pk)
    save(session, entry(1, None), entry(2, None), entry(1, None))
    assert (
        "2 answers reached us after the end"
        in page(candidate_client, "result", session).content.decode()
    )


def test_a_corrected_score_says_so(candidate_client, session):
    answer_all(session)
    services.finish(session.pk)
    item = session.items.filter(is_scored=True, version__type="multiple_choice").first()
    services.regrade(item.version, keyed_by=corrected(item.version), reason="The key was wrong.")
    text = page(candidate_client, "result", session).content.decode()
    assert "your score went from 1000 to" in text
    assert "The key was wrong." in text


def test_the_review_explains_every_option(candidate_client, finished):
    reply = page(candidate_client, "review", finished)
    items = reply.context["items"]
    assert [item.position for item in items] == list(range(1, 13))
    for item in items:
        assert all(option.why for option in item.options)
        assert item.is_right == (item.position % 2 == 1)
        assert item.note_url.startswith("/notes/")
    assert reply.content.count(b"WHY-0") >= 12


def test_right_and_chosen_stand_at_the_shown_option(candidate_client, finished):
    items = page(candidate_client, "review", finished).context["items"]
    for item in items:
        if item.type == "multiple_choice":
            (key,) = [option for option in item.options if option.is_key]
            assert key.html.startswith("Option 0 of")
            assert key.is_chosen == item.is_right
        if item.type == "ordering":
            ranks = {option.html.split(" of")[0]: option.right_rank for option in item.options}
            assert ranks == {"Option 0": 1, "Option 1": 2, "Option 2": 3, "Option 3": None}
        if item.type == "matching":
            assert [prompt.right.split(" of")[0] for prompt in item.prompts] == [
                "Option 0",
                "Option 1",
                "Option 2",
            ]


@pytest.mark.parametrize(
    ("query", "positions"),
    [
        ("?show=wrong", [2, 4, 6, 8, 10, 12]),
        ("?show=flagged", [12]),
        ("?show=all", list(range(1, 13))),
        ("?show=nonsense", list(range(1, 13))),
    ],
)
def test_the_review_can_be_narrowed(candidate_client, finished, query, positions):
    reply = page(candidate_client, "review", finished, query)
    assert [item.position for item in reply.context["items"]] == positions


def test_the_review_can_be_narrowed_to_a_domain(candidate_client, finished):
    reply = page(candidate_client, "review", finished, "?show=domain-2")
    assert {item.domain_number for item in reply.context["items"]} == {2}
    assert len(reply.context["items"]) == 5
