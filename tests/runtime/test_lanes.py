"""Which lane a request goes to: what an exam needs has threads that nothing else can take."""

import uuid

import pytest
from django.urls import reverse

from examapp.runtime.lanes import EXAM, SAVE, SIGN_IN, UPLOAD, WEB, lane_of, threads_of

SESSION = uuid.UUID("5b4c0f0a-0000-4000-8000-000000000000")
API = "/api/v1/sessions"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", reverse("exams:answers", args=[SESSION])),
        ("PUT", f"{API}/{SESSION}/answers"),
        ("GET", reverse("healthz")),
        ("GET", reverse("readyz")),
    ],
)
def test_saves_wait_for_nothing_else(method, path):
    assert lane_of(method, path) is SAVE


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", reverse("exams:finish", args=[SESSION])),
        ("GET", reverse("exams:room", args=[SESSION])),
        ("POST", f"{API}/{SESSION}/finish"),
    ],
)
def test_what_else_an_exam_needs_has_a_lane_of_its_own(method, path):
    assert lane_of(method, path) is EXAM


@pytest.mark.parametrize(
    "name",
    [
        *("account_login", "account_signup", "account_reset_password"),
        *("account_change_password", "account_set_password", "account_reauthenticate"),
        *("privacy:forget", "admin:login"),
    ],
)
def test_what_hashes_a_password_has_few_threads(name):
    assert lane_of("POST", reverse(name)) is SIGN_IN
    assert lane_of("GET", reverse(name)) is WEB


@pytest.mark.parametrize(
    "path",
    [
        reverse("questions:imports", args=["x"]),
        reverse("questions:import_notes", args=["x"]),
        reverse("questions:images", args=["x"]),
        "/api/v1/exams/x/imports",
    ],
)
def test_files_have_a_lane_of_their_own(path):
    assert lane_of("POST", path) is UPLOAD
    assert lane_of("GET", path) is WEB


@pytest.mark.parametrize(
    "path",
    [
        "/",
        reverse("home"),
        reverse("exams:result", args=[SESSION]),
        reverse("exams:start", args=["x"]),
        f"/sessions/{SESSION}/answers/more/",
        f"/x/sessions/{SESSION}/answers/",
    ],
)
def test_everything_else_is_the_web(path):
    assert lane_of("POST", path) is WEB


def test_threads_are_as_the_environment_says():
    assert threads_of({"EXAM_THREADS": "7", "WEB_THREADS": ""})[EXAM] == 7
    assert threads_of({})[WEB] == WEB.default_threads
