"""What the code must not do, read in the code itself."""

import ast
import re
import subprocess
from pathlib import Path

import pytest
from django.test import Client

from tests.support.actors import RULES, make_world, routes
from tests.support.processes import ROOT

SOURCES = sorted(
    path
    for package in ("examapp", "questions")
    for path in (ROOT / package).rglob("*.py")
    if "migrations" not in path.parts
)
TREES = {path: ast.parse(path.read_text()) for path in SOURCES}


def imported(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def called(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


# Reaches one address that an operator configured, in a task.
MAY_ASK_OTHERS = {"examapp/reports/xapi_delivery.py"}
CLIENTS = {"requests", "httpx", "aiohttp", "urllib3", "urllib.request", "ftplib"}


def test_no_page_fetches_what_a_stranger_names():
    """No server-side request forgery: one module speaks to one address, an operator's."""
    found = {
        path.relative_to(ROOT).as_posix()
        for path, tree in TREES.items()
        if set(imported(tree)) & CLIENTS
    }
    assert found == MAY_ASK_OTHERS


def test_no_page_is_exempt_from_the_check_against_forged_forms():
    """The API alone is: it hears tokens, which no browser sends by itself, and no cookie."""
    exempt = {
        path.relative_to(ROOT).as_posix() for path in SOURCES if "csrf_exempt" in path.read_text()
    }
    assert exempt == {"examapp/api/site.py"}


def test_queries_are_never_made_of_what_a_request_names():
    """No look-up takes a request's fields as keywords, and no statement is made by formatting."""
    for path, tree in TREES.items():
        for name, node in called(tree):
            for word in node.keywords:
                if word.arg is None:
                    text = ast.unparse(word.value)
                    assert not re.search(r"request\.|\.(GET|POST)\b", text), f"{path}:{node.lineno}"
            if name.endswith((".raw", ".extra")) and "objects" in name:
                pytest.fail(f"{path}:{node.lineno}")


@pytest.mark.django_db
def test_every_form_is_checked_against_forgery():
    world = make_world()
    for name, parameters in routes().items():
        if "POST" not in RULES[name].methods:
            continue
        for actor in RULES[name].actors[:1]:
            client = Client(enforce_csrf_checks=True)
            if world.people[actor]:
                client.force_login(world.people[actor])
            reply = client.post(world.address(name, parameters))
            assert reply.status_code == 403, name


# --- The repository ---------------------------------------------------------------------------

SECRETS = (
    r"AKIA[0-9A-Z]{16}",
    r"-----BEGIN [A-Z ]*PRIVATE KEY",
    r"gh[pousr]_[A-Za-z0-9]{36}",
    r"xox[baprs]-[A-Za-z0-9-]{10,}",
    r"sk_(live|test)_[A-Za-z0-9]{16,}",
    r"(?i)(password|secret_key|token)\s*[=:]\s*['\"][A-Za-z0-9/+_-]{24,}['\"]",
)


def tracked():
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        return [path for path in ROOT.rglob("*") if path.is_file() and ".venv" not in path.parts]
    return [ROOT / name for name in listed.split("\0") if name]


def test_no_secret_is_in_the_repository():
    for path in tracked():
        if path.suffix in {".png", ".lock"} or not path.is_file():
            continue
        text = path.read_text(errors="replace")
        for pattern in SECRETS:
            found = re.search(pattern, text)
            assert not found, f"{path}: {found and found[0][:12]}"


@pytest.mark.parametrize(
    "secret",
    # Put together here, so that the file itself holds none.
    [
        "AKIA" + "A1" * 8,
        "-----BEGIN RSA " + "PRIVATE KEY",
        "ghp_" + "a1" * 18,
        "xoxb-" + "1234567890",
        "sk_live_" + "a1" * 8,
        "password = '" + "a1" * 12 + "'",
    ],
)
def test_a_secret_would_be_found(secret):
    assert any(re.search(pattern, f"x {secret} y") for pattern in SECRETS)


def test_every_dependency_is_locked_by_its_hash():
    lock = (ROOT / "uv.lock").read_text()
    packages = lock.split("[[package]]")[1:]
    for package in packages:
        if "virtual = " in package:
            continue
        assert "hash = " in package, package[:80]
        files = re.findall(r"\{ url = [^}]*\}", package)
        assert files
        assert all("hash = " in each for each in files), package[:80]


def test_nothing_that_is_served_to_all_holds_a_key():
    """The bank's keys are not among the static files."""
    static = ROOT / "static"
    of_folder = {
        static / "fonts": {".woff2", ".txt"},
        static / "icons": {".png"},
        static: {".svg", ".webmanifest"},
    }
    for path in static.rglob("*"):
        if path.is_file():
            assert path.suffix in of_folder.get(path.parent, {".css", ".js"}), path
    assert not list(Path(ROOT / "static").rglob("*.json"))
