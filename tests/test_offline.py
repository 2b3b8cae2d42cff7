"""What the server gives for reading offline: the worker, its switch, whom pages name, the index."""

import re

import pytest
from django.urls import reverse

from examapp.exams import services
from examapp.views.offline import owner_of
from tests.support.builders import make_exam, make_user

pytestmark = pytest.mark.django_db


def device_of(page):
    """Return (owner, place) as a page names them to the scripts."""
    return re.search(r'<meta name="device" content="(\w*)" data-shows="(\w+)">', page.text).groups()


def test_the_worker_stands_over_the_whole_site_and_is_never_cached(client):
    reply = client.get(reverse("worker"))
    assert reply.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert reply.headers["Service-Worker-Allowed"] == "/"
    assert "no-store" in reply.headers["Cache-Control"]
    assert reverse("worker").count("/") == 1
    policy = reply.headers["Content-Security-Policy"]
    assert "worker-src 'self'" in policy
    assert "unsafe" not in policy
    assert 'addEventListener("fetch"' in reply.text


def test_switched_off_it_removes_itself_and_pages_name_nobody(
    client, candidate, candidate_client, settings
):
    assert owner_of(candidate)
    settings.OFFLINE_PAGES = False
    script = client.get(reverse("worker")).text
    assert "registration.unregister()" in script
    assert "fetch" not in script
    assert device_of(candidate_client.get(reverse("offline")))[0] == ""


def test_a_page_names_its_person_by_a_name_that_tells_nothing(
    client, candidate, candidate_client, outsider_client, instructor_client, exam
):
    shelf = reverse("questions:notes", args=[exam.code])
    mine, place = device_of(candidate_client.get(shelf))
    assert (len(mine), place) == (32, "page")
    assert mine == device_of(candidate_client.get("/"))[0]
    assert mine != device_of(outsider_client.get(shelf))[0]
    # Nothing is kept of a visitor and of staff.
    assert device_of(client.get(shelf))[0] == ""
    assert device_of(instructor_client.get(shelf))[0] == ""


def test_the_room_says_that_it_is_one(candidate_client, session):
    page = candidate_client.get(reverse("exams:room", args=[session.pk]))
    assert device_of(page)[1] == "exam"


def test_the_index_names_what_can_be_kept(candidate_client, exam, django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        page = candidate_client.get(reverse("offline"))
    named = re.findall(r'<li data-page="([^"]+)" data-keep="(\w+)"', page.text)
    assert (reverse("study:due_list", args=[exam.code]), "always") in named
    for name, more in (("notes", ()), ("task_notes", ("1.1",)), ("glossary", ())):
        assert (reverse(f"questions:{name}", args=[exam.code, *more]), "wished") in named
    assert "data-in-exam" not in page.text
    for path, _ in named:
        assert candidate_client.get(path).status_code == 200, path


def test_during_an_exam_the_index_names_nothing(candidate, candidate_client, exam):
    services.start(candidate, exam=exam)
    page = candidate_client.get(reverse("offline"))
    assert "data-in-exam" in page.text
    assert "data-page" not in page.text
    assert "opens again when the exam has ended" in page.text
    assert "Continue the exam" in page.text


def test_an_exam_that_is_not_one_s_own_is_not_in_the_index(candidate_client, exam):
    make_exam("hidden", state="draft")
    assert reverse("questions:notes", args=["hidden"]) not in candidate_client.get("/offline/").text


def test_a_guest_is_a_person_of_their_own():
    guest = make_user(role="guest")
    assert owner_of(guest)
    assert owner_of(guest) != owner_of(make_user())
