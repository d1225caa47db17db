"""A folder with files of the SIM feed, as they were downloaded."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

from activities.enums import SimKind
from activities.feed import BadShape, read_row
from activities.sim import FeedRow

MAX_BYTES = 200 * 1024 * 1024
# iku.json, iku3513.json, iku_35.13_2026-05.json
_NAME = re.compile(rf"(?P<kind>{'|'.join(SimKind.values)})(?![a-z]).*\.json", re.IGNORECASE)


class BadFeed(Exception):
    """A folder or file that cannot be taken in; the text names the file and, if any, the row."""


@dataclass(frozen=True, slots=True)
class FeedFile:
    """One file: a kind, its rows."""

    kind: SimKind
    name: str
    rows: tuple[FeedRow, ...]


@dataclass(frozen=True, slots=True)
class Feed:
    """The files of a folder, by kind and name; ``skipped`` are JSON files of another name."""

    files: tuple[FeedFile, ...]
    skipped: tuple[str, ...]

    @property
    def rows(self) -> list[FeedRow]:
        return [row for file in self.files for row in file.rows]


def read_feed(folder: Path, *, today: date) -> Feed:
    """Everything is read before anything is stored. Raises :class:`BadFeed`."""
    if not folder.is_dir():
        raise BadFeed(f"Folder “{folder}” tidak ada.")
    files, skipped = [], []
    for path in sorted(folder.iterdir()):
        if named := _NAME.fullmatch(path.name):
            kind = SimKind(named["kind"].lower())
            files.append(FeedFile(kind, path.name, tuple(_rows(path, kind, today))))
        elif path.suffix.lower() == ".json":
            skipped.append(path.name)
    if not files:
        names = ", ".join(f"{kind}.json" for kind in SimKind.values)
        raise BadFeed(f"Folder “{folder}” tidak berisi berkas SIM. Yang dicari: {names}.")
    order = list(SimKind)
    files.sort(key=lambda file: (order.index(file.kind), file.name))
    return Feed(files=tuple(files), skipped=tuple(skipped))


def _rows(path: Path, kind: SimKind, today: date) -> Iterator[FeedRow]:
    for number, raw in enumerate(_data(path), start=1):
        try:
            yield FeedRow(path.name, number, read_row(kind, raw, today=today))
        except BadShape as bad:
            raise BadFeed(
                f"{path.name}, baris {number}: {bad}. Berkas ini bukan data “{kind}” dari SIM."
            ) from None


def _data(path: Path) -> list[Any]:
    """The rows in the envelope ``{"status": "success", "data": […]}``."""
    envelope = _json(path)
    if not isinstance(envelope, dict) or "data" not in envelope:
        raise BadFeed(f"{path.name}: bukan bentuk SIM {{“status”: “success”, “data”: […]}}.")
    if envelope.get("status") != "success":
        status = str(envelope.get("status"))[:40]
        raise BadFeed(f"{path.name}: status SIM “{status}”, bukan “success”. Unduh ulang.")
    data = envelope["data"]
    if not isinstance(data, list):
        raise BadFeed(f"{path.name}: isian “data” bukan daftar baris […].")
    return data


def _json(path: Path) -> Any:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise BadFeed(f"{path.name}: lebih besar dari {MAX_BYTES // 1024 // 1024} MB.")
        content = path.read_bytes()
    except OSError:
        raise BadFeed(f"{path.name}: tidak bisa dibuka.") from None
    if content.lstrip()[:1] == b"<":
        raise BadFeed(f"{path.name}: halaman web, bukan JSON. Masuk ke SIM lagi, lalu unduh ulang.")
    try:
        return json.loads(content, parse_constant=_refuse_constant, parse_float=_finite)
    except json.JSONDecodeError as error:
        raise BadFeed(
            f"{path.name}: bukan JSON (baris teks {error.lineno}, kolom {error.colno})."
        ) from None
    except (ValueError, RecursionError):  # not UTF-8, NaN, numbers or nesting beyond all measure
        raise BadFeed(f"{path.name}: bukan JSON yang wajar.") from None


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _finite(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError(text[:40])
    return number
