"""Every published number, defined once. Page, API, PDF and XLSX render what these return.

``libraries`` is a queryset already narrowed to what may be seen (and to a region, a kind, …).
Counts cover a :class:`~tpbis.core.periods.Period` of whole months; the colour beside them covers
1 January to the end of the period's last month. The zone is Asia/Jakarta.
"""

from reports.figures.areas import area_rows, dashboard
from reports.figures.colouring import (
    added_up,
    colour_counts,
    colour_trend,
    colours,
    colours_by_month,
)
from reports.figures.counts import (
    completeness,
    partnerships,
    totals,
    totals_by,
    totals_by_month,
)
from reports.figures.libraries import (
    NotAPartnerThen,
    library_rows,
    months_strip,
    months_strips,
    rapor,
)
from reports.figures.results import (
    AreaRow,
    ColourCounts,
    Completeness,
    Dashboard,
    LibraryRow,
    MonthCell,
    MonthColours,
    Rapor,
    Totals,
)
from reports.figures.sealed import Sealed, sealed

__all__ = [
    "AreaRow",
    "ColourCounts",
    "Completeness",
    "Dashboard",
    "LibraryRow",
    "MonthCell",
    "MonthColours",
    "NotAPartnerThen",
    "Rapor",
    "Sealed",
    "Totals",
    "added_up",
    "area_rows",
    "colour_counts",
    "colour_trend",
    "colours",
    "colours_by_month",
    "completeness",
    "dashboard",
    "library_rows",
    "months_strip",
    "months_strips",
    "partnerships",
    "rapor",
    "sealed",
    "totals",
    "totals_by",
    "totals_by_month",
]
