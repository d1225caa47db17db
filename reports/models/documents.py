from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from libraries.models import LetterBatch, Library, Region
from reports.enums import SUBJECTS, DocumentKind, DocumentState, Span, StopReason
from reports.querysets import DocumentQuerySet, ScheduleQuerySet
from stakeholders.models import Commitment, Event, Need, Organisation, SynergyTeam
from tpbis.core.append_only import AppendOnlyModel
from tpbis.core.constraints import first_day_of_month, one_of, together
from tpbis.core.periods import Period


class Office(models.Model):
    """The office that issues documents for a region: its letterhead, who signs, and what its
    reports and letters usually say. A regency without one borrows its province's."""

    region = models.OneToOneField(Region, on_delete=models.PROTECT, related_name="office")
    government = models.CharField(_("pemerintah"), max_length=120)
    name = models.CharField(_("nama kantor"), max_length=160)
    address = models.CharField(_("alamat"), max_length=200)
    contact = models.CharField(_("kontak"), max_length=160, blank=True)
    place = models.CharField(_("tempat penandatanganan"), max_length=60)
    signer_position = models.CharField(_("jabatan penanda tangan"), max_length=160)
    signer_name = models.CharField(_("nama dan gelar"), max_length=120)
    signer_rank = models.CharField(_("pangkat"), max_length=60)
    signer_nip = models.CharField(
        _("NIP"),
        max_length=18,
        validators=[RegexValidator(r"^\d{18}$", _("NIP terdiri dari 18 angka."))],
    )

    emblem = models.CharField(max_length=200, blank=True)  # an image in the "documents" storage
    # Of letters and reports; a document may say otherwise.
    letter_number = models.CharField(_("Nomor"), max_length=80, blank=True)
    letter_nature = models.CharField(_("Sifat"), max_length=40, blank=True)
    letter_attachment = models.CharField(_("Lampiran"), max_length=80, blank=True)
    letter_subject = models.CharField(_("Hal"), max_length=200, blank=True)
    legal_basis = models.TextField(_("dasar hukum"), blank=True)  # one a line; empty: the default
    outline = models.JSONField(_("kerangka laporan"), default=list, blank=True)
    changed_at = models.DateTimeField(null=True, blank=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="reports_office_nip_has_18_digits",
                condition=Q(signer_nip__regex=r"^[0-9]{18}$"),
            ),
            together("reports_office", "changed"),
        ]

    def __str__(self) -> str:
        return self.name


Subject = Organisation | Need | Commitment | SynergyTeam | Event


def about_its_subject() -> models.CheckConstraint:
    """A kind with a subject names it, and nobody else's."""
    named = Q()
    for kind, field in SUBJECTS.items():
        given = {f"{field}__isnull": False}
        named &= Q(kind=kind, **given) | ~Q(kind=kind) & ~Q(**given)
    return models.CheckConstraint(name="reports_document_about_its_subject", condition=named)


