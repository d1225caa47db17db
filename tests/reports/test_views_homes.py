"""A librarian's home: this month, what came back, the score and its next step."""

from datetime import date
from uuid import uuid4

import pytest
from django.urls import reverse

from activities import services as activities
from activities.enums import Kind, ReturnReason
from activities.models import EntryDraft, MonthlyReport, Photo
from libraries.enums import ReportingMode
from libraries.models import Inactivity, Library, Region
from tests import factories
from tests.reports import figures_world as world
from tests.reports.figures_world import GENERAL, approve, village
from tests.reports.times import NOW, set_clock
from tests.reports.words import words
from tpbis.accounts.enums import Role

OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)
HOME = "/beranda/"


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    return set_clock(monkeypatch, *NOW)


@pytest.fixture
def home(client, librarian):
    def home() -> str:
        client.force_login(librarian)  # anew: a session does not outlive the days tests skip
        return words(client.get(HOME))

    return home


def record(library, by, *kinds: Kind, month: date = NOVEMBER) -> MonthlyReport:
    """Entries without the month's visits."""
    report = activities.open_month(library=library, month=month, by=by)
    for kind in kinds:
        activities.record(
            report=report, kind=kind, content=factories.content(kind, month=month), by=by
        )
    return report


# --- Who lands here -------------------------------------------------------------------------------


def test_home_is_the_librarians(client, pic, staff, librarian):
    answers = {}
    for user in (pic, staff, librarian):
        client.force_login(user)
        response = client.get(HOME)
        answers[user.username] = (response.status_code, response.headers.get("Location"))

    assert answers == {"pic.lumajang": (302, "/"), "provinsi": (302, "/"), "labruk": (200, None)}


def test_rapor_leads_to_ones_own_library(client, librarian, stranger, pic, library, other_library):
    def lands_on(user):
        client.force_login(user)
        return client.get(reverse("reports:my_rapor")).url

    assert lands_on(librarian) == library.get_absolute_url()
    assert lands_on(stranger) == other_library.get_absolute_url()
    assert lands_on(pic) == reverse("reports:dashboard")


@pytest.mark.parametrize("address", [HOME, "/rapor/"])
def test_librarian_without_a_library_is_told_whom_to_ask(client, db, address):
    client.force_login(factories.UserFactory(role=Role.LIBRARIAN))

    response = client.get(address)

    assert response.status_code == 200
    assert "Akun ini belum ditempatkan" in words(response)


def test_nothing_of_another_library_is_shown(home, other_library, stranger):
    world.send_back(other_library, Kind.INVOLVEMENT, month=OCTOBER)

    text = home()

    assert other_library.name not in text
    assert "dikembalikan" not in text


# --- This month -----------------------------------------------------------------------------------


def test_empty_month_says_what_it_wants_and_until_when(home, library, librarian):
    approve(library, Kind.INVOLVEMENT, month=OCTOBER, by=librarian)

    text = home()

    assert "Laporan November 2026 kegiatan tercatat 0 kunjungan –" in text
    assert "Kurang: pelibatan masyarakat, advokasi, jumlah pengunjung" in text
    assert "Batas kirim 5 Desember 2026 (13 hari lagi)" in text
    assert "Catat kegiatan" in text
    assert "Periksa & kirim" not in text


def test_month_begun_says_what_is_still_wanted(home, library, librarian):
    record(library, librarian, Kind.INVOLVEMENT, Kind.INVOLVEMENT, Kind.SERVICE)

    text = home()

    assert "kegiatan tercatat 3 kunjungan –" in text
    assert "Kurang: advokasi, 2 foto, jumlah pengunjung" in text
    assert "Periksa & kirim" in text


def test_complete_month_says_so(home, library, librarian):
    report = factories.report(
        library, librarian, Kind.INVOLVEMENT, Kind.ADVOCACY, month=NOVEMBER, visits=(0, 0)
    )
    entry = report.activities.get(kind=Kind.INVOLVEMENT)
    Photo.objects.create(activity=entry, sha256="a" * 64, width=1, height=1)

    text = home()

    assert "kegiatan tercatat 2 kunjungan 0 Sudah lengkap." in text


@pytest.mark.parametrize(("month", "wanted"), [(7, True), (8, False), (1, True)])
def test_snapshot_is_wanted_in_january_and_july(
    client, library, librarian, monkeypatch, month, wanted
):
    set_clock(monkeypatch, 2026, month, 20, 8, 0)
    client.force_login(librarian)

    this = client.get(HOME).context["this"]

    assert ("peningkatan layanan" in this.wanted) is wanted


