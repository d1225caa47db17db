from libraries import permissions as register
from libraries.models import Library, Region
from tpbis.accounts.enums import Role
from tpbis.accounts.models import User


def can_record_partnership(user: User, place: Library | Region) -> bool:
    """The library's own librarian, its PIC and the province, never a reader; with a region as a
    whole, whoever keeps its register."""
    if isinstance(place, Region):
        return register.can_register_in(user, place)
    return records_support(user) and Library.objects.visible_to(user).filter(pk=place.pk).exists()


def can_record_support(user: User, place: Library | Region) -> bool:
    """As a partnership."""
    return can_record_partnership(user, place)


def records_support(user: User) -> bool:
    """Whose work it is at all, wherever."""
    return user.role in (Role.LIBRARIAN, Role.REGENCY_PIC, Role.PROVINCE_STAFF)
