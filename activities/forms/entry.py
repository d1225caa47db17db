"""What every entry form shares: the client's number, the date, photos that survive an error."""

import uuid
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities import queries
from activities.documents import StoredPhoto, store_photo
from activities.enums import (
    Kind,
)
from activities.models import Activity
from libraries.models import Library
from tpbis.core import periods
from tpbis.core.form_fields import (
    Day,
    TextLine,
    ask_by_name,
)
from tpbis.core.texts import plain

MAX_PHOTOS = 6
CHOOSE = [("", gettext_lazy("Pilih…"))]


class PhotosInput(forms.FileInput):
    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Several pictures at once; cleaned to :class:`StoredPhoto`, errors name the file."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {
            "multiple": True,
            "accept": "image/jpeg,image/png,image/webp",
            "data-tpbis-preview": "",
        }
        super().__init__(**{"required": False, "widget": PhotosInput(attrs=attrs), **kwargs})

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        return [upload for upload in data or [] if upload]


@dataclass(frozen=True, slots=True)
class Row:
    """Fields that stand together; several numbers share one ``legend``."""

    names: tuple[str, ...]
    legend: Any = ""


def row(*names: str, legend: Any = "") -> Row:
    return Row(names, legend)


class EntryForm(forms.Form):
    """What every kind of entry shares. Nothing is saved unless all of it is good; pictures that
    were sent with a form that has to be mended are kept for its next try.

    Without a ``library`` it is blank: what a phone shows without signal, the same for everybody."""

    kind: ClassVar[Kind]
    layout: ClassVar[tuple[Row, ...]]
    title_label: ClassVar[Any]
    title_hint: ClassVar[Any]
    asks_title: ClassVar[bool] = True

    held_on = Day(label=gettext_lazy("Tanggal"))
    title = TextLine(max_length=200)
    uuid = forms.UUIDField(required=False, widget=forms.HiddenInput)
    kept = forms.CharField(required=False, widget=forms.HiddenInput)
    photos = PhotosField(
        label=gettext_lazy("Foto"),
        help_text=gettext_lazy(
            "Sampai 6 foto JPEG, PNG, atau WebP, masing-masing paling besar 12 MB."
        ),
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        files: MultiValueDict[str, UploadedFile] | None = None,
        *,
        library: Library | None,
        month: date,
        entry: Activity | None = None,
    ) -> None:
        self._library, self.entry = library, entry
        initial = _content_of(entry, type(self)) if entry else _fresh(month)
        super().__init__(data, files, initial=initial if library else {})
        # `kept` is read when `photos` is cleaned.
        self.order_fields(["kept", *(name for row in self.layout for name in row.names)])
        if library:
            self.earliest, self.latest = _days_open_to(library, entry)
            day = self.fields["held_on"]
            assert isinstance(day, Day)
            day.offer(self.earliest, self.latest)
        if self.asks_title:
            self.fields["title"].label = self.title_label
            self.fields["title"].help_text = self.title_hint
        else:
            del self.fields["title"]
        self.stored: list[StoredPhoto] = []
        ask_by_name(self)

    @property
    def library(self) -> Library:
        assert self._library is not None, "a blank form is shown, never read"
        return self._library

    @property
    def rows(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """Legend and fields of each row."""
        return [(row.legend, [self[name] for name in row.names]) for row in self.layout]

    @property
    def content(self) -> dict[str, Any]:
        """Field names of Activity with their cleaned values."""
        asked = _asked_by(type(self))
        return {name: value for name, value in self.cleaned_data.items() if name in asked}

    def clean_held_on(self) -> date:
        day: date = self.cleaned_data["held_on"]
        if self.earliest <= day <= self.latest:
            return day
        if day > timezone.localdate():
            raise ValidationError(
                _("Tanggal ini belum tiba. Catat setelah kegiatannya berlangsung.")
            )
        if self.entry:
            raise ValidationError(
                _("Catatan ini bagian dari laporan %(month)s. Untuk bulan lain, buat catatan baru.")
                % {"month": periods.written(self.earliest)}
            )
        raise ValidationError(
            _("Tanggalnya terlalu lama: perpustakaan ini mencatat sejak %(day)s.")
            % {"day": date_format(self.earliest, "j F Y")}
        )

    def clean_photos(self) -> list[StoredPhoto]:
        kept = _read_kept(self.cleaned_data.get("kept", ""), self.library)
        uploads: list[UploadedFile] = self.cleaned_data["photos"]
        there = self.entry.photos.count() if self.entry else 0
        if there + len(kept) + len(uploads) > MAX_PHOTOS:
            self._keep(kept)
            raise ValidationError(
                _("Paling banyak %(most)s foto untuk satu catatan.") % {"most": MAX_PHOTOS}
            )
        errors = []
        for upload in uploads:
            try:
                kept.append(store_photo(upload))
            except ValidationError as error:
                name = plain(str(upload.name))[-60:] or _("Foto")
                errors += [f"{name}: {message}" for message in error.messages]
        self._keep(kept)
        if errors:
            raise ValidationError(errors)
        return kept

    def renew(self) -> None:
        """Another form: what is sent from here on is a new entry."""
        self._put("uuid", str(uuid.uuid4()))

    def _keep(self, stored: list[StoredPhoto]) -> None:
        unique = {photo.sha256: photo for photo in stored}
        self.stored = list(unique.values())
        self._put("kept", _sign_kept(self.stored, self.library))

    def _put(self, name: str, value: str) -> None:
        assert isinstance(self.data, QueryDict)
        self.data = self.data.copy()
        self.data[name] = value


def _fresh(month: date) -> dict[str, Any]:
    """Sensible defaults: today, or the last day of a month that is over."""
    day = min(periods.last_day(month), timezone.localdate())
    return {"held_on": day, "uuid": uuid.uuid4()}


def _content_of(entry: Activity, form: type[EntryForm]) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in _asked_by(form)}


def _asked_by(form: type[EntryForm]) -> set[str]:
    """The fields of Activity that ``form`` asks for."""
    return {name for row in form.layout for name in row.names} - {"photos"}


def _days_open_to(library: Library, entry: Activity | None) -> tuple[date, date]:
    """An entry stays in the month of its report; a new one may be of any month since joining."""
    today = timezone.localdate()
    if entry:
        month = entry.report.month
        return month, min(periods.last_day(month), today)
    return queries.first_month(library), today


def _salt(library: Library) -> str:
    return f"activities.kept-photos.{library.pk}"


def _sign_kept(stored: list[StoredPhoto], library: Library) -> str:
    return signing.dumps([asdict(photo) for photo in stored], salt=_salt(library), compress=True)


def _read_kept(token: str, library: Library) -> list[StoredPhoto]:
    """Pictures an earlier try of the same form left behind; a token of another library is none."""
    try:
        rows = signing.loads(token, salt=_salt(library), max_age=24 * 60 * 60)
    except signing.BadSignature:
        return []
    return [StoredPhoto(**row) for row in rows]
