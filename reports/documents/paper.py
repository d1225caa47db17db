"""What papers of one piece have in common: whose libraries they are of, how a place is said."""

from libraries.enums import Level
from libraries.models import Library
from libraries.querysets import LibraryQuerySet
from reports.documents.single import NothingToSay
from reports.documents.wording.rapor import RaporView, rapor_of
from reports.documents.wording.ways import Ways
from reports.models import Document


def library_of(document: Document) -> Library:
    """The library a paper is about, while whoever asked may still see it."""
    seen = Library.objects.visible_to(document.requested_by).filter(documents=document)
    library = seen.select_related("region__parent", "regency__parent").first()
    if library is None:
        raise NothingToSay("Perpustakaan ini tidak lagi di wilayah tugas peminta dokumen.")
    return library


def libraries_of(document: Document) -> LibraryQuerySet:
    """Those of the document's region that whoever asked may see."""
    return Library.objects.visible_to(document.requested_by).within(document.region.code)


def place_of(library: Library) -> str:
    """“Desa Labruk Kidul, Kecamatan Sumbersuko, Kabupaten Lumajang”."""
    region = library.region
    parts = [region.title]
    if region.level == Level.VILLAGE and region.parent:
        parts.append(region.parent.title)
    if region.pk != library.regency_id:
        parts.append(library.regency.title)
    return ", ".join(parts)


def ahead_of(library: Library, view: RaporView) -> Ways | None:
    """The way on from the running month, where that is of the same year as ``view``: what is past
    has no way ahead."""
    running = view.running
    if view.ways or running.year != view.rapor.through.year or running == view.rapor.through:
        return view.ways
    now = rapor_of(library, running, reasons=False)
    return now.ways if now else None
