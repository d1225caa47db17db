"""*Dampak dukungan*: what an organisation gave in a period and whom it reached, on one page."""

from datetime import datetime

from libraries.enums import Level
from libraries.models import Library
from reports.documents.content import letterhead
from reports.documents.single import SINGLE, NothingToSay, Single
from reports.enums import DocumentKind
from reports.figures import rule_versions
from reports.figures.impact import Impact, impact
from reports.models import Document
from stakeholders.models import Organisation, Partnership, Support
from tpbis.accounts.enums import Role

_PLACES_SHOWN = 6
_STORIES_SHOWN = 2


def impact_sheet(document: Document, at: datetime) -> Single:
    """Of the document's region, or of everything for whoever speaks for the organisation."""
    asked_by = document.requested_by
    seen = Organisation.objects.visible_to(asked_by).filter(documents=document)
    organisation = seen.first()
    if organisation is None:
        raise NothingToSay("Lembaga ini tidak lagi dapat dilihat oleh peminta dokumen.")
    found = _impact(document, organisation)
    region = document.region
    return Single(
        title=f"Dampak dukungan {organisation.name}, {document.period}",
        template="reports/pdf/impact.html",
        pages=1,
        content={
            "organisation": organisation,
            "place": "" if region.level == Level.PROVINCE else region.title,
            "period": document.period,
            "impact": found,
            "given": found.given,
            "where": found.where[:_PLACES_SHOWN],
            "more_places": max(0, len(found.where) - _PLACES_SHOWN),
            "stories": found.stories[:_STORIES_SHOWN],
            "more_stories": max(0, len(found.stories) - _STORIES_SHOWN),
            "versions": rule_versions(document.end) if found.fared else "",
            "letterhead": letterhead(region),
        },
    )


def _impact(document: Document, organisation: Organisation) -> Impact:
    user, region = document.requested_by, document.region
    support = Support.objects.visible_to(user)
    partnerships = Partnership.objects.visible_to(user)
    if user.role != Role.SUPPORTER:
        libraries = Library.objects.visible_to(user).within(region.code)
        support = support.within(region, libraries)
        partnerships = partnerships.within(region, libraries)
    return impact(organisation, support, partnerships, document.period)


SINGLE[DocumentKind.IMPACT] = impact_sheet
