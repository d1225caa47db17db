"""What a list is narrowed by, in words, each with the address without it."""

from dataclasses import dataclass

from django.http import QueryDict
from django.utils.functional import Promise

from reports.filters import LibraryFilter, RegionFilter
from tpbis.core.tables import without

ALWAYS_IN_VIEW = ("cari", "wilayah")
RARER = ("abu", "kurang", "menunggu", "resmi", "milik")


@dataclass(frozen=True, slots=True)
class Narrowed:
    """One filter in use; ``query`` is the list without it."""

    label: str | Promise
    value: str
    query: str


@dataclass(frozen=True, slots=True)
class Rarer:
    """A filter among those that are folded away."""

    name: str
    label: str | Promise
    choices: tuple[tuple[str, str], ...]
    asked: str


def narrowed_by(asked: QueryDict, chosen: RegionFilter) -> list[Narrowed]:
    """In the order of the form; what was refused narrows nothing."""
    said = getattr(chosen.form, "cleaned_data", {})
    return [
        Narrowed(field.label or "", _in_words(field, said[name]), without(asked, name, "hal"))
        for name, field in chosen.form.fields.items()
        if said.get(name)
    ]


def rarer_choices(asked: QueryDict, chosen: LibraryFilter) -> list[Rarer]:
    """The filters that numbers of other pages lead to."""
    fields = chosen.form.fields
    return [
        Rarer(
            name,
            fields[name].label or "",
            tuple((str(value), str(words)) for value, words in fields[name].choices if value),
            asked.get(name, ""),
        )
        for name in RARER
    ]


def more_in_use(asked: QueryDict, chosen: LibraryFilter) -> int:
    """Filters in use among those that are folded away."""
    return sum(1 for name in chosen.filters if name not in ALWAYS_IN_VIEW and asked.get(name))


def _in_words(field: object, value: object) -> str:
    choices = dict(getattr(field, "choices", ())) if isinstance(value, str) else {}
    return str(choices.get(value, value))
