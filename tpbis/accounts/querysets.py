from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from tpbis.accounts.enums import MailState
from tpbis.core.append_only import AppendOnlyQuerySet

if TYPE_CHECKING:
    from tpbis.accounts.models import ApiToken, Device, Message, User


class DeviceQuerySet(models.QuerySet["Device"]):
    def alive(self) -> Self:
        """Neither ended nor unused for too long."""
        since = timezone.now() - timedelta(days=settings.TPBIS_DEVICE_DAYS)
        return self.filter(ended_at__isnull=True, last_seen_at__gte=since)


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def in_force(self, at: datetime | None = None) -> Self:
        """Neither revoked nor expired."""
        return self.filter(revoked_at__isnull=True, expires_at__gt=at or timezone.now())

    def for_list(self) -> Self:
        return self.select_related("user", "created_by", "revoked_by").order_by(
            "-created_at", "-pk"
        )


class MessageQuerySet(models.QuerySet["Message"]):
    def told_to(self, user: "User") -> Self:
        """Newest first."""
        return self.filter(user=user).order_by("-created_at", "-pk")

    def unread(self) -> Self:
        return self.filter(read_at__isnull=True)

    def to_mail(self) -> Self:
        return self.filter(mail=MailState.PENDING).order_by("created_at", "pk")


class AuditEventQuerySet(AppendOnlyQuerySet):
    def concerning(self, *things: models.Model) -> Self:
        """What happened to ``things`` and to what belongs to them, newest first."""
        names = [subject_of(thing) for thing in things]
        return self.filter(Q(subject__in=names) | Q(about__in=names)).order_by("-at", "-pk")

    def unlinked(self) -> Self:
        return self.filter(link__isnull=True).order_by("pk")


def subject_of(thing: Any) -> str:
    """The name of a row in the audit: ``libraries.library:12``."""
    return f"{thing._meta.label_lower}:{thing.pk}"
