import uuid

from django.db import models
from django.utils import timezone

BANDS = 4  # a look of 64 bits in parts of 16: two that differ in up to 3 bits share one part


class Picture(models.Model):
    """A picture in the private storage: clean JPEGs in three sizes, named by the hash of the bytes.

    ``look`` is its perceptual hash (64 bits, signed), blank for pictures from before there was one;
    ``band_1`` to ``band_4`` are its parts, by which similar ones are found.
    """

    uuid = models.UUIDField(unique=True, default=uuid.uuid4)
    sha256 = models.CharField(max_length=64, db_index=True)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    original_name = models.CharField(max_length=120, blank=True)
    uploaded_at = models.DateTimeField(default=timezone.now)
    look = models.BigIntegerField(null=True, blank=True, editable=False)
    band_1 = models.PositiveIntegerField(null=True, blank=True, editable=False)
    band_2 = models.PositiveIntegerField(null=True, blank=True, editable=False)
    band_3 = models.PositiveIntegerField(null=True, blank=True, editable=False)
    band_4 = models.PositiveIntegerField(null=True, blank=True, editable=False)

    class Meta:
        abstract = True
        indexes = [
            models.Index(fields=["band_1"], name="%(app_label)s_%(class)s_band_1"),
            models.Index(fields=["band_2"], name="%(app_label)s_%(class)s_band_2"),
            models.Index(fields=["band_3"], name="%(app_label)s_%(class)s_band_3"),
            models.Index(fields=["band_4"], name="%(app_label)s_%(class)s_band_4"),
        ]

    def __str__(self) -> str:
        return f"{self.uuid}"

    def file_name(self, size: str = "full") -> str:
        """Path in the default storage; ``size`` is ``full`` (<= 2048 px), ``640`` or ``240``."""
        return photo_file_name(self.sha256, size)


def photo_file_name(sha256: str, size: str) -> str:
    return f"photos/{sha256[:2]}/{sha256}.{size}.jpg"
