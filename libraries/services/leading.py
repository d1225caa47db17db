"""Which source leads in a regency: this portal, or the national SIM."""

from django.core.exceptions import PermissionDenied
from django.db import transaction

from libraries import permissions, signals
from libraries.enums import ReportingMode
from libraries.models import Region
from tpbis.accounts import audit
from tpbis.accounts.models import User


@transaction.atomic
def let_lead(*, regency: Region, mode: ReportingMode, by: User) -> Region:
    """Its libraries record there from now on, and of what both sources tell that one counts.
    Nothing of the other is lost: switched back, everything counts as before."""
    regency = Region.objects.select_for_update().get(pk=regency.pk)
    if not permissions.says_who_leads(by, regency):
        raise PermissionDenied
    if regency.reporting_mode == mode:
        return regency
    changes = {"reporting_mode": [regency.reporting_mode, mode]}
    regency.reporting_mode = mode
    regency.save(update_fields=["reporting_mode"])
    audit.record("libraries.let_lead", by=by, subject=regency, changes=changes)
    signals.lead_changed.send(sender=Region, regency=regency)
    return regency
