"""The journey of one approval through a real Celery worker, another process, another connection:
committed here, counted there, and nobody told the reader of the score."""

import os
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import psycopg2
import pytest
import redis
from django.conf import settings
from django.core.management import call_command
from django.db import ConnectionHandler, connections
from kombu import pools

from activities import services as activity_services
from activities.enums import Kind
from kpi.models import Score
from libraries.models import Library
from tests import factories
from tpbis.accounts.enums import Role
from tpbis.celery import app
from tpbis.settings.base import database

WITHIN = 60  # seconds; a busy machine may take a while, a lost message is found
SEPTEMBER = date(2024, 9, 1)


@dataclass(frozen=True)
class Place:
    """Where a portal of its own keeps its data and its messages."""

    database_url: str
    redis_url: str
    var: Path

    @property
    def environment(self) -> dict[str, str]:
        return {
            **{name: value for name, value in os.environ.items() if name != "TPBIS_DEMO"},
            "DJANGO_SETTINGS_MODULE": "tpbis.settings.embedded",
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis_url,
            "TPBIS_VAR": str(self.var),
        }

    @property
    def broker(self) -> dict[str, object]:
        """What Celery is told in this process, so that its messages reach that worker."""
        if self.redis_url:
            return {"broker_url": self.redis_url, "broker_transport_options": {}}
        queue, control = self.var / "broker" / "queue", self.var / "broker" / "control"
        queue.mkdir(parents=True)
        control.mkdir()
        folders = {"data_folder_in": str(queue), "data_folder_out": str(queue)}
        return {
            "broker_url": "folder://",
            "broker_transport_options": folders | {"control_folder": str(control)},
        }


@contextmanager
def embedded(var: Path) -> Iterator[Place]:
    yield Place(database_url=f"sqlite:///{var}/tpbis.sqlite3", redis_url="", var=var)


@contextmanager
def services(var: Path) -> Iterator[Place]:
    """A PostgreSQL database that exists for this test only, and the Redis database for tests."""
    server, redis_url = os.environ["TEST_DATABASE_URL"], os.environ["TEST_REDIS_URL"]
    name = f"tpbis_worker_{uuid.uuid4().hex[:12]}"
    broker = redis.Redis.from_url(redis_url)
    _administer(server, f"CREATE DATABASE {name}")
    broker.flushdb()
    try:
        yield Place(f"{server.rpartition('/')[0]}/{name}", redis_url, var)
    finally:
        broker.flushdb()
        broker.close()
        _administer(server, f"DROP DATABASE {name} WITH (FORCE)")


def _administer(server: str, statement: str) -> None:
    connection = psycopg2.connect(server)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
    finally:
        connection.close()


@contextmanager
def our_database(place: Place) -> Iterator[None]:
    """This process works there too, in transactions that really commit."""
    ours = ConnectionHandler({"default": database(place.database_url)})["default"]
    the_suites, connections["default"] = connections["default"], ours
    try:
        call_command("migrate", verbosity=0)
        yield
    finally:
        ours.close()
        connections["default"] = the_suites


@contextmanager
def our_broker(place: Place) -> Iterator[None]:
    before = {name: app.conf[name] for name in ("broker_url", "broker_transport_options")}
    _tell_celery(place.broker)
    try:
        yield
    finally:
        _tell_celery(before)


def _tell_celery(broker: dict[str, object]) -> None:
    app.conf.update(broker)
    app.amqp._producer_pool = app._pool = None  # both remember the broker they were made for
    pools.reset()


@contextmanager
def a_worker(place: Place) -> Iterator[Path]:
    """A real one, as in production; yields its log."""
    log = place.var / "worker.log"
    command = [sys.executable, "-m", "celery", "-A", "tpbis", "worker", "-c", "1", "-l", "INFO"]
    with log.open("wb") as file:
        worker = subprocess.Popen(
            command,
            cwd=settings.BASE_DIR,
            env=place.environment,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield log
    finally:
        worker.terminate()
        try:
            worker.wait(20)
        except subprocess.TimeoutExpired:
            worker.kill()
            worker.wait()


@pytest.fixture(
    params=[
        pytest.param(embedded, id="sqlite-and-folder", marks=pytest.mark.embedded),
        pytest.param(services, id="postgresql-and-redis", marks=pytest.mark.services),
    ]
)
def log(request, tmp_path, django_db_blocker) -> Iterator[Path]:
    with (
        django_db_blocker.unblock(),
        request.param(tmp_path) as place,
        our_database(place),
        our_broker(place),
        a_worker(place) as log,
    ):
        yield log


def soon(question: Callable[[], bool], log: Path) -> None:
    deadline = time.monotonic() + WITHIN
    while not question():
        if time.monotonic() > deadline:
            pytest.fail(f"Not within {WITHIN} s. The worker says:\n{log.read_text()}")
        time.sleep(0.05)


def test_an_approval_changes_the_score_and_a_reopening_takes_it_back(log):
    library = factories.LibraryFactory()
    librarian = factories.someone(Role.LIBRARIAN, library)
    pic = factories.someone(Role.REGENCY_PIC, library.regency)

    def colour() -> str | None:
        found = Score.objects.filter(library=library, through=SEPTEMBER)
        return found.values_list("colour", flat=True).first()

    before = colour()
    report = factories.approved(library, librarian, pic, Kind.INVOLVEMENT, month=SEPTEMBER)
    soon(lambda: colour() == "red", log)

    score = Score.objects.get(library=library, through=SEPTEMBER)
    assert before is None
    assert (score.involvement, score.participants, score.visit_months) == (1, 20, 1)

    activity_services.reopen(report=report, comment="Jumlah peserta keliru.", by=pic)
    soon(lambda: colour() == "grey", log)

    assert Library.objects.count() == 1
