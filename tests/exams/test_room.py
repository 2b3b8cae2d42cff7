"""The exam room over HTTP: the paper, saving, and the end."""

import gzip
import json
import re

import pytest
from django.test import Client
from django.urls import reverse

from examapp.exams import services
from examapp.exams.models import AnswerEvent, ExamSession
from tests.support.builders import entry, right_response, wrong_response
from tests.support.pages import html_of

pytestmark = pytest.mark.django_db


def url(name, session):
    return reverse(f"exams:{name}", args=[session.pk])


def post_answers(client, session, rows):
    body = rows if isinstance(rows, str) else json.dumps(rows)
    return client.post(url("answers", session), body, content_type="application/json")


def item(session, position=1):
    return session.items.select_related("version", "keyed_by").get(position=position)


# --- The paper --------------------------------------------------------------------------------


def test_the_room_holds_the_whole_paper(candidate_client, session):
    page = candidate_client.get(url("room", session))
    assert page.status_code == 200
    positions = re.findall(r'<section id="q(\d+)"[^>]*data-position="(\d+)"', html_of(page))
    assert positions == [(str(n), str(n)) for n in range(1, 13)]


def test_the_room_shows_what_was_saved(candidate_client, session):
    first = next(
        row
        for row in session.items.select_related("version")
        if row.version.type == "multiple_choice"
    )
    post_answers(candidate_client, session, [entry(first.position, 2, flagged=True, struck=[1])])
    page = html_of(candidate_client.get(url("room", session)))
    section = page.split(f'<section id="q{first.position}"')[1].split("</section>")[0]
    assert re.search(r'value="2" checked', section)
    assert re.search(rf'name="flag-{first.position}" value="1" checked', section)
    assert "is-struck" in section


def test_the_room_costs_few_statements_whatever_its_length(
    candidate_client, session, django_assert_max_num_queries
):
    with django_assert_max_num_queries(12):
        candidate_client.get(url("room", session))


def test_nobody_else_sees_the_room(outsider_client, instructor_client, session):
    for client in (outsider_client, instructor_client):
        assert client.get(url("room", session)).status_code == 404
        assert post_answers(client, session, [entry(1, 0)]).status_code == 404
        assert client.post(url("finish", session), {"confirm": "yes"}).status_code == 404
        assert client.get(url("result", session)).status_code == 404
        assert client.get(url("review", session)).status_code == 404
    session.refresh_from_db()
    assert session.is_open
    assert not AnswerEvent.objects.exists()


def test_a_visitor_is_sent_to_sign_in_and_a_script_is_told(session):
    assert Client().get(url("room", session)).status_code == 302
    assert post_answers(Client(), session, []).status_code == 401


# --- Saving -----------------------------------------------------------------------------------


def test_a_save_costs_four_statements(candidate_client, session, django_assert_num_queries):
    with django_assert_num_queries(4):
        assert post_answers(candidate_client, session, [entry(1, None)]).status_code == 200


def test_a_whole_paper_in_one_list_costs_no_more(
    candidate_client, session, django_assert_num_queries
):
    rows = [
        entry(row.position, right_response(row))
        for row in session.items.select_related("version", "keyed_by")
    ]
    with django_assert_num_queries(4):
        assert post_answers(candidate_client, session, rows).status_code == 200


@pytest.mark.parametrize("respond", [right_response, wrong_response])
def test_every_type_of_answer_is_stored_and_acknowledged(candidate_client, session, respond):
    rows = list(session.items.select_related("version", "keyed_by"))
    sent = {row.position: respond(row) for row in rows}
    reply = post_answers(candidate_client, session, [entry(p, r) for p, r in sent.items()])
    assert reply.status_code == 200
    assert {e["position"]: e["response"] for e in reply.json()["saved"]} == sent
    assert {e["status"] for e in reply.json()["saved"]} == {"saved"}
    assert dict(session.items.values_list("position", "response")) == sent


def test_the_reply_tells_the_server_s_time_and_the_deadline(candidate_client, session):
    reply = post_answers(candidate_client, session, []).json()
    assert reply["state"] == "open"
    assert reply["saved"] == []
    assert reply["deadline"] == session.deadline_at.isoformat()
    assert 0 < reply["deadline_ms"] - reply["server_now_ms"] <= 30 * 60 * 1000


def test_a_retry_of_a_saved_answer_changes_nothing_and_is_acknowledged_again(
    candidate_client, session
):
    row = entry(1, None, flagged=True)
    first = post_answers(candidate_client, session, [row]).json()["saved"]
    again = post_answers(candidate_client, session, [row]).json()["saved"]
    assert again == first
    assert AnswerEvent.objects.count() == 1
    assert item(session).revision == 1


