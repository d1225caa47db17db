"""Setting a password, by whoever it belongs to or with a code or link that proves it."""

from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.contrib.auth.password_validation import get_default_password_validators
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode
from django.utils.translation import gettext as _

from tpbis.accounts import audit, queries
from tpbis.accounts.enums import DeviceEnd
from tpbis.accounts.models import User
from tpbis.accounts.passwords import STRENGTHENED, LongEnough
from tpbis.accounts.services.presence import end_everywhere
from tpbis.accounts.signals import password_link_asked

_LINK_EVERY = timedelta(minutes=5)


@transaction.atomic
def set_password(
    *,
    user: User,
    password: str,
    by: User | None,
    strengthened: bool = False,
    keep_session: str = "",
    keep_device: int = 0,
) -> User:
    """A new password; whoever is signed in elsewhere with the old one is out.

    ``strengthened``: a device is bound in the same step, so 8 characters do. Raises
    ``ValidationError({"password": …})``.
    """
    user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    stronger = strengthened or queries.is_strengthened(user, device=keep_device)
    check_password(password, user, strengthened=stronger)
    user.set_password(password)
    user.activated_at = user.activated_at or timezone.now()
    user.save(update_fields=["password", "activated_at"])
    end_everywhere(
        user=user, why=DeviceEnd.PASSWORD, keep_session=keep_session, keep_device=keep_device
    )
    audit.record("accounts.set_password", by=by, subject=user)
    return user


def check_password(password: str, user: User, *, strengthened: bool = False) -> None:
    """Raises ``ValidationError({"password": …})`` with the first thing that is wrong with it: what
    is too short is mostly easy to guess as well, and one sentence is read."""
    if "\x00" in password:
        raise ValidationError({"password": _("Kata sandi memuat tanda yang tidak bisa disimpan.")})
    for validator in get_default_password_validators():
        rule = LongEnough(STRENGTHENED) if isinstance(validator, LongEnough) else validator
        try:
            (rule if strengthened else validator).validate(password, user)
        except ValidationError as weak:
            raise ValidationError({"password": weak.messages}) from None


# --- Forgotten, and there is an e-mail address ----------------------------------------------------


def ask_password_link(*, email: str) -> None:
    """Whoever owns ``email`` is sent a link; nobody is told whether somebody does. The answer takes
    the same time either way: looking further and sending is a task's work."""
    owners = User.objects.filter(email__iexact=email.strip()).exclude(email="")
    for user_id in list(owners.order_by("pk").values_list("pk", flat=True)[:3]) or [0]:
        transaction.on_commit(
            partial(password_link_asked.send_robust, sender=User, user_id=user_id)
        )


def send_password_link(*, user_id: int, at: datetime | None = None) -> bool:
    """Mail the link, at most one in five minutes; it works once and for an hour."""
    at = at or timezone.now()
    user = User.objects.filter(pk=user_id, is_active=True, activated_at__isnull=False).first()
    if user is None or not user.email or queries.was_sent_link_since(user, at - _LINK_EVERY):
        return False
    path = reverse(
        "accounts:password_reset",
        kwargs={
            "uid": urlsafe_base64_encode(str(user.pk).encode()),
            "token": default_token_generator.make_token(user),
        },
    )
    address = f"{settings.TPBIS_PUBLIC_URL}{path}"
    audit.record("accounts.send_password_link", by=None, subject=user)
    send_mail(
        subject=_("Kata sandi baru untuk Portal TPBIS"),
        message=_letter(user.full_name, address),
        from_email=None,
        recipient_list=[user.email],
    )
    return True


def _letter(name: str, address: str) -> str:
    return "\n\n".join(
        (
            _("Halo %(name)s,") % {"name": name},
            _(
                "ada yang meminta kata sandi baru untuk akun Anda di Portal TPBIS. "
                "Bila itu Anda, buka tautan ini dalam 1 jam:"
            ),
            address,
            _("Bila bukan Anda, abaikan surel ini. Kata sandi Anda tidak berubah."),
            "Portal TPBIS",
        )
    )


def owner_of_link(*, uid: str, token: str) -> User | None:
    """Whose password the link sets; ``None`` when it was used, is too old or was made up."""
    try:
        pk = int(urlsafe_base64_decode(uid))
    except ValueError:
        return None
    if pk >= 2**63:
        return None
    user = User.objects.filter(pk=pk, is_active=True).first()
    return user if user and default_token_generator.check_token(user, token) else None
