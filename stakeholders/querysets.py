from datetime import date, timedelta
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, Q
from django.utils import timezone

from libraries.models import Library, Region
from libraries.querysets import LibraryQuerySet, within
from stakeholders.enums import ON_THE_BOARD, UNDER_WAY, ActionState, NeedState, OfferState
from tpbis.accounts.enums import Role
from tpbis.core import periods, texts

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from stakeholders.models import (
        ActionItem,
        Attendee,
        Candidate,
        Cohort,
        Commitment,
        Contact,
        Event,
        Membership,
        Need,
        Offer,
        Organisation,
        Partnership,
        Support,
        SynergyTeam,
    )
    from tpbis.accounts.models import User


# Whose work it is to call somebody at a supporting body.
CALLING = frozenset({Role.PROVINCE_STAFF, Role.REGENCY_PIC, Role.LIBRARIAN, Role.SUPPORTER})


def _spoken_for(user: "User | AnonymousUser") -> "models.QuerySet | None":
    """The organisations a supporter speaks for, which is all that a supporter sees; ``None`` for
    everybody else."""
    from stakeholders.models import Membership

    if not user.is_authenticated or user.role != Role.SUPPORTER:
        return None
    return Membership.objects.in_force().filter(user=user).values("organisation")


def _works_somewhere(user: "User | AnonymousUser") -> Q:
    return Q(Exists(Library.objects.visible_to(user)) | Exists(Region.objects.visible_to(user)))


def _at_place(user: "User | AnonymousUser") -> Q:
    """Of a row with a ``library`` or, without one, a ``region``: within somebody's places."""
    return Q(library__in=Library.objects.visible_to(user)) | Q(
        library__isnull=True, region__in=Region.objects.visible_to(user)
    )


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """The register of the province for whoever works for it somewhere, and the local ones of
        somebody's places; a supporter's own."""
        own = _spoken_for(user)
        if own is not None:
            return self.filter(pk__in=own)
        here = Q(village__in=Region.objects.visible_to(user)) | Q(
            village__libraries__in=Library.objects.visible_to(user)
        )
        local = self.model._default_manager.filter(here).order_by().values("pk")
        return self.filter(Q(village__isnull=True) & _works_somewhere(user) | Q(pk__in=local))

    def in_register(self) -> Self:
        return self.filter(village__isnull=True)

    def called(self, written: str) -> Self:
        """Every word stands in the name, without regard to capitals, accents and punctuation."""
        wanted = texts.key(written).split()[:8]
        if not wanted:
            return self.none() if written.strip() else self
        keys = {pk: texts.key(name) for pk, name in self.order_by().values_list("pk", "name")}
        found = [pk for pk, key in keys.items() if all(word in key for word in wanted)]
        return self.filter(pk__in=found)


