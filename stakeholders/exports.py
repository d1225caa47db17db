"""Columns of the lists of this app, as they leave the portal."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from stakeholders.enums import PartnershipKind, PartnershipState
from tpbis.core.exports import Column, label
from tpbis.core.spreadsheets import Kind

NUMBER, MONEY, DATE = Kind.NUMBER, Kind.MONEY, Kind.DATE

# Of partnerships read ``with_realised``.
PARTNERSHIPS: Sequence[Column[Any]] = [
    Column(_("Lembaga"), lambda one: one.organisation.name),
    Column(
        pgettext_lazy("kolom", "Perpustakaan"),
        lambda one: one.library.name if one.library else "",
        definition=_("kosong: seluruh perpustakaan wilayah itu"),
    ),
    Column(_("Kode wilayah"), lambda one: one.counted_in().code),
    Column(_("Wilayah"), lambda one: one.counted_in().title),
    Column(_("Bentuk dukungan"), label(PartnershipKind, lambda one: one.kind)),
    Column(_("Nomor MoU/PKS"), lambda one: one.agreement_number),
    Column(_("Mulai"), lambda one: one.starts_on, DATE),
    Column(_("Sampai"), lambda one: one.ends_on, DATE, _("kosong: berlaku tanpa batas akhir")),
    Column(
        _("Keadaan"),
        label(PartnershipState, lambda one: one.state),
        definition=_("menurut tanggalnya; segera berakhir: paling lama 60 hari lagi"),
    ),
    Column(_("Dijanjikan (Rp)"), lambda one: one.promised_rupiah, MONEY),
    Column(_("Jumlah dijanjikan"), lambda one: one.promised_quantity, NUMBER),
    Column(_("Satuan"), lambda one: one.promised_unit),
    Column(
        _("Terwujud (Rp)"),
        lambda one: one.realised_rupiah,
        MONEY,
        _("jumlah dukungan yang dicatat sebagai bagian dari kemitraan itu"),
    ),
    Column(
        _("Jumlah terwujud"),
        lambda one: one.realised_quantity,
        NUMBER,
        _("dari dukungan dengan satuan yang dijanjikan"),
    ),
    Column(_("Catatan"), lambda one: one.note),
]
