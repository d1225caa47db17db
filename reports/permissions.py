"""Who may have documents made."""

from libraries.models import Region
from tpbis.accounts.enums import Role
from tpbis.accounts.models import User

_READERS_OF_REGIONS = {
    Role.PROVINCE_STAFF,
    Role.PROVINCE_VIEWER,
    Role.OBSERVER,
    Role.REGENCY_PIC,
    Role.FACILITATOR,
}


def can_request(user: User, region: Region) -> bool:
    """Whoever works for the region, by role and by place."""
    return (
        user.role in _READERS_OF_REGIONS
        and Region.objects.visible_to(user).filter(pk=region.pk).exists()
    )