def test_month_already_sent_is_no_longer_pressed_for(home, library, librarian):
    world.submit(library, Kind.INVOLVEMENT, month=NOVEMBER, by=librarian)

    text = home()

    assert "Diajukan Kegiatan lain bulan ini masuk laporan susulan." in text
    assert "Lihat laporan" in text
    assert "Kurang:" not in text.partition("Rapor s.d.")[0].partition("Oktober")[0]


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ((2026, 12, 1), "5 Desember 2026 (4 hari lagi)"),
        ((2026, 12, 4), "5 Desember 2026 (besok)"),
        ((2026, 12, 5), "5 Desember 2026 (hari ini)"),
        ((2026, 12, 6), "5 Desember 2026 sudah lewat, masih bisa dikirim"),
    ],
)
def test_last_months_card_counts_down(home, library, librarian, monkeypatch, day, said):
    set_clock(monkeypatch, *day, 20, 0)

    text = home()

    assert "November 2026 belum dikirim" in text
    assert said in text


def test_last_month_stands_first_while_it_can_still_be_on_time(
    home, library, librarian, monkeypatch
):
    set_clock(monkeypatch, 2026, 12, 3, 8, 0)
    in_time = home()
    set_clock(monkeypatch, 2026, 12, 9, 8, 0)
    late = home()

    def position(text: str) -> bool:
        return text.index("November 2026 belum dikirim") < text.index("Laporan Desember 2026")

    assert position(in_time)
    assert not position(late)


@pytest.mark.parametrize("happens", [world.submit, approve])
def test_last_month_that_was_sent_is_not_mentioned(home, library, librarian, happens):
    happens(library, Kind.INVOLVEMENT, month=OCTOBER, by=librarian)

    assert "Oktober 2026 belum dikirim" not in home()


def test_month_before_joining_is_not_asked_for(home, library):
    Library.objects.filter(pk=library.pk).update(joined_on=date(2026, 11, 3))

    text = home()

    assert "Oktober 2026 belum dikirim" not in text
    assert "Laporan November 2026" in text


def test_nothing_is_asked_of_a_library_that_takes_no_part(home, library):
    Inactivity.objects.create(library=library, starts_on=date(2026, 9, 15), reason="Tutup")

    text = home()

    assert "belum dikirim" not in text
    assert "Perpustakaan ini tercatat nonaktif" in text
    assert "Catat kegiatan" in text
    assert "Rapor s.d." not in text


def test_where_the_sim_leads_nothing_is_recorded_here(home, library, lumajang):
    Region.objects.filter(pk=lumajang.pk).update(reporting_mode=ReportingMode.SIM)

    text = home()

    assert "Kabupaten Lumajang melapor lewat SIM Perpusnas." in text
    assert "Laporan November 2026" not in text
    assert "Rapor s.d. November 2026" in text


# --- What came back -------------------------------------------------------------------------------


def test_returned_report_shows_its_latest_reason_and_leads_to_it(
    client, home, library, librarian, pic
):
    report = world.submit(library, Kind.INVOLVEMENT, month=date(2026, 8, 1), by=librarian)
    for comment in ("Foto kurang.", "Jumlah peserta 900, benar?"):
        activities.send_back(report=report, reason=ReturnReason.NUMBERS, comment=comment, by=pic)
        if comment == "Foto kurang.":
            activities.submit(report=report, by=librarian)

    text = home()

    assert "Laporan Agustus 2026 dikembalikan" in text
    assert "Angka tidak masuk akal “Jumlah peserta 900, benar?”" in text
    assert "Foto kurang." not in text
    assert f'href="{report.get_absolute_url()}"' in client.get(HOME).content.decode()


def test_reopened_report_shows_why(home, library, librarian, pic):
    report = approve(library, Kind.INVOLVEMENT, month=OCTOBER, by=librarian)
    activities.reopen(report=report, comment="Tertukar dengan desa sebelah.", by=pic)

    text = home()

    assert "Laporan Oktober 2026 dikembalikan “Tertukar dengan desa sebelah.”" in text
    assert "Oktober 2026 belum dikirim" not in text


# --- The score ------------------------------------------------------------------------------------


def test_grey_says_that_one_report_is_enough(home, library):
    text = home()

    assert "Rapor s.d. November 2026 Abu-abu" in text
    assert "Catat satu kegiatan dan kirim laporannya, warnanya langsung berubah." in text


def test_red_names_what_is_missing(home, library, librarian):
    approve(library, Kind.INVOLVEMENT, month=OCTOBER, by=librarian)

    text = home()

    assert "Ke kuning dalam bulan ini: +" in text
    assert "+1 layanan" in text
    assert "Ke hijau paling cepat" not in text
    assert "Hijau belum mungkin tahun ini. Yang masih mungkin: Kuning dengan paling tinggi" in text


