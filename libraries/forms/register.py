"""What is asked about a library: all the register says of it, and why something ends or moves."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from libraries import services
from libraries.enums import LibraryKind, ProgrammeSource
from libraries.forms.people import Phone
from libraries.imports.cells import read_npp, read_tags
from libraries.models import Library, Region
from tpbis.core import periods
from tpbis.core.form_fields import Day, Paragraphs, TextLine, ask_by_name

if TYPE_CHECKING:
    from tpbis.accounts.models import User

_ROOMS = (
    ("has_sharing_room", gettext_lazy("Ruang berbagi pengalaman")),
    ("has_learning_room", gettext_lazy("Ruang belajar kontekstual")),
    ("has_practice_room", gettext_lazy("Ruang berlatih keterampilan kerja")),
)


class LibraryForm(forms.Form):
    """Everything but where the library stands, which is chosen before."""

    name = TextLine(
        label=gettext_lazy("Nama perpustakaan"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    kind = forms.ChoiceField(label=gettext_lazy("Jenis"), widget=forms.RadioSelect)
    source = forms.ChoiceField(
        label=gettext_lazy("Sumber program"), choices=ProgrammeSource.choices
    )
    joined_on = Day(
        label=gettext_lazy("Tanggal bergabung"),
        help_text=gettext_lazy("Bila hanya tahunnya yang diketahui, pilih 1 Januari."),
    )
    npp = TextLine(
        label=gettext_lazy("NPP"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
        help_text=gettext_lazy("Nomor Pokok Perpustakaan, misalnya 3508212D0000001."),
    )
    tags = TextLine(
        label=gettext_lazy("Tanda program"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("Pisahkan dengan koma, misalnya: Literasi Digital, Desa Wisata."),
    )
    address = TextLine(label=gettext_lazy("Alamat"), required=False, max_length=200)
    rooms = forms.MultipleChoiceField(
        label=gettext_lazy("Ruang yang ada"),
        required=False,
        choices=_ROOMS,
        widget=forms.CheckboxSelectMultiple,
    )
    contact_name = TextLine(
        label=gettext_lazy("Nama narahubung"),
        required=False,
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("Orang yang bisa dihubungi, biasanya pengelolanya."),
    )
    contact_phone = Phone(label=gettext_lazy("Telepon narahubung"), required=False)

    def __init__(
        self,
        *args: Any,
        by: "User",
        region: Region,
        library: Library | None = None,
        **kwargs: Any,
    ) -> None:
        if library is not None:
            kwargs["initial"] = filled_from(library)
        super().__init__(*args, **kwargs)
        self._by, self._library = by, library
        kinds, joined_on = self.fields["kind"], self.fields["joined_on"]
        assert isinstance(kinds, forms.ChoiceField)
        assert isinstance(joined_on, Day)
        kinds.choices = kinds_in(region)
        if library is None:
            self.initial.setdefault("kind", kinds.choices[0][0])
        self._earliest = periods.parse_month(settings.TPBIS_FIRST_MONTH)
        joined_on.offer(self._earliest, timezone.localdate())
        ask_by_name(self)

    def clean_npp(self) -> str:
        npp = read_npp(self.cleaned_data["npp"])
        longest = Library._meta.get_field("npp").max_length or 0
        if len(npp) > longest:
            raise ValidationError(_("NPP paling banyak %(count)s karakter.") % {"count": longest})
        if npp:
            self._refuse_taken(npp)
        return npp

    def clean_joined_on(self) -> date:
        day: date = self.cleaned_data["joined_on"]
        if day > timezone.localdate():
            raise ValidationError(_("Tanggal ini belum tiba."))
        before = self._library and day == self._library.joined_on
        if day < self._earliest and not before:
            raise ValidationError(
                _("Program ini dimulai pada %(month)s.")
                % {"month": periods.written(self._earliest)}
            )
        return day

    def clean_tags(self) -> list[str]:
        return read_tags(self.cleaned_data["tags"])

    @property
    def content(self) -> dict[str, Any]:
        """As the register keeps it."""
        said = dict(self.cleaned_data)
        rooms = said.pop("rooms")
        return said | {name: name in rooms for name, _label in _ROOMS}

    def _refuse_taken(self, npp: str) -> None:
        """Names the other library to whoever may know of it."""
        others = Library.objects.filter(npp__iexact=npp)
        if self._library:
            others = others.exclude(pk=self._library.pk)
        if not others.exists():
            return
        other = others.visible_to(self._by).for_list().first()
        if other is None:
            raise ValidationError(_("NPP ini sudah dipakai perpustakaan lain."))
        raise ValidationError(
            _("NPP ini sudah dipakai “%(name)s”, %(region)s.")
            % {"name": other.name, "region": other.region.title}
        )


def kinds_in(region: Region) -> list[tuple[str, Any]]:
    """The kinds of library there can be in ``region``, its own first."""
    possible = []
    for kind in LibraryKind:
        try:
            possible.append(LibraryKind(services.kind_in(region, kind)))
        except ValidationError:
            continue
    return [(kind.value, kind.label) for kind in dict.fromkeys(possible)]


def filled_from(library: Library) -> dict[str, Any]:
    """What the form shows of a library as it stands."""
    said = {name: getattr(library, name) for name in services.CORRECTED}
    return said | {
        "tags": ", ".join(library.tags),
        "rooms": [name for name, _label in _ROOMS if said[name]],
    }


class Reason(Paragraphs):
    """Why, in a sentence that others will read later."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 300, "label": gettext_lazy("Alasan"), **kwargs})

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        if text and not any(character.isalnum() for character in text):
            raise ValidationError(_("Tulis dengan huruf atau angka."))
        return text


class DeactivateForm(forms.Form):
    starts_on = Day(
        label=gettext_lazy("Tanggal mulai nonaktif"),
        help_text=gettext_lazy(
            "Hari pertama perpustakaan tidak ikut lagi; paling lambat hari ini."
        ),
    )
    reason = Reason(
        help_text=gettext_lazy("Misalnya: gedung direnovasi, atau program dihentikan desa.")
    )

    def __init__(self, *args: Any, library: Library, **kwargs: Any) -> None:
        today = timezone.localdate()
        kwargs["initial"] = {"starts_on": today}
        super().__init__(*args, **kwargs)
        _offer(self, "starts_on", library.joined_on, today)


class ReactivateForm(forms.Form):
    active_from = Day(
        label=gettext_lazy("Tanggal aktif lagi"),
        help_text=gettext_lazy("Hari pertama ikut lagi; paling lambat hari ini."),
    )

    def __init__(self, *args: Any, inactive_since: date, **kwargs: Any) -> None:
        today = timezone.localdate()
        kwargs["initial"] = {"active_from": today}
        super().__init__(*args, **kwargs)
        _offer(self, "active_from", inactive_since + timedelta(days=1), today)


class RelocateForm(forms.Form):
    reason = Reason(
        help_text=gettext_lazy("Misalnya: desanya keliru dicatat, atau desa dimekarkan.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_by_name(self)


class MergeForm(forms.Form):
    understood = forms.BooleanField(
        label=gettext_lazy("Saya sudah memeriksa keduanya. Penggabungan tidak bisa dibatalkan."),
        error_messages={"required": gettext_lazy("Centang bila Anda sudah yakin.")},
    )


def _offer(form: forms.Form, name: str, earliest: date, latest: date) -> None:
    field = form.fields[name]
    assert isinstance(field, Day)
    field.offer(earliest, latest)
    ask_by_name(form)
