"""What a scraper reads, and who may."""

import re

import pytest

from examapp.exams import services
from examapp.reports.models import FormStatistics
from tests.support.builders import entry
from tests.support.secrecy import answers

pytestmark = pytest.mark.django_db
TOKEN = "a-scraper-s-word"


@pytest.fixture
def scrape(client, settings):
    """Return the value of a figure, 0 when there is none."""
    settings.METRICS_TOKEN = TOKEN

    def scrape(figure):
        reply = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        assert reply.status_code == 200
        found = re.search(rf"^{re.escape(figure)} ([\d.e+]+)$", reply.content.decode(), re.M)
        return float(found[1]) if found else 0

    return scrape


@pytest.mark.parametrize("sent", ["", "Bearer ", "Bearer wrong", f"Basic {TOKEN}", TOKEN])
def test_without_the_token_there_is_no_such_page(client, settings, sent):
    for token in ("", TOKEN):
        settings.METRICS_TOKEN = token
        reply = client.get("/metrics", headers={"Authorization": sent} if sent else {})
        assert reply.status_code == 404


def test_requests_and_saves_are_counted(scrape, candidate, candidate_client, exam):
    session = services.start(candidate, exam=exam)
    requests = 'examapp_requests_total{method="POST",status="200",view="exams:answers"}'
    saves = 'examapp_saves_total{outcome="saved"}'
    before = scrape(requests), scrape(saves)
    answers(candidate_client, session, [entry(1, None), entry(2, None)])
    assert (scrape(requests), scrape(saves)) == (before[0] + 1, before[1] + 2)


def test_the_database_tells_of_sessions_and_reports(scrape, session):
    assert scrape("examapp_open_sessions") == 1
    services.finish(session.pk)
    assert scrape("examapp_open_sessions") == 0
    assert scrape("examapp_reports_waiting") == 1


def test_the_errors_of_predictions_are_told_by_exam_and_rival(scrape, exam):
    errors = {"brier": 0.21, "log_loss": 0.6}
    told = {"n": 90, "people": 30, "report": {"brier": 0.17, "log_loss": 0.5}}
    told |= {"elo": errors, "running_share": errors}
    FormStatistics.objects.create(exam=exam, n=2, body={"next_answers": told})
    assert scrape(f'examapp_next_answers_brier{{exam="{exam.code}",predicted_by="report"}}') == 0.17
    assert scrape(f'examapp_next_answers_log_loss{{exam="{exam.code}",predicted_by="elo"}}') == 0.6
    for unsaid in (told | {"people": 29}, None):
        FormStatistics.objects.update(body={"next_answers": unsaid})
        assert not scrape(f'examapp_next_answers_brier{{exam="{exam.code}",predicted_by="report"}}')


def test_addresses_that_nobody_declared_share_one_name(scrape, client):
    figure = 'examapp_requests_total{method="GET",status="404",view="none"}'
    before = scrape(figure)
    for path in ("/no-such-page", "/nor/this"):
        client.get(path)
    assert scrape(figure) == before + 2
