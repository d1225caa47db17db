"""Territories are understood here and nowhere else."""

from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils import timezone

from libraries.enums import Level, SimState

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from libraries.models import Assignment, Library, Region, SimAccount
    from tpbis.accounts.models import User


def within(code: str, *, field: str) -> Q:
    """The region of ``code`` itself and everything below it; never a bare prefix."""
    return Q(**{field: code}) | Q(**{f"{field}__startswith": f"{code}."})


class RegionQuerySet(models.QuerySet["Region"]):
    def within(self, code: str) -> Self:
        return self.filter(within(code, field="code"))

    def regencies(self) -> Self:
        return self.filter(level=Level.REGENCY)

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """The regions someone works for and those below; a librarian works for a library only."""
        codes = _assigned(user).filter(region__isnull=False).values_list("region__code", flat=True)
        return self.filter(_any_of([within(code, field="code") for code in codes]))


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def in_force(self, on: date | None = None) -> Self:
        on = on or timezone.localdate()
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on), starts_on__lte=on)


class SimAccountQuerySet(models.QuerySet["SimAccount"]):
    def latest_state(self, on: date) -> "models.QuerySet[Any, Any]":
        """For a Subquery over libraries: the state that held at the end of ``on``."""
        return (
            self.filter(library=OuterRef("pk"), since_on__lte=on)
            .order_by("-since_on", "-pk")
            .values("state")[:1]
        )


class LibraryQuerySet(models.QuerySet["Library"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """The root of all scope: the libraries someone is assigned to, alone or by region."""
        return self._of(_assigned(user))

    def handed_over_to(self, user: "User | AnonymousUser") -> Self:
        """Those of them whose reports a PIC lets someone else judge."""
        return self._of(_assigned(user).filter(may_review=True))

    def _of(self, assignments: AssignmentQuerySet) -> Self:
        return self.filter(
            _any_of(
                [
                    Q(pk=library) if library else within(code, field="region__code")
                    for library, code in assignments.values_list("library", "region__code")
                ]
            )
        )

    def within(self, code: str) -> Self:
        return self.filter(within(code, field="region__code"))

    def partners_on(self, on: date) -> Self:
        """Those that had joined the programme by ``on``."""
        return self.filter(joined_on__lte=on)

    def holding_account_on(self, on: date) -> Self:
        """Those with an active SIM account or a librarian's portal account on ``on``."""
        from libraries.models import Assignment, SimAccount

        librarians = Assignment.objects.in_force(on).filter(library=OuterRef("pk"))
        sim_state = SimAccount.objects.latest_state(on)
        return self.alias(sim_state_then=Subquery(sim_state)).filter(
            Q(sim_state_then=SimState.ACTIVE) | Exists(librarians)
        )

    def for_list(self) -> Self:
        return self.select_related("region", "region__parent", "regency")


def _assigned(user: "User | AnonymousUser") -> AssignmentQuerySet:
    from libraries.models import Assignment

    if not user.is_authenticated or not user.is_active:
        return Assignment.objects.none()
    return Assignment.objects.in_force().filter(user=user)


def _any_of(conditions: list[Q]) -> Q:
    anything = Q(pk__in=[])
    for condition in conditions:
        anything |= condition
    return anything
