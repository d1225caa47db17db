"""Rosters sent in by browser: looked at first, carried out once somebody agrees."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from libraries.enums import ImportState, LineKind
from libraries.models.register import Library, Region
from libraries.querysets import RosterImportQuerySet
from tpbis.core.constraints import one_of, together

_WAITING = (ImportState.MAPPED, ImportState.CHECKING, ImportState.CONFIRMED, ImportState.RUNNING)
OPEN = (
    ImportState.UPLOADED,
    ImportState.MAPPED,
    ImportState.PLANNED,
    ImportState.CONFIRMED,
)  # nobody is at work on it right now
_ENDED = (ImportState.DONE, ImportState.FAILED, ImportState.CANCELLED)
_AGREED = (ImportState.CONFIRMED, ImportState.RUNNING, ImportState.DONE)


def nothing_counted() -> dict[str, int | None]:
    return dict.fromkeys((*LineKind.values, "warnings"))


class RosterImport(models.Model):
    """One file, from the moment it came in to the numbers that came of it.

    Work to do is its state: ``mapped`` waits for its dry run, ``confirmed`` for being carried out;
    a worker holds it while it is ``checking`` or ``running``.
    """

    file_name = models.CharField(_("nama berkas"), max_length=255)  # as its sender calls it
    # The table that was read, in the "rosters" storage; empty once it is needed no more.
    stored_as = models.CharField(max_length=100, blank=True)
    sheet = models.CharField(_("lembar"), max_length=100, blank=True)
    # The places its rows may speak of: those that the sender looked after then.
    regions = models.ManyToManyField(Region, related_name="+")
    heading_row = models.PositiveIntegerField(_("baris judul"), default=0)
    mapping = models.JSONField(default=dict, blank=True)  # the column of each field
    choices = models.JSONField(default=dict, blank=True)  # the code chosen for a place as written
    state = models.CharField(
        max_length=10, choices=ImportState.choices, default=ImportState.UPLOADED
    )
    step = models.PositiveIntegerField(default=0)
    steps = models.PositiveIntegerField(default=0)
    # Rows by LineKind, and warnings; None until they were looked at.
    counts = models.JSONField(default=nothing_counted, blank=True)
    plan_hash = models.CharField(max_length=64, blank=True)  # of the dry run that was shown
    sound_only = models.BooleanField(default=False)  # agreed to without the rejected rows
    problem = models.CharField(max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    uploaded_at = models.DateTimeField(default=timezone.now)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    touched_at = models.DateTimeField(default=timezone.now)  # last sign of life
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = RosterImportQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["state", "touched_at"], name="libraries_rosterimport_waiting")
        ]
        constraints = [
            one_of("libraries_rosterimport", "state", ImportState.values),
            together("libraries_rosterimport", "confirmed"),
            models.CheckConstraint(
                name="libraries_rosterimport_agreed_before_carried_out",
                condition=~Q(state__in=_AGREED) | Q(confirmed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="libraries_rosterimport_ended_has_an_end",
                condition=Q(state__in=_ENDED, finished_at__isnull=False)
                | ~Q(state__in=_ENDED) & Q(finished_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file_name} (#{self.pk})"

    def get_absolute_url(self) -> str:
        return reverse("libraries:roster", kwargs={"pk": self.pk})

    @property
    def is_waiting(self) -> bool:
        """Somebody else is at work, or will be."""
        return self.state in _WAITING

    @property
    def is_planned(self) -> bool:
        return self.state == ImportState.PLANNED

    @property
    def asks_columns(self) -> bool:
        """Which column is which may still be said."""
        return self.state in (ImportState.UPLOADED, ImportState.PLANNED)

    @property
    def can_be_cancelled(self) -> bool:
        return self.state in OPEN

    @property
    def is_done(self) -> bool:
        return self.state == ImportState.DONE

    @property
    def has_ended(self) -> bool:
        return self.state in _ENDED

    def count(self, kind: LineKind) -> int:
        return int(self.counts.get(kind) or 0)


class RosterLine(models.Model):
    """What importing one row would do, or did."""

    roster = models.ForeignKey(RosterImport, on_delete=models.CASCADE, related_name="lines")
    number = models.PositiveIntegerField()  # of the row, as seen in Excel
    kind = models.CharField(max_length=10, choices=LineKind.choices)
    name = models.CharField(max_length=200, blank=True)
    place = models.CharField(max_length=200, blank=True)
    library = models.ForeignKey(
        Library, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    # Column, old and new value of what changes; column and reason of what is rejected.
    details = models.JSONField(default=list, blank=True)
    warnings = models.JSONField(default=list, blank=True)  # column and text
    # A place that was not found: how it was written, and the codes it may be.
    place_key = models.CharField(max_length=300, blank=True)
    candidates = models.JSONField(default=list, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["roster", "kind", "number"], name="libraries_rosterline_listed")
        ]
        constraints = [
            one_of("libraries_rosterline", "kind", LineKind.values),
            models.UniqueConstraint(
                fields=["roster", "number"], name="libraries_rosterline_once_a_row"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.roster_id}: {self.number} {self.name}"
