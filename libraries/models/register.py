from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from libraries.enums import Level, LibraryKind, ProgrammeSource, ReportingMode, SimState
from libraries.querysets import (
    InactivityQuerySet,
    LibraryQuerySet,
    RegionQuerySet,
    SimAccountQuerySet,
)
from tpbis.core.constraints import one_of


class Region(models.Model):
    """A province, regency, district or village by Kemendagri code, such as ``35.08.21.2004``."""

    code = models.CharField(_("kode"), max_length=13, unique=True)
    name = models.CharField(_("nama"), max_length=100)
    level = models.PositiveSmallIntegerField(_("tingkat"), choices=Level.choices)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    reporting_mode = models.CharField(
        _("sumber utama"),
        max_length=10,
        choices=ReportingMode.choices,
        default=ReportingMode.PORTAL,
        help_text=_("Berlaku untuk kabupaten/kota."),
    )

    objects = RegionQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["level", "name"], name="libraries_region_level_name")]
        constraints = [
            one_of("libraries_region", "reporting_mode", ReportingMode.values),
            models.CheckConstraint(
                name="libraries_region_has_parent",
                condition=Q(level=Level.PROVINCE, parent__isnull=True)
                | Q(level__gt=Level.PROVINCE, parent__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """“Kabupaten Lumajang”, “Kecamatan Sumbersuko”, “Provinsi Jawa Timur”."""
        if self.level == Level.PROVINCE:
            return f"Provinsi {self.name}"
        if self.level == Level.DISTRICT:
            return f"Kecamatan {self.name}"
        if self.level == Level.VILLAGE:
            kind = "Kelurahan" if self.code.rpartition(".")[2].startswith("1") else "Desa"
            return f"{kind} {self.name}"
        return self.name

    @property
    def short_name(self) -> str:
        """“Lumajang”; a city keeps its word, as “Kota Blitar” is not “Blitar”."""
        return self.name.removeprefix("Kabupaten ")

    def get_absolute_url(self) -> str:
        return reverse("reports:region", kwargs={"code": self.code})


class Library(models.Model):
    """A partner library (*mitra*)."""

    name = models.CharField(_("nama perpustakaan"), max_length=200)
    kind = models.CharField(_("jenis"), max_length=10, choices=LibraryKind.choices)
    region = models.ForeignKey(
        Region, on_delete=models.PROTECT, related_name="libraries", verbose_name=_("wilayah")
    )
    # Where it is counted; follows from `region` (see save). The province's own library counts
    # under the province.
    regency = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+", editable=False)
    npp = models.CharField(
        _("NPP"), max_length=15, blank=True, help_text=_("Nomor Pokok Perpustakaan, bila ada.")
    )
    source = models.CharField(_("sumber program"), max_length=20, choices=ProgrammeSource.choices)
    joined_on = models.DateField(_("bergabung sejak"))
    tags = models.JSONField(_("tanda program"), default=list, blank=True)
    address = models.CharField(_("alamat"), max_length=200, blank=True)
    contact_name = models.CharField(
        _("nama narahubung"), max_length=150, blank=True, default="", db_default=""
    )
    contact_phone = models.CharField(
        _("telepon narahubung"), max_length=20, blank=True, default="", db_default=""
    )
    has_sharing_room = models.BooleanField(_("ruang berbagi pengalaman"), default=False)
    has_learning_room = models.BooleanField(_("ruang belajar kontekstual"), default=False)
    has_practice_room = models.BooleanField(_("ruang berlatih keterampilan kerja"), default=False)

    objects = LibraryQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["regency", "name"], name="libraries_library_regency_name"),
            models.Index(fields=["joined_on"], name="libraries_library_joined"),
        ]
        constraints = [
            one_of("libraries_library", "kind", LibraryKind.values),
            one_of("libraries_library", "source", ProgrammeSource.values),
            models.UniqueConstraint(
                fields=["region", "name"],
                name="libraries_library_name_in_region",
                violation_error_message=_("Perpustakaan dengan nama ini sudah ada di wilayah itu."),
            ),
            models.UniqueConstraint(
                fields=["npp"],
                condition=~Q(npp=""),
                name="libraries_library_npp_unique",
                violation_error_message=_("NPP ini sudah dipakai perpustakaan lain."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.regency = regency_of(self.region)
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("reports:library", kwargs={"pk": self.pk})


def regency_of(region: Region) -> Region:
    """The regency ``region`` lies in; the province stands for itself."""
    while region.level > Level.REGENCY:
        assert region.parent is not None
        region = region.parent
    return region


class Inactivity(models.Model):
    """A library takes no part from ``starts_on`` to ``ends_on`` (both included; open while empty).
    A month that lies wholly inside leaves every denominator."""

    library = models.ForeignKey(Library, on_delete=models.PROTECT, related_name="inactivities")
    starts_on = models.DateField(_("nonaktif sejak"))
    ends_on = models.DateField(_("sampai"), null=True, blank=True)
    reason = models.CharField(_("alasan"), max_length=300)

    objects = InactivityQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["library", "starts_on"], name="libraries_inactivity_library")
        ]
        constraints = [
            models.CheckConstraint(
                name="libraries_inactivity_starts_before_it_ends",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
            ),
            models.UniqueConstraint(
                fields=["library"],
                condition=Q(ends_on__isnull=True),
                name="libraries_inactivity_one_open",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.library_id}: {self.starts_on} – {self.ends_on or '…'}"


class FormerLibrary(models.Model):
    """The number of a duplicate that was merged into ``library``; its old address leads there."""

    number = models.BigIntegerField(unique=True)
    name = models.CharField(max_length=200)
    library = models.ForeignKey(Library, on_delete=models.PROTECT, related_name="merged")
    merged_at = models.DateTimeField(default=timezone.now)
    merged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    def __str__(self) -> str:
        return f"{self.name} (#{self.number})"


class LibraryAlias(models.Model):
    """Another name of a library, such as the one it has in the SIM."""

    library = models.ForeignKey(Library, on_delete=models.CASCADE, related_name="aliases")
    name = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["library", "name"], name="libraries_libraryalias_once")
        ]

    def __str__(self) -> str:
        return self.name


class SimAccount(models.Model):
    """From ``since_on`` the library's account at Perpusnas was in ``state``."""

    library = models.ForeignKey(Library, on_delete=models.CASCADE, related_name="sim_accounts")
    state = models.CharField(_("akun SIM"), max_length=20, choices=SimState.choices)
    since_on = models.DateField(_("sejak"))

    objects = SimAccountQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["library", "-since_on"], name="libraries_simaccount_latest")
        ]
        constraints = [one_of("libraries_simaccount", "state", SimState.values)]

    def __str__(self) -> str:
        return f"{self.state} ({self.since_on})"
