"""What a row of the SIM feed says. Pure: knows neither files nor the database.

The shapes are those observed: `skor` is a number, a numeric string or "-"; the keys of province and
library differ from file to file; kecamatan and desa are " - " for a regency's own library;
`sasaran` is a string or a list; links carry `&amp;`; months come in Indonesian and in English;
there are no ids.
"""

import hashlib
import html
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from activities.enums import (
    AdvocacyAudience,
    AdvocacyResult,
    Audience,
    Format,
    Kind,
    Medium,
    ServiceForm,
    SimKind,
)
from activities.feed.values import (
    Unusable,
    choice_of,
    choices_of,
    count_of,
    day_of,
    first_text,
    link_of,
    month_of,
    needed_count,
    needed_title,
    text_of,
    title_of,
)
from libraries.enums import Level, Theme
from libraries.places import place_key
from tpbis.core import dates, periods, texts

_PROVINCE = ("provinsi", "provinsi_name", "provinsi_nama")
_REGENCY = ("kabupaten_kota", "kabupaten_name", "kabupaten_nama")
_DISTRICT = ("kecamatan", "kecamatan_name", "kecamatan_nama")
_VILLAGE = ("desa_kelurahan", "desa_name", "desa_nama")
_LIBRARY = ("nama_perpustakaan", "perpus_nama")

_MOST_MONEY = 1_000_000_000_000


class BadShape(Exception):
    """This is no row of such a feed at all; the text names what is missing."""


@dataclass(frozen=True, slots=True)
class Where:
    """A library as the feed writes it; blank where the feed says " - "."""

    library: str
    province: str
    regency: str
    district: str
    village: str

    @property
    def key(self) -> tuple[str, ...]:
        """What the spellings of one library share."""
        return _key_of(self)


@lru_cache(maxsize=20_000)
def _key_of(where: Where) -> tuple[str, ...]:
    return (
        place_key(where.regency, Level.REGENCY),
        place_key(where.district, Level.DISTRICT),
        place_key(where.village, Level.VILLAGE),
        texts.key(where.library),
    )


@dataclass(frozen=True, slots=True)
class EntrySaid:
    """An activity; ``content`` maps fields of Activity to values that may be stored."""

    kind: Kind
    held_on: date
    content: Mapping[str, Any]

    @property
    def month(self) -> date:
        return periods.first_of_month(self.held_on)


@dataclass(frozen=True, slots=True)
class VisitsSaid:
    """How many people came in ``month``; the SIM's own total, even where the parts differ."""

    month: date
    men: int | None
    women: int | None
    total: int


@dataclass(frozen=True, slots=True)
class ScoreSaid:
    """In thousandths; ``None`` where the SIM shows "-"."""

    points: int | None


Fact = EntrySaid | VisitsSaid | ScoreSaid


@dataclass(frozen=True, slots=True)
class Reading:
    """One row, read. ``identity`` names the thing it speaks of, ``content_hash`` all it says; of
    ``fact`` and ``problem`` one is there (neither for a row that is only kept). ``month`` is that
    of a visits row, even where its numbers cannot be used."""

    kind: SimKind
    where: Where
    raw: Mapping[str, Any]
    identity: str
    content_hash: str
    fact: Fact | None
    problem: str
    month: date | None = None


def read_row(kind: SimKind, raw: object, *, today: date) -> Reading:
    """Raises :class:`BadShape`; what is merely impossible becomes the reading's problem."""
    row = _shaped(kind, raw)
    where = where_of(row)
    fact, problem = None, ""
    try:
        if kind != SimKind.REPLICATION and not where.library:
            raise Unusable("nama perpustakaan kosong")
        fact = _READERS[kind](row, today)
    except Unusable as error:
        problem = str(error)[:300]
    return Reading(
        kind=kind,
        where=where,
        raw=row,
        identity="\x1f".join((kind, *where.key, *_occasion(kind, row))),
        content_hash=_hash(row),
        fact=fact,
        problem=problem,
        month=_written_month(row) if kind == SimKind.VISITS else None,
    )


