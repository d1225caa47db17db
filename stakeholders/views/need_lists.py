"""Needs as a board, as a list and as a file."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from libraries.enums import Level, Theme
from libraries.models import Library, Region
from stakeholders import permissions
from stakeholders.enums import ON_THE_BOARD, NeedState, PartnershipKind, Urgency
from stakeholders.forms.needs import NeedChoice
from stakeholders.models import Need
from tpbis.accounts.enums import Role
from tpbis.core.downloads import refused
from tpbis.core.exports import Column, Listing, file_of, label, narrowed_by
from tpbis.core.http import reads
from tpbis.core.spreadsheets import Kind
from tpbis.core.tables import without

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

    from stakeholders.querysets import NeedQuerySet
    from tpbis.accounts.models import SignedInRequest

PER_PAGE = 50
PER_COLUMN = 10
CHUNK = 1_000
LIST = "daftar"


def _place_code(need: Need) -> str:
    return need.library.region.code if need.library else need.region.code


NEEDS: tuple[Column[Need], ...] = (
    Column(gettext_lazy("Kebutuhan"), lambda need: need.title),
    Column(
        gettext_lazy("Perpustakaan atau wilayah"),
        lambda need: need.place_name(),
        definition=gettext_lazy("Siapa yang membutuhkan."),
    ),
    Column(gettext_lazy("Kode wilayah"), _place_code),
    Column(gettext_lazy("Kabupaten/kota"), lambda need: need.region.title),
    Column(gettext_lazy("Bidang"), label(Theme, lambda need: need.theme)),
    Column(gettext_lazy("Bentuk dukungan"), label(PartnershipKind, lambda need: need.kind)),
    Column(gettext_lazy("Jumlah"), lambda need: need.quantity, Kind.NUMBER),
    Column(gettext_lazy("Satuan"), lambda need: need.unit),
    Column(
        gettext_lazy("Perkiraan biaya (Rp)"),
        lambda need: need.rupiah,
        Kind.NUMBER,
        gettext_lazy("Kosong: belum diperkirakan."),
    ),
    Column(gettext_lazy("Orang yang terbantu"), lambda need: need.people, Kind.NUMBER),
    Column(gettext_lazy("Kapan dibutuhkan"), label(Urgency, lambda need: need.urgency)),
    Column(
        gettext_lazy("Prioritas"),
        lambda need: need.priority,
        Kind.NUMBER,
        gettext_lazy("Ditetapkan provinsi; 1 paling dulu."),
    ),
    Column(gettext_lazy("Keadaan"), label(NeedState, lambda need: need.state)),
    Column(gettext_lazy("Alasan"), lambda need: need.why),
)


@dataclass(frozen=True, slots=True)
class BoardColumn:
    state: NeedState
    count: int
    needs: tuple[Need, ...]  # the first of them

    @property
    def more(self) -> int:
        return self.count - len(self.needs)


@reads
def needs(request: "SignedInRequest") -> HttpResponse:
    """As a board; with ``?tampilan=daftar``, or narrowed to one state, as a list."""
    seen = Need.objects.visible_to(request.user)
    choice = NeedChoice(request.GET, needs=seen)
    found = choice.found
    is_list = request.GET.get("tampilan") == LIST or bool(request.GET.get("keadaan"))
    listed = found.for_list().first_things_first()
    return render(
        request,
        "stakeholders/needs.html",
        {
            "choice": choice,
            "is_list": is_list,
            "count": found.count(),
            "page": Paginator(listed, PER_PAGE).get_page(request.GET.get("hal"))
            if is_list
            else None,
            "columns": [] if is_list else _board(found),
            "waiting": seen.filter(state=NeedState.STATED).count(),
            "page_query": without(request.GET, "hal"),
            "other_query": without(request.GET, "hal", "tampilan", "keadaan"),
            "is_supporter": request.user.role == Role.SUPPORTER,
            "may_see_map": request.user.role not in (Role.LIBRARIAN, Role.SUPPORTER),
            "may_judge": permissions.brings_together(request.user),
            **_may_state(request),
        },
        status=200 if choice.is_valid() else 400,
    )


@reads
def needs_export(request: "SignedInRequest", form: str) -> "HttpResponseBase":
    choice = NeedChoice(request.GET, needs=Need.objects.visible_to(request.user))
    if not choice.is_valid():
        return refused(choice.errors)
    listing = Listing(
        name="kebutuhan",
        title=_("Kebutuhan perpustakaan"),
        unit=_("satu baris satu kebutuhan"),
        columns=NEEDS,
        rows=choice.found.for_list().first_things_first().iterator(CHUNK),
        told=narrowed_by(choice),
    )
    return file_of(listing, form, request.GET)


def _board(found: "NeedQuerySet") -> list[BoardColumn]:
    counts = dict(
        found.on_board()
        .order_by()
        .values_list("state")
        .annotate(count=Count("pk"))
        .values_list("state", "count")
    )
    return [
        BoardColumn(
            state,
            counts.get(state, 0),
            tuple(found.filter(state=state).for_list().first_things_first()[:PER_COLUMN]),
        )
        for state in ON_THE_BOARD
    ]


def _may_state(request: "SignedInRequest") -> dict[str, object]:
    """For whom the reader may state one right here: a librarian's library, staff's widest place."""
    user = request.user
    if user.role == Role.LIBRARIAN:
        return {"own_library": Library.objects.visible_to(user).order_by("pk").first()}
    if not permissions.brings_together(user):
        return {}
    own = Region.objects.visible_to(user).filter(level__lte=Level.REGENCY)
    return {"own_region": own.order_by("level", "code").first()}