def test_a_stale_save_is_kept_and_shown_what_is_stored(candidate_client, session):
    post_answers(candidate_client, session, [entry(1, None, flagged=True)])
    reply = post_answers(candidate_client, session, [entry(1, None, base=0)])
    assert reply.status_code == 409
    (told,) = reply.json()["saved"]
    assert (told["status"], told["revision"], told["flagged"]) == ("stale", 1, True)
    assert item(session).flagged
    assert AnswerEvent.objects.filter(outcome="stale").count() == 1


def test_a_save_that_saw_the_newest_revision_is_not_stale(candidate_client, session):
    post_answers(candidate_client, session, [entry(1, None, flagged=True)])
    assert post_answers(candidate_client, session, [entry(1, None, base=1)]).status_code == 200
    assert not item(session).flagged


def test_an_older_save_of_the_same_tab_does_not_win(candidate_client, session):
    newer = entry(1, None, seq=5, flagged=True)
    post_answers(candidate_client, session, [newer])
    reply = post_answers(candidate_client, session, [{**newer, "seq": 4, "flagged": False}])
    assert reply.json()["saved"][0]["status"] == "superseded"
    assert item(session).flagged


def test_nor_when_both_come_in_one_list(candidate_client, session):
    newer = entry(1, None, seq=5, flagged=True)
    post_answers(candidate_client, session, [newer, {**newer, "seq": 4, "flagged": False}])
    assert item(session).flagged


def test_one_save_twice_in_a_list_is_one_save(candidate_client, session):
    row = entry(1, None, flagged=True)
    saved = post_answers(candidate_client, session, [row, row]).json()["saved"]
    assert [e["status"] for e in saved] == ["saved", "saved"]
    assert AnswerEvent.objects.count() == 1


def test_clearing_an_answer_stores_that_it_is_cleared(candidate_client, session):
    row = item(session)
    answer = entry(1, right_response(row))
    post_answers(candidate_client, session, [answer])
    post_answers(candidate_client, session, [{**answer, "seq": 2, "response": None}])
    assert item(session).response is None
    assert item(session).revision == 2


# --- Bad input --------------------------------------------------------------------------------


@pytest.mark.parametrize("body", ["{", "[" * 100_000, '{"position": 1}', '"text"', "7", "\x00", ""])
def test_a_body_that_is_no_list_is_named(candidate_client, session, body):
    reply = post_answers(candidate_client, session, body)
    assert reply.status_code == 422
    assert reply.json()["errors"][0]["field"] == "body"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"position": 99}, "position"),
        ({"position": "1"}, "position"),
        ({"position": True}, "position"),
        ({"position": 2**70}, "position"),
        ({"response": 99}, "response"),
        ({"response": -1}, "response"),
        ({"response": "0"}, "response"),
        ({"response": {"a": 1}}, "response"),
        ({"response": 1.5}, "response"),
        ({"client": "me"}, "client"),
        ({"client": None}, "client"),
        ({"seq": -1}, "seq"),
        ({"seq": 2**60}, "seq"),
        ({"base": "x"}, "base"),
        ({"elapsed_ms": -5}, "elapsed_ms"),
        ({"elapsed_ms": 2**40}, "elapsed_ms"),
        ({"flagged": 1}, "flagged"),
        ({"struck": [44]}, "struck"),
    ],
)
def test_a_bad_entry_names_its_field_and_the_rest_is_saved(
    candidate_client, session, change, field
):
    good = entry(2, None, flagged=True)
    reply = post_answers(candidate_client, session, [entry(1, None) | change, good])
    assert reply.status_code == 422
    saved, refused = reply.json()["saved"]
    assert (saved["position"], saved["status"]) == (2, "saved")
    assert refused["status"] == "invalid"
    assert field in [error["field"] for error in refused["errors"]]
    assert item(session, 2).flagged
    assert item(session, 1).revision == 0


def test_an_entry_that_is_no_object_is_refused_alone(candidate_client, session):
    reply = post_answers(candidate_client, session, [None, 7, entry(1, None)])
    assert reply.status_code == 422
    assert [e["status"] for e in reply.json()["saved"]] == ["saved", "invalid", "invalid"]


def test_an_unknown_session_is_not_found(candidate_client, session):
    session.pk = "00000000-0000-4000-8000-000000000000"
    assert post_answers(candidate_client, session, [entry(1, 0)]).status_code == 404


def test_too_large_a_body_is_refused_before_it_is_read(candidate_client, session):
    assert post_answers(candidate_client, session, "[" + " " * 262_144 + "]").status_code == 413


