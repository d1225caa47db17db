from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class DocumentKind(TextChoices):
    PROGRESS = "progress", _("Laporan capaian")
    LETTERS = "letters", _("Surat aktivasi")
    RAPOR = "rapor", _("Rapor bulanan")
    REVIEW = "review", _("Lembar tinjauan")
    CERTIFICATE = "certificate", _("Piagam")
    VILLAGE = "village", _("Lembar Kepala Desa")
    WORK = "work", _("Bukti kerja pengelola")
    IPLM = "iplm", _("Data dukung IPLM")
    IMPACT = "impact", _("Dampak dukungan")
    PROPOSAL = "proposal", _("Berkas CSR")
    HANDOVER = "handover", _("Berita acara serah terima")
    ANNEX = "annex", _("Lampiran SK Tim Sinergi")
    ATTENDANCE = "attendance", _("Sertifikat kehadiran")


# What a document of these kinds is about: the field that says so, and no other does.
SUBJECTS = {
    DocumentKind.IMPACT: "organisation",
    DocumentKind.PROPOSAL: "need",
    DocumentKind.HANDOVER: "commitment",
    DocumentKind.ANNEX: "team",
    DocumentKind.ATTENDANCE: "event",
}


class DocumentState(TextChoices):
    REQUESTED = "requested", _("Menunggu")
    RUNNING = "running", _("Sedang dibuat")
    DONE = "done", _("Selesai")
    FAILED = "failed", _("Gagal")
    CANCELLED = "cancelled", _("Dibatalkan")


class Lately(TextChoices):
    """Documents that the province's home counts."""

    MADE = "selesai", _("Selesai tujuh hari terakhir")
    FAILED = "gagal", _("Gagal 30 hari terakhir")


class Span(TextChoices):
    """Which months a document made by schedule covers, counted from the month that is over."""

    MONTH = "month", _("Bulan lalu")
    QUARTER = "quarter", _("Tiga bulan terakhir")
    YEAR = "year", _("Sejak Januari")


class StopReason(TextChoices):
    """Why the portal itself ended a schedule."""

    ACCOUNT = "account", _("Akun pembuat jadwal sudah ditutup.")
    PLACE = "place", _("Pembuat jadwal tidak lagi bertugas di wilayah ini.")


class LeadingKpi(TextChoices):
    """Which of the two colours heads the pages; they are never mixed."""

    PORTAL = "portal", _("KPI portal")
    OFFICIAL = "official", _("KPI resmi SIM")


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


class OnlyLacking(TextChoices):
    """Which component alone keeps a library from a higher colour; named as ``kpi.Component``."""

    INVOLVEMENT = "pelibatan", _("Pelibatan masyarakat")
    ADVOCACY = "advokasi", _("Advokasi")
    SERVICE = "layanan", _("Peningkatan layanan informasi")
    VISITS = "kunjungan", _("Kunjungan")
    PUBLICATION = "publikasi", _("Publikasi")
    SUSTAINABILITY = "keberlanjutan", _("Keberlanjutan")


class MapMeasure(TextChoices):
    """What a region's map shows of each of its parts."""

    COLOURS = "warna", _("Warna")
    GREEN = "hijau", _("Bagian hijau")
    COMPLETENESS = "kelengkapan", _("Kelengkapan laporan")
    ACTIVATION = "aktivasi", _("Akun portal aktif")
    ACTIVITIES = "kegiatan", _("Kegiatan per perpustakaan")


class Comparison(TextChoices):
    """What a span of months is compared with, other than what is usual for it."""

    PREVIOUS = "sebelumnya", _("Bulan-bulan sebelumnya")
    YEAR_BEFORE = "tahun-lalu", _("Bulan yang sama tahun lalu")


class TakesPart(TextChoices):
    """Whether libraries are listed that take no part at the end of the period."""

    NO = "nonaktif", _("Nonaktif")
    ANY = "semua", _("Aktif dan nonaktif")
