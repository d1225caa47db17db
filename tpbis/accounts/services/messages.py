"""Telling people, each thing once; what they read; and which kinds they do not want by mail."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.conf import settings
from django.core import signing
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from tpbis.accounts import audit, queries
from tpbis.accounts.enums import MailState, MessageKind
from tpbis.accounts.models import Message, MessageMute, User

_AT_ONCE = 2_000
_LETTERS = {"title": 200, "text": 4_000, "link": 300}
_MUTING = "accounts.mute"  # the salt of the addresses in mails

Key = tuple[int, str, str, str]


class AlwaysMailed(Exception):
    """What was sent back waits for its library: nobody can turn that off."""


@dataclass(frozen=True, slots=True)
class News:
    """Something for one person: ``subject`` and ``period`` say what of and when."""

    user: int  # pk
    kind: MessageKind
    subject: str
    period: str
    title: str
    text: str
    link: str = ""  # a path within the portal

    @property
    def key(self) -> Key:
        return self.user, self.kind.value, self.subject, self.period


# --- Telling --------------------------------------------------------------------------------------


def tell(
    *,
    user: User,
    kind: MessageKind,
    subject: str,
    period: str,
    title: str,
    text: str,
    link: str = "",
) -> Message | None:
    """Tell ``user`` once; ``None`` when that was told already, by whomever and however lately, or
    the account is closed. Not audited: it follows from what others did, like a score."""
    news = News(user.pk, MessageKind(kind), subject, period, title, text, link)
    message = next(_messages([news], timezone.now()), None)
    if message is None or _known([news]):
        return None
    try:
        with transaction.atomic():
            message.save(force_insert=True)
    except IntegrityError:
        if not _known([news]):
            raise
        return None  # somebody else was told to tell it at the same moment
    return message


def tell_many(news: Iterable[News]) -> int:
    """Tell thousands, in few queries; how many of it was new. What is told already, at this moment
    by somebody else too, stays as it was; closed accounts are told nothing.

    In transactions of their own by the thousand, always in the same order: two that tell the same
    at once wait for each other briefly and never in a circle.
    """
    told, now = 0, timezone.now()
    in_order = iter(sorted({one.key: one for one in news}.values(), key=lambda one: one.key))
    while batch := list(islice(in_order, _AT_ONCE)):
        known = _known(batch)
        fresh = list(_messages([one for one in batch if one.key not in known], now))
        told += len(Message.objects.bulk_create(fresh, ignore_conflicts=True))
    return told


def _known(news: Sequence[News]) -> set[Key]:
    """Those keys of ``news`` that were told."""
    told = Message.objects.filter(
        user__in={one.user for one in news},
        kind__in={one.kind for one in news},
        period__in={one.period for one in news},
    )
    keys = {one.key for one in news}
    return keys & set(told.values_list("user", "kind", "subject", "period"))


def _messages(news: Sequence[News], now: datetime) -> Iterator[Message]:
    people = {one.user for one in news}
    active = User.objects.filter(pk__in=people, is_active=True)
    addresses = dict(active.values_list("pk", "email"))
    muted = set(MessageMute.objects.filter(user__in=people).values_list("user", "kind"))
    for one in news:
        if one.user not in addresses:
            continue
        by_mail = (
            settings.TPBIS_CAN_MAIL
            and addresses[one.user]
            and (one.kind == MessageKind.RETURNED or (one.user, one.kind) not in muted)
        )
        yield Message(
            user_id=one.user,
            kind=one.kind,
            subject=one.subject,
            period=one.period,
            title=_cut("title", " ".join(one.title.split())),  # it is a mail's subject, too
            text=_cut("text", one.text),
            link=one.link if len(one.link) <= _LETTERS["link"] else "",
            created_at=now,
            mail=MailState.PENDING if by_mail else MailState.NONE,
        )


def _cut(field: str, text: str) -> str:
    most = _LETTERS[field]
    return text if len(text) <= most else f"{text[: most - 1]}…"


# --- Reading --------------------------------------------------------------------------------------


def mark_read(*, message: Message, by: User, at: datetime | None = None) -> None:
    """Only what is one's own, and only the first time counts. Not audited: that somebody looked at
    what they were told changes nothing for anybody."""
    unread = Message.objects.told_to(by).unread().filter(pk=message.pk)
    unread.order_by().update(read_at=at or timezone.now())


def mark_all_read(*, by: User, at: datetime | None = None) -> int:
    return Message.objects.told_to(by).unread().order_by().update(read_at=at or timezone.now())


# --- What one does not want by mail ---------------------------------------------------------------


@transaction.atomic
def choose_mail(*, user: User, muted: Iterable[MessageKind], by: User) -> None:
    """From now on ``user`` is mailed all kinds but ``muted``; in the portal they still stand.
    Raises ``AlwaysMailed``."""
    User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    before, after = queries.muted_kinds(user), set(muted)
    if MessageKind.RETURNED in after:
        raise AlwaysMailed
    if before == after:
        return
    MessageMute.objects.filter(user=user).exclude(kind__in=after).delete()
    MessageMute.objects.bulk_create(
        MessageMute(user=user, kind=kind) for kind in sorted(after - before)
    )
    changes = {"kind": [sorted(before), sorted(after)]}
    audit.record("accounts.choose_mail", by=by, subject=user, changes=changes)


def mute(*, user: User, kind: MessageKind, by: User) -> None:
    choose_mail(user=user, muted={*queries.muted_kinds(user), kind}, by=by)


def unmute(*, user: User, kind: MessageKind, by: User) -> None:
    choose_mail(user=user, muted=queries.muted_kinds(user) - {kind}, by=by)


def mute_address(user: User, kind: MessageKind) -> str:
    """Where ``kind`` is turned off without signing in: whoever got the mail holds the key. It says
    no name and never grows old, as mails do not either."""
    token = signing.Signer(salt=_MUTING).sign(f"{user.pk}.{kind.value}")
    return f"{settings.TPBIS_PUBLIC_URL}{reverse('accounts:message_mute', args=[token])}"


def holder_of(token: str) -> tuple[User, MessageKind] | None:
    """Whom and which kind a mail's address turns off; ``None`` when it was made up."""
    try:
        number, _dot, kind = signing.Signer(salt=_MUTING).unsign(token).partition(".")
    except signing.BadSignature:
        return None
    user = User.objects.filter(pk=number).first()
    return (user, MessageKind(kind)) if user and kind in MessageKind else None
