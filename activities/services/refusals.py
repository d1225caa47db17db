"""Why a step was not taken, in words for the person who tried."""

from django.utils.translation import gettext as _


class Locked(Exception):
    """The report was submitted or approved and may not change."""

    def __init__(self) -> None:
        super().__init__(_("Laporan ini sudah dikirim, jadi isinya terkunci."))


class NothingToSubmit(Exception):
    """The month holds neither an entry nor the word *nihil*."""

    def __init__(self) -> None:
        super().__init__(
            _("Belum ada kegiatan. Catat kegiatan dulu, atau nyatakan bulan ini nihil.")
        )


class VisitsMissing(Exception):
    """A month's report says how many people came, even if none did."""

    def __init__(self) -> None:
        super().__init__(_("Isi jumlah pengunjung bulan ini dulu; tulis 0 bila tidak ada."))


class NotNihil(Exception):
    """A month with entries cannot be declared empty."""

    def __init__(self) -> None:
        super().__init__(_("Bulan ini sudah ada kegiatannya, jadi tidak bisa dinyatakan nihil."))


class NotWaiting(Exception):
    """Somebody decided already."""

    def __init__(self) -> None:
        super().__init__(_("Laporan ini sudah tidak menunggu pemeriksaan."))


class AllExcluded(Exception):
    """A report of which nothing would count is not approved but returned."""

    def __init__(self) -> None:
        super().__init__(_("Semua kegiatan dikecualikan: kembalikan saja laporannya."))


class NotItsEntry(Exception):
    """What is excluded or remarked on is no entry of this report, or no field of the entry."""

    def __init__(self) -> None:
        super().__init__(
            _("Ada catatan yang bukan bagian dari laporan ini. Muat ulang halamannya.")
        )


class ChangedMeanwhile(Exception):
    """Somebody changed it, in another tab or on another phone, since it was shown."""

    def __init__(self, text: str = "") -> None:
        super().__init__(
            text
            or _("Isinya berubah sejak halaman ini dibuka. Lihat perubahannya, lalu simpan lagi.")
        )


class ResentMeanwhile(ChangedMeanwhile):
    """A reviewer looked at what came before: it went back and was sent again."""

    def __init__(self, text: str = "") -> None:
        super().__init__(
            text or _("Laporan ini dikirim ulang sejak halaman dibuka. Periksa sekali lagi.")
        )


class OutsideMonth(Exception):
    """The date of an entry lies in another month than its report, or in the future."""


class AlreadyRecorded(Exception):
    """The same form came before with other content; as a new entry it needs a new uuid."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Catatan dari formulir ini sudah tersimpan dengan isi lain. Bila ini memang "
                "catatan baru, tekan Simpan sekali lagi."
            )
        )
