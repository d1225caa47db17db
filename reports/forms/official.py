from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kpi.enums import Colour
from reports.figures.official import Pair
from reports.forms.choices import ALL, Narrowed

SAME, OTHER = "sama", "beda"


class OfficialChoice(Narrowed):
    """Which pairs of an official score and ours are listed: a region, and what the two say."""

    AGREEMENT = ((SAME, _("Warnanya sama")), (OTHER, _("Warnanya berbeda")))

    sim = None  # type: ignore[assignment]
    cocok = forms.ChoiceField(
        label=_("Kesesuaian"),
        choices=[*ALL, *AGREEMENT],
        required=False,
        error_messages={"invalid_choice": _("Pilih kesesuaian yang ada di daftar.")},
    )
    resmi = forms.ChoiceField(
        label=_("KPI resmi SIM"),
        choices=[*ALL, *Colour.choices],
        required=False,
        error_messages={"invalid_choice": _("Pilih warna yang ada di daftar.")},
    )
    portal = forms.ChoiceField(
        label=_("KPI portal"),
        choices=[*ALL, *Colour.choices],
        required=False,
        error_messages={"invalid_choice": _("Pilih warna yang ada di daftar.")},
    )

    def narrowed(self, pairs: Iterable[Pair]) -> list[Pair]:
        asked = self.cleaned_data
        return [
            pair
            for pair in pairs
            if asked["cocok"] in ("", SAME if pair.agrees else OTHER)
            and asked["resmi"] in ("", pair.official_colour)
            and asked["portal"] in ("", pair.colour)
        ]

    @property
    def in_words(self) -> list[tuple[str, str]]:
        """What the list is narrowed by, beside the region."""
        asked = self.cleaned_data
        choices = {"cocok": self.AGREEMENT, "resmi": Colour.choices, "portal": Colour.choices}
        return [
            (str(self.fields[name].label), str(dict(known).get(asked[name], gettext("Semua"))))
            for name, known in choices.items()
        ]
