"""The only writers of partnerships."""

from dataclasses import asdict, dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from libraries.enums import Level
from libraries.files import KeptFile, keep_paper, kept
from libraries.models import Library, Region
from stakeholders import permissions, signals
from stakeholders.enums import PartnershipKind
from stakeholders.models import Attendee, Need, Partnership, Support
from stakeholders.services.organisations import organisation_called
from tpbis.accounts import audit
from tpbis.accounts.models import User

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from django.core.files.base import File

MOST_RUPIAH = 100_000_000_000  # Rp100 miliar: more than any library was ever given
FOLDER = "agreements"
_TERMS = ("agreement_number", "promised_rupiah", "promised_quantity", "promised_unit", "note")
_SAID = ("organisation", "kind", "starts_on", "ends_on", "agreement_file", *_TERMS)


@dataclass(frozen=True, slots=True)
class Terms:
    """What an agreement says: its number, and what was promised, in Rupiah or counted."""

    agreement_number: str = ""
    promised_rupiah: int | None = None
    promised_quantity: int | None = None
    promised_unit: str = ""
    note: str = ""


NO_TERMS = Terms()


def record_partnership(
    *,
    organisation_name: str,
    kind: PartnershipKind,
    starts_on: date,
    ends_on: date | None,
    by: User,
    library: Library | None = None,
    region: Region | None = None,
    terms: Terms = NO_TERMS,
    agreement: "File[bytes] | None" = None,
) -> Partnership:
    """With a library, or with a regency or province as a whole. Raises ``ValidationError`` when
    the dates cross, the promise makes no sense or the same one is recorded already, and
    ``BadFile``."""
    place = library or region
    if place is None or (library is not None and region is not None):
        raise ValueError("a partnership is with a library or with a region")
    if not permissions.can_record_partnership(by, place):
        raise PermissionDenied
    if region is not None and region.level > Level.REGENCY:
        raise ValidationError(_("Pilih kabupaten/kota atau provinsi."))
    _check(terms)
    with _paper(agreement) as paper, transaction.atomic():
        partnership = Partnership(
            organisation=organisation_called(organisation_name, by=by, library=library),
            library=library,
            region=region,
            kind=kind,
            starts_on=starts_on,
            ends_on=ends_on,
            recorded_by=by,
            agreement_file=paper.name if paper else "",
            **asdict(terms),
        )
        partnership.full_clean()
        partnership.save()
        _record("stakeholders.record_partnership", partnership, by, {})
        if library is not None:
            _announce(library)
    return partnership


def correct_partnership(
    *,
    partnership: Partnership,
    organisation_name: str,
    kind: PartnershipKind,
    starts_on: date,
    ends_on: date | None,
    by: User,
    terms: Terms = NO_TERMS,
    agreement: "File[bytes] | None" = None,
) -> Partnership:
    """As it should have been written; the place stays, and so does the file unless there is another
    one. Raises ``ValidationError`` and ``BadFile``."""
    _allowed(partnership, by)
    _check(terms)
    with _paper(agreement) as paper, transaction.atomic():
        partnership = _lock(partnership)
        before = audit.values(partnership, _SAID)
        partnership.organisation = organisation_called(
            organisation_name, by=by, library=partnership.library
        )
        if partnership.organisation != before["organisation"] and partnership.support.exists():
            raise ValidationError(
                {"organisation_name": _("Sudah ada dukungan dari lembaga yang lama di sini.")}
            )
        said = {"kind": kind, "starts_on": starts_on, "ends_on": ends_on, **asdict(terms)}
        for field, value in said.items():
            setattr(partnership, field, value)
        if paper:
            partnership.agreement_file = paper.name
        partnership.full_clean()
        partnership.save()
        _record("stakeholders.correct_partnership", partnership, by, before)
        if partnership.library is not None:
            _announce(partnership.library)
    return partnership


