"""What stands around every page: places, menu, what is due, the chosen look."""

import json
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.urls import reverse
from PIL import Image

from examapp.accounts.services import set_preferences
from examapp.views import frame

pytestmark = pytest.mark.django_db


def places(html):
    """Return (label, current) of the entries of the main navigation."""
    bar = html[html.index('<nav class="site-nav') : html.index("</nav>")]
    entries = re.findall(r"<a([^>]*)>(.*?)</a>", bar, re.S)
    current = [re.search(r'aria-current="(\w+)"', attributes) for attributes, _ in entries]
    words = [" ".join(re.sub(r"<[^>]+>", " ", body).split()) for _, body in entries]
    return [
        (word, found.group(1) if found else "") for word, found in zip(words, current, strict=True)
    ]


def page_of(client, user, name="home", **kwargs):
    client.force_login(user)
    return client.get(reverse(name, **kwargs)).text


def test_a_candidate_has_five_places(client, exam, candidate):
    labels = [label for label, _ in places(page_of(client, candidate))]
    assert labels == ["Home", "Exams", "Practice", "Progress", "Notes"]


def test_the_place_one_is_in_is_marked(client, exam, candidate):
    assert dict(places(page_of(client, candidate)))["Home"] == "page"
    below = dict(places(page_of(client, candidate, "exams:launch", args=[exam.code])))
    assert (below["Exams"], below["Home"]) == ("true", "")


def test_a_page_of_the_menu_is_no_place_of_the_bar(client, exam, candidate):
    html = page_of(client, candidate, "exams:history")
    assert set(dict(places(html)).values()) == {""}
    assert html.count('aria-current="page"') == 1


def test_staff_have_their_own_places(client, exam, instructor):
    labels = [label for label, _ in places(page_of(client, instructor))]
    assert labels[0] == "Home"
    assert {"Questions", "Exams", "Analysis"} <= set(labels)
    assert "Practice" not in labels


def test_instructors_make_an_exam_from_the_menu_of_every_page(client, exam, instructor, candidate):
    new_exam = f'href="{reverse("questions:new_exam")}"'
    assert new_exam in page_of(client, instructor, "accounts:settings")
    assert new_exam not in page_of(client, candidate, "accounts:settings")


def test_a_guest_is_offered_notes_and_an_account(client, exam):
    html = client.get(reverse("home")).text
    assert [label for label, _ in places(html)] == ["Study notes"]
    assert "Sign out" not in html


def test_what_is_due_is_counted_on_home_and_practice(client, exam, candidate, monkeypatch):
    monkeypatch.setattr(frame, "remembered", lambda request, person, today: 12)
    labels = [label for label, _ in places(page_of(client, candidate, "exams:catalogue"))]
    assert labels[0] == "Home 12 , 12 reviews due"
    assert labels[2] == "Practice 12 , 12 reviews due"
    assert labels[1] == "Exams"


def test_nothing_due_shows_no_count(client, exam, candidate):
    assert "count-dot" not in page_of(client, candidate)


@pytest.mark.parametrize("look", ["light", "dark"])
def test_a_chosen_look_stands_on_the_page_before_it_is_painted(client, exam, candidate, look):
    set_preferences(candidate, appearance=look)
    assert f'data-look="{look}"' in page_of(client, candidate)
    set_preferences(candidate, appearance="auto")
    assert "data-look" not in page_of(client, candidate)


def test_the_site_can_be_installed_as_an_app(client, exam, candidate):
    """What a browser asks of that: a manifest that it may fetch, and icons of the sizes it says."""
    client.force_login(candidate)
    reply = client.get(reverse("home"))
    assert 'rel="manifest"' in reply.text
    assert "manifest-src 'self'" in reply.headers["Content-Security-Policy"]
    manifest = json.loads(Path(finders.find("manifest.webmanifest")).read_text())
    assert manifest["start_url"] == manifest["scope"] == reverse("home")
    for icon in manifest["icons"]:
        with Image.open(finders.find(icon["src"])) as image:
            assert icon["sizes"] == f"{image.width}x{image.height}"
    assert {"192x192", "512x512"} <= {icon["sizes"] for icon in manifest["icons"]}
