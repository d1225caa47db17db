from datetime import date
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from libraries.models import Library, Region
from libraries.querysets import LibraryQuerySet, within
from tpbis.accounts.enums import Role
from tpbis.core import periods, texts

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from stakeholders.models import Membership, Organisation, Partnership, Support
    from tpbis.accounts.models import User


def _spoken_for(user: "User | AnonymousUser") -> "models.QuerySet | None":
    """The organisations a supporter speaks for, which is all that a supporter sees; ``None`` for
    everybody else."""
    from stakeholders.models import Membership

    if not user.is_authenticated or user.role != Role.SUPPORTER:
        return None
    return Membership.objects.in_force().filter(user=user).values("organisation")


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Those that support, or gave something to, what somebody may see; a supporter's own."""
        from stakeholders.models import Partnership, Support

        own = _spoken_for(user)
        if own is not None:
            return self.filter(pk__in=own)
        return self.filter(
            Exists(Partnership.objects.visible_to(user).filter(organisation=OuterRef("pk")))
            | Exists(Support.objects.visible_to(user).filter(organisation=OuterRef("pk")))
        )

    def called(self, written: str) -> Self:
        """Every word stands in the name, without regard to capitals, accents and punctuation."""
        wanted = texts.key(written).split()[:8]
        if not wanted:
            return self.none() if written.strip() else self
        keys = {pk: texts.key(name) for pk, name in self.order_by().values_list("pk", "name")}
        found = [pk for pk, key in keys.items() if all(word in key for word in wanted)]
        return self.filter(pk__in=found)


class PartnershipQuerySet(models.QuerySet["Partnership"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        own = _spoken_for(user)
        if own is not None:
            return self.filter(organisation__in=own)
        return self.filter(library__in=Library.objects.visible_to(user))

    def in_force_on(self, on: date) -> Self:
        return self.in_force_between(on, on)

    def in_force_between(self, first: date, last: date) -> Self:
        """In force on at least one day from ``first`` to ``last``."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=first), starts_on__lte=last)

    def for_list(self) -> Self:
        return self.select_related("organisation").order_by("-starts_on", "-pk")


class SupportQuerySet(models.QuerySet["Support"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """What went to somebody's libraries, or to a region of theirs as a whole; of a supporter,
        what its organisation gave anywhere."""
        own = _spoken_for(user)
        if own is not None:
            return self.filter(organisation__in=own)
        return self.filter(
            Q(library__in=Library.objects.visible_to(user))
            | Q(library__isnull=True, region__in=Region.objects.visible_to(user))
        )

    def to_libraries(self, libraries: LibraryQuerySet) -> Self:
        return self.filter(library__in=libraries.order_by().values("pk"))

    def within(self, region: Region, libraries: LibraryQuerySet) -> Self:
        """What went to ``libraries`` (those of ``region``), and to the region or a part of it as a
        whole."""
        return self.filter(
            Q(library__in=libraries.order_by().values("pk"))
            | Q(library__isnull=True) & within(region.code, field="region__code")
        )

    def between(self, first: date, last: date) -> Self:
        return self.filter(given_on__range=(first, last))

    def recorded_since(self, day: date) -> Self:
        """Written down from the beginning of ``day`` on, whenever it came."""
        return self.filter(recorded_at__gte=periods.midnight(day))

    def for_list(self) -> Self:
        return self.select_related("organisation", "library", "region").order_by("-given_on", "-pk")


class MembershipQuerySet(models.QuerySet["Membership"]):
    def in_force(self, on: date | None = None) -> Self:
        on = on or timezone.localdate()
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on), starts_on__lte=on)
