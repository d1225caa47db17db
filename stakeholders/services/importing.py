"""Many organisations of one file, all of them or none."""

from collections.abc import Sequence

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from stakeholders import permissions
from stakeholders.models import Organisation
from stakeholders.services.organisations import Profile, change_organisation
from tpbis.accounts import audit
from tpbis.accounts.models import User


@transaction.atomic
def import_organisations(
    *, added: Sequence[Profile], changed: Sequence[tuple[Organisation, Profile]], by: User
) -> None:
    """``added`` are new to the register, whose names nobody has. Raises ``ValidationError`` and
    ``IntegrityError``; then nothing was written."""
    if not permissions.keeps_organisations(by):
        raise PermissionDenied
    now = timezone.now()
    new = [
        Organisation(
            name=one.name,
            kind=one.kind,
            themes=[*one.themes],
            about=one.about,
            website=one.website,
            recorded_at=now,
            recorded_by=by,
        )
        for one in added
    ]
    Organisation.objects.bulk_create(new, batch_size=200)
    links = Organisation.regions.through
    links.objects.bulk_create(
        [
            links(organisation_id=organisation.pk, region_id=region.pk)
            for organisation, profile in zip(new, added, strict=True)
            for region in profile.regions
        ],
        batch_size=400,
    )
    audit.record_many(
        "stakeholders.register_organisation",
        by=by,
        told=[(one, None, {"name": [None, one.name], "kind": [None, one.kind]}) for one in new],
    )
    for organisation, profile in changed:
        change_organisation(organisation=organisation, profile=profile, by=by)
