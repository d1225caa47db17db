"""Partner libraries: the list, and each one's page with its *rapor*."""

from typing import TYPE_CHECKING

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import redirect, render
from django.utils import timezone

from activities import permissions as following
from activities import queries as activities
from activities.models import MentoringVisit, MonthlyReport
from kpi.enums import Colour
from libraries import permissions as register
from libraries import queries as people
from libraries.enums import LibraryKind, ProgrammeSource, SimState
from libraries.models import FormerLibrary, Library, Region
from reports import figures
from reports.documents.wording.rapor import rapor_of
from reports.enums import PortalState, TakesPart
from reports.filters import LibraryFilter, Places, offered_tags, offered_years
from reports.http import Picker, asked_month, asked_period, in_address
from reports.views.document_kinds import offered_of_library
from reports.views.listing import (
    LIBRARIES,
    PER_PAGE,
    Days,
    accounts_of,
    in_order,
    known_on,
    rows_of,
    with_months,
)
from reports.views.narrowing import more_in_use, narrowed_by, rarer_choices
from stakeholders import permissions as partnership
from stakeholders.models import Attendee, Partnership, Support
from tpbis.accounts.history import rows_of as rows_of_history
from tpbis.accounts.models import AuditEvent
from tpbis.core.http import reads
from tpbis.core.periods import Period
from tpbis.core.tables import headings, without

if TYPE_CHECKING:
    from tpbis.accounts.models import SignedInRequest, User

EVENTS_SHOWN = 20
VISITS_SHOWN = 3
GIFTS_SHOWN = 5
ATTENDANCES_SHOWN = 6


@reads
def library_list(request: "SignedInRequest") -> HttpResponse:
    if request.user.is_librarian:
        return redirect("reports:my_rapor")
    period = asked_period(request.GET)
    chosen = chosen_libraries(request, period)
    if not chosen.is_valid():
        return _list_page(request, period, chosen, [], status=400)
    order = request.GET.get("urut", "nama")
    return _list_page(request, period, chosen, in_order(chosen.qs, period, order))


def chosen_libraries(request: "SignedInRequest", period: Period) -> LibraryFilter:
    """What the page shows and its export holds."""
    joined = Library.objects.visible_to(request.user).joined_by(period.last_day)
    return LibraryFilter(request.GET, joined, request=request, through=period.end)


def _list_page(
    request: "SignedInRequest",
    period: Period,
    chosen: LibraryFilter,
    found: list[int],
    *,
    status: int = 200,
) -> HttpResponse:
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("hal"))
    rows = rows_of(list(page), period)
    days = Days.of(rows, period)
    visible = Region.objects.visible_to(request.user)
    return render(
        request,
        "reports/libraries.html",
        {
            "period": period,
            "rule_versions": figures.rule_versions(period.end),
            "picker": Picker.of(period),
            "filter": chosen,
            "asked": {name: request.GET.get(name, "") for name in (*chosen.filters, "urut")},
            "narrowed": narrowed_by(request.GET, chosen),
            "more_in_use": more_in_use(request.GET, chosen),
            "query": in_address(period),
            "colours": Colour.choices,
            "kinds": LibraryKind.choices,
            "sources": ProgrammeSource.choices,
            "years": offered_years(),
            "sim_states": SimState.choices,
            "portal_states": PortalState.choices,
            "taking_part": TakesPart.choices,
            "rarer": rarer_choices(request.GET, chosen),
            "tags": offered_tags(Library.objects.visible_to(request.user)),
            "places": Places.offered(visible, _asked_region(chosen)),
            "region": _asked_region(chosen),
            "page": page,
            "page_query": without(request.GET, "hal"),
            "listed": with_months(
                rows, period.end, days, accounts_of([row.library.pk for row in rows])
            ),
            "library_headings": headings(
                LIBRARIES,
                notes=days.notes,
                asked=request.GET,
                parameter="urut",
                chosen=request.GET.get("urut", "nama"),
            ),
            "may_register": register.keeps_register(request.user),
            "may_take": register.takes_register(request.user),
        },
        status=status,
    )


def _asked_region(chosen: LibraryFilter) -> Region | None:
    region: Region | None = getattr(chosen.form, "cleaned_data", {}).get("wilayah")
    return region


# --- One library ----------------------------------------------------------------------------------


