"""All of a region's figures as a file, as the address narrows and compares them."""

from typing import TYPE_CHECKING

from reports import exports, figures
from reports.views import regions
from tpbis.core import periods
from tpbis.core.downloads import said, sheets_file
from tpbis.core.exports import narrowed_by
from tpbis.core.http import reads
from tpbis.core.spreadsheets import Sheet

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

    from tpbis.accounts.models import SignedInRequest


@reads
def region_export(request: "SignedInRequest", code: str, form: str) -> "HttpResponseBase":
    """A workbook of sheets, or as csv one long table; what is not understood is 400 in words."""
    page = regions.asked_region(request, code)
    if page.status != 200:
        return said(refusal(page), status=page.status)
    dashboard = figures.dashboard(
        page.region,
        page.libraries,
        page.period,
        before=page.before,
        is_narrowed=page.is_narrowed,
        is_whole=not page.is_narrowed,
    )
    span = "-".join(map(periods.month_code, (page.period.start, page.period.end)))
    sheets = (
        [Sheet("", exports.tidy(dashboard, page.libraries))]
        if form == "csv"
        else exports.region_sheets(dashboard, page.libraries, narrowed_by(page.narrowing.form))
    )
    return sheets_file(
        sheets, form, name=f"capaian-tpbis-{page.region.code}-{span}", asked=request.GET
    )


def refusal(page: regions.RegionPage) -> str:
    errors = [*page.narrowing.form.errors.values(), *page.view.errors.values()]
    found = [str(text) for texts in errors for text in texts]
    return " ".join([*found, page.refusal]).strip()
