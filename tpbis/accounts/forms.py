from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from tpbis.accounts.enums import MessageKind
from tpbis.accounts.models import User


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
        self.fields["keep"] = forms.BooleanField(
            label=_("Tetap masuk di HP ini (khusus pengelola perpustakaan)"), required=False
        )


class CodeForm(forms.Form):
    """A code of the app, or a recovery code."""

    code = forms.CharField(
        label=_("Kode"),
        max_length=40,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "autocapitalize": "characters",
                "autofocus": True,
            }
        ),
    )


class FirstCodeForm(forms.Form):
    """The first code of an app; without the focus, which would hide the steps before it."""

    code = forms.CharField(
        label=_("Kode"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class _WithPassword(forms.Form):
    """Asks who is signed in for the password again: a phone left on a table proves nothing.
    Failures count as failures to sign in do."""

    current = forms.CharField(
        label=_("Kata sandi sekarang"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_current(self) -> str:
        user = self.request.user
        assert isinstance(user, User)
        current = str(self.cleaned_data["current"])
        if authenticate(self.request, username=user.username, password=current) is None:
            raise ValidationError(_("Kata sandi tidak cocok."))
        return current


class ConfirmForm(_WithPassword):
    """The password, and nothing else."""


class ReplaceForm(FirstCodeForm, _WithPassword):
    """A new app for the codes."""


class NewPasswordForm(forms.Form):
    password = forms.CharField(
        label=_("Kata sandi baru"),
        max_length=200,
        strip=False,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "new-password",
                "autocapitalize": "none",
                "spellcheck": "false",
            }
        ),
    )


class ChangePasswordForm(_WithPassword, NewPasswordForm):
    field_order = ["current", "password"]


class EmailForm(forms.Form):
    email = forms.EmailField(
        label=_("Surel"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "autofocus": True}),
    )


class MailChoiceForm(forms.Form):
    """Which of ``kinds`` come by mail, too."""

    kinds = forms.MultipleChoiceField(
        label=_("Kirim juga lewat surel"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Pilihan ini tidak ada di daftar.")},
    )

    def __init__(self, *args: Any, kinds: Sequence[MessageKind], **more: Any) -> None:
        super().__init__(*args, **more)
        field = self.fields["kinds"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(kind.value, kind.label) for kind in kinds]
        self.has_choice = bool(kinds)

    def clean_kinds(self) -> list[MessageKind]:
        return [MessageKind(kind) for kind in self.cleaned_data["kinds"]]
