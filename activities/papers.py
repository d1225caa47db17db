"""What leaves the portal by hand: the sheet from which a month is copied into the SIM."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from activities.enums import Kind, ServiceForm
from activities.models import Activity, MonthlyReport


@dataclass(frozen=True, slots=True)
class Field:
    """One box of the SIM's form: its name there, and what to put in."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Form:
    """One entry as the SIM asks for it."""

    key: str  # the entry's; of the visits one word
    title: str
    fields: tuple[Field, ...]
    photos: int = 0

    @property
    def as_text(self) -> str:
        """All of it, a line a box."""
        return "\n".join(f"{field.name}: {field.value}" for field in self.fields)

    @property
    def fingerprint(self) -> str:
        """Of what is copied: another one is another content."""
        return hashlib.sha256(self.as_text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Menu:
    """The forms of one menu of the SIM."""

    name: str
    forms: tuple[Form, ...]


def sim_sheet(report: MonthlyReport, entries: Iterable[Activity]) -> list[Menu]:
    """``report`` in the SIM's order and in its own words (code lists as the SIM writes them).

    Entries that were left out of the approval are left out here; dated improvements have no form in
    the SIM, which asks for the half-yearly count only. Needs ``photos`` prefetched.
    """
    counted = [entry for entry in entries if not entry.is_excluded]
    menus = [
        Menu(_("Pelibatan masyarakat"), _forms(counted, Kind.INVOLVEMENT, _involvement)),
        Menu(_("Advokasi"), _forms(counted, Kind.ADVOCACY, _advocacy)),
        Menu(
            _("Peningkatan layanan"),
            _forms(
                [e for e in counted if e.service_form == ServiceForm.SNAPSHOT],
                Kind.SERVICE,
                _snapshot,
            ),
        ),
        Menu(_("Publikasi"), _forms(counted, Kind.PUBLICATION, _publication)),
        Menu(_("Pengunjung"), _visits(report)),
    ]
    return [menu for menu in menus if menu.forms]


def fingerprints(menus: Iterable[Menu]) -> dict[str, str]:
    """What a sheet says, form by form: kept with the mark that it was copied."""
    return {form.key: form.fingerprint for menu in menus for form in menu.forms}


@dataclass(frozen=True, slots=True)
class SinceMark:
    """What a sheet says otherwise than when it was marked as copied; forms by their key."""

    new: frozenset[str]
    changed: frozenset[str]
    gone: int

    @property
    def is_same(self) -> bool:
        return not (self.new or self.changed or self.gone)


def since_mark(menus: Sequence[Menu], marked: Mapping[str, str]) -> SinceMark:
    now = fingerprints(menus)
    return SinceMark(
        new=frozenset(now.keys() - marked.keys()),
        changed=frozenset(key for key in now.keys() & marked.keys() if now[key] != marked[key]),
        gone=len(marked.keys() - now.keys()),
    )


def unknown_to_sim(entries: Iterable[Activity]) -> list[Activity]:
    """Entries for which the SIM has no form."""
    return [entry for entry in entries if not is_known_to_sim(entry)]


def is_known_to_sim(entry: Activity) -> bool:
    return entry.kind != Kind.SERVICE or entry.service_form == ServiceForm.SNAPSHOT


def _forms(
    entries: Iterable[Activity], kind: Kind, boxes: Callable[[Activity], list[tuple[str, str]]]
) -> tuple[Form, ...]:
    return tuple(
        Form(
            str(entry.uuid),
            entry.title,
            tuple(Field(name, value) for name, value in boxes(entry)),
            photos=len(entry.photos.all()),
        )
        for entry in entries
        if entry.kind == kind
    )


def _involvement(entry: Activity) -> list[tuple[str, str]]:
    return [
        ("Tanggal", _day(entry.held_on)),
        ("Nama kegiatan", entry.title),
        ("Bidang kegiatan", entry.theme),
        ("Jenis", entry.format),
        ("Sasaran", entry.audience),
        ("Jumlah peserta", _number(entry.participants_total)),
    ]


def _advocacy(entry: Activity) -> list[tuple[str, str]]:
    return [
        ("Tanggal", _day(entry.held_on)),
        ("Judul", entry.title),
        ("Sasaran", ", ".join(entry.audiences)),
        ("Hasil", entry.result),
        ("Hasil regulasi", entry.regulation or "-"),
        ("Nominal", _number(entry.amount)),
        ("Jumlah narasumber", _number(entry.speakers)),
        ("Jumlah barang", _number(entry.goods)),
    ]


def _snapshot(entry: Activity) -> list[tuple[str, str]]:
    return [
        ("Bulan", date_format(entry.held_on, "F")),
        ("Tahun", str(entry.held_on.year)),
        ("Jumlah buku", _number(entry.books)),
        ("Jumlah buku digital", _number(entry.digital_books)),
        ("Jumlah komputer", _number(entry.computers)),
        ("Bandwidth", _number(entry.bandwidth)),
    ]


def _publication(entry: Activity) -> list[tuple[str, str]]:
    return [
        ("Tanggal", _day(entry.held_on)),
        ("Judul", entry.title),
        ("Jenis publikasi", entry.medium),
        ("Nama media", entry.media_name),
        ("Link", entry.link or "-"),
    ]


def _visits(report: MonthlyReport) -> tuple[Form, ...]:
    if report.visits_total is None:
        return ()
    month = date_format(report.month, "F Y")
    return (
        Form(
            "pengunjung",
            month,
            (
                Field("Periode", month),
                Field("Pengunjung laki-laki", _number(report.visits_men)),
                Field("Pengunjung perempuan", _number(report.visits_women)),
                Field("Total pengunjung", _number(report.visits_total)),
            ),
        ),
    )


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _number(value: int | None) -> str:
    """Without dots, as a form's number box wants it; the SIM has no blank."""
    return str(value or 0)
