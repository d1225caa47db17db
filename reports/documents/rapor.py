"""*Rapor*: a library's month on one page, with every reason and the next step."""

from datetime import datetime

from libraries.models import Library
from reports import figures
from reports.documents.content import letterhead
from reports.documents.paper import ahead_of, library_of, place_of
from reports.documents.single import SINGLE, NothingToSay, Single
from reports.documents.wording.rapor import Change, RaporView, rapor_of
from reports.enums import DocumentKind
from reports.figures.official import newest_official
from reports.models import Document
from tpbis.core import periods
from tpbis.core.templatetags.tpbis import bulan, tanggal


def rapor(document: Document, at: datetime) -> Single:
    """The score through the document's last month; the next step is reckoned from today."""
    library, through = library_of(document), document.end
    view = rapor_of(library, through)
    if view is None:
        raise NothingToSay(
            f"{library.name} tidak ikut dinilai pada akhir {periods.written(through)}: belum "
            "bergabung, atau nonaktif."
        )
    only = Library.objects.filter(pk=library.pk)
    change, change_title = _moved(view)
    return Single(
        title=f"Rapor {library.name} s.d. {periods.written(through)}",
        template="reports/pdf/rapor.html",
        pages=1,
        content={
            "library": library,
            "place": place_of(library),
            "through": through,
            "view": view,
            "ways": ahead_of(library, view),
            "cells": figures.months_strip(library, through),
            "official": newest_official(only, periods.last_day(through)).get(library.pk),
            "change": change,
            "change_title": change_title,
            "versions": [view.rapor.rule_set.version],
            "letterhead": letterhead(library.regency),
        },
    )


def _moved(view: RaporView) -> tuple[Change | None, str]:
    """Since the month was closed; while it is not, since the month before."""
    if view.closed and view.rapor.closed:
        return view.closed, f"Berubah sejak penutupan {tanggal(view.rapor.closed.on)}"
    if view.month_before:
        return view.month_before, f"Berubah sejak s.d. {bulan(view.month_of_before)}"
    return None, ""


SINGLE[DocumentKind.RAPOR] = rapor
