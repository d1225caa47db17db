from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Self

from django.apps import apps as django_apps
from django.db import models
from django.db.models import Exists, OuterRef, Q

from kpi.enums import AwardDecision
from libraries.models import Library, Region
from libraries.permissions import KEEPERS
from reports.enums import DocumentKind, DocumentState, Lately
from tpbis.accounts.enums import Role
from tpbis.core import periods

# They read figures, and no names of people.
WITHOUT_PERSONS = frozenset({Role.OBSERVER, Role.SUPPORTER})

NAMING_PERSONS = (
    DocumentKind.LETTERS,
    DocumentKind.WORK,
    DocumentKind.HANDOVER,
    DocumentKind.ANNEX,
    DocumentKind.ATTENDANCE,
)

_FAILED_LATELY = timedelta(days=30)

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from reports.models import Boundaries, Certificate, Document, Schedule
    from tpbis.accounts.models import User


class DocumentQuerySet(models.QuerySet["Document"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Those of the regions and libraries someone works for; letters only for whoever keeps the
        accounts, somebody's work for whoever may know persons, of a library's librarians only the
        one it is about. A supporter's: see :meth:`_of_supporter`."""
        if user.is_authenticated and user.role == Role.SUPPORTER:
            return self._of_supporter(user)
        mine = self.filter(
            Q(library__isnull=True, region__in=Region.objects.visible_to(user))
            | Q(library__in=Library.objects.visible_to(user))
        )
        if not user.is_authenticated or user.role != Role.PROVINCE_STAFF:
            # What a supporter asked for is its own, and who that was.
            mine = mine.exclude(requested_by__role=Role.SUPPORTER)
        if not user.is_authenticated or user.role in WITHOUT_PERSONS:
            return mine.exclude(kind__in=NAMING_PERSONS)
        if user.role in KEEPERS:
            return mine
        if user.role == Role.LIBRARIAN:
            mine = mine.filter(~Q(kind=DocumentKind.WORK) | Q(person=user))
        return mine.exclude(kind=DocumentKind.LETTERS)

    def _of_supporter(self, user: "User") -> Self:
        """What was made of its own organisation and of what that committed itself to, and the
        proposals that it asked for itself: nothing of any other."""
        from stakeholders.models import Membership

        speaks = Membership.objects.in_force().filter(user=user).values("organisation")
        return self.filter(
            Q(kind=DocumentKind.IMPACT, organisation__in=speaks)
            | Q(kind=DocumentKind.HANDOVER, commitment__organisation__in=speaks)
            | Q(Exists(speaks), kind=DocumentKind.PROPOSAL, requested_by=user)
        )

    def reports(self) -> Self:
        """Without letters, which have a list of their own."""
        return self.exclude(kind=DocumentKind.LETTERS)

    def waiting(self) -> Self:
        """Asked for and not ended yet."""
        return self.filter(state__in=[DocumentState.REQUESTED, DocumentState.RUNNING])

    def lately(self, what: Lately, on: date) -> Self:
        """Finished in the week before ``on``; or asked for in the 30 days before, and failed."""
        if what == Lately.MADE:
            since = periods.midnight(on - periods.WEEK)
            return self.filter(state=DocumentState.DONE, finished_at__gte=since)
        since = periods.midnight(on - _FAILED_LATELY)
        return self.filter(state=DocumentState.FAILED, requested_at__gte=since)

    def unheard_since(self, moment: datetime) -> Self:
        """Asked for before ``moment``, and nobody has begun."""
        return self.filter(state=DocumentState.REQUESTED, touched_at__lt=moment)

    def silent_since(self, moment: datetime) -> Self:
        """Begun, and without a sign of life since ``moment``."""
        return self.filter(state=DocumentState.RUNNING, touched_at__lt=moment)

    def for_list(self) -> Self:
        """With ``is_final``: a signed copy lies beside it."""
        copies = django_apps.get_model("reports", "SignedCopy").objects
        return (
            self.select_related(
                "region",
                "library",
                "person",
                "requested_by",
                "schedule",
                "organisation",
                "need",
                "commitment__need",
                "team",
                "event",
            )
            .annotate(is_final=Exists(copies.filter(document=OuterRef("pk"))))
            .order_by("-requested_at", "-pk")
        )


class BoundariesQuerySet(models.QuerySet["Boundaries"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        return self.filter(region__in=Region.objects.visible_to(user))

    def in_use(self) -> Self:
        return self.filter(activated_at__isnull=False, withdrawn_at__isnull=True)

    def for_page(self) -> Self:
        return self.select_related("uploaded_by", "activated_by")

    def to_look_at(self) -> Self:
        """Given, and neither taken into use nor withdrawn."""
        return self.filter(activated_at__isnull=True, withdrawn_at__isnull=True)


class ScheduleQuerySet(models.QuerySet["Schedule"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        return self.filter(region__in=Region.objects.visible_to(user))

    def in_force(self) -> Self:
        return self.filter(ended_at__isnull=True)


class CertificateQuerySet(models.QuerySet["Certificate"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        return self.filter(award__library__in=Library.objects.visible_to(user))

    def in_force(self) -> Self:
        """Neither withdrawn, nor their award taken back."""
        return self.filter(withdrawn_at__isnull=True, award__decision=AwardDecision.GRANTED)

    def for_list(self) -> Self:
        """With all that certificates say; the newest closing first, by regency and name."""
        return self.select_related(
            "award__closing", "award__library__region__parent", "award__library__regency"
        ).order_by(
            "-award__closing__through",
            "award__library__regency__code",
            "award__library__name",
            "pk",
        )
