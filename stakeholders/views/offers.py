"""What organisations offer."""

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from libraries.enums import Theme
from stakeholders import permissions
from stakeholders.enums import OfferState, PartnershipKind
from stakeholders.forms.offers import OfferChoice, OfferForm
from stakeholders.models import Commitment, Offer
from stakeholders.services import offers as services
from stakeholders.services.amounts import MovedOn
from tpbis.core.downloads import refused
from tpbis.core.exports import Column, Listing, file_of, label, narrowed_by
from tpbis.core.http import reads
from tpbis.core.spreadsheets import Kind
from tpbis.core.tables import without

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

    from tpbis.accounts.models import SignedInRequest

PER_PAGE = 50
CHUNK = 1_000

OFFERS: tuple[Column[Offer], ...] = (
    Column(gettext_lazy("Lembaga"), lambda offer: offer.organisation.name),
    Column(gettext_lazy("Yang ditawarkan"), lambda offer: offer.description),
    Column(gettext_lazy("Untuk wilayah"), lambda offer: offer.region.title),
    Column(gettext_lazy("Kode wilayah"), lambda offer: offer.region.code),
    Column(
        gettext_lazy("Bidang"),
        label(Theme, lambda offer: offer.theme),
        definition=gettext_lazy("Kosong: bidang apa pun."),
    ),
    Column(gettext_lazy("Bentuk dukungan"), label(PartnershipKind, lambda offer: offer.kind)),
    Column(gettext_lazy("Jumlah"), lambda offer: offer.quantity, Kind.NUMBER),
    Column(gettext_lazy("Satuan"), lambda offer: offer.unit),
    Column(gettext_lazy("Nilai (Rp)"), lambda offer: offer.rupiah, Kind.NUMBER),
    Column(gettext_lazy("Mulai"), lambda offer: offer.starts_on, Kind.DATE),
    Column(gettext_lazy("Sampai"), lambda offer: offer.ends_on, Kind.DATE),
    Column(gettext_lazy("Keadaan"), label(OfferState, lambda offer: offer.state)),
)


@reads
def offers(request: "SignedInRequest") -> HttpResponse:
    choice = OfferChoice(request.GET, offers=Offer.objects.visible_to(request.user))
    page = Paginator(choice.found.for_list(), PER_PAGE).get_page(request.GET.get("hal"))
    return render(
        request,
        "stakeholders/offers.html",
        {
            "choice": choice,
            "page": page,
            "page_query": without(request.GET, "hal"),
            "today": timezone.localdate(),
            "may_add": permissions.states_offers(request.user),
        },
        status=200 if choice.is_valid() else 400,
    )


@reads
def offers_export(request: "SignedInRequest", form: str) -> "HttpResponseBase":
    choice = OfferChoice(request.GET, offers=Offer.objects.visible_to(request.user))
    if not choice.is_valid():
        return refused(choice.errors)
    listing = Listing(
        name="penawaran",
        title=_("Penawaran lembaga pendukung"),
        unit=_("satu baris satu penawaran"),
        columns=OFFERS,
        rows=choice.found.for_list().iterator(CHUNK),
        told=narrowed_by(choice),
    )
    return file_of(listing, form, request.GET)


@reads
def offer(request: "SignedInRequest", pk: int) -> HttpResponse:
    return _page(request, _found(request, pk))


@require_http_methods(["GET", "HEAD", "POST"])
def offer_add(request: "SignedInRequest") -> HttpResponse:
    if not permissions.states_offers(request.user):
        raise PermissionDenied
    if request.method != "POST":
        return _form_page(request, OfferForm(by=request.user))
    form = OfferForm(request.POST, by=request.user)
    if not form.is_valid():
        return _form_page(request, form, status=422)
    try:
        offer = services.state_offer(
            organisation=form.cleaned_data["organisation"], terms=form.terms, by=request.user
        )
    except ValidationError as error:
        form.add_error(None, error)
        return _form_page(request, form, status=422)
    messages.success(request, _("Penawaran tercatat."))
    return redirect(offer)


@require_http_methods(["GET", "HEAD", "POST"])
def offer_change(request: "SignedInRequest", pk: int) -> HttpResponse:
    offer = _found(request, pk)
    if not permissions.can_change_offer(request.user, offer):
        raise PermissionDenied
    if request.method != "POST":
        return _form_page(request, OfferForm(by=request.user, offer=offer), offer=offer)
    form = OfferForm(request.POST, by=request.user, offer=offer)
    if not form.is_valid():
        return _form_page(request, form, offer=offer, status=422)
    try:
        services.change_offer(offer=offer, terms=form.terms, by=request.user)
    except ValidationError as error:
        form.add_error(None, error)
        return _form_page(request, form, offer=offer, status=422)
    except MovedOn as late:
        return _moved_on(request, offer, str(late))
    messages.success(request, _("Perubahan tersimpan."))
    return redirect(offer)


@require_POST
def offer_withdraw(request: "SignedInRequest", pk: int) -> HttpResponse:
    offer = _found(request, pk)
    try:
        services.withdraw_offer(offer=offer, by=request.user)
    except MovedOn as late:
        return _moved_on(request, offer, str(late))
    messages.success(request, _("Penawaran ditarik."))
    return redirect(offer)


def _found(request: "SignedInRequest", pk: int) -> Offer:
    return get_object_or_404(Offer.objects.visible_to(request.user).for_list(), pk=pk)


def _moved_on(request: "SignedInRequest", offer: Offer, text: str) -> HttpResponse:
    messages.error(request, text)
    return _page(request, _found(request, offer.pk), status=409)


def _page(request: "SignedInRequest", offer: Offer, *, status: int = 200) -> HttpResponse:
    commitments = Commitment.objects.visible_to(request.user).filter(offer=offer)
    may_change = offer.state == OfferState.OPEN and permissions.can_change_offer(
        request.user, offer
    )
    context = {
        "offer": offer,
        "left": services.amount_left(offer),
        "is_over": offer.ends_on is not None and offer.ends_on < timezone.localdate(),
        "commitments": list(commitments.for_list().order_by("-accepted_at", "-pk")),
        "today": timezone.localdate(),
        "may_change": may_change and not offer.commitments.under_way().exists(),
    }
    return render(request, "stakeholders/offer.html", context, status=status)


def _form_page(
    request: "SignedInRequest", form: OfferForm, *, offer: Offer | None = None, status: int = 200
) -> HttpResponse:
    context = {"form": form, "offer": offer}
    return render(request, "stakeholders/offer_form.html", context, status=status)
