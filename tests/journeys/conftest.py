"""A running portal with the demo's data, and people with browsers.

On SQLite it is what ``make demo`` starts; with TEST_DATABASE_URL the processes of a server stand on
PostgreSQL and Redis: gunicorn, a Celery worker, beat.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
import redis
from django.conf import settings
from playwright.sync_api import Browser, Page, sync_playwright

from tests import seeded as seeds
from tests.waiting import wait_until

PASSWORD = "tpbis-demo"
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}


@pytest.fixture(scope="module")
def browser(django_db_setup) -> Iterator[Browser]:
    """Opened once the suite has its database and closed after each module: its event loop must not
    be around when others use the database."""
    if not Path(CHROMIUM).exists():
        if os.environ.get("CI"):
            pytest.fail("Chromium is missing: apt-get install chromium")
        pytest.skip("Chromium is not installed: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def portal(request, tmp_path_factory) -> Iterator[str]:
    """The address of a running portal of one's own."""
    with ExitStack() as stack:
        start = _on_a_server if settings.TEST_DATABASE_URL else _embedded
        yield stack.enter_context(start(request, tmp_path_factory.mktemp("portal")))


@pytest.fixture
def visit(browser, portal) -> Iterator[Callable[..., Page]]:
    """``visit("labruk", PHONE)``: a page of a new browser, signed in. Errors of a page's scripts or
    of the content policy fail the test."""
    with ExitStack() as stack:
        complaints: list[str] = []

        def sign_in(name: str, viewport: dict[str, int] = DESK) -> Page:
            context = browser.new_context(
                viewport=viewport, base_url=portal, locale="id-ID", timezone_id="Asia/Jakarta"
            )
            stack.callback(context.close)
            page = context.new_page()
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.on(
                "console",
                lambda said: complaints.append(said.text) if said.type == "error" else None,
            )
            page.goto("/masuk/")
            page.get_by_label("Nama pengguna atau nomor telepon").fill(name)
            page.get_by_label("Kata sandi").fill(PASSWORD)
            page.get_by_role("button", name="Masuk").click()
            page.wait_for_url(lambda url: "/masuk/" not in url)
            return page

        yield sign_in
        assert complaints == []


@contextmanager
def _embedded(request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    var = seeds.copy(request.getfixturevalue("seeded_var"), folder / "var")
    port = _free_port()
    environment = _environment(var) | {"PORT": str(port)}
    with _process([sys.executable, "manage.py", "demo"], environment, folder / "demo.log"):
        yield _ready(port, folder)


@contextmanager
def _on_a_server(request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    template = request.getfixturevalue("seeded")
    server = settings.TEST_DATABASE_URL
    source = urlsplit(template.database_url)
    name = f"{source.path.strip('/')}_journey"
    seeds._execute(server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    seeds._execute(server, f'CREATE DATABASE "{name}" TEMPLATE "{source.path.strip("/")}"')
    var = folder / "var"
    shutil.copytree(template.var, var)
    port = _free_port()
    environment = _environment(var) | {
        "DATABASE_URL": urlunsplit(source._replace(path=f"/{name}")),
        "REDIS_URL": _redis_of_our_own(),
    }
    celery = [sys.executable, "-m", "celery", "-A", "tpbis"]
    gunicorn = [sys.executable, "-m", "gunicorn", "tpbis.wsgi", "--workers=2", "--threads=4"]
    with ExitStack() as stack:
        stack.callback(seeds._execute, server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        for label, command in {
            "web": [*gunicorn, f"--bind=127.0.0.1:{port}"],
            "worker": [*celery, "worker", "--concurrency=2", "--loglevel=INFO"],
            "beat": [*celery, "beat", f"--schedule={var / 'schedule'}", "--pidfile="],
        }.items():
            stack.enter_context(_process(command, environment, folder / f"{label}.log"))
        yield _ready(port, folder)


def _redis_of_our_own() -> str:
    """Beside the number that other tests use: a worker of theirs must not take our work."""
    given = urlsplit(os.environ["TEST_REDIS_URL"])
    url = urlunsplit(given._replace(path=f"/{(int(given.path.strip('/') or 0) + 15) % 16}"))
    with redis.Redis.from_url(url) as broker:
        broker.flushdb()
    return url


def _environment(var: Path) -> dict[str, str]:
    ours = ("DATABASE_URL", "REDIS_URL", "TPBIS_DEMO", "PORT")
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    return kept | {"TPBIS_VAR": str(var), "DJANGO_SETTINGS_MODULE": "tpbis.settings.embedded"}


@contextmanager
def _process(command: list[str], environment: dict[str, str], log: Path) -> Iterator[None]:
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


def _ready(port: int, logs: Path) -> str:
    address = f"http://127.0.0.1:{port}"

    def answers() -> bool:
        try:
            with urllib.request.urlopen(f"{address}/readyz", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False

    def said() -> str:
        return "\n".join(path.read_text()[-2000:] for path in logs.glob("*.log"))

    wait_until(answers, within=90, otherwise=said)
    return address


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