@transaction.atomic
def end_partnership(
    *, partnership: Partnership, ends_on: date, reason: str, by: User
) -> Partnership:
    """Its last day comes sooner than agreed, or is agreed at last; why stands in its note. Raises
    ``ValidationError`` naming the field."""
    _allowed(partnership, by)
    partnership = _lock(partnership)
    if not reason.strip():
        raise ValidationError({"reason": _("Tulis alasannya.")})
    if ends_on < partnership.starts_on:
        raise ValidationError({"ends_on": _("Tanggal akhir tidak bisa sebelum tanggal mulai.")})
    if partnership.ends_on is not None and partnership.ends_on < ends_on:
        raise ValidationError({"ends_on": _("Kemitraan ini sudah berakhir sebelum tanggal itu.")})
    before = audit.values(partnership, _SAID)
    partnership.ends_on = ends_on
    said = _("Diakhiri: %(reason)s") % {"reason": reason.strip()}
    partnership.note = f"{partnership.note} · {said}" if partnership.note else said
    if len(partnership.note) > 300:
        raise ValidationError({"reason": _("Alasan ini terlalu panjang. Tulis lebih singkat.")})
    partnership.full_clean()
    partnership.save()
    _record("stakeholders.end_partnership", partnership, by, before)
    if partnership.library is not None:
        _announce(partnership.library)
    return partnership


@transaction.atomic
def move_to(*, keep: Library, duplicate: Library) -> None:
    """Give ``keep`` the partnerships, gifts, needs and attendances of ``duplicate`` when the two
    become one library; a partnership that both have is kept once, every gift counts. Part of a
    merger, which is what the audit tells of."""
    theirs = Partnership.objects.filter(library=duplicate)
    twin = Partnership.objects.filter(
        library=keep,
        organisation=OuterRef("organisation"),
        kind=OuterRef("kind"),
        starts_on=OuterRef("starts_on"),
    )
    for one in theirs.filter(Exists(twin)):
        same = Partnership.objects.get(
            library=keep, organisation=one.organisation, kind=one.kind, starts_on=one.starts_on
        )
        one.support.update(partnership=same)
        one.commitments.update(partnership=same)
        one.delete()
    theirs.update(library=keep)
    for model in (Support, Need):
        model._default_manager.filter(library=duplicate).update(library=keep, region=keep.regency)
    Attendee.objects.filter(library=duplicate).update(library=keep)
    _announce(keep)


def _allowed(partnership: Partnership, by: User) -> None:
    place = partnership.library or partnership.region
    if place is None or not permissions.can_record_partnership(by, place):
        raise PermissionDenied


def _lock(partnership: Partnership) -> Partnership:
    return (
        Partnership.objects.select_for_update(of=("self",))
        .select_related("organisation", "library", "region")
        .get(pk=partnership.pk)
    )


def _paper(agreement: "File[bytes] | None") -> "AbstractContextManager[KeptFile | None]":
    return kept(keep_paper(agreement, folder=FOLDER) if agreement else None)


def _check(terms: Terms) -> None:
    problems = {}
    if terms.promised_rupiah is not None and not 0 <= terms.promised_rupiah <= MOST_RUPIAH:
        problems["promised_rupiah"] = _("Nilai ini tidak wajar: paling banyak Rp100 miliar.")
    if terms.promised_quantity is not None and not terms.promised_unit.strip():
        problems["promised_unit"] = _("Isi satuannya, misalnya “buku”.")
    if problems:
        raise ValidationError(problems)


def _record(action: str, partnership: Partnership, by: User, before: dict[str, Any]) -> None:
    said = audit.values(partnership, _SAID)
    changes = audit.difference(before, said)
    if not before:
        changes = {field: pair for field, pair in changes.items() if pair[1] not in (None, "")}
    if changes:
        audit.record(action, by=by, subject=partnership, about=partnership.library, changes=changes)


def _announce(library: Library) -> None:
    transaction.on_commit(
        partial(signals.partnerships_changed.send_robust, sender=Partnership, library_id=library.pk)
    )
