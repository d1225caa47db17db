from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _

from tpbis.accounts.enums import Role


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


class Theme(TextChoices):
    """`bidang_kegiatan`"""

    EDUCATION = "Pendidikan", _("Pendidikan")
    HEALTH = "Kesehatan", _("Kesehatan")
    DIGITAL = "Inklusi Digital", _("Inklusi Digital")
    ARTS = "Seni Budaya", _("Seni Budaya")
    ECONOMY = "Ekonomi", _("Ekonomi")
    FARMING = "Pertanian", _("Pertanian")
    SPORTS = "Olahraga", _("Olahraga")
    OTHER = "Lainnya", _("Lainnya")


class ImportState(TextChoices):
    """How far a roster sent in by browser has come."""

    UPLOADED = "uploaded", _("Kolom belum dicocokkan")
    MAPPED = "mapped", _("Menunggu diperiksa")
    CHECKING = "checking", _("Sedang diperiksa")
    PLANNED = "planned", _("Menunggu persetujuan")
    CONFIRMED = "confirmed", _("Menunggu giliran")
    RUNNING = "running", _("Sedang disimpan")
    DONE = "done", _("Selesai")
    FAILED = "failed", _("Gagal")
    CANCELLED = "cancelled", _("Dibatalkan")


class LineKind(TextChoices):
    """What importing a row of a roster would do, or did."""

    ADDED = "added", _("Baru")
    CHANGED = "changed", _("Berubah")
    UNCHANGED = "unchanged", _("Tetap")
    REJECTED = "rejected", _("Ditolak")


# Whose accounts a PIC may make and close; the province those of everyone.
KEPT_BY_PIC = frozenset({Role.LIBRARIAN, Role.FACILITATOR})

# Which regions a role can work for. A librarian works for a library; a supporting body for none.
LEVELS_OF_ROLE: dict[Role, tuple[Level, ...]] = {
    Role.PROVINCE_STAFF: (Level.PROVINCE,),
    Role.PROVINCE_VIEWER: (Level.PROVINCE,),
    Role.OBSERVER: (Level.PROVINCE, Level.REGENCY),
    Role.REGENCY_PIC: (Level.REGENCY,),
    Role.FACILITATOR: (Level.REGENCY,),
}


class AccountState(TextChoices):
    """How far somebody's account has come, as a list of people tells it."""

    ACTIVE = "aktif", _("Aktif")
    WAITING = "menunggu", _("Menunggu aktivasi")
    CLOSED = "nonaktif", _("Nonaktif")
