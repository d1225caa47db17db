"""When a month was written down, sent, returned and decided. Pure; all in Asia/Jakarta.

As observed in a real regency: more than one entry in four is written down over a month late, many
in one go on the evening the report is sent.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from activities.enums import ReturnReason, ReviewAction
from tpbis.core import periods
from tpbis.demo.chance import stream, weighted

_LONGEST = 150  # days after the deadline
_RETURNED = 0.06  # share of reports that go back once
_JAKARTA = ZoneInfo("Asia/Jakarta")

COMMENTS: dict[ReturnReason, list[str]] = {
    ReturnReason.INCOMPLETE: [
        "Jumlah peserta laki-laki dan perempuan belum diisi pada dua kegiatan. Mohon dilengkapi.",
        "Nama tempat kegiatan belum diisi. Mohon dilengkapi, lalu kirim lagi.",
    ],
    ReturnReason.WRONG_DATE: [
        "Kegiatan senam tertulis tanggal 1, padahal undangannya tanggal 14. Mohon diperiksa.",
        "Beberapa kegiatan bertanggal sama. Mohon dicocokkan dengan daftar hadir.",
    ],
    ReturnReason.DOUBLE: [
        "Kegiatan membaca nyaring tercatat dua kali dengan tanggal yang sama. Hapus salah satunya.",
    ],
    ReturnReason.NUMBERS: [
        "Peserta 300 orang di ruang perpustakaan, apakah benar? Mohon diperiksa lagi.",
        "Jumlah pengunjung turun jauh dari bulan lalu. Mohon dicek buku tamunya.",
    ],
    ReturnReason.PHOTO: ["Foto kegiatan pelatihan belum terlihat jelas. Mohon diganti."],
    ReturnReason.OTHER: [
        "Judul kegiatan mohon ditulis lebih jelas: pelatihan apa dan untuk siapa?"
    ],
}


@dataclass(frozen=True, slots=True)
class Step:
    """What a ReviewEvent will say."""

    action: ReviewAction
    at: datetime
    reason: str = ""
    comment: str = ""


def steps(
    number: int, month: date, *, supplementary: bool = False, punctual: bool = False
) -> list[Step]:
    """How the report of library ``number`` went, from the first sending to the approval; some of
    it may still lie ahead of whoever looks."""
    rng = stream("steps", number, month, supplementary)
    end = periods.add_months(month, 1)
    if supplementary:
        sent = evening(rng, end + timedelta(days=rng.randint(12, 55)))
    elif is_late(number, rng) and not punctual:
        lag = min(_LONGEST, int(rng.lognormvariate(3.2, 0.9)))
        sent = evening(rng, end + timedelta(days=5 + lag))
    else:
        sent = evening(rng, end + timedelta(days=rng.randint(0, 4)))
    taken = [Step(ReviewAction.SUBMITTED, sent)]
    if rng.random() < _RETURNED:
        reason, comment = objection(rng)
        returned = office_hours(rng, sent)
        sent = evening(rng, (returned + timedelta(days=rng.randint(1, 6))).date())
        taken += [
            Step(ReviewAction.RETURNED, returned, reason, comment),
            Step(ReviewAction.RESUBMITTED, sent),
        ]
    return [*taken, Step(ReviewAction.APPROVED, office_hours(rng, sent))]


def objection(rng: Random) -> tuple[ReturnReason, str]:
    """Why a report is returned, as a code and in words."""
    reason = weighted(
        rng,
        [
            (ReturnReason.INCOMPLETE, 5),
            (ReturnReason.WRONG_DATE, 3),
            (ReturnReason.DOUBLE, 3),
            (ReturnReason.NUMBERS, 2),
            (ReturnReason.PHOTO, 1),
            (ReturnReason.OTHER, 1),
        ],
    )
    return reason, rng.choice(COMMENTS[reason])


def is_late(number: int, rng: Random) -> bool:
    """Most libraries send in time, some often do not, a few hardly ever do."""
    habit = stream("habit", number).random()
    often = 0.08 if habit < 0.55 else 0.4 if habit < 0.82 else 0.85
    return rng.random() < often


def written_down(
    rng: Random, held_on: date, sent_at: datetime, *, in_one_go: bool = False
) -> datetime:
    """When an entry of ``held_on`` was recorded: some days later, at the latest when it is sent;
    ``in_one_go`` only then."""
    if not in_one_go:
        later = evening(rng, held_on + timedelta(days=int(rng.lognormvariate(1.1, 1.3))))
        if later < sent_at:
            return later
    return max(at_hour(held_on, 7), sent_at - timedelta(minutes=rng.randint(4, 150)))


def evening(rng: Random, day: date) -> datetime:
    """After work, mostly."""
    return at_hour(day, weighted(rng, [(9, 1), (13, 2), (16, 2), (19, 4), (20, 4), (21, 2)])) + (
        timedelta(seconds=rng.randint(0, 3_599))
    )


def at_hour(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=_JAKARTA)


def office_hours(rng: Random, after: datetime) -> datetime:
    """A working hour some days after a report came in."""
    day = after.date() + timedelta(days=1 + min(14, int(rng.expovariate(0.4))))
    while day.weekday() >= 5:
        day += timedelta(days=1)
    return at_hour(day, rng.randint(8, 15)) + timedelta(seconds=rng.randint(0, 3_599))
