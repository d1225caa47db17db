"""Children between two documents: to start one costs as much as a regency's chapter or two.

Those of a press that has ended wait here a few minutes, in the process that started them. One that
needed much memory is not kept; when the process ends, so do they: their pipe closes.
"""

import atexit
import contextlib
import os
import re
import subprocess
import threading
from collections import defaultdict
from pathlib import Path

Process = subprocess.Popen[bytes]
Kind = tuple[str, int, tuple[tuple[str, str], ...]]  # static files, memory, environment

KEPT_FOR = 180.0  # seconds
_MOST = 2  # of each kind
_LARGEST = 250  # MB

_lock = threading.Lock()
_waiting: dict[Kind, list[tuple[Process, threading.Timer]]] = defaultdict(list)


def take(kind: Kind) -> Process | None:
    """One that waits and lives."""
    with _lock:
        while _waiting[kind]:
            process, timer = _waiting[kind].pop()
            timer.cancel()
            if process.poll() is None:
                return process
            end(process)
    return None


def keep(kind: Kind, process: Process) -> None:
    """It has answered all it was asked, and waits for more."""
    timer = threading.Timer(KEPT_FOR, _forget, [kind, process])
    timer.daemon = True
    with _lock:
        if process.poll() is None and len(_waiting[kind]) < _MOST and _size(process) < _LARGEST:
            _waiting[kind].append((process, timer))
            timer.start()
            return
    end(process)


def end(process: Process) -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe:
            with contextlib.suppress(OSError):
                pipe.close()


def end_all() -> None:
    with _lock:
        waiting = [pair for those in _waiting.values() for pair in those]
        _waiting.clear()
    for process, timer in waiting:
        timer.cancel()
        end(process)


def _forget(kind: Kind, process: Process) -> None:
    with _lock:
        those = _waiting[kind]
        left = [pair for pair in those if pair[0] is not process]
        was_waiting = len(left) < len(those)
        _waiting[kind] = left
    if was_waiting:  # else somebody has taken it a moment ago
        end(process)


def _size(process: Process) -> float:
    """MB at most so far; nothing where nobody says."""
    with contextlib.suppress(OSError):
        found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{process.pid}/status").read_text())
        return int(found[1]) / 1024 if found else 0.0
    return 0.0


def _not_ours() -> None:
    """A fork of this process must not speak to what waits for it."""
    _lock._at_fork_reinit()  # type: ignore[attr-defined]
    _waiting.clear()


atexit.register(end_all)
os.register_at_fork(after_in_child=_not_ours)
