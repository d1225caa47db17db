"""What a roster sent in by browser is asked: the file, its columns, places that were not found."""

import hashlib
import logging
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from libraries.imports.columns import (
    HEADING_ROWS,
    HEADINGS,
    BadRoster,
    Guess,
    guess,
    heading_row,
    need_columns,
    rows_below,
)
from libraries.imports.places import Unclear
from tpbis.core.spreadsheets import MAX_BYTES, BadSpreadsheet, Row, Table, read_table
from tpbis.core.texts import plain

security = logging.getLogger("tpbis.security")

MOST_ROWS = 20_000  # more than any province has villages
NOT_USED = ("", gettext_lazy("Tidak dipakai"))


class TableField(forms.FileField):
    """A CSV or XLSX file, cleaned to the table in it."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx,.txt"})
        super().__init__(
            **{
                "allow_empty_file": True,  # has a sentence of its own
                "widget": widget,
                "error_messages": {
                    "required": gettext_lazy("Pilih berkasnya."),
                    "missing": gettext_lazy("Pilih berkasnya."),
                    "invalid": gettext_lazy("Pilih berkasnya."),
                },
                **kwargs,
            }
        )

    def clean(self, data: Any, initial: Any = None) -> Table | None:
        upload = super().clean(data, initial)
        if not isinstance(upload, UploadedFile) or upload.file is None:
            return None
        try:
            return read_table(upload.file, most_rows=MOST_ROWS)
        except BadSpreadsheet as bad:
            if bad.is_hostile:
                security.warning("Hostile spreadsheet refused (%d bytes): %s", upload.size, bad)
            raise ValidationError(str(bad)) from None


class UploadForm(forms.Form):
    berkas = TableField(
        label=gettext_lazy("Berkas daftar"),
        help_text=gettext_lazy("XLSX atau CSV, paling besar %(size)d MB dan %(rows)s baris.")
        % {"size": MAX_BYTES // 1024 // 1024, "rows": "20.000"},
    )

    @property
    def file_name(self) -> str:
        upload = self.files["berkas"]
        return (upload.name if isinstance(upload, UploadedFile) else "") or ""

    def clean_berkas(self) -> Table:
        table: Table = self.cleaned_data["berkas"]
        try:
            rows_below(table, heading_row(table))
        except BadRoster as bad:
            raise ValidationError(str(bad)) from None
        return table


class ColumnsForm(forms.Form):
    """Which column is which: guessed from the headings, corrected by whoever sent the file."""

    baris = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, data: Any = None, *, table: Table, row: int = 0, mapping: dict[str, int] | None = None
    ) -> None:
        super().__init__(data)
        self.table = table
        self.heading = self._heading(row)
        self.fields["baris"].initial = self.heading.number
        self.guesses = guess(table, self.heading)
        said = {index: field for field, index in (mapping or {}).items()}
        for one in self.guesses:
            self.fields[_name(one)] = forms.ChoiceField(
                label=one.heading or _("(tanpa judul)"),
                choices=[NOT_USED, *HEADINGS.items()],
                required=False,
                initial=said.get(one.index, "") if mapping else one.field,
                error_messages={"invalid_choice": gettext_lazy("Pilih isian yang ada di daftar.")},
            )

    @property
    def columns(self) -> list[tuple[Guess, forms.BoundField]]:
        return [(one, self[_name(one)]) for one in self.guesses]

    @property
    def rows(self) -> list[Row]:
        """Those that may hold the headings."""
        return list(self.table.rows[:HEADING_ROWS])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        mapping: dict[str, int] = {}
        for one in self.guesses:
            field = cleaned.get(_name(one))
            if not field:
                continue
            if field in mapping:
                self.add_error(
                    _name(one),
                    _("“%(field)s” sudah dipilih untuk kolom lain.") % {"field": HEADINGS[field]},
                )
            else:
                mapping[field] = one.index
        try:
            need_columns(mapping, self.heading)
            rows_below(self.table, self.heading)
        except BadRoster as bad:
            self.add_error(None, str(bad))
        return cleaned | {"mapping": mapping}

    def _heading(self, row: int) -> Row:
        """The row asked for, else the one that was sent along, else the likeliest."""
        asked = plain(str(self.data.get("baris", ""))) if self.is_bound else str(row)
        for candidate in self.table.rows[:HEADING_ROWS]:
            if str(candidate.number) == asked:
                return candidate
        return heading_row(self.table)


def _name(one: Guess) -> str:
    return f"kolom_{one.index}"


class PlacesForm(forms.Form):
    """For each place as it was written: which one was meant."""

    def __init__(self, data: Any = None, *, unclear: Iterable[Unclear]) -> None:
        super().__init__(data)
        self._unclear = {_place_name(one.key): one for one in unclear}
        for name, one in self._unclear.items():
            self.fields[name] = forms.ChoiceField(
                label=one.written,
                choices=[("", gettext_lazy("Belum dipilih")), *one.offered],
                required=False,
                error_messages={"invalid_choice": gettext_lazy("Pilih tempat yang ada di daftar.")},
            )

    @property
    def places(self) -> list[tuple[Unclear, forms.BoundField]]:
        return [(one, self[name]) for name, one in self._unclear.items()]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        chosen = {
            one.key: cleaned[name] for name, one in self._unclear.items() if cleaned.get(name)
        }
        if not chosen and not self.errors:
            self.add_error(None, _("Pilih paling tidak satu tempat."))
        return cleaned | {"choices": chosen}


def _place_name(key: str) -> str:
    return f"tempat_{hashlib.sha256(key.encode()).hexdigest()[:12]}"
