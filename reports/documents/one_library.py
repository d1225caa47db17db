"""What the progress report of a single library says: its months, and sentences about it alone."""

from dataclasses import dataclass
from datetime import date

from kpi.enums import Colour
from libraries.models import Library
from reports import figures
from reports.documents.findings import Finding
from reports.figures import Dashboard, LibraryRow, Totals
from tpbis.core import periods
from tpbis.core.periods import Period
from tpbis.core.templatetags.tpbis import angka, dengan_huruf, poin


@dataclass(frozen=True, slots=True)
class MonthLine:
    """One month: what was done, and the colour at its end."""

    month: date
    totals: Totals
    colour: str | None


@dataclass(frozen=True, slots=True)
class OneLibrary:
    library: Library
    row: LibraryRow | None  # None while it was no partner at the end of the period
    months: tuple[MonthLine, ...]

    @property
    def place(self) -> str:
        region, above = self.library.region, self.library.region.parent
        regency = self.library.regency
        parts = [region.title]
        if above and above.pk != regency.pk and region.pk != regency.pk:
            parts.append(above.title)
        if region.pk != regency.pk:
            parts.append(regency.title)
        return ", ".join(parts)


def one_library(library: Library, period: Period) -> OneLibrary:
    only = Library.objects.filter(pk=library.pk)
    by_month = figures.totals_by_month(only, period)
    strip = figures.months_strip(library, period.end, length=len(period.months))
    colours = {cell.month: cell.colour for cell in strip}
    return OneLibrary(
        library=library,
        row=next(iter(figures.library_rows(only, period)), None),
        months=tuple(
            MonthLine(month, totals, colours.get(month)) for month, totals in by_month.items()
        ),
    )


def findings(now: Dashboard, row: LibraryRow | None) -> tuple[Finding, ...]:
    found = (_grey(now, row), _missing(now), _late(now), _fewer(now))
    return tuple(finding for finding in found if finding)


def conclusions(now: Dashboard, row: LibraryRow | None) -> tuple[str, ...]:
    return (_standing(now, row), _done(now))


def _grey(now: Dashboard, row: LibraryRow | None) -> Finding | None:
    if row is None or row.colour != Colour.GREY:
        return None
    return Finding(
        problem=f"Belum ada data yang masuk pada tahun {now.period.end.year}, sehingga capaiannya "
        "belum dapat dinilai.",
        follow_up="Pengelola melengkapi laporan bulanan; PIC kabupaten/kota mendampingi.",
        advice="Pemerintah setempat menetapkan pengelola yang bertugas melapor.",
    )


def _missing(now: Dashboard) -> Finding | None:
    missing = [
        name
        for name, count in (
            ("pelibatan masyarakat", now.totals.involvement),
            ("advokasi", now.totals.advocacy),
            ("peningkatan layanan informasi", now.totals.service),
            ("publikasi", now.totals.publications),
        )
        if not count
    ]
    if not missing:
        return None
    return Finding(
        problem=f"Selama {now.period} belum tercatat: {', '.join(missing)}.",
        follow_up="Menjadwalkan kegiatan tersebut pada bulan-bulan berikutnya dan mencatatnya "
        "setiap bulan.",
        advice="Pemerintah setempat menyediakan anggaran dan waktu untuk kegiatan tersebut.",
    )


def _late(now: Dashboard) -> Finding | None:
    expected, reported = now.completeness.expected, now.completeness.reported
    if reported >= expected:
        return None
    return Finding(
        problem=f"Dari {dengan_huruf(expected)} laporan bulanan yang diharapkan, "
        f"{dengan_huruf(reported)} sudah diajukan.",
        follow_up="Mengajukan laporan yang tertinggal, dan mengirim berikutnya sebelum batas "
        "kirim.",
        advice="Bulan tanpa kegiatan tetap dilaporkan nihil beserta data pengunjung.",
    )


def _fewer(now: Dashboard) -> Finding | None:
    after, before = now.totals, now.totals_before
    fallen = [
        f"{name} dari {angka(then)} menjadi {angka(today)}"
        for name, today, then in (
            ("kunjungan", after.visits_total, before.visits_total),
            ("kegiatan pelibatan masyarakat", after.involvement, before.involvement),
            ("kegiatan advokasi", after.advocacy, before.advocacy),
            ("peningkatan layanan informasi", after.service, before.service),
        )
        if today < then
    ]
    if not fallen:
        return None
    return Finding(
        problem=f"Dibanding {now.before}, turun: {', '.join(fallen)}.",
        follow_up="Membahas sebabnya bersama fasilitator daerah dan menyusun rencana kegiatan.",
        advice="Lembaga pendukung membantu jenis kegiatan yang berkurang.",
    )


def _standing(now: Dashboard, row: LibraryRow | None) -> str:
    end = periods.written(now.period.end)
    if row is None:
        return f"Pada akhir {end} perpustakaan ini tidak tercatat sebagai mitra TPBIS."
    word = str(Colour(row.colour).label).lower()
    points = "" if row.points is None else f" dengan {poin(row.points)} poin"
    return f"Sampai dengan akhir {end}, KPI portal perpustakaan ini berwarna {word}{points}."


def _done(now: Dashboard) -> str:
    totals = now.totals
    return (
        f"Selama {now.period} tercatat {dengan_huruf(totals.involvement)} kegiatan pelibatan "
        f"masyarakat dengan {angka(totals.participants)} peserta, {dengan_huruf(totals.advocacy)} "
        f"kegiatan advokasi, {dengan_huruf(totals.service)} peningkatan layanan informasi, dan "
        f"{angka(totals.visits_total)} kunjungan."
    )
