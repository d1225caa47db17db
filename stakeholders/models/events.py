from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from libraries.enums import Theme
from libraries.models import Library, Region
from stakeholders.enums import (
    ActionState,
    Answer,
    CheckIn,
    EventFileKind,
    EventKind,
    EventMode,
    EventState,
    SeatGroup,
)
from stakeholders.models.kept import Paper, Recorded
from stakeholders.models.organisations import Organisation
from stakeholders.querysets import ActionQuerySet, AttendeeQuerySet, EventQuerySet
from tpbis.core.constraints import one_of, together


class EventSeries(models.Model):
    """Events that follow each other, such as “LARON JATIM” with its running numbers: what was
    agreed at one comes back at the next."""

    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="event_series")
    name = models.CharField(_("nama seri"), max_length=100)
    kind = models.CharField(_("jenis acara"), max_length=12, choices=EventKind.choices)

    class Meta:
        constraints = [
            one_of("stakeholders_eventseries", "kind", EventKind.values),
            models.UniqueConstraint(
                fields=["region", "name"],
                name="stakeholders_eventseries_once",
                violation_error_message=_("Seri dengan nama ini sudah ada."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Event(Recorded):
    """A meeting of one day or several; ``seats`` of all groups together, where there is a limit."""

    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="events")
    series = models.ForeignKey(
        EventSeries, on_delete=models.PROTECT, null=True, blank=True, related_name="events"
    )
    number = models.PositiveSmallIntegerField(_("nomor"), null=True, blank=True)
    wave = models.PositiveSmallIntegerField(_("gelombang"), null=True, blank=True)
    kind = models.CharField(_("jenis acara"), max_length=12, choices=EventKind.choices)
    title = models.CharField(_("judul"), max_length=200)
    theme = models.CharField(_("bidang"), max_length=20, choices=Theme.choices, blank=True)
    about = models.TextField(_("uraian"), max_length=3_000, blank=True)
    starts_at = models.DateTimeField(_("mulai"))
    ends_at = models.DateTimeField(_("selesai"))
    mode = models.CharField(_("cara"), max_length=10, choices=EventMode.choices)
    place = models.CharField(_("tempat"), max_length=200, blank=True)
    link = models.URLField(_("tautan pertemuan"), max_length=500, blank=True)
    seats = models.PositiveSmallIntegerField(_("kursi"), null=True, blank=True)
    minutes = models.TextField(_("notula"), max_length=20_000, blank=True)
    state = models.CharField(
        _("keadaan"), max_length=10, choices=EventState.choices, default=EventState.PLANNED
    )
    reason = models.CharField(_("alasan"), max_length=300, blank=True)  # of calling it off
    key = models.CharField(max_length=32, unique=True)  # in the QR at the door

    objects = EventQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["region", "starts_at"], name="stakeholders_event_region"),
            models.Index(fields=["starts_at"], name="stakeholders_event_start"),
        ]
        constraints = [
            one_of("stakeholders_event", "kind", EventKind.values),
            one_of("stakeholders_event", "theme", ["", *Theme.values]),
            one_of("stakeholders_event", "mode", EventMode.values),
            one_of("stakeholders_event", "state", EventState.values),
            models.CheckConstraint(
                name="stakeholders_event_starts_before_it_ends",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message=_("Waktu selesai tidak setelah waktu mulai."),
            ),
            models.CheckConstraint(
                name="stakeholders_event_numbered_in_a_series",
                condition=Q(series__isnull=True, number__isnull=True)
                | Q(series__isnull=False, number__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["series", "number"],
                name="stakeholders_event_number_once",
                violation_error_message=_("Nomor ini sudah dipakai dalam seri itu."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("stakeholders:event", kwargs={"pk": self.pk})


class SeatQuota(models.Model):
    """So many seats of an event are meant for one group."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="quotas")
    group = models.CharField(_("untuk"), max_length=16, choices=SeatGroup.choices)
    seats = models.PositiveSmallIntegerField(_("kursi"))

    class Meta:
        constraints = [
            one_of("stakeholders_seatquota", "group", SeatGroup.values),
            models.UniqueConstraint(fields=["event", "group"], name="stakeholders_seatquota_once"),
        ]

    def __str__(self) -> str:
        return f"{self.group}: {self.seats}"


class EventSpeaker(models.Model):
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="speakers")
    name = models.CharField(_("nama"), max_length=150)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="talks"
    )
    topic = models.CharField(_("topik"), max_length=200, blank=True)

    def __str__(self) -> str:
        return f"#{self.event_id}: {self.topic}"


class EventFile(Paper):
    """A paper of an event; it goes with the event alone."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="files")
    kind = models.CharField(_("jenis berkas"), max_length=10, choices=EventFileKind.choices)
    uploaded_at = models.DateTimeField(default=timezone.now)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [one_of("stakeholders_eventfile", "kind", EventFileKind.values)]

    def __str__(self) -> str:
        return f"#{self.event_id}: {self.original_name}"


class Attendee(models.Model):
    """A person with a seat at an event: from a library or an organisation of the register, or from
    an ``institution`` outside it. ``key`` is in the QR of the invitation."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="attendees")
    group = models.CharField(_("kuota"), max_length=16, choices=SeatGroup.choices)
    name = models.CharField(_("nama"), max_length=150, blank=True)
    position = models.CharField(_("jabatan"), max_length=150, blank=True)
    library = models.ForeignKey(
        Library, on_delete=models.PROTECT, null=True, blank=True, related_name="attendances"
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="attendances"
    )
    institution = models.CharField(_("asal"), max_length=200, blank=True)
    phone = models.CharField(_("telepon"), max_length=20, blank=True)
    email = models.EmailField(_("surel"), blank=True)
    key = models.CharField(max_length=32, unique=True)
    answer = models.CharField(
        _("jawaban"), max_length=12, choices=Answer.choices, default=Answer.INVITED
    )
    over_quota = models.CharField(_("alasan melebihi kuota"), max_length=300, blank=True)
    invited_at = models.DateTimeField(default=timezone.now)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    attended_at = models.DateTimeField(null=True, blank=True)
    # Who noted it; nobody where the person checked in at the door without an account.
    checked_in_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    checked_in = models.CharField(
        _("cara hadir"), max_length=8, choices=CheckIn.choices, blank=True
    )
    erased_at = models.DateTimeField(null=True, blank=True)  # who it was; the seat stays

    objects = AttendeeQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["library", "attended_at"], name="stakeholders_attendee_library"),
            models.Index(fields=["organisation"], name="stakeholders_attendee_org"),
        ]
        constraints = [
            one_of("stakeholders_attendee", "group", SeatGroup.values),
            one_of("stakeholders_attendee", "answer", Answer.values),
            one_of("stakeholders_attendee", "checked_in", ["", *CheckIn.values]),
            models.CheckConstraint(
                name="stakeholders_attendee_attended_somehow",
                condition=Q(attended_at__isnull=True, checked_in="")
                | Q(attended_at__isnull=False) & ~Q(checked_in=""),
            ),
            models.CheckConstraint(
                name="stakeholders_attendee_from_somewhere",
                condition=Q(library__isnull=False)
                | Q(organisation__isnull=False)
                | ~Q(institution="")
                | Q(erased_at__isnull=False),
                violation_error_message=_("Isi asalnya: perpustakaan, lembaga, atau nama tempat."),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.event_id}: {self.group}"


class ActionItem(Recorded):
    """What somebody agreed to do at an event, until a day; it comes back at the next event of its
    series while it is open."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="actions")
    what = models.CharField(_("tindak lanjut"), max_length=300)
    owner = models.CharField(_("penanggung jawab"), max_length=150)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="actions"
    )
    due_on = models.DateField(_("batas waktu"))
    state = models.CharField(
        _("keadaan"), max_length=12, choices=ActionState.choices, default=ActionState.OPEN
    )
    outcome = models.CharField(_("hasil"), max_length=300, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ActionQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["state", "due_on"], name="stakeholders_action_due")]
        constraints = [
            one_of("stakeholders_actionitem", "state", ActionState.values),
            together("stakeholders_actionitem", "settled"),
            models.CheckConstraint(
                name="stakeholders_actionitem_settled_once_over",
                condition=Q(state=ActionState.OPEN, settled_at__isnull=True)
                | ~Q(state=ActionState.OPEN) & Q(settled_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.what
