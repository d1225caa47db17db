"""Events of the demo: the stakeholder meetings of 2025 in waves, three LARON JATIM webinars,
trainings for librarians of replication libraries, what was agreed, and one meeting to come.

Whoever came from outside the register is an invented name from a made-up place. None of it counts
for a score.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from libraries.enums import ProgrammeSource
from libraries.models import Assignment, Library, Region
from stakeholders import codes
from stakeholders.enums import (
    ActionState,
    Answer,
    CheckIn,
    EventKind,
    EventMode,
    EventState,
    SeatGroup,
)
from stakeholders.figures.seats import STAKEHOLDER_MEETING
from stakeholders.models import (
    ActionItem,
    Attendee,
    Event,
    EventSeries,
    EventSpeaker,
    Organisation,
    SeatQuota,
)
from tpbis.accounts.models import User
from tpbis.demo import names
from tpbis.demo.chance import stream
from tpbis.demo.support import PROVINCIAL

_ROOM = "Aula Dinas Perpustakaan dan Kearsipan, Surabaya"
_ONLINE = "https://contoh.id/laron-jatim"
_GROUP = SeatGroup.LIBRARY


@dataclass(frozen=True, slots=True)
class Held:
    kind: EventKind
    title: str
    on: date
    mode: EventMode = EventMode.ON_SITE
    days: int = 1
    wave: int | None = None
    number: int | None = None
    seats: int | None = None
    theme: str = ""
    speaker: str = ""
    topic: str = ""
    minutes: str = ""


_AGREED = (
    "Setiap lembaga menyebut satu dukungan yang dapat diberikan tahun ini. Kebutuhan perpustakaan "
    "desa dipetakan per bidang, lalu dibahas lagi pada gelombang berikutnya."
)
MEETINGS = (
    Held(EventKind.STAKEHOLDER_MEETING, "Stakeholder Meeting Gelombang 1 Tahun 2025",
         date(2025, 5, 14), wave=1, seats=30, minutes=_AGREED),
    Held(EventKind.STAKEHOLDER_MEETING, "Stakeholder Meeting Gelombang 2 Tahun 2025",
         date(2025, 9, 17), wave=2, seats=30, minutes=_AGREED),
)  # fmt: skip
WEBINARS = (
    (Held(EventKind.WEBINAR, "LARON JATIM #1: Perpustakaan yang menggerakkan desa",
          date(2025, 3, 20), EventMode.ONLINE, number=1, topic="Perpustakaan dan dana desa"), 88),
    (Held(EventKind.WEBINAR, "LARON JATIM #2: Bercerita dari data",
          date(2025, 7, 24), EventMode.ONLINE, number=2, topic="Mencatat dampak"), 112),
    (Held(EventKind.WEBINAR, "LARON JATIM #3: Sinergi dan kolaborasi",
          date(2025, 10, 23), EventMode.ONLINE, number=3, topic="Menemukan mitra"), 141),
)  # fmt: skip
TRAININGS = (
    (Held(EventKind.TECHNICAL_TRAINING, "Bimbingan teknis pengelola perpustakaan replikasi 2025",
          date(2025, 6, 10), days=3, seats=30), 30),
    (Held(EventKind.SKILL_TRAINING, "Pelatihan kreator konten", date(2025, 8, 5), seats=15), 15),
    (Held(EventKind.SKILL_TRAINING, "Pelatihan berbicara di depan umum", date(2025, 8, 19),
          seats=15), 15),
    (Held(EventKind.SKILL_TRAINING, "Pelatihan membuat dimsum", date(2025, 9, 2), seats=15), 15),
)  # fmt: skip
# What, whose, which organisation, due in so many days from today, what became of it.
ACTIONS = (
    ("Menyusun jadwal pendampingan UMKM di 10 desa", "Kepala UPT",
     "UPT Dinas Koperasi dan UMKM Provinsi Jawa Timur", -45, ""),
    ("Mengumpulkan 2.000 buku bacaan anak", "Ketua GPMB", "GPMB Jawa Timur", -12, ""),
    ("Mengusulkan perpustakaan desa masuk RKPD", "Kepala Bidang",
     "Bappeda Provinsi Jawa Timur", 24, ""),
    ("Membuka kelas mendongeng tiap bulan", "Koordinator",
     "Komunitas Read Aloud Jawa Timur", 40, ""),
    ("Mengirim daftar kebutuhan rak buku", "Sekretaris Tim Sinergi", "TJSL PT SIER", -120,
     "Daftar 96 perpustakaan terkirim."),
)  # fmt: skip
_OUTSIDERS = (
    "SMPN 1 Harapan", "Taman Baca Cahaya", "Karang Taruna Maju", "SMAN 2 Merdeka",
    "Komunitas Lentera", "Pondok Baca Melati", "Universitas Nusa", "PKK Kecamatan Asri",
)  # fmt: skip
_OTHERS = {
    SeatGroup.SYNERGY_TEAM: "Sekretariat Tim Sinergi",
    SeatGroup.FACILITATOR: "Fasilitator daerah",
    SeatGroup.VILLAGE_MODEL: "Pemerintah Desa Teladan",
    SeatGroup.REGENCY_LIBRARY: "Dinas Perpustakaan Kabupaten Lumajang",
    SeatGroup.REGENCY_PLANNING: "Bappeda Kabupaten Lumajang",
    SeatGroup.VILLAGE_AGENCY: "DPMPD Kabupaten Lumajang",
    SeatGroup.BENEFICIARY: "Pelaku UMKM binaan perpustakaan",
}


def tell(now: datetime) -> None:
    """After libraries, people and organisations."""
    region = Region.objects.get(code="35")
    staff = User.objects.get(username="provinsi")
    known = {one.name: one for one in Organisation.objects.filter(name__in=dict(PROVINCIAL))}
    waves = [_announced(one, region, staff) for one in MEETINGS]
    for number, event in enumerate(waves):
        _seat(event)
        _invite(list(_at_meeting(event, known, staff)), absent=(2, 1)[number])
    _agree(waves[-1], known, staff, now)
    series = EventSeries.objects.create(region=region, name="LARON JATIM", kind=EventKind.WEBINAR)
    managers = _managers()
    for one, present in WEBINARS:
        event = _announced(one, region, staff, series)
        _invite(list(_at_webinar(event, managers[::3], present, staff)))
    first = 0
    for one, present in TRAININGS:
        event = _announced(one, region, staff)
        _invite([_from(event, who, staff) for who in managers[first : first + present]])
        first = 0 if present == 30 else first + 5
    _ahead(region, known, staff, now)


def _announced(held: Held, region: Region, staff: User, series: EventSeries | None = None) -> Event:
    starts = timezone.make_aware(datetime.combine(held.on, time(9)))
    event = Event.objects.create(
        region=region,
        series=series,
        number=held.number,
        wave=held.wave,
        kind=held.kind,
        title=held.title,
        starts_at=starts,
        ends_at=starts + timedelta(days=held.days - 1, hours=4),
        mode=held.mode,
        place=_ROOM if held.mode == EventMode.ON_SITE else "",
        link=_ONLINE if held.mode == EventMode.ONLINE else "",
        seats=held.seats,
        minutes=held.minutes,
        state=EventState.HELD,
        key=codes.new_key(),
        recorded_at=starts - timedelta(days=21),
        recorded_by=staff,
    )
    if held.topic:
        name = names.person(stream("speaker", held.title), degree=True)
        EventSpeaker.objects.create(event=event, name=name, topic=held.topic)
    return event


def _seat(event: Event) -> None:
    SeatQuota.objects.bulk_create(
        SeatQuota(event=event, group=group, seats=seats)
        for group, seats in STAKEHOLDER_MEETING.items()
    )


def _invite(found: Sequence[Attendee], *, absent: int = 0) -> None:
    """All of them came but the last ``absent``, who declined."""
    for at, attendee in enumerate(found):
        if at >= len(found) - absent:
            attendee.answer = Answer.DECLINED
            continue
        attendee.answer = Answer.COMING
        attendee.attended_at = attendee.event.starts_at - timedelta(minutes=at % 25)
        is_online = attendee.event.mode == EventMode.ONLINE
        attendee.checked_in = CheckIn.LIST if is_online else CheckIn.QR
        attendee.checked_in_by = attendee.invited_by
    Attendee.objects.bulk_create(found, batch_size=200)


def _at_meeting(event: Event, known: Mapping[str, Organisation], staff: User) -> Iterator[Attendee]:
    """Thirty by quota; two from most of the organisations."""
    supporters = list(known.values())
    for group, seats in STAKEHOLDER_MEETING.items():
        for place in range(seats):
            rng = stream("meeting", event.title, group, place)
            supporting = group == SeatGroup.STAKEHOLDER and supporters
            yield _somebody(
                event,
                group,
                staff,
                name=names.person(rng, degree=rng.random() < 0.5),
                organisation=supporters[place % len(supporters)] if supporting else None,
                institution="" if supporting else _OTHERS.get(group, "Lembaga mitra"),
            )


def _at_webinar(
    event: Event, managers: Sequence[Assignment], present: int, staff: User
) -> Iterator[Attendee]:
    """A third from libraries, the rest from anywhere."""
    from_libraries = managers[: present // 3]
    for who in from_libraries:
        yield _from(event, who, staff)
    for number in range(present - len(from_libraries)):
        rng = stream("webinar", event.title, number)
        yield _somebody(
            event,
            SeatGroup.OTHER,
            staff,
            name=names.person(rng),
            institution=rng.choice(_OUTSIDERS),
        )


def _managers() -> list[Assignment]:
    """Who looks after a replication library now, in a fixed order."""
    posts = Assignment.objects.in_force().filter(
        library__source=ProgrammeSource.REPLICATION, library__joined_on__lte=date(2025, 1, 31)
    )
    return list(posts.select_related("user", "library").order_by("library__region__code", "pk"))


def _from(event: Event, post: Assignment, staff: User) -> Attendee:
    return _somebody(event, _GROUP, staff, name=post.user.full_name, library=post.library)


def _somebody(
    event: Event,
    group: SeatGroup,
    staff: User,
    *,
    name: str,
    library: Library | None = None,
    organisation: Organisation | None = None,
    institution: str = "",
) -> Attendee:
    return Attendee(
        event=event,
        group=group,
        name=name,
        library=library,
        organisation=organisation,
        institution=institution,
        key=codes.new_key(),
        invited_at=event.recorded_at,
        invited_by=staff,
    )


def _agree(event: Event, known: Mapping[str, Organisation], staff: User, now: datetime) -> None:
    today = timezone.localdate(now)
    for what, owner, organisation, days, outcome in ACTIONS:
        ActionItem.objects.create(
            event=event,
            what=what,
            owner=owner,
            organisation=known.get(organisation),
            due_on=today + timedelta(days=days),
            state=ActionState.DONE if outcome else ActionState.OPEN,
            outcome=outcome,
            settled_at=now - timedelta(days=3) if outcome else None,
            settled_by=staff if outcome else None,
            recorded_at=event.ends_at,
            recorded_by=staff,
        )


def _ahead(region: Region, known: Mapping[str, Organisation], staff: User, now: datetime) -> None:
    """The next wave, in nine days: not every seat is given away yet."""
    on = timezone.localdate(now) + timedelta(days=9)
    title = f"Stakeholder Meeting Gelombang 1 Tahun {on.year}"
    event = _announced(
        Held(EventKind.STAKEHOLDER_MEETING, title, on, wave=1, seats=30), region, staff
    )
    Event.objects.filter(pk=event.pk).update(
        state=EventState.PLANNED, recorded_at=now - timedelta(days=6)
    )
    _seat(event)
    event.recorded_at = now - timedelta(days=5)
    invited = list(_at_meeting(event, known, staff))[:26]
    for at, attendee in enumerate(invited):
        attendee.answer = (Answer.COMING, Answer.INVITED, Answer.COMING, Answer.DECLINED)[at % 4]
    Attendee.objects.bulk_create(invited)
