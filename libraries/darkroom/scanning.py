"""Whether a PDF that somebody hands in is one that can only be read: run as a process of its own
(``python -m libraries.darkroom.scanning``), as what comes in may be anything.

It answers with one word: ``fine``, ``broken``, ``locked``, or ``active`` where the file would run,
start or carry something else.
"""

import io
import resource
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from pypdf import PdfReader
from pypdf.generic import IndirectObject

ROOT = Path(__file__).resolve().parent.parent.parent

SECONDS = 20
MEMORY = 768 * 1024 * 1024
_MOST_OBJECTS = 200_000

# What a page that was signed has no need of.
ACTIVE = {
    "/JavaScript",
    "/JS",
    "/XFA",  # a form that brings scripts of its own
    "/Launch",
    "/SubmitForm",
    "/ImportData",
    "/EmbeddedFile",
    "/EmbeddedFiles",
    "/EF",  # a file carried by a note on the page; its stream need not say that it is one
    "/RichMedia",
}


def judged(content: bytes) -> str:
    """The word for ``content``; ``broken`` too where the process was lost over it."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "libraries.darkroom.scanning"],
            input=content,
            capture_output=True,
            timeout=SECONDS,
            check=True,
            cwd=ROOT,
            env={"PATH": "/usr/bin:/bin"},
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError):
        return "broken"
    return done.stdout.decode().strip()


def _judge(content: bytes) -> str:
    reader = PdfReader(io.BytesIO(content))
    if reader.is_encrypted:
        return "locked"
    if not len(reader.pages):
        return "broken"
    return "active" if _has_active(reader) else "fine"


def _has_active(reader: Any) -> bool:
    """Every object that can be reached from the trailer, each looked at once."""
    waiting, seen = [reader.trailer], set()
    while waiting:
        thing = waiting.pop()
        if isinstance(thing, IndirectObject):
            if thing.idnum in seen:
                continue
            seen.add(thing.idnum)
            if len(seen) > _MOST_OBJECTS:
                return True
            thing = thing.get_object()
        if isinstance(thing, dict):
            if ACTIVE & {*thing, str(thing.get("/S")), str(thing.get("/Type"))}:
                return True
            waiting.extend(thing.values())
        elif isinstance(thing, list):
            waiting.extend(thing)
    return False


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    signal.alarm(2 * SECONDS)
    try:
        word = _judge(sys.stdin.buffer.read())
    except Exception:
        word = "broken"
    sys.stdout.write(word)


if __name__ == "__main__":
    main()
