"""How a region's pages are to be shown, as an address says it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from reports.enums import Comparison, MapMeasure


class RegionView(forms.Form):
    """What changes no figure: what it stands beside, and what the map shows."""

    bandingkan = forms.ChoiceField(
        label=_("Dibandingkan dengan"),
        choices=[("", _("Biasanya")), *Comparison.choices],
        required=False,
        error_messages={"invalid_choice": _("Pilih pembanding yang ada di daftar.")},
    )
    peta = forms.ChoiceField(
        label=_("Yang ditunjukkan peta"),
        choices=MapMeasure.choices,
        required=False,
        error_messages={"invalid_choice": _("Pilih ukuran yang ada di daftar.")},
    )

    @property
    def measure(self) -> MapMeasure:
        said = getattr(self, "cleaned_data", {}).get("peta")
        return MapMeasure(said) if said else MapMeasure.COLOURS
