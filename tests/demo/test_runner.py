"""`manage.py demo` on a free port, as a person starts and stops it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from tpbis.core.commands import Refused
from tpbis.demo.management.commands.demo import chosen_port

pytestmark = pytest.mark.embedded

READY_WITHIN = 60  # seconds; a busy machine may take a while, a hung one is found
GONE_WITHIN = 30


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def environment(var: Path, **more: str) -> dict[str, str]:
    clean = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "TPBIS_DEMO")
    }
    return {**clean, "TPBIS_VAR": str(var), "PYTHONUNBUFFERED": "1", **more}


def demo(var: Path, *options: str, **more: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "manage.py", "demo", *options],
        cwd=settings.BASE_DIR,
        env=environment(var, **more),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def processes_of(var: Path) -> list[int]:
    """Every process that was started with this var folder, straight from the kernel."""
    wanted = f"TPBIS_VAR={var}".encode()
    found = []
    for folder in Path("/proc").iterdir():
        try:
            if folder.name.isdigit() and wanted in (folder / "environ").read_bytes().split(b"\0"):
                found.append(int(folder.name))
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue
    return found


def none_left(var: Path) -> bool:
    deadline = time.monotonic() + GONE_WITHIN
    while processes_of(var):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def answer(port: int, page: str) -> tuple[int, dict]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/{page}", timeout=10) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


@pytest.fixture
def var(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "var"
    for pid in processes_of(tmp_path / "var"):
        os.kill(pid, signal.SIGKILL)


@pytest.fixture
def portal(var: Path) -> "Iterator[tuple[int, subprocess.Popen[str]]]":
    """A running demo without data, and its port."""
    port = free_port()
    with demo(var, "--without-data", PORT=str(port)) as process:
        said = ""
        for line in process.stdout:
            said += line
            if f"http://127.0.0.1:{port}" in line:
                break
        else:
            pytest.fail(said + process.stderr.read())
        yield port, process
        process.kill()


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="reads the process list from /proc")
class TestARunningDemo:
    def test_answers_and_ends_without_leaving_a_process(self, portal, var):
        port, process = portal

        alive, ready = answer(port, "livez"), answer(port, "readyz")
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=GONE_WITHIN)

        assert alive == (200, {"status": "ok"})
        assert ready == (
            200,
            {
                "status": "ok",
                "checks": {
                    "database": "ok",
                    "migrations": "ok",
                    "broker": "ok",
                    "schedule": "ok",
                    "media": "ok",
                },
            },
        )
        assert process.returncode == 0
        assert none_left(var)

    def test_takes_its_processes_along_when_it_is_killed(self, portal, var):
        _port, process = portal

        process.kill()

        assert none_left(var)

    def test_stops_whole_when_one_of_its_processes_dies(self, portal, var):
        _port, process = portal
        beat = int((var / "log" / "beat.pid").read_text())

        os.kill(beat, signal.SIGKILL)
        process.wait(timeout=GONE_WITHIN)

        assert process.returncode == 2
        assert "beat" in process.stderr.read()
        assert none_left(var)

    def test_is_not_started_twice_on_the_same_data(self, portal, var):
        second = demo(var, "--without-data", PORT=str(free_port()))

        _out, problem = second.communicate(timeout=READY_WITHIN)

        assert second.returncode == 2
        assert "sedang berjalan" in problem


def refusal(var: Path, *options: str, **more: str) -> tuple[int, str]:
    process = demo(var, *options, **more)
    _out, problem = process.communicate(timeout=READY_WITHIN)
    return process.returncode, problem


def test_a_port_in_use_is_named(var):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        code, problem = refusal(var, "--without-data", PORT=str(port))

    assert code == 2
    assert f"Port {port} sedang dipakai" in problem


def test_a_port_that_is_none_is_refused_on_the_command_line(var):
    code, problem = refusal(var, "--without-data", PORT="abc")

    assert (code, problem) == (2, "PORT “abc” bukan nomor port. Contoh: PORT=8080 make demo\n")


@pytest.mark.parametrize("port", ["", "0", "70000", "8000;", "-1", "²"])
def test_only_numbers_from_1_to_65535_are_ports(monkeypatch, port):
    monkeypatch.setenv("PORT", port)

    with pytest.raises(Refused):
        chosen_port()


@pytest.mark.parametrize("name", ["DATABASE_URL", "REDIS_URL"])
def test_it_never_touches_another_database(var, name):
    urls = {
        "DATABASE_URL": f"sqlite:///{var}/own.sqlite3",
        "REDIS_URL": "redis://127.0.0.1:6379/15",
    }

    code, problem = refusal(var, "--without-data", **{name: urls[name]})

    assert code == 2
    assert problem.startswith(f"{name} terisi")


def test_data_it_did_not_make_is_left_alone(var):
    own = environment(var)
    for command in (["migrate", "-v0"], ["load_regions", "31"]):
        subprocess.run(
            [sys.executable, "manage.py", *command], cwd=settings.BASE_DIR, env=own, check=True
        )
    before = (var / "tpbis.sqlite3").read_bytes()

    code, problem = refusal(var, "--without-data", "--seed-only")

    assert code == 2
    assert "berisi data lain" in problem
    assert (var / "tpbis.sqlite3").read_bytes() == before


def test_an_interrupted_start_is_begun_anew(var):
    var.mkdir()
    (var / "tpbis.sqlite3.draft").write_text("half")

    process = demo(var, "--without-data", "--seed-only")
    _out, said = process.communicate(timeout=READY_WITHIN)

    assert process.returncode == 0
    assert "dimulai lagi dari awal" in said
    assert not (var / "tpbis.sqlite3.draft").exists()
    assert (var / "tpbis.sqlite3").read_bytes().startswith(b"SQLite format 3")