class Document(models.Model):
    """Something the portal prints: requested, then made by a worker."""

    kind = models.CharField(max_length=12, choices=DocumentKind.choices)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="documents")
    start = models.DateField(_("dari bulan"))
    end = models.DateField(_("sampai bulan"))
    # The letters it holds, where it is a document of letters; its months are then that of issue.
    batch = models.ForeignKey(
        LetterBatch, on_delete=models.PROTECT, null=True, blank=True, related_name="documents"
    )
    # The library it is about, where it is about one; and the person whose work it shows.
    library = models.ForeignKey(
        Library, on_delete=models.PROTECT, null=True, blank=True, related_name="documents"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # What it is about, where its kind is of supporting bodies (SUBJECTS).
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="documents"
    )
    need = models.ForeignKey(
        Need, on_delete=models.PROTECT, null=True, blank=True, related_name="documents"
    )
    commitment = models.ForeignKey(
        Commitment, on_delete=models.PROTECT, null=True, blank=True, related_name="documents"
    )
    team = models.ForeignKey(
        SynergyTeam, on_delete=models.PROTECT, null=True, blank=True, related_name="documents"
    )
    event = models.ForeignKey(
        Event, on_delete=models.PROTECT, null=True, blank=True, related_name="documents"
    )
    # Which libraries it counts, as in the address of a page ({"jenis": "desa"}); none: all.
    narrowing = models.JSONField(default=dict, blank=True)
    # What its maker asked for or wrote: sections, fields of the letter, needs; see the kind's form.
    details = models.JSONField(default=dict, blank=True)
    schedule = models.ForeignKey(
        "reports.Schedule",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="documents",
    )
    asked = models.CharField(max_length=64, blank=True)  # SHA-256 of all of the above
    state = models.CharField(
        max_length=10, choices=DocumentState.choices, default=DocumentState.REQUESTED
    )
    step = models.PositiveSmallIntegerField(default=0)
    steps = models.PositiveSmallIntegerField(default=0)
    doing = models.CharField(max_length=120, blank=True)  # the chapter being made
    problem = models.CharField(max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    requested_at = models.DateTimeField(default=timezone.now)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    touched_at = models.DateTimeField(default=timezone.now)  # last sign of life of the worker
    finished_at = models.DateTimeField(null=True, blank=True)
    failed_part = models.CharField(max_length=120, blank=True)  # the chapter at fault
    as_of = models.DateTimeField(null=True, blank=True)  # when its figures were read
    expires_at = models.DateTimeField(null=True, blank=True)  # then its file goes; no signed copy
    removed_at = models.DateTimeField(null=True, blank=True)  # when the file went
    size = models.PositiveBigIntegerField(default=0)  # bytes
    file_name = models.CharField(max_length=200, blank=True)  # in the "documents" storage
    sha256 = models.CharField(max_length=64, blank=True)
    pages = models.PositiveIntegerField(default=0)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["state", "touched_at"], name="reports_document_waiting"),
            models.Index(fields=["region", "-requested_at"], name="reports_document_region"),
        ]
        constraints = [
            one_of("reports_document", "kind", DocumentKind.values),
            one_of("reports_document", "state", DocumentState.values),
            first_day_of_month("reports_document", "start"),
            first_day_of_month("reports_document", "end"),
            models.CheckConstraint(
                name="reports_document_start_before_end", condition=Q(start__lte=F("end"))
            ),
            models.CheckConstraint(
                name="reports_document_done_has_file",
                condition=~Q(state=DocumentState.DONE) | ~Q(file_name="") & ~Q(sha256=""),
            ),
            models.UniqueConstraint(
                name="reports_document_open_once",
                fields=["kind", "region", "start", "end", "asked", "requested_by"],
                condition=Q(
                    state__in=[DocumentState.REQUESTED, DocumentState.RUNNING], batch__isnull=True
                ),
            ),
            models.UniqueConstraint(
                name="reports_document_open_once_a_batch",
                fields=["batch", "requested_by"],
                condition=Q(
                    state__in=[DocumentState.REQUESTED, DocumentState.RUNNING], batch__isnull=False
                ),
            ),
            models.CheckConstraint(
                name="reports_document_letters_have_a_batch",
                condition=Q(kind=DocumentKind.LETTERS, batch__isnull=False)
                | ~Q(kind=DocumentKind.LETTERS) & Q(batch__isnull=True),
            ),
            about_its_subject(),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.start:%Y-%m}–{self.end:%Y-%m} (#{self.pk})"

    def get_absolute_url(self) -> str:
        return reverse("reports:document", kwargs={"pk": self.pk})

    @property
    def period(self) -> Period:
        return Period(self.start, self.end)

    @property
    def is_waiting(self) -> bool:
        return self.state in (DocumentState.REQUESTED, DocumentState.RUNNING)

    @property
    def is_done(self) -> bool:
        return self.state == DocumentState.DONE

    def subject(self) -> Subject | None:
        """What it is about beside a place."""
        return self.organisation or self.need or self.commitment or self.team or self.event

    def whose(self) -> str:
        """“Perpustakaan Desa Sumber Ilmu”, “Bank Jatim”: what its title ends in."""
        if self.commitment:
            return self.commitment.need.title
        if self.organisation or self.need or self.event:
            return str(self.organisation or self.need or self.event)
        return self.library.name if self.library else self.region.title


class SignedCopy(AppendOnlyModel):
    """The signed scan, or the file signed electronically, put beside a document: the newest is the
    document's final version, and none before it is lost."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="signed_copies")
    file_name = models.CharField(max_length=200)  # in the "documents" storage
    original_name = models.CharField(max_length=150)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    note = models.CharField(_("keterangan"), max_length=200, blank=True)
    uploaded_at = models.DateTimeField(default=timezone.now)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        indexes = [
            models.Index(fields=["document", "-uploaded_at"], name="reports_signedcopy_newest")
        ]

    def __str__(self) -> str:
        return f"{self.original_name} (#{self.document_id})"


class Schedule(models.Model):
    """A progress report of a region that makes itself on one day of every month; those who are
    told get a link, never the file."""

    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="schedules")
    span = models.CharField(_("rentang"), max_length=10, choices=Span.choices)
    day = models.PositiveSmallIntegerField(_("tanggal"))  # 1 to 28
    told = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    last_month = models.DateField(null=True, blank=True)  # the month in which it last ran
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    # Blank where a person ended it: what was true then may not be any more when somebody asks.
    stopped_for = models.CharField(
        max_length=10, choices=StopReason.choices, blank=True, default="", db_default=""
    )

    objects = ScheduleQuerySet.as_manager()

    class Meta:
        constraints = [
            one_of("reports_schedule", "span", Span.values),
            one_of("reports_schedule", "stopped_for", ["", *StopReason.values]),
            together("reports_schedule", "ended"),
            models.CheckConstraint(
                name="reports_schedule_day_of_every_month", condition=Q(day__gte=1, day__lte=28)
            ),
            models.CheckConstraint(
                name="reports_schedule_last_month_is_first_day",
                condition=Q(last_month__isnull=True) | Q(last_month__day=1),
            ),
            models.UniqueConstraint(
                name="reports_schedule_once",
                fields=["region", "span", "day", "made_by"],
                condition=Q(ended_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.region_id} {self.span} ({self.day})"
