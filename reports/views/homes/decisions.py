"""What somebody has to decide, in plain words: who, by when, and where."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities import overdue
from activities import queries as activities
from libraries.models import Region
from reports import figures
from reports.enums import Lately
from reports.figures.desk import Behind, Desk
from tpbis.core import periods
from tpbis.core.templatetags.tpbis import angka

FEW_REPORTS = 0.6  # of those expected: below it a regency is spoken of


@dataclass(frozen=True, slots=True)
class Decision:
    """``what`` is to be done and ``why``, by ``who`` and until when; ``url`` leads to the list
    behind the number, and is empty for whoever may not see that."""

    what: str
    why: str
    who: str = ""
    by: date | None = None
    url: str = ""


@dataclass(frozen=True, slots=True)
class Situation:
    """What decisions are found in. Without ``names`` nobody is called by name."""

    region: Region
    dashboard: figures.Dashboard
    desk: Desk
    behind: Sequence[Behind]
    query: str
    names: bool = True
    is_staff: bool = False

    def pic(self, one: Behind) -> str:
        place = {"place": one.area.title}
        if self.names and one.pics:
            return _("%(names)s, PIC %(place)s") % {"names": " / ".join(one.pics), **place}
        return _("PIC %(place)s") % place


def for_a_leader(situation: Situation, most: int = 3) -> list[Decision]:
    """What weighs most, in the order of what keeps everything else back."""
    return _of(situation, [_no_pic, _overdue, _awards, _accounts, _few_reports])[:most]


def for_staff(situation: Situation) -> list[Decision]:
    """All there is to decide."""
    kinds = [_no_pic, _overdue, _awards, _accounts, _few_reports]
    return _of(situation, [*kinds, _disagreement, _drafts, _failed_areas, _failed_documents])


def _of(
    situation: Situation, kinds: Sequence[Callable[[Situation], Iterator[Decision]]]
) -> list[Decision]:
    return [decision for kind in kinds for decision in kind(situation)]


def _no_pic(situation: Situation) -> Iterator[Decision]:
    lacking = [one.area for one in situation.behind if not one.pics]
    if not lacking:
        return
    what = ngettext(
        "Tunjuk PIC untuk %(count)s kabupaten/kota",
        "Tunjuk PIC untuk %(count)s kabupaten/kota",
        len(lacking),
    )
    yield Decision(
        what % {"count": angka(len(lacking))},
        _("Tanpa PIC tidak ada yang memeriksa laporan di %(places)s.") % {"places": _some(lacking)},
        _("Kepala dinas kabupaten/kota, diminta oleh provinsi"),
        _next_due(),
        reverse("libraries:people") if situation.is_staff else "",
    )


def _overdue(situation: Situation) -> Iterator[Decision]:
    late = [one for one in situation.behind if one.overdue]
    if not late:
        return
    count = sum(one.overdue for one in late)
    worst = max(late, key=lambda one: one.longest or 0)
    what = ngettext(
        "Periksa %(count)s laporan yang menunggu lebih dari %(days)s hari kerja",
        "Periksa %(count)s laporan yang menunggu lebih dari %(days)s hari kerja",
        count,
    )
    why = ngettext(
        "Menunggu di %(count)s kabupaten/kota; terlama %(longest)s hari kerja di %(place)s.",
        "Menunggu di %(count)s kabupaten/kota; terlama %(longest)s hari kerja di %(place)s.",
        len(late),
    )
    said = {"longest": angka(worst.longest), "place": worst.area.title}
    yield Decision(
        what % {"count": angka(count), "days": angka(overdue.review_days())},
        why % {"count": angka(len(late)), **said},
        situation.pic(worst),
        next_closing(),
        reverse("reports:reviews_waiting") if situation.names else "",
    )


def _awards(situation: Situation) -> Iterator[Decision]:
    desk = situation.desk
    if not desk.green or desk.closing is None:
        return
    what = ngettext(
        "Putuskan penghargaan untuk %(count)s perpustakaan hijau",
        "Putuskan penghargaan untuk %(count)s perpustakaan hijau",
        desk.green,
    )
    yield Decision(
        what % {"count": angka(desk.green)},
        _("Hijau ketika %(month)s ditutup, dan belum diputuskan.")
        % {"month": periods.written(desk.closing.through)},
        _("Dinas Perpustakaan provinsi"),
        next_closing(),
        reverse("reports:awards"),
    )


def _accounts(situation: Situation) -> Iterator[Decision]:
    without = situation.dashboard.colours.no_account
    if not without:
        return
    most = max(situation.behind, key=lambda one: one.row.colours.no_account, default=None)
    what = ngettext(
        "Buka akun untuk %(count)s mitra yang belum punya",
        "Buka akun untuk %(count)s mitra yang belum punya",
        without,
    )
    why = _("Tanpa akun mereka tidak dapat melapor dan tetap abu-abu.")
    if most is not None and most.row.colours.no_account:
        why += " " + _("Terbanyak di %(place)s: %(count)s.") % {
            "place": most.area.title,
            "count": angka(most.row.colours.no_account),
        }
    yield Decision(
        what % {"count": angka(without)},
        why,
        _("PIC kabupaten/kota, dengan surat aktivasi"),
        _next_due(),
        reverse("reports:funnel"),
    )


def _few_reports(situation: Situation) -> Iterator[Decision]:
    expected = [one for one in situation.behind if one.completeness.expected]
    worst = min(expected, key=lambda one: one.completeness.share, default=None)
    if worst is None or worst.completeness.share >= FEW_REPORTS:
        return
    said = {
        "place": worst.area.title,
        "some": angka(worst.completeness.reported),
        "all": angka(worst.completeness.expected),
    }
    yield Decision(
        _("Dorong pelaporan di %(place)s") % said,
        _("Baru %(some)s dari %(all)s laporan yang masuk, terendah di provinsi.") % said,
        situation.pic(worst),
        _next_due(),
        f"{reverse('reports:region_reporting', args=[worst.area.code])}?{situation.query}",
    )


# --- What lies undone: a number, why it matters, and the list behind it ---------------------------


def _disagreement(situation: Situation) -> Iterator[Decision]:
    count = situation.desk.disagreeing
    what = ngettext(
        "Tanyakan ke Perpusnas: warna %(count)s perpustakaan berbeda di SIM",
        "Tanyakan ke Perpusnas: warna %(count)s perpustakaan berbeda di SIM",
        count,
    )
    why = _("Skor resmi terbaru dan skor portal tidak menunjuk warna yang sama.")
    return _undone(count, what, why, reverse("reports:official"))


def _drafts(situation: Situation) -> Iterator[Decision]:
    count = situation.desk.drafts
    what = ngettext(
        "Terbitkan atau hapus %(count)s draf aturan KPI",
        "Terbitkan atau hapus %(count)s draf aturan KPI",
        count,
    )
    why = _("Draf tidak menghitung apa pun sampai diterbitkan.")
    return _undone(count, what, why, reverse("kpi:rules"))


def _failed_areas(situation: Situation) -> Iterator[Decision]:
    count = situation.desk.failed_areas
    what = ngettext(
        "Ulangi perhitungan skor %(count)s wilayah",
        "Ulangi perhitungan skor %(count)s wilayah",
        count,
    )
    why = _("Perhitungan terakhir gagal di sana; warnanya masih yang sebelumnya.")
    return _undone(count, what, why, reverse("kpi:runs"))


def _failed_documents(situation: Situation) -> Iterator[Decision]:
    count = situation.desk.failed_documents
    what = ngettext(
        "Buat ulang %(count)s dokumen yang gagal",
        "Buat ulang %(count)s dokumen yang gagal",
        count,
    )
    url = f"{reverse('reports:documents')}?kapan={Lately.FAILED}"
    return _undone(count, what, _("Dalam 30 hari terakhir."), url)


def _undone(count: int, what: str, why: str, url: str) -> Iterator[Decision]:
    """Nobody's in particular, and by no day; none where nothing lies."""
    if count:
        yield Decision(what % {"count": angka(count)}, why, url=url)


# --- Days and places ------------------------------------------------------------------------------


def next_closing() -> date:
    """The next day on which a month is closed."""
    month = periods.add_months(periods.this_month(), -1)
    day = periods.closing(month).date()
    return day if timezone.localdate() < day else periods.closing(periods.this_month()).date()


def _next_due() -> date:
    """The last day to send the running month."""
    return activities.deadline(periods.this_month()).day


def _some(places: Sequence[Region], most: int = 3) -> str:
    """“Kabupaten A, Kota B dan 4 lainnya”."""
    named = ", ".join(place.title for place in places[:most])
    if len(places) <= most:
        return named
    return _("%(named)s dan %(count)s lainnya") % {
        "named": named,
        "count": angka(len(places) - most),
    }
