"""The tree reads like the product: one word travels, and nothing hides in a corner."""

import os
import random
import re
import secrets
from pathlib import Path

import pytest
from django.urls import get_resolver
from django.urls.resolvers import URLPattern, URLResolver

from examapp.runtime.lanes import LANES

ROOT = Path(__file__).resolve().parent.parent
APPS = (
    *("exams", "study", "practice", "reports", "courses", "accounts", "operations"),
    *("privacy", "questions", "api"),
)


def patterns(resolver, namespace=""):
    """Yield (namespace, name, view) of every named address of ours."""
    for each in resolver.url_patterns:
        if isinstance(each, URLResolver):
            yield from patterns(each, each.namespace or namespace)
        elif isinstance(each, URLPattern) and namespace in APPS:
            yield namespace, each.name, each.callback


OURS = sorted(patterns(get_resolver()), key=lambda each: each[:2])


@pytest.mark.parametrize(("app", "name", "view"), OURS, ids=[f"{a}:{n}" for a, n, _ in OURS])
def test_an_address_has_the_name_of_its_view(app, name, view):
    assert view.__name__ == name
    assert view.__module__.split(".views.")[0].split(".")[-1] == app


# Views that only act, or answer with a part of another's page or with bytes, have no page.
ACTS = {
    *("give_up", "start", "answers", "finish", "metrics", "retry", "download", "refresh"),
    *("seen", "archive", "reserve", "leave_out", "missed"),
    *("save_view", "remove_view", "undo", "revise", "discard", "autosave", "preview", "image"),
    *("submit", "withdraw", "approve", "publish", "rebase", "retire", "comment", "resolve"),
    *("restore", "leave", "self_approval", "undo_import", "drop_import", "template"),
    *("sign_out_everywhere", "who"),
    *("revoke", "document", "end", "report_data", "statements", "results_file", "current"),
    *("count", "answer", "save", "note", "topic_note", "read", "grade", "review_terms"),
    "delete_exam",
    *("staff", "copy", "archive_course", "act", "code", "intervene", "grades_file", "calendar"),
    *("join_invited", "discuss"),
    # The editor of what is not stored yet, which is the editor's page.
    *("new", "autosave_new", "preview_new", "formula", "topic_text"),
    *("close_round", "apply_ratings"),
}


@pytest.mark.parametrize(("app", "name", "view"), OURS, ids=[f"{a}:{n}" for a, n, _ in OURS])
def test_a_page_has_the_name_of_its_address(app, name, view):
    if name in ACTS:
        assert not (ROOT / "templates" / app / f"{name}.html").exists()
    else:
        assert (ROOT / "templates" / app / f"{name}.html").is_file()


def test_every_page_belongs_to_an_address():
    known = {(app, name) for app, name, _ in OURS}
    # The other faces of the review and of practice.
    known |= {("exams", "review_locked"), ("practice", "locked"), ("practice", "under_way")}
    known |= {("study", "review_done"), ("study", "note_too_long")}
    for app in APPS:
        for page in (ROOT / "templates" / app).glob("[!_]*.html"):
            assert (app, page.stem) in known, page


VIEWS = sorted({view.__module__ for _, _, view in OURS})


@pytest.mark.parametrize("module", VIEWS)
def test_views_have_tests_of_their_name(module):
    app, name = module.split(".")[-3], module.split(".")[-1]
    assert (ROOT / "tests" / app / f"test_{name}.py").is_file()


def stylesheets_of(page):
    """Return the stylesheets that a template names; one that names none has its layout's."""
    text = page.read_text()
    layout = re.match(r'{% extends "(\w+/_\w+\.html)" %}', text)
    if layout and "{% block styles %}" not in text:
        return stylesheets_of(ROOT / "templates" / layout[1])
    return set(re.findall(r"{% static 'css/([\w-]+\.css)' %}", text))


def test_a_stylesheet_is_there_and_is_used():
    used = {css for page in (ROOT / "templates").rglob("*.html") for css in stylesheets_of(page)}
    assert used == {path.name for path in (ROOT / "static" / "css").glob("*.css")}


def test_a_page_uses_the_stylesheet_of_its_name():
    for page in (ROOT / "templates").rglob("[!_]*.html"):
        if (ROOT / "static" / "css" / f"{page.stem}.css").is_file() and page.stem != "base":
            assert f"{page.stem}.css" in stylesheets_of(page), page


def test_no_page_has_inline_style_or_script():
    # An email is no page: mail programs know no stylesheets.
    pages = set((ROOT / "templates").rglob("*.html")) - {ROOT / "templates" / "mail.html"}
    for page in pages:
        text = page.read_text()
        assert not re.search(r"\sstyle=|\son[a-z]+=\"|<style|javascript:", text), page
        assert not re.search(r"<script(?![^>]*\bsrc=)", text), page


def test_no_test_module_imports_another():
    """What several share stands in tests/support."""
    imports = re.compile(r"^(?:from|import) tests(?:\.\w+)*\.test_\w+", re.MULTILINE)
    found = [path for path in (ROOT / "tests").rglob("*.py") if imports.search(path.read_text())]
    assert found == []


def test_modules_are_a_page_or_two():
    limits = {"*.py": 400, "*.html": 300, "*.js": 300}
    for folder in ("examapp", "questions", "templates", "static/js"):
        for kind, limit in limits.items():
            for path in (ROOT / folder).rglob(kind):
                if "migrations" not in path.parts:
                    assert len(path.read_text().splitlines()) <= limit, path


def test_every_variable_is_documented():
    documented = (ROOT / "docs" / "operations.md").read_text()
    found = set()
    for path in (ROOT / "examapp").rglob("*.py"):
        read = r'(?:env\.\w+\(|environ(?:\.get\(|\[))\s*"([A-Z_]+)"'
        found |= set(re.findall(read, path.read_text()))
    # Of Python, and what the parent passes on to its children.
    found -= {"DJANGO_SETTINGS_MODULE", "PYTHONWARNINGS", "PYTHONUNBUFFERED"}
    # Of the web server to its own processes.
    found -= {"DRAIN_FLAG", "PROMETHEUS_MULTIPROC_DIR"}
    assert {"DATABASE_URL", "SAVES_PER_MINUTE", "EXAMAPP_HOME", "PORT"} <= found
    for variable in found:
        assert f"`{variable}`" in documented, variable


def test_no_documented_variable_is_unknown():
    rows = re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "docs" / "operations.md").read_text(), re.M)
    code = "".join(path.read_text() for path in (ROOT / "examapp").rglob("*.py"))
    code += "".join(f'"{lane.name.upper()}_THREADS"' for lane in LANES)
    assert rows
    for variable in rows:
        assert f'"{variable}"' in code, variable


def test_all_draws_are_seeded_by_one_source():
    """`secrets.randbits`, which the tests seed (conftest), so that a run says the same anywhere."""
    unseeded = re.compile(r"default_rng\(\)|Random\(\)|\brandom\.(?!Random|default_rng)\w+\(")
    for folder in ("examapp", "questions"):
        for path in (ROOT / folder).rglob("*.py"):
            assert not unseeded.findall(path.read_text()), path


def test_a_draw_is_the_same_in_every_run(request):
    word = os.environ.get("TEST_DRAWS", "")
    first = random.Random(f"{word} {request.node.nodeid}").getrandbits(62)
    assert secrets.randbits(62) == first


def test_the_code_knows_no_exam_by_name():
    for folder in ("examapp", "questions", "templates", "static"):
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in {".py", ".html", ".js", ".css"} and "banks" not in path.parts:
                assert "aif" not in path.read_text().lower().replace("waif", ""), path