def test_too_many_entries_are_refused(candidate_client, session):
    reply = post_answers(candidate_client, session, [1] * 501)
    assert reply.status_code == 422


def test_too_fast_is_told_when_to_come_again(candidate_client, session, settings):
    settings.SAVES_PER_MINUTE = 3
    replies = [post_answers(candidate_client, session, []) for _ in range(4)]
    # The minute may turn between two of them.
    replies += [post_answers(candidate_client, session, []) for _ in range(4)]
    refused = [reply for reply in replies if reply.status_code == 429]
    assert refused
    assert 0 < int(refused[0]["Retry-After"]) <= 60


def test_a_list_that_waited_is_not_too_fast_and_the_next_one_is(
    candidate_client, session, settings
):
    settings.SAVES_PER_MINUTE = 5
    rows = [entry(1, None, seq=seq) for seq in range(40)]
    # The minute may turn between two of them.
    codes = [post_answers(candidate_client, session, rows).status_code for _ in range(4)]
    assert codes[0] == 200
    assert 429 in codes


def test_after_the_end_the_state_is_told_and_the_answer_kept(candidate_client, session):
    services.finish(session.pk)
    reply = post_answers(candidate_client, session, [entry(1, None)])
    assert reply.status_code == 409
    assert reply.json()["state"] == "finished"
    assert reply.json()["saved"][0]["status"] == "closed"
    assert reply.json()["result_url"] == url("result", session)
    assert AnswerEvent.objects.get().outcome == "late"


# --- The end ----------------------------------------------------------------------------------


def test_ending_stores_what_waits_and_leads_to_the_result(candidate_client, session):
    pending = [entry(1, right_response(item(session)))]
    reply = candidate_client.post(
        url("finish", session), {"pending": json.dumps(pending), "confirm": "yes"}
    )
    assert reply.status_code == 302
    assert reply["Location"] == url("result", session)
    session.refresh_from_db()
    assert session.finish_reason == "submitted"
    assert item(session).credit == 1


def test_ending_again_leads_to_the_same_result(candidate_client, session):
    for _ in range(2):
        reply = candidate_client.post(url("finish", session), {"pending": "[]", "confirm": "yes"})
        assert reply["Location"] == url("result", session)
    assert session.scores.count() == 1


def test_an_end_that_is_not_confirmed_saves_and_asks(candidate_client, session):
    row = item(session)
    pending = json.dumps([entry(1, right_response(row))])
    reply = candidate_client.post(url("finish", session), {"pending": pending, "action": "end"})
    assert reply.status_code == 422
    assert "Tick that you have finished" in reply.content.decode()
    session.refresh_from_db()
    assert session.is_open
    assert item(session).revision == 1


def test_an_end_without_fields_ends_and_clears_nothing(candidate_client, session):
    post_answers(candidate_client, session, [entry(1, right_response(item(session)))])
    reply = candidate_client.post(url("finish", session))
    assert reply["Location"] == url("result", session)
    assert item(session).credit == 1


@pytest.mark.parametrize("pending", ["{", "7", '{"a": 1}'])
def test_an_end_with_unreadable_answers_does_not_end(candidate_client, session, pending):
    reply = candidate_client.post(url("finish", session), {"pending": pending, "confirm": "yes"})
    assert reply.status_code == 422
    assert "The last answers could not be read." in reply.content.decode()
    session.refresh_from_db()
    assert session.is_open


@pytest.mark.parametrize(
    "rows",
    [
        [{}],
        [None, 7],
        [{"position": [1]}],
        [{"position": "1"}, {"position": 2}],
        [{"position": 2**70}, {"position": 1.5}, {"position": None}],
        [entry(1, 99), {"position": {}}],
    ],
)
def test_an_end_with_malformed_answers_is_refused_as_their_save_is(candidate_client, session, rows):
    reply = candidate_client.post(
        url("finish", session), {"pending": json.dumps(rows), "confirm": "yes"}
    )
    assert reply.status_code == post_answers(candidate_client, session, rows).status_code == 422
    assert "could not be read" in reply.content.decode()
    session.refresh_from_db()
    assert session.is_open


def test_an_end_is_bounded_in_size_and_length_as_a_save_is(candidate_client, session):
    for pending, status, sentence in (
        ("[" + " " * 262_144 + "]", 413, "The last answers are longer than a whole paper can be."),
        (json.dumps([1] * 501), 422, "There are more last answers than a paper has questions."),
    ):
        reply = candidate_client.post(url("finish", session), {"pending": pending})
        assert reply.status_code == status
        assert sentence in reply.content.decode()
    session.refresh_from_db()
    assert session.is_open


