"""The children that develop photos (:mod:`libraries.darkroom`): at most two for each process of
ours, started when the first photo comes, replaced when they die, hang, or have done many. They end
with their parent: nothing comes through the pipe any more.
"""

import atexit
import json
import os
import queue
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from libraries.darkroom import pipes

ROOT = Path(__file__).resolve().parent.parent.parent
# No secret key, no database: a child develops what it is given.
_PASSED_ON = ("PATH", "HOME", "LANG", "TMPDIR", "LD_LIBRARY_PATH")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one child may use: at most ``seconds`` for a photo, ``memory`` bytes of address space
    in all, and so many photos before another takes its place."""

    seconds: float = 20.0
    memory: int = 768 * 1024 * 1024
    photos: int = 500
    children: int = 2


@dataclass(frozen=True, slots=True)
class Developed:
    width: int
    height: int
    look: int
    jpegs: tuple[bytes, bytes, bytes]  # full size, 640, 240


class NotDeveloped(Exception):
    """No photo came of it; ``args[0]`` is a word for why: of the child, or ``lost`` when it died or
    was ended because its time was over."""


class _Child:
    def __init__(self, limits: Limits) -> None:
        self.done = 0
        self._limits = limits
        self._process = subprocess.Popen(  # noqa: S603
            [
                *[sys.executable, "-m", "libraries.darkroom"],
                *[str(limits.memory), str(int(limits.seconds) + 1)],
            ],
            cwd=ROOT,
            env={name: os.environ[name] for name in _PASSED_ON if name in os.environ},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            close_fds=True,
        )

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, content: bytes, *, only_look: bool, answers: int) -> list[bytes]:
        """Its ``answers``. Raises :class:`NotDeveloped`."""
        self.done += 1
        timer = threading.Timer(self._limits.seconds, self._process.kill)
        timer.start()
        try:
            assert self._process.stdin
            assert self._process.stdout
            pipes.send(self._process.stdin, content, otherwise=only_look)
            parts: list[bytes] = []
            while len(parts) < answers:
                part, refused = pipes.receive(self._process.stdout)
                if refused:
                    raise NotDeveloped(part.decode(errors="replace"))
                parts.append(part)
        except (OSError, EOFError):
            self.end()
            raise NotDeveloped("lost") from None
        finally:
            timer.cancel()
        return parts

    def end(self) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                with suppress(OSError):
                    pipe.close()


@dataclass
class Developers:
    """Any thread may call; who finds no child idle waits for one."""

    limits: Limits = field(default_factory=Limits)
    _places: "queue.LifoQueue[_Child | None]" = field(init=False)

    def __post_init__(self) -> None:
        self._places = queue.LifoQueue()  # whoever worked last is still warm
        for _place in range(self.limits.children):
            self._places.put(None)

    @property
    def pids(self) -> list[int]:
        """Of those who are idle."""
        return [child.pid for child in list(self._places.queue) if child]

    def develop(self, content: bytes) -> Developed:
        """Raises :class:`NotDeveloped`."""
        said, full, middle, small = self._ask(content, only_look=False, answers=4)
        facts = json.loads(said)
        return Developed(
            width=int(facts["width"]),
            height=int(facts["height"]),
            look=int(facts["look"]),
            jpegs=(full, middle, small),
        )

    def look_of(self, jpeg: bytes) -> int:
        """Of a picture we made ourselves, in its smallest size. Raises :class:`NotDeveloped`."""
        (said,) = self._ask(jpeg, only_look=True, answers=1)
        return int(json.loads(said)["look"])

    def end(self) -> None:
        """Those who are idle; the next photo starts another."""
        idle: list[_Child | None] = []
        with suppress(queue.Empty):
            while True:
                idle.append(self._places.get_nowait())
        for child in idle:
            if child:
                child.end()
            self._places.put(None)

    def _ask(self, content: bytes, *, only_look: bool, answers: int) -> list[bytes]:
        child = self._places.get()
        try:
            child = self._fit(child)
            return child.ask(content, only_look=only_look, answers=answers)
        finally:
            self._places.put(child)

    def _fit(self, child: _Child | None) -> _Child:
        """One that died since, or has done its share, is replaced."""
        if child and child.is_alive and child.done < self.limits.photos:
            return child
        if child:
            child.end()
        return _Child(self.limits)


_ours: Developers | None = None
_lock = threading.Lock()


def ours() -> Developers:
    """Those of this process."""
    global _ours  # noqa: PLW0603
    with _lock:
        if _ours is None:
            _ours = Developers()
        return _ours


@atexit.register
def end() -> None:
    if _ours:
        _ours.end()


def _forget() -> None:
    """A forked process must not talk into its parent's pipes."""
    global _ours, _lock
    _ours, _lock = None, threading.Lock()


os.register_at_fork(after_in_child=_forget)