def row_key(identity: str, ordinal: int) -> str:
    """The key of a row; ``ordinal`` tells apart rows of one file that speak of the same."""
    return hashlib.sha256(f"{identity}\x1f{ordinal}".encode()).hexdigest()


def spelling_of(where: Where) -> str:
    """The same for all spellings that share their key."""
    return hashlib.sha256("\x1f".join(where.key).encode()).hexdigest()


def where_of(row: Mapping[str, Any]) -> Where:
    return Where(
        library=first_text(row, _LIBRARY),
        province=first_text(row, _PROVINCE),
        regency=first_text(row, _REGENCY),
        district=first_text(row, _DISTRICT),
        village=first_text(row, _VILLAGE),
    )


# --- Shape --------------------------------------------------------------------------------------

_NEEDED: dict[SimKind, tuple[tuple[str, ...], ...]] = {
    SimKind.SCORES: (_LIBRARY, ("skor",)),
    SimKind.VISITS: (_LIBRARY, ("periode",), ("total_pengunjung",)),
    SimKind.INVOLVEMENT: (
        _LIBRARY,
        ("tanggal",),
        ("nama_kegiatan",),
        ("bidang_kegiatan",),
        ("jenis",),
        ("sasaran",),
        ("jumlah_peserta",),
    ),
    SimKind.ADVOCACY: (_LIBRARY, ("tanggal",), ("judul",), ("sasaran",), ("hasil",)),
    SimKind.SERVICE: (_LIBRARY, ("bulan",), ("tahun",)),
    SimKind.PUBLICATION: (_LIBRARY, ("tanggal",), ("judul",), ("jenis_publikasi",)),
    SimKind.REPLICATION: (),
}


def _shaped(kind: SimKind, raw: object) -> dict[str, Any]:
    if not isinstance(raw, dict):
        raise BadShape("bukan objek JSON {…}")
    for names in (*_NEEDED[kind], _REGENCY):
        if not any(name in raw for name in names):
            raise BadShape(f"tidak punya isian “{'” atau “'.join(names)}”")
    for name, value in raw.items():
        parts = value if isinstance(value, list) else [value]
        if any(isinstance(part, dict | list) for part in parts):
            raise BadShape(f"isian “{name}” bukan teks atau angka")
    return {_storable(name): _storable(value) for name, value in raw.items()}


def _storable(value: Any) -> Any:
    """NUL and lone surrogates fit into JSON, but into no database."""
    if isinstance(value, list):
        return [_storable(part) for part in value]
    if not isinstance(value, str):
        return value
    return value.encode(errors="replace").decode().replace("\x00", "\ufffd")


# --- Identity -----------------------------------------------------------------------------------


def _occasion(kind: SimKind, row: Mapping[str, Any]) -> tuple[str, ...]:
    """When, and under which title; a date that cannot be read stands as written."""
    if kind == SimKind.SCORES:
        return ()
    if kind == SimKind.REPLICATION:
        return text_of(row, "tanggal_input"), texts.key(text_of(row, "sumber_dana"))
    if kind == SimKind.VISITS:
        return (_day_or_text(dates.parse_month, text_of(row, "periode")),)
    if kind == SimKind.SERVICE:
        written = f"{text_of(row, 'bulan')} {text_of(row, 'tahun')}"
        return (_day_or_text(dates.parse_month, written),)
    title = "nama_kegiatan" if kind == SimKind.INVOLVEMENT else "judul"
    day = _day_or_text(dates.parse_day, text_of(row, "tanggal"))
    return day, texts.key(text_of(row, title))


def _day_or_text(parse: Callable[[str], date], written: str) -> str:
    try:
        return parse(written).isoformat()
    except dates.BadDate:
        return written.casefold()


def _written_month(row: Mapping[str, Any]) -> date | None:
    try:
        return dates.parse_month(text_of(row, "periode"))
    except dates.BadDate:
        return None


def _hash(row: Mapping[str, Any]) -> str:
    """Of what the row says: a stray space, `&amp;` for & or the server's name before an attachment
    is no change."""
    said = {name: _said(name, value) for name, value in row.items()}
    text = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _said(name: str, value: Any) -> Any:
    if isinstance(value, list):
        return [_said(name, part) for part in value]
    if not isinstance(value, str):
        return value
    text = html.unescape(texts.plain(value))
    return urlsplit(text).path.strip("/") if name == "attachment" and "[" not in text else text


