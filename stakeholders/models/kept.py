"""What several models of this app have in common."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from libraries.files import KeptFile


class Recorded(models.Model):
    """Who wrote it down, and when."""

    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        abstract = True


class Paper(models.Model):
    """A file in the storage "documents", as it came in; all blank where there is none."""

    file_name = models.CharField(max_length=200, blank=True)
    original_name = models.CharField(max_length=150, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveIntegerField(default=0, db_default=0)

    class Meta:
        abstract = True

    def hold(self, paper: "KeptFile") -> None:
        self.file_name, self.original_name = paper.name, paper.original_name
        self.sha256, self.size = paper.sha256, paper.size


def in_order(name: str) -> models.CheckConstraint:
    """``ends_on`` is not before ``starts_on``; open while it is empty."""
    return models.CheckConstraint(
        name=f"{name}_starts_before_it_ends",
        condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
        violation_error_message=_("Tanggal selesai sebelum tanggal mulai."),
    )


def counted_in_a_unit(
    name: str, quantity: str = "quantity", unit: str = "unit"
) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=f"{name}_counted_in_a_unit",
        condition=Q(**{f"{quantity}__isnull": True}) | ~Q(**{unit: ""}),
        violation_error_message=_("Isi satuannya, misalnya “buku”."),
    )
