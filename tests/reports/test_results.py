"""Results go out: to the candidate on paper and as data, to the team as tables, to a store."""

import http.server
import io
import json
import threading

import pytest
from openpyxl import load_workbook

from examapp.exams import services
from examapp.exams.models import Score
from examapp.reports import tasks, xapi_delivery
from examapp.reports.models import Delivery
from examapp.reports.weak_areas import report as reports
from examapp.reports.xapi import duration
from questions.models import Domain, ExamRole
from tests.support.builders import make_exam
from tests.support.pages import html_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def finished(session):
    services.finish(session.pk)
    reports.compute(session.pk)
    session.refresh_from_db()
    return session


def test_a_report_is_kept_as_data_and_as_a_page(candidate_client, finished):
    at = f"/sessions/{finished.pk}/report"
    reply = candidate_client.get(f"{at}.json")
    assert "attachment" in reply["Content-Disposition"]
    data = reply.json()
    assert (data["scaled"], data["is_pass"], data["is_estimate"]) == (100, False, True)
    assert [domain["number"] for domain in data["domains"]] == [1, 2]
    assert data["weak_areas"]["blank"] == 12
    page = html_of(candidate_client.get(f"{at}/"))
    assert "not an official score" in page
    assert "Domain 1" in page


def test_a_report_is_ones_own_and_of_an_end(candidate_client, outsider_client, session):
    for path in ("report/", "report.json", "xapi.json"):
        assert candidate_client.get(f"/sessions/{session.pk}/{path}").status_code == 404
    services.finish(session.pk)
    for path in ("report/", "report.json", "xapi.json"):
        assert candidate_client.get(f"/sessions/{session.pk}/{path}").status_code == 200
        assert outsider_client.get(f"/sessions/{session.pk}/{path}").status_code == 404


def test_what_to_study_is_closed_while_an_exam_runs(candidate_client, candidate, exam, finished):
    services.start(candidate, exam=make_exam(forms=1))
    data = candidate_client.get(f"/sessions/{finished.pk}/report.json").json()
    assert data["weak_areas"] is None
    assert candidate_client.get(f"/sessions/{finished.pk}/xapi.json").status_code == 403


def test_the_teams_table_has_no_name_and_no_formula(
    instructor_client, instructor, candidate_client, exam, finished
):
    Domain.objects.filter(exam=exam, number=1).update(title="=HYPERLINK(1)")
    at = f"/bank/{exam.code}/results"
    assert instructor_client.get(f"{at}.csv").status_code == 404
    ExamRole.objects.create(user=instructor, exam=exam, role="author")
    text = instructor_client.get(f"{at}.csv").content.decode("utf-8-sig")
    assert "Ada" not in text
    assert finished.candidate.email not in text
    assert text.splitlines()[1].split(",")[4:6] == ["100", "no"]
    content = instructor_client.get(f"{at}.xlsx").content
    cells = list(load_workbook(io.BytesIO(content)).active.iter_rows())
    assert cells[1][4].value == 100
    assert {cell.data_type for cell in cells[0]} == {"s"}
    assert candidate_client.get(f"{at}.csv").status_code == 404


def test_a_header_that_begins_like_a_formula_is_text():
    from questions.exchange.columns import escape_formula

    assert escape_formula("=1+1") == "'=1+1"


def test_statements_name_nobody_and_repeat_their_ids(candidate_client, finished):
    first = candidate_client.get(f"/sessions/{finished.pk}/xapi.json").json()
    again = candidate_client.get(f"/sessions/{finished.pk}/xapi.json").json()
    assert [each["id"] for each in first] == [each["id"] for each in again]
    assert first[-1]["verb"]["display"]["en"] == "failed"
    assert first[-1]["result"]["score"]["raw"] == 100
    assert finished.candidate.email not in json.dumps(first)


def test_durations_are_iso_8601():
    assert duration(75.5) == "PT75.50S"


class Store(http.server.BaseHTTPRequestHandler):
    """A store of statements that first refuses as often as it is told."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        server = self.server
        server.seen.append((self.path, self.headers["Authorization"], json.loads(body)))
        status = server.refusals.pop() if server.refusals else 200
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args):
        pass


@pytest.fixture
def store(settings):
    server = http.server.HTTPServer(("127.0.0.1", 0), Store)
    server.seen, server.refusals = [], []
    settings.XAPI_ENDPOINT = f"http://127.0.0.1:{server.server_port}/xapi/"
    settings.XAPI_CREDENTIALS = "user:word"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_statements_are_sent_once(store, finished):
    score = Score.objects.select_related("session__exam").get()
    assert xapi_delivery.deliver(score)
    assert not xapi_delivery.deliver(score)
    ((path, word, body),) = store.seen
    assert (path, word) == ("/xapi/statements", "Basic dXNlcjp3b3Jk")
    assert len(body) == 1
    assert Delivery.objects.get().delivered_at


def test_a_store_that_refuses_is_asked_again(store, finished):
    store.refusals = [503]
    score = Score.objects.select_related("session__exam").get()
    with pytest.raises(xapi_delivery.DeliveryFailed):
        xapi_delivery.deliver(score)
    assert Delivery.objects.get().problem
    assert tasks.deliver_waiting() == 0
    Delivery.objects.update(tried_at=None)
    assert tasks.deliver_waiting() == 1
    assert Delivery.objects.get().problem == ""
    assert len(store.seen) == 2


def test_a_store_that_has_them_already_is_content(store, finished):
    store.refusals = [409]
    assert xapi_delivery.deliver(Score.objects.select_related("session__exam").get())


def test_a_finished_session_rings_only_where_a_store_is_configured(
    store, session, monkeypatch, settings, django_capture_on_commit_callbacks
):
    rung = []
    monkeypatch.setattr(tasks.deliver, "delay_on_commit", rung.append)
    with django_capture_on_commit_callbacks(execute=True):
        services.finish(session.pk)
    assert rung == [str(session.pk)]
    tasks.deliver(str(session.pk))
    assert len(store.seen) == 1
    settings.XAPI_ENDPOINT = ""
    assert not xapi_delivery.deliver(Score.objects.get())
    assert tasks.deliver_waiting() == 0
