"""A page as one paragraph: figures, date, source, and nothing that needs a page around it."""

from datetime import date

from django.utils import translation

from libraries.enums import Level
from libraries.models import Region
from reports import summaries
from reports.figures import (
    Activities,
    Attendance,
    ColourCounts,
    Completeness,
    Dashboard,
    MonthColours,
    Part,
    Totals,
)
from reports.figures.funnel import Funnel, SimCounts, StageCounts
from tests.reports.times import wib
from tpbis.core.periods import Period

SPAN = Period(date(2026, 1, 1), date(2026, 10, 1))
AT = wib(2026, 11, 22, 10, 15)


def dashboard(**more) -> Dashboard:
    facts = {
        "region": Region(code="35", name="Jawa Timur", level=Level.PROVINCE),
        "period": SPAN,
        "before": SPAN.compared_with,
        "as_of": AT,
        "colours": ColourCounts(green=24, yellow=114, red=134, no_account=658, never=2),
        "colours_before": MonthColours(date(2025, 10, 1), green=30),
        "totals": Totals(visits_total=12_345, involvement=456, participants=8_901),
        "totals_before": Totals(visits_total=12_000, involvement=456),
        "partnerships": 12,
        "partnerships_before": 10,
        "completeness": Completeness(expected=1500, reported=1200, on_time=1100),
        "rows": (),
        "rule_versions": (1,),
    }
    return Dashboard(**{**facts, **more})


def test_region_in_a_paragraph():
    assert summaries.overview(dashboard()) == (
        "Provinsi Jawa Timur, Januari–Oktober 2026: dari 932 mitra, 24 hijau, 114 kuning, "
        "134 merah, 660 abu-abu (932 = 24 + 114 + 134 + 660). "
        "Hijau s.d. Oktober 2025: 30 (−6). "
        "Kunjungan 12.345 (+345), pelibatan masyarakat 456 kegiatan (tetap) dengan 8.901 peserta, "
        "kemitraan yang berlaku 12 (+2), dibandingkan Januari–Oktober 2025. "
        "Laporan masuk 1.200 dari 1.500, 1.100 di antaranya tepat waktu. "
        "Sumber: Portal TPBIS, keadaan 22 November 2026 pukul 10.15 WIB, "
        "KPI portal s.d. Oktober 2026, aturan versi 1."
    )


def test_where_no_report_was_due_none_is_spoken_of():
    assert "Laporan masuk" not in summaries.overview(dashboard(completeness=Completeness()))


def test_reader_of_english_gets_no_word_of_a_template():
    with translation.override("en"):
        said = summaries.overview(dashboard())

    assert "932 = 24 + 114 + 134 + 660" in said
    assert "%(" not in said


def found(entries: int = 6, told: int = 50) -> Activities:
    kinds = (
        Part("pelibatan", "Pelibatan masyarakat", entries, 90),
        Part("advokasi", "Advokasi", 2, 0),
    )
    return Activities(
        kinds=kinds,
        divided={
            "theme": (Part("Ekonomi", "Ekonomi", entries - 2, 60), Part("Seni", "Seni", 2, 30)),
            "audience": (Part("Umum", "Umum", entries, 90),),
        },
        attendance=Attendance(
            entries=entries, participants=90, told_entries=3, told=told, women=30, men=20
        ),
    )


def paragraph(now: Activities, before: Activities) -> str:
    return summaries.activities(
        "Kabupaten Lumajang", "September 2026", now, before, "Agustus 2026", as_of=AT
    )


def test_activities_in_a_paragraph():
    assert paragraph(found(), found(entries=4)) == (
        "Kabupaten Lumajang, September 2026: 8 catatan kegiatan yang disetujui atau dari SIM: "
        "6 pelibatan masyarakat (+2), 2 advokasi (tetap), dibandingkan Agustus 2026. "
        "Bidang terbanyak: Ekonomi (4 dari 6 kegiatan); sasaran terbanyak: Umum (6). "
        "Peserta 90 orang; dari 50 yang dirinci, 30 perempuan dan 20 laki-laki. "
        "Sumber: Portal TPBIS, keadaan 22 November 2026 pukul 10.15 WIB."
    )


def test_women_and_men_are_left_out_where_nobody_told():
    said = paragraph(found(told=0), found())

    assert "Peserta 90 orang." in said
    assert "perempuan" not in said


def test_the_way_in_says_what_adds_up():
    found = Funnel(
        on=date(2026, 11, 22),
        months=(date(2026, 8, 1), date(2026, 9, 1), date(2026, 10, 1)),
        portal=StageCounts(none=600, invited=32, active=50, first=150, routine=100),
        sim=SimCounts(not_proposed=632, active=300),
        through_sim=0,
        rows=(),
    )

    assert summaries.funnel("Provinsi Jawa Timur", found, as_of=AT) == (
        "Provinsi Jawa Timur, 22 November 2026: 300 dari 932 mitra dapat masuk ke portal "
        "(932 = 600 + 32 + 50 + 150 + 100 = belum ada akun + diundang + akun aktif + laporan "
        "pertama + rutin). Akun SIM aktif: 300. Sumber: Portal TPBIS, "
        "keadaan 22 November 2026 pukul 10.15 WIB."
    )