@reads
def library_page(request: "SignedInRequest", pk: int) -> HttpResponse:
    library = Library.objects.visible_to(request.user).for_list().filter(pk=pk).first()
    if library is None:
        return _survivor_of(request, pk)
    through = asked_month(request.GET)
    period = Period.year_to(through)
    only = Library.objects.filter(pk=library.pk)
    return render(
        request,
        "reports/library.html",
        {
            "library": library,
            "crumbs": visible_crumbs(request, library),
            "state": without(request.GET, "hal"),
            "period": period,
            "picker": Picker.of(period),
            "known_on": known_on(period),
            "as_of": timezone.now(),
            "rapor": rapor_of(library, through),
            "months": figures.months_strip(
                library, through, reports=MonthlyReport.objects.visible_to(request.user)
            ),
            "totals": figures.totals(only, period),
            "partnerships": Partnership.objects.filter(library=library).for_list(),
            "partnerships_in_force": figures.partnerships(only, known_on(period)),
            "gifts": Support.objects.filter(library=library).for_list()[:GIFTS_SHOWN],
            "attendances": _attendances(request.user, library),
            "sees_names": partnership.sees_names(request.user),
            "may_add_partnership": partnership.can_record_partnership(request.user, library),
            "official_scores": library.official_scores.order_by("-as_of")[:12],
            "aliases": [alias.name for alias in library.aliases.order_by("name")],
            "today": timezone.localdate(),
            "snapshot": activities.latest_snapshot(library),
            "absences": (absences := list(library.inactivities.order_by("-starts_on"))),
            "is_away": bool(absences) and absences[0].ends_on is None,
            "sim_accounts": library.sim_accounts.order_by("-since_on", "-pk")[:6],
            "accounts": accounts_of([library.pk])[library.pk],
            "may_change": register.can_change(request.user, library),
            "papers": offered_of_library(request.user),
            **_ahead(request.user, library),
            **_mentoring(request.user, library),
            **_people_and_history(request.user, library),
        },
    )


def _ahead(user: "User", library: Library) -> dict[str, object]:
    """What the way ahead leads to: links for whoever records here, the SIM where that is kept."""
    records_here = following.records_here(library)
    return {
        "may_record": records_here and following.can_record(user, library),
        "sim_regency": "" if records_here else library.regency.title,
    }


def _attendances(user: "User", library: Library) -> QuerySet[Attendee]:
    """At which events somebody of the library was, or is invited."""
    seen = Attendee.objects.visible_to(user).filter(library=library)
    return seen.as_history()[:ATTENDANCES_SHOWN]


def _survivor_of(request: "SignedInRequest", number: int) -> HttpResponse:
    """The old address of a duplicate leads to the library it was merged into."""
    visible = Library.objects.visible_to(request.user)
    former = FormerLibrary.objects.filter(number=number, library__in=visible)
    found = former.select_related("library").first()
    if found is None:
        raise Http404
    query = request.META.get("QUERY_STRING", "")
    address = found.library.get_absolute_url()
    return HttpResponsePermanentRedirect(f"{address}?{query}" if query else address)


def _mentoring(user: "User", library: Library) -> dict[str, object]:
    """The newest visits and calls, for whoever reads them; the rest stands on their own page."""
    if not register.sees_people(user):
        return {"reads_mentoring": False, "may_mentor": False, "mentoring": []}
    visits = MentoringVisit.objects.visible_to(user).filter(library=library)
    return {
        "reads_mentoring": True,
        "may_mentor": following.mentors(user),
        "mentoring": visits.select_related("by").order_by("-held_on", "-pk")[:VISITS_SHOWN],
    }


def _people_and_history(user: "User", library: Library) -> dict[str, object]:
    """Who works there and who did what: for whom people are no mere figures."""
    if not register.sees_people(user):
        return {"sees_people": False, "keeps_people": False, "posts": [], "history": []}
    posts = people.librarians_of(library)
    return {
        "sees_people": True,
        "keeps_people": register.keeps_people(user),
        "posts": [(post, people.state_of(post.user)) for post in posts],
        "history": rows_of_history(_events(library)[:EVENTS_SHOWN], within=[library]),
    }


def _events(library: Library) -> QuerySet[AuditEvent]:
    """Of the register alone, also from before a merger: what becomes of a report stands on the
    report's page, and a draft is nobody else's business."""
    merged = FormerLibrary.objects.filter(library=library).values_list("number", flat=True)
    former = [Library(pk=number) for number in merged]
    of_register = Q(action__startswith="libraries.") | Q(action__startswith="stakeholders.")
    events = AuditEvent.objects.concerning(library, *former).filter(of_register)
    return events.select_related("by")


def visible_crumbs(request: "SignedInRequest", library: Library) -> list[Region]:
    """The regions above the library that this person may open."""
    code = library.region.code.split(".")
    above = [".".join(code[:depth]) for depth in range(1, min(len(code), 3) + 1)]
    return list(Region.objects.visible_to(request.user).filter(code__in=above).order_by("level"))
