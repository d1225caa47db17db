"""Mailing what people were told.

**A reminder may get lost and never comes twice; a send-back may come twice and never gets lost.**
No program can know whether a mail left when the worker died, or the line broke, while the server
took it. So reminders, digests and escalations are marked as sent *before* they are handed over, and
what was sent back *after*: in between lies its next try, at least as long away as a task may live.
Both stand in the portal anyhow, and a mail that comes twice has the same Message-ID.

Where the server refuses a mail in so many words nothing is in doubt: it is tried five times within
a day and a half, then ``FAILED``. Where the server is not there at all nothing is counted.
"""

import hashlib
import logging
import smtplib
import time
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from tpbis.accounts import queries
from tpbis.accounts.enums import MailState, MessageKind
from tpbis.accounts.models import Message
from tpbis.accounts.services.messages import mute_address

logger = logging.getLogger(__name__)

# How long after its n-th try a mail is tried again. The first is more than CELERY_TASK_TIME_LIMIT:
# whoever took it last is surely gone.
_AGAIN_AFTER = (timedelta(minutes=20), timedelta(hours=1), timedelta(hours=6), timedelta(days=1))
_TRIES = len(_AGAIN_AFTER) + 1
_TOO_LATE = timedelta(days=2)  # a reminder of the day before yesterday only confuses
_PATIENCE = 40.0  # seconds a run lasts: the next one comes each minute


def mail_pending(limit: int = 200, *, at: datetime | None = None) -> int:
    """Send at most ``limit`` of the mails that are due, oldest first; how many left. Several at
    once share the work: each mail is taken by one."""
    at = at or timezone.now()
    if not Message.objects.to_mail().filter(_due(at)).exists():
        return 0
    server = get_connection()
    try:
        return _send_all(server, limit, at)
    finally:
        server.close()


def _send_all(server: BaseEmailBackend, limit: int, at: datetime) -> int:
    sent, last, until = 0, 0, time.monotonic() + _PATIENCE
    while sent < limit and time.monotonic() < until and _is_there(server):
        message = _take(at, after=last)
        if message is None:
            break
        last = message.pk
        if message.mail == MailState.NONE:
            continue
        try:
            _hand_over(message, server)
        except _Refused:
            _note_refusal(message)
            server.close()  # some servers hang up after a refusal
        except OSError as error:
            # Whether it left nobody knows. The line is dead: the others wait for the next run.
            last_try = " for the last time" if message.mail_tries >= _TRIES else ""
            logger.warning(
                "Mail %s: the line broke%s (%s).", message.pk, last_try, type(error).__name__
            )
            if last_try:
                _settle(message, MailState.FAILED)
            break
        else:
            _settle(message, MailState.SENT)
            sent += 1
    return sent


def _is_there(server: BaseEmailBackend) -> bool:
    """Asked before a mail is taken in hand, so that an outage costs none of them a try."""
    try:
        server.open()
    except OSError as error:  # an SMTPException is one, too
        logger.warning("Mail server out of reach (%s): mails wait.", type(error).__name__)
        return False
    return True


class _Refused(Exception):
    """The server (or the address itself) said no: the mail did not leave."""


# --- Taking one in hand ---------------------------------------------------------------------------


def _due(at: datetime) -> Q:
    due = Q(mailed_at__isnull=True)
    for tries, pause in enumerate(_AGAIN_AFTER, start=1):
        due |= Q(mail_tries=tries, mailed_at__lte=at - pause)
    return due


@transaction.atomic
def _take(at: datetime, *, after: int) -> Message | None:
    """The next mail that is due, noted as tried before anything is sent; with ``mail`` ``NONE``
    when it is not wanted any more."""
    waiting = Message.objects.to_mail().filter(_due(at), pk__gt=after).order_by("pk")
    message = (
        waiting.select_for_update(skip_locked=True, of=("self",)).select_related("user").first()
    )
    if message is None:
        return None
    message.mail = _state_while_sent(message, at)
    if message.mail != MailState.NONE:
        message.mail_tries, message.mailed_at = message.mail_tries + 1, at
    message.save(update_fields=["mail", "mail_tries", "mailed_at"])
    return message


def _state_while_sent(message: Message, at: datetime) -> MailState:
    """Marked before or after: see above."""
    user = message.user
    if not (settings.TPBIS_CAN_MAIL and user.is_active and user.email):
        return MailState.NONE
    if message.kind == MessageKind.RETURNED:
        return MailState.PENDING
    if message.created_at < at - _TOO_LATE or message.kind in queries.muted_kinds(user):
        return MailState.NONE
    return MailState.SENT


def _note_refusal(message: Message) -> None:
    is_last = message.mail_tries >= _TRIES
    if is_last:
        logger.error("Mail %s was refused %s times: given up.", message.pk, message.mail_tries)
    _settle(message, MailState.FAILED if is_last else MailState.PENDING)


def _settle(message: Message, state: MailState) -> None:
    """Only of the try that was ours: a later one knows better."""
    ours = Message.objects.filter(pk=message.pk, mail_tries=message.mail_tries)
    ours.update(mail=state)


# --- The mail -------------------------------------------------------------------------------------


def _hand_over(message: Message, server: BaseEmailBackend) -> None:
    with translation.override(settings.LANGUAGE_CODE):
        mail = _letter(message)
    mail.connection = server
    try:
        mail.send()
    except smtplib.SMTPServerDisconnected:
        raise
    except (smtplib.SMTPException, ValueError) as error:
        logger.warning("Mail %s was refused (%s).", message.pk, type(error).__name__)
        raise _Refused from error


def _letter(message: Message) -> EmailMessage:
    kind = MessageKind(message.kind)
    headers = {"Message-ID": _message_id(message), "Auto-Submitted": "auto-generated"}
    if kind == MessageKind.RETURNED:
        foot = _("Surel tentang kiriman yang dikembalikan selalu dikirim, agar tidak terlewat.")
    else:
        address = mute_address(message.user, kind)
        headers["List-Unsubscribe"] = f"<{address}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        foot = _("Tidak ingin surel “%(kind)s” lagi? Matikan di sini, tanpa masuk: %(address)s") % {
            "kind": kind.label,
            "address": address,
        }
    parts = [
        _("Halo %(name)s,") % {"name": message.user.full_name},
        message.text,
        f"{settings.TPBIS_PUBLIC_URL}{message.link}" if message.link else "",
        f"-- \nPortal TPBIS\n{foot}",
    ]
    return EmailMessage(
        subject=message.title,
        body="\n\n".join(part for part in parts if part),
        to=[message.user.email],
        headers=headers,
    )


def _message_id(message: Message) -> str:
    """Of what is told, not of the row: after a backup was restored it is the same."""
    key = f"{message.user_id} {message.kind} {message.subject} {message.period}"
    name = hashlib.sha256(key.encode()).hexdigest()[:32]
    return f"<{name}@{urlsplit(settings.TPBIS_PUBLIC_URL).hostname or 'localhost'}>"