class ContactQuerySet(models.QuerySet["Contact"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Whose work it is to call them: the province and PICs; a supporter's own organisation's;
        a librarian's of local ones."""
        from stakeholders.models import Organisation

        seen = Organisation.objects.visible_to(user)
        if not user.is_authenticated or user.role not in CALLING:
            return self.none()
        if user.role == Role.LIBRARIAN:
            seen = seen.filter(village__isnull=False)
        return self.filter(organisation__in=seen)


class PartnershipQuerySet(models.QuerySet["Partnership"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        own = _spoken_for(user)
        if own is not None:
            return self.filter(organisation__in=own)
        return self.filter(_at_place(user))

    def within(self, region: Region, libraries: LibraryQuerySet) -> Self:
        """Those of ``libraries`` (of ``region``), and of the region or a part of it as a whole."""
        return self.filter(
            Q(library__in=libraries.order_by().values("pk"))
            | Q(library__isnull=True) & within(region.code, field="region__code")
        )

    def in_force_on(self, on: date) -> Self:
        return self.in_force_between(on, on)

    def in_force_between(self, first: date, last: date) -> Self:
        """In force on at least one day from ``first`` to ``last``."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=first), starts_on__lte=last)

    def ending_within(self, days: int, *, on: date | None = None) -> Self:
        """In force, and over so many days from now."""
        on = on or timezone.localdate()
        return self.filter(starts_on__lte=on, ends_on__range=(on, on + timedelta(days=days)))

    def for_list(self) -> Self:
        return self.select_related("organisation", "library", "region").order_by(
            "-starts_on", "-pk"
        )


class SupportQuerySet(models.QuerySet["Support"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """What went to somebody's libraries, or to a region of theirs as a whole; of a supporter,
        what its organisation gave anywhere."""
        own = _spoken_for(user)
        if own is not None:
            return self.filter(organisation__in=own)
        return self.filter(_at_place(user))

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


class SynergyTeamQuerySet(models.QuerySet["SynergyTeam"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Of somebody's regions and those above; a supporter's with a seat for its organisation."""
        own = _spoken_for(user)
        if own is not None:
            seats = self.model._default_manager.filter(members__organisation__in=own)
            return self.filter(pk__in=seats.order_by().values("pk"))
        return self.filter(region__in=Region.objects.reaching(user))

    def for_list(self) -> Self:
        return self.select_related("region").order_by("-year", "region__code")


class NeedQuerySet(models.QuerySet["Need"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Of somebody's places; a supporter sees those that anybody may still meet, and those it
        committed itself to."""
        from stakeholders.models import Commitment

        own = _spoken_for(user)
        if own is not None:
            committed = Commitment.objects.filter(organisation__in=own).values("need")
            return self.filter(
                Q(state__in=(NeedState.OPEN, NeedState.MATCHED)) & Q(Exists(own))
                | Q(pk__in=committed)
            )
        return self.filter(_at_place(user))

    def on_board(self) -> Self:
        return self.filter(state__in=ON_THE_BOARD)

    def within(self, region: Region) -> Self:
        """Of the region, everything below it, and all their libraries."""
        return self.filter(
            within(region.code, field="region__code")
            | within(region.code, field="library__region__code")
        )

    def for_list(self) -> Self:
        return self.select_related("library__region", "region")


class OfferQuerySet(models.QuerySet["Offer"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """For whoever brings needs and offers together, those that reach their places; a
        supporter's own."""
        own = _spoken_for(user)
        if own is not None:
            return self.filter(organisation__in=own)
        if not user.is_authenticated or user.role == Role.LIBRARIAN:
            return self.none()
        return self.filter(region__in=Region.objects.reaching(user))

    def open_on(self, on: date) -> Self:
        return self.filter(
            Q(ends_on__isnull=True) | Q(ends_on__gte=on), state=OfferState.OPEN, starts_on__lte=on
        )

    def for_list(self) -> Self:
        return self.select_related("organisation", "region").order_by("-starts_on", "-pk")


class CommitmentQuerySet(models.QuerySet["Commitment"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """To the needs of somebody's places; a supporter's own alone."""
        from stakeholders.models import Need

        own = _spoken_for(user)
        if own is not None:
            return self.filter(organisation__in=own)
        return self.filter(need__in=Need.objects.visible_to(user))

    def under_way(self) -> Self:
        return self.filter(state__in=UNDER_WAY)

    def overdue(self, on: date) -> Self:
        return self.under_way().filter(due_on__lt=on)

    def for_list(self) -> Self:
        return self.select_related("organisation", "need__library__region", "need__region")


class EventQuerySet(models.QuerySet["Event"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Of somebody's regions and those above, and wherever one's library or organisation is
        invited."""
        from stakeholders.models import Attendee

        own = _spoken_for(user)
        if own is not None:
            invited = Attendee.objects.filter(organisation__in=own).values("event")
            return self.filter(pk__in=invited)
        seats = Attendee.objects.filter(library__in=Library.objects.visible_to(user))
        return self.filter(
            Q(region__in=Region.objects.reaching(user)) | Q(pk__in=seats.values("event"))
        )

    def for_list(self) -> Self:
        return self.select_related("region", "series").order_by("-starts_at", "-pk")


class AttendeeQuerySet(models.QuerySet["Attendee"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Everybody at the events that somebody arranges; else those from one's own libraries or
        organisation; never for observers, who get no names."""
        own = _spoken_for(user)
        if own is not None:
            return self.filter(organisation__in=own)
        if not user.is_authenticated or user.role == Role.OBSERVER:
            return self.none()
        mine = Q(library__in=Library.objects.visible_to(user))
        if user.role == Role.LIBRARIAN:
            return self.filter(mine)
        return self.filter(mine | Q(event__region__in=Region.objects.visible_to(user)))

    def present(self) -> Self:
        return self.filter(attended_at__isnull=False)

    def for_list(self) -> Self:
        return self.select_related("library__region", "organisation").order_by(
            "group", "name", "pk"
        )


class ActionQuerySet(models.QuerySet["ActionItem"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Of the events somebody sees; a supporter's own."""
        from stakeholders.models import Event

        own = _spoken_for(user)
        if own is not None:
            return self.filter(organisation__in=own)
        return self.filter(event__in=Event.objects.visible_to(user))

    def open(self) -> Self:
        return self.filter(state=ActionState.OPEN)

    def overdue(self, on: date) -> Self:
        return self.open().filter(due_on__lt=on)

    def for_list(self) -> Self:
        return self.select_related("event", "organisation").order_by("due_on", "pk")


class CohortQuerySet(models.QuerySet["Cohort"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Of somebody's regions and those above; the figures within are the reader's own."""
        if not user.is_authenticated or user.role in (Role.LIBRARIAN, Role.SUPPORTER):
            return self.none()
        return self.filter(region__in=Region.objects.reaching(user))


class CandidateQuerySet(models.QuerySet["Candidate"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        return self.filter(village__in=Region.objects.visible_to(user))

    def for_list(self) -> Self:
        return self.select_related("village__parent__parent")
