"""The headings a roster may have."""

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
    "sim_name": ("nama di sim", "nama pada sim", "nama perpustakaan di sim", "alias", "nama lain"),
    "sim_state": ("status akun sim", "status sim", "akun sim tpbis"),
    "sim_since": ("tanggal akun sim", "akun sim per"),
}
_FIELD_OF = {texts.key(heading): field for field, heading in HEADINGS.items()} | {
    synonym: field for field, synonyms in _SYNONYMS.items() for synonym in synonyms
}
_HEADING_ROWS = 20  # titles and blank lines may stand above the headings
_BLANK = ("", "-", "–", "—")


@dataclass(frozen=True, slots=True)
class Header:
    """Where each field stands; ``unused`` are headings nobody asks for, such as *No*, *Kontak*."""

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
    """The headings and the rows below them. Raises :class:`BadRoster`."""
    candidates = table.rows[:_HEADING_ROWS]
    best = max(candidates, key=lambda row: sum(texts.key(c) in _FIELD_OF for c in row.cells))
    header = _read_header(best)
    _need_columns(header, best)
    return header, tuple(row for row in table.rows if row.number > best.number)


def _read_header(row: Row) -> Header:
    columns: dict[str, int] = {}
    unused = []
    for index, written in enumerate(row.cells):
        field = _FIELD_OF.get(texts.key(written))
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
    if close := get_close_matches(texts.key(written), _FIELD_OF, n=1, cutoff=0.86):
        meant = HEADINGS[_FIELD_OF[close[0]]]
        raise BadRoster(
            f"Baris {row.number}: kolom “{written}” tidak dikenal. Maksudnya “{meant}”? Betulkan "
            f"judulnya."
        )


def _need_columns(header: Header, row: Row) -> None:
    read = ", ".join(f"“{cell}”" for cell in row.cells if cell)
    if "name" not in header.columns:
        raise BadRoster(
            f"Kolom “{HEADINGS['name']}” tidak ada. Judul kolom yang terbaca di baris "
            f"{row.number}: {read}."
        )
    if not {"code", "regency"} & header.columns.keys() and not (
        {"village", "district"} <= header.columns.keys()
    ):
        raise BadRoster(
            "Kolom wilayah tidak ada: perlu “Kode Desa”, atau “Desa/Kelurahan” dan “Kecamatan”. "
            f"Judul kolom yang terbaca di baris {row.number}: {read}."
        )
