"""*Lembar tinjauan*: a regency's month on paper, for the meeting of its PIC."""

from datetime import datetime, timedelta

from django.utils import timezone

from activities.overdue import review_days
from libraries.models import Library
from reports.documents.content import letterhead
from reports.documents.paper import libraries_of
from reports.documents.single import SINGLE, NothingToSay, Single
from reports.enums import DocumentKind
from reports.figures import rule_versions
from reports.figures.review import district_of
from reports.figures.review import review as review_of
from reports.models import Document
from tpbis.core import periods

_DAY = timedelta(days=1)


def review(document: Document, at: datetime) -> Single:
    """Colours at the end of the document's last month; what waits, as of now."""
    libraries, month = libraries_of(document), document.end
    if not libraries.joined_by(periods.last_day(month)).exists():
        raise NothingToSay(f"Belum ada perpustakaan mitra pada {periods.written(month)}.")
    found = review_of(libraries, month, timezone.localdate(at))
    return Single(
        title=f"Lembar tinjauan {document.region.title}, {periods.written(month)}",
        template="reports/pdf/review.html",
        content={
            "region": document.region,
            "month": month,
            "review": found,
            "waiting": [(_where(one.report.library), one) for one in found.waiting],
            "silent": [(_where(one.library), one) for one in found.silent],
            "late": [(_where(one.library), one) for one in found.late],
            "sent_back": [(_where(one.library), one) for one in found.sent_back],
            "nearly": [(_where(one.library), one) for one in found.nearly],
            "days": review_days(),
            "deadline": timezone.localdate(periods.deadline(month)) - _DAY,
            "versions": rule_versions(month),
            "letterhead": letterhead(document.region),
        },
    )


def _where(library: Library) -> str:
    return district_of(library).removeprefix("Kecamatan ")


SINGLE[DocumentKind.REVIEW] = review
