from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """What a person comes for; where, is an Assignment."""

    PROVINCE_STAFF = "province_staff", _("Staf provinsi")
    PROVINCE_VIEWER = "province_viewer", _("Pimpinan")
    OBSERVER = "observer", _("Pengamat")
    REGENCY_PIC = "regency_pic", _("PIC kabupaten/kota")
    FACILITATOR = "facilitator", _("Fasilitator daerah")
    LIBRARIAN = "librarian", _("Pengelola perpustakaan")
    SUPPORTER = "supporter", _("Lembaga pendukung")


# Whoever may see or change other people's work needs more than a password.
SECOND_FACTOR_ROLES = frozenset({Role.PROVINCE_STAFF, Role.REGENCY_PIC})


class DeviceEnd(TextChoices):
    """Why a device no longer keeps anybody signed in."""

    SIGNED_OUT = "signed_out", _("Keluar")
    REVOKED = "revoked", _("Dicabut")
    DEACTIVATED = "deactivated", _("Akun dinonaktifkan")
    PASSWORD = "password", _("Kata sandi diganti")
    ROLE = "role", _("Tugas berganti")
    EXPIRED = "expired", _("Lama tidak dipakai")


class Outcome(TextChoices):
    DONE = "done", _("Dilakukan")
    DENIED = "denied", _("Ditolak")


class MessageKind(TextChoices):
    """What a message is about; all but RETURNED can be turned off for mail."""

    BEFORE_DUE = "before_due", _("Batas kirim mendekat")
    AFTER_DUE = "after_due", _("Laporan belum dikirim")
    RETURNED = "returned", _("Laporan dikembalikan")
    DIGEST = "digest", _("Ringkasan harian PIC")
    ESCALATION = "escalation", _("Pemeriksaan yang lama menunggu")
    DOCUMENT = "document", _("Laporan terjadwal siap diunduh")
    SYNERGY = "synergy", _("Kabar Sinergi")
    SIM = "sim", _("Kabar dari SIM")


class MailState(TextChoices):
    NONE = "none", _("Tidak lewat surel")
    PENDING = "pending", _("Menunggu dikirim")
    SENT = "sent", _("Terkirim")
    FAILED = "failed", _("Gagal")


class TokenRight(TextChoices):
    """What a program may do with its token; each may what the one before may."""

    READ = "read", _("Membaca")
    RECORD = "record", _("Membaca dan mencatat kegiatan")
    SUBMIT = "submit", _("Membaca, mencatat, dan mengirim laporan bulan")
