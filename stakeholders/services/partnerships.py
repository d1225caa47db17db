"""The only writers of partnerships."""

from datetime import date
from functools import partial

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, OuterRef

from libraries.models import Library
from stakeholders import permissions, signals
from stakeholders.enums import PartnershipKind
from stakeholders.models import Attendee, Need, Partnership, Support
from stakeholders.services.organisations import organisation_called
from tpbis.accounts import audit
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
    partnership = Partnership(
        organisation=organisation_called(organisation_name),
        library=library,
        kind=kind,
        starts_on=starts_on,
        ends_on=ends_on,
        recorded_by=by,
    )
    partnership.full_clean()
    partnership.save()
    said = audit.values(partnership, ("organisation", "kind", "starts_on", "ends_on"))
    audit.record(
        "stakeholders.record_partnership",
        by=by,
        subject=partnership,
        about=library,
        changes=audit.difference({}, said),
    )
    _announce(library)
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
    theirs.filter(Exists(twin)).delete()
    theirs.update(library=keep)
    for model in (Support, Need):
        model._default_manager.filter(library=duplicate).update(library=keep, region=keep.regency)
    Attendee.objects.filter(library=duplicate).update(library=keep)
    _announce(keep)


def _announce(library: Library) -> None:
    transaction.on_commit(
        partial(signals.partnerships_changed.send_robust, sender=Partnership, library_id=library.pk)
    )
