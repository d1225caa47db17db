import pytest
from kombu.exceptions import OperationalError

from tpbis.celery import app
from tpbis.core import heartbeat
from tpbis.core.queueing import queue
from tpbis.core.tasks import beat_heartbeat


def test_a_task_is_sent_by_keyword(monkeypatch):
    sent = []
    monkeypatch.setattr(beat_heartbeat, "apply_async", lambda **how: sent.append(how))

    queue(beat_heartbeat, report_id=7)

    assert sent == [{"kwargs": {"report_id": 7}}]


@pytest.mark.parametrize(
    "error", [OperationalError("refused"), ConnectionRefusedError(), OSError(28)]
)
def test_a_broker_that_is_down_is_logged_and_forgiven(monkeypatch, caplog, error):
    def down(**_):
        raise error

    monkeypatch.setattr(beat_heartbeat, "apply_async", down)

    queue(beat_heartbeat)

    assert "core.beat_heartbeat waits for the sweep" in caplog.text


def test_a_mistake_of_ours_is_not_swallowed(monkeypatch):
    def broken(**_):
        raise TypeError("not serialisable")

    monkeypatch.setattr(beat_heartbeat, "apply_async", broken)

    with pytest.raises(TypeError):
        queue(beat_heartbeat)


def test_what_is_scheduled_expires_before_it_comes_again(settings):
    for name, entry in settings.CELERY_BEAT_SCHEDULE.items():
        every = entry["schedule"]
        seconds = every if isinstance(every, float) else 24 * 60 * 60
        assert entry["options"]["expires"] < seconds, name


def test_what_is_scheduled_exists(settings):
    app.loader.import_default_modules()

    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert scheduled - set(app.tasks) == set()


def test_a_heartbeat_is_as_old_as_its_last_beat(settings, tmp_path):
    settings.VAR_DIR = tmp_path / "var"

    before = heartbeat.age_seconds()
    beat_heartbeat()

    assert before is None
    assert 0 <= heartbeat.age_seconds() < 60
