"""Territories are understood here and nowhere else."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils import timezone

from libraries.enums import ImportState, Level, SimState
from tpbis.core import texts
from tpbis.core.http import kept_while_reading

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from libraries.models import (
        Activation,
        Assignment,
        Inactivity,
        Library,
        Region,
        RosterImport,
        SimAccount,
    )
    from libraries.participation import Span
    from tpbis.accounts.models import User


def within(code: str, *, field: str) -> Q:
    """The region of ``code`` itself and everything below it; never a bare prefix."""
    return Q(**{field: code}) | Q(**{f"{field}__startswith": f"{code}."})


def with_those_above(code: str) -> list[str]:
    """``35.08.21`` gives itself, ``35.08`` and ``35``."""
    parts = code.split(".")
    return [".".join(parts[:count]) for count in range(len(parts), 0, -1)]


class RegionQuerySet(models.QuerySet["Region"]):
    def within(self, code: str) -> Self:
        return self.filter(within(code, field="code"))

    def called(self, written: str) -> Self:
        """Every word stands in the place's name, or in that of a district or regency above it; or
        it is its code."""
        found = self
        for word in written.split()[:8]:
            found = found.filter(
                Q(code=word)
                | Q(name__icontains=word)
                | Q(parent__name__icontains=word, parent__level__gt=Level.PROVINCE)
                | Q(parent__parent__name__icontains=word, parent__parent__level=Level.REGENCY)
            )
        return found if written.strip() else self.none()

    def with_those_above(self) -> Self:
        return self.select_related("parent__parent__parent")

    def regencies(self) -> Self:
        return self.filter(level=Level.REGENCY)

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """The regions someone works for and those below; a librarian works for a library only."""
        codes = [post.code for post in _posts(user) if post.code]
        return self.filter(_any_of([within(code, field="code") for code in codes]))

    def reaching(self, user: "User | AnonymousUser") -> Self:
        """The regions whose doings concern someone: those of one's own, and all above them; a
        librarian's are the library's village and what lies above it."""
        posts = _posts(user)
        above = {code for post in posts for code in with_those_above(post.place)}
        mine = [within(post.place, field="code") for post in posts]
        return self.filter(_any_of([Q(code__in=above), *mine]))


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def in_force(self, on: date | None = None) -> Self:
        on = on or timezone.localdate()
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on), starts_on__lte=on)

    def lasting(self) -> Self:
        """In force, or about to begin."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=timezone.localdate()))

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Those at a place within somebody's own."""
        from libraries.models import Library, Region

        return self.filter(
            Q(library__in=Library.objects.visible_to(user))
            | Q(region__in=Region.objects.visible_to(user))
        )


class InactivityQuerySet(models.QuerySet["Inactivity"]):
    def covering(self, on: date) -> Self:
        """Those in which ``on`` lies."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on), starts_on__lte=on)

    def touching(self, first: date, last: date) -> Self:
        """Those that share a day with the span from ``first`` to ``last``."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=first), starts_on__lte=last)

    def by_library(self) -> dict[int, list["Span"]]:
        """As :mod:`libraries.participation` reads them; most libraries have none."""
        found: dict[int, list[Span]] = defaultdict(list)
        for library, first, last in self.values_list("library", "starts_on", "ends_on"):
            found[library].append((first, last))
        return dict(found)


