"""Sessions in the database that know whose they are (SESSION_ENGINE)."""

import re
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessionStore
from django.utils import timezone

from tpbis.accounts.models import Device, Session

STARTED = "signed_in_at"  # ISO moment; the session ends TPBIS_SESSION_HOURS later
AGENT = "agent"  # what the browser called itself when somebody signed in
DEVICE = "device"  # primary key of the Device that keeps it signed in
FACTOR = "second_factor"  # one of the three below
ENDED = "ended"  # why somebody who was signed in here no longer is, for the sign-in page
KEEP = "keep"  # asked to stay signed in; done once the second factor is passed
NEW_KEY = "new_second_factor"  # the secret shown on the set-up page until a code confirms it

PASSED = "passed"
WANTED = "wanted"  # there is one, and it was not given yet
NONE = "none"  # this account has none

_WRITE_EVERY = timedelta(minutes=1)
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = ("Android", "iPhone", "iPad", "Windows", "Mac OS", "Linux")


class SessionStore(DatabaseSessionStore):
    last_seen_at: datetime | None = None  # as the row said when it was read

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def _get_session_from_db(self) -> Session | None:
        row: Session | None = super()._get_session_from_db()  # type: ignore[misc]
        self.last_seen_at = row.last_seen_at if row else None
        return row

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        row = super().create_model_instance(data)
        assert isinstance(row, Session)
        row.user_id = int(data[SESSION_KEY]) if SESSION_KEY in data else None
        row.device_id = data.get(DEVICE)
        row.last_seen_at = timezone.now()
        if STARTED in data:
            row.started_at = datetime.fromisoformat(data[STARTED])
        return row

    def touch(self, at: datetime) -> None:
        """Note that somebody is there; once a minute is enough."""
        if self.last_seen_at is None or at - self.last_seen_at < _WRITE_EVERY:
            return
        Session.objects.filter(session_key=self.session_key).update(last_seen_at=at)
        self.last_seen_at = at

    def stay(self, device: Device) -> None:
        """As long as its device is used; the hours count all the same, and the device then signs in
        anew. What was typed on a page since yesterday can still be sent."""
        self[DEVICE] = device.pk
        self.set_expiry(timedelta(days=settings.TPBIS_DEVICE_DAYS))

    def over(self, *, idle_counts: bool, at: datetime | None = None) -> str:
        """Why the time of this session is up: ``idle`` or ``hours``; empty while it is not."""
        at = at or timezone.now()
        hours = timedelta(hours=settings.TPBIS_SESSION_HOURS)
        if STARTED not in self or at - datetime.fromisoformat(self[STARTED]) > hours:
            return "hours"
        idle = timedelta(minutes=settings.TPBIS_IDLE_MINUTES)
        seen = self.last_seen_at or at
        return "idle" if idle_counts and at - seen > idle else ""


def browser_of(user_agent: str) -> str:
    """``Chrome di Android``: enough to know one's own phone again, and no more is kept."""
    browser = next((name for sign, name in _BROWSERS if sign in user_agent), "")
    system = next((name for name in _SYSTEMS if name in user_agent), "")
    if browser and system:
        return f"{browser} di {system}"
    return browser or system or re.sub(r"[^\w .-]", "", user_agent.partition("/")[0])[:40]
