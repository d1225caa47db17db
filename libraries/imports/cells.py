"""What the cells of a roster may say, and what it means."""

import re
from collections.abc import Callable, Mapping
from datetime import date

from django.utils import timezone
from lokal import normalize_phone

from libraries.enums import LibraryKind, ProgrammeSource, SimState
from tpbis.core import dates, periods, texts


class BadCell(Exception):
    """A cell of a row cannot be used; ``field`` names its column."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field


_USUAL_NPP = re.compile(r"\d{7}[A-Z]\d{7}", re.ASCII)
DESA_OR_KELURAHAN = "desa/kelurahan"  # which of the two, the code says
_KINDS: dict[str, str] = {
    "desa": LibraryKind.VILLAGE,
    "perpustakaan desa": LibraryKind.VILLAGE,
    "kelurahan": LibraryKind.URBAN_VILLAGE,
    "perpustakaan kelurahan": LibraryKind.URBAN_VILLAGE,
    "desa kelurahan": DESA_OR_KELURAHAN,
    "kabupaten kota": LibraryKind.REGENCY,
    "kabupaten": LibraryKind.REGENCY,
    "kota": LibraryKind.REGENCY,
    "kab kota": LibraryKind.REGENCY,
    "kabkota": LibraryKind.REGENCY,
    "provinsi": LibraryKind.PROVINCE,
    "sekolah": LibraryKind.SCHOOL,
    "perpustakaan sekolah": LibraryKind.SCHOOL,
    "komunitas tbm": LibraryKind.COMMUNITY,
    "komunitas": LibraryKind.COMMUNITY,
    "tbm": LibraryKind.COMMUNITY,
    "taman baca": LibraryKind.COMMUNITY,
    "taman baca masyarakat": LibraryKind.COMMUNITY,
    "taman bacaan masyarakat": LibraryKind.COMMUNITY,
}
_SOURCES: dict[str, str] = {
    "nasional": ProgrammeSource.NATIONAL,
    "nasional lengkap": ProgrammeSource.NATIONAL,
    "national": ProgrammeSource.NATIONAL,
    "perpusnas": ProgrammeSource.NATIONAL,
    "nasional bantuan buku": ProgrammeSource.NATIONAL_BOOKS,
    "nasional buku": ProgrammeSource.NATIONAL_BOOKS,
    "national books": ProgrammeSource.NATIONAL_BOOKS,
    "bantuan buku": ProgrammeSource.NATIONAL_BOOKS,
    "replikasi daerah": ProgrammeSource.REPLICATION,
    "replikasi": ProgrammeSource.REPLICATION,
    "replication": ProgrammeSource.REPLICATION,
    "replikasi provinsi": ProgrammeSource.REPLICATION,
    "replikasi kabupaten": ProgrammeSource.REPLICATION,
    "replikasi kabupaten kota": ProgrammeSource.REPLICATION,
    "replikasi mandiri": ProgrammeSource.SELF_REPLICATION,
    "mandiri": ProgrammeSource.SELF_REPLICATION,
    "self replication": ProgrammeSource.SELF_REPLICATION,
}
_SIM_STATES: dict[str, str] = {
    "belum diusulkan": SimState.NOT_PROPOSED,
    "belum": SimState.NOT_PROPOSED,
    "belum ada": SimState.NOT_PROPOSED,
    "tidak ada": SimState.NOT_PROPOSED,
    "diusulkan": SimState.PROPOSED,
    "sudah diusulkan": SimState.PROPOSED,
    "aktif": SimState.ACTIVE,
    "ada": SimState.ACTIVE,
    "sudah ada": SimState.ACTIVE,
    "tidak aktif": SimState.INACTIVE,
    "nonaktif": SimState.INACTIVE,
}


def read_kind(text: str) -> str:
    return _from_list("kind", text, _KINDS, [str(kind.label) for kind in LibraryKind])


def read_source(text: str) -> str:
    return _from_list("source", text, _SOURCES, [str(source.label) for source in ProgrammeSource])


def read_sim_state(text: str) -> str:
    return _from_list("sim_state", text, _SIM_STATES, [str(state.label) for state in SimState])


def read_npp(text: str) -> str:
    return "".join(text.split()).upper()


def is_usual_npp(npp: str) -> bool:
    """Shaped as Perpusnas gives them out: 3508212D0000001."""
    return _USUAL_NPP.fullmatch(npp) is not None


def read_phone(text: str) -> str:
    """``+62812…``; Excel eats the 0 in front."""
    phone = normalize_phone(text)
    if not phone:
        raise BadCell("contact_phone", f"“{text[:40]}” bukan nomor telepon. Contoh: 081234567890.")
    return phone


def read_tags(text: str) -> list[str]:
    parts = (part.strip() for part in text.replace(";", ",").split(","))
    return list(dict.fromkeys(part for part in parts if part))


def read_joined_on(text: str) -> date:
    """A year alone is its first day."""
    return _past_day("joined_on", f"{text}-01-01" if is_year(text) else text)


def read_sim_since(text: str) -> date:
    return _past_day("sim_since", text)


def is_year(text: str) -> bool:
    return len(text) == 4 and text.isascii() and text.isdigit()


def _past_day(field: str, text: str) -> date:
    try:
        day = dates.parse_day(text)
        if day > timezone.localdate():
            raise BadCell(field, f"“{text}” belum tiba.")
        periods.parse_past_month(periods.month_code(day))
    except ValueError as bad:  # of either kind; both say what is wrong
        raise BadCell(field, str(bad)) from None
    return day


def _from_list(field: str, text: str, words: Mapping[str, str], shown: list[str]) -> str:
    found = words.get(texts.key(text))
    if found is None:
        raise BadCell(field, f"“{text[:60]}” tidak dikenal. Pilihan: {'; '.join(shown)}.")
    return found


READERS: dict[str, Callable[[str], object]] = {
    "kind": read_kind,
    "npp": read_npp,
    "contact_phone": read_phone,
    "source": read_source,
    "joined_on": read_joined_on,
    "tags": read_tags,
    "sim_state": read_sim_state,
    "sim_since": read_sim_since,
}
