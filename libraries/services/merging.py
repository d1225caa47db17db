"""Two entries of the register that are one library become one. There is no way back."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from libraries import permissions, signals
from libraries.enums import LibraryKind
from libraries.models import (
    Activation,
    Assignment,
    FormerLibrary,
    Inactivity,
    Library,
    LibraryAlias,
    SimAccount,
)
from libraries.services.register import announce, keep_alias
from tpbis.accounts import audit
from tpbis.accounts.models import User
from tpbis.core import periods, texts


class CannotMerge(Exception):
    """These two are not to be merged; the text says why."""


class SameLibrary(CannotMerge):
    """A library cannot be merged with itself."""

    def __init__(self) -> None:
        super().__init__(_("Ini perpustakaan yang sama. Pilih perpustakaan lain."))


class AlreadyMerged(CannotMerge):
    """Somebody merged one of the two a moment ago."""

    def __init__(self) -> None:
        super().__init__(_("Salah satunya baru saja digabung orang lain."))


class DifferentKinds(CannotMerge):
    """The library of a regency or the province is never one of a village: other rules score it."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Perpustakaan kabupaten/kota atau provinsi tidak bisa digabung dengan perpustakaan "
                "desa, sekolah, atau komunitas."
            )
        )


class BothReported(CannotMerge):
    """Both sent something of the same months from the same source; which of the two is true,
    nobody can tell."""

    def __init__(self, months: Iterable[date]) -> None:
        self.months = tuple(sorted(set(months)))
        names = ", ".join(periods.written(month) for month in self.months)
        super().__init__(
            _("Keduanya punya laporan untuk bulan yang sama: %(months)s.") % {"months": names}
        )


@dataclass(frozen=True, slots=True)
class Merged:
    """What the survivor will say after ``duplicate`` is merged into it."""

    joined_on: date
    npp: str
    tags: list[str]
    address: str
    contact_name: str
    contact_phone: str
    has_sharing_room: bool
    has_learning_room: bool
    has_practice_room: bool


def merged_content(keep: Library, duplicate: Library) -> Merged:
    """The survivor's word counts; the duplicate's fills what is blank, and the library joined when
    the first of the two did. A contact is a name with its number, never half of each."""
    contact = keep if keep.contact_name or keep.contact_phone else duplicate
    return Merged(
        joined_on=min(keep.joined_on, duplicate.joined_on),
        npp=keep.npp or duplicate.npp,
        tags=list(dict.fromkeys([*keep.tags, *duplicate.tags])),
        address=keep.address or duplicate.address,
        contact_name=contact.contact_name,
        contact_phone=contact.contact_phone,
        has_sharing_room=keep.has_sharing_room or duplicate.has_sharing_room,
        has_learning_room=keep.has_learning_room or duplicate.has_learning_room,
        has_practice_room=keep.has_practice_room or duplicate.has_practice_room,
    )


@transaction.atomic
def merge(*, keep: Library, duplicate: Library, by: User) -> Library:
    """Everything of ``duplicate`` becomes ``keep``'s; its name stays as an alias, its number leads
    to ``keep``, and its row is gone. The apps to the right move their own rows
    (:data:`libraries.signals.libraries_merging`).

    Raises a :class:`CannotMerge`; then nothing was moved.
    """
    keep, duplicate = _lock_both(keep, duplicate, by)
    check_merger(keep, duplicate)
    signals.libraries_merging.send(sender=Library, keep=keep, duplicate=duplicate, by=by)
    content = merged_content(keep, duplicate)
    _move_people(keep, duplicate, by)
    _move_names(keep, duplicate, by)
    _join_absences(keep, duplicate)
    number, name = duplicate.pk, duplicate.name
    duplicate.delete()  # whatever was forgotten is protected, and stops the merger here
    after = asdict(content)
    before = audit.values(keep, after)
    for field, value in after.items():
        setattr(keep, field, value)
    keep.full_clean(exclude=["regency"])
    keep.save()
    changes = {
        **audit.difference(before, after),
        "number": [number, keep.pk],
        "name": [name, keep.name],
    }
    audit.record("libraries.merge", by=by, subject=keep, changes=changes)
    announce(keep)
    transaction.on_commit(
        partial(signals.libraries_merged.send_robust, sender=Library, library_id=keep.pk)
    )
    return keep


