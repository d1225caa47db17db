from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from stakeholders.enums import PartnershipKind
from tpbis.core.form_fields import Day, TextLine, ask_by_name

EARLIEST = date(2000, 1, 1)
YEARS_AHEAD = 10  # no agreement with a village library runs longer


class PartnershipForm(forms.Form):
    """Who supports the library, with what, from when until when."""

    organisation_name = TextLine(
        label=gettext_lazy("Nama lembaga"),
        max_length=200,
        widget=forms.TextInput(attrs={"list": "lembaga", "autocomplete": "off"}),
        help_text=gettext_lazy(
            "Misalnya: PKK Desa Labruk Kidul. Pilih dari daftar bila sudah ada."
        ),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Bentuk dukungan"),
        choices=PartnershipKind.choices,
        widget=forms.RadioSelect,
    )
    starts_on = Day(
        label=gettext_lazy("Mulai"), help_text=gettext_lazy("Hari pertama dukungan berlaku.")
    )
    ends_on = Day(
        label=gettext_lazy("Sampai"),
        required=False,
        help_text=gettext_lazy("Kosongkan bila belum ada tanggal akhirnya."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        self.latest = date(today.year + YEARS_AHEAD, 12, 31)
        for name in ("starts_on", "ends_on"):
            field = self.fields[name]
            assert isinstance(field, Day)
            field.offer(EARLIEST, self.latest)
        ask_by_name(self)

    def clean_starts_on(self) -> date:
        return self._within_reason(self.cleaned_data["starts_on"])

    def clean_ends_on(self) -> date | None:
        day: date | None = self.cleaned_data["ends_on"]
        return self._within_reason(day) if day else None

    def clean(self) -> dict[str, Any] | None:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        starts_on, ends_on = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", _("Tanggal akhir tidak bisa sebelum tanggal mulai."))
        return cleaned

    def _within_reason(self, day: date) -> date:
        if EARLIEST <= day <= self.latest:
            return day
        raise ValidationError(
            _("Pilih tanggal antara %(first)s dan %(last)s.")
            % {
                "first": date_format(EARLIEST, "j F Y"),
                "last": date_format(self.latest, "j F Y"),
            }
        )
