"""Form fields that read what people type, and say in plain words what is wrong with it."""

import re
from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from lokal import parse_rupiah

from tpbis.core import dates
from tpbis.core.texts import plain

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    StrOrPromise = str | _StrPromise

_GROUPED = re.compile(r"\d{1,3}(?:\.\d{3})+|\d+", re.ASCII)
_MONEY = re.compile(r"(?:rp\.?)?\s*(?P<digits>[\d.]+)\s*(?:,(?:00|-))?", re.ASCII | re.IGNORECASE)
_IN_WORDS = re.compile(r"[^-]*(?:ribu|rb|juta|jt|miliar|milyar)", re.ASCII | re.IGNORECASE)
_SCHEME = re.compile(r"https?://", re.ASCII | re.IGNORECASE)
_MOST_DIGITS = 15  # beyond any bound; longer text is not worth converting


def grouped(number: int) -> str:
    """1500 as 1.500."""
    return number_format(number, 0, use_l10n=True, force_grouping=True)


class TextLine(forms.CharField):
    """One line of words: invisible characters and stray spaces go, something readable must stay.

    ``needed`` says beside the label when a field that may be empty must not be.
    """

    def __init__(self, *, needed: "StrOrPromise" = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.needed = needed

    def to_python(self, value: Any) -> str:
        text = plain(super().to_python(value) or "")
        if text and not any(character.isalnum() for character in text):
            raise ValidationError(_("Tulis dengan huruf atau angka."))
        return text


class Paragraphs(forms.CharField):
    """Words that may run over several lines."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"widget": forms.Textarea(attrs={"rows": 3}), **kwargs})

    def to_python(self, value: Any) -> str:
        lines = (super().to_python(value) or "").splitlines()
        return "\n".join(plain(line) for line in lines).strip()


class WebLink(TextLine):
    """An address of a page; the scheme has to be there, so that nothing else hides behind it."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "url", "autocapitalize": "none"})
        super().__init__(**{"max_length": 500, "widget": widget, **kwargs})
        self._complete = URLValidator(
            schemes=["http", "https"],
            message=gettext_lazy(
                "Tautan ini tidak lengkap. Salin alamat halamannya dari peramban."
            ),
        )

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        if text and not _SCHEME.match(text):
            raise ValidationError(
                _("Tautan harus diawali https://, misalnya https://%(text)s")
                % {"text": text.partition("://")[2][:80] or text[:80]}
            )
        return text

    def run_validators(self, value: Any) -> None:
        super().run_validators(value)
        if value:
            self._complete(value)


class WholeNumber(forms.IntegerField):
    """0, 12 or 1.500; blank is not 0. A plain text box: number boxes drop what they do not like
    and change under a scrolling finger."""

    default_error_messages = {
        "invalid": gettext_lazy("Tulis angka bulat tanpa koma atau minus, misalnya 12."),
    }

    def __init__(self, *, max_value: int, needed: "StrOrPromise" = "", **kwargs: Any) -> None:
        attrs = {"inputmode": "numeric", "autocomplete": "off", "maxlength": "20"}
        super().__init__(**{"widget": forms.TextInput(attrs=attrs), **kwargs})
        self.most = max_value
        self.needed = needed

    def to_python(self, value: Any) -> int | None:
        text = plain(str(value if value is not None else ""))
        if not text:
            return None
        number = self._read(text)
        if number > self.most:
            raise ValidationError(
                _("Angkanya terlalu besar: paling banyak %(most)s.") % {"most": grouped(self.most)}
            )
        return number

    def _read(self, text: str) -> int:
        if not _GROUPED.fullmatch(text):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        digits = text.replace(".", "").lstrip("0")
        return int(digits or "0") if len(digits) <= _MOST_DIGITS else self.most + 1


class Rupiah(WholeNumber):
    """Whole rupiah as people write them: 1500000, 1.500.000, Rp1.500.000, 1,5 juta."""

    default_error_messages = {
        "invalid": gettext_lazy("Tulis jumlah rupiah tanpa sen, misalnya 1.500.000."),
    }

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, int):
            return grouped(value)
        return value

    def _read(self, text: str) -> int:
        if figures := _MONEY.fullmatch(text):
            return super()._read(figures["digits"])
        words = parse_rupiah(text) if len(text) <= 40 and _IN_WORDS.match(text) else None
        if words is None or words.approximate or not isinstance(words.amount, int):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return words.amount


class Day(forms.DateField):
    """A day of the calendar; a browser without a date picker may send 17/07/2026."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        super().__init__(**{"widget": widget, **kwargs})

    def to_python(self, value: Any) -> date | None:
        if value is None or isinstance(value, date):
            return value
        text = plain(str(value))
        if not text:
            return None
        try:
            return dates.parse_day(text)
        except dates.BadDate as error:
            raise ValidationError(str(error)) from None

    def offer(self, earliest: date, latest: date) -> None:
        """What the browser's calendar lets people choose; the form still checks."""
        self.widget.attrs |= {"min": earliest.isoformat(), "max": latest.isoformat()}


def ask_by_name(form: forms.BaseForm) -> None:
    """“Isi jumlah peserta.” instead of “This field is required.”"""
    for field in form.fields.values():
        chosen = isinstance(field, forms.ChoiceField)
        text = _("Pilih %(label)s.") if chosen else _("Isi %(label)s.")
        label = str(field.label or "")
        field.error_messages["required"] = text % {"label": label[:1].lower() + label[1:]}
