from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Count, Exists, F, Prefetch, Q

from activities.enums import (
    EDITABLE,
    REPORTED,
    ReviewAction,
    SimImportState,
    SimKind,
    SimTwinState,
    Source,
    State,
    StoryState,
)
from libraries.models import Library
from tpbis.accounts.enums import Role
from tpbis.core import periods

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from activities.models import (
        Activity,
        Consent,
        EntryDraft,
        Excuse,
        MentoringVisit,
        MonthlyReport,
        Photo,
        Reminder,
        SimImport,
        SimRow,
        SimTwin,
        Story,
        StoryPhoto,
    )
    from tpbis.accounts.models import User


class MonthlyReportQuerySet(models.QuerySet["MonthlyReport"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Drafts belong to the library alone: others see a month once it was submitted."""
        mine = self.filter(library__in=Library.objects.visible_to(user))
        if user.is_authenticated and not user.is_librarian:
            return mine.exclude(state=State.DRAFT)
        return mine

    def from_portal(self) -> Self:
        return self.filter(source=Source.PORTAL)

    def editable(self) -> Self:
        return self.filter(state__in=EDITABLE)

    def reported(self) -> Self:
        return self.filter(state__in=REPORTED)

    def approved(self) -> Self:
        return self.filter(state=State.APPROVED)

    def awaiting_review(self) -> Self:
        """Oldest first."""
        return self.filter(state=State.SUBMITTED).order_by("submitted_at", "pk")

    def acted_on_since(self, day: date, action: ReviewAction) -> Self:
        """To which ``action`` was done on ``day`` or later; sent in again is sent in."""
        from activities.models import ReviewEvent

        sent = (ReviewAction.SUBMITTED, ReviewAction.RESUBMITTED)
        events = ReviewEvent.objects.filter(
            action__in=sent if action == ReviewAction.SUBMITTED else (action,),
            at__gte=periods.midnight(day),
        )
        return self.filter(pk__in=events.order_by().values("report"))

    def for_list(self) -> Self:
        return self.select_related("library", "library__region", "library__regency").annotate(
            entry_count=Count("activities", filter=Q(activities__exclusion=""))
        )

    def with_content(self) -> Self:
        """For rows that say what is in a report and what looks odd about it."""
        from activities.models import Activity

        return self.select_related(
            "library", "library__region", "library__regency"
        ).prefetch_related(Prefetch("activities", Activity.objects.for_report()))

    def for_page(self) -> Self:
        from activities.models import Activity, ReviewEvent

        return self.select_related(
            "library", "library__region", "library__regency"
        ).prefetch_related(
            Prefetch("activities", Activity.objects.for_report()),
            Prefetch(
                "events",
                ReviewEvent.objects.select_related("by")
                .annotate(has_version=Q(content__isnull=False))
                .defer("content")
                .order_by("at", "pk"),
            ),
        )


class ActivityQuerySet(models.QuerySet["Activity"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        from activities.models import MonthlyReport

        return self.filter(report__in=MonthlyReport.objects.visible_to(user))

    def counted(self) -> Self:
        """Those that were not left out at approval; whether it was approved is another question."""
        return self.filter(exclusion="")

    def for_report(self) -> Self:
        absent = F("sim_row__absent_since")  # of what came from the SIM and is there no more
        entries = self.annotate(absent_since=absent)
        return entries.prefetch_related("photos").order_by("held_on", "pk")


class PhotoQuerySet(models.QuerySet["Photo"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Everyone who may see the report, except observers: a face is personal data."""
        from activities.models import Activity

        if user.is_authenticated and user.role == Role.OBSERVER:
            return self.none()
        return self.filter(activity__in=Activity.objects.visible_to(user))


class EntryDraftQuerySet(models.QuerySet["EntryDraft"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """One's own, for a library one still records for."""
        if not user.is_authenticated or not user.is_librarian:
            return self.none()
        return self.filter(by=user, library__in=Library.objects.visible_to(user))

    def unfinished(self) -> Self:
        return self.filter(is_twin=False)

    def twins(self) -> Self:
        return self.filter(is_twin=True)


class _OfLibraries(models.QuerySet[Any]):
    """Rows that are seen by whoever looks after their library."""

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        return self.filter(library__in=Library.objects.visible_to(user))


class ExcuseQuerySet(_OfLibraries, models.QuerySet["Excuse"]):
    def in_force(self) -> Self:
        return self.filter(withdrawn_at__isnull=True)


class MentoringQuerySet(_OfLibraries, models.QuerySet["MentoringVisit"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """What was said at a library is not for observers."""
        if user.is_authenticated and user.role in (Role.OBSERVER, Role.SUPPORTER):
            return self.none()
        return super().visible_to(user)

    def open(self) -> Self:
        """Agreed and not done yet."""
        return self.exclude(agreed_action="").filter(done_at__isnull=True)


class ReminderQuerySet(_OfLibraries, models.QuerySet["Reminder"]):
    pass


class StoryQuerySet(models.QuerySet["Story"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Published ones are everybody's who signs in; others those of one's libraries, and not
        before they were submitted unless it is one's own. A withdrawn one stays for its library
        and PIC."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        mine = Q(library__in=Library.objects.visible_to(user))
        if not user.is_librarian:
            mine &= ~Q(state=StoryState.DRAFT)
        if user.role not in (Role.LIBRARIAN, Role.REGENCY_PIC):
            mine &= ~Q(state=StoryState.WITHDRAWN)
        if user.role in (Role.OBSERVER, Role.SUPPORTER):
            mine = Q(pk__in=[])
        return self.filter(mine | Q(state=StoryState.APPROVED))

    def near(self, user: "User | AnonymousUser") -> Self:
        """Those of one's own libraries: to be worked on, not only read."""
        return self.visible_to(user).filter(library__in=Library.objects.visible_to(user))

    def published(self) -> Self:
        return self.filter(state=StoryState.APPROVED)

    def published_since(self, day: date) -> Self:
        """On ``day`` or later, and still published."""
        return self.published().filter(decided_at__gte=periods.midnight(day))

    def awaiting_review(self) -> Self:
        """Oldest first."""
        return self.filter(state=StoryState.SUBMITTED).order_by("submitted_at", "pk")

    def for_list(self) -> Self:
        """With the pictures, and how far each consent goes; not who gave it."""
        from activities.models import Consent, StoryPhoto

        scopes = Consent.objects.order_by("pk").defer("given_by", "guardian", "guardian_relation")
        return self.select_related(
            "library", "library__region", "library__regency"
        ).prefetch_related(
            Prefetch("photos", StoryPhoto.objects.order_by("pk")), Prefetch("consents", scopes)
        )

    def for_page(self) -> Self:
        """With what was said and agreed to, for those who may read that."""
        from activities.models import Consent, StoryEvent, StoryPhoto

        return self.select_related(
            "library", "library__region", "library__regency", "created_by"
        ).prefetch_related(
            Prefetch("photos", StoryPhoto.objects.order_by("pk")),
            Prefetch("consents", Consent.objects.order_by("pk")),
            Prefetch("events", StoryEvent.objects.select_related("by").order_by("at", "pk")),
        )


class StoryPhotoQuerySet(models.QuerySet["StoryPhoto"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        from activities.models import Story

        return self.filter(story__in=Story.objects.visible_to(user))


class ConsentQuerySet(models.QuerySet["Consent"]):
    def near(self, user: "User | AnonymousUser") -> Self:
        """Of stories that are one's own to work on."""
        from activities.models import Story

        return self.filter(story__in=Story.objects.near(user))

    def in_force(self) -> Self:
        return self.filter(withdrawn_at__isnull=True)


class SimRowQuerySet(models.QuerySet["SimRow"]):
    def unmatched(self) -> Self:
        """Rows that wait for a library; what a regency says of its replication never has one."""
        return self.filter(library__isnull=True).exclude(kind=SimKind.REPLICATION)


class SimImportQuerySet(models.QuerySet["SimImport"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """A feed speaks of libraries all over the province: its staff alone looks after it."""
        from libraries.models import Region

        if not user.is_authenticated or user.role != Role.PROVINCE_STAFF:
            return self.none()
        return self.filter(Exists(Region.objects.visible_to(user)))

    def for_list(self) -> Self:
        return self.select_related("sent_by", "undone_by").order_by("-begun_at", "-pk")

    def done(self) -> Self:
        return self.filter(state=SimImportState.DONE)

    def waiting(self) -> Self:
        return self.filter(state__in=(SimImportState.WAITING, SimImportState.RUNNING))


class SimTwinQuerySet(models.QuerySet["SimTwin"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Of their libraries, those whose work it is to tell them apart."""
        if not user.is_authenticated or user.role not in (Role.PROVINCE_STAFF, Role.REGENCY_PIC):
            return self.none()
        return self.filter(entry__report__library__in=Library.objects.visible_to(user))

    def standing(self) -> Self:
        """Both sides are there: an approved report here, an entry from the SIM."""
        return self.filter(entry__report__state=State.APPROVED, row__activity__isnull=False)

    def waiting(self) -> Self:
        return self.standing().filter(state=SimTwinState.WAITING)

    def for_list(self) -> Self:
        return self.select_related(
            "entry__report__library__region",
            "entry__report__library__regency",
            "row__activity__report",
            "decided_by",
        ).order_by("entry__report__library__name", "entry__held_on", "pk")
