"""Where a facilitator lands: what was agreed at visits, and which libraries need one."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from activities import queries
from activities.models import MentoringVisit
from kpi.enums import Colour
from libraries.models import Library
from libraries.querysets import LibraryQuerySet
from reports import figures
from reports.figures.follow_up import Contact, Silence, last_contacts, silences
from reports.views.homes.place import widest_place
from reports.views.mentoring import by_deadline
from tpbis.core import periods
from tpbis.core.http import reads

if TYPE_CHECKING:
    from tpbis.accounts.models import SignedInRequest

MOST = 8
MONTHS = 12


@dataclass(frozen=True, slots=True)
class InNeed:
    """A library that is silent or red, and when somebody last turned to it."""

    library: Library
    silence: Silence
    colour: str | None
    contact: Contact | None


@reads
def facilitator_home(request: "SignedInRequest") -> HttpResponse:
    region = widest_place(request)
    if region is None:
        return render(request, "reports/no_place.html")
    libraries = Library.objects.visible_to(request.user)
    today = timezone.localdate()
    visits = MentoringVisit.objects.visible_to(request.user).select_related("library")
    agreed = list(by_deadline(visits.open()))
    needing, needing_count = in_need(libraries)
    handed_over = queries.queue(request.user).order_by("submitted_at")
    return render(
        request,
        "reports/homes/facilitator.html",
        {
            "region": region,
            "today": today,
            "agreed": agreed[:MOST],
            "agreed_count": len(agreed),
            "late": sum(1 for one in agreed if one.due_on and one.due_on < today),
            "recent": visits.order_by("-held_on", "-pk")[:3],
            "needing": needing,
            "needing_count": needing_count,
            "reviews": handed_over.count(),
        },
    )


def in_need(libraries: LibraryQuerySet) -> tuple[list[InNeed], int]:
    """The longest silence first, then those that are red now; and how many there are in all."""
    found = silences(libraries, periods.this_month(), length=MONTHS)
    colours = figures.colours(libraries, periods.this_month())
    chosen = [one for one in found if one.in_a_row or colours.get(one.library) == Colour.RED]
    pks = [one.library for one in chosen[:MOST]]
    named = Library.objects.select_related("region", "regency").in_bulk(pks)
    contacts = last_contacts(pks)
    shown = [
        InNeed(named[one.library], one, colours.get(one.library), contacts.get(one.library))
        for one in chosen[:MOST]
    ]
    return shown, len(chosen)
