from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class PartnershipKind(TextChoices):
    """What an organisation brings to a library."""

    MONEY = "dana", _("Dana")
    GOODS = "barang", _("Barang")
    SPEAKER = "narasumber", _("Narasumber/pelatihan")
    REGULATION = "regulasi", _("Regulasi")
    PLACE = "tempat", _("Tempat")
    MEDIA = "media", _("Media")
    VOLUNTEERS = "relawan", _("Relawan")


class PartnershipState(TextChoices):
    """What the dates of a partnership say of a day."""

    COMING = "belum", _("Belum mulai")
    IN_FORCE = "berlaku", _("Berlaku")
    ENDING = "segera", _("Segera berakhir")
    OVER = "berakhir", _("Berakhir")


ENDING_SOON = 60  # days before its end


class OrganisationKind(TextChoices):
    """What sort of body supports libraries."""

    AGENCY = "dinas", _("Perangkat daerah/instansi")
    PROVINCE_OWNED = "bumd", _("BUMD")
    STATE_OWNED = "bumn", _("BUMN")
    COMPANY = "swasta", _("Perusahaan swasta (CSR/TJSL)")
    UNIVERSITY = "kampus", _("Perguruan tinggi")
    SCHOOL = "sekolah", _("Sekolah")
    COMMUNITY = "komunitas", _("Komunitas")
    PROFESSION = "profesi", _("Organisasi profesi")
    MEDIA = "media", _("Media")
    VILLAGE = "desa", _("Pemerintah desa")
    OTHER = "lainnya", _("Lainnya")


class TeamRole(TextChoices):
    """Somebody's part in a synergy team, as its decree says it."""

    PATRON = "pengarah", _("Pengarah")
    CHAIR = "ketua", _("Ketua")
    DEPUTY = "wakil", _("Wakil ketua")
    SECRETARY = "sekretaris", _("Sekretaris")
    MEMBER = "anggota", _("Anggota")


class DecreeState(TextChoices):
    """How far the decree (SK) of a synergy team has come."""

    DRAFTED = "disusun", _("Disusun")
    AT_LEGAL = "biro_hukum", _("Di Biro Hukum")
    RETURNED = "dikembalikan", _("Dikembalikan Biro Hukum")
    SIGNING = "tanda_tangan", _("Menunggu tanda tangan")
    IN_FORCE = "berlaku", _("Berlaku")
    SHARED = "dibagikan", _("Dibagikan")
    ENDED = "berakhir", _("Berakhir")


class Urgency(TextChoices):
    HIGH = "tinggi", _("Mendesak")
    NORMAL = "sedang", _("Tahun ini")
    LOW = "rendah", _("Bila memungkinkan")


class NeedState(TextChoices):
    """How far a need has come. The middle four are the columns of the board."""

    STATED = "diajukan", _("Menunggu konfirmasi")
    OPEN = "terbuka", _("Terbuka")
    MATCHED = "cocok", _("Dipasangkan")
    PROMISED = "dijanjikan", _("Dijanjikan")
    REALISED = "terwujud", _("Terwujud")
    DECLINED = "ditolak", _("Tidak dikonfirmasi")
    WITHDRAWN = "ditarik", _("Ditarik")


# The columns of the board.
ON_THE_BOARD = (NeedState.OPEN, NeedState.MATCHED, NeedState.PROMISED, NeedState.REALISED)


class OfferState(TextChoices):
    OPEN = "terbuka", _("Terbuka")
    USED = "terpakai", _("Terpakai")
    WITHDRAWN = "ditarik", _("Ditarik")


class CommitmentState(TextChoices):
    """What became of a pair of need and organisation that staff accepted."""

    MATCHED = "cocok", _("Menunggu kepastian lembaga")
    PROMISED = "dijanjikan", _("Dijanjikan")
    REALISED = "terwujud", _("Terwujud")
    LAPSED = "gugur", _("Gugur")


UNDER_WAY = (CommitmentState.MATCHED, CommitmentState.PROMISED)


