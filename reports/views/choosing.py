"""The form above a region's pages: what is offered, what was asked for, what was not understood."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from libraries.querysets import LibraryQuerySet
from reports.enums import Comparison, MapMeasure
from reports.filters import RegionFilter, offered_tags
from reports.forms.regions import RegionView
from tpbis.core.periods import Period
from tpbis.core.tables import without

LONGEST_SHOWN = 40  # letters of something that is not understood


@dataclass(frozen=True, slots=True)
class Choice:
    """One field; ``unknown`` is what was typed and cannot be chosen."""

    name: str
    label: str | Promise
    nothing: str  # what is said for no choice
    options: tuple[tuple[str, str], ...]
    asked: str
    unknown: str
    errors: tuple[str, ...]


def comparison(asked: QueryDict, view: RegionView, period: Period) -> Choice:
    spans = {Comparison.PREVIOUS: period.previous, Comparison.YEAR_BEFORE: period.year_before}
    return _choice(
        "bandingkan",
        asked,
        view,
        options=((one, f"{one.label} ({span})") for one, span in spans.items()),
        nothing=_("Seperti biasa (%(span)s)") % {"span": period.compared_with},
    )


def narrowing(
    asked: QueryDict, chosen: RegionFilter, libraries: LibraryQuerySet
) -> tuple[Choice, ...]:
    """Kind, source and year, and the tags where ``libraries`` have some."""
    fields = chosen.form.fields
    choices = [
        _choice(name, asked, chosen.form, options=_options(fields[name]), nothing=_("Semua"))
        for name in ("jenis", "sumber", "tahun")
    ]
    tags = offered_tags(libraries)
    if tags or asked.get("tanda"):
        options = ((tag, tag) for tag in tags)
        choices.append(_choice("tanda", asked, chosen.form, options=options, nothing=_("Semua")))
    return tuple(choices)


def unknown_measure(asked: QueryDict, view: RegionView) -> tuple[Choice, ...]:
    """What the map was to show, where that is not understood: else the map itself offers it."""
    if not view.errors.get("peta"):
        return ()
    options = ((str(value), str(words)) for value, words in MapMeasure.choices)
    return (_choice("peta", asked, view, options=options, nothing=_("Seperti biasa")),)


def kept(asked: QueryDict, *fields: str) -> list[tuple[str, str]]:
    """What else stands in the address, once each; never the page of a list."""
    return [(name, asked.get(name, "")) for name in asked if name not in (*fields, "hal")]


def kept_query(asked: QueryDict) -> str:
    """All of the address but the months and the page of a list."""
    return without(asked, "dari", "sampai", "hal")


def legible(typed: str) -> str:
    """What was typed, so that it can stand in a page."""
    return "".join(letter for letter in typed[:LONGEST_SHOWN] if letter.isprintable())


def _options(field: forms.Field) -> tuple[tuple[str, str], ...]:
    choices: Iterable[Any] = getattr(field, "choices", ())
    return tuple((str(value), str(words)) for value, words in choices if value)


def _choice(
    name: str,
    asked: QueryDict,
    form: forms.Form,
    *,
    options: Iterable[tuple[str, str]],
    nothing: str,
) -> Choice:
    offered, written = tuple(options), asked.get(name, "")
    is_known = not written or any(value == written for value, _words in offered)
    return Choice(
        name=name,
        label=form.fields[name].label or "",
        nothing=nothing,
        options=offered,
        asked=written if is_known else "",
        unknown="" if is_known else legible(written),
        errors=tuple(str(error) for error in form.errors.get(name, ())),
    )
