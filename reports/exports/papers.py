"""Columns of what is kept beside the figures: documents and their schedules, closed months,
certificates, letters, the mentoring log."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from activities.enums import MentoringWay
from activities.models import MentoringVisit
from libraries.enums import SimState
from reports import codes
from reports.enums import DocumentKind, DocumentState, LetterState, Span
from reports.exports.lists import OF_LIBRARY
from reports.figures.certificates import Told
from reports.figures.results import Closed
from reports.models import Document, Schedule
from tpbis.core import periods
from tpbis.core.exports import Column, label
from tpbis.core.spreadsheets import Kind

NUMBER, DATE, MOMENT = Kind.NUMBER, Kind.DATE, Kind.MOMENT


def _yes(is_so: object) -> str:
    return str(_("ya") if is_so else _("tidak"))


_DOCUMENTS: Sequence[Column[Document]] = [
    Column(_("Nomor dokumen"), lambda one: one.pk, NUMBER),
    Column(_("Jenis dokumen"), label(DocumentKind, lambda one: one.kind)),
    Column(_("Kode wilayah"), lambda one: one.region.code),
    Column(_("Wilayah"), lambda one: one.region.title),
    Column(_("Perpustakaan"), lambda one: one.library.name if one.library else ""),
    Column(_("Dari bulan"), lambda one: periods.month_code(one.start)),
    Column(_("Sampai bulan"), lambda one: periods.month_code(one.end)),
    Column(
        _("Dibatasi"),
        lambda one: _yes(one.narrowing),
        definition=_("hanya sebagian perpustakaan yang dihitung"),
    ),
    Column(_("Terjadwal"), lambda one: _yes(one.schedule_id)),
    Column(_("Status"), label(DocumentState, lambda one: one.state)),
    Column(
        _("Final"),
        lambda one: _yes(getattr(one, "is_final", False)),
        definition=_("salinan bertanda tangan sudah diunggah di sampingnya"),
    ),
    Column(_("Alasan gagal"), lambda one: one.problem),
    Column(_("Halaman"), lambda one: one.pages or None, NUMBER),
    Column(_("Ukuran (bita)"), lambda one: one.size or None, NUMBER),
    Column(_("Sidik"), lambda one: one.sha256, definition=_("SHA-256 atas berkasnya")),
    Column(_("Diminta"), lambda one: one.requested_at, MOMENT),
    Column(_("Keadaan data"), lambda one: one.as_of, MOMENT, _("saat angkanya dibaca")),
    Column(_("Selesai"), lambda one: one.finished_at, MOMENT),
    Column(_("Berkas disimpan sampai"), lambda one: one.expires_at, MOMENT),
    Column(_("Berkas dihapus"), lambda one: one.removed_at, MOMENT),
]
_ASKED_BY: Column[Document] = Column(_("Diminta oleh"), lambda one: one.requested_by.full_name)


def documents(*, with_people: bool) -> Sequence[Column[Document]]:
    return [*_DOCUMENTS, _ASKED_BY] if with_people else _DOCUMENTS


SCHEDULES: Sequence[Column[Schedule]] = [
    Column(_("Kode wilayah"), lambda one: one.region.code),
    Column(_("Wilayah"), lambda one: one.region.title),
    Column(_("Rentang"), label(Span, lambda one: one.span)),
    Column(_("Tanggal"), lambda one: one.day, NUMBER, _("setiap bulan")),
    Column(_("Dibuat oleh"), lambda one: one.made_by.full_name),
    Column(_("Dibuat pada"), lambda one: one.made_at, MOMENT),
    Column(_("Diberi tahu"), lambda one: "; ".join(user.full_name for user in one.told.all())),
    Column(
        _("Terakhir dibuat"),
        lambda one: periods.month_code(one.last_month) if one.last_month else "",
    ),
    Column(_("Dihentikan"), lambda one: one.ended_at, MOMENT),
]

CLOSINGS: Sequence[Column[Closed]] = [
    Column(_("KPI portal s.d."), lambda one: periods.month_code(one.through)),
    Column(_("Mitra"), lambda one: one.colours.total, NUMBER),
    Column(_("Hijau"), lambda one: one.colours.green, NUMBER),
    Column(_("Kuning"), lambda one: one.colours.yellow, NUMBER),
    Column(_("Merah"), lambda one: one.colours.red, NUMBER),
    Column(_("Abu-abu"), lambda one: one.colours.grey, NUMBER),
    Column(_("Ditutup"), lambda one: one.as_of, MOMENT),
    Column(_("Versi aturan"), lambda one: ", ".join(map(str, one.rule_versions))),
    Column(
        _("Berubah sejak ditutup"),
        lambda one: one.changed,
        NUMBER,
        _("perpustakaan yang warna berjalannya lain daripada saat ditutup"),
    ),
]


def certificates(*, with_reason: bool) -> Sequence[Column[Told]]:
    """``with_reason``: why one was withdrawn, for whoever may withdraw."""
    reason: Column[Told] = Column(
        _("Alasan dicabut"), lambda one: "" if one.is_valid else one.certificate.reason
    )
    columns: list[Column[Told]] = [
        *OF_LIBRARY,
        Column(_("Penutupan"), lambda one: periods.month_code(one.through)),
        Column(_("Kode piagam"), lambda one: codes.spoken(one.certificate.code)),
        Column(_("Versi aturan"), lambda one: one.version, NUMBER),
        Column(_("Terbit"), lambda one: one.issued_on, DATE),
        Column(_("Status"), lambda one: str(_("Berlaku") if one.is_valid else _("Dicabut"))),
        Column(
            _("Dicabut pada"),
            lambda one: one.ended_on,
            DATE,
            _("hari piagamnya, atau penghargaannya, dicabut"),
        ),
    ]
    return [*columns, reason] if with_reason else columns


# Of each library that nobody signs in for; without codes: those stand on the letters only.
LETTERS: Sequence[Column[Any]] = [
    *OF_LIBRARY,
    Column(_("Akun SIM"), label(SimState, lambda row: row.sim)),
    Column(
        _("Surat aktivasi"),
        label(LetterState, lambda row: row.letter.state if row.letter else ""),
        definition=_("kosong: belum pernah dibuatkan surat"),
    ),
    Column(_("Surat terbit"), lambda row: row.letter.issued_on if row.letter else None, DATE),
    Column(
        _("Surat berlaku sampai"), lambda row: row.letter.valid_until if row.letter else None, DATE
    ),
]

BATCHES: Sequence[Column[Any]] = [
    Column(_("Nomor"), lambda row: row.batch.pk, NUMBER),
    Column(_("Kode wilayah"), lambda row: row.batch.region.code),
    Column(_("Wilayah"), lambda row: row.batch.region.title),
    Column(_("Surat terbit"), lambda row: row.batch.issued_at, MOMENT),
    Column(_("Diterbitkan oleh"), lambda row: row.batch.issued_by.full_name),
    Column(_("Jumlah"), lambda row: row.total, NUMBER),
    Column(_("Berlaku"), lambda row: row.open, NUMBER),
    Column(_("Terpakai"), lambda row: row.used, NUMBER),
    Column(_("Kedaluwarsa"), lambda row: row.expired, NUMBER),
    Column(_("Dicabut"), lambda row: row.revoked, NUMBER),
]

MENTORING: Sequence[Column[MentoringVisit]] = [
    *OF_LIBRARY,
    Column(_("Tanggal"), lambda one: one.held_on, DATE),
    Column(_("Cara"), label(MentoringWay, lambda one: one.way)),
    Column(_("Pendamping"), lambda one: one.by.full_name),
    Column(_("Catatan"), lambda one: one.notes),
    Column(_("Tindakan yang disepakati"), lambda one: one.agreed_action),
    Column(_("Tenggat"), lambda one: one.due_on, DATE),
    Column(_("Selesai"), lambda one: one.done_at, MOMENT),
]
