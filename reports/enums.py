from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class DocumentKind(TextChoices):
    PROGRESS = "progress", _("Laporan capaian")
    LETTERS = "letters", _("Surat aktivasi")


class DocumentState(TextChoices):
    REQUESTED = "requested", _("Menunggu")
    RUNNING = "running", _("Sedang dibuat")
    DONE = "done", _("Selesai")
    FAILED = "failed", _("Gagal")


class Stage(TextChoices):
    """How far a library has come into the portal; what each means stands in figures.funnel."""

    NONE = "belum", _("Belum ada akun")
    INVITED = "diundang", _("Diundang")
    ACTIVE = "aktif", _("Akun aktif")
    FIRST = "pertama", _("Laporan pertama")
    ROUTINE = "rutin", _("Rutin melapor")


class LetterState(TextChoices):
    """What became of a letter's code."""

    OPEN = "terbuka", _("Berlaku")
    USED = "dipakai", _("Sudah dipakai")
    EXPIRED = "lewat", _("Kedaluwarsa")
    REVOKED = "dicabut", _("Dicabut")


class PortalState(TextChoices):
    """Whether somebody can sign in for a library, or is asked to."""

    NONE = "tanpa", _("Tanpa akun")
    INVITED = "diundang", _("Diundang")
    ACTIVE = "aktif", _("Aktif")


class TakesPart(TextChoices):
    """Whether libraries are listed that take no part at the end of the period."""

    NO = "nonaktif", _("Nonaktif")
    ANY = "semua", _("Aktif dan nonaktif")
