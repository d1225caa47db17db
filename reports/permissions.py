"""Who may have documents made, and who may hold the letters that let people in."""

from typing import TYPE_CHECKING, Any

from libraries.enums import Level
from libraries.models import Library, Region
from libraries.permissions import KEEPERS
from reports.enums import SUBJECTS, DocumentKind
from stakeholders.models import Commitment, Event, Need, Organisation, SynergyTeam
from tpbis.accounts.enums import Role
from tpbis.accounts.models import User

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from reports.models import Document
    from reports.models.documents import Subject

_READERS_OF_REGIONS = {
    Role.PROVINCE_STAFF,
    Role.PROVINCE_VIEWER,
    Role.OBSERVER,
    Role.REGENCY_PIC,
    Role.FACILITATOR,
}


_OF_LIBRARIES = _READERS_OF_REGIONS | {Role.LIBRARIAN}

# Who has papers made of supporting bodies; of what, says `subjects_of`.
_ASKING_ABOUT = {
    DocumentKind.IMPACT: _READERS_OF_REGIONS | {Role.SUPPORTER},
    DocumentKind.PROPOSAL: _OF_LIBRARIES | {Role.SUPPORTER},
    DocumentKind.HANDOVER: KEEPERS | {Role.FACILITATOR, Role.LIBRARIAN, Role.SUPPORTER},
    DocumentKind.ANNEX: KEEPERS,
    DocumentKind.ATTENDANCE: KEEPERS,
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
    subject: "Subject | None" = None,
) -> bool:
    """Of supporting bodies: :func:`can_request_about`. Letters and what the office gives out:
    whoever keeps the place. Somebody's work: oneself and they. Of a library: whoever works for it
    or with it. Else :func:`can_request`."""
    if kind == DocumentKind.LETTERS:
        return can_print_letters(user, region)
    if kind in SUBJECTS:
        return subject is not None and can_request_about(user, kind, region, subject)
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


def asks_about(user: User, kind: DocumentKind) -> bool:
    """By role alone, wherever."""
    return user.role in _ASKING_ABOUT.get(kind, ())


def subjects_of(user: User, kind: DocumentKind) -> "QuerySet[Any]":
    """What ``user`` may have a paper of ``kind`` made of: what they see; lists of names only of the
    teams and events of their own regions."""
    own = Region.objects.visible_to(user)
    if kind == DocumentKind.IMPACT:
        return Organisation.objects.visible_to(user)
    if kind == DocumentKind.PROPOSAL:
        return Need.objects.visible_to(user).lacking()
    if kind == DocumentKind.HANDOVER:
        return Commitment.objects.visible_to(user).realised()
    if kind == DocumentKind.ANNEX:
        return SynergyTeam.objects.filter(region__in=own)
    return Event.objects.filter(region__in=own)


def can_request_about(user: User, kind: DocumentKind, region: Region, subject: "Subject") -> bool:
    """What an organisation gave is counted of the regions one works for; its own people have all
    of it counted."""
    if not asks_about(user, kind) or not subjects_of(user, kind).filter(pk=subject.pk).exists():
        return False
    return kind != DocumentKind.IMPACT or user.role == Role.SUPPORTER or can_request(user, region)


def can_request_of_library(user: User, library: Library) -> bool:
    return (
        user.role in _OF_LIBRARIES
        and Library.objects.visible_to(user).filter(pk=library.pk).exists()
    )


def can_repeat(user: User, document: "Document") -> bool:
    """:func:`can_request_document` of one that they see, and that is no letter: asks nothing."""
    kind = DocumentKind(document.kind)
    if kind in SUBJECTS:
        return asks_about(user, kind)
    readers = _OF_LIBRARIES if document.library_id else _READERS_OF_REGIONS
    return user.role in readers and _asks_for(user, kind, document.person_id)


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
        user,
        DocumentKind(document.kind),
        document.region,
        library,
        document.person,
        document.subject(),
    )


def can_keep_office(user: User, region: Region) -> bool:
    """The letterhead and the signer of a province or regency: the province, and its own PIC."""
    return user.role in KEEPERS and region.level <= Level.REGENCY and can_request(user, region)


def can_schedule(user: User, region: Region) -> bool:
    return follows_up(user) and can_request(user, region)
