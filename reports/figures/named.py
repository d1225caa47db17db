"""Activities and advocacy that name a supporting body as their partner."""

from dataclasses import dataclass

from django.db.models import Count, Sum

from activities.enums import State
from activities.models import Activity
from activities.querysets import ActivityQuerySet
from libraries.models import Library
from stakeholders.models import Organisation
from tpbis.accounts.enums import Role
from tpbis.accounts.models import User
from tpbis.core.periods import Period

SHOWN = 20


@dataclass(frozen=True, slots=True)
class NamedIn:
    """Approved entries of a period that name one organisation; the newest of them."""

    entries: int
    libraries: int
    participants: int
    newest: tuple[Activity, ...]


def named_in(organisation: Organisation, user: User, period: Period) -> NamedIn:
    """In the reports of libraries that ``user`` may see; a supporter sees every one that names its
    own organisation, which ``organisation`` must be."""
    found = approved_naming(organisation, user).filter(
        held_on__range=(period.first_day, period.last_day)
    )
    counted = found.aggregate(
        entries=Count("pk"),
        libraries=Count("report__library", distinct=True),
        participants=Sum("participants_total", default=0),
    )
    newest = found.select_related("report__library__regency").order_by("-held_on", "-pk")[:SHOWN]
    return NamedIn(**counted, newest=tuple(newest))


def approved_naming(organisation: Organisation, user: User) -> ActivityQuerySet:
    """Of all times; entries left out at approval are none."""
    found = Activity.objects.counted().filter(
        organisation=organisation, report__state=State.APPROVED
    )
    if user.role == Role.SUPPORTER:
        return found
    return found.filter(report__library__in=Library.objects.visible_to(user))
