from django.db.models import IntegerChoices, TextChoices
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

    @property
    def what_counts(self) -> str:
        """In a sentence or two, for whoever reads or writes rules."""
        return str(_WHAT_COUNTS[self])


_WHAT_COUNTS = {
    Measure.INVOLVEMENT: _(
        "Setiap kegiatan bersama warga, seperti pelatihan atau promosi, dihitung satu."
    ),
    Measure.PARTICIPANTS: _("Jumlah orang yang ikut dalam kegiatan pelibatan masyarakat."),
    Measure.ADVOCACY: _(
        "Setiap pertemuan mencari dukungan dihitung satu: kepada kepala desa, perangkat daerah, "
        "swasta, atau lainnya."
    ),
    Measure.SERVICE: _(
        "Layanan baru, ruang, atau pelatihan pengelola. Potret fasilitas tiap setengah tahun "
        "dihitung satu."
    ),
    Measure.VISIT_MONTHS: _(
        "Bulan yang jumlah pengunjungnya diisi. Angka 0 juga terisi; kosong tidak."
    ),
    Measure.PUBLICATIONS: _("Setiap berita di media daring, elektronik, atau cetak dihitung satu."),
    Measure.SUSTAINABILITY: _(
        "Advokasi yang menghasilkan dana atau regulasi, advokasi kepada dua sasaran atau lebih, "
        "cerita dampak yang terbit, dan kemitraan yang berlaku."
    ),
}


class Per(IntegerChoices):
    """How often a target comes again; the value is in months."""

    MONTH = 1, _("sebulan")
    TWO_MONTHS = 2, _("dua bulan")
    HALF_YEAR = 6, _("setengah tahun")
    YEAR = 12, _("setahun")


class RuleState(TextChoices):
    DRAFT = "draft", _("Draf")
    PUBLISHED = "published", _("Diterbitkan")


class RunReason(TextChoices):
    """Why everything was compared and scored."""

    NIGHT = "night", _("Setiap malam")
    ASKED = "asked", _("Diminta")
    RULES = "rules", _("Aturan baru")
    IMPORT = "import", _("Impor")


class RunState(TextChoices):
    WAITING = "waiting", _("Menunggu")
    RUNNING = "running", _("Berjalan")
    DONE = "done", _("Selesai")


class AreaState(TextChoices):
    WAITING = "waiting", _("Menunggu")
    DONE = "done", _("Selesai")
    FAILED = "failed", _("Gagal")


class AwardDecision(TextChoices):
    GRANTED = "granted", _("Diberikan")
    DECLINED = "declined", _("Tidak diberikan")
