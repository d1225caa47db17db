"""Files of the SIM feed, as they were downloaded: JSON, and CSV of scores and replications."""

import io
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

from activities.enums import SimKind
from activities.feed import BadShape, read_row
from activities.sim import Content, FeedRow
from tpbis.core import texts
from tpbis.core.spreadsheets import BadSpreadsheet, read_table

MAX_BYTES = 200 * 1024 * 1024
MOST_CSV_ROWS = 20_000
_ORDER = list(SimKind.values)
# iku.json, iku3513.json, iku_35.13_2026-05.json
_NAME = re.compile(rf"(?P<kind>{'|'.join(SimKind.values)})(?![a-z]).*\.json", re.IGNORECASE)
_CSV = re.compile(r"(?P<kind>iku|replikasi)(?![a-z]).*\.csv", re.IGNORECASE)
_GZIP, _ZIP = b"\x1f\x8b", b"PK\x03\x04"


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


def read_content(files: Iterable[tuple[str, bytes]], *, today: date) -> dict[str, Any]:
    """The rows of files sent in, by file name and with their kind, each row looked at once. Raises
    :class:`BadFeed`."""
    content: dict[str, tuple[str, list[Any]]] = {}
    for name, data in files:
        for title, kind, rows in _kinds_of(name, data):
            if title in content:
                raise BadFeed(f"{title}: dikirim dua kali.")
            content[title] = (kind.value, rows)
            _read(title, kind, rows, today)
    return dict(sorted(content.items(), key=lambda item: _ORDER.index(item[1][0])))


def read_rows(content: Content, *, today: date) -> list[FeedRow]:
    """What :func:`read_content` returned, read into rows."""
    return [
        row
        for name, (kind, rows) in content.items()
        for row in _read(name, SimKind(kind), rows, today)
    ]


def _kinds_of(name: str, data: bytes) -> Iterator[tuple[str, SimKind, list[Any]]]:
    """The kinds in one file: its name says which, or the keys of an object that holds several."""
    if not data.strip():
        raise BadFeed(f"{name}: berkas kosong.")
    if data.startswith((_GZIP, _ZIP)):
        raise BadFeed(f"{name}: berkas terkompresi. Buka dulu, lalu kirim isinya.")
    if named := _CSV.fullmatch(name):
        yield name, SimKind(named["kind"].lower()), _csv(name, data)
    elif named := _NAME.fullmatch(name):
        yield name, SimKind(named["kind"].lower()), _enveloped(name, _parsed(name, data))
    else:
        parsed: Any = None if name.lower().endswith(".csv") else _parsed(name, data)
        known = [kind for kind in SimKind if isinstance(parsed, dict) and kind in parsed]
        if not known:
            kinds = ", ".join(SimKind.values)
            raise BadFeed(
                f"{name}: jenisnya tidak dikenal. Beri nama menurut isinya ({kinds}), misalnya "
                f"pelibatan3513.json; CSV hanya untuk iku dan replikasi."
            )
        for kind in known:
            title = f"{name}: {kind.value}"
            yield title, kind, _enveloped(title, parsed[kind])


def _csv(name: str, data: bytes) -> list[Any]:
    try:
        table = read_table(io.BytesIO(data), most_rows=MOST_CSV_ROWS)
    except BadSpreadsheet as bad:
        raise BadFeed(f"{name}: {bad}") from None
    heading, *rows = table.rows
    names = [texts.key(cell).replace(" ", "_") for cell in heading.cells]
    if len(set(filter(None, names))) != len([name for name in names if name]):
        raise BadFeed(f"{name}: ada judul kolom yang sama.")
    return [
        {name: cell for name, cell in zip(names, row.cells, strict=False) if name} for row in rows
    ]


def _rows(path: Path, kind: SimKind, today: date) -> list[FeedRow]:
    return _read(path.name, kind, _enveloped(path.name, _json(path)), today)


def _read(name: str, kind: SimKind, rows: Iterable[Any], today: date) -> list[FeedRow]:
    read = []
    for number, raw in enumerate(rows, start=1):
        try:
            read.append(FeedRow(name, number, read_row(kind, raw, today=today)))
        except BadShape as bad:
            raise BadFeed(
                f"{name}, baris {number}: {bad}. Berkas ini bukan data “{kind}” dari SIM."
            ) from None
    return read


def _enveloped(name: str, envelope: Any) -> list[Any]:
    """The rows in the envelope ``{"status": "success", "data": […]}``."""
    if not isinstance(envelope, dict) or "data" not in envelope:
        raise BadFeed(f"{name}: bukan bentuk SIM {{“status”: “success”, “data”: […]}}.")
    if envelope.get("status") != "success":
        status = str(envelope.get("status"))[:40]
        raise BadFeed(f"{name}: status SIM “{status}”, bukan “success”. Unduh ulang.")
    data = envelope["data"]
    if not isinstance(data, list):
        raise BadFeed(f"{name}: isian “data” bukan daftar baris […].")
    return data


def _json(path: Path) -> Any:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise BadFeed(f"{path.name}: lebih besar dari {MAX_BYTES // 1024 // 1024} MB.")
        content = path.read_bytes()
    except OSError:
        raise BadFeed(f"{path.name}: tidak bisa dibuka.") from None
    return _parsed(path.name, content)


def _parsed(name: str, content: bytes) -> Any:
    if content.lstrip()[:1] == b"<":
        raise BadFeed(f"{name}: halaman web, bukan JSON. Masuk ke SIM lagi, lalu unduh ulang.")
    try:
        return json.loads(content, parse_constant=_refuse_constant, parse_float=_finite)
    except json.JSONDecodeError as error:
        raise BadFeed(
            f"{name}: bukan JSON (baris teks {error.lineno}, kolom {error.colno})."
        ) from None
    except (ValueError, RecursionError):  # not UTF-8, NaN, numbers or nesting beyond all measure
        raise BadFeed(f"{name}: bukan JSON yang wajar.") from None


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _finite(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError(text[:40])
    return number
