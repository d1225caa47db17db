"""The demo's data, made once a run and shared by all workers: seeding takes most of a minute.

``seeded`` is for tests that read it, on the database the suite runs on. ``seeded_var`` is the var
folder of an embedded portal: a template that a test copies and then owns.
"""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import pytest
from django.conf import settings
from django.db import connections

ALIAS = "seeded"
_NOT_FOR_THE_PORTAL = ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "TPBIS_DEMO")


@dataclass(frozen=True, slots=True)
class Seeded:
    """A portal with the demo's data; ``database_url`` is empty where it is SQLite under ``var``."""

    var: Path
    database_url: str = ""

    def manage(self, *arguments: str, check: bool = True) -> "subprocess.CompletedProcess[str]":
        """Run a command of the portal on it."""
        environment = {
            name: value for name, value in os.environ.items() if name not in _NOT_FOR_THE_PORTAL
        }
        environment["TPBIS_VAR"] = str(self.var)
        if self.database_url:
            environment["DATABASE_URL"] = self.database_url
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=settings.BASE_DIR,
            env=environment,
            capture_output=True,
            text=True,
            check=check,
            timeout=600,
        )


@pytest.fixture(scope="session")
def seeded_var(tmp_path_factory) -> Path:
    """What ``manage.py demo --seed-only`` leaves under var. Copy it, never start it."""
    shared = _shared(tmp_path_factory)
    with _one_at_a_time(shared / "sqlite.lock"):
        if not (shared / "sqlite.done").exists():
            _say(Seeded(shared / "sqlite").manage("demo", "--seed-only", check=False))
            (shared / "sqlite.done").touch()
    return shared / "sqlite"


@pytest.fixture(scope="session")
def seeded(tmp_path_factory, request) -> Iterator[Seeded]:
    """The demo's data on the database the suite runs on; tests may only read."""
    server = settings.TEST_DATABASE_URL
    if not server:
        yield Seeded(request.getfixturevalue("seeded_var"))
        return
    shared = _shared(tmp_path_factory)
    users = shared / "postgresql.users"
    portal = Seeded(shared / "postgresql", _beside(server))
    with _one_at_a_time(shared / "postgresql.lock"):
        if not users.exists():
            _create(server, portal.database_url)
            _say(portal.manage("migrate", "--verbosity=0", check=False))
            _say(portal.manage("seed_demo", check=False))
            users.write_text("0")
        users.write_text(str(int(users.read_text()) + 1))
    yield portal
    with _one_at_a_time(shared / "postgresql.lock"):
        left = int(users.read_text()) - 1
        users.write_text(str(left))
        if not left:
            _drop(server, portal.database_url)
            users.unlink()


@pytest.fixture
def seeded_rows(seeded, django_db_blocker) -> Iterator[str]:
    """The alias of a second connection: ``Library.objects.using(seeded_rows)``."""
    if seeded.database_url:
        config = {"NAME": _name(seeded.database_url)}
    else:
        config = {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(seeded.var / "tpbis.sqlite3"),
        }
    connections.settings[ALIAS] = {**deepcopy(connections.settings["default"]), **config}
    with django_db_blocker.unblock():
        yield ALIAS
        connections[ALIAS].close()
    del connections[ALIAS]
    del connections.settings[ALIAS]


def _shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all workers of this run."""
    base = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        base = base.parent
    folder = base / "seeded"
    folder.mkdir(exist_ok=True)
    return folder


@contextmanager
def _one_at_a_time(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _say(done: "subprocess.CompletedProcess[str]") -> None:
    """Fail with what the command said."""
    if done.returncode:
        pytest.fail(f"{' '.join(done.args[1:])}: {done.stdout}{done.stderr}", pytrace=False)


# --- A PostgreSQL database of its own ------------------------------------------------------------


def _beside(server: str) -> str:
    parts = urlsplit(server)
    return urlunsplit(parts._replace(path=f"/test_{parts.path.strip('/')}_seeded"))


def _name(url: str) -> str:
    return urlsplit(url).path.strip("/")


def _create(server: str, url: str) -> None:
    _drop(server, url)
    _execute(server, f'CREATE DATABASE "{_name(url)}"')


def _drop(server: str, url: str) -> None:
    _execute(server, f'DROP DATABASE IF EXISTS "{_name(url)}" WITH (FORCE)')


def _execute(server: str, statement: str) -> None:
    connection = psycopg2.connect(urlunsplit(urlsplit(server)._replace(path="/postgres")))
    connection.autocommit = True  # a database is not created inside a transaction
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
    finally:
        connection.close()


def copy(template: Path, to: Path) -> Path:
    """A var folder of one's own, made from ``seeded_var``."""
    shutil.copytree(template, to)
    return to
