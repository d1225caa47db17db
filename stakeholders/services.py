"""The only writers of partnerships."""

from datetime import date
from functools import partial

from django.core.exceptions import PermissionDenied
from django.db import transaction

from libraries.models import Library
from stakeholders import permissions, signals
from stakeholders.enums import PartnershipKind
from stakeholders.models import Organisation, Partnership
from tpbis.accounts.models import User


@transaction.atomic
def record_partnership(
    *,
    library: Library,
    organisation_name: str,
    kind: PartnershipKind,
    starts_on: date,
    ends_on: date | None,
    by: User,
) -> Partnership:
    """Raises ``ValidationError`` when the dates cross or the same one is recorded already."""
    if not permissions.can_record_partnership(by, library):
        raise PermissionDenied
    name = " ".join(organisation_name.split())
    organisation = Organisation.objects.filter(name__iexact=name).first()
    if organisation is None:
        organisation = Organisation(name=name)
        organisation.full_clean()
        organisation.save()
    partnership = Partnership(
        organisation=organisation,
        library=library,
        kind=kind,
        starts_on=starts_on,
        ends_on=ends_on,
        recorded_by=by,
    )
    partnership.full_clean()
    partnership.save()
    transaction.on_commit(
        partial(signals.partnerships_changed.send_robust, sender=Partnership, library_id=library.pk)
    )
    return partnership