# --- Kinds --------------------------------------------------------------------------------------


def _score(row: Mapping[str, Any], today: date) -> ScoreSaid:
    text = text_of(row, "skor").replace(",", ".")
    if not text:
        return ScoreSaid(None)
    try:
        score = Decimal(text)
    except InvalidOperation:
        raise Unusable(f"skor: “{text[:40]}” bukan angka") from None
    if not score.is_finite() or not 0 <= score <= 100:
        raise Unusable(f"skor: {text[:40]} di luar 0 sampai 100")
    return ScoreSaid(int((score * 1000).to_integral_value()))


def _visits(row: Mapping[str, Any], today: date) -> VisitsSaid:
    month = month_of(text_of(row, "periode"), "periode", today)
    men, women = count_of(row, "pengunjung_laki"), count_of(row, "pengunjung_perempuan")
    total = count_of(row, "total_pengunjung")
    if total is None:
        if men is None or women is None:
            raise Unusable("total_pengunjung kosong")
        total = men + women
    return VisitsSaid(month=month, men=men, women=women, total=total)


def _involvement(row: Mapping[str, Any], today: date) -> EntrySaid:
    return EntrySaid(
        kind=Kind.INVOLVEMENT,
        held_on=day_of(row, "tanggal", today),
        content={
            "title": needed_title(row, "nama_kegiatan"),
            "theme": choice_of(row, "bidang_kegiatan", Theme),
            "format": choice_of(row, "jenis", Format),
            "audience": choice_of(row, "sasaran", Audience),
            "participants_total": needed_count(row, "jumlah_peserta"),
        },
    )


def _advocacy(row: Mapping[str, Any], today: date) -> EntrySaid:
    return EntrySaid(
        kind=Kind.ADVOCACY,
        held_on=day_of(row, "tanggal", today),
        content={
            "title": needed_title(row, "judul"),
            "audiences": [str(code) for code in choices_of(row, "sasaran", AdvocacyAudience)],
            "result": choice_of(row, "hasil", AdvocacyResult),
            "regulation": title_of(row, "hasil_regulasi"),
            "amount": count_of(row, "nominal", _MOST_MONEY),
            "speakers": count_of(row, "jumlah_narasumber"),
            "goods": count_of(row, "jumlah_barang"),
        },
    )


def _service(row: Mapping[str, Any], today: date) -> EntrySaid:
    """The half-yearly snapshot, dated the first of its month."""
    month = month_of(f"{text_of(row, 'bulan')} {text_of(row, 'tahun')}", "bulan", today)
    return EntrySaid(
        kind=Kind.SERVICE,
        held_on=month,
        content={
            "title": "Potret fasilitas",
            "service_form": ServiceForm.SNAPSHOT,
            "books": count_of(row, "jumlah_buku"),
            "digital_books": count_of(row, "jumlah_buku_digital"),
            "computers": count_of(row, "jumlah_komputer"),
            "bandwidth": count_of(row, "bandwidth"),
        },
    )


def _publication(row: Mapping[str, Any], today: date) -> EntrySaid:
    return EntrySaid(
        kind=Kind.PUBLICATION,
        held_on=day_of(row, "tanggal", today),
        content={
            "title": needed_title(row, "judul"),
            "medium": choice_of(row, "jenis_publikasi", Medium),
            "media_name": title_of(row, "nama_media", 120),
            "link": link_of(row, "link"),
        },
    )


def _nothing(row: Mapping[str, Any], today: date) -> None:
    """Kept as it came."""


_READERS: dict[SimKind, Callable[[Mapping[str, Any], date], Fact | None]] = {
    SimKind.SCORES: _score,
    SimKind.VISITS: _visits,
    SimKind.INVOLVEMENT: _involvement,
    SimKind.ADVOCACY: _advocacy,
    SimKind.SERVICE: _service,
    SimKind.PUBLICATION: _publication,
    SimKind.REPLICATION: _nothing,
}
