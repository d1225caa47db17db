"""Columns of what supporting bodies gave and promised: by gift, by partnership, by body."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from reports.figures.support import Counted, OrganisationRow
from stakeholders.enums import OrganisationKind, PartnershipKind
from stakeholders.models import Contact, Partnership, Support
from tpbis.core.exports import Column, label
from tpbis.core.spreadsheets import Kind

NUMBER, MONEY, DATE = Kind.NUMBER, Kind.MONEY, Kind.DATE


def _is_money(gift: Support) -> bool:
    return gift.kind == PartnershipKind.MONEY


GIFTS: Sequence[Column[Support]] = [
    Column(_("Tanggal"), lambda gift: gift.given_on, DATE),
    Column(_("Lembaga"), lambda gift: gift.organisation.name),
    Column(_("Bentuk dukungan"), label(PartnershipKind, lambda gift: gift.kind)),
    Column(_("Uraian"), lambda gift: gift.description),
    Column(
        _("Perpustakaan penerima"),
        lambda gift: gift.library.name if gift.library else "",
        definition=_("kosong: diterima perpustakaan di wilayah itu bersama-sama"),
    ),
    Column(_("Kode wilayah"), lambda gift: gift.region.code),
    Column(_("Wilayah"), lambda gift: gift.region.title),
    Column(
        _("Dana (Rp)"),
        lambda gift: gift.rupiah if _is_money(gift) else None,
        MONEY,
        _("yang datang sebagai uang"),
    ),
    Column(
        _("Nilai barang dan jasa (Rp)"),
        lambda gift: None if _is_money(gift) else gift.rupiah,
        MONEY,
        _("bila dicatat; tidak dijumlahkan dengan dana"),
    ),
    Column(_("Jumlah"), lambda gift: gift.quantity, NUMBER),
    Column(_("Satuan"), lambda gift: gift.unit),
    Column(
        _("Orang terjangkau"),
        lambda gift: gift.reached,
        NUMBER,
        _("menurut pencatatnya; yang terjangkau dua kali terhitung dua"),
    ),
    Column(_("Dicatat"), lambda gift: gift.recorded_at, Kind.MOMENT),
]


def partnerships(on: date) -> Sequence[Column[Partnership]]:
    """``on``: the day that partnerships in force are told of."""

    def holds(one: Partnership) -> str:
        is_over = one.ends_on is not None and one.ends_on < on
        return str(_("tidak") if is_over or one.starts_on > on else _("ya"))

    return [
        Column(_("Lembaga"), lambda one: one.organisation.name),
        Column(
            pgettext_lazy("kolom", "Perpustakaan"),
            lambda one: one.library.name if one.library else "",
            definition=_("kosong: seluruh perpustakaan wilayah itu"),
        ),
        Column(_("Kode wilayah"), lambda one: one.counted_in().code),
        Column(_("Wilayah"), lambda one: one.counted_in().title),
        Column(
            _("Bentuk dukungan"),
            label(PartnershipKind, lambda one: one.kind),
            definition=_("kesediaan mendukung; yang benar-benar datang dicatat sebagai dukungan"),
        ),
        Column(_("Mulai"), lambda one: one.starts_on, DATE),
        Column(_("Sampai"), lambda one: one.ends_on, DATE, _("kosong: berlaku tanpa batas akhir")),
        Column(_("Berlaku pada akhir periode"), holds),
    ]


def _counted(
    of: Callable[[OrganisationRow], Iterable[Counted]],
) -> Callable[[OrganisationRow], str]:
    return lambda row: "; ".join(f"{one.quantity} {one.unit}" for one in of(row))


ORGANISATIONS: Sequence[Column[OrganisationRow]] = [
    Column(_("Nomor lembaga"), lambda row: row.organisation.pk, NUMBER),
    Column(_("Lembaga"), lambda row: row.organisation.name),
    Column(_("Jenis lembaga"), label(OrganisationKind, lambda row: row.organisation.kind)),
    Column(_("Bidang"), lambda row: "; ".join(row.organisation.themes)),
    Column(
        _("Wilayah minat"),
        lambda row: "; ".join(one.title for one in row.organisation.regions.all()),
        definition=_("kosong: di mana saja di provinsi"),
    ),
    Column(
        _("Desa"),
        lambda row: row.organisation.village.title if row.organisation.village else "",
        definition=_("lembaga setempat; kosong: ada di daftar provinsi"),
    ),
    Column(_("Situs web"), lambda row: row.organisation.website),
    Column(
        _("Dukungan tercatat"),
        lambda row: row.gifts,
        NUMBER,
        _("yang sudah diterima pada periode itu; janji tidak dihitung"),
    ),
    Column(_("Dana (Rp)"), lambda row: row.rupiah, MONEY),
    Column(
        _("Nilai barang dan jasa (Rp)"),
        lambda row: row.worth,
        MONEY,
        _("bila dicatat; tidak dijumlahkan dengan dana"),
    ),
    Column(_("Barang"), _counted(lambda row: row.goods)),
    Column(_("Narasumber"), _counted(lambda row: row.speakers)),
    Column(_("Orang terjangkau"), lambda row: row.reached, NUMBER),
    Column(_("Perpustakaan penerima"), lambda row: row.libraries, NUMBER),
    Column(
        _("Kemitraan berlaku"),
        lambda row: row.partnerships,
        NUMBER,
        _("pada hari terakhir periode"),
    ),
    Column(_("Dukungan terakhir"), lambda row: row.last_on, DATE),
]


def with_contacts(contacts: Mapping[int, Sequence[Contact]]) -> Sequence[Column[OrganisationRow]]:
    """For whoever calls them: ``contacts`` by organisation, those alone who agree to it."""

    def told(row: OrganisationRow) -> str:
        return "; ".join(
            ", ".join(part for part in (one.name, one.position, one.phone, one.email) if part)
            for one in contacts.get(row.organisation.pk, ())
        )

    return [*ORGANISATIONS, Column(_("Narahubung"), told)]
