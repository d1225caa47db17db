"""Photos are developed in child processes: what these may use, and what becomes of a dead one."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image

from activities.photos import keeping, store_photo
from libraries.files import developers
from libraries.files.developers import Developers, Limits, NotDeveloped
from tests.activities.pictures import encoded, jpeg
from tests.waiting import wait_until

LOST = "Foto ini tidak dapat diolah. Ambil ulang atau kecilkan, lalu kirim lagi."


def photo(width: int = 64, height: int = 48, **how) -> bytes:
    return encoded(Image.new("RGB", (width, height), (90, 60, 30)), **how)


@pytest.fixture
def start():
    """Developers of the test's own, ended with it."""
    started = []

    def _start(**limits) -> Developers:
        started.append(Developers(Limits(**limits)))
        return started[-1]

    yield _start
    for one in started:
        one.end()


def is_alive(pid: int) -> bool:
    """A zombie is dead: only nobody has looked yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_nobody_is_started_before_a_photo_comes(start):
    waiting = start()

    assert waiting.pids == []
    waiting.develop(photo())
    assert len(waiting.pids) == 1


def test_one_child_serves_photo_after_photo(start):
    working = start()

    pids = set()
    for _photo in range(3):
        working.develop(photo())
        pids.update(working.pids)

    assert len(pids) == 1


def test_children_are_at_most_two_and_every_caller_gets_its_own_photo(start):
    working = start()
    sizes = [(10 + at, 40) for at in range(12)]

    with ThreadPoolExecutor(6) as callers:
        found = list(callers.map(lambda size: working.develop(photo(*size)), sizes))

    assert [(one.width, one.height) for one in found] == sizes
    assert len(working.pids) == 2


def test_a_refused_photo_costs_no_child(start):
    working = start()
    working.develop(photo())
    before = working.pids

    with pytest.raises(NotDeveloped, match="no_photo"):
        working.develop(b"GIF89a<script>")

    working.develop(photo())
    assert working.pids == before


def test_a_child_that_hangs_loses_its_photo_and_is_replaced(start):
    working = start(children=1)
    working.develop(photo())
    (pid,) = working.pids
    os.kill(pid, signal.SIGSTOP)
    working._places.queue[-1]._limits = Limits(seconds=0.3)  # it has been started: that takes time

    with pytest.raises(NotDeveloped, match="lost"):
        working.develop(photo())

    assert not is_alive(pid)
    assert working.develop(photo()).width == 64


def test_a_child_killed_over_its_photo_is_replaced(start):
    working = start(children=1)
    working.develop(photo())
    (pid,) = working.pids
    child = working._places.queue[-1]
    os.kill(pid, signal.SIGSTOP)

    with ThreadPoolExecutor(1) as caller:
        doomed = caller.submit(working.develop, photo())
        wait_until(lambda: child.done == 2, within=30)  # it has been chosen
        os.kill(pid, signal.SIGKILL)
        with pytest.raises(NotDeveloped, match="lost"):
            doomed.result()

    assert working.develop(photo()).width == 64


def test_a_child_that_died_while_idle_costs_no_photo(start):
    working = start(children=1)
    working.develop(photo())
    (pid,) = working.pids
    os.kill(pid, signal.SIGKILL)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)

    assert working.develop(photo()).width == 64


def test_a_child_is_replaced_after_its_share_of_photos(start):
    working = start(children=1, photos=2)

    pids = []
    for _photo in range(4):
        working.develop(photo())
        pids += working.pids

    assert [pids[0] == pids[1], pids[1] == pids[2], pids[2] == pids[3]] == [True, False, True]
    assert not is_alive(pids[0])


def test_a_photo_that_needs_more_memory_than_allotted_is_refused_alone(start):
    working = start(children=1, memory=96 * 1024 * 1024)

    with pytest.raises(NotDeveloped, match=r"too_heavy|broken|lost"):
        working.develop(encoded(Image.new("RGB", (7_000, 5_000)), "PNG"))

    assert working.develop(photo()).width == 64


def test_a_photo_of_108_megapixels_needs_little_memory(start):
    working = start(children=1)

    working.develop(photo(12_000, 9_000, quality=60))

    status = Path(f"/proc/{working.pids[0]}/status").read_text()
    peak = int(status.split("VmHWM:")[1].split()[0])
    assert peak < 200_000  # KB


def test_children_know_no_secret(start):
    working = start()
    working.develop(photo())

    environment = Path(f"/proc/{working.pids[0]}/environ").read_bytes()

    assert not any(name in environment for name in (b"SECRET", b"DATABASE", b"REDIS", b"DJANGO"))


def test_children_know_neither_django_nor_celery():
    code = "import libraries.darkroom.__main__, sys; print(*sys.modules)"

    known = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)

    assert not {"django", "celery", "tpbis"} & set(known.stdout.split())


def test_children_end_with_their_parent():
    code = (
        "from libraries.files.developers import Developers\n"
        "import io, os\n"
        "from PIL import Image\n"
        "content = io.BytesIO(); Image.new('RGB', (9, 9)).save(content, 'JPEG')\n"
        "working = Developers(); working.develop(content.getvalue())\n"
        "print(*working.pids, flush=True)\n"
        "os.kill(os.getpid(), 9)\n"
    )

    parent = subprocess.Popen(
        [sys.executable, "-c", f"import django; django.setup()\n{code}"],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tpbis.settings.test"},
        stdout=subprocess.PIPE,
        text=True,
    )
    said, _none = parent.communicate()

    wait_until(lambda: not is_alive(int(said)), within=30)


def test_a_forked_process_has_children_of_its_own(start):
    developers.ours().develop(photo())
    reading, writing = os.pipe()

    pid = os.fork()
    if not pid:
        try:
            os.write(writing, b"none" if developers._ours is None else b"ours")
        finally:
            os._exit(0)
    os.waitpid(pid, 0)

    assert os.read(reading, 9) == b"none"
    os.close(reading)
    os.close(writing)
    assert developers.ours().develop(photo()).width == 64


def test_whoever_sent_the_photo_is_told(monkeypatch, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path

    class Dying(Developers):
        def develop(self, content: bytes) -> developers.Developed:
            raise NotDeveloped("lost")

    monkeypatch.setattr(developers, "ours", Dying)

    with pytest.raises(keeping.ValidationError) as refused:
        store_photo(jpeg())

    assert refused.value.messages == [LOST]
    assert list(tmp_path.iterdir()) == []
