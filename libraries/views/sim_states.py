"""The state of many SIM accounts, from a list: looked at first, then noted."""

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from libraries import services
from libraries.enums import SimState
from libraries.forms.sim_states import SimListForm
from libraries.imports import sim_list
from libraries.imports.columns import BadRoster
from libraries.models import Library
from tpbis.core.http import reads

if TYPE_CHECKING:
    from libraries.imports.sim_list import SimPlan
    from tpbis.accounts.models import SignedInRequest

SHOWN = 200  # rows of each kind; the numbers tell of all


@require_http_methods(["GET", "HEAD", "POST"])
def sim_states(request: "SignedInRequest") -> HttpResponse:
    if request.method != "POST":
        return _form(request)
    form = SimListForm(request.POST, request.FILES)
    if not form.is_valid():
        return _form_page(request, form, status=422)
    libraries = Library.objects.visible_to(request.user)
    try:
        made = sim_list.plan(form.cleaned_data["table"], libraries=libraries)
    except BadRoster as bad:
        form.add_error("berkas" if request.FILES else "daftar", str(bad))
        return _form_page(request, form, status=422)
    if "simpan" not in request.POST:
        return _plan_page(request, form, made)
    return _note(request, form, made)


def _note(request: "SignedInRequest", form: SimListForm, made: "SimPlan") -> HttpResponse:
    if request.POST.get("pemeriksaan", "") != made.fingerprint:
        messages.error(request, _("Keadaannya berubah sejak diperiksa. Baca lagi, lalu simpan."))
        return _plan_page(request, form, made, status=409)
    if made.rejected and request.POST.get("hanya_benar") != "ya":
        messages.error(request, _("Masih ada baris yang ditolak."))
        return _plan_page(request, form, made, status=422)
    noted = services.note_sim_states(notes=[one.note for one in made.changes], by=request.user)
    messages.success(request, _("%(count)s akun SIM dicatat.") % {"count": len(noted)})
    return redirect("libraries:sim_states")


@reads
def _form(request: "SignedInRequest") -> HttpResponse:
    return _form_page(request, SimListForm())


def _form_page(request: "SignedInRequest", form: SimListForm, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "states": [str(state.label) for state in SimState]}
    return render(request, "libraries/sim_states.html", context, status=status)


def _plan_page(
    request: "SignedInRequest", form: SimListForm, made: "SimPlan", *, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {
        "made": made,
        "text": form.cleaned_data["daftar"],
        "changes": made.changes[:SHOWN],
        "rejected": made.rejected[:SHOWN],
        "shown": SHOWN,
    }
    return render(request, "libraries/sim_states_plan.html", context, status=status)
