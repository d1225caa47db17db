from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from libraries.enums import LibraryKind


class RuleGroup(TextChoices):
    """Which libraries a rule set scores."""

    VILLAGE = "village", _("Perpustakaan desa, kelurahan, sekolah, TBM")
    REGENCY = "regency", _("Perpustakaan kabupaten/kota dan provinsi")


RULE_GROUP_OF: dict[str, RuleGroup] = {
    LibraryKind.VILLAGE: RuleGroup.VILLAGE,
    LibraryKind.URBAN_VILLAGE: RuleGroup.VILLAGE,
    LibraryKind.SCHOOL: RuleGroup.VILLAGE,
    LibraryKind.COMMUNITY: RuleGroup.VILLAGE,
    LibraryKind.REGENCY: RuleGroup.REGENCY,
    LibraryKind.PROVINCE: RuleGroup.REGENCY,
}


class Colour(TextChoices):
    GREEN = "green", _("Hijau")
    YELLOW = "yellow", _("Kuning")
    RED = "red", _("Merah")
    GREY = "grey", _("Abu-abu")


class Grey(TextChoices):
    """Why a library is grey, as of a day."""

    NO_ACCOUNT = "no_account", _("Tanpa akun")
    NEVER = "never", _("Belum pernah melapor")
    STOPPED = "stopped", _("Berhenti melapor")


class Component(TextChoices):
    """The three general components, and what completes them."""

    INVOLVEMENT = "involvement", _("Pelibatan masyarakat")
    ADVOCACY = "advocacy", _("Advokasi")
    SERVICE = "service", _("Peningkatan layanan informasi")
    VISITS = "visits", _("Kunjungan")
    PUBLICATION = "publication", _("Publikasi")
    SUSTAINABILITY = "sustainability", _("Keberlanjutan")


class Measure(TextChoices):
    """The catalogue of what can be counted; values are the fields of scoring.Inputs."""

    INVOLVEMENT = "involvement", _("kegiatan pelibatan masyarakat")
    PARTICIPANTS = "participants", _("peserta kegiatan")
    ADVOCACY = "advocacy", _("kegiatan advokasi")
    SERVICE = "service", _("peningkatan layanan")
    VISIT_MONTHS = "visit_months", _("bulan dengan data pengunjung")
    PUBLICATIONS = "publications", _("publikasi")
    SUSTAINABILITY = "sustainability", _("tanda keberlanjutan")
