"""Two entries of the register that are one organisation become one. There is no way back."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from stakeholders import permissions, signals
from stakeholders.enums import UNDER_WAY, OrganisationKind
from stakeholders.models import (
    Commitment,
    FormerOrganisation,
    Membership,
    Organisation,
    Partnership,
    Support,
)
from stakeholders.services.organisations import related_to
from tpbis.accounts import audit
from tpbis.accounts.models import User


class CannotMergeOrganisations(Exception):
    """These two are not to be merged; the text says why."""


@transaction.atomic
def merge_organisations(*, keep: Organisation, duplicate: Organisation, by: User) -> Organisation:
    """Everything that points at ``duplicate`` points at ``keep``; its old address leads there and
    its row is gone. The survivor's word counts, the duplicate's fills what is blank. A partnership
    both have is kept once, until the later end; so is the time in which somebody spoke for both.

    Raises :class:`CannotMergeOrganisations`; then nothing was moved.
    """
    keep, duplicate = _lock_both(keep, duplicate, by)
    check_organisations_merge(keep, duplicate)
    scored: set[int] = set()
    for relation in related_to(duplicate):
        move = _SPECIAL.get(relation.related_model, _move)
        scored |= move(relation, keep, duplicate) or set()
    number, name = duplicate.pk, duplicate.name
    for field in ("about", "website", "logo"):
        setattr(keep, field, getattr(keep, field) or getattr(duplicate, field))
    keep.themes = list(dict.fromkeys([*keep.themes, *duplicate.themes]))
    if keep.kind == OrganisationKind.OTHER:
        keep.kind = duplicate.kind
    if keep.regions.exists():
        keep.regions.add(*duplicate.regions.all())
    duplicate.delete()  # whatever was forgotten is protected, and stops the merger here
    keep.full_clean()
    keep.save()
    FormerOrganisation.objects.create(number=number, name=name, organisation=keep, merged_by=by)
    audit.record(
        "stakeholders.merge_organisations",
        by=by,
        subject=keep,
        changes={"number": [number, keep.pk], "name": [name, keep.name]},
    )
    for library in scored:
        transaction.on_commit(
            partial(
                signals.partnerships_changed.send_robust, sender=Partnership, library_id=library
            )
        )
    return keep


def check_organisations_merge(keep: Organisation, duplicate: Organisation) -> None:
    """Raises :class:`CannotMergeOrganisations`."""
    if keep.pk == duplicate.pk:
        raise CannotMergeOrganisations(_("Ini lembaga yang sama. Pilih lembaga lain."))
    if keep.village_id is not None and keep.village_id != duplicate.village_id:
        raise CannotMergeOrganisations(
            _("Lembaga setempat hanya dapat menerima lembaga lain dari desa yang sama.")
        )
    clash = (
        Commitment.objects.filter(organisation=duplicate, state__in=UNDER_WAY)
        .filter(
            need__commitments__in=Commitment.objects.filter(organisation=keep, state__in=UNDER_WAY)
        )
        .select_related("need")
        .first()
    )
    if clash is not None:
        text = _(
            "Keduanya punya komitmen yang berjalan untuk “%(need)s”. Selesaikan atau gugurkan "
            "salah satunya dulu."
        )
        raise CannotMergeOrganisations(text % {"need": clash.need.title})


def _lock_both(
    keep: Organisation, duplicate: Organisation, by: User
) -> tuple[Organisation, Organisation]:
    """Both rows, always in the same order."""
    locked = {
        one.pk: one
        for one in Organisation.objects.select_for_update(of=("self",))
        .filter(pk__in=(keep.pk, duplicate.pk))
        .order_by("pk")
    }
    if not {keep.pk, duplicate.pk} <= locked.keys():
        raise CannotMergeOrganisations(_("Salah satunya baru saja digabung orang lain."))
    if not permissions.can_merge_organisations(by, locked[keep.pk], locked[duplicate.pk]):
        raise PermissionDenied
    return locked[keep.pk], locked[duplicate.pk]


# --- What points at it ----------------------------------------------------------------------------

Move = Callable[[Any, Organisation, Organisation], set[int] | None]


def _move(relation: Any, keep: Organisation, duplicate: Organisation) -> None:
    name = relation.field.name
    rows = relation.related_model._base_manager.filter(**{name: duplicate})
    if relation.related_model._meta.auto_created:  # of two lists, where both may stand in one
        other = next(
            field.attname
            for field in relation.related_model._meta.concrete_fields
            if field.is_relation and field.name != name
        )
        both = relation.related_model._base_manager.filter(**{name: keep}).values(other)
        rows.filter(**{f"{other}__in": both}).delete()
    rows.update(**{name: keep})


def _move_partnerships(relation: Any, keep: Organisation, duplicate: Organisation) -> set[int]:
    """Of two that are the same one stays, with what came of both; the libraries of these."""
    scored = set()
    known = {_same(one): one for one in Partnership.objects.filter(organisation=keep)}
    for one in Partnership.objects.filter(organisation=duplicate):
        twin = known.get(_same(one))
        if twin is None:
            Partnership.objects.filter(pk=one.pk).update(organisation=keep)
            continue
        Support.objects.filter(partnership=one).update(partnership=twin)
        Commitment.objects.filter(partnership=one).update(partnership=twin)
        _fill(twin, one)
        one.delete()
        scored |= {twin.library_id} if twin.library_id else set()
    return scored


def _same(one: Partnership) -> tuple[Any, ...]:
    return one.library_id, one.region_id, one.kind, one.starts_on


def _fill(twin: Partnership, other: Partnership) -> None:
    ends = (twin.ends_on, other.ends_on)
    twin.ends_on = None if None in ends else max(day for day in ends if day)
    if not (twin.agreement_number or twin.agreement_file):
        twin.agreement_number = other.agreement_number
        twin.agreement_file = other.agreement_file
    if twin.promised_rupiah is None and twin.promised_quantity is None:
        twin.promised_rupiah = other.promised_rupiah
        twin.promised_quantity = other.promised_quantity
        twin.promised_unit = other.promised_unit
    twin.note = twin.note or other.note
    twin.full_clean()
    twin.save()


def _move_memberships(relation: Any, keep: Organisation, duplicate: Organisation) -> None:
    """Spans of one person that touch become one."""
    for one in Membership.objects.filter(organisation=duplicate).order_by("starts_on"):
        one.organisation = keep
        touching = Membership.objects.overlapping(
            organisation=keep, user=one.user_id, starts_on=one.starts_on, ends_on=one.ends_on
        )
        for other in list(touching):
            one.starts_on = min(one.starts_on, other.starts_on)
            ends = (one.ends_on, other.ends_on)
            one.ends_on = None if None in ends else max(day for day in ends if day)
            other.delete()
        one.save()


_SPECIAL: dict[Any, Move] = {Partnership: _move_partnerships, Membership: _move_memberships}
