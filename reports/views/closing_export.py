"""All of a closing as a file: what every score was made of when it was closed."""

from itertools import chain
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from kpi import scoring
from kpi.enums import Colour, Grey, Measure
from kpi.models import Closing, ClosingScore
from libraries.models import Library
from reports import figures
from reports.views.closings import closing_of
from tpbis.core import periods
from tpbis.core.downloads import table_file
from tpbis.core.exports import facts
from tpbis.core.http import reads
from tpbis.core.templatetags.tpbis import waktu

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http.response import HttpResponseBase

    from libraries.querysets import LibraryQuerySet
    from tpbis.accounts.models import SignedInRequest
    from tpbis.core.spreadsheets import Cell


@reads
def closing_export(request: "SignedInRequest", month: str, form: str) -> "HttpResponseBase":
    """The closed scores of the libraries in one's places; ``form`` is csv or xlsx."""
    closing = closing_of(month)
    libraries = Library.objects.visible_to(request.user)
    return table_file(
        chain([_headings()], _rows(closing, libraries)),
        form,
        name=f"penutupan-{periods.month_code(closing.through)}",
        sheet=_("Penutupan"),
        about=_about(closing, libraries),
        asked=request.GET,
    )


def _headings() -> "list[Cell]":
    return [
        _("Nomor skor"),
        _("Kode kabupaten/kota"),
        _("Kabupaten/kota"),
        _("Nomor perpustakaan"),
        _("Perpustakaan"),
        _("Warna saat ditutup"),
        _("Sebab abu-abu"),
        _("Poin saat ditutup"),
        *(str(Measure(name).label) for name in scoring.Inputs._fields),
        _("Bulan yang dihitung"),
        _("Versi aturan"),
        _("Warna sekarang"),
    ]


def _rows(closing: Closing, libraries: "LibraryQuerySet") -> "Iterator[list[Cell]]":
    """By regency and name; the name and regency are those of closing day."""
    now = figures.colours(libraries, closing.through)
    rows = ClosingScore.objects.filter(closing=closing).of_libraries(libraries)
    for row in rows.select_related("regency", "rule_set").order_by("regency__code", "name", "pk"):
        colour = now.get(row.library_id)
        yield [
            row.pk,
            row.regency.code,
            row.regency.title,
            row.library_id,
            row.name,
            str(Colour(row.colour).label),
            str(Grey(row.grey).label) if row.grey else "",
            "" if row.points is None else row.points / 1000,
            *row.inputs,
            row.months_due,
            row.rule_set.version or "",
            str(Colour(colour).label) if colour else "",
        ]


def _about(closing: Closing, libraries: "LibraryQuerySet") -> "list[list[Cell]]":
    closed = figures.closed(libraries, closing.through)
    assert closed is not None
    return [
        [_("Keterangan"), ""],
        [_("Penutupan"), _("KPI portal s.d. %s") % periods.written(closing.through)],
        [_("Keadaan per"), waktu(closing.as_of)],
        [_("Aturan KPI versi"), ", ".join(map(str, closed.rule_versions))],
        [_("mitra = hijau + kuning + merah + abu-abu"), closed.colours.reconciliation],
        [_("Perpustakaan yang berubah sejak ditutup"), closed.changed],
        *([str(label), value] for label, value in facts()),
    ]
