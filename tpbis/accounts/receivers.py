"""What follows from signing in, from being locked out, and from a forgotten password."""

import logging
from typing import Any

from axes.signals import user_locked_out
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.db.models import Q
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from tpbis.accounts import audit, denials, queries, tasks
from tpbis.accounts.models import User
from tpbis.accounts.sessions import AGENT, FACTOR, NONE, STARTED, WANTED, browser_of
from tpbis.accounts.signals import password_link_asked
from tpbis.core.queueing import queue

logger = logging.getLogger("tpbis.security")


@receiver(user_logged_in, dispatch_uid="accounts.stamp_session")
def stamp_session(request: HttpRequest, user: User, **_more: Any) -> None:
    """From when the session counts, in which browser, and whether a second factor is still due."""
    request.session[STARTED] = timezone.now().isoformat()
    request.session[AGENT] = browser_of(request.headers.get("User-Agent", ""))
    due = queries.has_second_factor(user) or queries.must_have_second_factor(user)
    request.session[FACTOR] = WANTED if due else NONE


@receiver(user_logged_out, dispatch_uid="accounts.note_sign_out")
def note_sign_out(user: User | None, **_more: Any) -> None:
    if user is not None:
        audit.record("accounts.sign_out", by=user, subject=user)


@receiver(user_locked_out, dispatch_uid="accounts.log_lock_out")
def log_lock_out(request: HttpRequest, username: str, ip_address: str, **_more: Any) -> None:
    """By the account's number: what was typed as a name may have been a password."""
    typed = Q(username__iexact=username) | Q(phone=username) & ~Q(phone="")
    known = User.objects.filter(typed).order_by("pk").first()
    logger.warning("Locked out: account %s at %s", known.pk if known else "unknown", ip_address)
    denials.note_lock_out(known)


@receiver(password_link_asked, dispatch_uid="accounts.queue_password_link")
def queue_password_link(user_id: int, **_more: Any) -> None:
    """For nobody, too: how long the answer takes says nothing."""
    queue(tasks.send_password_link, user_id=user_id)
