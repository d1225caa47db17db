"""What one row of a roster says of a library."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError

from libraries.enums import SimState
from libraries.imports.cells import READERS, BadCell, is_year
from libraries.imports.regions import find_region, settle_kind
from libraries.models import Library, Region
from libraries.places import Gazetteer

REGISTER_FIELDS = (
    "name",
    "kind",
    "region",
    "npp",
    "source",
    "joined_on",
    "tags",
    "address",
    "contact_name",
    "contact_phone",
)
NEEDED = ("source", "joined_on")  # of a library that is new; its kind follows from the region
_ERROR_VALUES = ("#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!")


@dataclass(frozen=True, slots=True)
class SimAccountSaid:
    """What a row says of the library in the SIM: its name there, its account's state."""

    name: str = ""
    state: SimState | None = None
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """``content`` holds the fields of a Library that the row fills; a blank cell says nothing.
    ``year_only``: it knows the year of joining, not the day."""

    content: Mapping[str, Any]
    year_only: bool
    sim: SimAccountSaid

    @property
    def name(self) -> str:
        return str(self.content["name"])

    @property
    def region(self) -> Region:
        region = self.content["region"]
        assert isinstance(region, Region)
        return region

    @property
    def npp(self) -> str:
        return str(self.content.get("npp", ""))


def read_entry(
    values: Mapping[str, str],
    gazetteer: Gazetteer,
    choices: Mapping[str, str] | None = None,
    seen: dict[tuple[str, str], Any] | None = None,
) -> Entry:
    """``values`` are the filled cells by field; ``seen`` remembers what cells mean, as a column
    says the same few things thousands of times. Raises :class:`BadCell`."""
    seen = {} if seen is None else seen
    for name, text in values.items():
        if text in _ERROR_VALUES:
            raise BadCell(name, f"berisi galat Excel “{text}”.")
    if "name" not in values:
        raise BadCell("name", "kosong.")
    read = {name: _read_cell(name, text, seen) for name, text in values.items()}
    read["region"] = find_region(values, read.get("kind", ""), gazetteer, choices)
    read["kind"] = settle_kind(read.get("kind", ""), read["region"])
    content = {name: read[name] for name in REGISTER_FIELDS if name in read}
    _check(Library(**content))
    return Entry(
        content=content,
        year_only=is_year(values.get("joined_on", "")),
        sim=SimAccountSaid(
            name=read.get("sim_name", ""),
            state=read.get("sim_state"),
            since=read.get("sim_since"),
        ),
    )


def _read_cell(name: str, text: str, seen: dict[tuple[str, str], Any]) -> Any:
    if name not in READERS:
        return text
    if (name, text) not in seen:
        seen[name, text] = READERS[name](text)
    return seen[name, text]


def _check(library: Library) -> None:
    """What the model says of the fields that are filled; of a column left out it says nothing."""
    blank = [name for name in NEEDED if not getattr(library, name)]
    try:
        library.clean_fields(exclude=["region", "regency", *blank])
    except ValidationError as error:
        name, messages = next(iter(error.message_dict.items()))
        raise BadCell(name, " ".join(messages)) from None


def linked_regions() -> Iterable[Region]:
    """Every region with its parents at hand, so that nothing above a row's region is asked for."""
    regions = Region.objects.in_bulk()
    for region in regions.values():
        if region.parent_id is not None:
            region.parent = regions[region.parent_id]
    return regions.values()