class MatchReason(TextChoices):
    """Why a need and an organisation go together, and why it comes first (``matching``)."""

    ONE_SHORT = "satu_lagi", _("Satu kemitraan lagi dan perpustakaan ini hijau")
    NO_PARTNER = "tanpa_mitra", _("Perpustakaan ini belum punya lembaga pendukung")
    PRIORITY = "prioritas", _("Diprioritaskan provinsi")
    URGENT = "mendesak", _("Mendesak")
    THEME = "bidang", _("Bidangnya sama")
    ANY_THEME = "semua_bidang", _("Penawarannya untuk bidang apa pun")
    KIND = "bentuk", _("Bentuk dukungannya sama")
    MONEY_BUYS = "dana", _("Dananya dapat dipakai untuk memenuhi kebutuhan ini")
    NEAR = "dekat", _("Ditawarkan khusus untuk wilayah ini")
    REACHES = "wilayah", _("Wilayah penawarannya mencakup tempat ini")
    INTEREST = "minat", _("Wilayah ini termasuk wilayah minat lembaga")
    ENOUGH = "cukup", _("Jumlahnya cukup")
    HALF = "separuh", _("Jumlahnya menutup paling sedikit separuh")
    NO_OFFER = "tanpa_tawaran", _("Belum menawarkan apa pun; bidang dan wilayahnya sesuai")


class EventKind(TextChoices):
    STAKEHOLDER_MEETING = "shm", _("Stakeholder meeting (SHM)")
    GATHERING = "gathering", _("Gathering mitra")
    WEBINAR = "webinar", _("Webinar")
    PEER_LEARNING = "plm", _("Peer learning meeting")
    TECHNICAL_TRAINING = "bimtek", _("Bimbingan teknis")
    SKILL_TRAINING = "pelatihan", _("Pelatihan keterampilan")
    COORDINATION = "koordinasi", _("Rapat koordinasi")
    OTHER = "lainnya", _("Lainnya")


class EventMode(TextChoices):
    ON_SITE = "luring", _("Tatap muka")
    ONLINE = "daring", _("Daring")
    HYBRID = "hibrida", _("Tatap muka dan daring")


class EventState(TextChoices):
    PLANNED = "rencana", _("Direncanakan")
    HELD = "selesai", _("Selesai")
    CANCELLED = "batal", _("Dibatalkan")


class SeatGroup(TextChoices):
    """For whom a seat is meant; the groups of a stakeholder meeting."""

    SYNERGY_TEAM = "tim_sinergi", _("Tim Sinergi")
    STAKEHOLDER = "stakeholder", _("Lembaga pendukung")
    FACILITATOR = "fasda_pic", _("Fasda/PIC")
    VILLAGE_MODEL = "desa_teladan", _("Desa teladan")
    REGENCY_LIBRARY = "perpus_kabkota", _("Perpustakaan kabupaten/kota")
    REGENCY_PLANNING = "bappeda", _("Bappeda kabupaten/kota")
    VILLAGE_AGENCY = "dpmpd", _("DPMPD")
    BENEFICIARY = "penerima_manfaat", _("Penerima manfaat")
    LIBRARY = "pengelola", _("Pengelola perpustakaan")
    OTHER = "lainnya", _("Lainnya")


class Answer(TextChoices):
    """What an invitation was answered with."""

    INVITED = "diundang", _("Diundang")
    COMING = "hadir", _("Akan hadir")
    DECLINED = "berhalangan", _("Berhalangan")


class CheckIn(TextChoices):
    """How an attendance became known."""

    QR = "qr", _("Pindai QR")
    LIST = "daftar", _("Unggahan daftar hadir")
    HAND = "tangan", _("Dicatat panitia")


class EventFileKind(TextChoices):
    MATERIAL = "materi", _("Materi")
    MINUTES = "notula", _("Notula")
    PHOTO = "foto", _("Foto")
    OTHER = "lainnya", _("Lainnya")


class ActionState(TextChoices):
    OPEN = "berjalan", _("Berjalan")
    DONE = "selesai", _("Selesai")
    DROPPED = "dihentikan", _("Dihentikan")


class CandidateState(TextChoices):
    """A village that has no partner library yet, on its way into a round."""

    PROPOSED = "diusulkan", _("Diusulkan")
    CHOSEN = "terpilih", _("Terpilih")
    DECLINED = "belum", _("Belum terpilih")
