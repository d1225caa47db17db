"""Portals that really run.

On SQLite what ``make demo`` starts; with TEST_DATABASE_URL the processes of a server stand on
PostgreSQL and Redis: gunicorn, a Celery worker, beat.
"""

import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import redis
from django.conf import settings

from tests import seeded as seeds
from tests.waiting import wait_until
from tests.workers import redis_database

PASSWORD = "tpbis-demo"


@dataclass(frozen=True, slots=True)
class Portal:
    address: str
    environment: Mapping[str, str]

    def manage(self, *arguments: str, given: str = "") -> str:
        """What a command of the portal says; ``given`` is typed into it."""
        return _manage(self.environment, *arguments, given=given)


# --- On SQLite ------------------------------------------------------------------------------------


@contextmanager
def embedded_demo(template: Path, folder: Path) -> Iterator[Portal]:
    """A copy of the demo."""
    with _embedded(seeds.copy(template, folder / "var"), folder) as portal:
        yield portal


@contextmanager
def embedded_new(officials: str, folder: Path, **chosen: str) -> Iterator[Portal]:
    """A portal without data; ``officials`` is Python that fills in who may sign in."""
    var = folder / "var"
    environment = _environment(var)
    _manage(environment, "demo", "--without-data", "--seed-only")
    _manage(environment, "shell", "--no-imports", "--command", officials)
    with _embedded(var, folder, "--without-data", **chosen) as portal:
        yield portal


@contextmanager
def _embedded(var: Path, folder: Path, *options: str, **chosen: str) -> Iterator[Portal]:
    port = _free_port()
    portal = Portal(f"http://127.0.0.1:{port}", _environment(var) | {"PORT": str(port)} | chosen)
    command = [sys.executable, "manage.py", "demo", *options]
    with _process(command, portal.environment, folder / "demo.log"):
        _wait_until_ready(portal, folder)
        yield portal


# --- On a server ----------------------------------------------------------------------------------


@contextmanager
def server_demo(template: seeds.Seeded, folder: Path) -> Iterator[Portal]:
    """A copy of the demo, which asks nobody for a second factor."""
    source = urlsplit(template.database_url).path.strip("/")
    var = seeds.copy(template.var, folder / "var")
    with (
        _database(f"{source}_journey", template=source) as url,
        _server(url, var, 15, TPBIS_SECOND_FACTOR="false") as portal,
    ):
        yield portal


@contextmanager
def server_new(officials: str, folder: Path, **chosen: str) -> Iterator[Portal]:
    """A portal without data; ``officials`` is Python that fills in who may sign in."""
    var = folder / "var"
    var.mkdir()
    name = urlsplit(settings.TEST_DATABASE_URL).path.strip("/")
    with _database(f"test_{name}_new") as url:
        environment = _environment(var) | {"DATABASE_URL": url}
        _manage(environment, "migrate", "--verbosity=0")
        _manage(environment, "shell", "--no-imports", "--command", officials)
        with _server(url, var, 14, **chosen) as portal:
            yield portal


@contextmanager
def _database(name: str, *, template: str = "template1") -> Iterator[str]:
    server = settings.TEST_DATABASE_URL
    seeds._execute(server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    seeds._execute(server, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    try:
        yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
    finally:
        seeds._execute(server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextmanager
def _server(url: str, var: Path, beside: int, **chosen: str) -> Iterator[Portal]:
    folder, port = var.parent, _free_port()
    address = f"http://127.0.0.1:{port}"
    services = {"DATABASE_URL": url, "REDIS_URL": _redis_of_our_own(beside)}
    portal = Portal(address, _environment(var) | services | {"TPBIS_PUBLIC_URL": address} | chosen)
    celery = [sys.executable, "-m", "celery", "-A", "tpbis"]
    gunicorn = [sys.executable, "-m", "gunicorn", "tpbis.wsgi", "--workers=2", "--threads=4"]
    with ExitStack() as stack:
        for label, command in {
            "web": [*gunicorn, f"--bind=127.0.0.1:{port}"],
            "worker": [*celery, "worker", "--concurrency=2", "--loglevel=INFO"],
            "beat": [*celery, "beat", f"--schedule={var / 'schedule'}", "--pidfile="],
        }.items():
            stack.enter_context(_process(command, portal.environment, folder / f"{label}.log"))
        _wait_until_ready(portal, folder)
        yield portal


def _redis_of_our_own(beside: int) -> str:
    """Beside the number that other tests use: a worker of theirs must not take our work."""
    url = redis_database(beside)
    with redis.Redis.from_url(url) as broker:
        broker.flushdb()
    return url


# --- Processes ------------------------------------------------------------------------------------


def _environment(var: Path) -> dict[str, str]:
    ours = ("DATABASE_URL", "REDIS_URL", "TPBIS_DEMO", "TPBIS_PUBLIC_URL", "PORT")
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    return kept | {"TPBIS_VAR": str(var), "DJANGO_SETTINGS_MODULE": "tpbis.settings.embedded"}


def _manage(environment: Mapping[str, str], *arguments: str, given: str = "") -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env=environment,
        input=given,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, f"{arguments}: {done.stdout}{done.stderr}"
    return done.stdout


@contextmanager
def _process(command: list[str], environment: Mapping[str, str], log: Path) -> Iterator[None]:
    with log.open("w") as output:
        process = subprocess.Popen(
            command, cwd=settings.BASE_DIR, env=environment, stdout=output, stderr=output
        )
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_ready(portal: Portal, logs: Path) -> None:
    def answers() -> bool:
        try:
            with urllib.request.urlopen(f"{portal.address}/readyz", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False

    def said() -> str:
        return "\n".join(path.read_text()[-2000:] for path in logs.glob("*.log"))

    wait_until(answers, within=90, otherwise=said)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
