"""Awards: who was green at a closing and for how long, and what the province decided about it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from kpi import permissions, services
from kpi import queries as kpi
from kpi.enums import AwardDecision
from kpi.models import Closing
from libraries.http import blame
from libraries.models import Library
from libraries.permissions import sees_people
from reports.forms import AwardChoice, AwardForm
from reports.views.places import offered
from tpbis.core import periods
from tpbis.core.downloads import refused, table_file
from tpbis.core.exports import facts
from tpbis.core.http import reads
from tpbis.core.tables import Column, Columns, headings, sorted_rows, without

if TYPE_CHECKING:
    from tpbis.accounts.models import SignedInRequest
    from tpbis.core.spreadsheets import Cell

PER_PAGE = 50
NOT_GREEN = -1  # sorts below every score


@dataclass(frozen=True, slots=True)
class Row:
    """A library of the list."""

    library: Library
    standing: kpi.AwardStanding

    @property
    def flags(self) -> list[str]:
        """What is open, in words."""
        return [str(kind.label).lower() for kind in self.standing.open_flags.kinds]


def _decision(row: Row) -> str:
    return row.standing.award.decision if row.standing.award else ""


ROWS: Columns[Row] = {
    "nama": Column(
        pgettext_lazy("kolom", "Perpustakaan"),
        lambda row: row.library.name.casefold(),
        numeric=False,
    ),
    "poin": Column(
        _("Poin"),
        lambda row: NOT_GREEN if row.standing.points is None else row.standing.points,
    ),
    "hijau": Column(_("Penutupan hijau"), lambda row: row.standing.greens),
    "tanda": Column(
        _("Tanda terbuka"), lambda row: len(row.standing.open_flags.kinds), numeric=False
    ),
    "keputusan": Column(_("Keputusan"), _decision, numeric=False),
}


@require_http_methods(["GET", "HEAD", "POST"])
def awards(request: "SignedInRequest") -> HttpResponse:
    return _decide(request) if request.method == "POST" else _show(request)


@reads
def awards_export(request: "SignedInRequest", form: str) -> HttpResponseBase:
    """What the list shows, as csv or xlsx."""
    choice = _choice(request)
    if not choice.is_valid():
        return refused(choice.errors)
    closing, found = choice.closing, None
    if closing is not None:
        found = kpi.award_candidates(closing, choice.within(), choice.conditions)
    rows = _rows(choice, found, request.GET.get("urut", "nama"))
    name = f"penghargaan-{periods.month_code(closing.through)}" if closing else "penghargaan"
    return table_file(
        _table(rows, found, with_notes=sees_people(request.user)),
        form,
        name=name,
        sheet=gettext("Penghargaan"),
        about=_about(choice, closing, found, len(rows)),
        asked=request.GET,
    )


# --- The page -------------------------------------------------------------------------------------


@reads
def _show(request: "SignedInRequest") -> HttpResponse:
    choice = _choice(request)
    return _page(request, choice, status=200 if choice.is_valid() else 400)


def _choice(request: "SignedInRequest") -> AwardChoice:
    closings = Closing.objects.order_by("-through")
    return AwardChoice(request.GET, user=request.user, closings=list(closings))


def _page(
    request: "SignedInRequest",
    choice: AwardChoice,
    *,
    form: AwardForm | None = None,
    status: int = 200,
) -> HttpResponse:
    closing = choice.closing if choice.is_valid() else None
    found = None
    if closing is not None:
        found = kpi.award_candidates(closing, choice.within(), choice.conditions)
    order = request.GET.get("urut", "nama")
    page = Paginator(_rows(choice, found, order), PER_PAGE).get_page(request.GET.get("hal"))
    may_decide = found is not None and permissions.decides_awards(request.user)
    if may_decide and form is None and closing is not None:
        form = AwardForm(user=request.user, closing=closing, offered=())
    return render(
        request,
        "reports/awards.html",
        {
            "choice": choice,
            "asked": _asked(request, choice),
            "regions": offered(request.user, choice.region),
            "region": choice.region,
            "closing": closing,
            "found": found,
            "page": page,
            "headings": headings(
                ROWS,
                notes={},
                asked=request.GET,
                parameter="urut",
                chosen=order,
            ),
            "order": order,
            "page_query": without(request.GET, "hal"),
            "whole_query": request.GET.urlencode(),
            "may_decide": may_decide,
            "shows_notes": sees_people(request.user),
            "form": form,
            "ticked": form.ticked if form is not None else set(),
        },
        status=status,
    )


def _asked(request: "SignedInRequest", choice: AwardChoice) -> dict[str, str]:
    """As typed; where nothing was, what is meant."""
    usual = kpi.AwardConditions()
    meant = {"minimal": str(usual.least), "dari": str(usual.last)}
    if choice.is_valid():
        conditions = choice.conditions
        meant = {"minimal": str(conditions.least), "dari": str(conditions.last)}
    asked = {name: request.GET.get(name, "") for name in choice.fields}
    return asked | {name: asked[name] or value for name, value in meant.items()}


def _rows(choice: AwardChoice, found: kpi.AwardCandidates | None, order: str) -> list[Row]:
    if found is None:
        return []
    listed = [one for one in found.standings if choice.decided(one)]
    libraries = Library.objects.for_list().in_bulk([one.library for one in listed])
    rows = sorted(
        (Row(libraries[one.library], one) for one in listed),
        key=lambda row: (row.library.name.casefold(), row.library.pk),
    )
    return sorted_rows(rows, order, ROWS)


# --- The decision ---------------------------------------------------------------------------------


def _decide(request: "SignedInRequest") -> HttpResponse:
    """About the ticked libraries of the list that the address shows."""
    if not permissions.decides_awards(request.user):
        raise PermissionDenied
    choice = _choice(request)
    closing = choice.closing if choice.is_valid() else None
    if closing is None:
        return _page(request, choice, status=422)
    found = kpi.award_candidates(closing, choice.within(), choice.conditions)
    form = AwardForm(
        request.POST,
        user=request.user,
        closing=closing,
        offered=[one.library for one in found.standings],
    )
    if not form.is_valid():
        return _page(request, choice, form=form, status=422)
    decision = AwardDecision(form.cleaned_data["decision"])
    try:
        made = services.decide(
            closing=closing,
            libraries=form.seen(),
            decision=decision,
            decided_on=form.cleaned_data["decided_on"],
            note=form.cleaned_data["note"],
            by=request.user,
        )
    except services.DecidedMeanwhile as conflict:
        form.add_error("libraries", str(conflict))
        form.untick({award.library_id for award in conflict.awards})
        return _page(request, choice, form=form, status=409)
    except ValidationError as error:
        blame(form, error)
        return _page(request, choice, form=form, status=422)
    messages.success(request, _told(decision, len(made), closing))
    query = request.GET.urlencode()
    return redirect(f"{reverse('reports:awards')}?{query}" if query else "reports:awards")


def _told(decision: AwardDecision, count: int, closing: Closing) -> str:
    if decision == AwardDecision.GRANTED:
        text = ngettext(
            "%(count)s perpustakaan mendapat penghargaan %(month)s.",
            "%(count)s perpustakaan mendapat penghargaan %(month)s.",
            count,
        )
    else:
        text = ngettext(
            "%(count)s perpustakaan tidak diberi penghargaan %(month)s.",
            "%(count)s perpustakaan tidak diberi penghargaan %(month)s.",
            count,
        )
    return text % {"count": count, "month": periods.written(closing.through)}


# --- The file -------------------------------------------------------------------------------------


def _table(
    rows: Iterable[Row], found: kpi.AwardCandidates | None, *, with_notes: bool
) -> "list[list[Cell]]":
    """A note is free text and may name people: without it for whoever sees nobody's names."""
    head: list[Any] = [
        gettext("Perpustakaan"),
        gettext("Jenis"),
        gettext("Kabupaten/kota"),
        gettext("Wilayah"),
        gettext("Poin saat penutupan"),
        gettext("Versi aturan"),
        gettext("Penutupan hijau"),
        gettext("Dari penutupan"),
        gettext("Tanda terbuka"),
        gettext("Memenuhi syarat"),
        gettext("Keputusan"),
        gettext("Tanggal keputusan"),
        *([gettext("Catatan")] if with_notes else []),
    ]
    looked_at = len(found.closings) if found else 0
    return [head, *(_line(row, looked_at, with_notes=with_notes) for row in rows)]


