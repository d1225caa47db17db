from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from libraries.models import LetterBatch, Region
from reports.enums import DocumentKind, DocumentState
from reports.querysets import DocumentQuerySet
from tpbis.core.constraints import first_day_of_month, one_of
from tpbis.core.periods import Period


class Office(models.Model):
    """The office that issues documents for a region: its letterhead and who signs."""

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

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="reports_office_nip_has_18_digits",
                condition=Q(signer_nip__regex=r"^[0-9]{18}$"),
            )
        ]

    def __str__(self) -> str:
        return self.name


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
                fields=["kind", "region", "start", "end", "requested_by"],
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
