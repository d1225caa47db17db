"""Which entries a list shows: every number of the page of activities leads to one of these."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from activities.enums import AdvocacyResult, Audience, Format, Kind, Medium, ServiceForm
from activities.querysets import ActivityQuerySet
from libraries.enums import Theme
from reports.forms.choices import ALL
from tpbis.core import periods
from tpbis.core.periods import Period

if TYPE_CHECKING:
    from django.http import QueryDict

# The name in the address, and the column it asks for.
COLUMNS: Mapping[str, str] = {
    "jenis_kegiatan": "kind",
    "bidang": "theme",
    "sasaran": "audience",
    "bentuk": "format",
    "hasil": "result",
    "layanan": "service_form",
    "jenis_media": "medium",
}


def _choice(label: Any, choices: Any, unknown: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=[*ALL, *choices],
        required=False,
        error_messages={"invalid_choice": unknown},
    )


class EntryChoice(forms.Form):
    jenis_kegiatan = _choice(
        _("Jenis catatan"), Kind.choices, _("Jenis catatan: pilih yang ada di daftar.")
    )
    bidang = _choice(_("Bidang"), Theme.choices, _("Bidang: pilih yang ada di daftar."))
    sasaran = _choice(_("Sasaran"), Audience.choices, _("Sasaran: pilih yang ada di daftar."))
    bentuk = _choice(_("Bentuk"), Format.choices, _("Bentuk: pilih yang ada di daftar."))
    hasil = _choice(
        _("Hasil advokasi"), AdvocacyResult.choices, _("Hasil advokasi: pilih yang ada di daftar.")
    )
    layanan = _choice(
        _("Bentuk peningkatan"),
        ServiceForm.choices,
        _("Bentuk peningkatan: pilih yang ada di daftar."),
    )
    jenis_media = _choice(_("Media"), Medium.choices, _("Media: pilih yang ada di daftar."))
    bulan = forms.ChoiceField(
        label=_("Bulan"),
        required=False,
        error_messages={"invalid_choice": _("Bulan: pilih satu bulan dari periode halaman ini.")},
    )

    def __init__(self, data: "QueryDict", *, period: Period) -> None:
        super().__init__(data)
        months = self.fields["bulan"]
        assert isinstance(months, forms.ChoiceField)
        months.choices = [
            *ALL,
            *((periods.month_code(month), periods.written(month)) for month in period.months),
        ]

    @property
    def in_use(self) -> dict[str, str]:
        """What was asked for and understood, as in an address."""
        said = getattr(self, "cleaned_data", {})
        return {name: said[name] for name in self.fields if said.get(name)}

    @property
    def offered(self) -> list[tuple[str, Any, Any, str]]:
        """Name, label, choices and what was asked of each field."""
        return [
            (name, field.label, field.choices, self.data.get(name, ""))
            for name, field in self.fields.items()
            if isinstance(field, forms.ChoiceField)
        ]

    def of(self, entries: ActivityQuerySet) -> ActivityQuerySet:
        asked = self.in_use
        month = asked.pop("bulan", "")
        found = entries.filter(**{COLUMNS[name]: value for name, value in asked.items()})
        return found.filter(report__month=periods.parse_month(month)) if month else found
