"""Where people are signed in, and how that ends."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, cast

from django.conf import settings
from django.contrib.auth import SESSION_KEY, login
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from tpbis.accounts import audit
from tpbis.accounts.enums import DeviceEnd
from tpbis.accounts.models import Device, Session, User
from tpbis.accounts.sessions import FACTOR, PASSED, SessionStore

if TYPE_CHECKING:
    from django.db.models import QuerySet

_BACKEND = "tpbis.accounts.backends.NameOrPhoneBackend"


@transaction.atomic
def sign_in(request: HttpRequest, user: User, *, device: Device | None = None) -> None:
    """A new session for ``user`` in this browser: one who just proved to be it, by password or
    code, or whom ``device`` keeps signed in (whoever bound it had passed the second factor)."""
    if SESSION_KEY in request.session:
        request.session.cycle_key()  # Django does so for strangers only
    login(request, user, backend=_BACKEND)
    if device is not None:
        cast("SessionStore", request.session).stay(device)
        request.session[FACTOR] = PASSED
        Device.objects.filter(pk=device.pk).update(last_seen_at=timezone.now())
    audit.record("accounts.sign_in", by=user, subject=device or user, about=user)


@transaction.atomic
def bind_device(*, user: User, agent: str, at: datetime | None = None) -> tuple[Device, str]:
    """From now on this browser keeps ``user`` signed in. Returns the device and the secret for its
    cookie, which is stored nowhere."""
    secret = secrets.token_urlsafe(32)
    at = at or timezone.now()
    device = Device.objects.create(
        user=user,
        secret_hash=_hash(secret),
        agent=agent[:200],
        created_at=at,
        last_seen_at=at,
    )
    audit.record("accounts.bind_device", by=user, subject=device, about=user)
    return device, secret


def device_of(secret: str) -> Device | None:
    """The living device of a cookie's secret, with its user, who must be active."""
    return (
        Device.objects.alive()
        .filter(secret_hash=_hash(secret), user__is_active=True)
        .select_related("user")
        .first()
    )


@transaction.atomic
def end_device(*, device: Device, why: DeviceEnd, by: User | None) -> None:
    """This phone keeps nobody signed in any more; its sessions end with it."""
    if not _end_devices(Device.objects.filter(pk=device.pk), why):
        return
    Session.objects.filter(device=device).delete()
    audit.record(
        "accounts.end_device",
        by=by,
        subject=device,
        about=device.user,
        changes={"end": ["", why]},
    )


@transaction.atomic
def end_session(*, session: Session, by: User) -> None:
    """Sign one browser out; what keeps it signed in ends too."""
    if session.device is not None:
        end_device(device=session.device, why=DeviceEnd.REVOKED, by=by)
        return
    deleted, _rows = Session.objects.filter(session_key=session.session_key).delete()
    if deleted:
        audit.record("accounts.end_session", by=by, about=session.user)


@transaction.atomic
def sign_out_everywhere(*, user: User, by: User | None) -> None:
    """Every browser and every phone, this one too."""
    end_everywhere(user=user, why=DeviceEnd.SIGNED_OUT)
    audit.record("accounts.sign_out_everywhere", by=by, subject=user)


@transaction.atomic
def end_everywhere(
    *, user: User, why: DeviceEnd, keep_session: str = "", keep_device: int = 0
) -> None:
    """Sign ``user`` out of every browser at once, on the server, except the one kept."""
    Session.objects.filter(user=user).exclude(session_key=keep_session).delete()
    _end_devices(Device.objects.filter(user=user).exclude(pk=keep_device), why)


def clear_expired(*, at: datetime | None = None) -> int:
    """Throw away sessions whose time is up and close devices that nobody used for too long."""
    at = at or timezone.now()
    deleted, _rows = Session.objects.filter(expire_date__lt=at).delete()
    unused = at - timedelta(days=settings.TPBIS_DEVICE_DAYS)
    return deleted + _end_devices(Device.objects.filter(last_seen_at__lt=unused), DeviceEnd.EXPIRED)


def _end_devices(devices: "QuerySet[Device]", why: DeviceEnd) -> int:
    return devices.filter(ended_at__isnull=True).update(ended_at=timezone.now(), end=why)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
