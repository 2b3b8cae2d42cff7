"""The production files ask for what the settings read, and hold no secret."""

import re
from pathlib import Path

import pytest
import yaml

from examapp import settings
from examapp.management.commands.up import children
from examapp.runtime.lanes import LANES

ROOT = Path(__file__).resolve().parent.parent
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SETTINGS = (ROOT / "examapp" / "settings.py").read_text()
SERVE = (ROOT / "examapp" / "runtime" / "serve.py").read_text()
READ_BY_SETTINGS = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', SETTINGS))
READ_BY_SERVE = set(re.findall(r'environ\.get\("([A-Z_]+)"', SERVE)) - {"DRAIN_FLAG"}
READ_BY_SERVE |= {f"{lane.name.upper()}_THREADS" for lane in LANES}
CONF = vars(settings)
OURS = ("migrate", "web", "worker", "files", "beat")
REQUIRED = {
    "DATABASE_URL",
    "SECRET_KEY",
    "ALLOWED_HOSTS",
    "CSRF_TRUSTED_ORIGINS",
    "SITE_URL",
    "BROKER_URL",
    "CACHE_URL",
    "EMAIL_URL",
    "DEFAULT_FROM_EMAIL",
}


def test_the_services_of_production_are_there():
    assert set(COMPOSE["services"]) == {"postgres", "valkey", *OURS}


@pytest.mark.parametrize("name", OURS)
def test_every_variable_a_service_sets_is_read(name):
    variables = set(COMPOSE["services"][name]["environment"])
    assert variables <= READ_BY_SETTINGS | READ_BY_SERVE


@pytest.mark.parametrize("name", OURS)
def test_every_required_variable_is_set(name):
    assert set(COMPOSE["services"][name]["environment"]) >= REQUIRED


@pytest.mark.parametrize("name", sorted(COMPOSE["services"]))
def test_secrets_come_from_the_environment_alone(name):
    for variable, value in COMPOSE["services"][name].get("environment", {}).items():
        if "KEY" in variable or "PASSWORD" in variable:
            assert re.fullmatch(r"\$\{[A-Z_]+:\?[^}]*\}", value), variable
        assert not re.search(r"://[^@/$]*:[^@/$]+@", re.sub(r"\$\{[^}]*\}", "$", str(value)))


@pytest.mark.parametrize("name", ["postgres", "valkey", "web", "worker", "files", "beat"])
def test_every_lasting_service_has_a_health_check(name):
    assert COMPOSE["services"][name]["healthcheck"]["test"]


@pytest.mark.parametrize("name", ["web", "worker", "files", "beat"])
def test_nothing_starts_before_the_migrations_are_through(name):
    waits_for = COMPOSE["services"][name]["depends_on"]
    assert waits_for["migrate"] == {"condition": "service_completed_successfully"}


def test_production_loads_the_shipped_banks_as_make_run_does():
    """What is loaded into a fresh database: by one command, for each bank that is shipped."""
    shipped = {path.parent.name for path in (ROOT / "questions" / "banks").glob("*/exam.yaml")}
    command = COMPOSE["services"]["migrate"]["command"][-1]
    in_compose = re.findall(r"manage.py (\w+) questions/banks/([\w-]+)", command)
    assert sorted(in_compose) == sorted(("load_bank", name) for name in shipped)
    up = (ROOT / "examapp" / "management" / "commands" / "up.py").read_text()
    assert re.findall(r'call_command\("(\w+)", folder', up) == ["load_bank"]


def test_every_queue_has_a_worker_in_production_and_on_one_machine():
    queues = {CONF["CELERY_TASK_DEFAULT_QUEUE"]} | {
        route["queue"] for route in CONF["CELERY_TASK_ROUTES"].values()
    }
    for commands in (
        [service.get("command", []) for service in COMPOSE["services"].values()],
        [child.command for child in children(8000)],
    ):
        served = [
            command[command.index("--queues") + 1] for command in commands if "--queues" in command
        ]
        assert sorted(served) == sorted(queues)


def test_demo_accounts_cannot_be_made_in_production():
    for name in OURS:
        assert "DEMO_PASSWORD" not in COMPOSE["services"][name]["environment"]


def test_the_example_names_every_variable_that_compose_requires():
    required = set(re.findall(r"\$\{([A-Z_]+):\?", (ROOT / "docker-compose.yml").read_text()))
    example = set(re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert required <= example


def test_every_setting_is_in_the_operations_table():
    table = (ROOT / "docs" / "operations.md").read_text()
    assert [name for name in sorted(READ_BY_SETTINGS) if f"| `{name}` |" not in table] == []
