"""Names of the SIM that wait for a person: whose rows are they?"""

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from activities import sim as services
from activities.forms.sim_names import LinkForm, RegisterForm
from activities.http import asked_words
from libraries.enums import Level, LibraryKind, ProgrammeSource
from libraries.models import Library
from tpbis.core.http import reads

if TYPE_CHECKING:
    from activities.sim import Spelling
    from tpbis.accounts.models import SignedInRequest

PER_PAGE = 20
MOST_FOUND = 20
_BUSY = "Impor SIM lain sedang berjalan. Coba lagi sebentar lagi."


@reads
def names(request: "SignedInRequest") -> HttpResponse:
    ignored = request.GET.get("tampil") == "diabaikan"
    groups = services.waiting(ignored=ignored)
    page = Paginator(groups, PER_PAGE).get_page(request.GET.get("hal"))
    context = {
        "page": page,
        "spellings": services.spellings(page.object_list),
        "ignored": ignored,
        "query": "tampil=diabaikan" if ignored else "",
    }
    return render(request, "activities/sim_names.html", context)


@reads
def name(request: "SignedInRequest", key: str) -> HttpResponse:
    return _page(request, _spelling(key))


@require_POST
def link(request: "SignedInRequest", key: str) -> HttpResponse:
    spelling = _spelling(key)
    form = LinkForm(request.POST, user=request.user)
    if not form.is_valid():
        messages.error(request, " ".join(str(text) for text in form.errors["perpustakaan"]))
        return _page(request, spelling, status=422)
    library = form.cleaned_data["perpustakaan"]
    try:
        services.link_to(key=key, library=library, by=request.user)
    except services.AnotherImport:
        return _busy(request, spelling)
    _tell(request, spelling, library)
    return redirect("activities:sim_names")


@require_POST
def register(request: "SignedInRequest", key: str) -> HttpResponse:
    spelling = _spelling(key)
    form = RegisterForm(request.POST, user=request.user)
    if not form.is_valid():
        return _page(request, spelling, form, status=422)
    try:
        library = services.register(key=key, by=request.user, **form.cleaned_data)
    except ValidationError as error:
        form.add_error(None, " ".join(error.messages))
        return _page(request, spelling, form, status=422)
    except services.AnotherImport:
        return _busy(request, spelling)
    _tell(request, spelling, library)
    return redirect("activities:sim_names")


@require_POST
def ignore(request: "SignedInRequest", key: str) -> HttpResponse:
    spelling = _spelling(key)
    services.ignore(key=key, by=request.user)
    messages.success(
        request, _("“%(name)s” diabaikan. Barisnya tetap tersimpan.") % _named(spelling)
    )
    return redirect("activities:sim_names")


@require_POST
def restore(request: "SignedInRequest", key: str) -> HttpResponse:
    spelling = _spelling(key)
    services.restore(key=key, by=request.user)
    messages.success(request, _("“%(name)s” kembali ke antrean.") % _named(spelling))
    return redirect("activities:sim_name", key=key)


def _spelling(key: str) -> "Spelling":
    found = services.spelling(key)
    if found is None:
        raise Http404
    return found


def _named(spelling: "Spelling") -> dict[str, str]:
    return {"name": spelling.where.library}


def _tell(request: "SignedInRequest", spelling: "Spelling", library: Library) -> None:
    text = ngettext(
        "%(rows)s baris ditautkan ke %(library)s. Nama ini diingat.",
        "%(rows)s baris ditautkan ke %(library)s. Nama ini diingat.",
        spelling.rows,
    )
    messages.success(request, text % {"rows": spelling.rows, "library": library.name})


def _busy(request: "SignedInRequest", spelling: "Spelling") -> HttpResponse:
    messages.error(request, _(_BUSY))
    return _page(request, spelling, status=409)


def _page(
    request: "SignedInRequest",
    spelling: "Spelling",
    form: RegisterForm | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    asked = asked_words(request, "cari")
    found = Library.objects.visible_to(request.user).filter(name__icontains=asked)
    context = {
        "spelling": spelling,
        "kinds": services.kinds_of(spelling.key),
        "is_ignored": services.is_ignored(spelling.key),
        "asked": asked,
        "found": _for_choice(found) if asked else [],
        "form": form or RegisterForm(user=request.user, initial=_initial(spelling)),
        "is_open": form is not None,
    }
    return render(request, "activities/sim_name.html", context, status=status)


def _for_choice(found: Any) -> list[Library]:
    return list(
        found.select_related("region", "region__parent", "regency").order_by("name", "pk")[
            :MOST_FOUND
        ]
    )


def _initial(spelling: "Spelling") -> dict[str, Any]:
    """What the SIM says of it; the village where only one may be meant."""
    initial: dict[str, Any] = {
        "name": spelling.where.library[:200],
        "source": ProgrammeSource.NATIONAL,
        "kind": LibraryKind.VILLAGE,
    }
    if len(spelling.regions) == 1:
        region = spelling.regions[0]
        initial["region"] = region.code
        if region.level == Level.VILLAGE and region.code.rpartition(".")[2].startswith("1"):
            initial["kind"] = LibraryKind.URBAN_VILLAGE
    return initial