def test_yellow_says_where_points_can_be_won(home, library, librarian):
    for month in (2, 4, 5, 6, 8, 9):
        approve(library, *GENERAL, *GENERAL, month=date(2026, month, 1), by=librarian)

    text = home()

    assert "Kuning 63 dari 100" in text
    assert "Ke hijau paling cepat akhir Desember 2026: +8 pelibatan, +4 advokasi" in text
    assert "Yang dihitung hanya yang sungguh terjadi" in text


def test_waiting_report_is_counted_beside_what_counts(home, library, librarian):
    world.submit(library, Kind.INVOLVEMENT, month=OCTOBER, by=librarian)

    assert "Sementara: Merah 2 kalau 1 laporan yang menunggu pemeriksaan disetujui" in home()


def test_new_year_keeps_last_years_score_until_its_first_closing(
    home, library, librarian, monkeypatch
):
    approve(library, *GENERAL, month=OCTOBER, by=librarian)
    set_clock(monkeypatch, 2027, 1, 3, 8, 0)

    assert "Rapor s.d. Desember 2026 Merah" in home()


def test_closed_year_leads_to_the_new_one(client, home, library, librarian, monkeypatch):
    approve(library, *GENERAL, month=OCTOBER, by=librarian)
    set_clock(monkeypatch, 2027, 1, 20, 8, 0)

    assert "Tahun 2026 sudah ditutup. Lihat rapor s.d. Januari 2027" in home()
    address = f'href="{library.get_absolute_url()}?sampai=2027-01"'
    assert address in client.get(HOME).content.decode()


def test_library_that_joined_this_january_has_a_rapor_at_once(home, library, monkeypatch):
    Library.objects.filter(pk=library.pk).update(joined_on=date(2027, 1, 2))
    set_clock(monkeypatch, 2027, 1, 3, 8, 0)

    assert "Rapor s.d. Januari 2027 Abu-abu" in home()


def test_months_lead_to_the_reports_there_are(client, library, librarian):
    sent = approve(library, Kind.INVOLVEMENT, month=OCTOBER, by=librarian)
    draft = record(library, librarian, Kind.INVOLVEMENT)

    client.force_login(librarian)
    page = client.get(HOME).content.decode()

    for report in (sent, draft):
        assert f'href="{report.get_absolute_url()}"' in page


# --- Cost -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 30])
def test_home_asks_the_same_queries_however_much_there_is(
    client, library, librarian, rows, django_assert_num_queries
):
    village()
    record(library, librarian, *[Kind.INVOLVEMENT] * rows)
    for entry in MonthlyReport.objects.get().activities.all():
        Photo.objects.create(activity=entry, sha256="b" * 64, width=1, height=1)
    world.send_back(library, *[Kind.INVOLVEMENT] * rows, month=OCTOBER)
    approve(library, *GENERAL, month=date(2026, 1, 1), by=librarian)
    client.force_login(librarian)

    with django_assert_num_queries(39):
        client.get(HOME)


def test_what_was_said_of_an_entry_leads_straight_to_its_field(
    client, home, library, librarian, pic
):
    report = record(library, librarian, Kind.INVOLVEMENT, month=OCTOBER)
    activities.enter_visits(report=report, men=1, women=2, by=librarian)
    entry = report.activities.get()
    activities.submit(report=report, by=librarian)
    remark = activities.EntryRemark(
        entry.pk, "participants_total", ReturnReason.NUMBERS, "Betul 20?"
    )
    activities.send_back(
        report=report,
        reason=ReturnReason.NUMBERS,
        comment="Lihat catatan.",
        remarks=[remark],
        by=pic,
    )

    assert "Betul 20?" in home()
    field = f"{reverse('activities:edit', args=[entry.pk])}#bidang-participants_total"
    assert f'href="{field}"' in client.get(HOME).content.decode()


def test_a_month_with_something_in_it_leads_to_the_check_page(client, home, library, librarian):
    report = record(library, librarian, Kind.INVOLVEMENT)
    home()

    page = client.get(HOME).content.decode()

    assert f'href="{reverse("activities:check", args=[report.pk])}"' in page


def test_what_was_begun_and_not_saved_is_offered_again(client, home, library, librarian, stranger):
    for by in (librarian, stranger):
        EntryDraft.objects.create(
            uuid=uuid4(), library=library, by=by, kind=Kind.ADVOCACY, content_hash="a" * 64
        )
    mine = EntryDraft.objects.get(by=librarian)

    assert "Belum selesai ditulis: advokasi" in home()
    page = client.get(HOME).content.decode()
    assert page.count("?draf=") == 1
    assert f"?draf={mine.uuid}" in page
