"""A list of SIM accounts, pasted or sent as a file."""

import csv
import io
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from libraries.forms.rosters import TableField
from libraries.imports.sim_list import MOST_ROWS
from tpbis.core.spreadsheets import BadSpreadsheet, Table, read_table

MOST_CHARACTERS = 1_000_000


class SimListForm(forms.Form):
    """One of the two; what came as a file travels on as text, until somebody agrees."""

    daftar = forms.CharField(
        label=gettext_lazy("Tempel daftarnya"),
        required=False,
        strip=False,
        max_length=MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "autocomplete": "off"}),
        help_text=gettext_lazy(
            "Satu perpustakaan sebaris: nama, NPP, atau kode desa; keadaan akunnya; tanggalnya. "
            "Boleh disalin dari Excel."
        ),
        error_messages={"max_length": gettext_lazy("Daftarnya terlalu panjang. Kirim berkasnya.")},
    )
    berkas = TableField(
        label=gettext_lazy("Atau kirim berkasnya"),
        required=False,
        help_text=gettext_lazy(
            "XLSX atau CSV dengan kolom Nama Perpustakaan, Akun SIM, dan Tanggal."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.needed = _("salah satu")  # type: ignore[attr-defined]  # beside the label

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        table, text = cleaned.get("berkas"), cleaned.get("daftar", "").strip("\r\n")
        if table is not None and text:
            raise ValidationError(_("Pilih salah satu: tempel daftarnya, atau kirim berkasnya."))
        if table is None:
            table = self._read(text)
        if table is not None and len(table.rows) > MOST_ROWS:
            raise ValidationError(
                _("Daftar terlalu panjang: paling banyak %(most)s baris.") % {"most": "10.000"}
            )
        return cleaned | {"table": table, "daftar": text or (_as_text(table) if table else "")}

    def _read(self, text: str) -> Table | None:
        if not text.strip():
            self.add_error("daftar", _("Tempel daftarnya, atau pilih berkasnya."))
            return None
        try:
            content = io.BytesIO(text.encode(errors="replace"))
            return read_table(content, most_rows=MOST_ROWS)
        except BadSpreadsheet as bad:
            self.add_error("daftar", str(bad))
            return None


def _as_text(table: Table) -> str:
    buffer = io.StringIO()
    rows = (row.cells for row in table.rows)
    csv.writer(buffer, delimiter="\t", lineterminator="\n").writerows(rows)
    return buffer.getvalue()
