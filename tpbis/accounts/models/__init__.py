"""Who signs in, from where, and what happened."""

from typing import TYPE_CHECKING

from tpbis.accounts.models.audit import AuditEvent, AuditLink
from tpbis.accounts.models.messages import Message, MessageMute
from tpbis.accounts.models.people import User, UserManager
from tpbis.accounts.models.presence import Device, Session
from tpbis.accounts.models.tokens import ApiToken

if TYPE_CHECKING:
    from tpbis.accounts.models.people import SignedInRequest as SignedInRequest

__all__ = [
    "ApiToken",
    "AuditEvent",
    "AuditLink",
    "Device",
    "Message",
    "MessageMute",
    "Session",
    "User",
    "UserManager",
]
