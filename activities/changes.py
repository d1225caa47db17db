"""What differs between two sealed contents of a report. Pure; knows no database."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

Entry = Mapping[str, Any]
Difference = tuple[Any, Any]  # old, new
_NOTHING_SAID: tuple[Any, ...] = (None, "", [])


@dataclass(frozen=True, slots=True)
class Changes:
    """From one version to the next: entries by their uuid, each field as (old, new)."""

    added: Mapping[UUID, Entry] = field(default_factory=dict)
    removed: Mapping[UUID, Entry] = field(default_factory=dict)
    changed: Mapping[UUID, Mapping[str, Difference]] = field(default_factory=dict)
    titles: Mapping[UUID, str] = field(default_factory=dict)  # of the changed ones, as they are now
    visits: Mapping[str, Difference] = field(default_factory=dict)  # men, women, total
    nihil: Difference | None = None

    def __bool__(self) -> bool:
        return bool(
            self.added or self.removed or self.changed or self.visits or self.nihil is not None
        )

    @property
    def touched(self) -> frozenset[UUID]:
        """Entries of the newer version that are new or other than they were."""
        return frozenset(self.added) | frozenset(self.changed)


def compare(
    before: Mapping[str, Any], after: Mapping[str, Any], *, ignoring: Collection[str] = ()
) -> Changes:
    """What was added, removed and changed; the order of entries does not matter.

    A field that one side does not know says as much there as a blank: versions of a time before it
    compare well. ``ignoring`` names fields of entries that are left aside.
    """
    old, new = _by_uuid(before), _by_uuid(after)
    changed = {
        uuid: fields
        for uuid in old.keys() & new.keys()
        if (fields := _differences(old[uuid], new[uuid], ignoring))
    }
    was_nihil, is_nihil = bool(before.get("nihil")), bool(after.get("nihil"))
    return Changes(
        added={uuid: new[uuid] for uuid in new if uuid not in old},
        removed={uuid: old[uuid] for uuid in old if uuid not in new},
        changed={uuid: changed[uuid] for uuid in new if uuid in changed},
        titles={uuid: str(new[uuid].get("title", "")) for uuid in new if uuid in changed},
        visits=_differences(before.get("visits") or {}, after.get("visits") or {}),
        nihil=None if was_nihil == is_nihil else (was_nihil, is_nihil),
    )


def _by_uuid(content: Mapping[str, Any]) -> dict[UUID, Entry]:
    """Entries in the order of their days, as a report shows them."""
    entries = sorted(content.get("entries") or (), key=lambda e: (e.get("held_on", ""), e["uuid"]))
    return {UUID(entry["uuid"]): entry for entry in entries}


def _differences(
    old: Mapping[str, Any], new: Mapping[str, Any], ignoring: Collection[str] = ()
) -> dict[str, Difference]:
    names = [*old, *(name for name in new if name not in old)]
    return {
        name: (old.get(name), new.get(name))
        for name in names
        if name not in ignoring and not _same(old.get(name), new.get(name))
    }


def _same(old: Any, new: Any) -> bool:
    if old is None or new is None:
        # 0 says something, and so does False: only what is blank equals what is not there.
        return any(old == blank for blank in _NOTHING_SAID) and any(
            new == blank for blank in _NOTHING_SAID
        )
    return bool(old == new)
