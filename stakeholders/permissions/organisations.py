from stakeholders.models import Organisation
from tpbis.accounts.enums import Role
from tpbis.accounts.models import User

_WRITERS = frozenset({Role.PROVINCE_STAFF, Role.REGENCY_PIC, Role.LIBRARIAN})


def adds_organisations(user: User) -> bool:
    """Into the register of the province; a librarian names a local one where it supports."""
    return user.role in (Role.PROVINCE_STAFF, Role.REGENCY_PIC)


def keeps_organisations(user: User) -> bool:
    """Merges, imports, and says who speaks for which."""
    return user.role == Role.PROVINCE_STAFF


def can_change_organisation(user: User, organisation: Organisation) -> bool:
    """One of the register: the province, or the PIC who wrote it down; a local one also whoever
    works there."""
    if not _sees(user, organisation):
        return False
    if user.role == Role.PROVINCE_STAFF:
        return True
    if organisation.village_id is None:
        return user.role == Role.REGENCY_PIC and organisation.recorded_by_id == user.pk
    return user.role in _WRITERS


def can_lift_organisation(user: User, organisation: Organisation) -> bool:
    """Out of its village into the register: its PIC, or the province."""
    return (
        organisation.village_id is not None
        and adds_organisations(user)
        and _sees(user, organisation)
    )


def can_merge_organisations(user: User, keep: Organisation, duplicate: Organisation) -> bool:
    """The province any two it sees; a PIC one of its villages into the one of the register."""
    if not (_sees(user, keep) and _sees(user, duplicate)):
        return False
    if keeps_organisations(user):
        return True
    return keep.village_id is None and can_lift_organisation(user, duplicate)


def can_keep_contacts(user: User, organisation: Organisation) -> bool:
    """Whose work it is to call them; a librarian those of local ones."""
    if user.role == Role.LIBRARIAN and organisation.village_id is None:
        return False
    return user.role in _WRITERS and _sees(user, organisation)


def _sees(user: User, organisation: Organisation) -> bool:
    return Organisation.objects.visible_to(user).filter(pk=organisation.pk).exists()
