"""*Lembar Kepala Desa*: what the library did for its village, and what it asks the village for, on
one page for the village's planning meeting (*Musrenbangdes*)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from libraries.enums import Level
from libraries.models import Library
from reports import figures
from reports.documents.content import Measured, letterhead
from reports.documents.paper import ahead_of, library_of, place_of
from reports.documents.single import SINGLE, NothingToSay, Single
from reports.documents.wording.rapor import rapor_of
from reports.enums import DocumentKind
from reports.figures.activities import activities
from reports.figures.received import received
from reports.models import Document
from tpbis.core.periods import Period

_GIFTS_SHOWN = 4
_FIELDS_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Need:
    """Something the library asks for: so many, at a price each."""

    what: str
    count: int
    unit: str
    price: int

    @property
    def total(self) -> int:
        return self.count * self.price


def needs_of(details: Mapping[str, Any]) -> tuple[Need, ...]:
    """As the form of the sheet keeps them (``details["needs"]``)."""
    return tuple(Need(**line) for line in details.get("needs", ()))


def village(document: Document, at: datetime) -> Single:
    library, period = library_of(document), document.period
    view = rapor_of(library, period.end, reasons=False)
    if view is None:
        raise NothingToSay(f"{library.name} tidak ikut dinilai pada akhir periode ini.")
    only = Library.objects.filter(pk=library.pk)
    needs = needs_of(document.details)
    given = received(library, period)
    fields = [part for part in activities(only, period).divided["theme"] if part.entries]
    return Single(
        title=f"Lembar Kepala Desa: {library.name}, {period}",
        template="reports/pdf/village.html",
        pages=1,
        content={
            "library": library,
            "place": place_of(library),
            "period": period,
            "before": period.year_before,
            "served": served(only, period),
            "fields": fields[:_FIELDS_SHOWN],
            "given": given,
            "gifts": given.gifts[:_GIFTS_SHOWN],
            "more_gifts": max(0, len(given.gifts) - _GIFTS_SHOWN),
            "view": view,
            "ways": ahead_of(library, view),
            "needs": needs,
            "needed": sum(need.total for need in needs),
            "head": head_of(library),
            "versions": [view.rapor.rule_set.version],
            "letterhead": letterhead(library.regency),
        },
    )


def served(libraries: Any, period: Period) -> tuple[Measured, ...]:
    """People served, beside the same months of the year before."""
    now, before = figures.totals(libraries, period), figures.totals(libraries, period.year_before)
    lines = (
        ("Kunjungan", "kunjungan", "visits_total"),
        ("– perempuan", "kunjungan", "visits_women"),
        ("– laki-laki", "kunjungan", "visits_men"),
        ("Peserta kegiatan", "orang", "participants"),
        ("– perempuan", "orang", "participants_women"),
        ("– laki-laki", "orang", "participants_men"),
        ("– penyandang disabilitas", "orang", "participants_disabled"),
        ("Kegiatan pelibatan masyarakat", "kegiatan", "involvement"),
        ("Kegiatan advokasi", "kegiatan", "advocacy"),
    )
    return tuple(
        Measured(label, unit, getattr(now, name), getattr(before, name))
        for label, unit, name in lines
    )


def head_of(library: Library) -> str:
    """Who signs for the place: “Kepala Desa Labruk Kidul”, “Lurah Klemunan”."""
    region = library.region
    if region.level != Level.VILLAGE:
        return "Pimpinan"
    return f"Lurah {region.name}" if region.title.startswith("Kel") else f"Kepala {region.title}"


SINGLE[DocumentKind.VILLAGE] = village
