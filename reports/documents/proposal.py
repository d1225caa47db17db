"""*Berkas CSR*: a need with its background and budget, for whoever decides about a company's or an
agency's money."""

from datetime import datetime
from typing import Any

from lokal import terbilang

from libraries.models import Library
from reports import figures
from reports.documents.content import letterhead
from reports.documents.paper import place_of
from reports.documents.single import SINGLE, NothingToSay, Single
from reports.documents.village import Need as Line
from reports.documents.village import needs_of
from reports.documents.wording.official import money_in_words
from reports.documents.wording.rapor import rapor_of
from reports.enums import DocumentKind
from reports.models import Document
from stakeholders.models import Need


def proposal(document: Document, at: datetime) -> Single:
    """Of a need while whoever asked may see it, and it is not met yet. Says nothing of others who
    were asked, or have promised."""
    seen = Need.objects.visible_to(document.requested_by).lacking().filter(documents=document)
    need = seen.select_related("library__region__parent", "library__regency", "region").first()
    if need is None:
        raise NothingToSay("Kebutuhan ini sudah terwujud, ditarik, atau tidak lagi terbuka.")
    lines = budget_of(document, need)
    total = sum(line.total for line in lines)
    whose = need.library.name if need.library else need.region.title
    return Single(
        title=f"Berkas CSR: {need.title}, {whose}",
        template="reports/pdf/proposal.html",
        content={
            "need": need,
            "whose": whose,
            "place": place_of(need.library) if need.library else "",
            "number": document.details.get("number", ""),
            "period": document.period,
            "lines": lines,
            "total": total,
            "spelled": terbilang(total, currency=True),
            "in_words": money_in_words(total) if total else "",
            "per_person": total // need.people if need.people else 0,
            **_background(document, need),
            "letterhead": letterhead(document.region),
        },
    )


def budget_of(document: Document, need: Need) -> tuple[Line, ...]:
    """What was typed for this paper; else the need as it stands. Empty while nobody has estimated
    what it costs."""
    if typed := needs_of(document.details):
        return typed
    if not need.rupiah:
        return ()
    if need.quantity and need.rupiah % need.quantity == 0:
        return (Line(need.title, need.quantity, need.unit, need.rupiah // need.quantity),)
    what = f"{need.title} ({need.quantity} {need.unit})" if need.quantity else need.title
    return (Line(what, 1, "paket", need.rupiah),)


def _background(document: Document, need: Need) -> dict[str, Any]:
    """Published figures: whoever reads a need may know how the place works."""
    period = document.period
    library = need.library
    if library is not None:
        libraries = Library.objects.filter(pk=library.pk)
        view = rapor_of(library, period.end, reasons=False)
        return {
            "library": library,
            "totals": figures.totals(libraries, period),
            "colour": view.rapor.colour if view else "",
            "partners": None,
            "versions": [view.rapor.rule_set.version] if view else "",
        }
    libraries = Library.objects.within(need.region.code)
    return {
        "library": None,
        "totals": figures.totals(libraries, period),
        "colour": "",
        "partners": figures.colour_counts(libraries, period.end),
        "versions": figures.rule_versions(period.end),
    }


SINGLE[DocumentKind.PROPOSAL] = proposal
