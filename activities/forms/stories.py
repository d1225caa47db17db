"""What a librarian tells, who agreed to it, and what a reviewer answers."""

import uuid
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.enums import ConsentScope, ReturnReason, StoryKind
from activities.forms.entry import CHOOSE, PhotosField
from activities.models import Consent, Story
from activities.photos import StoredPhoto, store_photo
from activities.queries.stories import MAX_PHOTOS
from libraries.enums import Theme
from libraries.models import Library
from tpbis.core.form_fields import Day, Paragraphs, TextLine, ask_by_name
from tpbis.core.texts import plain

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

LONGEST = 10_000


def _counted(rows: int, most: int) -> forms.Textarea:
    """A box that says how much of it is filled."""
    return forms.Textarea(attrs={"rows": rows, "data-tpbis-count": str(most)})


class StoryForm(forms.Form):
    """A story, short enough for a phone: what happened, when, what somebody said."""

    uuid = forms.UUIDField(required=False, widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    kind = forms.ChoiceField(
        label=gettext_lazy("Jenis cerita"),
        choices=StoryKind.choices,
        widget=forms.RadioSelect,
        help_text=gettext_lazy(
            "Cerita dampak: hidup seseorang berubah. Praktik baik: cara kerja yang bisa ditiru."
        ),
    )
    theme = forms.ChoiceField(label=gettext_lazy("Bidang"), choices=[*CHOOSE, *Theme.choices])
    happened_on = Day(label=gettext_lazy("Tanggal"))
    title = TextLine(
        label=gettext_lazy("Judul"),
        max_length=200,
        help_text=gettext_lazy("Misalnya: Dari buku resep ke warung keripik"),
    )
    text = Paragraphs(
        label=gettext_lazy("Cerita"),
        max_length=LONGEST,
        widget=_counted(12, LONGEST),
        help_text=gettext_lazy(
            "Awalnya bagaimana, apa yang dilakukan perpustakaan, sekarang bagaimana?"
        ),
    )
    testimony = Paragraphs(
        label=gettext_lazy("Testimoni"),
        max_length=2_000,
        required=False,
        widget=_counted(4, 2_000),
        help_text=gettext_lazy("Kata-kata orangnya sendiri, tanpa tanda kutip."),
    )
    speaker = TextLine(
        label=gettext_lazy("Yang bicara"),
        max_length=120,
        required=False,
        help_text=gettext_lazy(
            "Sebutannya saja: Ibu S., pedagang keripik. Jangan tulis nama lengkap anak."
        ),
    )
    has_people = forms.BooleanField(
        label=gettext_lazy("Ada orang yang dapat dikenali dari foto atau ceritanya"),
        required=False,
        initial=True,
        help_text=gettext_lazy("Bila ada, persetujuannya dicatat di langkah berikut."),
    )

    def __init__(
        self, data: QueryDict | None = None, *, library: Library, story: Story | None = None
    ) -> None:
        self.library, self.story = library, story
        initial = _content_of(story) if story else {"uuid": uuid.uuid4()}
        super().__init__(data, initial=initial)
        day = self.fields["happened_on"]
        assert isinstance(day, Day)
        day.offer(library.joined_on, timezone.localdate())
        ask_by_name(self)

    @property
    def content(self) -> dict[str, Any]:
        """Field names of Story with their cleaned values."""
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in ("uuid", "version")
        }

    def clean_happened_on(self) -> Any:
        day = self.cleaned_data["happened_on"]
        if day > timezone.localdate():
            raise ValidationError(_("Tanggal ini belum tiba. Ceritakan yang sudah terjadi."))
        if day < self.library.joined_on:
            raise ValidationError(
                _("Perpustakaan ini bergabung sejak %(day)s; pilih tanggal sesudahnya.")
                % {"day": date_format(self.library.joined_on, "j F Y")}
            )
        return day

    def clean_text(self) -> str:
        return _readable(self.cleaned_data["text"])

    def clean_testimony(self) -> str:
        return _readable(self.cleaned_data["testimony"])

    def clean(self) -> dict[str, Any] | None:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        testimony, speaker = cleaned.get("testimony"), cleaned.get("speaker")
        if testimony and not speaker and "speaker" not in self.errors:
            self.add_error("speaker", _("Tulis sebutan orang yang bicara."))
        if speaker and not testimony and "testimony" not in self.errors:
            self.add_error("testimony", _("Tulis apa yang dikatakannya, atau kosongkan keduanya."))
        return cleaned

    def renew(self) -> None:
        """Another form: what is sent from here on is a new story."""
        self._put("uuid", str(uuid.uuid4()))

    def take_up(self, story: Story) -> None:
        """From here on saving replaces ``story`` as it is now: a decision."""
        self._put("version", str(story.version))

    def _put(self, name: str, value: str) -> None:
        assert isinstance(self.data, QueryDict)
        self.data = self.data.copy()
        self.data[name] = value


