"""What the register says of a library."""

from collections.abc import Iterable
from datetime import date
from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from libraries import permissions, signals
from libraries.enums import Level, LibraryKind, SimState
from libraries.models import Library, LibraryAlias, Region, SimAccount
from tpbis.accounts import audit
from tpbis.accounts.models import User
from tpbis.core import texts, versions
from tpbis.core.versions import ChangedMeanwhile

# What a person may correct; where the library stands is changed by moving it.
CORRECTED = (
    "name",
    "kind",
    "npp",
    "source",
    "joined_on",
    "tags",
    "address",
    "contact_name",
    "contact_phone",
    "has_sharing_room",
    "has_learning_room",
    "has_practice_room",
)


def version_of(library: Library) -> str:
    """What a form was filled from: the same as long as nobody changed a field of it."""
    return versions.version_of(library, CORRECTED)


@transaction.atomic
def register(
    *,
    name: str,
    kind: str,
    region: Region,
    source: str,
    joined_on: date,
    by: User | None = None,
    **more: Any,
) -> Library:
    """Add a library to the register. Raises ``ValidationError`` naming the field."""
    if by is not None and not permissions.can_register_in(by, region):
        raise PermissionDenied
    library = Library(
        name=texts.plain(name),
        kind=kind,
        region=region,
        source=source,
        joined_on=joined_on,
        **more,
    )
    _check(library)
    library.save()
    said = audit.values(library, ("name", "kind", "region", "npp", "source", "joined_on"))
    audit.record("libraries.register", by=by, subject=library, changes=audit.difference({}, said))
    announce(library)
    return library


@transaction.atomic
def change(
    *, library: Library, by: User | None = None, version: str = "", **content: Any
) -> Library:
    """Correct what the register says of a library; a name it gives up stays as an alias.

    Raises ``ValidationError`` naming the field; with ``version`` (:func:`version_of`)
    ``ChangedMeanwhile`` when the library is not as it was then.
    """
    library = lock(library, by=by)
    if version and version != version_of(library):
        text = _("Data perpustakaan ini baru saja diubah orang lain. Bandingkan, lalu simpan lagi.")
        raise ChangedMeanwhile(library, text)
    former, before = library.name, audit.values(library, content)
    for name, value in content.items():
        setattr(library, name, value)
    library.name = texts.plain(library.name)
    is_named_anew = texts.key(former) != texts.key(library.name)
    _check(library, is_named_anew=is_named_anew or "region" in content)
    library.save()
    if is_named_anew:
        keep_alias(library, former)
    changed = audit.difference(before, audit.values(library, content))
    if changed:
        audit.record("libraries.change", by=by, subject=library, changes=changed)
    announce(library)
    return library


@transaction.atomic
def relocate(*, library: Library, region: Region, reason: str, by: User) -> Library:
    """The library now stands in ``region``. With another regency its PIC is another one, too; what
    it did stays with it. The kind of a village's library follows the village.

    Raises ``ValidationError`` naming the field.
    """
    library = lock(library, by=by)
    if not permissions.can_register_in(by, region):
        raise PermissionDenied
    if region.pk == library.region_id:
        raise ValidationError({"region": _("Perpustakaan ini sudah di wilayah itu.")})
    if not reason.strip():
        raise ValidationError({"reason": _("Isi alasan pindah.")})
    before = audit.values(library, ("region", "kind"))
    library.region, library.kind = region, kind_in(region, library.kind)
    _check(library)
    library.save()
    after = {**audit.values(library, ("region", "kind")), "reason": reason}
    audit.record(
        "libraries.relocate", by=by, subject=library, changes=audit.difference(before, after)
    )
    announce(library)
    return library


_OF_A_VILLAGE = (LibraryKind.VILLAGE, LibraryKind.URBAN_VILLAGE)


def kind_in(region: Region, kind: str) -> str:
    """The kind a library of ``kind`` has in ``region``. Raises ``ValidationError`` where there can
    be none of it."""
    if kind in _OF_A_VILLAGE and region.level == Level.VILLAGE:
        urban = region.code.rpartition(".")[2].startswith("1")
        return LibraryKind.URBAN_VILLAGE if urban else LibraryKind.VILLAGE
    levels = {
        LibraryKind.VILLAGE: Level.VILLAGE,
        LibraryKind.URBAN_VILLAGE: Level.VILLAGE,
        LibraryKind.REGENCY: Level.REGENCY,
        LibraryKind.PROVINCE: Level.PROVINCE,
    }
    if levels.get(LibraryKind(kind), region.level) != region.level:
        raise ValidationError(
            {
                "region": _("Perpustakaan %(kind)s tidak bisa berada di %(region)s.")
                % {"kind": str(LibraryKind(kind).label).lower(), "region": region.title}
            }
        )
    return kind


@transaction.atomic
def add_alias(*, library: Library, name: str, by: User | None = None) -> LibraryAlias:
    """Another name the library is known by, such as the one it has in the SIM; once is enough."""
    alias, is_new = keep_alias(library, name)
    if is_new:
        changes = {"alias": ["", alias.name]}
        audit.record("libraries.add_alias", by=by, subject=library, changes=changes)
        announce(library)
    return alias


def keep_alias(library: Library, name: str) -> tuple[LibraryAlias, bool]:
    alias = LibraryAlias(library=library, name=texts.plain(name))
    alias.clean_fields()
    return LibraryAlias.objects.get_or_create(library=library, name=alias.name)


@transaction.atomic
def note_sim_state(
    *, library: Library, state: SimState, since_on: date, by: User | None = None
) -> SimAccount:
    """From ``since_on`` the library's SIM account is in ``state``."""
    account = SimAccount.objects.create(library=library, state=state, since_on=since_on)
    audit.record(
        "libraries.note_sim_state",
        by=by,
        subject=account,
        about=library,
        changes={"state": ["", state], "since_on": ["", since_on]},
    )
    return account


# --- The steps they share -----------------------------------------------------------------------


def lock(library: Library, *, by: User | None) -> Library:
    """The row as it stands, held until the transaction ends."""
    locked = Library.objects.select_for_update(of=("self",)).select_related("region")
    library = locked.get(pk=library.pk)
    if by is not None and not permissions.can_change(by, library):
        raise PermissionDenied
    return library


def announce(library: Library) -> None:
    transaction.on_commit(
        partial(signals.register_changed.send_robust, sender=Library, library_id=library.pk)
    )


def _check(library: Library, *, is_named_anew: bool = True) -> None:
    library.full_clean(exclude=["regency"])
    if is_named_anew and texts.key(library.name) in {texts.key(n) for n in _names_beside(library)}:
        raise ValidationError({"name": _("Perpustakaan dengan nama ini sudah ada di wilayah itu.")})


def _names_beside(library: Library) -> Iterable[str]:
    """Of the others in its region; the database itself tells capitals from small letters."""
    others = Library.objects.filter(region=library.region_id).exclude(pk=library.pk)
    return others.values_list("name", flat=True)
