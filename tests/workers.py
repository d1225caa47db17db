"""Celery workers that really run, with a database and a broker of their own.

This process works in the same database, in transactions that really commit, and its messages go to
the same broker.
"""

import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import pytest
import redis
from django.conf import settings
from django.core.management import call_command
from django.db import ConnectionHandler, connections
from kombu import pools

from tests.waiting import wait_until
from tpbis.celery import app
from tpbis.settings.base import database

WITHIN = 120  # seconds; a busy machine may take a while, a lost message is found


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

    def lose_messages(self) -> None:
        """All that nobody has taken yet: FLUSHDB, or an empty folder."""
        if self.redis_url:
            with redis.Redis.from_url(self.redis_url) as broker:
                broker.flushdb()
        for message in (self.var / "broker" / "queue").glob("*"):
            message.unlink()


def redis_database(beside: int) -> str:
    given = urlsplit(os.environ["TEST_REDIS_URL"])
    number = (int(given.path.strip("/") or 0) + beside) % 16
    return urlunsplit(given._replace(path=f"/{number}"))


@contextmanager
def embedded(var: Path) -> Iterator[Place]:
    yield Place(database_url=f"sqlite:///{var}/tpbis.sqlite3", redis_url="", var=var)


@contextmanager
def services(var: Path, *, beside: int = 0) -> Iterator[Place]:
    """A PostgreSQL database that exists for this test only, and the Redis database for tests, or
    the one that many ``beside`` it: tests that run at once must not take each other's messages."""
    server, redis_url = os.environ["TEST_DATABASE_URL"], redis_database(beside)
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


@dataclass(frozen=True)
class Worker:
    process: "subprocess.Popen[bytes]"
    log: Path

    def kill(self) -> None:
        """As the kernel does when memory runs out: it and its children, and none of them knows."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@contextmanager
def a_worker(
    place: Place, *, name: str = "worker", celery: str = "tpbis", concurrency: int = 1, **more: str
) -> Iterator[Worker]:
    """A real one, as in production; ``celery`` is the module of its application, ``more`` goes to
    its environment."""
    log = place.var / f"{name}.log"
    command = [sys.executable, "-m", "celery", "-A", celery, "worker", "-c", str(concurrency)]
    with log.open("wb") as file:
        process = subprocess.Popen(
            [*command, "-l", "INFO", "-n", f"{name}@%h"],
            cwd=settings.BASE_DIR,
            env=place.environment | more,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield Worker(process, log)
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def places(*, beside: int = 0) -> list[Any]:
    """Where a portal may keep its things: what brings its own is for the suite on SQLite, the
    services are for the suite on PostgreSQL."""
    on_services = partial(services, beside=beside)
    return [
        pytest.param(embedded, id="sqlite-and-folder", marks=pytest.mark.embedded),
        pytest.param(on_services, id="postgresql-and-redis", marks=pytest.mark.services),
    ]


@contextmanager
def at_work_in(place: Place) -> Iterator[Place]:
    """This process keeps its rows and sends its messages there."""
    with our_database(place), our_broker(place):
        yield place


def soon(question: Callable[[], bool], *workers: Worker) -> None:
    """Wait until it is so; otherwise tell what the workers said."""

    def said() -> str:
        return "\n".join(f"{one.log.name}:\n{one.log.read_text()}" for one in workers)

    wait_until(question, within=WITHIN, otherwise=said)
