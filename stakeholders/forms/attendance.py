"""Who is invited, and who came."""

from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from libraries.forms.rosters import TableField
from libraries.models import Library
from stakeholders.enums import Answer, SeatGroup
from stakeholders.forms.attendance_table import lines_of
from stakeholders.forms.events import organisation_of
from stakeholders.models import Event
from stakeholders.services.attendance import Guest
from stakeholders.services.attendance_lists import MOST_LINES, Written
from tpbis.accounts.models import User
from tpbis.core.form_fields import TextLine, ask_by_name
from tpbis.core.spreadsheets import BadSpreadsheet, Table
from tpbis.core.texts import key

_SIGNED_FOR = "stakeholders.attendance-list"
_FRESH = 3_600  # seconds in which a plan is agreed to


class ReasonField(TextLine):
    """Why somebody gets a seat above the limit."""

    def __init__(self) -> None:
        super().__init__(
            label=gettext_lazy("Alasan melebihi kuota"),
            max_length=300,
            required=False,
            needed=gettext_lazy("hanya bila kursi sudah penuh"),
        )


class GuestForm(forms.Form):
    group = forms.ChoiceField(label=gettext_lazy("Kuota"), choices=SeatGroup.choices)
    name = TextLine(
        label=gettext_lazy("Nama"),
        max_length=150,
        required=False,
        help_text=gettext_lazy("Boleh menyusul bila yang diundang lembaganya."),
    )
    position = TextLine(label=gettext_lazy("Jabatan"), max_length=150, required=False)
    library = TextLine(
        label=gettext_lazy("Perpustakaan mitra"),
        max_length=200,
        required=False,
        help_text=gettext_lazy(
            "Nama atau NPP-nya. Isi salah satu: perpustakaan, lembaga, atau asal."
        ),
    )
    organisation = TextLine(
        label=gettext_lazy("Lembaga pendukung"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"list": "lembaga", "autocomplete": "off"}),
    )
    institution = TextLine(
        label=gettext_lazy("Asal lain"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Untuk yang di luar daftar, misalnya SMPN 1 Lumajang."),
    )
    phone = TextLine(label=gettext_lazy("Telepon"), max_length=20, required=False)
    email = forms.EmailField(label=gettext_lazy("Surel"), required=False)

    def __init__(self, *args: Any, by: User, event: Event, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        quotas = list(event.quotas.values_list("group", flat=True))
        if quotas:  # those it has seats for come first
            group = self.fields["group"]
            assert isinstance(group, forms.ChoiceField)
            group.choices = sorted(SeatGroup.choices, key=lambda one: one[0] not in quotas)
        self.fields["reason"] = ReasonField()
        ask_by_name(self)

    def clean_library(self) -> Library | None:
        written = self.cleaned_data["library"]
        if not written:
            return None
        found = list(Library.objects.visible_to(self.by).called(written)[:20])
        exact = [one for one in found if key(written) in (key(one.name), key(one.npp))]
        found = exact or found
        if len(found) == 1:
            return found[0]
        if not found:
            raise ValidationError(_("Tidak ada perpustakaan dengan nama ini di wilayah Anda."))
        names = ", ".join(f"{one.name} ({one.npp})" for one in found[:4])
        raise ValidationError(
            _("Ada beberapa yang cocok: %(names)s. Tulis NPP-nya.") % {"names": names}
        )

    def clean_organisation(self) -> Any:
        return organisation_of(self.cleaned_data["organisation"], self.by)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        places = ("library", "organisation", "institution")
        if self.errors.keys() & set(places):
            return given
        said = [name for name in places if given.get(name)]
        if not said:
            self.add_error("library", _("Isi asalnya: perpustakaan, lembaga, atau asal lain."))
        if len(said) > 1:
            self.add_error(
                said[1], _("Isi salah satu saja: perpustakaan, lembaga, atau asal lain.")
            )
        return given

    @property
    def guest(self) -> Guest:
        given = self.cleaned_data
        said = ("name", "position", "library", "organisation", "institution", "phone", "email")
        return Guest(group=SeatGroup(given["group"]), **{name: given[name] for name in said})


class AnswerForm(forms.Form):
    answer = forms.ChoiceField(
        label=gettext_lazy("Jawaban"),
        choices=[one for one in Answer.choices if one[0] != Answer.INVITED],
    )
    reason = ReasonField()


class PresentForm(forms.Form):
    """One button, and a reason where no seat is left."""

    reason = ReasonField()


class ScanForm(forms.Form):
    kode = TextLine(
        label=gettext_lazy("Kode undangan"),
        max_length=200,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
        help_text=gettext_lazy("Sepuluh huruf dan angka di undangan, misalnya 7KQ2M-94XTB."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_by_name(self)


class DoorForm(forms.Form):
    siapa = TextLine(
        label=gettext_lazy("Kode undangan atau nama lengkap"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=gettext_lazy("Kode ada di undangan Anda. Nama: persis seperti di undangan."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_by_name(self)


# --- Lists ----------------------------------------------------------------------------------------


class ListForm(forms.Form):
    berkas = TableField(
        label=gettext_lazy("Berkas daftar"),
        help_text=gettext_lazy(
            "XLSX atau CSV dengan kolom Nama dan Asal; boleh ditambah Jabatan, Kuota, Telepon, "
            "Surel, Kode."
        ),
    )

    def clean_berkas(self) -> list[Written]:
        table: Table = self.cleaned_data["berkas"]
        try:
            return lines_of(table)
        except BadSpreadsheet as bad:
            raise ValidationError(str(bad)) from None


class AgreedListForm(forms.Form):
    """The lines that somebody looked at, signed so that what is carried out is what was shown."""

    baris = forms.CharField(widget=forms.HiddenInput, strip=False)
    reason = ReasonField()

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.event = event

    def clean_baris(self) -> list[Written]:
        try:
            number, lines = signing.loads(
                self.cleaned_data["baris"], salt=_SIGNED_FOR, max_age=_FRESH
            )
        except signing.BadSignature:
            raise ValidationError(
                _("Pratinjau ini kedaluwarsa. Unggah berkasnya sekali lagi.")
            ) from None
        if number != self.event.pk or len(lines) > MOST_LINES:
            raise ValidationError(_("Pratinjau ini untuk acara lain. Unggah berkasnya lagi."))
        return [Written(**line) for line in lines]


def signed(event: Event, lines: list[Written]) -> str:
    """What the page of the plan sends back."""
    return signing.dumps(
        [event.pk, [line.as_sent() for line in lines]], salt=_SIGNED_FOR, compress=True
    )
