"""The lists of this app as files: what each page shows, row by row, however many."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext as _

from activities import exports, http, permissions, reviewing
from activities.filters import ReportFilter, StoryFilter
from activities.forms import QueueFilter
from activities.models import Activity, MonthlyReport, Story
from activities.queries import stories as queries
from activities.views.stories.access import need_reviewer
from activities.views.stories.pages import is_open
from tpbis.core.downloads import need_form, refused
from tpbis.core.exports import Listing, file_of, narrowed_by
from tpbis.core.http import reads

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

    from tpbis.accounts.models import SignedInRequest

CHUNK = 2_000  # rows read at once
FEW = 200  # of the queue: each is looked at closely


@reads
def list_export(request: "SignedInRequest", form: str) -> "HttpResponseBase":
    """The reports that the list shows."""
    found = _reports(request)
    if not found.is_valid():
        return refused(found.errors)
    listing = Listing(
        name="laporan-bulanan",
        title=_("Laporan bulanan"),
        unit=_("satu baris satu laporan"),
        columns=exports.REPORTS,
        rows=found.qs.for_list().iterator(CHUNK),
        told=narrowed_by(found.form),
    )
    return file_of(listing, form, request.GET)


@reads
def entries_export(request: "SignedInRequest", form: str) -> "HttpResponseBase":
    """Every entry of those reports; without names of participants, which nobody records."""
    found = _reports(request)
    if not found.is_valid():
        return refused(found.errors)
    entries = Activity.objects.filter(report__in=found.qs.order_by().values("pk"))
    listing = Listing(
        name="catatan-kegiatan",
        title=_("Catatan kegiatan"),
        unit=_("satu baris satu catatan"),
        columns=exports.ENTRIES,
        rows=entries.select_related("report__library__region", "report__library__regency")
        .order_by("-report__month", "report__library_id", "held_on", "pk")
        .iterator(CHUNK),
        told=narrowed_by(found.form),
    )
    return file_of(listing, form, request.GET)


@reads
def queue_export(request: "SignedInRequest", form: str) -> "HttpResponseBase":
    """What waits for this reviewer, the most urgent first."""
    if not permissions.reviews_anywhere(request.user):
        raise PermissionDenied(_("Memeriksa laporan adalah tugas PIC kabupaten/kota."))
    waiting = reviewing.in_order(request.user)
    filters = QueueFilter(request.GET, [one.month for one in waiting])
    if not filters.is_valid():
        return refused(filters.errors)
    found = filters.narrowed(waiting)

    def rows() -> Iterator[reviewing.Row]:
        for start in range(0, len(found), FEW):
            yield from reviewing.rows(found[start : start + FEW], user=request.user)

    listing = Listing(
        name="antrean-periksa",
        title=_("Laporan yang menunggu"),
        unit=_("satu baris satu laporan yang menunggu diperiksa"),
        columns=exports.QUEUE,
        rows=rows(),
        told=narrowed_by(filters),
    )
    return file_of(listing, form, request.GET)


@reads
def stories_export(request: "SignedInRequest", form: str) -> "HttpResponseBase":
    """What the gallery shows: published texts, and nobody who agreed to them."""
    published = Story.objects.published().order_by("-happened_on", "-pk")
    found = StoryFilter(request.GET, published, request=request)
    if not found.is_valid():
        return refused(found.errors)
    listing = Listing(
        name="cerita",
        title=_("Cerita"),
        unit=_("satu baris satu cerita yang terbit"),
        columns=exports.STORIES,
        rows=found.qs.select_related("library__regency").iterator(CHUNK),
        told=narrowed_by(found.form),
    )
    return file_of(listing, form, request.GET)


@reads
def story_queue_export(request: "SignedInRequest", form: str) -> "HttpResponseBase":
    """What waits for this reviewer, oldest first; nobody who agreed, and not the texts."""
    need_reviewer(request)
    today = timezone.localdate()
    waiting = queries.queue(request.user).for_list()
    listing = Listing(
        name="cerita-menunggu",
        title=_("Cerita yang menunggu"),
        unit=_("satu baris satu cerita yang menunggu diperiksa"),
        columns=exports.WAITING_STORIES,
        rows=(
            exports.WorkedStory(
                one,
                len(queries.missing_to_publish(one, list(one.consents.all()))),
                (today - timezone.localdate(one.submitted_at)).days,
            )
            for one in waiting.iterator(FEW)
        ),
    )
    return file_of(listing, form, request.GET)


@reads
def my_stories_export(request: "SignedInRequest", form: str) -> "HttpResponseBase":
    """A librarian's own, the newest first."""
    need_form(form)
    library = http.own_library(request)
    own = Story.objects.filter(library=library).for_list().order_by("-updated_at", "-pk")
    listing = Listing(
        name="cerita-saya",
        title=_("Cerita saya"),
        unit=_("satu baris satu cerita"),
        columns=exports.OWN_STORIES,
        rows=(
            exports.WorkedStory(
                one,
                len(queries.missing_to_publish(one, list(one.consents.all())))
                if is_open(one)
                else 0,
            )
            for one in own.iterator(FEW)
        ),
        told=[(_("Perpustakaan"), library.name)],
    )
    return file_of(listing, form, request.GET)


def _reports(request: "SignedInRequest") -> ReportFilter:
    visible = MonthlyReport.objects.visible_to(request.user).from_portal()
    newest_first = visible.order_by("-month", "library__name", "library_id", "-number")
    return ReportFilter(request.GET, newest_first, request=request)
