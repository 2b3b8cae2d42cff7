"""The sentences of scripts come in another language than English, and English pages fetch none."""

import re
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import translation

SCRIPTS = Path(__file__).resolve().parent.parent / "static" / "js"
pytestmark = pytest.mark.django_db


@pytest.fixture
def german(settings):
    settings.LANGUAGES = [("en", "English"), ("de", "Deutsch")]


def test_a_page_in_another_language_loads_the_catalog_before_its_scripts(client, settings, german):
    settings.LANGUAGE_CODE = "de"
    with translation.override("de"):
        page = client.get(reverse("account_login")).text
    assert page.index(f'<script src="{reverse("catalog", args=["de"])}">') < page.index("/js/")


def test_an_english_page_loads_none(client, german):
    assert "/catalog/" not in client.get(reverse("account_login")).text


def test_the_catalog_is_a_script_that_caches_may_keep(client, german):
    reply = client.get(reverse("catalog", args=["de"]))
    assert reply.headers["Content-Type"].startswith("text/javascript")
    assert reply.headers["Cache-Control"] == "public, max-age=3600"
    assert "django.gettext" in reply.text
    assert "script-src 'self'" in reply.headers["Content-Security-Policy"]


def test_a_language_that_nobody_can_choose_has_no_catalog(client):
    assert client.get(reverse("catalog", args=["xx"])).status_code == 404


@pytest.mark.parametrize("path", sorted(SCRIPTS.rglob("*.js")), ids=lambda path: path.name)
def test_a_script_says_no_sentence_that_is_not_marked(path):
    """A sentence is a text of three words or more that begins with a capital letter."""
    code = re.sub(r"/\*.*?\*/|(?<![:\"'])//[^\n]*", "", path.read_text(), flags=re.DOTALL)
    unmarked = re.sub(r"n?gettext\(\s*(?:(?:\"[^\"]*\"|[\w.]+|`[^`]*`),?\s*)*", "", code)
    assert not re.findall(r"[\"'`][A-Z][a-z]+,? [^\"'`]* [^\"'`]*[\"'`]", unmarked)
