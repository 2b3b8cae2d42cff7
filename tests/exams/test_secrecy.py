"""The key never leaves before the end."""

import json
import re

import pytest
from django.core.exceptions import FieldFetchBlocked
from django.urls import reverse

from examapp.exams import services
from examapp.exams.models import SessionItem
from examapp.reports.services import compute
from tests.factories import entry, make_exam, right_response, wrong_response

pytestmark = pytest.mark.django_db

# factories.make_item writes these into the whys of every option.
CANARY = b"WHY-"


def answers(client, session, rows):
    return client.post(
        reverse("exams:answers", args=[session.pk]),
        json.dumps(rows),
        content_type="application/json",
    )


@pytest.mark.parametrize("name", ["key", "content", "reason"])
def test_the_room_s_items_refuse_to_fetch_what_they_were_not_given(session, name):
    item = session.items.paper().first()
    with pytest.raises(FieldFetchBlocked):
        getattr(item.version, name)


@pytest.mark.parametrize("name", ["keyed_by", "topic", "is_scored", "credit"])
def test_nor_what_tells_how_they_are_scored(session, name):
    item = session.items.paper().first()
    with pytest.raises(FieldFetchBlocked):
        getattr(item, name)


def test_no_page_holds_a_why_while_an_exam_runs(candidate, candidate_client, exam):
    past = services.start(candidate, exam=exam)
    services.finish(past.pk)
    compute(past.pk)
    session = services.start(candidate, exam=exam)
    rows = list(session.items.select_related("version", "keyed_by"))
    replies = [
        answers(candidate_client, session, [entry(row.position, right_response(row))])
        for row in rows
    ]
    replies += [
        answers(candidate_client, session, [entry(1, None, base=0)]),
        answers(candidate_client, session, [entry(1, 99)]),
        answers(candidate_client, session, [entry(99, 0)]),
    ]
    pages = [
        *[reverse(f"exams:{name}", args=[session.pk]) for name in ("room", "result", "review")],
        *[reverse(f"exams:{name}", args=[past.pk]) for name in ("room", "result", "review")],
        reverse("reports:weak_areas", args=[past.pk]),
        reverse("reports:weak_areas", args=[session.pk]),
        reverse("exams:launch", args=[exam.code]),
        reverse("questions:notes", args=[exam.code]),
        reverse("questions:task_notes", args=[exam.code, "1.1"]),
        *[reverse(name) for name in ("home", "exams:catalogue", "exams:history")],
    ]
    replies += [candidate_client.get(page, follow=True) for page in pages]
    replies.append(
        candidate_client.post(reverse("exams:finish", args=[session.pk]), {"action": "save"})
    )
    for reply in replies:
        assert reply.status_code < 500
        assert CANARY not in reply.content
    # The canary sings once the exam is over, so it would have been heard.
    services.finish(session.pk)
    assert CANARY in candidate_client.get(reverse("exams:review", args=[past.pk])).content


def test_past_answers_are_closed_while_any_exam_runs(candidate, candidate_client, exam):
    past = services.start(candidate, exam=exam)
    services.finish(past.pk)
    compute(past.pk)
    services.start(candidate, exam=make_exam())
    review = candidate_client.get(reverse("exams:review", args=[past.pk]))
    assert (review.status_code, review.templates[0].name) == (403, "exams/review_locked.html")
    areas = candidate_client.get(reverse("reports:weak_areas", args=[past.pk]))
    assert "Topic 1.1" not in areas.content.decode()


def test_nothing_a_candidate_sees_depends_on_the_key(candidate_client, session):
    """Two sittings that differ in their keys alone look the same, right or wrong."""

    def seen():
        page = candidate_client.get(reverse("exams:room", args=[session.pk])).content.decode()
        page = re.sub(r'csrfmiddlewaretoken" value="[^"]+', "", page)
        return re.sub(
            r'data-server-now-ms="\d+"|data-revision="\d+"|value="\d+" autocomplete', "", page
        )

    def reply(respond):
        rows = session.items.select_related("version", "keyed_by")
        answered = answers(
            candidate_client, session, [entry(row.position, respond(row)) for row in rows]
        ).json()
        return [(e["status"], e["revision"], e["errors"]) for e in answered["saved"]]

    before = seen()
    assert reply(right_response) == [("saved", 1, [])] * 12
    assert reply(wrong_response) == [("saved", 2, [])] * 12
    for row in session.items.all():
        SessionItem.objects.filter(pk=row.pk).update(response=None)
    assert seen() == before
    other = next(iter(session.items.filter(version__type="multiple_choice")))
    swapped = session.items.filter(version__type="multiple_choice").exclude(pk=other.pk).first()
    SessionItem.objects.filter(pk=other.pk).update(keyed_by=swapped.version_id, is_scored=False)
    assert seen() == before


def test_no_question_is_named_in_the_room(candidate_client, session):
    """Ids and refs would tell two candidates that they hold the same question."""
    page = candidate_client.get(reverse("exams:room", args=[session.pk])).content.decode()
    ids = re.findall(r'(?:id|data-[a-z]+)="([^"]+)"', page)
    refs = session.items.values_list("version__question__ref", flat=True)
    assert not {ref for ref in refs if any(ref in each for each in ids)}
