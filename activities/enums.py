"""States, and the code lists of the national SIM: values are the SIM's own words, kept exactly."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Source(TextChoices):
    PORTAL = "portal", _("Portal")
    SIM = "sim", _("SIM")


class State(TextChoices):
    DRAFT = "draft", _("Draf")
    SUBMITTED = "submitted", _("Diajukan")
    RETURNED = "returned", _("Dikembalikan")
    APPROVED = "approved", _("Disetujui")


EDITABLE = (State.DRAFT, State.RETURNED)
REPORTED = (State.SUBMITTED, State.APPROVED)


class ReviewAction(TextChoices):
    SUBMITTED = "submitted", _("Diajukan")
    RESUBMITTED = "resubmitted", _("Diajukan ulang")
    RETURNED = "returned", _("Dikembalikan")
    APPROVED = "approved", _("Disetujui")
    REOPENED = "reopened", _("Dibuka kembali")


class ReturnReason(TextChoices):
    INCOMPLETE = "kurang_lengkap", _("Isian kurang lengkap")
    WRONG_DATE = "tanggal_keliru", _("Tanggal keliru")
    DOUBLE = "ganda", _("Tercatat dua kali")
    NUMBERS = "angka_janggal", _("Angka tidak masuk akal")
    PHOTO = "foto", _("Foto kurang jelas atau tidak sesuai")
    OTHER = "lainnya", _("Lainnya")


class ExcuseReason(TextChoices):
    """Why a month may be late."""

    DISASTER = "bencana", _("Bencana")
    ILLNESS = "sakit", _("Pengelola sakit")
    NETWORK = "jaringan", _("Gangguan jaringan atau listrik")
    HANDOVER = "pergantian", _("Pergantian pengelola")
    OTHER = "lainnya", _("Lainnya")


class MentoringWay(TextChoices):
    VISIT = "kunjungan", _("Kunjungan")
    CALL = "telepon", _("Telepon")
    CHAT = "pesan", _("Pesan WhatsApp")


class StoryKind(TextChoices):
    IMPACT = "dampak", _("Cerita dampak")
    PRACTICE = "praktik", _("Praktik baik")


class StoryState(TextChoices):
    DRAFT = "draft", _("Draf")
    SUBMITTED = "submitted", _("Diajukan")
    RETURNED = "returned", _("Dikembalikan")
    APPROVED = "approved", _("Terbit")
    WITHDRAWN = "withdrawn", _("Ditarik")


class StoryAction(TextChoices):
    SUBMITTED = "submitted", _("Diajukan")
    RESUBMITTED = "resubmitted", _("Diajukan ulang")
    RETURNED = "returned", _("Dikembalikan")
    APPROVED = "approved", _("Disetujui")
    REOPENED = "reopened", _("Dibuka kembali")
    WITHDRAWN = "withdrawn", _("Ditarik")


class ConsentScope(TextChoices):
    """How far somebody agreed to be shown; each includes the ones before it."""

    PORTAL = "portal", _("Portal ini saja")
    PRINT = "cetak", _("Portal dan laporan cetak")
    PUBLIC = "umum", _("Juga media dan media sosial")


class Kind(TextChoices):
    INVOLVEMENT = "pelibatan", _("Pelibatan masyarakat")
    ADVOCACY = "advokasi", _("Advokasi")
    SERVICE = "peningkatan", _("Peningkatan layanan")
    PUBLICATION = "publikasi", _("Publikasi")


class Format(TextChoices):
    """`jenis`"""

    PROMOTION = "Promosi", _("Promosi")
    TRAINING = "Pelatihan", _("Pelatihan")


class Audience(TextChoices):
    """`sasaran` of an involvement activity"""

    GENERAL = "Umum", _("Umum")
    PUPILS = "Pelajar", _("Pelajar")
    CHILDREN = "Anak-Anak", _("Anak-Anak")
    ELDERLY = "Lansia", _("Lansia")
    SMALL_BUSINESS = "Pelaku UMKM", _("Pelaku UMKM")
    STUDENTS = "Mahasiswa", _("Mahasiswa")
    FARMERS = "Petani/Nelayan", _("Petani/Nelayan")


class AdvocacyAudience(TextChoices):
    """`sasaran` of an advocacy entry; one or more"""

    VILLAGE_HEAD = "Kepala Desa", _("Kepala Desa")
    AGENCY = "Perangkat Daerah", _("Perangkat Daerah")
    PRIVATE = "Swasta", _("Swasta")
    OTHER = "Lainnya", _("Lainnya")


class AdvocacyResult(TextChoices):
    """`hasil`"""

    MONEY = "Dana", _("Dana")
    IN_KIND = "NonDana", _("Bukan dana")
    REGULATION = "Regulasi", _("Regulasi")


class ServiceForm(TextChoices):
    """The half-yearly snapshot, or a dated improvement."""

    SNAPSHOT = "potret", _("Potret fasilitas (Januari/Juli)")
    NEW_SERVICE = "layanan_baru", _("Layanan baru")
    ROOM = "ruang", _("Ruang baru atau ditata ulang")
    STAFF_TRAINING = "pelatihan_staf", _("Pelatihan pengelola")


class Medium(TextChoices):
    """`jenis_publikasi`"""

    ONLINE = "Media Online", _("Media online")
    BROADCAST = "Media Elektronik", _("Media elektronik")
    PRINT = "Media Cetak", _("Media cetak")


class SimKind(TextChoices):
    """The files of the SIM feed."""

    SCORES = "iku", _("Skor IKU")
    INVOLVEMENT = "pelibatan", _("Pelibatan masyarakat")
    ADVOCACY = "advokasi", _("Advokasi")
    SERVICE = "peningkatan", _("Peningkatan layanan")
    PUBLICATION = "publikasi", _("Publikasi")
    VISITS = "pengunjung", _("Pengunjung")
    REPLICATION = "replikasi", _("Replikasi")


class SimSource(TextChoices):
    """How a feed of the SIM came in."""

    BROWSER = "browser", _("Dikirim di portal")
    CONSOLE = "console", _("Dari server")
    FETCH = "fetch", _("Diambil sendiri")


class SimNameState(TextChoices):
    """What a person decided about a library as the SIM writes it."""

    LINKED = "linked", _("Ditautkan")
    IGNORED = "ignored", _("Diabaikan")


class SimTwinState(TextChoices):
    """What is known of an entry of the SIM and one made here that look alike."""

    WAITING = "waiting", _("Menunggu")
    SAFE = "safe", _("Sama menurut aturan")
    SAME = "same", _("Sama")
    DIFFERENT = "different", _("Tidak sama")


MERGED = (SimTwinState.SAFE, SimTwinState.SAME)


class SimImportState(TextChoices):
    """How far an import from the SIM has come."""

    WAITING = "waiting", _("Menunggu")
    RUNNING = "running", _("Sedang disimpan")
    DONE = "done", _("Selesai")
    FAILED = "failed", _("Gagal, tidak ada yang disimpan")
    UNDONE = "undone", _("Dibatalkan")


class SimLineKind(TextChoices):
    """What an import did to a row that was there before, or could not do with a new one."""

    REJECTED = "rejected", _("Ditolak")
    UNMATCHED = "unmatched", _("Belum cocok")
    CHANGED = "changed", _("Berubah")
    VANISHED = "vanished", _("Tidak ada lagi di SIM")
