"""What is stored and what was typed, field by field, in words."""

from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django import forms
from django.utils.formats import date_format

from activities.forms.entry import EntryForm
from activities.models import Activity
from tpbis.core.form_fields import Rupiah, WholeNumber, grouped

BLANK = "–"


@dataclass(frozen=True, slots=True)
class Difference:
    """One field with both its values; ``is_one`` is ``False`` where they are the same."""

    name: str
    label: str
    stored: str
    typed: str
    is_one: bool


def differences(entry: Activity, form: EntryForm, *, whole: bool = False) -> list[Difference]:
    """The fields in which ``entry`` says something else than ``form``, which is bound; ``whole``:
    all of them."""
    form.is_valid()  # read what was typed, as far as it can be read
    rows = [_compared(entry, form, name) for name in form.asked]
    return [row for row in rows if row.is_one or whole]


def _compared(entry: Activity, form: EntryForm, name: str) -> Difference:
    field, stored = form.fields[name], getattr(entry, name)
    if name in form.cleaned_data:
        typed = form.cleaned_data[name]
        shown, differs = _shown(field, typed), typed != stored
    else:  # what cannot be read is shown as it was typed
        shown, differs = ", ".join(form.typed.get(name, [])) or BLANK, True
    return Difference(
        name=name,
        label=str(field.label or ""),
        stored=_shown(field, stored),
        typed=shown,
        is_one=differs,
    )


def _shown(field: forms.Field, value: Any) -> str:
    if value is None or value in ("", []):
        return BLANK
    if isinstance(value, date):
        return date_format(value, "j F Y")
    if isinstance(field, forms.ChoiceField):
        choices = cast("list[tuple[str, str]]", list(field.choices))  # type: ignore[arg-type]
        names = {str(code): str(name) for code, name in choices}
        values = value if isinstance(value, list) else [value]
        return ", ".join(names.get(str(one), str(one)) for one in values)
    if isinstance(field, Rupiah):
        return f"Rp{grouped(value)}"
    return grouped(value) if isinstance(field, WholeNumber) else str(value)