class ActivationQuerySet(models.QuerySet["Activation"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Those of the libraries, and of the people, that someone looks after."""
        from libraries.models import Assignment, Library, Region

        libraries = Library.objects.visible_to(user)
        people = Assignment.objects.filter(
            Q(library__in=libraries) | Q(region__in=Region.objects.visible_to(user))
        )
        return self.filter(Q(library__in=libraries) | Q(user__in=people.values("user")))

    def open(self) -> Self:
        """Neither used nor revoked; it may have expired."""
        return self.filter(used_at__isnull=True, revoked_at__isnull=True)

    def valid(self) -> Self:
        return self.open().filter(expires_at__gt=timezone.now())


class SimAccountQuerySet(models.QuerySet["SimAccount"]):
    def latest_state(self, on: date) -> "models.QuerySet[Any, Any]":
        """For a Subquery over libraries: the state that held at the end of ``on``."""
        return (
            self.filter(library=OuterRef("pk"), since_on__lte=on)
            .order_by("-since_on", "-pk")
            .values("state")[:1]
        )


class RosterImportQuerySet(models.QuerySet["RosterImport"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Those whose every place someone looks after; one that touches another place is not."""
        from libraries.models import Region

        mine = Region.objects.visible_to(user)
        elsewhere = self.model.regions.through.objects.exclude(region__in=mine)
        return self.filter(
            Exists(self.model.regions.through.objects.filter(rosterimport=OuterRef("pk"))),
            ~Exists(elsewhere.filter(rosterimport=OuterRef("pk"))),
        )

    def unheard_since(self, moment: datetime) -> Self:
        """Waiting for a worker since before ``moment``."""
        return self.filter(
            state__in=[ImportState.MAPPED, ImportState.CONFIRMED], touched_at__lt=moment
        )

    def silent_since(self, moment: datetime) -> Self:
        """Held by a worker that gave no sign of life since ``moment``."""
        return self.filter(
            state__in=[ImportState.CHECKING, ImportState.RUNNING], touched_at__lt=moment
        )

    def for_list(self) -> Self:
        return self.select_related("uploaded_by", "confirmed_by").order_by("-uploaded_at", "-pk")


class LibraryQuerySet(models.QuerySet["Library"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """The root of all scope: the libraries someone is assigned to, alone or by region."""
        return self._of(_posts(user))

    def handed_over_to(self, user: "User | AnonymousUser") -> Self:
        """Those of them whose reports a PIC lets someone else judge."""
        return self._of(post for post in _posts(user) if post.may_review)

    def _of(self, posts: Iterable["_Post"]) -> Self:
        return self.filter(
            _any_of(
                [
                    Q(pk=post.library) if post.library else within(post.code, field="region__code")
                    for post in posts
                ]
            )
        )

    def within(self, code: str) -> Self:
        return self.filter(within(code, field="region__code"))

    def tagged(self, tag: str) -> Self:
        """With this tag of the programme, however it is written. Compared here, as names are."""
        wanted = texts.key(tag)
        tagged = self.exclude(tags=[]).order_by().values_list("pk", "tags")
        return self.filter(
            pk__in=[pk for pk, tags in tagged if wanted in {texts.key(one) for one in tags}]
        )

    def called(self, written: str) -> Self:
        """Every word stands in the name, another name, the village's name or the NPP, in any order,
        without regard to capitals, accents and punctuation. Compared here: no two databases agree
        on what is alike."""
        from libraries.models import LibraryAlias

        words = texts.key(written).split()[:8]
        if not words:
            return self.none() if written.strip() else self
        anyone = self.order_by()
        said = {
            pk: " ".join(names)
            for pk, *names in anyone.values_list("pk", "name", "region__name", "npp")
        }
        aliases = LibraryAlias.objects.filter(library__in=anyone.values("pk"))
        for pk, alias in aliases.values_list("library", "name"):
            said[pk] = f"{said[pk]} {alias}"
        keys = {pk: texts.key(names) for pk, names in said.items()}
        found = [pk for pk, key in keys.items() if all(word in key for word in words)]
        return self if len(found) == len(keys) else self.filter(pk__in=found)

    def like(self, library: "Library") -> Self:
        """Others that may be the same: in the same place, or of the same name in its regency."""
        names = [library.name, *library.aliases.values_list("name", flat=True)]
        return (
            self.exclude(pk=library.pk)
            .filter(
                Q(region=library.region_id)
                | Q(regency=library.regency_id) & (Q(name__in=names) | Q(aliases__name__in=names))
            )
            .distinct()
        )

    def joined_by(self, on: date) -> Self:
        """Those that had joined the programme by ``on``, whether they still take part or not: what
        they did counts."""
        return self.filter(joined_on__lte=on)

    def partners_on(self, on: date) -> Self:
        """Those that take part on ``on``: joined by then and not inactive that day."""
        return self.joined_by(on).exclude(Exists(_inactive_on(on)))

    def inactive_on(self, on: date) -> Self:
        return self.filter(Exists(_inactive_on(on)))

    def away_between(self, first: date, last: date) -> dict[int, list["Span"]]:
        """The days from ``first`` to ``last`` without each library, for those that have any."""
        from libraries.models import Inactivity

        touching = Inactivity.objects.touching(first, last)
        return touching.filter(library__in=self.order_by().values("pk")).by_library()

    def holding_account_on(self, on: date) -> Self:
        """Those with an active SIM account or a librarian's portal account on ``on``."""
        from libraries.models import Assignment, SimAccount

        librarians = Assignment.objects.in_force(on).filter(
            library=OuterRef("pk"), user__activated_at__isnull=False
        )
        sim_state = SimAccount.objects.latest_state(on)
        return self.alias(sim_state_then=Subquery(sim_state)).filter(
            Q(sim_state_then=SimState.ACTIVE) | Exists(librarians)
        )

    def for_list(self) -> Self:
        return self.select_related("region", "region__parent", "regency")


def _inactive_on(on: date) -> InactivityQuerySet:
    from libraries.models import Inactivity

    return Inactivity.objects.covering(on).filter(library=OuterRef("pk"))


class _Post(NamedTuple):
    """Where somebody works today: a library, or a region by its ``code``; ``place`` is the code of
    where that is."""

    library: int | None
    code: str
    may_review: bool
    place: str


def _posts(user: "User | AnonymousUser") -> list[_Post]:
    """Those in force. A page that only shows things asks once (see ``tpbis.core.http.reads``);
    everybody else asks each time, as a post may have ended a moment ago."""
    if not user.is_authenticated or not user.is_active:
        return []
    kept = kept_while_reading(user)
    if "posts" not in kept:
        from libraries.models import Assignment

        rows = Assignment.objects.in_force().filter(user=user).order_by()
        columns = rows.values_list("library", "region__code", "may_review", "library__region__code")
        kept["posts"] = [
            _Post(library, code or "", may, code or village)
            for library, code, may, village in columns
        ]
    posts: list[_Post] = kept["posts"]
    return posts


def _any_of(conditions: list[Q]) -> Q:
    anything = Q(pk__in=[])
    for condition in conditions:
        anything |= condition
    return anything
