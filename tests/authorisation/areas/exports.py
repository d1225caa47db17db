"""Figures and lists as files."""

from collections.abc import Iterator
from dataclasses import replace

from tests.authorisation.world import Thing, World, about


@about("region_file")
def _(world: World) -> Iterator[Thing]:
    """Each region as a workbook; as a table, and in a form there is not, one of them."""
    regions = list(world.things_of("region"))
    for one in regions:
        yield replace(one, kind="region_file", arguments={**one.arguments, "form": "xlsx"})
    first = next(one for one in regions if one.there and one.code)
    for form in ("csv", "exe"):
        yield replace(
            first,
            kind="region_file",
            arguments={**first.arguments, "form": form},
            there=form == "csv",
            note=form,
        )
