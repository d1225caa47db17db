"""Names of the SIM that found no library by themselves, and what people decide about them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, Exists, Min, OuterRef, QuerySet
from django.utils import timezone

from activities import permissions
from activities.enums import SimKind, SimNameState
from activities.feed import Where, where_of
from activities.models import SimName, SimRow
from activities.sim.linking import Linker
from activities.sim.steps import Outcome, link_unmatched
from libraries import services as libraries
from libraries.models import Library, Region
from tpbis.accounts import audit
from tpbis.accounts.models import User
from tpbis.core import texts


@dataclass(frozen=True, slots=True)
class Suggestion:
    library: Library
    score: int
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Spelling:
    """A library as the SIM writes it, how many rows wait for it, and who may be meant."""

    key: str
    where: Where
    rows: int
    reason: str
    suggestions: tuple[Suggestion, ...]
    regions: tuple[Region, ...]


def waiting(*, ignored: bool = False) -> "QuerySet[SimRow, Any]":
    """The spellings that wait for a person, those with most rows first; or those ignored."""
    decided = SimName.objects.filter(state=SimNameState.IGNORED, spelling=OuterRef("spelling"))
    rows = SimRow.objects.unmatched().exclude(spelling="").exclude(library_name="")
    rows = rows.filter(Exists(decided)) if ignored else rows.exclude(Exists(decided))
    groups = rows.order_by().values("spelling").annotate(rows=Count("pk"), sample=Min("pk"))
    return groups.order_by("-rows", "sample")


def spellings(groups: Iterable[dict[str, Any]]) -> list[Spelling]:
    """Some of :func:`waiting`, each with its candidates."""
    groups = list(groups)
    if not groups:
        return []
    linker = Linker()
    samples = SimRow.objects.in_bulk([group["sample"] for group in groups])
    looked = []
    for group in groups:
        where = where_of(samples[group["sample"]].raw)
        looked.append((group, where, *linker.look(where)))
    found = Library.objects.select_related("region", "region__parent", "regency").in_bulk(
        {candidate.pk for *_rest, candidates in looked for candidate in candidates}
    )
    return [
        Spelling(
            key=group["spelling"],
            where=where,
            rows=group["rows"],
            reason=reason,
            suggestions=tuple(
                Suggestion(found[one.pk], one.score, one.reasons) for one in candidates
            ),
            regions=tuple(linker.regions_of(where)),
        )
        for group, where, reason, candidates in looked
    ]


def spelling(key: str) -> Spelling | None:
    """One of them, waiting or ignored."""
    for ignored in (False, True):
        group = waiting(ignored=ignored).filter(spelling=key).first()
        if group is not None:
            return spellings([group])[0]
    return None


@transaction.atomic
def link_to(*, key: str, library: Library, by: User) -> Outcome:
    """These rows are ``library``'s: now, and in every import to come. Raises ``AnotherImport``."""
    _need_keeper(by)
    if not Library.objects.visible_to(by).filter(pk=library.pk).exists():
        raise PermissionDenied
    rows = SimRow.objects.unmatched().filter(spelling=key)
    names = list(rows.order_by("pk").values_list("library_name", flat=True)[:1])
    _decide(key, SimNameState.LINKED, library, by)
    for name in names:
        known = {library.name, *library.aliases.values_list("name", flat=True)}
        if texts.key(name) not in {texts.key(one) for one in known}:
            libraries.add_alias(library=library, name=name, by=by)
    changes = {"rows": [None, rows.count()], "library": [None, library.pk]}
    audit.record("activities.link_sim_name", by=by, about=library, changes=changes)
    return link_unmatched(by=by)


@transaction.atomic
def register(
    *, key: str, name: str, kind: str, region: Region, source: str, joined_on: date, by: User
) -> Library:
    """A library the register does not know yet. Raises ``ValidationError``, ``AnotherImport``."""
    library = libraries.register(
        name=name, kind=kind, region=region, source=source, joined_on=joined_on, by=by
    )
    link_to(key=key, library=library, by=by)
    return library


@transaction.atomic
def ignore(*, key: str, by: User) -> None:
    """Nobody wants these rows; they are kept, and so are those to come."""
    _need_keeper(by)
    _decide(key, SimNameState.IGNORED, None, by)
    rows = SimRow.objects.unmatched().filter(spelling=key).count()
    audit.record("activities.ignore_sim_name", by=by, changes={"rows": [None, rows]})


@transaction.atomic
def restore(*, key: str, by: User) -> None:
    """It was ignored, and shall be looked at again."""
    _need_keeper(by)
    ignored = SimName.objects.filter(spelling=key, state=SimNameState.IGNORED)
    if not ignored.delete()[0]:
        return
    rows = SimRow.objects.unmatched().filter(spelling=key).count()
    audit.record("activities.restore_sim_name", by=by, changes={"rows": [None, rows]})


def kinds_of(key: str) -> list[tuple[str, int]]:
    """How many rows of each kind wait."""
    rows = SimRow.objects.unmatched().filter(spelling=key).order_by().values("kind")
    counts = {one["kind"]: one["rows"] for one in rows.annotate(rows=Count("pk"))}
    return [(str(kind.label), counts[kind]) for kind in SimKind if kind in counts]


def is_ignored(key: str) -> bool:
    return SimName.objects.filter(spelling=key, state=SimNameState.IGNORED).exists()


def _decide(key: str, state: SimNameState, library: Library | None, by: User) -> None:
    decision = {"state": state, "library": library}
    SimName.objects.update_or_create(
        spelling=key, defaults={**decision, "decided_at": timezone.now(), "decided_by": by}
    )


def _need_keeper(by: User) -> None:
    if not permissions.imports_sim(by):
        raise PermissionDenied
