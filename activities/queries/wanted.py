"""What a report still lacks, each with where it is mended."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities.enums import Kind
from activities.models import Activity, MonthlyReport
from tpbis.core import periods

GENERAL = (Kind.INVOLVEMENT, Kind.ADVOCACY, Kind.SERVICE)


@dataclass(frozen=True, slots=True)
class Want:
    """Something to add, in words; ``link`` leads its librarian to the field."""

    text: str
    link: str


def lacking(report: MonthlyReport, entries: Sequence[Activity]) -> list[Want]:
    """What a reviewer would ask for. Needs ``photos`` prefetched."""
    found = []
    if report.visits_total is None and not report.is_supplementary:
        visits = f"{report.get_absolute_url()}#pengunjung"
        found.append(Want(_("Jumlah pengunjung belum diisi."), visits))
    bare = [e for e in entries if e.kind == Kind.INVOLVEMENT and not e.photos.all()]
    if bare:
        text = ngettext(
            "%(count)s kegiatan pelibatan belum ada fotonya.",
            "%(count)s kegiatan pelibatan belum ada fotonya.",
            len(bare),
        ) % {"count": len(bare)}
        found.append(Want(text, f"{reverse('activities:edit', args=[bare[0].pk])}#bidang-photos"))
    return found


def unserved(report: MonthlyReport, entries: Sequence[Activity]) -> list[Want]:
    """General components without an entry this month: no fault, but the colour needs all three."""
    if report.is_supplementary or not entries:
        return []
    there = {entry.kind for entry in entries}
    month = periods.month_code(report.month)
    return [
        Want(
            _("Belum ada %(kind)s bulan ini.") % {"kind": kind.label.lower()},
            f"{reverse('activities:record_kind', args=[kind.value])}?bulan={month}",
        )
        for kind in GENERAL
        if kind not in there
    ]
