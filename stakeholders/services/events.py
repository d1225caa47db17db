"""Events: announced, corrected, called off, held; their papers and their minutes."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from libraries import files
from libraries.models import Region
from stakeholders import codes, permissions
from stakeholders.enums import EventFileKind, EventKind, EventMode, EventState, SeatGroup
from stakeholders.figures.meetings import next_number
from stakeholders.figures.seats import STAKEHOLDER_MEETING
from stakeholders.models import Event, EventFile, EventSeries, EventSpeaker, Organisation, SeatQuota
from tpbis.accounts import audit
from tpbis.accounts.models import User

if TYPE_CHECKING:
    from django.core.files.base import File

MOST_SEATS = 2_000
LONGEST = timedelta(days=31)

_SAID = (
    *("region", "series", "number", "wave", "kind", "title", "theme", "about"),
    *("starts_at", "ends_at", "mode", "place", "link", "seats"),
)


class NotNow(Exception):
    """The state of the event does not allow it; the text says so."""


@dataclass(frozen=True, slots=True)
class Speaker:
    name: str
    organisation: str = ""
    topic: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is announced. ``quotas`` are seats by group; of a stakeholder meeting for which nothing
    is said they are the usual thirty. ``number`` follows from the series where it is left out."""

    kind: EventKind
    title: str
    starts_at: datetime
    ends_at: datetime
    mode: EventMode
    place: str = ""
    link: str = ""
    theme: str = ""
    about: str = ""
    series: str = ""
    number: int | None = None
    wave: int | None = None
    seats: int | None = None
    quotas: dict[SeatGroup, int] = field(default_factory=dict)
    speakers: tuple[Speaker, ...] = ()


@transaction.atomic
def announce(*, region: Region, plan: Plan, by: User) -> Event:
    """Raises ``ValidationError`` naming the field."""
    event = Event(region=region, key=codes.new_key(), recorded_by=by)
    if not permissions.can_arrange(by, event):
        raise PermissionDenied
    _check(plan)
    # One after the other: of two that ask for the next number of a series the second gets the next.
    Region.objects.select_for_update(of=("self",), no_key=True).get(pk=region.pk)
    _write(event, plan)
    event.full_clean()
    event.save()
    _seat(event, plan)
    _name_speakers(event, plan.speakers)
    audit.record(
        "stakeholders.announce_event",
        by=by,
        subject=event,
        changes=audit.difference({}, audit.values(event, _SAID)),
    )
    return event


@transaction.atomic
def change_event(*, event: Event, plan: Plan, by: User) -> Event:
    """As it should be; its region stays. Quotas stay once somebody is invited. Raises
    ``ValidationError``, and ``NotNow`` of a cancelled one."""
    event = lock_event(event, by)
    refuse_cancelled(event)
    _check(plan)
    before = audit.values(event, _SAID)
    _write(event, plan)
    event.full_clean()
    if event.attendees.exists():
        if _quotas_of(event) != _wanted(plan):
            text = _("Kuota tidak dapat diubah lagi karena sudah ada yang diundang.")
            raise ValidationError({"seats": text})
        event.save()
    else:
        event.quotas.all().delete()
        event.save()
        _seat(event, plan)
    _name_speakers(event, plan.speakers)
    changes = audit.difference(before, audit.values(event, _SAID))
    audit.record("stakeholders.change_event", by=by, subject=event, changes=changes)
    return event


@transaction.atomic
def cancel_event(*, event: Event, reason: str, by: User) -> Event:
    """It does not take place; whoever was invited sees why. Raises ``NotNow``."""
    event = lock_event(event, by)
    if event.state != EventState.PLANNED:
        raise NotNow(_("Hanya acara yang masih direncanakan dapat dibatalkan."))
    if event.attendees.present().exists():
        raise NotNow(_("Sudah ada yang hadir: acara ini tidak dapat dibatalkan."))
    event.state, event.reason = EventState.CANCELLED, reason
    event.full_clean()
    event.save(update_fields=["state", "reason"])
    audit.record(
        "stakeholders.cancel_event",
        by=by,
        subject=event,
        changes={"state": [EventState.PLANNED, event.state], "reason": ["", reason]},
    )
    return event


@transaction.atomic
def hold_event(*, event: Event, by: User, at: datetime | None = None) -> Event:
    """It took place. Raises ``NotNow``."""
    event = lock_event(event, by)
    if event.state != EventState.PLANNED:
        raise NotNow(_("Acara ini sudah selesai atau dibatalkan."))
    if event.starts_at > (at or timezone.now()):
        raise NotNow(_("Acara ini belum mulai."))
    event.state = EventState.HELD
    event.save(update_fields=["state"])
    changes = {"state": [EventState.PLANNED, event.state]}
    audit.record("stakeholders.hold_event", by=by, subject=event, changes=changes)
    return event


@transaction.atomic
def write_minutes(*, event: Event, minutes: str, by: User) -> Event:
    event = lock_event(event, by)
    refuse_cancelled(event)
    before = audit.values(event, ("minutes",))
    event.minutes = minutes
    event.full_clean()
    event.save(update_fields=["minutes"])
    if changes := audit.difference(before, audit.values(event, ("minutes",))):
        audit.record("stakeholders.write_minutes", by=by, subject=event, changes=changes)
    return event


