from libraries.models import Library
from tpbis.accounts.enums import Role
from tpbis.accounts.models import User


def can_record_partnership(user: User, library: Library) -> bool:
    """The library's own librarian, its PIC and the province; never a reader."""
    return (
        user.role in (Role.LIBRARIAN, Role.REGENCY_PIC, Role.PROVINCE_STAFF)
        and Library.objects.visible_to(user).filter(pk=library.pk).exists()
    )
