"""What people say about a library as the SIM writes it."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from libraries.enums import Level, LibraryKind, ProgrammeSource
from libraries.models import Library, Region
from tpbis.accounts.models import User


class LinkForm(forms.Form):
    """By its number, among the libraries that whoever asks looks after."""

    perpustakaan = forms.IntegerField(
        min_value=1,
        max_value=2**31 - 1,
        error_messages={
            "required": gettext_lazy("Pilih perpustakaannya."),
            "invalid": gettext_lazy("Pilih perpustakaannya."),
            "min_value": gettext_lazy("Pilih perpustakaannya."),
            "max_value": gettext_lazy("Pilih perpustakaannya."),
        },
    )

    def __init__(self, data: Any, *, user: User) -> None:
        super().__init__(data)
        self._user = user

    def clean_perpustakaan(self) -> Library:
        number = self.cleaned_data["perpustakaan"]
        found = Library.objects.visible_to(self._user).filter(pk=number).first()
        if found is None:
            raise forms.ValidationError(_("Perpustakaan ini tidak ada."))
        return found


class RegisterForm(forms.Form):
    """A library that the register does not know yet."""

    name = forms.CharField(
        label=gettext_lazy("Nama perpustakaan"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Isi namanya.")},
    )
    region = forms.CharField(
        label=gettext_lazy("Kode wilayah"),
        max_length=13,
        help_text=gettext_lazy("Kode Kemendagri desa atau kelurahannya, misalnya 35.08.21.2004."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "decimal"}),
        error_messages={"required": gettext_lazy("Isi kode wilayahnya.")},
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Jenis"),
        choices=LibraryKind.choices,
        error_messages={"required": gettext_lazy("Pilih jenisnya.")},
    )
    source = forms.ChoiceField(
        label=gettext_lazy("Sumber program"),
        choices=ProgrammeSource.choices,
        error_messages={"required": gettext_lazy("Pilih sumber programnya.")},
    )
    joined_on = forms.DateField(
        label=gettext_lazy("Tanggal bergabung"),
        help_text=gettext_lazy("Bila hanya tahunnya yang diketahui, pilih 1 Januari."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": gettext_lazy("Isi tanggalnya."),
            "invalid": gettext_lazy("Tulis tanggal seperti 31-05-2026."),
        },
    )

    def __init__(self, data: Any = None, *, user: User, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        self._user = user

    def clean_region(self) -> Region:
        code = self.cleaned_data["region"].strip()
        found = Region.objects.visible_to(self._user).filter(code=code).first()
        if found is None:
            raise forms.ValidationError(_("Kode ini tidak ada di daftar wilayah."))
        return found

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        region, kind = cleaned.get("region"), cleaned.get("kind")
        levels = {LibraryKind.REGENCY: Level.REGENCY, LibraryKind.PROVINCE: Level.PROVINCE}
        if region and kind and region.level != levels.get(LibraryKind(kind), Level.VILLAGE):
            self.add_error("region", _("Kode ini bukan kode tempat perpustakaan jenis itu."))
        return cleaned

    def clean_joined_on(self) -> Any:
        day = self.cleaned_data["joined_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("Tanggal ini belum tiba."))
        return day
