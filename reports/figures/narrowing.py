"""Which libraries count where not all do: as an address says it, and a document keeps it."""

from collections.abc import Mapping

from libraries.querysets import LibraryQuerySet

TAG = "tanda"
# The name in the address, and the column it asks for.
COLUMNS = {"jenis": "kind", "sumber": "source", "tahun": "joined_on__year"}


def narrowed(libraries: LibraryQuerySet, said: Mapping[str, str]) -> LibraryQuerySet:
    """By what was understood when it was asked for: see ``filters.RegionFilter``."""
    found = libraries.filter(**{COLUMNS[name]: said[name] for name in COLUMNS if said.get(name)})
    return found.tagged(said[TAG]) if said.get(TAG) else found
