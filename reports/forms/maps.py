from django import forms
from django.utils.translation import gettext_lazy as _


class BoundariesForm(forms.Form):
    """A file of boundaries; what stands in it is judged by whoever draws it."""

    berkas = forms.FileField(
        label=_("Berkas GeoJSON"),
        help_text=_("Batas kabupaten/kota dengan properti “kode”. Paling besar 20 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".geojson,.json,application/geo+json"}),
        allow_empty_file=True,  # has a sentence of its own
        error_messages={
            "required": _("Pilih berkasnya."),
            "missing": _("Pilih berkasnya."),
            "invalid": _("Pilih berkasnya."),
            "max_length": _("Nama berkasnya terlalu panjang."),
        },
    )

    def refuse(self, sentences: list[str]) -> None:
        for sentence in sentences:
            self.add_error("berkas", sentence)
