"""A pair of need and organisation that staff accepted: promised, realised with evidence, lapsed."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from stakeholders import permissions
from stakeholders.enums import UNDER_WAY, CommitmentState, MatchReason
from stakeholders.forms.commitments import CommitmentChoice, MatchForm, PromiseForm, RealiseForm
from stakeholders.forms.needs import ReasonForm
from stakeholders.models import Commitment, Need
from stakeholders.services import commitments as services
from stakeholders.services.amounts import MovedOn
from stakeholders.views.kept_files import kept_file
from tpbis.accounts.enums import Role
from tpbis.accounts.history import history_of
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
EVENTS_SHOWN = 30

COMMITMENTS: tuple[Column[Commitment], ...] = (
    Column(gettext_lazy("Lembaga"), lambda one: one.organisation.name),
    Column(gettext_lazy("Kebutuhan"), lambda one: one.need.title),
    Column(gettext_lazy("Perpustakaan atau wilayah"), lambda one: one.need.place_name()),
    Column(gettext_lazy("Kabupaten/kota"), lambda one: one.need.region.title),
    Column(gettext_lazy("Jumlah"), lambda one: one.quantity, Kind.NUMBER),
    Column(gettext_lazy("Satuan"), lambda one: one.unit),
    Column(gettext_lazy("Nilai (Rp)"), lambda one: one.rupiah, Kind.NUMBER),
    Column(gettext_lazy("Batas waktu"), lambda one: one.due_on, Kind.DATE),
    Column(gettext_lazy("Keadaan"), label(CommitmentState, lambda one: one.state)),
    Column(
        gettext_lazy("Alasan gugur"),
        lambda one: one.reason,
        definition=gettext_lazy("Hanya bila komitmennya gugur."),
    ),
)


# --- Lists ----------------------------------------------------------------------------------------


@reads
def commitments(request: "SignedInRequest") -> HttpResponse:
    seen = Commitment.objects.visible_to(request.user)
    choice = CommitmentChoice(request.GET, commitments=seen)
    listed = choice.found.for_list().order_by("due_on", "pk")
    return render(
        request,
        "stakeholders/commitments.html",
        {
            "choice": choice,
            "page": Paginator(listed, PER_PAGE).get_page(request.GET.get("hal")),
            "page_query": without(request.GET, "hal"),
            "overdue": seen.overdue(timezone.localdate()).count(),
            "today": timezone.localdate(),
        },
        status=200 if choice.is_valid() else 400,
    )


@reads
def commitments_export(request: "SignedInRequest", form: str) -> "HttpResponseBase":
    choice = CommitmentChoice(request.GET, commitments=Commitment.objects.visible_to(request.user))
    if not choice.is_valid():
        return refused(choice.errors)
    listing = Listing(
        name="komitmen",
        title=_("Komitmen lembaga pendukung"),
        unit=_("satu baris satu komitmen"),
        columns=COMMITMENTS,
        rows=choice.found.for_list().order_by("due_on", "pk").iterator(CHUNK),
        told=narrowed_by(choice),
    )
    return file_of(listing, form, request.GET)


# --- Accepting a match ----------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def commitment_add(request: "SignedInRequest", pk: int) -> HttpResponse:
    """Bring a need and an organisation together; ``?lembaga=`` and ``?tawaran=`` are filled in, and
    ``?alasan=`` says why they were proposed."""
    need = get_object_or_404(Need.objects.visible_to(request.user).for_list(), pk=pk)
    if not permissions.can_judge_need(request.user, need):
        raise PermissionDenied
    if request.method != "POST":
        asked = {"organisation": request.GET.get("lembaga"), "offer": request.GET.get("tawaran")}
        form = MatchForm(need=need, by=request.user, initial=asked)
        return _match_page(request, need, form)
    form = MatchForm(request.POST, need=need, by=request.user)
    if not form.is_valid():
        return _match_page(request, need, form, status=422)
    try:
        commitment = services.accept_match(
            need=need,
            organisation=form.cleaned_data["organisation"],
            offer=form.cleaned_data["offer"],
            amount=form.amount,
            due_on=form.cleaned_data["due_on"],
            reasons=_reasons(request),
            by=request.user,
        )
    except ValidationError as error:
        form.add_error(None, error)
        return _match_page(request, need, form, status=422)
    except MovedOn as late:
        form.add_error(None, str(late))
        return _match_page(request, need, form, status=409)
    messages.success(request, _("Dipasangkan. Hubungi lembaganya untuk kepastian."))
    return redirect(commitment)


def _reasons(request: "SignedInRequest") -> list[MatchReason]:
    given = request.GET.get("alasan", "").split(",")
    return [reason for reason in MatchReason if reason.value in given]


def _match_page(
    request: "SignedInRequest", need: Need, form: MatchForm, *, status: int = 200
) -> HttpResponse:
    context = {"need": need, "form": form, "reasons": [one.label for one in _reasons(request)]}
    return render(request, "stakeholders/commitment_form.html", context, status=status)


# --- One commitment -------------------------------------------------------------------------------


@reads
def commitment(request: "SignedInRequest", pk: int) -> HttpResponse:
    return _page(request, _found(request, pk))


@reads
def commitment_file(request: "SignedInRequest", pk: int) -> FileResponse:
    """The evidence that it came."""
    return kept_file(_found(request, pk).file_name, called=f"bukti-komitmen-{pk}")


@require_POST
def commitment_promise(request: "SignedInRequest", pk: int) -> HttpResponse:
    commitment, form = _found(request, pk), PromiseForm(request.POST)

    def promise() -> None:
        services.promise(
            commitment=commitment,
            amount=form.amount,
            due_on=form.cleaned_data["due_on"],
            by=request.user,
        )

    return _answered(request, commitment, form, promise, _("Komitmen dipastikan."), "promising")


@require_POST
def commitment_realise(request: "SignedInRequest", pk: int) -> HttpResponse:
    commitment, form = _found(request, pk), RealiseForm(request.POST, request.FILES)
    if not permissions.can_realise(request.user, commitment):
        raise PermissionDenied

    def realise() -> None:
        services.realise(
            commitment=commitment,
            gift=form.gift,
            evidence=form.cleaned_data["evidence"],
            lasts_until=form.cleaned_data["lasts_until"],
            by=request.user,
        )

    done = _("Terwujud: dukungan dan kemitraannya tercatat.")
    return _answered(request, commitment, form, realise, done, "realising")


@require_POST
def commitment_lapse(request: "SignedInRequest", pk: int) -> HttpResponse:
    commitment, form = _found(request, pk), ReasonForm(request.POST)

    def lapse() -> None:
        services.lapse(commitment=commitment, reason=form.cleaned_data["reason"], by=request.user)

    done = _("Komitmen digugurkan.")
    return _answered(request, commitment, form, lapse, done, "lapsing")


def _found(request: "SignedInRequest", pk: int) -> Commitment:
    return get_object_or_404(Commitment.objects.visible_to(request.user).for_list(), pk=pk)


def _answered(
    request: "SignedInRequest",
    commitment: Commitment,
    form: forms.Form,
    act: Callable[[], None],
    done: str,
    shown_as: str,
) -> HttpResponse:
    if not form.is_valid():
        return _page(request, commitment, status=422, **{shown_as: form})
    try:
        act()
    except ValidationError as error:
        form.add_error(None, error)
        return _page(request, commitment, status=422, **{shown_as: form})
    except MovedOn as late:
        messages.error(request, str(late))
        return _page(request, _found(request, commitment.pk), status=409)
    messages.success(request, done)
    return redirect(commitment)


def _page(
    request: "SignedInRequest",
    commitment: Commitment,
    *,
    status: int = 200,
    promising: forms.Form | None = None,
    realising: forms.Form | None = None,
    lapsing: forms.Form | None = None,
) -> HttpResponse:
    is_under_way = commitment.state in UNDER_WAY
    may_promise = is_under_way and permissions.can_promise(request.user, commitment)
    may_realise = is_under_way and permissions.can_realise(request.user, commitment)
    history = []
    if permissions.can_realise(request.user, commitment):
        place = commitment.need.place()
        history = history_of(commitment, limit=EVENTS_SHOWN, within=[place])
    promising = promising or PromiseForm.of(commitment)
    realising, lapsing = realising or RealiseForm.of(commitment), lapsing or ReasonForm()
    # No two fields of a page have the same id.
    promising.auto_id, realising.auto_id, lapsing.auto_id = "pasti_%s", "datang_%s", "gugur_%s"
    context: dict[str, Any] = {
        "commitment": commitment,
        "need": commitment.need,
        "offer": commitment.offer if request.user.role != Role.LIBRARIAN else None,
        "is_overdue": commitment.is_overdue(timezone.localdate()),
        "reasons": [MatchReason(code).label for code in commitment.reasons],
        "may_promise": may_promise and commitment.state == CommitmentState.MATCHED,
        "may_lapse": may_promise,
        "promising": promising,
        "realising": realising,
        "lapsing": lapsing,
        "may_realise": may_realise,
        "history": history,
    }
    return render(request, "stakeholders/commitment.html", context, status=status)
