"""Who speaks for an organisation, and sees what is its own."""

from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from stakeholders import permissions
from stakeholders.models import Membership, Organisation
from stakeholders.services.organisations import lock
from tpbis.accounts import audit
from tpbis.accounts.enums import Role
from tpbis.accounts.models import User

_SAID = ("organisation", "user", "starts_on", "ends_on")


@transaction.atomic
def add_membership(
    *, organisation: Organisation, user: User, starts_on: date, ends_on: date | None, by: User
) -> Membership:
    """Raises ``ValidationError`` naming the field: only an account of a supporter, the end not
    before the beginning, and not twice at the same time."""
    if not permissions.keeps_organisations(by):
        raise PermissionDenied
    if user.role != Role.SUPPORTER:
        raise ValidationError({"user": _("Pilih akun dengan peran pendukung.")})
    if ends_on is not None and ends_on < starts_on:
        raise ValidationError({"ends_on": _("Tanggal akhir tidak bisa sebelum tanggal mulai.")})
    organisation = lock(organisation)  # of two at the same moment the second sees the first
    known = Membership.objects.overlapping(
        organisation=organisation, user=user, starts_on=starts_on, ends_on=ends_on
    ).first()
    if known is not None:
        raise ValidationError({"starts_on": _overlap(known)})
    membership = Membership(
        organisation=organisation, user=user, starts_on=starts_on, ends_on=ends_on
    )
    membership.full_clean()
    membership.save()
    audit.record(
        "stakeholders.add_membership",
        by=by,
        subject=membership,
        about=organisation,
        changes=audit.difference({}, audit.values(membership, _SAID)),
        person=user,
    )
    return membership


@transaction.atomic
def end_membership(*, membership: Membership, ends_on: date, by: User) -> Membership:
    """The last day on which this person speaks for the organisation. Raises ``ValidationError``."""
    if not permissions.keeps_organisations(by):
        raise PermissionDenied
    membership = (
        Membership.objects.select_for_update(of=("self",))
        .select_related("organisation", "user")
        .get(pk=membership.pk)
    )
    if ends_on < membership.starts_on:
        raise ValidationError({"ends_on": _("Tanggal akhir tidak bisa sebelum tanggal mulai.")})
    if membership.ends_on is not None and membership.ends_on < ends_on:
        raise ValidationError({"ends_on": _("Keanggotaan ini sudah berakhir sebelum tanggal itu.")})
    before = audit.values(membership, _SAID)
    membership.ends_on = ends_on
    membership.full_clean()
    membership.save()
    if changes := audit.difference(before, audit.values(membership, _SAID)):
        audit.record(
            "stakeholders.end_membership",
            by=by,
            subject=membership,
            about=membership.organisation,
            changes=changes,
            person=membership.user,
        )
    return membership


def _overlap(known: Membership) -> str:
    if known.ends_on is None:
        text = _("Akun ini sudah mewakili lembaga itu sejak %(first)s. Akhiri dulu.")
    else:
        text = _("Akun ini sudah mewakili lembaga itu dari %(first)s sampai %(last)s.")
    last = date_format(known.ends_on, "j F Y") if known.ends_on else ""
    return text % {"first": date_format(known.starts_on, "j F Y"), "last": last}
