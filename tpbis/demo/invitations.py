"""Activation letters in a few regencies: a round of long ago, most of it used and some never
answered, and one that is under way. They change no account: whoever used one had it anyway."""

from datetime import datetime, timedelta
from uuid import uuid4

from libraries import codes
from libraries import queries as library_queries
from libraries import services as library_services
from libraries.models import Activation, Assignment, LetterBatch, Library, Region
from tpbis.accounts.enums import Role
from tpbis.demo.cast import BLITAR, LUMAJANG
from tpbis.demo.people import Staff

_NGANJUK, _SAMPANG = "35.18", "35.27"  # where most still wait
_UNDER_WAY = {LUMAJANG: 1, BLITAR: 1, _NGANJUK: 5, _SAMPANG: 4}  # letters
_SENT_AGO = timedelta(days=9)
_USED, _IGNORED = 4, 3  # of the first round, at most
_VALID, _ON_THE_WAY = timedelta(days=30), timedelta(days=3, hours=15)


def send(staff: Staff, now: datetime) -> None:
    for regency, letters in _UNDER_WAY.items():
        pic = staff.pics[regency]
        waiting = _without_account(regency, now)
        batch = _first_round(regency, staff, now)
        if batch is not None:
            ignored = [_letter(batch, library.pk) for library in waiting[letters:][:_IGNORED]]
            Activation.objects.bulk_create(ignored)
        if waiting:
            library_services.issue_letters(libraries=waiting[:letters], by=pic, at=now - _SENT_AGO)


def _without_account(regency: str, now: datetime) -> list[Library]:
    """By district, as they are visited."""
    here = Library.objects.within(regency).partners_on(now.date())
    inside = library_queries.letters_barred(here).order_by().values("pk")
    return list(here.exclude(pk__in=inside).order_by("region__code", "name", "pk"))


def _first_round(regency: str, staff: Staff, now: datetime) -> LetterBatch | None:
    """The letters by which the newest librarians of the regency came in."""
    here = Library.objects.within(regency)
    posts = list(
        Assignment.objects.in_force(now.date())
        .filter(library__in=here, user__role=Role.LIBRARIAN)
        .select_related("user")
        .order_by("-starts_on", "pk")[:_USED]
    )
    newest = posts[0].user.activated_at if posts else None
    if newest is None:
        return None
    came = [post for post in posts if _is_within(post, newest)]
    first = min(post.user.activated_at or newest for post in came)
    batch = LetterBatch.objects.create(
        region=Region.objects.get(code=regency),
        issued_at=first - _ON_THE_WAY,
        issued_by=staff.pics[regency],
    )
    letters = []
    for post in came:
        letter = _letter(batch, post.library_id)
        letter.recipient_name = post.user.full_name
        letter.used_at, letter.used_by = post.user.activated_at, post.user
        letters.append(letter)
    Activation.objects.bulk_create(letters)
    return batch


def _is_within(post: Assignment, newest: datetime) -> bool:
    """Whether one letter round, good for a month, reaches this post and the newest."""
    since = post.user.activated_at
    return since is not None and newest - since < _VALID - _ON_THE_WAY


def _letter(batch: LetterBatch, library: int | None) -> Activation:
    uuid = uuid4()
    return Activation(
        uuid=uuid,
        code_hash=codes.hash_of(codes.code_of(uuid)),
        library_id=library,
        batch=batch,
        issued_at=batch.issued_at,
        issued_by=batch.issued_by,
        expires_at=batch.issued_at + _VALID,
    )
