"""Certificates: issued for awards, printed again, withdrawn. Nothing else writes them."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kpi import queries as kpi
from kpi.models import Closing
from libraries.models import Library, Region
from reports import codes, permissions
from reports.enums import DocumentKind
from reports.models import Certificate, Document
from reports.services.asking import request
from tpbis.accounts import audit
from tpbis.accounts.models import User
from tpbis.core.periods import Period


@transaction.atomic
def issue_certificates(*, closing: Closing, region: Region, by: User) -> Document:
    """One for each award granted at ``closing`` within ``region``, and a document of them all.
    Whoever has one keeps it, with its code; a withdrawn one stays so. Raises ``ValidationError``
    where there is nothing to issue."""
    if not permissions.issues_certificates(by):
        raise PermissionDenied
    libraries = Library.objects.visible_to(by).within(region.code)
    # One after the other: two who press at once get the same certificates.
    Closing.objects.select_for_update(of=("self",), no_key=True).get(pk=closing.pk)
    awards = kpi.granted_awards(closing, libraries)
    for award in awards.filter(certificate__isnull=True):
        made = Certificate.objects.create(award=award, code=codes.new_code(), issued_by=by)
        changes = {"month": [None, closing.through]}
        audit.record(
            "reports.issue_certificate", by=by, subject=made, about=award.library, changes=changes
        )
    good = Certificate.objects.filter(award__in=awards.order_by().values("pk")).in_force()
    if not good.exists():
        raise ValidationError(_("Tidak ada penghargaan yang bisa dibuatkan piagam."))
    document = _print(good, region, Period(closing.through, closing.through), by)
    good.filter(document__isnull=True).update(document=document)
    return document


def print_certificate(*, certificate: Certificate, by: User) -> Document:
    """One once more, with the same code. Raises ``ValidationError`` once it counts no more."""
    if not Certificate.objects.filter(pk=certificate.pk).in_force().exists():
        raise ValidationError(_("Piagam ini sudah tidak berlaku, jadi tidak dicetak lagi."))
    library, through = certificate.award.library, certificate.award.closing.through
    return _print([certificate], library.regency, Period(through, through), by, library)


@transaction.atomic
def withdraw_certificate(*, certificate: Certificate, reason: str, by: User) -> Certificate:
    """From now on whoever asks by its code is told that it was withdrawn; the reason stays within
    the portal. Twice changes nothing. Raises ``ValidationError`` without a reason."""
    if not permissions.issues_certificates(by):
        raise PermissionDenied
    if not reason.strip():
        raise ValidationError({"reason": _("Tulis alasan pencabutannya.")})
    held = Certificate.objects.select_for_update(of=("self",)).get(pk=certificate.pk)
    if held.withdrawn_at is not None:
        return held
    before = audit.values(held, ("reason",))
    held.withdrawn_at, held.withdrawn_by, held.reason = timezone.now(), by, reason.strip()
    held.full_clean()
    held.save()
    changes = audit.difference(before, {"reason": held.reason})
    audit.record(
        "reports.withdraw_certificate",
        by=by,
        subject=held,
        about=held.award.library,
        changes=changes,
    )
    return held


def _print(
    certificates: Iterable[Certificate],
    region: Region,
    period: Period,
    by: User,
    library: Library | None = None,
) -> Document:
    return request(
        region=region,
        period=period,
        by=by,
        kind=DocumentKind.CERTIFICATE,
        library=library,
        details={"certificates": sorted(one.pk for one in certificates)},
    )
