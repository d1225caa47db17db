"""What a new person is asked on a cheap phone: as little as possible."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from libraries import codes
from libraries.forms.people import Phone
from tpbis.core.form_fields import TextLine, ask_by_name

_CODE_LENGTH = 10


class CodeForm(forms.Form):
    """The code of a letter, typed."""

    kode = TextLine(
        label=gettext_lazy("Kode di surat"),
        max_length=40,
        help_text=gettext_lazy("Sepuluh huruf dan angka, misalnya 7KQ2M-94XTB."),
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "class": "code-input",
            }
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_by_name(self)

    def clean_kode(self) -> str:
        code = codes.normal(self.cleaned_data["kode"])
        if len(code) != _CODE_LENGTH or not code.isascii():
            raise ValidationError(_("Kode terdiri atas sepuluh huruf dan angka. Periksa lagi."))
        return f"{code[:5]}-{code[5:]}"


class ActivationForm(forms.Form):
    """Name, phone, and a password that is shown: it has to be written down."""

    full_name = TextLine(
        label=gettext_lazy("Nama lengkap"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    phone = Phone(
        label=gettext_lazy("Nomor telepon"),
        help_text=gettext_lazy("Untuk masuk nanti, misalnya 0812-3456-7890."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "maxlength": "30"}),
    )
    password = forms.CharField(
        label=gettext_lazy("Kata sandi"),
        max_length=200,
        help_text=gettext_lazy("Pakai empat kata ini, atau tulis sendiri. Lalu catat."),
        widget=forms.TextInput(
            attrs={
                "autocomplete": "new-password",
                "autocapitalize": "none",
                "spellcheck": "false",
                "class": "password-words",
            }
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_by_name(self)
