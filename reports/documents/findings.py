"""What the figures say in sentences: what stands in the way, what to do, what to conclude.

Every sentence follows from numbers of the same report; where nothing is wrong, nothing is said.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from kpi.enums import Colour
from libraries.enums import Level
from reports.documents.chapters import Line
from reports.figures import AreaRow, Dashboard
from tpbis.core import periods
from tpbis.core.templatetags.tpbis import angka, dengan_huruf, persen

_NAMED_AT_MOST = 3
_LISTED_AT_MOST = 12


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that stands in the way, what is done about it, and what others are asked for."""

    problem: str
    follow_up: str
    advice: str


def findings(now: Dashboard, libraries: Iterable[Line]) -> tuple[Finding, ...]:
    """The problems that the figures show, the largest group first."""
    found = (
        _without_account(now),
        _never_reported(now),
        _stopped(now),
        _red(now, libraries),
        _areas_behind(now),
        _incomplete(now),
        _fewer(now),
    )
    return tuple(finding for finding in found if finding)


def conclusions(now: Dashboard) -> tuple[str, ...]:
    return (_standing(now), _done(now), _lever(now))


# --- Problems -------------------------------------------------------------------------------------


def _without_account(now: Dashboard) -> Finding | None:
    count, total = now.colours.no_account, now.colours.total
    if not count:
        return None
    most = _largest(now.rows, lambda row: row.colours.no_account)
    where = _named([f"{row.area.title} ({angka(row.colours.no_account)})" for row in most])
    return Finding(
        problem=f"{_of(count, total)} perpustakaan mitra belum memiliki akun SIM maupun akun "
        f"portal, sehingga kegiatannya tidak tercatat. Terbanyak di {where}.",
        follow_up="Mengusulkan akun SIM dan membagikan surat aktivasi akun portal secara "
        f"bertahap, didahulukan di {_part(now)} dengan jumlah terbanyak.",
        advice="Perpustakaan Nasional mempercepat persetujuan akun SIM bagi perpustakaan yang "
        "sudah diusulkan.",
    )


def _never_reported(now: Dashboard) -> Finding | None:
    count = now.colours.never
    if not count:
        return None
    return Finding(
        problem=f"{dengan_huruf(count)} perpustakaan sudah memiliki akun tetapi belum pernah "
        "melapor.",
        follow_up="PIC kabupaten/kota menghubungi pengelolanya dan mendampingi laporan pertama.",
        advice="Pemerintah desa/kelurahan menetapkan pengelola perpustakaan yang bertugas melapor.",
    )


def _stopped(now: Dashboard) -> Finding | None:
    count = now.colours.stopped
    if not count:
        return None
    return Finding(
        problem=f"{dengan_huruf(count)} perpustakaan yang melapor pada tahun sebelumnya belum "
        f"melapor lagi pada tahun {now.period.end.year}.",
        follow_up="Menelusuri sebabnya, seperti pergantian pengelola, perangkat, atau jaringan, "
        "lalu mendampingi sampai pelaporannya berjalan kembali.",
        advice="Pemerintah kabupaten/kota menjaga kesinambungan pengelola dan perangkat "
        "perpustakaan.",
    )


def _red(now: Dashboard, libraries: Iterable[Line]) -> Finding | None:
    red = [row for row in libraries if row.colour == Colour.RED]
    if not red:
        return None
    missing = [
        f"{angka(count)} belum mencatat {name}"
        for name, count in (
            ("pelibatan masyarakat", sum(1 for row in red if not row.involvement)),
            ("advokasi", sum(1 for row in red if not row.advocacy)),
            ("peningkatan layanan informasi", sum(1 for row in red if not row.service)),
        )
        if count
    ]
    detail = f" Selama {now.period}, di antaranya {_named(missing)}." if missing else ""
    return Finding(
        problem=f"{_of(len(red), now.colours.total)} perpustakaan mitra berwarna merah.{detail}",
        follow_up="Fasilitator daerah mendampingi perpustakaan merah, mulai dari komponen umum "
        "yang belum tercatat.",
        advice="Pemerintah kabupaten/kota menyediakan anggaran pendampingan dan peningkatan "
        "layanan perpustakaan desa/kelurahan.",
    )


def _areas_behind(now: Dashboard) -> Finding | None:
    partners = [row for row in now.rows if row.colours.total and row.area != now.region]
    behind = [row for row in partners if not row.colours.green + row.colours.yellow]
    if not behind:
        return None
    names = _named([row.area.title for row in behind], at_most=_LISTED_AT_MOST)
    return Finding(
        problem=f"{_of(len(behind), len(partners))} {_part(now)} yang memiliki perpustakaan mitra "
        f"belum mempunyai perpustakaan hijau maupun kuning: {names}.",
        follow_up="Menjadwalkan kunjungan pendampingan dan mempertemukan pengelolanya dengan "
        "perpustakaan hijau terdekat.",
        advice="Perpustakaan hijau membuka diri sebagai tempat belajar bagi perpustakaan di "
        "sekitarnya.",
    )


