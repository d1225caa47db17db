"""Who may have documents made, and who may hold the letters that let people in."""

from typing import TYPE_CHECKING

from libraries.enums import Level
from libraries.models import Library, Region
from libraries.permissions import KEEPERS
from reports.enums import DocumentKind
from tpbis.accounts.enums import Role
from tpbis.accounts.models import User

if TYPE_CHECKING:
    from reports.models import Document

_READERS_OF_REGIONS = {
    Role.PROVINCE_STAFF,
    Role.PROVINCE_VIEWER,
    Role.OBSERVER,
    Role.REGENCY_PIC,
    Role.FACILITATOR,
}


_OF_LIBRARIES = _READERS_OF_REGIONS | {Role.LIBRARIAN}

# A letter's code is a key to a library's account: for those who keep the accounts, nobody else.
HOLDERS_OF_LETTERS = KEEPERS


def holds_letters(user: User) -> bool:
    return user.role in HOLDERS_OF_LETTERS


def can_print_letters(user: User, region: Region) -> bool:
    return holds_letters(user) and can_request(user, region)


def follows_up(user: User) -> bool:
    """Whose work it is that libraries report; observers read figures."""
    return user.role in _READERS_OF_REGIONS - {Role.OBSERVER}


def can_decide_for_province(user: User, region: Region) -> bool:
    """What heads its pages, and what of them is public: its own staff alone."""
    return user.role == Role.PROVINCE_STAFF and (
        Region.objects.visible_to(user).filter(pk=region.pk, level=Level.PROVINCE).exists()
    )


def can_draw_map(user: User) -> bool:
    """What everyone's map looks like is for the province to say."""
    return user.role == Role.PROVINCE_STAFF


def issues_certificates(user: User) -> bool:
    """Who decides about awards also signs for them, and takes a certificate back."""
    return user.role == Role.PROVINCE_STAFF


def prints_certificates(user: User) -> bool:
    """Once more, with the same code: whoever keeps the library's place."""
    return user.role in KEEPERS


def can_request(user: User, region: Region) -> bool:
    """Whoever works for the region, by role and by place."""
    return (
        user.role in _READERS_OF_REGIONS
        and Region.objects.visible_to(user).filter(pk=region.pk).exists()
    )


# What the office of a regency or province gives out in its own name.
_OF_THE_OFFICE = frozenset({DocumentKind.CERTIFICATE, DocumentKind.REVIEW, DocumentKind.IPLM})


def can_request_document(
    user: User,
    kind: DocumentKind,
    region: Region,
    library: Library | None = None,
    person: User | None = None,
) -> bool:
    """Letters and what the office gives out: whoever keeps the place. Somebody's work: oneself and
    they. Of a library: whoever works for it or with it. Else :func:`can_request`."""
    if kind == DocumentKind.LETTERS:
        return can_print_letters(user, region)
    if not _asks_for(user, kind, person.pk if person else None):
        return False
    if library is not None:
        return can_request_of_library(user, library)
    return can_request(user, region)


def _asks_for(user: User, kind: DocumentKind, person: int | None) -> bool:
    """By role alone, wherever."""
    if kind in _OF_THE_OFFICE:
        return user.role in KEEPERS
    if kind == DocumentKind.WORK:
        return user.role in KEEPERS or (user.role == Role.LIBRARIAN and person == user.pk)
    return True


def can_request_of_library(user: User, library: Library) -> bool:
    return (
        user.role in _OF_LIBRARIES
        and Library.objects.visible_to(user).filter(pk=library.pk).exists()
    )


def can_repeat(user: User, document: "Document") -> bool:
    """:func:`can_request_document` of one that they see, and that is no letter: asks nothing."""
    readers = _OF_LIBRARIES if document.library_id else _READERS_OF_REGIONS
    return user.role in readers and _asks_for(user, DocumentKind(document.kind), document.person_id)


def can_cancel(user: User, document: "Document") -> bool:
    """Whoever asked for it, and the province."""
    if user.role == Role.PROVINCE_STAFF:
        return Region.objects.visible_to(user).filter(pk=document.region_id).exists()
    return document.requested_by_id == user.pk


def reads_reports(user: User) -> bool:
    """Whether approved reports of one's places can be opened: by everyone but supporting bodies."""
    return user.role != Role.SUPPORTER


def can_sign(user: User, document: "Document") -> bool:
    """Put the signed version beside it: whoever keeps the place, and whoever asked for it and may
    still do so."""
    library = document.library
    if user.role in KEEPERS:
        return (
            can_request_of_library(user, library) if library else can_request(user, document.region)
        )
    return document.requested_by_id == user.pk and can_request_document(
        user, DocumentKind(document.kind), document.region, library, document.person
    )


def can_keep_office(user: User, region: Region) -> bool:
    """The letterhead and the signer of a province or regency: the province, and its own PIC."""
    return user.role in KEEPERS and region.level <= Level.REGENCY and can_request(user, region)


def can_schedule(user: User, region: Region) -> bool:
    return follows_up(user) and can_request(user, region)
