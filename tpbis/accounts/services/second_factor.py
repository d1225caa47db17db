"""The second factor: a code from an app on the person's phone, or one of ten recovery codes."""

import hashlib
import hmac
import logging
import secrets
import time
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from tpbis.accounts import audit, queries
from tpbis.accounts.enums import DeviceEnd, Role
from tpbis.accounts.models import User
from tpbis.accounts.passwords import ALONE
from tpbis.accounts.services.presence import end_everywhere

logger = logging.getLogger("tpbis.security")

RECOVERY_CODES = 10
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that is mistaken for another
_READ_AS = str.maketrans({"I": "1", "L": "1", "O": "0"})
_STEP = 30  # seconds that a code of the app lives


class WrongCode(Exception):
    """Mistyped, used before, or too old."""

    def __init__(self) -> None:
        super().__init__(
            _("Kode tidak cocok atau sudah dipakai. Ketik kode yang sekarang tampak di aplikasi.")
        )


class TooManyCodes(Exception):
    """After each wrong code the next one has to wait twice as long."""

    def __init__(self, until: datetime) -> None:
        seconds = max(1, round((until - timezone.now()).total_seconds()))
        super().__init__(
            ngettext(
                "Kode keliru berulang kali. Tunggu %(count)d detik, lalu coba lagi.",
                "Kode keliru berulang kali. Tunggu %(count)d detik, lalu coba lagi.",
                seconds,
            )
            % {"count": seconds}
        )


def pass_second_factor(*, user: User, code: str) -> Any:
    """The device that knows ``code``: six digits from the app, or a recovery code, which is used up
    by that. Raises ``WrongCode`` and ``TooManyCodes``; a failure counts although it raises."""
    typed = _normal(code)
    with transaction.atomic():
        device = _device_for(user, typed)
        if device is None:
            raise WrongCode
        allowed, why = device.verify_is_allowed()
        known = allowed and device.verify_token(
            typed if isinstance(device, TOTPDevice) else _hash(typed)
        )
        if known:
            way = "app" if isinstance(device, TOTPDevice) else "recovery_code"
            audit.record(
                "accounts.pass_second_factor", by=user, subject=user, changes={"way": [None, way]}
            )
            return device
    if not allowed:
        raise TooManyCodes((why or {}).get("locked_until") or timezone.now())
    logger.warning("Wrong second factor for account %s", user.pk)
    raise WrongCode


@transaction.atomic
def confirm_second_factor(
    *, user: User, key: str, code: str, keep_session: str = ""
) -> tuple[TOTPDevice, list[str]]:
    """The app that shows ``code`` holds ``key``: from now on it is asked for at each sign-in, and
    an older one is not. Returns it with the recovery codes, which are shown this once. Raises
    ``WrongCode``."""
    moment = _moment_of(key, _normal(code))
    if moment is None:
        raise WrongCode
    _forget(user)
    device = TOTPDevice.objects.create(user=user, name="app", key=key, last_t=moment)
    codes = _new_codes(user)
    end_everywhere(user=user, why=DeviceEnd.REVOKED, keep_session=keep_session)
    audit.record("accounts.set_up_second_factor", by=user, subject=user)
    return device, codes


@transaction.atomic
def renew_recovery_codes(*, user: User) -> list[str]:
    """Ten new ones; those printed before are good for nothing."""
    if not queries.has_second_factor(user):
        raise PermissionDenied
    StaticDevice.objects.filter(user=user).delete()
    codes = _new_codes(user)
    audit.record("accounts.renew_recovery_codes", by=user, subject=user)
    return codes


@transaction.atomic
def turn_off_second_factor(*, user: User, password: str) -> None:
    """Back to the password alone, which then has to be long enough to stand alone."""
    if user.needs_second_factor:
        raise PermissionDenied
    if len(password) < ALONE:
        raise ValidationError(
            {
                "password": _(
                    "Tanpa langkah kedua, kata sandi harus minimal %(count)d huruf. "
                    "Ganti kata sandi dahulu."
                )
                % {"count": ALONE}
            }
        )
    _forget(user)
    audit.record("accounts.turn_off_second_factor", by=user, subject=user)


@transaction.atomic
def reset_second_factor(*, user: User, by: User | None) -> None:
    """For whoever lost the phone and the recovery codes: the next sign-in sets up a new one.

    Province staff does this for anybody but themselves; ``None`` is the console.
    """
    if by is not None and (by.role != Role.PROVINCE_STAFF or by.pk == user.pk):
        raise PermissionDenied
    _forget(user)
    end_everywhere(user=user, why=DeviceEnd.REVOKED)
    audit.record("accounts.reset_second_factor", by=by, subject=user)


def _device_for(user: User, typed: str) -> Any:
    """Locked, so that two who try the same code at once do not both pass."""
    from_app = len(typed) == 6 and typed.isdecimal()
    model = TOTPDevice if from_app else StaticDevice
    return model.objects.select_for_update().filter(user=user, confirmed=True).first()


def _moment_of(key: str, typed: str) -> int | None:
    """Which half minute ``typed`` is of, one too early or too late included."""
    if len(typed) != 6 or not typed.isdecimal():
        return None
    totp = TOTP(bytes.fromhex(key), _STEP)
    totp.time = time.time()
    return int(totp.t()) if totp.verify(int(typed), tolerance=1) else None


def _new_codes(user: User) -> list[str]:
    codes = [_random_code() for _n in range(RECOVERY_CODES)]
    device = StaticDevice.objects.create(user=user, name="recovery")
    for code in codes:
        device.token_set.create(token=_hash(code))
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def _random_code() -> str:
    return "".join(secrets.choice(_LETTERS) for _place in range(10))


def _forget(user: User) -> None:
    TOTPDevice.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()


def _normal(code: str) -> str:
    letters = "".join(letter for letter in code.upper() if letter.isascii() and letter.isalnum())
    return letters if letters.isdecimal() and len(letters) == 6 else letters.translate(_READ_AS)


def _hash(code: str) -> str:
    """All that is stored of a recovery code: 64 bits, of no use without the portal's key."""
    key = f"accounts.recovery:{settings.SECRET_KEY}".encode()
    return hmac.new(key, code.encode(), hashlib.sha256).hexdigest()[:16]
