"""Who may have documents made, and who may hold the letters that let people in."""

from libraries.models import Region
from libraries.permissions import KEEPERS
from tpbis.accounts.enums import Role
from tpbis.accounts.models import User

_READERS_OF_REGIONS = {
    Role.PROVINCE_STAFF,
    Role.PROVINCE_VIEWER,
    Role.OBSERVER,
    Role.REGENCY_PIC,
    Role.FACILITATOR,
}


# A letter's code is a key to a library's account: for those who keep the accounts, nobody else.
HOLDERS_OF_LETTERS = KEEPERS


def holds_letters(user: User) -> bool:
    return user.role in HOLDERS_OF_LETTERS


def can_print_letters(user: User, region: Region) -> bool:
    return holds_letters(user) and can_request(user, region)


def follows_up(user: User) -> bool:
    """Whose work it is that libraries report; observers read figures."""
    return user.role in _READERS_OF_REGIONS - {Role.OBSERVER}


def can_draw_map(user: User) -> bool:
    """What everyone's map looks like is for the province to say."""
    return user.role == Role.PROVINCE_STAFF


def can_request(user: User, region: Region) -> bool:
    """Whoever works for the region, by role and by place."""
    return (
        user.role in _READERS_OF_REGIONS
        and Region.objects.visible_to(user).filter(pk=region.pk).exists()
    )