# --- Papers ---------------------------------------------------------------------------------------


def add_event_file(
    *, event: Event, kind: EventFileKind, file: "File[bytes]", by: User
) -> EventFile:
    """A paper as it came. Raises ``BadFile``, ``NotNow``."""
    if not permissions.can_arrange(by, event):
        raise PermissionDenied
    with files.kept(files.keep_paper(file, folder="events")) as kept, transaction.atomic():
        event = lock_event(event, by)
        refuse_cancelled(event)
        paper = EventFile(event=event, kind=kind, uploaded_by=by)
        paper.hold(kept)
        paper.full_clean()
        paper.save()
        changes = {"kind": [None, str(kind)], "sha256": [None, paper.sha256]}
        audit.record(
            "stakeholders.add_event_file", by=by, subject=paper, about=event, changes=changes
        )
    return paper


@transaction.atomic
def remove_event_file(*, paper: EventFile, by: User) -> None:
    event = lock_event(paper.event, by)
    audit.record(
        "stakeholders.remove_event_file",
        by=by,
        subject=paper,
        about=event,
        changes={"kind": [paper.kind, None], "sha256": [paper.sha256, None]},
    )
    name = paper.file_name
    paper.delete()
    if name:
        transaction.on_commit(lambda: files.forget(name))


# --- For the other modules ------------------------------------------------------------------------


def lock_event(event: Event, by: User) -> Event:
    """The event as it is now, held until the end of the transaction."""
    found = Event.objects.select_for_update(of=("self",)).select_related("region")
    locked: Event = found.get(pk=event.pk)
    if not permissions.can_arrange(by, locked):
        raise PermissionDenied
    return locked


def refuse_cancelled(event: Event) -> None:
    if event.state == EventState.CANCELLED:
        raise NotNow(_("Acara “%(title)s” dibatalkan.") % {"title": event.title})


# --- Writing --------------------------------------------------------------------------------------


def _check(plan: Plan) -> None:
    on_site, online = EventMode.ON_SITE, EventMode.ONLINE
    problems = {}
    if plan.ends_at <= plan.starts_at:
        problems["ends_on"] = _("Waktu selesai tidak setelah waktu mulai.")
    elif plan.ends_at - plan.starts_at > LONGEST:
        problems["ends_on"] = _("Acara ini lebih lama dari 31 hari. Periksa tanggalnya.")
    if plan.mode != online and not plan.place:
        problems["place"] = _("Isi tempatnya, atau pilih cara daring.")
    if plan.mode != on_site and not plan.link:
        problems["link"] = _("Isi tautan pertemuannya, atau pilih cara tatap muka.")
    if plan.number and not plan.series:
        problems["series"] = _("Nomor hanya berlaku dalam sebuah seri. Isi nama serinya.")
    total = sum(_wanted(plan).values())
    if plan.seats is not None and total > plan.seats:
        text = _("Jumlah kuota %(total)s kursi, lebih banyak dari %(seats)s kursi acara.")
        problems["seats"] = text % {"total": total, "seats": plan.seats}
    if problems:
        raise ValidationError(problems)


def _write(event: Event, plan: Plan) -> None:
    for name in ("kind", "title", "theme", "about", "starts_at", "ends_at", "mode", "wave"):
        setattr(event, name, getattr(plan, name))
    event.place = plan.place if plan.mode != EventMode.ONLINE else ""
    event.link = plan.link if plan.mode != EventMode.ON_SITE else ""
    event.seats = plan.seats or sum(_wanted(plan).values()) or None
    series = _series_called(plan.series, event, plan.kind) if plan.series else None
    kept = event.number if series and event.series_id == series.pk else None
    event.series = series
    event.number = (plan.number or kept or next_number(series.pk)) if series else None


def _series_called(name: str, event: Event, kind: EventKind) -> EventSeries:
    series = EventSeries.objects.filter(region=event.region, name__iexact=name).first()
    if series is None:
        series = EventSeries(region=event.region, name=name, kind=kind)
        series.full_clean()
        series.save()
    return series


def _wanted(plan: Plan) -> dict[str, int]:
    quotas = {str(group): seats for group, seats in plan.quotas.items() if seats}
    if not quotas and plan.seats is None and plan.kind == EventKind.STAKEHOLDER_MEETING:
        return {str(group): seats for group, seats in STAKEHOLDER_MEETING.items()}
    return quotas


def _quotas_of(event: Event) -> dict[str, int]:
    return dict(event.quotas.values_list("group", "seats"))


def _seat(event: Event, plan: Plan) -> None:
    for group, seats in _wanted(plan).items():
        SeatQuota.objects.create(event=event, group=group, seats=seats)


def _name_speakers(event: Event, speakers: tuple[Speaker, ...]) -> None:
    """Those named now; an organisation the register does not know stays a word of the topic."""
    event.speakers.all().delete()
    for one in speakers:
        known = Organisation.objects.in_register().filter(name__iexact=one.organisation).first()
        topic = one.topic
        if one.organisation and known is None:
            topic = f"{one.organisation}: {topic}" if topic else one.organisation
        speaker = EventSpeaker(event=event, name=one.name, organisation=known, topic=topic[:200])
        speaker.full_clean()
        speaker.save()
