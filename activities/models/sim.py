"""What came from the national SIM: raw rows, kept for ever, and its official scores."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities.enums import (
    MERGED,
    SimImportState,
    SimKind,
    SimLineKind,
    SimNameState,
    SimSource,
    SimTwinState,
    Source,
)
from activities.models.entries import Activity
from activities.models.reports import MonthlyReport
from activities.querysets import SimImportQuerySet, SimRowQuerySet, SimTwinQuerySet
from libraries.models import Library
from tpbis.core.constraints import one_of, together


class SimImport(models.Model):
    """One feed taken in: who, when, from what, and the numbers that came of it. Work to do is its
    state: ``waiting`` waits for a worker, who holds it while it is ``running``."""

    source = models.CharField(_("asal"), max_length=8, choices=SimSource.choices)
    state = models.CharField(max_length=8, choices=SimImportState.choices)
    files = models.JSONField(default=list, blank=True)  # their names
    content_hash = models.CharField(max_length=64, blank=True)
    # What was sent in, in the "sim_feeds" storage; empty once it is needed no more.
    stored_as = models.CharField(max_length=100, blank=True)
    as_of = models.DateField(_("per tanggal"))
    counts = models.JSONField(default=dict, blank=True)  # by kind and fate
    scores_before = models.JSONField(default=list, blank=True)  # library, day, points, was there
    reports = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    begun_at = models.DateTimeField(default=timezone.now)
    sent_by = models.ForeignKey(  # nobody: the console, the schedule
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    touched_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = SimImportQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["state", "touched_at"], name="activities_simimport_waiting")
        ]
        constraints = [
            one_of("activities_simimport", "source", SimSource.values),
            one_of("activities_simimport", "state", SimImportState.values),
            together("activities_simimport", "undone"),
            models.CheckConstraint(
                name="activities_simimport_undone_says_when",
                condition=Q(state=SimImportState.UNDONE, undone_at__isnull=False)
                | ~Q(state=SimImportState.UNDONE) & Q(undone_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{', '.join(self.files)} (#{self.pk})"

    def get_absolute_url(self) -> str:
        return reverse("activities:sim_import", kwargs={"pk": self.pk})

    @property
    def is_waiting(self) -> bool:
        return self.state in (SimImportState.WAITING, SimImportState.RUNNING)

    @property
    def is_done(self) -> bool:
        return self.state == SimImportState.DONE

    @property
    def totals(self) -> dict[str, int]:
        """Over all kinds."""
        fates = ("read", "new", "changed", "unchanged", "unmatched", "rejected", "vanished")
        return {fate: sum(one.get(fate, 0) for one in self.counts.values()) for fate in fates}

    @property
    def counts_by_kind(self) -> list[tuple[str, dict[str, int]]]:
        return [(str(kind.label), self.counts[kind]) for kind in SimKind if kind in self.counts]


class SimImportLine(models.Model):
    """What an import did to one row: of a row that was there before, what it said (``before``)."""

    run = models.ForeignKey(SimImport, on_delete=models.CASCADE, related_name="lines")
    kind = models.CharField(max_length=9, choices=SimLineKind.choices)
    feed = models.CharField(max_length=12, choices=SimKind.choices)
    file = models.CharField(max_length=255, blank=True)
    number = models.PositiveIntegerField(null=True, blank=True)  # of the row in its file
    library_name = models.CharField(max_length=200, blank=True)
    place = models.CharField(max_length=250, blank=True)
    day = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    before = models.JSONField(null=True, blank=True)
    row = models.ForeignKey(
        "SimRow", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        indexes = [models.Index(fields=["run", "kind"], name="activities_simimportline_list")]
        constraints = [
            one_of("activities_simimportline", "kind", SimLineKind.values),
            one_of("activities_simimportline", "feed", SimKind.values),
        ]

    def __str__(self) -> str:
        return f"#{self.run_id}: {self.kind} {self.library_name}"


class SimRow(models.Model):
    """One row of a SIM feed as it came. ``key`` names the thing the row speaks of (kind, library as
    written, date, title; the feed has no ids) and ``content_hash`` its content: same key with
    another hash is a change. ``problem`` says why a row is kept but not used."""

    kind = models.CharField(max_length=12, choices=SimKind.choices)
    key = models.CharField(max_length=64)
    content_hash = models.CharField(max_length=64)
    raw = models.JSONField()
    library_name = models.CharField(max_length=200, blank=True)
    regency_name = models.CharField(max_length=120, blank=True)
    village_name = models.CharField(max_length=120, blank=True)
    spelling = models.CharField(max_length=64, blank=True)  # of its library and place
    library = models.ForeignKey(
        Library, on_delete=models.PROTECT, null=True, blank=True, related_name="sim_rows"
    )
    activity = models.OneToOneField(
        Activity, on_delete=models.SET_NULL, null=True, blank=True, related_name="sim_row"
    )
    as_of = models.DateField(null=True, blank=True)  # of a score: the day it held
    problem = models.CharField(max_length=300, blank=True)
    imported_at = models.DateTimeField(default=timezone.now)
    day = models.DateField(null=True, blank=True)  # it speaks of; of a month the first
    # Not in a later feed of the same regency and months; what it says still counts.
    absent_since = models.DateField(null=True, blank=True)
    arrived_with = models.ForeignKey(
        "SimImport", on_delete=models.SET_NULL, null=True, blank=True, related_name="rows"
    )

    objects = SimRowQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["library", "kind"], name="activities_simrow_library"),
            models.Index(fields=["spelling"], name="activities_simrow_spelling"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="activities_simrow_once"),
            one_of("activities_simrow", "kind", SimKind.values),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.library_name} (#{self.pk})"


class OfficialScore(models.Model):
    """The score the SIM gave a library, as of a day; a dated fact, never recomputed."""

    library = models.ForeignKey(Library, on_delete=models.PROTECT, related_name="official_scores")
    as_of = models.DateField(_("per tanggal"))
    points = models.PositiveIntegerField(_("skor"), null=True, blank=True)  # thousandths
    imported_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["library", "as_of"], name="activities_officialscore_once_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"#{self.library_id} {self.as_of}"


class SimName(models.Model):
    """A library as the SIM writes it, and what a person decided: whose rows these are, or that
    nobody wants them. Remembered for every later import."""

    spelling = models.CharField(max_length=64, unique=True)
    state = models.CharField(max_length=7, choices=SimNameState.choices)
    library = models.ForeignKey(
        Library, on_delete=models.PROTECT, null=True, blank=True, related_name="sim_names"
    )
    decided_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            one_of("activities_simname", "state", SimNameState.values),
            together("activities_simname", "decided"),
            models.CheckConstraint(
                name="activities_simname_linked_to_a_library",
                condition=Q(state=SimNameState.LINKED, library__isnull=False)
                | Q(state=SimNameState.IGNORED, library__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.spelling[:12]} (#{self.pk})"


class SimTwin(models.Model):
    """An entry of the SIM (its ``row``) and one made here (``entry``) that may tell of the same.
    Of two that are the same one counts: ``left_out`` says which does not, blank while only one of
    them counts anyway. Both stay, and what a person decided is remembered."""

    row = models.ForeignKey(SimRow, on_delete=models.CASCADE, related_name="twins")
    entry = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="sim_twins")
    state = models.CharField(max_length=9, choices=SimTwinState.choices)
    left_out = models.CharField(max_length=10, choices=Source.choices, blank=True, default="")
    found_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = SimTwinQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["state"], name="activities_simtwin_state")]
        constraints = [
            models.UniqueConstraint(fields=["row", "entry"], name="activities_simtwin_once"),
            models.UniqueConstraint(
                fields=["row"],
                condition=Q(state__in=MERGED),
                name="activities_simtwin_row_has_one",
            ),
            models.UniqueConstraint(
                fields=["entry"],
                condition=Q(state__in=MERGED),
                name="activities_simtwin_entry_has_one",
            ),
            one_of("activities_simtwin", "state", SimTwinState.values),
            one_of("activities_simtwin", "left_out", ["", *Source.values]),
            together("activities_simtwin", "decided"),
            models.CheckConstraint(
                name="activities_simtwin_people_decide",
                condition=Q(
                    state__in=(SimTwinState.SAME, SimTwinState.DIFFERENT),
                    decided_at__isnull=False,
                )
                | Q(
                    state__in=(SimTwinState.WAITING, SimTwinState.SAFE),
                    decided_at__isnull=True,
                ),
            ),
            models.CheckConstraint(
                name="activities_simtwin_only_the_same_left_out",
                condition=Q(left_out="") | Q(state__in=MERGED),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state} (#{self.pk})"

    @property
    def is_decided(self) -> bool:
        return self.decided_by_id is not None


class SimMark(models.Model):
    """A month that somebody copied into the SIM, and what it said then (``content``: the form's
    key and its fingerprint), so that what changed later shows."""

    report = models.OneToOneField(MonthlyReport, on_delete=models.CASCADE, related_name="sim_mark")
    content = models.JSONField(default=dict, blank=True)
    marked_at = models.DateTimeField(default=timezone.now)
    marked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [together("activities_simmark", "marked")]

    def __str__(self) -> str:
        return f"#{self.report_id} {self.marked_at:%Y-%m-%d}"
