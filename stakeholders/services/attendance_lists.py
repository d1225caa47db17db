"""Lists of names that come as a file: who is to be invited, or who signed on paper that they came.

First a plan that somebody looks at; then each line is carried out on its own, and what cannot be
stands there with the reason.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from libraries.models import Library
from stakeholders import codes, permissions
from stakeholders.enums import CheckIn, SeatGroup
from stakeholders.models import Attendee, Event, Organisation
from stakeholders.services import attendance
from stakeholders.services.attendance import Guest
from stakeholders.services.events import lock_event, refuse_cancelled
from tpbis.accounts import audit
from tpbis.accounts.models import User
from tpbis.core import texts

MOST_LINES = 500


class Purpose(StrEnum):
    INVITE = "undangan"
    PRESENT = "hadir"


class Outcome(StrEnum):
    MATCHED = "cocok"  # invited already: is noted as present
    NEW = "baru"  # gets a seat
    KNOWN = "sudah"  # nothing to do
    PROBLEM = "masalah"


@dataclass(frozen=True, slots=True)
class Written:
    """A line as it stands in the file."""

    row: int
    name: str
    origin: str = ""
    position: str = ""
    group: str = ""
    phone: str = ""
    email: str = ""
    code: str = ""

    def as_sent(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Line:
    """What is to become of a line. ``group`` and ``place`` are what the portal understood."""

    written: Written
    outcome: Outcome
    note: str = ""
    attendee: Attendee | None = None
    guest: Guest | None = None

    @property
    def group(self) -> str:
        if self.guest:
            return str(self.guest.group.label)
        return str(SeatGroup(self.attendee.group).label) if self.attendee else ""

    @property
    def place(self) -> str:
        if self.guest is None:
            return self.written.origin
        found = self.guest.library or self.guest.organisation
        return found.name if found else self.guest.institution

    @property
    def is_registered(self) -> bool:
        return bool(self.guest and (self.guest.library or self.guest.organisation))


def plan_list(*, event: Event, lines: Sequence[Written], purpose: Purpose, by: User) -> list[Line]:
    """What would become of each line; nothing is written."""
    if not permissions.can_arrange(by, event):
        raise PermissionDenied
    known = _Known.of(event, by)
    found, seen = [], set()
    for written in lines[:MOST_LINES]:
        line = known.read(written, purpose)
        twin = (texts.key(written.name), texts.key(written.origin))
        if line.outcome != Outcome.PROBLEM and twin in seen:
            line = Line(written, Outcome.PROBLEM, _("Baris ini ada dua kali."))
        seen.add(twin)
        found.append(line)
    return found


@dataclass(frozen=True, slots=True)
class Carried:
    """What became of a list: how many were noted, and the lines that could not be."""

    done: int
    left: list[Line]


@transaction.atomic
def carry_out(
    *, event: Event, lines: Sequence[Written], purpose: Purpose, by: User, reason: str = ""
) -> Carried:
    """Invite, or note as present, whom the plan finds now; a seat above the limit needs ``reason``.
    One event of the audit for the list, and one for each person."""
    event = lock_event(event, by)
    if purpose == Purpose.PRESENT:
        attendance.refuse_early(event)
    else:
        refuse_cancelled(event)
    done, left = 0, []
    for line in plan_list(event=event, lines=lines, purpose=purpose, by=by):
        if line.outcome == Outcome.KNOWN:
            continue
        if line.outcome == Outcome.PROBLEM:
            left.append(line)
            continue
        try:
            _carry(event, line, purpose, by, reason)
        except ValidationError as refused:
            left.append(Line(line.written, Outcome.PROBLEM, " ".join(refused.messages)))
        else:
            done += 1
    audit.record(
        "stakeholders.take_attendance_list",
        by=by,
        subject=event,
        changes={"rows": [0, len(lines)], "new": [0, done]},
    )
    return Carried(done, left)


def _carry(event: Event, line: Line, purpose: Purpose, by: User, reason: str) -> None:
    attendee = line.attendee
    if attendee is None:
        assert line.guest is not None
        attendee = attendance.invite(event=event, guest=line.guest, by=by, reason=reason)
    if purpose == Purpose.PRESENT:
        attendance.check_in(attendee=attendee, how=CheckIn.LIST, by=by, reason=reason)


# --- Understanding a line -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Known:
    """Everything a line may speak of, read once."""

    by_name: dict[str, list[Attendee]]
    by_code: dict[str, Attendee]
    libraries: dict[str, list[Library]]
    organisations: dict[str, Organisation]
    groups: dict[str, SeatGroup]

    @classmethod
    def of(cls, event: Event, by: User) -> "_Known":
        by_name: dict[str, list[Attendee]] = {}
        attendees = list(event.attendees.select_related("library", "organisation"))
        for attendee in attendees:
            by_name.setdefault(texts.key(attendee.name), []).append(attendee)
        libraries: dict[str, list[Library]] = {}
        for library in Library.objects.visible_to(by).only("pk", "name", "region"):
            libraries.setdefault(texts.key(library.name), []).append(library)
        register = Organisation.objects.visible_to(by).only("pk", "name")
        return cls(
            by_name=by_name,
            by_code={one.key: one for one in attendees},
            libraries=libraries,
            organisations={texts.key(one.name): one for one in register},
            groups={
                texts.key(word): group for group in SeatGroup for word in (group.value, group.label)
            },
        )

    def read(self, written: Written, purpose: Purpose) -> Line:
        if not written.name:
            return Line(written, Outcome.PROBLEM, _("Nama kosong."))
        invited = self._invited(written)
        if len(invited) > 1:
            text = _("Ada %(count)s undangan dengan nama ini. Tulis asal atau kodenya.")
            return Line(written, Outcome.PROBLEM, text % {"count": len(invited)})
        if invited:
            known = purpose == Purpose.INVITE or bool(invited[0].attended_at)
            note = _("sudah tercatat") if known else _("ada di daftar undangan")
            outcome = Outcome.KNOWN if known else Outcome.MATCHED
            return Line(written, outcome, note, attendee=invited[0])
        if written.code and codes.normal(written.code) not in self.by_code:
            return Line(written, Outcome.PROBLEM, _("Kode ini bukan undangan acara ini."))
        return self._somebody_new(written)

    def _invited(self, written: Written) -> list[Attendee]:
        if written.code:
            found = self.by_code.get(codes.normal(written.code))
            return [found] if found else []
        same = self.by_name.get(texts.key(written.name), [])
        if not written.origin:
            return same
        wanted = texts.key(written.origin)
        return [one for one in same if wanted == texts.key(_origin(one))]

    def _somebody_new(self, written: Written) -> Line:
        key = texts.key(written.origin)
        if not key:
            return Line(written, Outcome.PROBLEM, _("Asalnya kosong."))
        libraries = self.libraries.get(key, [])
        if len(libraries) > 1:
            text = _("Ada %(count)s perpustakaan bernama ini. Catat satu per satu.")
            return Line(written, Outcome.PROBLEM, text % {"count": len(libraries)})
        library = libraries[0] if libraries else None
        organisation = None if library else self.organisations.get(key)
        group = self._group(written.group, library, organisation)
        if group is None:
            text = _("Kelompok “%(group)s” tidak dikenal.")
            return Line(written, Outcome.PROBLEM, text % {"group": written.group[:40]})
        guest = Guest(
            group=group,
            name=written.name,
            position=written.position,
            library=library,
            organisation=organisation,
            institution="" if library or organisation else written.origin,
            phone=written.phone,
            email=written.email,
        )
        note = "" if library or organisation else _("di luar daftar perpustakaan dan lembaga")
        return Line(written, Outcome.NEW, note, guest=guest)

    def _group(
        self, written: str, library: Library | None, organisation: Organisation | None
    ) -> SeatGroup | None:
        if written:
            return self.groups.get(texts.key(written))
        if library:
            return SeatGroup.LIBRARY
        return SeatGroup.STAKEHOLDER if organisation else SeatGroup.OTHER


def _origin(attendee: Attendee) -> str:
    place = attendee.library or attendee.organisation
    return place.name if place else attendee.institution
