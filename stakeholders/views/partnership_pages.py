"""Partnerships as one reads them: all of them, one by one, and as a file."""

from typing import TYPE_CHECKING

from django.core.files.storage import storages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from stakeholders import permissions
from stakeholders.exports import PARTNERSHIPS
from stakeholders.forms.partnerships import PartnershipChoice
from stakeholders.models import Organisation, Partnership
from stakeholders.views.partnerships import place_of, seen_partnership
from tpbis.accounts.enums import Role
from tpbis.accounts.history import history_of
from tpbis.core.downloads import refused
from tpbis.core.exports import Listing, file_of, narrowed_by
from tpbis.core.http import reads
from tpbis.core.tables import without

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

    from stakeholders.querysets import PartnershipQuerySet
    from tpbis.accounts.models import SignedInRequest

PER_PAGE = 50
CHUNK = 1_000
HISTORY = 20
TYPES = {"pdf": "application/pdf", "png": "image/png", "jpg": "image/jpeg"}


@reads
def partnership_list(request: "SignedInRequest") -> HttpResponse:
    """Those somebody sees: who supports which library or region, and how long it lasts."""
    choice, found = _asked(request)
    seen = Partnership.objects.visible_to(request.user)
    return render(
        request,
        "stakeholders/partnerships.html",
        {
            "form": choice,
            "page": Paginator(found.with_realised(), PER_PAGE).get_page(request.GET.get("hal")),
            "page_query": without(request.GET, "hal"),
            "is_narrowed": any(request.GET.get(name) for name in choice.fields),
            "ending": seen.ending_within(60).count(),
            "may_open": request.user.role != Role.SUPPORTER,
            "regions_kept": [
                region
                for region in choice.regions.values()
                if permissions.can_record_partnership(request.user, region)
            ][:1],
        },
        status=200 if choice.is_valid() else 400,
    )


@reads
def partnership_list_export(request: "SignedInRequest", form: str) -> "HttpResponseBase":
    choice, found = _asked(request)
    if not choice.is_valid():
        return refused(choice.errors)
    listing = Listing(
        name="daftar-kemitraan",
        title=_("Kemitraan"),
        unit=_("satu baris satu kemitraan"),
        columns=PARTNERSHIPS,
        rows=found.with_realised().iterator(CHUNK),
        told=[
            (_("Keadaan pada"), date_format(timezone.localdate(), "j F Y")),
            *narrowed_by(choice),
        ],
    )
    return file_of(listing, form, request.GET)


@reads
def partnership_page(request: "SignedInRequest", pk: int) -> HttpResponse:
    """One of them: what was agreed, what came of it so far."""
    seen_partnership(request, pk)
    partnership = Partnership.objects.for_list().with_realised().get(pk=pk)
    may_keep = permissions.can_record_partnership(request.user, place_of(partnership))
    return render(
        request,
        "stakeholders/partnership.html",
        {
            "partnership": partnership,
            "gifts": partnership.support.for_list(),
            "may_keep": may_keep,
            "may_open": request.user.role != Role.SUPPORTER,
            "history": history_of(partnership, limit=HISTORY) if may_keep else [],
        },
    )


@reads
def partnership_agreement(request: "SignedInRequest", pk: int) -> FileResponse:
    """The agreement itself, for whoever sees the partnership."""
    name = seen_partnership(request, pk).agreement_file
    if not name:
        raise Http404
    try:
        file = storages["documents"].open(name)
    except FileNotFoundError as gone:
        raise Http404 from gone
    ending = name.rpartition(".")[2]
    return FileResponse(
        file,
        as_attachment=True,
        filename=f"kemitraan-{pk}.{ending}",
        content_type=TYPES.get(ending, "application/octet-stream"),
        headers={"Cache-Control": "private, no-cache", "X-Content-Type-Options": "nosniff"},
    )


def _asked(request: "SignedInRequest") -> "tuple[PartnershipChoice, PartnershipQuerySet]":
    choice = PartnershipChoice(request.GET, user=request.user)
    found = choice.narrowed(
        Partnership.objects.visible_to(request.user),
        Organisation.objects.visible_to(request.user),
    )
    return choice, found.for_list()
