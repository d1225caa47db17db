"""A month before it is sent, and on paper: check page, the blank book."""

from typing import TYPE_CHECKING

import segno
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from activities import http, permissions, queries
from activities.enums import AdvocacyAudience, AdvocacyResult, Audience, Format
from activities.flags import FlagKind, flags_of, sentences
from activities.models import MonthlyReport
from libraries.enums import Theme
from tpbis.core import periods
from tpbis.core.http import reads

if TYPE_CHECKING:
    from tpbis.accounts.models import SignedInRequest

ROWS_OF_THE_BOOK = {"involvement": 8, "advocacy": 4, "service": 3, "publications": 4}


@reads
def check(request: "SignedInRequest", pk: int) -> HttpResponse:
    """What is about to be sent, what it lacks and what looks odd; then one button."""
    report = _visible(request, pk)
    if not permissions.can_record(request.user, report.library):
        raise PermissionDenied
    if not report.is_editable:
        return redirect(report)
    entries = list(report.activities.all())
    return render(
        request,
        "activities/check.html",
        {
            "report": report,
            "entries": entries,
            "sections": queries.sections(entries),
            "participants": sum(entry.participants_total or 0 for entry in entries),
            "photos": sum(len(entry.photos.all()) for entry in entries),
            "objection": queries.last_objection(list(report.events.all())),
            "lacking": queries.lacking(report, entries),
            "unserved": queries.unserved_wants(report, entries),
            "odd": queries.odd(report, entries) + _odd_flags(request, report),
            "lacks_visits": report.visits_total is None and not report.is_supplementary,
            "deadline": queries.deadline(report.month),
            "seen": report.seal_over(entries),  # what is checked is what is sent
        },
    )


@reads
def month_book(request: "SignedInRequest", month: str) -> HttpResponse:
    """*Buku bantu*: a blank sheet to be printed and written on; its QR code opens the month."""
    library = http.own_library(request)
    asked = http.month_of(month, library)
    address = settings.TPBIS_PUBLIC_URL + reverse("activities:month", kwargs={"month": month})
    return render(
        request,
        "activities/month_book.html",
        {
            "library": library,
            "month": asked,
            "days": range(1, periods.last_day(asked).day + 1),
            "rows": {name: range(count) for name, count in ROWS_OF_THE_BOOK.items()},
            "themes": [str(label) for label in Theme.labels],
            "formats": [str(label) for label in Format.labels],
            "audiences": [str(label) for label in Audience.labels],
            "advocacy_audiences": [str(label) for label in AdvocacyAudience.labels],
            "results": [str(label) for label in AdvocacyResult.labels],
            "deadline": queries.deadline(asked),
            "address": address,
            "qr": segno.make(address, error="m", micro=False).svg_data_uri(scale=4, border=1),
        },
    )


def _odd_flags(request: "SignedInRequest", report: MonthlyReport) -> list[str]:
    """What the reviewer will be shown, too, but for what nobody can mend any more."""
    flags = flags_of([report], seen_by=request.user)[report.pk]
    return sentences(flag for flag in flags if flag.kind not in (FlagKind.LATE, FlagKind.BATCH))


def _visible(request: "SignedInRequest", pk: int) -> MonthlyReport:
    return get_object_or_404(MonthlyReport.objects.visible_to(request.user).for_page(), pk=pk)
