"""*Bukti kerja pengelola*: a librarian's year on one page, for an honorarium or an award."""

from datetime import datetime

from django.conf import settings

from libraries.permissions import sees_people
from reports.documents.content import letterhead
from reports.documents.paper import library_of, place_of
from reports.documents.single import SINGLE, NothingToSay, Single
from reports.enums import DocumentKind
from reports.figures import rule_versions
from reports.figures.work import work as work_of
from reports.models import Document

_STORIES_SHOWN = 4


def work(document: Document, at: datetime) -> Single:
    """Only what stands under the person's own name; never for whoever may not know persons."""
    library, person = library_of(document), document.person
    if person is None or not sees_people(document.requested_by):
        raise NothingToSay("Bukti kerja dibuat untuk seorang pengelola.")
    period = document.period
    found = work_of(person, library, period, at=at)
    return Single(
        title=f"Bukti kerja {person.full_name}, {library.name}, {period}",
        template="reports/pdf/work.html",
        pages=1,
        content={
            "library": library,
            "person": person,
            "place": place_of(library),
            "period": period,
            "work": found,
            "stories": found.stories[:_STORIES_SHOWN],
            "more_stories": max(0, len(found.stories) - _STORIES_SHOWN),
            "deadline_day": settings.TPBIS_DEADLINE_DAY,
            "versions": rule_versions(period.end),
            "letterhead": letterhead(library.regency),
        },
    )


SINGLE[DocumentKind.WORK] = work