def test_an_end_with_answers_may_be_too_fast_and_one_without_is_not(
    candidate_client, session, settings
):
    settings.SAVES_PER_MINUTE = 1
    fields = {"pending": json.dumps([entry(1, None)]), "action": "save"}
    replies = [candidate_client.post(url("finish", session), fields) for _ in range(4)]
    refused = [reply for reply in replies if reply.status_code == 429]
    assert refused
    wait = int(refused[0]["Retry-After"])
    assert 0 < wait <= 60
    assert f"Send them again in {wait} second" in refused[0].content.decode()
    reply = candidate_client.post(url("finish", session), {"pending": "[]", "confirm": "yes"})
    assert reply["Location"] == url("result", session)


def test_after_the_end_the_room_leads_to_the_result(candidate_client, session):
    services.finish(session.pk)
    assert candidate_client.get(url("room", session))["Location"] == url("result", session)


@pytest.mark.parametrize("waits", [True, False])
def test_an_end_after_the_end_keeps_its_answers_as_late(candidate_client, session, waits):
    row = item(session)
    fields = {"pending": json.dumps([entry(1, right_response(row))])} if waits else {}
    services.finish(session.pk)
    reply = candidate_client.post(
        url("finish", session), {**(fields or paper_fields(session)), "confirm": "yes"}
    )
    assert reply["Location"] == url("result", session)
    assert AnswerEvent.objects.filter(item=row).get().outcome == "late"
    assert item(session).credit == 0


@pytest.mark.parametrize("pending", ["{", "7"])
def test_an_unreadable_end_after_the_end_leads_to_the_result(candidate_client, session, pending):
    services.finish(session.pk)
    reply = candidate_client.post(url("finish", session), {"pending": pending, "confirm": "yes"})
    assert reply["Location"] == url("result", session)


# --- Without scripts --------------------------------------------------------------------------


def paper_fields(session, respond=right_response):
    """Return the fields a browser without scripts would send."""
    fields = {}
    for row in session.items.select_related("version", "keyed_by"):
        response, name = respond(row), f"q{row.position}"
        fields[f"base-{row.position}"] = row.revision
        if row.version.type in ("multiple_choice", "multiple_response"):
            fields[name] = response
        elif row.version.type == "ordering":
            for index in range(len(row.shuffle)):
                fields[f"{name}-{index}"] = response.index(index) + 1 if index in response else ""
        else:
            fields |= {f"{name}-{place}": shown for place, shown in enumerate(response)}
    return fields


def test_the_paper_is_saved_as_one_form(candidate_client, session):
    fields = paper_fields(session)
    reply = candidate_client.post(url("finish", session), {**fields, "action": "save"})
    assert reply["Location"] == url("room", session)
    for row in session.items.select_related("version", "keyed_by"):
        assert row.response == right_response(row)


def test_saving_the_form_again_logs_only_what_changed(candidate_client, session):
    candidate_client.post(url("finish", session), {**paper_fields(session), "action": "save"})
    logged = AnswerEvent.objects.count()
    candidate_client.post(
        url("finish", session), {**paper_fields(session), "flag-3": "1", "action": "save"}
    )
    assert AnswerEvent.objects.count() == logged + 1


def test_the_form_ends_the_exam_when_confirmed(candidate_client, session):
    fields = {**paper_fields(session), "action": "end", "confirm": "yes"}
    assert candidate_client.post(url("finish", session), fields)["Location"] == url(
        "result", session
    )
    assert session.scores.get().scaled == 1000


def test_an_old_page_overwrites_nothing(candidate_client, session):
    old = paper_fields(session, wrong_response)
    candidate_client.post(url("finish", session), {**paper_fields(session), "action": "save"})
    reply = candidate_client.post(url("finish", session), {**old, "action": "save"})
    assert reply.status_code == 422
    for row in session.items.select_related("version", "keyed_by"):
        assert row.response == right_response(row)


def test_two_steps_at_one_place_are_named(candidate_client, session):
    ordering = next(
        row for row in session.items.select_related("version") if row.version.type == "ordering"
    )
    name = f"q{ordering.position}"
    fields = {f"base-{ordering.position}": "0", f"{name}-0": "1", f"{name}-1": "1"}
    reply = candidate_client.post(url("finish", session), {**fields, "action": "save"})
    assert reply.status_code == 422
    assert f'href="#q{ordering.position}"' in reply.content.decode()


def test_the_paper_is_small_on_the_wire(candidate_client, session):
    page = candidate_client.get(url("room", session), headers={"Accept-Encoding": "gzip"})
    assert page["Content-Encoding"] == "gzip"
    assert gzip.decompress(page.content)
    assert ExamSession.objects.get().is_open