def _line(row: Row, looked_at: int, *, with_notes: bool) -> "list[Cell]":
    library, standing, award = row.library, row.standing, row.standing.award
    return [
        library.name,
        library.get_kind_display(),
        library.regency.title,
        library.region.title,
        "" if standing.points is None else standing.points / 1000,
        standing.version or "",
        standing.greens,
        looked_at,
        ", ".join(row.flags),
        gettext("ya") if standing.is_fit else gettext("tidak"),
        award.get_decision_display() if award else "",
        award.decided_on if award else "",
        *([award.note if award else ""] if with_notes else []),
    ]


def _about(
    choice: AwardChoice, closing: Closing | None, found: kpi.AwardCandidates | None, listed: int
) -> "list[Sequence[Cell]]":
    """What the list is of, and as of when."""
    now = timezone.localtime()
    rows: list[Sequence[Cell]] = [
        [gettext("Keterangan"), ""],
        [gettext("Keadaan per"), f"{date_format(now, 'j F Y H.i')} WIB"],
        [gettext("Wilayah"), choice.region.title if choice.region else gettext("Semua")],
        [gettext("Baris di lembar pertama"), listed],
    ]
    if closing is None or found is None:
        return rows
    return [
        *rows,
        [gettext("KPI portal, penutupan"), periods.written(closing.through)],
        [gettext("Dihitung per"), timezone.localdate(closing.as_of)],
        [gettext("Versi aturan"), ", ".join(str(one) for one in found.rule_versions)],
        [gettext("Hijau paling sedikit"), found.needed],
        [gettext("Dari penutupan terakhir"), len(found.closings)],
        *choice.in_words,
        [gettext("Hijau saat penutupan"), found.green],
        [gettext("Memenuhi syarat"), found.fit],
        [gettext("Kurang sering hijau"), found.too_seldom],
        [gettext("Ada tanda terbuka"), found.flagged],
        *([str(label), value] for label, value in facts()),
    ]
