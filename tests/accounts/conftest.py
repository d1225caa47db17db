"""People with a phone that shows codes."""

import time
from collections.abc import Callable

import pytest
from django.test import Client
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from tests.factories import PASSWORD
from tpbis.accounts import services
from tpbis.accounts.models import User

KEY = "0123456789abcdef0123456789abcdef01234567"


def code_of(key: str = KEY, *, half_minutes: int = 0) -> str:
    """What the app shows, or showed or will show so many half minutes from now."""
    totp = TOTP(bytes.fromhex(key))
    totp.time = time.time() + 30 * half_minutes
    return f"{totp.token():06d}"


def wrong_code() -> str:
    near = {code_of(half_minutes=n) for n in range(-2, 3)}
    return next(f"{n:06d}" for n in range(1_000) if f"{n:06d}" not in near)


@pytest.fixture
def with_app() -> Callable[[User], list[str]]:
    """Sets up the second factor; returns the recovery codes. The code of now may still be used."""

    def set_up(user: User) -> list[str]:
        _device, codes = services.confirm_second_factor(user=user, key=KEY, code=code_of())
        TOTPDevice.objects.filter(user=user).update(last_t=-1)
        return codes

    return set_up


@pytest.fixture
def enter(client: Client) -> Callable[..., Client]:
    """``enter(user)``: signs in by the form, as people do."""

    def by_form(user: User, password: str = PASSWORD, **more: str) -> Client:
        client.post("/masuk/", {"username": user.username, "password": password, **more})
        return client

    return by_form
