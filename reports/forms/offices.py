"""What an office says of itself on paper."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reports.documents.offices import LEGAL_BASIS, OUTLINE, outline
from reports.models import Office

if TYPE_CHECKING:
    from django.http import QueryDict
    from django.utils.datastructures import MultiValueDict

_TITLES = {
    "introduction": _("Pendahuluan"),
    "activities": _("Kegiatan"),
    "results": _("Hasil"),
    "problems": _("Permasalahan dan tindak lanjut"),
    "conclusions": _("Simpulan dan saran"),
    "closing": _("Penutup"),
}


class OfficeForm(forms.ModelForm):
    """The letterhead, the signer, the fields of letters, the law, and the outline of reports: each
    chapter is printed or not, at its place."""

    emblem = forms.FileField(
        label=_("Lambang"),
        required=False,
        help_text=_("PNG atau JPEG, paling besar 5 MB; dicetak kecil di kiri kop."),
        widget=forms.FileInput(attrs={"accept": ".png,.jpg,.jpeg"}),
        allow_empty_file=True,  # has a sentence of its own
    )
    tanpa_lambang = forms.BooleanField(label=_("Hapus lambang yang sekarang"), required=False)
    legal_basis = forms.CharField(
        label=_("Dasar hukum"),
        required=False,
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Satu per baris. Kosong: dasar hukum yang lazim."),
    )

    class Meta:
        model = Office
        fields = (
            "government",
            "name",
            "address",
            "contact",
            "place",
            "signer_position",
            "signer_name",
            "signer_rank",
            "signer_nip",
            "letter_number",
            "letter_nature",
            "letter_attachment",
            "letter_subject",
            "legal_basis",
        )

    def __init__(
        self,
        data: "QueryDict | None" = None,
        files: "MultiValueDict[str, Any] | None" = None,
        *,
        office: Office | None,
    ) -> None:
        super().__init__(data, files, instance=office or Office())
        self.fields["legal_basis"].widget.attrs["placeholder"] = "\n".join(LEGAL_BASIS)
        self.fields["signer_nip"].widget.attrs["inputmode"] = "numeric"
        if not office or not office.emblem:
            del self.fields["tanpa_lambang"]
        shown = outline(office)
        order = [*shown, *(key for key in OUTLINE if key not in shown)]
        for place, key in enumerate(order, start=1):
            self.fields[f"bab_{key}"] = forms.BooleanField(
                label=_TITLES[key], required=False, initial=key in shown
            )
            self.fields[f"urutan_{key}"] = forms.IntegerField(
                label=_("Urutan"),
                required=False,
                min_value=1,
                max_value=len(OUTLINE),
                initial=place,
            )
        self._order = order

    def _post_clean(self) -> None:
        """The row is written by the service alone; what it demands is checked here."""
        office = Office()
        for name, value in self.cleaned_data.items():
            if name in self.Meta.fields:
                setattr(office, name, value)
        named = set(self.Meta.fields)
        try:
            office.clean_fields(exclude={field.name for field in Office._meta.get_fields()} - named)
        except forms.ValidationError as wrong:
            for name, problems in wrong.error_dict.items():
                if name not in self.errors:
                    self.add_error(name, problems)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.outline:
            self.add_error(None, _("Pilih sedikitnya satu bab laporan."))
        return cleaned

    @property
    def outline(self) -> list[str]:
        """The chapters that are chosen, by the place they were given."""
        said = self.cleaned_data
        chosen = [key for key in self._order if said.get(f"bab_{key}")]
        return sorted(chosen, key=lambda key: said.get(f"urutan_{key}") or len(OUTLINE))

    @property
    def said(self) -> dict[str, Any]:
        """What the service is to keep."""
        fields = {name: self.cleaned_data[name] for name in self.Meta.fields}
        usual = self.outline == list(OUTLINE)
        return {**fields, "outline": [] if usual else self.outline}

    # What the page groups.

    def head(self) -> list[forms.BoundField]:
        names = ("government", "name", "address", "contact", "emblem", "tanpa_lambang")
        return [self[name] for name in names if name in self.fields]

    def signer(self) -> list[forms.BoundField]:
        names = ("place", "signer_position", "signer_name", "signer_rank", "signer_nip")
        return [self[name] for name in names]

    def letters(self) -> list[forms.BoundField]:
        return [self[name] for name in self.Meta.fields if name.startswith("letter_")]

    def chapters(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return [(self[f"bab_{key}"], self[f"urutan_{key}"]) for key in self._order]
