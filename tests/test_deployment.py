"""The container files say what the project says: services, versions, commands, settings."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.core.management import get_commands

ROOT = Path(settings.BASE_DIR)
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
PORTAL = ("web", "worker", "beat")
# Read by what is not ours: the database's image, Django itself.
NOT_SETTINGS = {"POSTGRES_PASSWORD", "DJANGO_SETTINGS_MODULE"}


def settings_names() -> set[str]:
    """Names that the settings read from the environment."""
    text = "".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "tpbis" / "settings").glob("*.py")
    )
    return set(re.findall(r"env\.\w+\(\s*\"([A-Z_]+)\"", text)) - {
        "TEST_DATABASE_URL",
        "TEST_REDIS_URL",
    }


def command_of(service: str) -> str:
    command = COMPOSE["services"][service]["command"]
    return " ".join(command)


def test_the_five_services_are_there_and_each_is_watched():
    assert set(COMPOSE["services"]) == {"postgres", "redis", *PORTAL}
    assert all("healthcheck" in service for service in COMPOSE["services"].values())


def test_the_database_is_at_least_the_version_the_readme_promises():
    image, version = COMPOSE["services"]["postgres"]["image"].split(":")

    assert image == "postgres"
    assert int(re.match(r"\d+", version)[0]) >= 15
    assert "PostgreSQL 15 or newer" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_image_runs_a_python_the_project_supports():
    required = re.search(
        r'requires-python = ">=(\d+)\.(\d+)"', (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    )
    used = re.findall(r"FROM python:(\d+)\.(\d+)", DOCKERFILE)

    assert used
    assert all((int(a), int(b)) >= (int(required[1]), int(required[2])) for a, b in used)


def test_redis_loses_nothing_and_refuses_rather_than_forgets():
    command = command_of("redis")

    assert "--appendonly yes" in command
    assert "noeviction" in command


def test_web_worker_and_beat_run_what_the_project_has():
    assert "gunicorn tpbis.wsgi" in command_of("web")
    assert command_of("worker").startswith("celery -A tpbis worker")
    assert command_of("beat").startswith("celery -A tpbis beat")
    for service in PORTAL:
        said = [*COMPOSE["services"][service]["healthcheck"]["test"], command_of(service)]
        for command in re.findall(r"manage\.py (\w+)", " ".join(said)):
            assert command in get_commands()


@pytest.mark.parametrize("service", PORTAL)
def test_every_setting_of_the_compose_file_exists(service):
    named = set(COMPOSE["services"][service]["environment"])

    assert named - NOT_SETTINGS - settings_names() == set()
    assert COMPOSE["services"][service]["env_file"] == ".env"


def test_secrets_come_from_the_env_file_only():
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")

    assert "SECRET_KEY" not in text
    assert set(re.findall(r"\$\{([A-Z_]+)", text)) == {"POSTGRES_PASSWORD"}


def test_the_example_names_every_setting():
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    named = set(re.findall(r"^(?:# )?([A-Z_]+)=", example, re.MULTILINE))

    assert named - NOT_SETTINGS == settings_names()


def test_the_readme_names_every_setting():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    table = set(re.findall(r"^\| `([A-Z_]+)` \|", readme, re.MULTILINE))

    assert table - NOT_SETTINGS == settings_names()


def test_the_image_runs_as_nobody_special():
    assert re.search(r"^USER portal$", DOCKERFILE, re.MULTILINE)
    assert "--require-hashes -r requirements.lock" in DOCKERFILE


@pytest.mark.parametrize(
    ("hosts", "named", "printed"),
    [
        ("portal.example.go.id,127.0.0.1", "", "https://portal.example.go.id"),
        ("*", "https://tpbis.example.go.id/", "https://tpbis.example.go.id"),
        ("*", "", None),
        (".example.go.id", "", None),
        ("portal.example.go.id", "http://portal.example.go.id", None),
    ],
)
def test_letters_name_an_address_that_leads_here(hosts, named, printed):
    """In production; what cannot be an address is refused at the start."""
    environment = {
        **os.environ,
        "SECRET_KEY": "k" * 60,
        "DATABASE_URL": "postgres://127.0.0.1/tpbis",
        "REDIS_URL": "redis://127.0.0.1:6379/0",
        "ALLOWED_HOSTS": hosts,
    }
    environment.pop("TPBIS_PUBLIC_URL", None)
    if named:
        environment["TPBIS_PUBLIC_URL"] = named
    told = "from tpbis.settings import production; print(production.TPBIS_PUBLIC_URL)"

    said = subprocess.run(
        [sys.executable, "-c", told],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    if printed is None:
        assert "TPBIS_PUBLIC_URL wajib" in said.stderr
    else:
        assert said.stdout.strip() == printed