def _incomplete(now: Dashboard) -> Finding | None:
    expected, reported = now.completeness.expected, now.completeness.reported
    if reported >= expected:
        return None
    least = sorted(
        (row for row in now.rows if row.completeness.expected and row.area != now.region),
        key=lambda row: (row.completeness.reported / row.completeness.expected, row.area.code),
    )[:_NAMED_AT_MOST]
    where = _named(
        [
            f"{row.area.title} ({persen(row.completeness.reported, row.completeness.expected)})"
            for row in least
        ]
    )
    lowest = f" Kelengkapan terendah di {where}." if where else ""
    return Finding(
        problem=f"Dari {dengan_huruf(expected)} laporan bulanan yang diharapkan, "
        f"{dengan_huruf(reported)} sudah diajukan ({persen(reported, expected)}).{lowest}",
        follow_up="Mengingatkan pengelola sebelum batas kirim dan memantau yang belum melapor "
        "setiap bulan.",
        advice="Pengelola yang tidak memiliki kegiatan tetap mengirim laporan nihil beserta data "
        "pengunjung.",
    )


def _fewer(now: Dashboard) -> Finding | None:
    if not now.colours_before.total:
        return None
    after, before = now.totals, now.totals_before
    fallen = [
        f"{name} dari {angka(then)} menjadi {angka(today)}"
        for name, today, then in (
            ("kunjungan", after.visits_total, before.visits_total),
            ("kegiatan pelibatan masyarakat", after.involvement, before.involvement),
            ("kegiatan advokasi", after.advocacy, before.advocacy),
            ("peningkatan layanan informasi", after.service, before.service),
            ("kemitraan yang berlaku", now.partnerships, now.partnerships_before),
        )
        if today < then
    ]
    if not fallen:
        return None
    return Finding(
        problem=f"Dibanding {now.before}, turun: {_named(fallen)}.",
        follow_up="Membahas penurunan ini bersama PIC kabupaten/kota dan menyusun rencana kegiatan "
        "periode berikutnya.",
        advice="Lembaga pendukung mengarahkan dukungannya pada jenis kegiatan yang berkurang.",
    )


# --- Conclusions ----------------------------------------------------------------------------------


def _standing(now: Dashboard) -> str:
    counts, before = now.colours, now.colours_before
    reached = counts.green + counts.yellow
    text = (
        f"Sampai dengan akhir {periods.written(now.period.end)}, {_of(reached, counts.total)} "
        "perpustakaan mitra berwarna hijau atau kuning"
    )
    if before.total:
        then = before.green + before.yellow
        end = periods.written(now.before.end)
        text += (
            f"; pada akhir {end} jumlahnya {angka(then)} dari {angka(before.total)} "
            f"({persen(then, before.total)})"
        )
    return f"{text}."


def _done(now: Dashboard) -> str:
    totals = now.totals
    return (
        f"Selama {now.period} tercatat {dengan_huruf(totals.involvement)} kegiatan pelibatan "
        f"masyarakat dengan {angka(totals.participants)} peserta, {dengan_huruf(totals.advocacy)} "
        f"kegiatan advokasi, dan {dengan_huruf(totals.service)} peningkatan layanan informasi."
    )


_LEVERS = {
    "grey": (
        "abu-abu",
        "Perluasan akun dan pelaporan menjadi pengungkit terbesar bagi capaian berikutnya.",
    ),
    "red": (
        "merah",
        "Melengkapi komponen umum menjadi pengungkit terbesar bagi capaian berikutnya.",
    ),
    "yellow": (
        "kuning",
        "Menambah kegiatan dan keberlanjutan akan mengantar mereka menjadi hijau.",
    ),
    "green": ("hijau", "Capaian ini perlu dijaga dan ditularkan kepada perpustakaan lain."),
}


def _lever(now: Dashboard) -> str:
    """What moves the largest group."""
    counts = now.colours
    if not counts.total:
        return "Belum ada perpustakaan mitra yang dapat dinilai."
    largest = max(_LEVERS, key=lambda colour: getattr(counts, colour))
    word, lever = _LEVERS[largest]
    return (
        f"Kelompok terbesar adalah perpustakaan {word}, yaitu "
        f"{_of(getattr(counts, largest), counts.total)}. {lever}"
    )


# --- Words ----------------------------------------------------------------------------------------


def _of(count: int, total: int) -> str:
    """“658 (enam ratus lima puluh delapan) dari 932 (70,6%)”."""
    return f"{dengan_huruf(count)} dari {angka(total)} ({persen(count, total)})"


def _named(names: Sequence[str], *, at_most: int | None = None) -> str:
    """“A, B, dan C”; past ``at_most`` the rest is counted."""
    shown = list(names)
    if at_most and len(shown) > at_most:
        shown = [*shown[:at_most], f"{angka(len(names) - at_most)} lainnya"]
    if len(shown) < 2:
        return "".join(shown)
    if len(shown) == 2:
        return " dan ".join(shown)
    return f"{', '.join(shown[:-1])}, dan {shown[-1]}"


def _largest(rows: Iterable[AreaRow], measure: Callable[[AreaRow], int]) -> list[AreaRow]:
    having = [row for row in rows if measure(row)]
    return sorted(having, key=lambda row: (-measure(row), row.area.code))[:_NAMED_AT_MOST]


def _part(now: Dashboard) -> str:
    return "kabupaten/kota" if now.region.level == Level.PROVINCE else "kecamatan"
