from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _


class SignInForm(AuthenticationForm):
    """User name or phone number, and the password. Unknown and wrong sound the same."""

    error_messages = {
        "invalid_login": _("Nama pengguna atau kata sandi tidak cocok. Periksa lalu coba lagi."),
        "inactive": _("Nama pengguna atau kata sandi tidak cocok. Periksa lalu coba lagi."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"] = forms.CharField(
            label=_("Nama pengguna atau nomor telepon"),
            max_length=60,
            widget=forms.TextInput(
                attrs={"autocomplete": "username", "autocapitalize": "none", "autofocus": True}
            ),
        )
        self.fields["password"].label = _("Kata sandi")
