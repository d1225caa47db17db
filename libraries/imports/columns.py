"""The headings a roster may have, and which column is which."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from tpbis.core import texts
from tpbis.core.spreadsheets import Row, Table


class BadRoster(Exception):
    """The table is no roster: a column is missing, doubled or misspelt. Its text names it."""


HEADINGS = {
    "name": "Nama Perpustakaan",
    "kind": "Jenis",
    "code": "Kode Desa",
    "village": "Desa/Kelurahan",
    "district": "Kecamatan",
    "regency": "Kabupaten/Kota",
    "npp": "NPP",
    "source": "Sumber Program",
    "joined_on": "Tahun Bergabung",
    "tags": "Tanda Program",
    "address": "Alamat",
    "contact_name": "Nama Pengelola",
    "contact_phone": "Telepon Pengelola",
    "sim_name": "Nama SIM",
    "sim_state": "Akun SIM",
    "sim_since": "Akun SIM Sejak",
}
_SYNONYMS = {
    "name": ("perpustakaan", "nama perpus", "nama mitra", "mitra", "nama"),
    "kind": ("jenis perpustakaan", "kategori", "tipe"),
    "code": (
        "kode wilayah",
        "kode kelurahan",
        "kode desa kelurahan",
        "kode wilayah kemendagri",
        "kode kemendagri",
        "kode",
    ),
    "village": ("desa", "kelurahan", "nama desa", "nama desa kelurahan", "kelurahan desa"),
    "district": ("nama kecamatan", "kec"),
    "regency": ("kabupaten", "kota", "kab kota", "kota kabupaten", "nama kabupaten kota"),
    "npp": ("nomor pokok perpustakaan", "nomor npp", "no npp"),
    "source": ("sumber", "skema", "skema program", "jenis bantuan", "jenis program"),
    "joined_on": (
        "tanggal bergabung",
        "bergabung",
        "bergabung sejak",
        "mulai bergabung",
        "tahun program",
        "tahun tpbis",
        "tahun masuk",
        "tahun",
    ),
    "tags": ("tanda", "label", "tag"),
    "address": ("alamat perpustakaan", "alamat lengkap"),
    "contact_name": (
        "pengelola",
        "nama pengelola perpustakaan",
        "narahubung",
        "nama narahubung",
        "nama kontak",
        "penanggung jawab",
        "nama petugas",
        "nama pustakawan",
    ),
    "contact_phone": (
        "telepon",
        "telp",
        "no telepon",
        "no telp",
        "nomor telepon",
        "no hp",
        "nomor hp",
        "hp",
        "no wa",
        "nomor wa",
        "whatsapp",
        "telepon narahubung",
        "no hp pengelola",
        "nomor telepon pengelola",
    ),
    "sim_name": ("nama di sim", "nama pada sim", "nama perpustakaan di sim", "alias", "nama lain"),
    "sim_state": ("status akun sim", "status sim", "akun sim tpbis"),
    "sim_since": ("tanggal akun sim", "akun sim per"),
}
FIELD_OF = {texts.key(heading): field for field, heading in HEADINGS.items()} | {
    synonym: field for field, synonyms in _SYNONYMS.items() for synonym in synonyms
}
HEADING_ROWS = 20  # titles and blank lines may stand above the headings
_ROWS_SAMPLED = 50
_SAMPLES = 3
_BLANK = ("", "-", "–", "—")


@dataclass(frozen=True, slots=True)
class Header:
    """Where each field stands; ``unused`` are headings nobody asks for, such as *No*."""

    row: int
    columns: Mapping[str, int]
    headings: Mapping[str, str]  # as written in the file
    unused: tuple[str, ...]

    def values(self, row: Row) -> dict[str, str]:
        """The cells of ``row`` by field; those left blank (or “-”) are left out."""
        found = {
            field: row.cells[index]
            for field, index in self.columns.items()
            if index < len(row.cells)
        }
        return {field: text for field, text in found.items() if text not in _BLANK}

    def heading(self, field: str) -> str:
        return self.headings.get(field) or HEADINGS.get(field, "Wilayah")


def find_header(table: Table) -> tuple[Header, tuple[Row, ...]]:
    """The headings and the rows below them, as the file itself says. Raises :class:`BadRoster`."""
    best = heading_row(table)
    header = _read_header(best)
    need_columns(header.columns, best)
    return header, rows_below(table, best)


def heading_row(table: Table) -> Row:
    """The row among the first that holds the most headings. Raises :class:`BadRoster`."""
    candidates = table.rows[:HEADING_ROWS]
    if not candidates:
        raise BadRoster("Berkas tidak berisi satu baris pun.")
    return max(candidates, key=lambda row: sum(texts.key(c) in FIELD_OF for c in row.cells))


def rows_below(table: Table, heading: Row) -> tuple[Row, ...]:
    """Raises :class:`BadRoster` when there is none."""
    rows = tuple(row for row in table.rows if row.number > heading.number)
    if not rows:
        raise BadRoster(f"Di bawah judul kolom (baris {heading.number}) tidak ada baris data.")
    return rows


def header_of(heading: Row, columns: Mapping[str, int]) -> Header:
    """The headings as somebody matched them: ``columns`` is the column of each field. Raises
    :class:`BadRoster`."""
    need_columns(columns, heading)
    cells = heading.cells
    used = set(columns.values())
    return Header(
        row=heading.number,
        columns=columns,
        headings={
            field: cells[index] for field, index in columns.items() if cells[index : index + 1]
        },
        unused=tuple(cell for index, cell in enumerate(cells) if cell and index not in used),
    )


def need_columns(columns: Mapping[str, int], heading: Row) -> None:
    """Raises :class:`BadRoster` when a column is missing without which no library is known."""
    read = ", ".join(f"“{cell}”" for cell in heading.cells if cell)
    if "name" not in columns:
        raise BadRoster(
            f"Kolom “{HEADINGS['name']}” tidak ada. Judul kolom yang terbaca di baris "
            f"{heading.number}: {read}."
        )
    if not {"code", "regency"} & columns.keys() and not {"village", "district"} <= columns.keys():
        raise BadRoster(
            "Kolom wilayah tidak ada: perlu “Kode Desa”, atau “Desa/Kelurahan” dan “Kecamatan”. "
            f"Judul kolom yang terbaca di baris {heading.number}: {read}."
        )


def _read_header(row: Row) -> Header:
    columns: dict[str, int] = {}
    unused = []
    for index, written in enumerate(row.cells):
        field = FIELD_OF.get(texts.key(written))
        if field in columns:
            raise BadRoster(
                f"Baris {row.number}: kolom “{written}” dan “{row.cells[columns[field]]}” berisi "
                f"hal yang sama. Hapus salah satunya."
            )
        if field:
            columns[field] = index
        elif written:
            _refuse_misspelt(row, written)
            unused.append(written)
    return Header(
        row=row.number,
        columns=columns,
        headings={field: row.cells[index] for field, index in columns.items()},
        unused=tuple(unused),
    )


def _refuse_misspelt(row: Row, written: str) -> None:
    if close := get_close_matches(texts.key(written), FIELD_OF, n=1, cutoff=0.86):
        meant = HEADINGS[FIELD_OF[close[0]]]
        raise BadRoster(
            f"Baris {row.number}: kolom “{written}” tidak dikenal. Maksudnya “{meant}”? Betulkan "
            f"judulnya."
        )


# --- Guesses, for people to correct ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Guess:
    """What a column may be: ``field`` is empty where nothing fits. ``sure``: its heading is one
    that is known."""

    index: int
    heading: str
    samples: tuple[str, ...]
    field: str
    sure: bool


def guess(table: Table, heading: Row) -> list[Guess]:
    """Each column with something in it, and the field it probably is; no field twice."""
    below = [row for row in table.rows if row.number > heading.number][:_ROWS_SAMPLED]
    width = max(len(row.cells) for row in (heading, *below))
    written = [_cell(heading, index) for index in range(width)]
    fields = [FIELD_OF.get(texts.key(text), "") for text in written]
    fields = [field if field not in fields[:at] else "" for at, field in enumerate(fields)]
    sure = [bool(field) for field in fields]
    for index, text in enumerate(written):
        if text and not fields[index]:
            fields[index] = _close(text, taken=fields)
    guesses = [
        Guess(index, written[index], _samples(below, index), fields[index], sure[index])
        for index in range(width)
    ]
    return [one for one in guesses if one.heading or one.samples]


def _close(written: str, *, taken: list[str]) -> str:
    for match in get_close_matches(texts.key(written), FIELD_OF, n=5, cutoff=0.8):
        if FIELD_OF[match] not in taken:
            return FIELD_OF[match]
    return ""


def _cell(row: Row, index: int) -> str:
    return row.cells[index] if index < len(row.cells) else ""


def _samples(rows: list[Row], index: int) -> tuple[str, ...]:
    filled = (_cell(row, index) for row in rows)
    return tuple(dict.fromkeys(text for text in filled if text not in _BLANK))[:_SAMPLES]