class StoryPhotosForm(forms.Form):
    """Pictures for a story; all of them are good, or none is kept."""

    photos = PhotosField(
        label=gettext_lazy("Tambah foto"),
        help_text=gettext_lazy(
            "Sampai 6 foto JPEG, PNG, atau WebP, masing-masing paling besar 12 MB."
        ),
    )

    def __init__(self, *args: Any, room: int, **kwargs: Any) -> None:
        self.room = room
        super().__init__(*args, **kwargs)

    def clean_photos(self) -> list[StoredPhoto]:
        uploads: list[UploadedFile] = self.cleaned_data["photos"]
        if not uploads:
            raise ValidationError(_("Pilih foto dulu."))
        if len(uploads) > self.room:
            raise ValidationError(
                _("Paling banyak %(most)s foto untuk satu cerita.") % {"most": MAX_PHOTOS}
            )
        stored, errors = [], []
        for upload in uploads:
            try:
                stored.append(store_photo(upload))
            except ValidationError as error:
                name = plain(str(upload.name))[-60:] or _("Foto")
                errors += [f"{name}: {message}" for message in error.messages]
        if errors:
            raise ValidationError(errors)
        return stored


class ConsentForm(forms.Form):
    """Who agreed, when and to what. A child without its guardian can be noted, so that nothing is
    forgotten; it cannot be published."""

    given_by = TextLine(
        label=gettext_lazy("Siapa yang ada di cerita?"),
        max_length=150,
        help_text=gettext_lazy("Nama ini hanya dibaca perpustakaan, PIC, dan staf provinsi."),
    )
    given_on = Day(label=gettext_lazy("Tanggal setuju"))
    scope = forms.ChoiceField(
        label=gettext_lazy("Boleh dipakai untuk"),
        choices=ConsentScope.choices,
        widget=forms.RadioSelect,
    )
    is_child = forms.BooleanField(
        label=gettext_lazy("Masih anak-anak (di bawah 18 tahun)"), required=False
    )
    guardian = TextLine(
        label=gettext_lazy("Nama wali yang menyetujui"),
        max_length=150,
        required=False,
        needed=gettext_lazy("wajib untuk anak"),
    )
    guardian_relation = TextLine(
        label=gettext_lazy("Hubungan wali dengan anak"),
        max_length=60,
        required=False,
        needed=gettext_lazy("wajib untuk anak"),
        help_text=gettext_lazy("Misalnya: ibu kandung"),
    )

    def __init__(self, data: Any = None, *, consent: Consent | None = None) -> None:
        initial = (
            {name: getattr(consent, name) for name in self.base_fields}
            if consent
            else {"given_on": timezone.localdate(), "scope": ConsentScope.PORTAL}
        )
        super().__init__(data, initial=initial)
        for name in ("guardian", "guardian_relation"):
            self.fields[name].widget.attrs["data-tpbis-when"] = "is_child"
        day = self.fields["given_on"]
        assert isinstance(day, Day)
        day.widget.attrs["max"] = timezone.localdate().isoformat()
        ask_by_name(self)

    def clean_given_on(self) -> Any:
        day = self.cleaned_data["given_on"]
        if day > timezone.localdate():
            raise ValidationError(_("Tanggal ini belum tiba. Catat setelah orangnya setuju."))
        return day


class StoryReturnForm(forms.Form):
    """Why a story goes back: a reason to count, and words to understand."""

    reason = forms.ChoiceField(
        label=gettext_lazy("Alasan"), choices=[*CHOOSE, *ReturnReason.choices]
    )
    comment = Paragraphs(
        label=gettext_lazy("Penjelasan untuk pengelola"),
        max_length=2000,
        help_text=gettext_lazy("Sebut bagian mana dan apa yang perlu diperbaiki."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_by_name(self)


class WithdrawForm(forms.Form):
    """Why a story is no longer told."""

    comment = Paragraphs(
        label=gettext_lazy("Alasan menarik cerita"),
        max_length=2000,
        help_text=gettext_lazy("Misalnya: keluarganya minta cerita ini tidak ditampilkan lagi."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_by_name(self)


def _readable(text: str) -> str:
    if text and not any(character.isalnum() for character in text):
        raise ValidationError(_("Tulis dengan huruf atau angka."))
    return text


def _content_of(story: Story) -> dict[str, Any]:
    names = (*StoryForm.base_fields,)
    return {name: getattr(story, name) for name in names}
