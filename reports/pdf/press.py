"""The parent's side: children are started, given pages, ended and started anew."""

import contextlib
import hashlib
import os
import queue
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from reports.pdf import spare
from reports.pdf.pipes import receive, send
from reports.pdf.places import ROOT, STATIC

# No secret key, no database: a child lays out what it is given. Fonts are cached under HOME.
_PASSED_ON = ("PATH", "HOME", "LANG", "TMPDIR", "LD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH")


def environment() -> dict[str, str]:
    """Without a place to remember fonts in, each page would look for them anew: twice the time."""
    passed_on = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    if not os.access(os.environ.get("HOME", ""), os.W_OK):
        remembered = Path(tempfile.gettempdir()) / f"portal-fonts-{os.getuid()}"
        remembered.mkdir(mode=0o700, exist_ok=True)
        passed_on["XDG_CACHE_HOME"] = str(remembered)
    return passed_on


@dataclass(frozen=True, slots=True)
class Limits:
    """What one child may use: at most ``seconds`` for one page flow, ``memory`` bytes of address
    space in all. A chapter takes about a second and 300 MB."""

    seconds: float = 60.0
    memory: int = 1_500 * 1024 * 1024
    children: int = 2


class NotLaidOut(Exception):
    """No PDF came of it; the text completes a sentence for the person who waits."""


class TookTooLong(NotLaidOut):
    """The child was still at it when its time was over, and was ended."""


class ChildDied(NotLaidOut):
    """The child ended by itself or was killed, most likely for want of memory."""


class Press:
    """Children that lay out pages, there at once and given back with the ``with`` block: those that
    did well wait a while for the next document (:mod:`reports.pdf.spare`), the others end."""

    def __init__(self, limits: Limits | None = None, *, static: Path = STATIC) -> None:
        self._limits = limits or Limits()
        self._is_over = False
        self._children = [_Child(self._limits, static) for _ in range(self._limits.children)]
        self._asked: dict[tuple[bytes, bool], Future[bytes]] = {}
        self._named: dict[str, Future[bytes]] = {}
        self._waiting: queue.PriorityQueue[_Sheets] = queue.PriorityQueue()
        self._threads = [
            threading.Thread(target=self._work, args=[child], name="press", daemon=True)
            for child in self._children
        ]
        for thread in self._threads:
            thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._is_over = True
        for _thread in self._threads:
            self._waiting.put(_Sheets(_LAST, "", tagged=False))
        for child in self._children:
            if child.is_busy or kind is not None:
                child.end()
        for thread in self._threads:
            thread.join()
        for child in self._children:
            child.give_back()  # one that was started anew in the meantime too
        for future in self._asked.values():
            future.cancel()

    @property
    def pids(self) -> list[int]:
        return [child.pid for child in self._children]

    def lay_out(
        self, html: str, *, tagged: bool = False, first: bool = False, name: str = ""
    ) -> "Future[bytes]":
        """Queue ``html``; the future raises :class:`NotLaidOut`. What was asked for before is laid
        out once. ``tagged``: as PDF/UA-1, for what leaves in one piece (binding drops the tags);
        title and language are the page's own. ``first``: before all that waits. ``name``: what
        :meth:`asked_for` knows it by."""
        key = (hashlib.sha256(html.encode()).digest(), tagged)
        made = self._asked.get(key)
        if made is None:
            sheets = _Sheets(0 if first else 1, html, tagged=tagged, number=len(self._asked))
            made = self._asked[key] = sheets.made
            self._waiting.put(sheets)
        if name:
            self._named[name] = made
        return made

    def asked_for(self, name: str) -> "Future[bytes] | None":
        """What was asked for under ``name``."""
        return self._named.get(name)

    def _work(self, child: "_Child") -> None:
        while (sheets := self._waiting.get()).rank != _LAST:
            if not sheets.made.set_running_or_notify_cancel():
                continue
            try:
                sheets.made.set_result(child.lay_out(sheets.html, tagged=sheets.tagged))
            except BaseException as error:
                sheets.made.set_exception(error)
                if isinstance(error, TookTooLong | ChildDied) and not self._is_over:
                    # Whoever waits for the rest must hear of it, also where no child can be had.
                    with contextlib.suppress(OSError):
                        child.start_anew()


_LAST = -1  # before everything: nothing is laid out any more


@dataclass(order=True, slots=True)
class _Sheets:
    """One flow of pages that somebody waits for."""

    rank: int
    html: str = field(compare=False)
    tagged: bool = field(compare=False, kw_only=True)
    number: int = field(default=0, kw_only=True)
    made: "Future[bytes]" = field(default_factory=Future, compare=False, kw_only=True)


class _Child:
    def __init__(self, limits: Limits, static: Path) -> None:
        self._limits = limits
        self._static = static
        self.is_busy = False
        self._is_well = True
        self._process = spare.take(self._kind) or self._started()

    @property
    def _kind(self) -> spare.Kind:
        return (str(self._static), self._limits.memory, tuple(sorted(environment().items())))

    def _started(self) -> spare.Process:
        return subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "reports.pdf", str(self._static), str(self._limits.memory)],
            cwd=ROOT,
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            close_fds=True,
        )

    @property
    def pid(self) -> int:
        return self._process.pid

    def lay_out(self, html: str, *, tagged: bool) -> bytes:
        late = threading.Event()
        timer = threading.Timer(self._limits.seconds, self._end_hanging, [late])
        timer.start()
        try:
            return self._exchange(html.encode(), tagged=tagged)
        except (OSError, EOFError, ValueError):  # ValueError: it is gone, and its pipes are closed
            if late.is_set():
                raise TookTooLong(
                    f"tata letaknya belum selesai setelah {self._limits.seconds:.0f} detik"
                ) from None
            code = self._process.wait()
            raise ChildDied(f"proses pembuat PDF berhenti (kode {code})") from None
        finally:
            timer.cancel()
            self.is_busy = False

    def start_anew(self) -> None:
        """After it died: what is laid out next must not suffer from it."""
        self.end()
        self._process = self._started()
        self._is_well = True

    def end(self) -> None:
        self._is_well = False
        spare.end(self._process)

    def give_back(self) -> None:
        """It waits for the next document, unless something went wrong in it."""
        if self._is_well:
            spare.keep(self._kind, self._process)
        else:
            self.end()

    def _end_hanging(self, late: threading.Event) -> None:
        late.set()
        self._process.kill()

    def _exchange(self, page: bytes, *, tagged: bool) -> bytes:
        assert self._process.stdin
        assert self._process.stdout
        send(self._process.stdin, page, -len(page) if tagged else len(page))
        length, answer = receive(self._process.stdout)
        if length < 0:
            raise NotLaidOut(answer.decode(errors="replace"))
        return answer
