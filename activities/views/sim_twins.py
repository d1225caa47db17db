"""Entries of the SIM that look like one made here: the same thing told twice, or two things?"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from activities import sim as services
from activities.enums import MERGED, SimTwinState
from activities.models import SimTwin
from tpbis.core.http import reads

if TYPE_CHECKING:
    from tpbis.accounts.models import SignedInRequest

PER_PAGE = 25
# The tabs: their word in the address, what they are called, and the states they show.
TABS = (
    ("menunggu", gettext_lazy("Menunggu"), (SimTwinState.WAITING,)),
    ("sama", gettext_lazy("Digabung"), MERGED),
    ("beda", gettext_lazy("Tidak sama"), (SimTwinState.DIFFERENT,)),
)


@reads
def twins(request: "SignedInRequest") -> HttpResponse:
    return _page(request)


@require_POST
def same(request: "SignedInRequest", pk: int) -> HttpResponse:
    twin = _twin(request, pk)
    try:
        services.is_same(twin=twin, by=request.user)
    except services.AlreadyMerged:
        messages.error(request, _("Salah satunya sudah digabung dengan catatan lain."))
        return _page(request, status=409)
    messages.success(request, _("Digabung: yang dihitung satu, keduanya tetap tersimpan."))
    return redirect("activities:sim_twins")


@require_POST
def different(request: "SignedInRequest", pk: int) -> HttpResponse:
    return _say(request, pk, services.is_different, _("Dicatat: dua kegiatan, dihitung keduanya."))


@require_POST
def later(request: "SignedInRequest", pk: int) -> HttpResponse:
    return _say(request, pk, services.decide_later, _("Keputusan dicabut."))


def _say(
    request: "SignedInRequest", pk: int, decide: Callable[..., object], said: str
) -> HttpResponse:
    decide(twin=_twin(request, pk), by=request.user)
    messages.success(request, said)
    return redirect("activities:sim_twins")


def _twin(request: "SignedInRequest", pk: int) -> SimTwin:
    return get_object_or_404(SimTwin.objects.visible_to(request.user).standing(), pk=pk)


def _page(request: "SignedInRequest", *, status: int = 200) -> HttpResponse:
    asked = request.GET.get("tampil", "")
    chosen = next((tab for tab in TABS if tab[0] == asked), TABS[0])
    pairs = SimTwin.objects.visible_to(request.user).standing().for_list()
    page = Paginator(pairs.filter(state__in=chosen[2]), PER_PAGE).get_page(request.GET.get("hal"))
    context = {"tabs": TABS, "chosen": chosen[0], "page": page, "query": f"tampil={chosen[0]}"}
    return render(request, "activities/sim_twins.html", context, status=status)
