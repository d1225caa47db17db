"""Where people are signed in: sessions and the phones that stay signed in."""

import hashlib

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tpbis.accounts.enums import DeviceEnd
from tpbis.accounts.querysets import DeviceQuerySet
from tpbis.core.constraints import one_of


class Device(models.Model):
    """A phone or computer that keeps somebody signed in until it is revoked or unused for
    ``TPBIS_DEVICE_DAYS``. The cookie holds a secret; here stands only its hash."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="devices"
    )
    secret_hash = models.CharField(max_length=64, unique=True)
    agent = models.CharField(_("perangkat"), max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    last_seen_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    end = models.CharField(max_length=20, choices=DeviceEnd.choices, blank=True)

    objects = DeviceQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["user", "ended_at"], name="accounts_device_of_user")]
        constraints = [
            one_of("accounts_device", "end", ["", *DeviceEnd.values]),
            models.CheckConstraint(
                name="accounts_device_ended_for_a_reason",
                condition=Q(ended_at__isnull=True, end="") | Q(ended_at__isnull=False) & ~Q(end=""),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.user_id} · {self.agent}"


class Session(AbstractBaseSession):
    """A signed-in browser; knows whose it is, so that all of somebody's can be ended at once."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="sessions"
    )
    device = models.ForeignKey(
        Device, on_delete=models.SET_NULL, null=True, related_name="sessions"
    )
    started_at = models.DateTimeField(default=timezone.now)
    last_seen_at = models.DateTimeField(default=timezone.now, db_default=Now())

    def __str__(self) -> str:
        return f"#{self.user_id} · {self.handle[:6]}…"

    @property
    def handle(self) -> str:
        """Names the session on a page; the key itself is a secret and never shown."""
        return hashlib.sha256(self.session_key.encode()).hexdigest()[:16]

    @classmethod
    def get_session_store_class(cls) -> type[SessionBase]:
        from tpbis.accounts.sessions import SessionStore

        return SessionStore
