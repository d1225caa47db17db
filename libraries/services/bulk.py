"""The register in thousands: the same rules as one by one, in a handful of statements.

Whoever brings a roster is told which of its entries cannot be written; then none of them is.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from libraries import permissions, signals
from libraries.models import Library, LibraryAlias, Region, regency_of
from tpbis.accounts import audit
from tpbis.accounts.models import User
from tpbis.core import texts

AT_ONCE = 1_000
_OF_A_NEW_ONE = ("name", "kind", "region", "npp", "source", "joined_on")
_NOT_CHECKED = ("region", "regency")  # rows of the register, asked for already
_WRITTEN = (
    "name",
    "kind",
    "region",
    "regency",
    "npp",
    "source",
    "joined_on",
    "tags",
    "address",
    "contact_name",
    "contact_phone",
)


class NotAll(Exception):
    """One of the entries cannot be written, so none was: its place among them, and why."""

    def __init__(self, place: int, error: ValidationError) -> None:
        super().__init__(" ".join(error.messages))
        self.place = place
        self.error = error


@transaction.atomic
def register_many(
    *, contents: Sequence[Mapping[str, Any]], by: User | None = None
) -> list[Library]:
    """Add libraries to the register. Raises :class:`NotAll`."""
    libraries = [Library(**content, regency=regency_of(content["region"])) for content in contents]
    refuse_elsewhere(by, regions={library.region_id for library in libraries})
    _check(libraries, named_anew=range(len(libraries)))
    Library.objects.bulk_create(libraries, batch_size=AT_ONCE)
    audit.record_many(
        "libraries.register",
        by=by,
        told=(
            (library, None, audit.difference({}, audit.values(library, _OF_A_NEW_ONE)))
            for library in libraries
        ),
    )
    _announce(libraries)
    return libraries


@transaction.atomic
def change_many(
    *, changes: Sequence[tuple[Library, Mapping[str, Any]]], by: User | None = None
) -> list[Library]:
    """Correct what the register says of libraries; names they give up stay as aliases. Each comes
    as it was read: whoever it was changed by since then is not overruled. Raises
    :class:`NotAll`."""
    locked = (
        Library.objects.select_for_update(of=("self",))
        .select_related("region")
        .order_by("pk")
        .in_bulk([library.pk for library, _ in changes])
    )
    refuse_elsewhere(by, libraries=set(locked))
    libraries: list[Library] = []
    aliases, told, named_anew = [], [], []
    for place, (read, content) in enumerate(changes):
        library = locked.get(read.pk)
        if library is None or audit.values(library, content) != audit.values(read, content):
            moved = ValidationError({"name": "baru saja diubah orang lain."})
            raise NotAll(place, moved)
        former, before = library.name, audit.values(library, content)
        for name, value in content.items():
            setattr(library, name, value)
        is_renamed = texts.key(former) != texts.key(library.name)
        if "region" in content:
            library.regency = regency_of(library.region)
        if is_renamed:
            aliases.append(LibraryAlias(library=library, name=former))
        if is_renamed or "region" in content:
            named_anew.append(place)
        libraries.append(library)
        told.append((library, None, audit.difference(before, audit.values(library, content))))
    refuse_elsewhere(by, regions={library.region_id for library in libraries})
    _check(libraries, named_anew=named_anew)
    # An update of thousands by cases takes minutes; writing each anew over itself takes seconds.
    Library.objects.bulk_create(
        libraries,
        batch_size=AT_ONCE,
        update_conflicts=True,
        unique_fields=["pk"],
        update_fields=_WRITTEN,
    )
    LibraryAlias.objects.bulk_create(aliases, batch_size=AT_ONCE, ignore_conflicts=True)
    audit.record_many("libraries.change", by=by, told=(one for one in told if one[2]))
    _announce(libraries)
    return libraries


@transaction.atomic
def add_aliases(*, names: Sequence[tuple[Library, str]], by: User | None = None) -> None:
    """Other names that libraries are known by; names they have already change nothing."""
    refuse_elsewhere(by, libraries={library.pk for library, _ in names})
    aliases = [LibraryAlias(library=library, name=texts.plain(name)) for library, name in names]
    for place, alias in enumerate(aliases):
        try:
            alias.clean_fields(exclude=["library"])
        except ValidationError as error:
            raise NotAll(place, _as_alias(error)) from None
    known = set(
        LibraryAlias.objects.filter(library__in={library.pk for library, _ in names}).values_list(
            "library_id", "name"
        )
    )
    fresh = [alias for alias in aliases if (alias.library_id, alias.name) not in known]
    LibraryAlias.objects.bulk_create(fresh, batch_size=AT_ONCE, ignore_conflicts=True)
    audit.record_many(
        "libraries.add_alias",
        by=by,
        told=((alias.library, None, {"alias": ["", alias.name]}) for alias in fresh),
    )
    _announce([alias.library for alias in fresh])


def refuse_elsewhere(
    by: User | None, *, regions: Iterable[int] = (), libraries: Iterable[int] = ()
) -> None:
    """Whoever acts looks after all of them, before and after."""
    if by is None:
        return
    if not permissions.keeps_register(by):
        raise PermissionDenied
    mine = Region.objects.visible_to(by).values_list("pk", flat=True)
    ours = Library.objects.visible_to(by).values_list("pk", flat=True)
    if set(regions) - set(mine) or set(libraries) - set(ours):
        raise PermissionDenied


def _check(libraries: Sequence[Library], *, named_anew: Iterable[int]) -> None:
    """What is asked of each one, with the whole register at hand instead of a question each."""
    anew = set(named_anew)
    pks = {library.pk for library in libraries if library.pk}
    rows = Library.objects.values_list("pk", "npp", "region_id", "name")
    others = [row[1:] for row in rows if row[0] not in pks]
    others += [("", one.region_id, one.name) for at, one in enumerate(libraries) if at not in anew]
    npps = {npp for npp, _, _ in others if npp}
    names = {(region, texts.key(name)) for _, region, name in others}
    for place, library in enumerate(libraries):
        library.name = texts.plain(library.name)
        try:
            library.clean_fields(exclude=_NOT_CHECKED)
            _take(library.npp, npps, "npp")
            if place in anew:
                _take((library.region_id, texts.key(library.name)), names, "name")
        except ValidationError as error:
            raise NotAll(place, error) from None


def _take(value: Any, taken: set[Any], field: str) -> None:
    if not value:
        return
    if value in taken:
        raise ValidationError({field: _TAKEN[field]})
    taken.add(value)


def _said(constraint: str) -> Any:
    """What the model itself says when ``constraint`` is broken."""
    (found,) = (one for one in Library._meta.constraints if one.name == constraint)
    return found.violation_error_message


_TAKEN = {
    "npp": _said("libraries_library_npp_unique"),
    "name": _said("libraries_library_name_in_region"),
}


def _as_alias(error: ValidationError) -> ValidationError:
    return ValidationError({"sim_name": error.messages})


def _announce(libraries: Iterable[Library]) -> None:
    if pks := [library.pk for library in libraries]:
        transaction.on_commit(
            partial(signals.many_changed.send_robust, sender=Library, library_ids=pks)
        )
