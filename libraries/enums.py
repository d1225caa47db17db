from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class Level(IntegerChoices):
    """Depth of a Kemendagri code."""

    PROVINCE = 1, _("Provinsi")
    REGENCY = 2, _("Kabupaten/kota")
    DISTRICT = 3, _("Kecamatan")
    VILLAGE = 4, _("Desa/kelurahan")


class ReportingMode(TextChoices):
    """Where a regency's libraries record: here, or in the national SIM."""

    PORTAL = "portal", _("Portal utama")
    SIM = "sim", _("SIM utama")


class LibraryKind(TextChoices):
    VILLAGE = "desa", _("Desa")
    URBAN_VILLAGE = "kelurahan", _("Kelurahan")
    REGENCY = "kabkota", _("Kabupaten/kota")
    PROVINCE = "provinsi", _("Provinsi")
    SCHOOL = "sekolah", _("Sekolah")
    COMMUNITY = "tbm", _("Komunitas/TBM")


class ProgrammeSource(TextChoices):
    """Who brought the library into the programme."""

    NATIONAL = "national", _("Nasional, lengkap")
    NATIONAL_BOOKS = "national_books", _("Nasional, bantuan buku")
    REPLICATION = "replication", _("Replikasi daerah")
    SELF_REPLICATION = "self_replication", _("Replikasi mandiri")


class SimState(TextChoices):
    """The account at Perpusnas; a library without a row was never proposed."""

    NOT_PROPOSED = "belum_diusulkan", _("Belum diusulkan")
    PROPOSED = "diusulkan", _("Diusulkan")
    ACTIVE = "aktif", _("Aktif")
    INACTIVE = "tidak_aktif", _("Tidak aktif")
