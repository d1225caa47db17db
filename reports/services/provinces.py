"""What a province decides about its pages."""

import hashlib

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from libraries.models import Region
from reports import permissions
from reports.models import ProvinceSettings
from reports.services.problems import NotForThisRegion
from tpbis.accounts import audit
from tpbis.accounts.models import User

DECIDED = ("leading_kpi", "public_page", "public_intro")


class DecidedMeanwhile(Exception):
    """The settings are not as they were when the form was opened."""

    def __init__(self, settings: ProvinceSettings) -> None:
        super().__init__(
            _("Pengaturan ini baru saja diubah orang lain. Bandingkan, lalu simpan lagi.")
        )
        self.settings = settings


def province_settings(region: Region) -> ProvinceSettings:
    """Those of the province; unsaved defaults where it decided nothing yet."""
    found = ProvinceSettings.objects.filter(region=region).first()
    return found or ProvinceSettings(region=region)


def decided_version(settings: ProvinceSettings) -> str:
    """What a form was filled from: the same as long as nobody decided otherwise."""
    said = "\x1f".join(repr(getattr(settings, name)) for name in DECIDED)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


@transaction.atomic
def decide(
    *,
    region: Region,
    leading_kpi: str,
    public_page: bool,
    public_intro: str,
    by: User,
    version: str,
) -> ProvinceSettings:
    """The pages of the province are so from now on. Raises :class:`NotForThisRegion`, and
    :class:`DecidedMeanwhile` unless everything is as it was in ``version``."""
    if not permissions.can_decide_for_province(by, region):
        raise NotForThisRegion
    Region.objects.select_for_update(of=("self",), no_key=True).get(pk=region.pk)
    settings = province_settings(region)
    if version != decided_version(settings):
        raise DecidedMeanwhile(settings)
    before = audit.values(settings, DECIDED)
    settings.leading_kpi = leading_kpi
    settings.public_page = public_page
    settings.public_intro = public_intro
    changes = audit.difference(before, audit.values(settings, DECIDED))
    if changes or settings.pk is None:
        settings.changed_at, settings.changed_by = timezone.now(), by
        settings.save()
        audit.record(
            "reports.decide_province", by=by, subject=settings, about=region, changes=changes
        )
    return settings
