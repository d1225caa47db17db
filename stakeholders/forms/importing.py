"""The file that supporting bodies are taken from."""

from django import forms
from django.utils.translation import gettext_lazy as _

from libraries.forms.rosters import TableField
from tpbis.core.spreadsheets import MAX_BYTES, Table

MOST_ROWS = 2_000


class OrganisationUploadForm(forms.Form):
    berkas = TableField(
        label=_("Berkas lembaga"),
        help_text=_("XLSX atau CSV, paling besar %(size)d MB dan %(rows)s baris.")
        % {"size": MAX_BYTES // 1024 // 1024, "rows": "2.000"},
    )

    def clean_berkas(self) -> Table:
        table: Table = self.cleaned_data["berkas"]
        if len(table.rows) > MOST_ROWS + 1:
            raise forms.ValidationError(
                _("Berkas ini lebih dari 2.000 baris. Bagi menjadi beberapa berkas.")
            )
        return table
