"""Which supporting bodies a list shows; every choice is in the address."""

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

from libraries.enums import Theme
from stakeholders.enums import OrganisationKind
from stakeholders.forms.organisations import regencies

if TYPE_CHECKING:
    from django.http import QueryDict

    from stakeholders.querysets import OrganisationQuerySet

_ALL = [("", _("Semua"))]


class OrganisationChoice(forms.Form):
    cari = forms.CharField(label=_("Cari nama lembaga"), required=False, max_length=200)
    jenis = forms.ChoiceField(
        label=_("Jenis"), required=False, choices=[*_ALL, *OrganisationKind.choices]
    )
    bidang = forms.ChoiceField(label=_("Bidang"), required=False, choices=[*_ALL, *Theme.choices])
    minat = forms.ChoiceField(label=_("Mau membantu di"), required=False)

    def __init__(self, data: "QueryDict") -> None:
        super().__init__(data)
        self.known_regions = {one.code: one for one in regencies()}
        minat = self.fields["minat"]
        assert isinstance(minat, forms.ChoiceField)
        minat.choices = [
            ("", _("Semua")),
            *((code, one.title) for code, one in self.known_regions.items()),
        ]

    def narrowed(self, found: "OrganisationQuerySet") -> "OrganisationQuerySet":
        """None where a choice is not understood."""
        if not self.is_valid():
            return found.none()
        asked = self.cleaned_data
        if asked["cari"].strip():
            found = found.called(asked["cari"])
        if asked["jenis"]:
            found = found.filter(kind=asked["jenis"])
        if asked["bidang"]:
            found = found.of_theme(asked["bidang"])
        if asked["minat"]:
            found = found.interested_in(self.known_regions[asked["minat"]])
        return found

    @property
    def in_use(self) -> dict[str, str]:
        if not self.is_valid():
            return {}
        return {name: str(value) for name, value in self.cleaned_data.items() if value}