def check_merger(keep: Library, duplicate: Library) -> None:
    """Raises a :class:`CannotMerge` for what the register itself knows against it."""
    if keep.pk == duplicate.pk:
        raise SameLibrary
    if _is_of_an_office(keep) != _is_of_an_office(duplicate):
        raise DifferentKinds


def _is_of_an_office(library: Library) -> bool:
    return library.kind in (LibraryKind.REGENCY, LibraryKind.PROVINCE)


def _lock_both(keep: Library, duplicate: Library, by: User) -> tuple[Library, Library]:
    """Both rows, always in the same order: two people who merge crosswise wait for each other."""
    locked = {
        library.pk: library
        for library in Library.objects.select_for_update(of=("self",))
        .select_related("region")
        .filter(pk__in=(keep.pk, duplicate.pk))
        .order_by("pk")
    }
    if not {keep.pk, duplicate.pk} <= locked.keys():
        raise AlreadyMerged
    for library in locked.values():
        if not permissions.can_change(by, library):
            raise PermissionDenied
    return locked[keep.pk], locked[duplicate.pk]


def _move_people(keep: Library, duplicate: Library, by: User) -> None:
    """Who works at either works at the one there is; letters of the duplicate no longer let in."""
    now = timezone.now()
    Activation.objects.open().filter(library=duplicate).update(revoked_at=now, revoked_by=by)
    Activation.objects.filter(library=duplicate).update(library=keep)
    Assignment.objects.filter(library=duplicate).update(library=keep)


def _move_names(keep: Library, duplicate: Library, by: User) -> None:
    known = {texts.key(name) for name in keep.aliases.values_list("name", flat=True)}
    known.add(texts.key(keep.name))
    names = [duplicate.name, *duplicate.aliases.order_by("pk").values_list("name", flat=True)]
    for name in names:
        if texts.key(name) not in known:
            keep_alias(keep, name)
    LibraryAlias.objects.filter(library=duplicate).delete()
    said = set(SimAccount.objects.filter(library=keep).values_list("state", "since_on"))
    for account in SimAccount.objects.filter(library=duplicate):
        if (account.state, account.since_on) not in said:
            SimAccount.objects.filter(pk=account.pk).update(library=keep)
    FormerLibrary.objects.filter(library=duplicate).update(library=keep)
    FormerLibrary.objects.create(
        number=duplicate.pk, name=duplicate.name, library=keep, merged_by=by
    )


# --- Inactive days --------------------------------------------------------------------------------

Span = tuple[date, date | None, str]  # first day, last day (open while None), reason


def _join_absences(keep: Library, duplicate: Library) -> None:
    """One library took part when either did: absent are the days on which neither was there. So a
    duplicate that somebody deactivated as such takes no month from the survivor."""
    spans = [list(_absences(library)) for library in (keep, duplicate)]
    days = joint_absences(keep.joined_on, spans[0], duplicate.joined_on, spans[1])
    Inactivity.objects.filter(library__in=(keep, duplicate)).delete()
    Inactivity.objects.bulk_create(
        Inactivity(library=keep, starts_on=first, ends_on=last, reason=reason)
        for first, last, reason in days
    )


def _absences(library: Library) -> Any:
    spans = Inactivity.objects.filter(library=library).order_by("starts_on")
    return spans.values_list("starts_on", "ends_on", "reason")


def joint_absences(
    joined: date, spans: Sequence[Span], other_joined: date, other_spans: Sequence[Span]
) -> list[Span]:
    """Days since the first of two joined on which neither took part."""
    found = []
    for first, last, reason in _with_time_before(joined, spans):
        for other_first, other_last, other_reason in _with_time_before(other_joined, other_spans):
            start = max(first, other_first, min(joined, other_joined))
            ends = [day for day in (last, other_last) if day is not None]
            if not ends or start <= min(ends):
                found.append((start, min(ends, default=None), reason or other_reason))
    return found


def _with_time_before(joined: date, spans: Sequence[Span]) -> list[Span]:
    return [(date.min, joined - timedelta(days=1), ""), *spans]
