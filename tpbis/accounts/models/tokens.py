"""Programs that ask the API in their own name."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tpbis.accounts.enums import TokenRight
from tpbis.accounts.querysets import ApiTokenQuerySet
from tpbis.core.constraints import one_of, together


class ApiToken(models.Model):
    """Lets one program in, as the account of ``user``: its own, with which nobody can sign in. The
    program holds a secret; here stand only its hash and, to tell it by, how it begins."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="api_token"
    )
    name = models.CharField(_("nama"), max_length=100)
    purpose = models.CharField(_("tujuan"), max_length=300)
    right = models.CharField(_("hak"), max_length=10, choices=TokenRight.choices)
    secret_hash = models.CharField(max_length=64, unique=True)
    key = models.CharField(_("awal token"), max_length=20)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    expires_at = models.DateTimeField(_("berlaku sampai"))
    last_used_at = models.DateTimeField(_("terakhir dipakai"), null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        constraints = [
            one_of("accounts_apitoken", "right", TokenRight.values),
            together("accounts_apitoken", "revoked"),
            models.CheckConstraint(
                name="accounts_apitoken_expires_after_it_began",
                condition=Q(expires_at__gt=F("created_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.key}…)"

    @property
    def is_revoked(self) -> bool:
        return self.revoked_at is not None

    @property
    def is_expired(self) -> bool:
        return self.expires_at <= timezone.now()

    @property
    def may_record(self) -> bool:
        return self.right in (TokenRight.RECORD, TokenRight.SUBMIT)

    @property
    def may_submit(self) -> bool:
        return self.right == TokenRight.SUBMIT
