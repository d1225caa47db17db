"""Questions of one line: role x scope. Services ask them; pages too, to offer a button."""

from libraries import queries
from libraries.enums import KEPT_BY_PIC, Level
from libraries.models import Assignment, Library, Region
from tpbis.accounts.enums import Role
from tpbis.accounts.models import User

KEEPERS = frozenset({Role.PROVINCE_STAFF, Role.REGENCY_PIC})


# --- The register -------------------------------------------------------------------------------


def keeps_register(user: User) -> bool:
    return user.role in KEEPERS


def can_change(user: User, library: Library) -> bool:
    """Correct, deactivate, merge, move: the province, and the PIC of its regency."""
    return keeps_register(user) and Library.objects.visible_to(user).filter(pk=library.pk).exists()


def can_register_in(user: User, region: Region) -> bool:
    return keeps_register(user) and Region.objects.visible_to(user).filter(pk=region.pk).exists()


def says_who_leads(user: User, regency: Region) -> bool:
    """Where the libraries of a regency record is agreed with the province."""
    return (
        user.role == Role.PROVINCE_STAFF
        and regency.level == Level.REGENCY
        and Region.objects.visible_to(user).filter(pk=regency.pk).exists()
    )


def sees_people(user: User) -> bool:
    """Whom to call at a library, who works there, who did what: never for observers."""
    return user.role not in (Role.OBSERVER, Role.SUPPORTER)


def takes_contacts(user: User) -> bool:
    """Names and numbers in a file that leaves the portal: only whose work it is to call them."""
    return user.role in KEEPERS or user.role == Role.FACILITATOR


def takes_register(user: User) -> bool:
    """The list of libraries as a file."""
    return user.role not in (Role.LIBRARIAN, Role.SUPPORTER)


# --- People -------------------------------------------------------------------------------------


def keeps_people(user: User) -> bool:
    return user.role in KEEPERS


def roles_kept_by(user: User) -> frozenset[Role]:
    """The roles whose accounts this person may make, change and close."""
    if user.role == Role.PROVINCE_STAFF:
        return frozenset(Role)
    return KEPT_BY_PIC if user.role == Role.REGENCY_PIC else frozenset()


def can_keep(user: User, other: User) -> bool:
    """Whether ``other`` is an account of theirs to keep: by role, and working nowhere but within
    their places. Nobody keeps their own."""
    if user.pk == other.pk or other.role not in roles_kept_by(user):
        return False
    if not queries.people_of(user).filter(pk=other.pk).exists():
        return False
    return user.role == Role.PROVINCE_STAFF or not queries.works_elsewhere(other, than=user)


def can_end(user: User, assignment: Assignment) -> bool:
    """A place within their own, of somebody whose role they keep, wherever else that one works."""
    return (
        assignment.user_id != user.pk
        and assignment.user.role in roles_kept_by(user)
        and Assignment.objects.visible_to(user).filter(pk=assignment.pk).exists()
    )


def can_let_program_in(user: User, region: Region) -> bool:
    """Tokens for programs are the province's to give."""
    return (
        user.role == Role.PROVINCE_STAFF
        and Region.objects.visible_to(user).filter(pk=region.pk).exists()
    )


def can_let_in(user: User, library: Library) -> bool:
    """Give out the code that makes a librarian's account, and hand the library over."""
    return keeps_people(user) and Library.objects.visible_to(user).filter(pk=library.pk).exists()
