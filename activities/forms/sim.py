"""Files of the national SIM, sent in by browser."""

import hashlib
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.imports import BadFeed, read_content
from libraries.enums import ReportingMode

MOST_BYTES = 50 * 1024 * 1024  # of all files together; the console takes more
MOST_FILES = 40


class _Files(forms.ClearableFileInput):
    allow_multiple_selected = True


class _FilesField(forms.FileField):
    """One or several files; each is looked at by the form."""

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        files = data if isinstance(data, list | tuple) else [data]
        return [super(_FilesField, self).clean(file, initial) for file in files or [None]]


class SimFilesForm(forms.Form):
    """Whatever cannot be taken in is said here, before anything is kept."""

    berkas = _FilesField(
        label=gettext_lazy("Berkas dari SIM"),
        help_text=gettext_lazy(
            "JSON seperti diunduh dari SIM, boleh beberapa sekaligus: iku.json, pelibatan.json, "
            "advokasi.json, … Skor (iku) dan replikasi boleh CSV. Bersama-sama paling besar 50 MB."
        ),
        widget=_Files(attrs={"accept": ".json,.csv"}),
        allow_empty_file=True,  # has a sentence of its own
        error_messages={
            "required": gettext_lazy("Pilih berkasnya."),
            "missing": gettext_lazy("Pilih berkasnya."),
            "invalid": gettext_lazy("Pilih berkasnya."),
            "max_length": gettext_lazy("Nama berkasnya terlalu panjang."),
        },
    )
    per_tanggal = forms.DateField(
        label=gettext_lazy("Skor resmi per tanggal"),
        help_text=gettext_lazy("Biasanya hari berkasnya diunduh."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": gettext_lazy("Isi tanggalnya."),
            "invalid": gettext_lazy("Tulis tanggal seperti 31-05-2026."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["per_tanggal"].initial = timezone.localdate

    def clean_per_tanggal(self) -> Any:
        day = self.cleaned_data["per_tanggal"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("Tanggal ini belum tiba."))
        if day.year < 2018:
            raise forms.ValidationError(_("Tanggal ini sebelum program dimulai."))
        return day

    def clean_berkas(self) -> dict[str, Any]:
        files: list[UploadedFile] = self.cleaned_data["berkas"]
        if len(files) > MOST_FILES or sum(file.size or 0 for file in files) > MOST_BYTES:
            raise forms.ValidationError(
                _("Berkasnya terlalu besar: bersama-sama paling besar 50 MB. Kirim bergantian.")
            )
        digest = hashlib.sha256()
        read = []
        for file in files:
            data = file.read()
            digest.update(data)
            read.append((file.name or "", data))
        try:
            content = read_content(read, today=timezone.localdate())
        except BadFeed as bad:
            raise forms.ValidationError(str(bad)) from None
        if not any(rows for _kind, rows in content.values()):
            raise forms.ValidationError(_("Tidak ada satu baris pun di berkas ini."))
        self.content_hash = digest.hexdigest()
        return content

    @property
    def row_count(self) -> int:
        return sum(len(rows) for _kind, rows in self.cleaned_data["berkas"].values())


class LeadForm(forms.Form):
    """Which source leads in a regency."""

    sumber = forms.TypedChoiceField(choices=ReportingMode.choices, coerce=ReportingMode)
