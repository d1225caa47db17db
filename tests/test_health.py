"""/livez: the process answers. /readyz: work can be done; what cannot is named."""

import os
import time

import pytest
from django.db import OperationalError
from django.urls import reverse
from kombu.exceptions import OperationalError as BrokerDown

from tpbis import views
from tpbis.core import heartbeat

READYZ = reverse("readyz")
FINE = dict.fromkeys(["database", "migrations", "broker", "schedule", "media"], "ok")


@pytest.fixture
def beating(tmp_path, settings):
    """A schedule that has just been alive, in a var folder of its own."""
    settings.VAR_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"
    heartbeat.beat()
    return tmp_path


def asked(client) -> tuple[int, dict]:
    response = client.get(READYZ)
    return response.status_code, response.json()


@pytest.mark.django_db
def test_livez_asks_nothing_of_anyone(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get(reverse("livez"))

    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.django_db
def test_ready_when_everything_is(client, beating):
    assert asked(client) == (200, {"status": "ok", "checks": FINE})


def unavailable(*names: str) -> tuple[int, dict]:
    return 503, {"status": "unavailable", "checks": FINE | dict.fromkeys(names, "failed")}


@pytest.mark.django_db
def test_a_schedule_that_never_beat(client, beating):
    heartbeat.forget()

    assert asked(client) == unavailable("schedule")


@pytest.mark.django_db
def test_a_schedule_that_fell_silent(client, beating):
    long_ago = time.time() - views.BEAT_SILENT_AFTER - 1
    os.utime(beating / "heartbeat", (long_ago, long_ago))

    assert asked(client) == unavailable("schedule")


@pytest.mark.django_db
def test_a_broker_that_is_down(client, beating, monkeypatch):
    def down(*args, **kwargs):
        raise BrokerDown("connection refused")

    monkeypatch.setattr("kombu.Connection.ensure_connection", down)

    assert asked(client) == unavailable("broker")


def test_a_database_that_is_down(client, beating, monkeypatch):
    def down():
        raise OperationalError("server closed the connection")

    monkeypatch.setattr(views.connection, "cursor", down)

    assert asked(client) == unavailable("database", "migrations")


@pytest.mark.django_db
def test_a_migration_that_is_missing(client, beating, monkeypatch):
    monkeypatch.setattr(
        "django.db.migrations.executor.MigrationExecutor.migration_plan", lambda *_: ["one"]
    )

    assert asked(client) == unavailable("migrations")


@pytest.mark.django_db
def test_a_folder_that_cannot_be_written(client, beating):
    (beating / "media").write_text("a file where a folder should be")

    assert asked(client) == unavailable("media")


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["livez", "readyz"])
def test_both_only_answer(client, beating, name):
    assert client.post(reverse(name)).status_code == 405
    assert client.head(reverse(name)).status_code == 200
