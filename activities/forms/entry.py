"""What every entry form shares: the client's number, the date, photos that survive an error."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, ClassVar
from uuid import UUID, uuid4

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities import queries
from activities.enums import (
    Kind,
)
from activities.models import Activity, EntryDraft, Remark
from activities.photos import StoredPhoto, kept_before, store_photo
from activities.services import MAX_PHOTOS
from libraries.models import Library
from tpbis.core import periods
from tpbis.core.form_fields import (
    Day,
    TextLine,
    ask_by_name,
)
from tpbis.core.texts import plain

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


class NotedField(BoundField):
    """A field with what a reviewer said of it when the entry came back."""

    notes: Sequence[Remark] = ()

    @property
    def note_id(self) -> str:
        return f"catatan-{self.html_name}"

    @property
    def aria_describedby(self) -> str | None:
        described = super().aria_describedby
        return f"{described or ''} {self.note_id}".strip() if self.notes else described


class EntryForm(forms.Form):
    """What every kind of entry shares. Nothing is saved unless all of it is good; pictures that
    were sent with a form that has to be mended are kept for its next try.

    It opens with what ``entry`` says, with what ``copied`` said on another day, or with what was
    typed before and kept as ``draft``, however wrong. Without a ``library`` it is blank: what a
    phone shows without signal, the same for everybody."""

    bound_field_class = NotedField
    kind: ClassVar[Kind]
    layout: ClassVar[tuple[Row, ...]]
    title_label: ClassVar[Any]
    title_hint: ClassVar[Any]
    asks_title: ClassVar[bool] = True

    held_on = Day(label=gettext_lazy("Tanggal"))
    title = TextLine(max_length=200)
    uuid = forms.UUIDField(required=False, widget=forms.HiddenInput)
    version = forms.CharField(required=False, widget=forms.HiddenInput)
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
        copied: Activity | None = None,
        draft: EntryDraft | None = None,
        remarks: Iterable[Remark] = (),
    ) -> None:
        self._library, self.entry, self.draft = library, entry, draft
        initial = self._begin(month, copied) if library else {}
        super().__init__(data, files, initial=initial)
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
        self.stored: list[StoredPhoto] = kept_before(draft.photos) if draft else []
        self.remarks = self._note(remarks)
        ask_by_name(self)

    @classmethod
    def texts_of(cls, data: QueryDict) -> dict[str, list[str]]:
        """What was typed, as it was typed: worth keeping whatever it is."""
        return {name: data.getlist(name) for name in (*_in_order(cls), "version") if name in data}

    @classmethod
    def sent_again(cls, twin: EntryDraft) -> "EntryForm":
        """The form as it came with ``twin``, to be checked against the entry it is compared
        with."""
        assert twin.entry is not None
        data = QueryDict(mutable=True)
        for name, texts in twin.fields.items():
            data.setlist(name, texts)
        data["kept"] = _sign_kept(kept_before(twin.photos), twin.library)
        month = twin.entry.report.month
        return cls(data, MultiValueDict(), library=twin.library, month=month, entry=twin.entry)

    @property
    def asked(self) -> list[str]:
        """The fields of Activity, from top to bottom."""
        return [name for name in _in_order(type(self)) if name in self.fields]

    @property
    def typed(self) -> dict[str, list[str]]:
        assert isinstance(self.data, QueryDict)
        return self.texts_of(self.data)

    @property
    def is_snapshot(self) -> bool:
        return not self.asks_title

    @property
    def number(self) -> UUID | None:
        """The client's number of the entry that is being written or mended."""
        if self.entry is not None:
            return self.entry.uuid
        try:
            return UUID(str(self["uuid"].value()))
        except ValueError:
            return None

    @property
    def seen(self) -> int | None:
        """The version of the entry that was on the screen."""
        text: str = self.cleaned_data.get("version", "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None

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

    def renew(self) -> UUID:
        """Another form: what is sent from here on is a new entry, under the number that comes
        back."""
        number = uuid4()
        self._put("uuid", str(number))
        return number

    def renew_version(self, version: int) -> None:
        """What was typed now stands beside what was saved meanwhile: sent again, it is meant."""
        self._put("version", str(version))

    def _begin(self, month: date, copied: Activity | None) -> dict[str, Any]:
        initial = _content_of(self.entry, type(self)) if self.entry else self._fresh(month)
        if copied is not None:
            there = _content_of(copied, type(self))
            initial |= {name: value for name, value in there.items() if name not in initial}
            initial |= {"place": copied.place, "version": ""}
        if self.draft is not None:
            initial |= self._typed_in(self.draft)
        return initial

    def _fresh(self, month: date) -> dict[str, Any]:
        """Sensible defaults: today, or the last day of a month that is over; the place of the
        last time."""
        day = min(periods.last_day(month), timezone.localdate())
        fresh: dict[str, Any] = {"held_on": day, "uuid": uuid4()}
        if "place" in self.base_fields:
            fresh["place"] = queries.last_place(self.library)
        return fresh

    def _typed_in(self, draft: EntryDraft) -> dict[str, Any]:
        typed: dict[str, Any] = {"uuid": draft.uuid}
        for name, texts in draft.fields.items():
            takes_many = isinstance(self.base_fields.get(name), forms.MultipleChoiceField)
            typed[name] = texts if takes_many else (texts or [""])[-1]
        if draft.photos:
            typed["kept"] = _sign_kept(kept_before(draft.photos), self.library)
        return typed

    def _note(self, remarks: Iterable[Remark]) -> list[Remark]:
        """Each beside its field; those on the whole entry come back."""
        on_the_whole = []
        for remark in remarks:
            field = self[remark.field] if remark.field in self.fields else None
            if isinstance(field, NotedField):
                field.notes = [*field.notes, remark]
            else:
                on_the_whole.append(remark)
        return on_the_whole

    def _keep(self, stored: list[StoredPhoto]) -> None:
        unique = {photo.sha256: photo for photo in stored}
        self.stored = list(unique.values())
        self._put("kept", _sign_kept(self.stored, self.library))

    def _put(self, name: str, value: str) -> None:
        assert isinstance(self.data, QueryDict)
        self.data = self.data.copy()
        self.data[name] = value


def _content_of(entry: Activity, form: type[EntryForm]) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in _asked_by(form)} | {"version": entry.version}


def _in_order(form: type[EntryForm]) -> list[str]:
    """The fields of Activity that ``form`` asks for, from top to bottom."""
    return [name for row in form.layout for name in row.names if name != "photos"]


def _asked_by(form: type[EntryForm]) -> set[str]:
    return set(_in_order(form))


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
    return kept_before(rows)
