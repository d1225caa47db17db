"""One library that stands in the register twice."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from libraries import queries, services
from libraries.enums import Level
from libraries.forms.register import MergeForm
from libraries.models import Library
from libraries.views.register import kept_library

if TYPE_CHECKING:
    from tpbis.accounts.models import SignedInRequest

FOUND = 20


@require_http_methods(["GET", "HEAD", "POST"])
def library_merge(request: "SignedInRequest", pk: int) -> HttpResponse:
    """Choose the other one, compare the two, confirm. ``pk`` is the one that stays."""
    keep = kept_library(request, pk)
    asked = request.POST if request.method == "POST" else request.GET
    if not asked.get("dengan"):
        return _choice_page(request, keep, status=422 if request.method == "POST" else 200)
    duplicate = kept_library(request, _number(asked["dengan"]))
    form = MergeForm(request.POST or None)
    try:
        services.check_merger(keep, duplicate)
    except services.CannotMerge as refused:
        return _choice_page(request, keep, refusal=str(refused), status=409)
    if request.method != "POST":
        return _comparison(request, keep, duplicate, form)
    if not form.is_valid():
        return _comparison(request, keep, duplicate, form, status=422)
    try:
        keep = services.merge(keep=keep, duplicate=duplicate, by=request.user)
    except services.CannotMerge as refused:
        form.add_error(None, str(refused))
        return _comparison(request, keep, duplicate, form, status=409)
    text = _("%(duplicate)s sudah digabung ke %(keep)s.")
    messages.success(request, text % {"duplicate": duplicate.name, "keep": keep.name})
    return redirect(keep)


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise Http404
    return int(text)


def _choice_page(
    request: "SignedInRequest", keep: Library, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    words = request.GET.get("cari", "").strip()
    mine = Library.objects.visible_to(request.user).exclude(pk=keep.pk).for_list()
    found = mine.called(words) if words else mine.none()
    return render(
        request,
        "libraries/library_merge_choice.html",
        {
            "library": keep,
            "refusal": refusal,
            "words": words,
            "found": found.order_by("name", "pk")[:FOUND],
            "alike": mine.like(keep).order_by("name", "pk")[:FOUND],
        },
        status=status,
    )


def _comparison(
    request: "SignedInRequest",
    keep: Library,
    duplicate: Library,
    form: MergeForm,
    *,
    status: int = 200,
) -> HttpResponse:
    return render(
        request,
        "libraries/library_merge.html",
        {
            "keep": keep,
            "duplicate": duplicate,
            "form": form,
            "facts": _compared(keep, duplicate),
        },
        status=status,
    )


@dataclass(frozen=True, slots=True)
class Compared:
    """One fact of both, and what will hold afterwards."""

    label: str
    keep: str
    duplicate: str
    merged: str


def _compared(keep: Library, duplicate: Library) -> list[Compared]:
    merged = Library(
        name=keep.name,
        kind=keep.kind,
        region=keep.region,
        source=keep.source,
        **asdict(services.merged_content(keep, duplicate)),
    )
    facts = [
        Compared(str(label), *(say(library) or "–" for library in (keep, duplicate, merged)))
        for label, say in _FACTS
    ]
    names, others = (_names(library) for library in (keep, duplicate))
    people, more = (_people(library) for library in (keep, duplicate))
    return [
        *facts,
        Compared(_("Nama lain"), *_joined(names, others, [duplicate.name])),
        Compared(_("Pengelola"), *_joined(people, more, [])),
    ]


def _names(library: Library) -> list[str]:
    return list(library.aliases.order_by("name").values_list("name", flat=True))


def _people(library: Library) -> list[str]:
    return [place.user.full_name for place in queries.librarians_of(library)]


def _joined(ours: list[str], theirs: list[str], more: list[str]) -> list[str]:
    all_of_them = list(dict.fromkeys([*ours, *theirs, *more]))
    return ["; ".join(names) or "–" for names in (ours, theirs, all_of_them)]


def _place(library: Library) -> str:
    parts = [library.region.title]
    if library.region.level == Level.VILLAGE and library.region.parent:
        parts.append(library.region.parent.title)
    return ", ".join(parts)


def _rooms(library: Library) -> str:
    rooms = {
        _("berbagi pengalaman"): library.has_sharing_room,
        _("belajar kontekstual"): library.has_learning_room,
        _("berlatih keterampilan"): library.has_practice_room,
    }
    return ", ".join(name for name, is_there in rooms.items() if is_there)


_FACTS: tuple[tuple[Any, Callable[[Library], str]], ...] = (
    (gettext_lazy("Nama"), lambda library: library.name),
    (gettext_lazy("Wilayah"), _place),
    (gettext_lazy("Jenis"), lambda library: library.get_kind_display()),
    (gettext_lazy("Sumber program"), lambda library: library.get_source_display()),
    (gettext_lazy("Bergabung"), lambda library: date_format(library.joined_on, "j F Y")),
    (gettext_lazy("NPP"), lambda library: library.npp),
    (gettext_lazy("Tanda program"), lambda library: ", ".join(library.tags)),
    (gettext_lazy("Alamat"), lambda library: library.address),
    (
        gettext_lazy("Narahubung"),
        lambda library: " · ".join(filter(None, (library.contact_name, library.contact_phone))),
    ),
    (gettext_lazy("Ruang"), _rooms),
)
