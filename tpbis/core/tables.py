"""Tables whose columns sort by a link: no script needed, and the order is part of the address."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.http import QueryDict
from django.utils.functional import Promise

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Column(Generic[T]):
    """What a column is called and sorted by; words begin with A, numbers with the largest."""

    label: str | Promise
    value: Callable[[T], Any]
    numeric: bool = True
    wide: bool = False  # left out on a narrow screen


Columns = Mapping[str, Column[T]]


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's heading: where a click leads (nowhere when empty) and how the rows stand now."""

    label: str | Promise
    numeric: bool
    wide: bool
    note: str = ""
    query: str = ""
    sort: str = ""  # "ascending", "descending" or ""


def sorted_rows(rows: Iterable[T], chosen: str, columns: Columns[T]) -> list[T]:
    """``rows`` by the column ``chosen`` (``-`` before it: largest first); an unknown one changes
    nothing."""
    key = chosen.removeprefix("-")
    if key not in columns:
        return list(rows)
    return sorted(rows, key=columns[key].value, reverse=chosen.startswith("-"))


def headings(
    columns: Columns[T],
    *,
    notes: Mapping[str, str],
    asked: QueryDict | None = None,
    parameter: str = "",
    chosen: str = "",
) -> list[Heading]:
    """With ``asked`` a click sorts by the column, the next one the other way round."""
    return [
        Heading(
            label=column.label,
            numeric=column.numeric,
            wide=column.wide,
            note=notes.get(key, ""),
            query="" if asked is None else _with(asked, parameter, _next(key, column, chosen)),
            sort={key: "ascending", f"-{key}": "descending"}.get(chosen, ""),
        )
        for key, column in columns.items()
    ]


def without(asked: QueryDict, *names: str) -> str:
    """The address's parameters but for ``names``, encoded."""
    rest = asked.copy()
    for name in names:
        rest.pop(name, None)
    return rest.urlencode()


def _next(key: str, column: Column[T], chosen: str) -> str:
    first, other = (f"-{key}", key) if column.numeric else (key, f"-{key}")
    return other if chosen == first else first


def _with(asked: QueryDict, parameter: str, value: str) -> str:
    rest = asked.copy()
    rest.pop("hal", None)
    rest[parameter] = value
    return rest.urlencode()
