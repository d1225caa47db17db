"""Who asked for what is not theirs, and whose password was guessed at."""

import logging
import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.urls import ResolverMatch
from django.utils import timezone

from tpbis.accounts import audit
from tpbis.accounts.enums import Outcome
from tpbis.accounts.models import AuditEvent, User
from tpbis.accounts.querysets import subject_of

logger = logging.getLogger("tpbis.security")

LOCKED_OUT = "accounts.locked_out"
# A page that asks for news by itself goes on asking when it may not any more.
ASKED_AGAIN = timedelta(minutes=1)
_REGION = re.compile(r"\d\d(\.\d\d(\.\d\d(\.\d{4})?)?)?")


def note_lock_out(account: User | None) -> None:
    """Once while the lock holds, however often the door is tried; what was typed as a name and is
    none is not told."""
    since = timezone.now() - timedelta(hours=settings.AXES_COOLOFF_TIME)
    name = subject_of(account) if account else ""
    lately = AuditEvent.objects.filter(at__gte=since, action=LOCKED_OUT, subject=name)
    if not lately.exists():
        audit.record(LOCKED_OUT, by=None, subject=account, outcome=Outcome.DENIED)


class RemembersDenials:
    """Notes 403 of whoever is signed in, a missing or foreign form token among them, and 404 of an
    address that names a thing: it may be somebody else's. An address that no route has, and a list
    that has no such page, are slips of the pen. Who is not signed in is nobody."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        route = request.resolver_match
        if route is None or not _is_denial(response, route) or not isinstance(request.user, User):
            return response
        try:
            _note(request, request.user, route)
        except DatabaseError:
            logger.exception("Denied, and could not be noted: %s", route.view_name)
        return response


def _is_denial(response: HttpResponse, route: ResolverMatch) -> bool:
    return response.status_code == 403 or (response.status_code == 404 and bool(route.kwargs))


def _note(request: HttpRequest, user: User, route: ResolverMatch) -> None:
    asked, thing = f"{request.method} {route.view_name}", _named(route.kwargs)
    if _asks_by_itself(request) and _is_noted(user, asked, thing):
        return
    audit.deny(by=user, asked=asked, thing=thing)


def _named(arguments: Mapping[str, Any]) -> dict[str, int | str]:
    """What the address names: numbers of rows and codes of regions. Other texts may be secret, as
    the code of an activation letter is."""
    return {
        name: value if isinstance(value, int) else str(value)
        for name, value in arguments.items()
        if isinstance(value, int | UUID) or _REGION.fullmatch(str(value))
    }


def _asks_by_itself(request: HttpRequest) -> bool:
    return request.method == "GET" and "HX-Request" in request.headers


def _is_noted(user: User, asked: str, thing: Mapping[str, int | str]) -> bool:
    """The same of the same thing a moment ago; something else is always news."""
    lately = AuditEvent.objects.filter(
        by=user,
        outcome=Outcome.DENIED,
        action=asked[:80],
        at__gte=timezone.now() - ASKED_AGAIN,
    )
    named = {name: [None, value] for name, value in thing.items()}
    return named in lately.values_list("changes", flat=True)
