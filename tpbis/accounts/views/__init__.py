"""Signing in and out, the second factor, passwords and one's own account."""

from tpbis.accounts.views.account import (
    account,
    device_end,
    personal_data,
    session_end,
    sign_out_everywhere,
)
from tpbis.accounts.views.passwords import password, password_forgotten, password_reset
from tpbis.accounts.views.second_factor import (
    recovery_codes,
    second_factor,
    second_factor_off,
    second_factor_set_up,
)
from tpbis.accounts.views.sign_in import SignIn, sign_out

__all__ = [
    "SignIn",
    "account",
    "device_end",
    "password",
    "password_forgotten",
    "password_reset",
    "personal_data",
    "recovery_codes",
    "second_factor",
    "second_factor_off",
    "second_factor_set_up",
    "session_end",
    "sign_out",
    "sign_out_everywhere",
]
