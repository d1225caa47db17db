"""What a flag may say, in the order of how much it asks to be looked at."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class FlagKind(TextChoices):
    DOUBLE = "ganda", _("Tercatat dua kali")
    SIMILAR = "mirip", _("Mirip catatan lain")
    PHOTO = "foto", _("Foto pernah dipakai")
    SAME_TEXT = "teks", _("Judul sama di perpustakaan lain")
    CROWD = "peserta", _("Peserta jauh di atas biasanya")
    BATCH = "sekaligus", _("Banyak dicatat dalam satu hari")
    LATE = "lama", _("Dicatat lebih dari 30 hari kemudian")
    NEW_YEAR = "1-januari", _("Tanggal 1 Januari")
