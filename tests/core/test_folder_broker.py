"""Messages in a folder: whoever looks sees whole ones or none."""

import json
from pathlib import Path

import pytest
from kombu import Connection
from kombu.transport import resolve_transport

from tpbis.core import folder_broker
from tpbis.settings import base


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("broker")


@pytest.fixture(scope="module")  # kombu remembers for the process what was declared
def broker(folder):
    folders = {name: folder / name for name in ("queue", "control")}
    for folder in folders.values():
        folder.mkdir()
    options = {
        "data_folder_in": str(folders["queue"]),
        "data_folder_out": str(folders["queue"]),
        "control_folder": str(folders["control"]),
    }
    with Connection("folder://", transport_options=options) as made:
        yield made


def test_what_is_sent_arrives_in_order(broker):
    with broker.SimpleQueue("work") as queue:
        for number in range(3):
            queue.put({"number": number})

        arrived = []
        for _ in range(3):
            message = queue.get(block=False)
            arrived.append(message.payload)
            message.ack()

    assert arrived == [{"number": 0}, {"number": 1}, {"number": 2}]


def test_a_message_is_whole_from_the_moment_it_can_be_seen(broker, folder, monkeypatch):
    seen = []
    write = Path.write_bytes

    def watch(path: Path, content: bytes) -> int:
        written = write(path, content[:5])  # half of it is on the disk, and somebody looks
        seen.extend(found.name for found in (folder / "queue").glob("*.msg"))
        write(path, content)
        return written

    with broker.SimpleQueue("work") as queue:
        monkeypatch.setattr(Path, "write_bytes", watch)
        queue.put({"number": 1})

    (message,) = (folder / "queue").iterdir()
    content = json.loads(message.read_bytes())
    message.unlink()
    assert seen == []
    assert content["body"]


def test_the_embedded_portal_uses_it():
    assert resolve_transport("folder") is folder_broker.Transport
    if base.REDIS_URL:
        pytest.skip("Redis carries the messages here")

    assert base.CELERY_BROKER_URL == "folder://"
