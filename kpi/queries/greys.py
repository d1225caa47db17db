"""Why a grey library is grey."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

from django.db.models import Min

from kpi.enums import Grey
from kpi.models import MonthlyTally
from libraries.enums import SimState
from libraries.models import Assignment, SimAccount
from libraries.querysets import LibraryQuerySet
from tpbis.core import periods


def greys(libraries: LibraryQuerySet, through: date, *, on: date) -> dict[int, Grey]:
    """Why each of the grey ``libraries`` is grey, judged by account states on the day ``on``."""
    reported = set(
        MonthlyTally.objects.filter(
            library__in=libraries.order_by().values("pk"), month__lt=periods.january(through)
        )
        .exclude(seals="")
        .order_by()
        .values_list("library", flat=True)
        .distinct()
    )
    holders = set(libraries.order_by().holding_account_on(on).values_list("pk", flat=True))
    return {
        pk: _grey(reported_before=pk in reported, has_account=pk in holders)
        for pk in libraries.order_by().values_list("pk", flat=True)
    }


def greys_by_month(
    libraries: LibraryQuerySet, grey: Mapping[date, set[int]], *, today: date
) -> dict[date, dict[int, Grey]]:
    """:func:`greys` of several months at once, for those of ``libraries`` that are grey in each;
    account states as of a month's last day, or of ``today`` while that has not come."""
    among = {"library__in": libraries.order_by().values("pk")}
    reported = dict(
        MonthlyTally.objects.filter(**among)
        .exclude(seals="")
        .order_by()
        .values("library")
        .annotate(first=Min("month"))
        .values_list("library", "first")
    )
    states: dict[int, list[tuple[date, str]]] = defaultdict(list)
    sim = SimAccount.objects.filter(**among).order_by("since_on", "pk")
    for library, since_on, state in sim.values_list("library", "since_on", "state"):
        states[library].append((since_on, state))
    posts: dict[int, list[tuple[date, date | None]]] = defaultdict(list)
    held = Assignment.objects.filter(user__activated_at__isnull=False, **among)
    for library, starts_on, ends_on in held.values_list("library", "starts_on", "ends_on"):
        posts[library].append((starts_on, ends_on))
    found: dict[date, dict[int, Grey]] = {}
    for month, pks in grey.items():
        on = min(periods.last_day(month), today)
        found[month] = {
            pk: _grey(
                reported_before=pk in reported and reported[pk] < periods.january(month),
                has_account=_has_account(states.get(pk, []), posts.get(pk, []), on),
            )
            for pk in pks
        }
    return found


def _has_account(
    states: list[tuple[date, str]], posts: list[tuple[date, date | None]], on: date
) -> bool:
    """As :meth:`LibraryQuerySet.holding_account_on` has it; ``states`` from old to new."""
    then = [state for since_on, state in states if since_on <= on]
    return (bool(then) and then[-1] == SimState.ACTIVE) or any(
        starts_on <= on and (ends_on is None or ends_on >= on) for starts_on, ends_on in posts
    )


def _grey(*, reported_before: bool, has_account: bool) -> Grey:
    if reported_before:
        return Grey.STOPPED
    return Grey.NEVER if has_account else Grey.NO_ACCOUNT
