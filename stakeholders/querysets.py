from datetime import date, timedelta
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Case, Count, Exists, F, Q, Sum, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from libraries.models import Library, Region
from libraries.querysets import LibraryQuerySet, with_those_above, within
from stakeholders.enums import (
    ENDING_SOON,
    ON_THE_BOARD,
    UNDER_WAY,
    ActionState,
    CommitmentState,
    NeedState,
    OfferState,
    PartnershipState,
    TeamRole,
    Urgency,
)
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
        TeamMember,
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
        """Every word stands in the name, or in one it had before a merger, without regard to
        capitals, accents and punctuation."""
        wanted = texts.key(written).split()[:8]
        if not wanted:
            return self.none() if written.strip() else self
        names = [
            *self.order_by().values_list("pk", "name"),
            *self.filter(merged__isnull=False).order_by().values_list("pk", "merged__name"),
        ]
        found = {pk for pk, name in names if all(word in texts.key(name) for word in wanted)}
        return self.filter(pk__in=found)

    def of_theme(self, theme: str) -> Self:
        """Compared here: the databases differ in how they look into a list."""
        themes = self.exclude(themes=[]).order_by().values_list("pk", "themes")
        return self.filter(pk__in=[pk for pk, said in themes if theme in said])

    def interested_in(self, region: Region) -> Self:
        """Those that would help in ``region``: it, a part of it or one above it is among their
        regions, or they name none; local ones, those from there."""
        codes = with_those_above(region.code)
        named = self.model._default_manager.filter(
            Q(regions__code__in=codes) | within(region.code, field="regions__code")
        )
        local = Q(village__isnull=False) & within(region.code, field="village__code")
        anywhere = Q(village__isnull=True, regions__isnull=True)
        return self.filter(Q(pk__in=named.order_by().values("pk")) | local | anywhere).distinct()


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

    def with_realised(self) -> Self:
        """``realised_rupiah``: what its gifts came to; ``realised_quantity``: of those counted in
        the unit that was promised; ``realised_gifts``: how many there were."""
        counted = Q(support__unit__iexact=F("promised_unit"))
        return self.annotate(
            realised_rupiah=Coalesce(Sum("support__rupiah"), 0),
            realised_quantity=Coalesce(Sum("support__quantity", filter=counted), 0),
            realised_gifts=Count("support"),
        )

    def in_state(self, state: str, *, on: date) -> Self:
        """As :meth:`Partnership.state_on` says it."""
        soon = on + timedelta(days=ENDING_SOON)
        if state == PartnershipState.COMING:
            return self.filter(starts_on__gt=on)
        begun = self.filter(starts_on__lte=on)
        if state == PartnershipState.OVER:
            return begun.filter(ends_on__lt=on)
        if state == PartnershipState.ENDING:
            return begun.filter(ends_on__range=(on, soon))
        return begun.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=soon))

    def for_list(self) -> Self:
        return self.select_related("organisation", "library__regency", "region").order_by(
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

    def overlapping(
        self,
        *,
        organisation: "Organisation",
        user: "User | int",
        starts_on: date,
        ends_on: date | None,
    ) -> Self:
        """Of one person and organisation, those with a day in common with the span."""
        found = self.filter(organisation=organisation, user=user).filter(
            Q(ends_on__isnull=True) | Q(ends_on__gte=starts_on)
        )
        return found.filter(starts_on__lte=ends_on) if ends_on else found

    def for_list(self) -> Self:
        return self.select_related("user", "organisation").order_by("-starts_on", "-pk")


class SynergyTeamQuerySet(models.QuerySet["SynergyTeam"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Of somebody's regions and those above; a supporter's with a seat for its organisation."""
        own = _spoken_for(user)
        if own is not None:
            seats = self.model._default_manager.filter(members__organisation__in=own)
            return self.filter(pk__in=seats.order_by().values("pk"))
        return self.filter(region__in=Region.objects.reaching(user))

    def with_seats(self, on: date) -> Self:
        """``seats``: how many sit in the team on ``on``, or sat there to its end."""
        return self.annotate(
            seats=Count(
                "members",
                filter=Q(members__ends_on__isnull=True)
                | Q(members__ends_on__gte=on)
                | Q(members__ends_on=F("ends_on")),
            )
        )

    def for_list(self) -> Self:
        return self.select_related("region").order_by("-year", "region__code")


class TeamMemberQuerySet(models.QuerySet["TeamMember"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Of the teams somebody sees."""
        from stakeholders.models import SynergyTeam

        return self.filter(team__in=SynergyTeam.objects.visible_to(user))

    def seated(self, on: date) -> Self:
        """Who sits in the team on ``on``, or sat there to its end."""
        return self.filter(
            Q(ends_on__isnull=True) | Q(ends_on__gte=on) | Q(ends_on=F("team__ends_on"))
        )

    def for_list(self) -> Self:
        """As the annex of a decree lists them."""
        ranks = [When(role=role, then=rank) for rank, role in enumerate(TeamRole.values)]
        rank = Case(*ranks, default=len(ranks))
        return self.select_related("organisation").order_by(
            rank, "organisation__name", "name", "starts_on", "pk"
        )


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

    def lacking(self) -> Self:
        """Confirmed, and not met yet."""
        return self.on_board().exclude(state=NeedState.REALISED)

    def within(self, region: Region) -> Self:
        """Of the region, everything below it, and all their libraries."""
        return self.filter(
            within(region.code, field="region__code")
            | within(region.code, field="library__region__code")
        )

    def first_things_first(self) -> Self:
        """By the province's priority, then by urgency, then the oldest."""
        rank = {Urgency.HIGH: 0, Urgency.NORMAL: 1, Urgency.LOW: 2}
        urgency = Case(*(When(urgency=name, then=Value(place)) for name, place in rank.items()))
        return self.order_by(F("priority").asc(nulls_last=True), urgency, "recorded_at", "pk")

    def for_list(self) -> Self:
        return self.select_related("library__region", "library__regency", "region")


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

    def realised(self) -> Self:
        return self.filter(state=CommitmentState.REALISED)

    def overdue(self, on: date) -> Self:
        return self.under_way().filter(due_on__lt=on)

    def for_list(self) -> Self:
        return self.select_related("organisation", "need__library__region", "need__region", "offer")


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

    def as_history(self) -> Self:
        """The newest event first; each with it."""
        return self.select_related("event").order_by("-event__starts_at", "pk")


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
