"""What is kept beside the figures as files: documents and their schedules, closed months,
certificates, letters, the mentoring log, the entries behind a number."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.db.models import F
from django.utils.translation import gettext as _

from activities import exports as entries
from activities.models import MentoringVisit
from libraries.models import Library
from libraries.permissions import sees_people
from reports import figures, permissions
from reports.exports import papers
from reports.figures.certificates import Told, certificates_told
from reports.forms import EntryChoice, FollowUpChoice, LetterChoice, ShelfChoice
from reports.models import Certificate, Document, Schedule
from reports.views import letters, regions
from reports.views.closings import asked_year
from reports.views.region_export import refusal
from tpbis.core import periods
from tpbis.core.downloads import refused, said
from tpbis.core.exports import Listing, file_of, narrowed_by
from tpbis.core.http import reads

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

    from libraries.querysets import LibraryQuerySet
    from reports.querysets import CertificateQuerySet
    from tpbis.accounts.models import SignedInRequest

CHUNK = 1_000
FEW = 200  # what is looked up for as many at a time


@reads
def documents_export(request: "SignedInRequest", form: str) -> "HttpResponseBase":
    """The shelf as the page lists it: what was asked for, never the files."""
    choice = ShelfChoice(request.GET, user=request.user)
    if not choice.is_valid():
        return refused(choice.errors)
    shelf = choice.documents(Document.objects.visible_to(request.user).reports())
    listing = Listing(
        name="dokumen",
        title=_("Dokumen"),
        unit=_("satu baris satu dokumen"),
        columns=papers.documents(with_people=sees_people(request.user)),
        rows=shelf.for_list().iterator(CHUNK),
        told=narrowed_by(choice),
    )
    return file_of(listing, form, request.GET)


@reads
def schedules_export(request: "SignedInRequest", form: str) -> "HttpResponseBase":
    """Those in force, by region; then those that have ended, by when."""
    seen = Schedule.objects.visible_to(request.user).select_related("region", "made_by")
    listing = Listing(
        name="jadwal-laporan",
        title=_("Jadwal laporan"),
        unit=_("satu baris satu jadwal"),
        columns=papers.SCHEDULES,
        rows=seen.prefetch_related("told").order_by(
            F("ended_at").asc(nulls_first=True), "region__code", "pk"
        ),
        told=[],
    )
    return file_of(listing, form, request.GET)


@reads
def closings_export(request: "SignedInRequest", form: str) -> "HttpResponseBase":
    """The closed months of the year that the page shows."""
    year = asked_year(request)
    libraries = Library.objects.visible_to(request.user)
    listing = Listing(
        name="penutupan",
        title=_("Penutupan"),
        unit=_("satu baris satu bulan yang ditutup"),
        columns=papers.CLOSINGS,
        rows=figures.closings_of(libraries, year) if year else [],
        told=[(_("Tahun"), year or "")],
    )
    return file_of(listing, form, request.GET)


@reads
def certificates_export(request: "SignedInRequest", form: str) -> "HttpResponseBase":
    seen = Certificate.objects.visible_to(request.user).for_list()
    listing = Listing(
        name="piagam",
        title=_("Piagam"),
        unit=_("satu baris satu piagam"),
        columns=papers.certificates(with_reason=permissions.issues_certificates(request.user)),
        rows=_told(seen),
        told=[],
    )
    return file_of(listing, form, request.GET)


def _told(certificates: "CertificateQuerySet") -> Iterator[Told]:
    pks = list(certificates.values_list("pk", flat=True))
    for start in range(0, len(pks), FEW):
        some = certificates.filter(pk__in=pks[start : start + FEW])
        yield from certificates_told(some)


@reads
def letters_export(request: "SignedInRequest", form: str) -> "HttpResponseBase":
    """For whom a letter can be printed, and what became of the last one; no code, no recipient."""
    choice = LetterChoice(request.GET, user=request.user)
    if not choice.is_valid():
        return refused(choice.errors)
    listing = Listing(
        name="surat-aktivasi",
        title=_("Perpustakaan tanpa akun portal"),
        unit=_("satu baris satu perpustakaan"),
        columns=papers.LETTERS,
        rows=_letter_rows(letters.in_order(choice.libraries())),
        told=narrowed_by(choice),
    )
    return file_of(listing, form, request.GET)


def _letter_rows(libraries: "LibraryQuerySet") -> Iterator[letters.Row]:
    found = list(libraries)
    for start in range(0, len(found), FEW):
        yield from letters.rows_of(found[start : start + FEW])


@reads
def letter_batches_export(request: "SignedInRequest", form: str) -> "HttpResponseBase":
    """Letters issued together and what became of their codes; never a code."""
    found = list(letters.batches(request.user).order_by("-issued_at", "-pk"))

    def rows() -> Iterator[letters.BatchRow]:
        for start in range(0, len(found), FEW):
            yield from letters.batch_rows(found[start : start + FEW], request.user)

    listing = Listing(
        name="surat-terbit",
        title=_("Surat terbit"),
        unit=_("satu baris surat yang diterbitkan bersama"),
        columns=papers.BATCHES,
        rows=rows(),
    )
    return file_of(listing, form, request.GET)


@reads
def mentoring_export(request: "SignedInRequest", form: str) -> "HttpResponseBase":
    choice = FollowUpChoice(request.GET, user=request.user)
    if not choice.is_valid():
        return refused(choice.errors)
    visits = MentoringVisit.objects.visible_to(request.user).filter(library__in=choice.within())
    listing = Listing(
        name="pendampingan",
        title=_("Pendampingan"),
        unit=_("satu baris satu kunjungan, telepon, atau pesan"),
        columns=papers.MENTORING,
        rows=visits.select_related("library__region", "library__regency", "by")
        .order_by("-held_on", "-pk")
        .iterator(CHUNK),
        told=narrowed_by(choice),
    )
    return file_of(listing, form, request.GET)


@reads
def region_entries_export(request: "SignedInRequest", code: str, form: str) -> "HttpResponseBase":
    """The entries behind a number of a region's page, as :func:`region_entries` lists them."""
    page = regions.asked_region(request, code)
    if page.status != 200:
        return said(refusal(page), status=page.status)
    choice = EntryChoice(request.GET, period=page.period)
    if not choice.is_valid():
        return refused(choice.errors)
    found = choice.of(figures.entries(page.libraries, page.period))
    span = "-".join(map(periods.month_code, (page.period.start, page.period.end)))
    listing = Listing(
        name=f"catatan-kegiatan-{page.region.code}-{span}",
        title=_("Catatan kegiatan"),
        unit=_("satu baris satu catatan yang dihitung"),
        columns=entries.ENTRIES,
        rows=found.select_related("report__library__region", "report__library__regency")
        .order_by("-held_on", "pk")
        .iterator(CHUNK),
        told=[
            (_("Wilayah"), f"{page.region.title} ({page.region.code})"),
            (_("Periode"), str(page.period)),
            *narrowed_by(page.narrowing.form),
            *narrowed_by(choice),
        ],
    )
    return file_of(listing, form, request.GET)
