"""Tokens by which programs ask the API. For which places, is libraries' affair."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from tpbis.accounts import audit
from tpbis.accounts.enums import TokenRight
from tpbis.accounts.models import ApiToken, User

PREFIX = "tpbis_"  # by which a secret is known where it does not belong: in a log, in a repository
_SHOWN = len(PREFIX) + 6
_NOTED_EVERY = timedelta(minutes=5)


@transaction.atomic
def issue_token(
    *,
    user: User,
    name: str,
    purpose: str,
    right: TokenRight,
    expires_at: datetime,
    by: User,
    at: datetime | None = None,
) -> tuple[ApiToken, str]:
    """A token for the program whose account is ``user``, and its secret, which is stored nowhere.
    Raises ``ValidationError`` naming the field."""
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken(
        user=user,
        name=name,
        purpose=purpose,
        right=right,
        secret_hash=_hash(secret),
        key=secret[:_SHOWN],
        created_at=at or timezone.now(),
        created_by=by,
        expires_at=expires_at,
    )
    token.full_clean()
    token.save()
    audit.record(
        "accounts.issue_token",
        by=by,
        subject=token,
        about=user,
        changes={"right": ["", right], "expires_at": [None, expires_at]},
    )
    return token, secret


def token_of(secret: str) -> ApiToken | None:
    """The token with this secret, in force or not, with its account."""
    found = ApiToken.objects.select_related("user").filter(secret_hash=_hash(secret))
    return found.first()


def note_use(*, token: ApiToken, at: datetime | None = None) -> None:
    """When the token was last used, to some minutes: a busy program does not write each time."""
    at = at or timezone.now()
    lately = at - _NOTED_EVERY
    if token.last_used_at is not None and token.last_used_at > lately:
        return
    unnoted = Q(last_used_at__isnull=True) | Q(last_used_at__lte=lately)
    ApiToken.objects.filter(unnoted, pk=token.pk).update(last_used_at=at)


@transaction.atomic
def revoke_token(*, token: ApiToken, by: User) -> ApiToken:
    """No program comes in with it any more; what it recorded stays."""
    token = ApiToken.objects.select_for_update(of=("self",)).select_related("user").get(pk=token.pk)
    if token.is_revoked:
        return token
    token.revoked_at, token.revoked_by = timezone.now(), by
    token.save(update_fields=["revoked_at", "revoked_by"])
    User.objects.filter(pk=token.user_id).update(is_active=False)
    audit.record(
        "accounts.revoke_token",
        by=by,
        subject=token,
        about=token.user,
        changes={"revoked_at": [None, token.revoked_at]},
    )
    return token


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()
