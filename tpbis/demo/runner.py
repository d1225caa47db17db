"""Web, worker and schedule as one foreground command: they start, live and end together.

The three are forked from the command, which has Django loaded already: ready in about two seconds,
where three fresh interpreters that each import everything take five.
"""

import contextlib
import ctypes
import json
import logging
import multiprocessing
import os
import signal
import socket
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from multiprocessing.context import ForkProcess
from pathlib import Path
from types import FrameType
from typing import NoReturn

from celery.apps.beat import Beat
from gunicorn.app.wsgiapp import WSGIApplication

from tpbis.celery import app
from tpbis.core import heartbeat

READY_WITHIN = 60.0  # seconds
GRACE = 10.0  # seconds a process has to end by itself; what it leaves undone the sweep finds
LAST_LINES = 15
_STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class NotRunning(Exception):
    """A process ended by itself or never got ready; the text holds its last words."""


class Stopped(Exception):
    """Someone asked the portal to stop: Ctrl-C, SIGTERM, or a closed window."""


class Portal:
    """The processes of one portal on ``port``; their logs stand in ``var``/log."""

    def __init__(self, *, var: Path, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self._var = var
        self._mains: dict[str, Callable[[], None]] = {
            "web": lambda: _web(port, var / "tmp"),
            "worker": _worker,
            "beat": _beat,
        }
        self._processes: dict[str, ForkProcess] = {}

    def run(self, announce: Callable[[], None]) -> None:
        """Start everything, ``announce`` when it answers, and stay until asked to stop. Raises
        ``NotRunning``; whatever happens, no process is left."""
        make_folders(self._var)
        tempfile.tempdir = os.environ["TMPDIR"] = str(self._var / "tmp")
        heartbeat.forget()
        for number in _STOPPING:
            signal.signal(number, _stop)
        try:
            for name, main in self._mains.items():
                self._processes[name] = self._start(name, main)
            self._wait_until_ready()
            announce()
            while True:
                self._check_processes()
                time.sleep(0.5)
        except Stopped:
            sys.stderr.write("Menghentikan portal ...\n")
        finally:
            self._stop_processes()

    def _start(self, name: str, main: Callable[[], None]) -> ForkProcess:
        process = multiprocessing.get_context("fork").Process(
            target=_become, args=(main, self._log(name), os.getpid()), name=name
        )
        process.start()
        self._log(name).with_suffix(".pid").write_text(f"{process.pid}\n", encoding="ascii")
        return process

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + READY_WITHIN
        while problem := self._not_ready():
            self._check_processes()
            if time.monotonic() > deadline:
                raise NotRunning(f"Portal belum siap setelah {READY_WITHIN:.0f} detik: {problem}")
            time.sleep(0.1)

    def _not_ready(self) -> str:
        """What /readyz still waits for; nothing when the portal is ready."""
        if heartbeat.age_seconds() is None:
            return "schedule"  # it would say no; asking costs the others time
        try:
            with urllib.request.urlopen(f"{self.address}/readyz", timeout=5):  # noqa: S310
                return ""
        except urllib.error.HTTPError as not_yet:
            with contextlib.suppress(ValueError):
                checks = json.load(not_yet)["checks"]
                return ", ".join(name for name, fine in checks.items() if fine != "ok")
            return f"HTTP {not_yet.code}"
        except OSError as error:
            return str(error)

    def _check_processes(self) -> None:
        for name, process in self._processes.items():
            if process.exitcode is not None:
                raise NotRunning(
                    f"Proses {name} berhenti sendiri (kode {process.exitcode}). "
                    f"Catatan terakhir ({self._log(name)}):\n{self._last_words(name)}"
                )

    def _stop_processes(self) -> None:
        for number in _STOPPING:
            signal.signal(number, signal.SIG_IGN)  # impatience must not leave processes behind
        for process in self._processes.values():
            process.terminate()
        deadline = time.monotonic() + GRACE
        for process in self._processes.values():
            process.join(max(0.0, deadline - time.monotonic()))
            with contextlib.suppress(ProcessLookupError):
                assert process.pid is not None
                os.killpg(process.pid, signal.SIGKILL)  # with the children it has left
            process.join()

    def _log(self, name: str) -> Path:
        return self._var / "log" / f"{name}.log"

    def _last_words(self, name: str) -> str:
        lines = self._log(name).read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join(lines[-LAST_LINES:])


def make_folders(var: Path) -> None:
    """What the processes expect to find; the broker makes no folder by itself."""
    for name in ("tmp", "log", "broker/queue", "broker/control"):
        (var / name).mkdir(parents=True, exist_ok=True)


def port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


# --- In the child --------------------------------------------------------------------------------


def _become(main: Callable[[], None], log: Path, parent: int) -> None:
    # A group of its own: Ctrl-C reaches the starter alone, which stops the others in order.
    os.setsid()
    for number in _STOPPING:
        signal.signal(number, signal.SIG_DFL)
    if sys.platform == "linux":
        # However the starter goes, the kernel tells its children to go too.
        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGTERM)
        if os.getppid() != parent:
            return
    with log.open("wb") as file, Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), 0)
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    main()


def _web(port: int, tmp: Path) -> None:
    sys.argv = [
        *["gunicorn", "tpbis.wsgi", "--bind", f"127.0.0.1:{port}", "--preload"],
        *["--workers", "2", "--worker-class", "gthread", "--threads", "4"],
        *["--graceful-timeout", "5", "--worker-tmp-dir", str(tmp), "--no-control-socket"],
    ]
    WSGIApplication("%(prog)s [OPTIONS] [APP_MODULE]", prog="gunicorn").run()


def _worker() -> None:
    worker = app.Worker(concurrency=2, loglevel=logging.INFO, without_mingle=True)
    worker.start()
    sys.exit(worker.exitcode)


def _beat() -> None:
    """Its own process, never a thread of the worker: a killed worker would leave it behind."""
    Beat(app=app, loglevel="INFO").run()


def _stop(number: int, frame: FrameType | None) -> NoReturn:
    raise Stopped
