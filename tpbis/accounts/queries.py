"""Questions about who is signed in where, and with what."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Max
from django.db.models.functions import Coalesce, Greatest
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from tpbis.accounts.enums import MessageKind, Role
from tpbis.accounts.models import AuditEvent, Device, Message, MessageMute, Session, User
from tpbis.accounts.sessions import AGENT
from tpbis.accounts.signals import personal_data_asked


@dataclass(frozen=True, slots=True)
class Place:
    """A browser in which somebody is signed in; a phone that stays so is one with its sessions."""

    agent: str
    since: datetime
    last_seen_at: datetime
    is_here: bool
    device: int = 0
    handle: str = ""


def has_second_factor(user: User) -> bool:
    return bool(TOTPDevice.objects.filter(user=user, confirmed=True).exists())


def is_strengthened(user: User, *, device: int = 0) -> bool:
    """Whether something stands beside the password: this phone of theirs, or a second factor."""
    return has_second_factor(user) or Device.objects.alive().filter(user=user, pk=device).exists()


def must_have_second_factor(user: User) -> bool:
    """By role, unless the setting says otherwise."""
    return bool(settings.TPBIS_SECOND_FACTOR) and user.needs_second_factor


def recovery_codes_left(user: User) -> int:
    return int(StaticToken.objects.filter(device__user=user, device__confirmed=True).count())


def places_of(user: User, *, session_key: str = "") -> list[Place]:
    """Where somebody is signed in, this browser first, then as lately used."""
    sessions = list(Session.objects.filter(user=user))
    here = next((one for one in sessions if one.session_key == session_key), None)
    devices = (
        Device.objects.alive()
        .filter(user=user)
        .annotate(
            seen=Greatest("last_seen_at", Coalesce(Max("sessions__last_seen_at"), "last_seen_at"))
        )
    )
    phones = [
        Place(
            agent=device.agent,
            since=device.created_at,
            last_seen_at=device.seen,
            is_here=here is not None and here.device_id == device.pk,
            device=device.pk,
        )
        for device in devices
    ]
    browsers = [
        Place(
            agent=session.get_decoded().get(AGENT, ""),
            since=session.started_at,
            last_seen_at=session.last_seen_at,
            is_here=session == here,
            handle=session.handle,
        )
        for session in sessions
        if session.device_id is None
    ]
    lately = sorted(phones + browsers, key=lambda place: place.last_seen_at, reverse=True)
    return sorted(lately, key=lambda place: not place.is_here)


def session_of(user: User, handle: str) -> Session | None:
    return next((one for one in Session.objects.filter(user=user) if one.handle == handle), None)


def was_sent_link_since(user: User, since: datetime) -> bool:
    sent = AuditEvent.objects.concerning(user).filter(action="accounts.send_password_link")
    return sent.filter(at__gte=since).exists()


# --- What people are told -------------------------------------------------------------------------

# What somebody may be told, by role, as `activities.notices` tells it; documents made by schedule,
# whoever may be named in one; of synergy, what their own work waits for.
_TOLD = {
    Role.LIBRARIAN: (
        MessageKind.BEFORE_DUE,
        MessageKind.AFTER_DUE,
        MessageKind.RETURNED,
        MessageKind.SYNERGY,
        MessageKind.SIM,
    ),
    Role.REGENCY_PIC: (
        MessageKind.DIGEST,
        MessageKind.DOCUMENT,
        MessageKind.SYNERGY,
        MessageKind.SIM,
    ),
    Role.FACILITATOR: (MessageKind.ESCALATION, MessageKind.DOCUMENT),
    Role.PROVINCE_STAFF: (MessageKind.ESCALATION, MessageKind.DOCUMENT, MessageKind.SYNERGY),
    Role.PROVINCE_VIEWER: (MessageKind.DOCUMENT,),
}


def kinds_to_choose(user: User) -> list[MessageKind]:
    """What ``user`` is told and may not want by mail."""
    told = _TOLD.get(Role(user.role), ())
    return [kind for kind in told if kind != MessageKind.RETURNED]


def muted_kinds(user: User) -> set[MessageKind]:
    """What ``user`` does not want by mail."""
    mutes = MessageMute.objects.filter(user=user)
    return {MessageKind(kind) for kind in mutes.values_list("kind", flat=True)}


def unread_count(user: User) -> int:
    """For the bell; ``request.user`` brings the number along (``backends.get_user``)."""
    counted: int | None = getattr(user, "unread", None)
    return Message.objects.filter(user=user).unread().count() if counted is None else counted


def personal_copy(user: User) -> dict[str, Any]:
    """Everything the portal stores about a person; each app adds what it knows."""
    mine: dict[str, Any] = {
        "profile": {
            "username": user.username,
            "full_name": user.full_name,
            "role": user.role,
            "email": user.email,
            "phone": user.phone,
            "is_active": user.is_active,
            "created_at": user.created_at,
            "activated_at": user.activated_at,
            "last_login": user.last_login,
        },
        "second_factor": {
            "set_up": has_second_factor(user),
            "recovery_codes_left": recovery_codes_left(user),
        },
        "sessions": [
            {
                "browser": session.get_decoded().get(AGENT, ""),
                "started_at": session.started_at,
                "last_seen_at": session.last_seen_at,
                "expires_at": session.expire_date,
            }
            for session in Session.objects.filter(user=user).order_by("started_at")
        ],
        "devices": list(
            user.devices.order_by("pk").values(
                "agent", "created_at", "last_seen_at", "ended_at", "end"
            )
        ),
        "messages": list(
            Message.objects.told_to(user).values(
                "kind", "title", "text", "created_at", "read_at", "mail", "mailed_at"
            )
        ),
        "not_by_mail": sorted(muted_kinds(user)),
        "events": list(
            user.audit_events.order_by("at", "pk").values(
                "at", "role", "outcome", "action", "subject", "about", "changes"
            )
        ),
    }
    section: Any
    for _receiver, section in personal_data_asked.send(sender=User, user=user):
        mine.update(section)
    return mine
