"""The SIM feed taken in: rows kept, linked, carried into sealed reports; the same twice changes
nothing."""

import json
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import OperationalError
from django.utils import timezone

from activities import signals, sim, tasks
from activities.enums import Kind, SimKind, Source, State
from activities.models import Activity, MonthlyReport, OfficialScore, SimImport, SimRow
from kpi import services as kpi
from kpi.enums import Colour
from libraries import services as libraries
from libraries.enums import LibraryKind, ProgrammeSource, SimState
from libraries.models import Library, Region, SimAccount
from reports import figures
from tests import factories
from tpbis.accounts.models import AuditEvent
from tpbis.core.periods import Period

pytestmark = pytest.mark.django_db

DATA = Path(__file__).parent.parent / "data" / "sim"
NOW = datetime(2026, 6, 15, 3, tzinfo=UTC)
JABUNG = {
    "perpus_nama": "Perpustakaan Desa Jabung Wetan",
    "provinsi_name": "Jawa Timur",
    "kabupaten_name": "Kab. Probolinggo",
    "kecamatan_name": "Paiton",
    "desa_name": "Jabung Wetan",
}


@pytest.fixture(autouse=True)
def today(monkeypatch):
    """15 June 2026, so that the samples lie in the past."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture(autouse=True)
def regions():
    codes = ("35.13.12.2003", "35.13.12.2008", "35.13.14.1003", "35.13.04.2010", "35.13.12.2011")
    for code in (*codes, "35.08.21.2004"):
        factories.region(code)


@pytest.fixture
def jabung(regions) -> Library:
    return factories.LibraryFactory(
        name="Perpustakaan Desa Jabung Wetan", region=factories.region("35.13.12.2003")
    )


@pytest.fixture
def feed(tmp_path):
    """Writes the files of a folder: ``feed(pelibatan=[row, …])``."""

    def write(**files: list) -> Path:
        for path in tmp_path.glob("*.json"):
            path.unlink()
        for name, rows in files.items():
            text = json.dumps({"status": "success", "data": rows})
            (tmp_path / f"{name}.json").write_text(text, encoding="utf-8")
        return tmp_path

    return write


@pytest.fixture
def run(capsys):
    def command(folder: Path, *options: str) -> list[str]:
        call_command("import_sim", str(folder), *options)
        return capsys.readouterr().out.splitlines()

    return command


@pytest.fixture
def refused(capsys):
    def command(folder: Path, *options: str) -> str:
        with pytest.raises(SystemExit) as left:
            call_command("import_sim", str(folder), *options)
        assert left.value.code == 2
        assert not SimRow.objects.exists()
        return capsys.readouterr().err

    return command


def involvement(**changes: object) -> dict:
    return {
        **JABUNG,
        "tanggal": "2026-04-18",
        "nama_kegiatan": "Pelatihan membuat keripik",
        "bidang_kegiatan": "Ekonomi",
        "jenis": "Pelatihan",
        "sasaran": "Pelaku UMKM",
        "jumlah_peserta": 20,
        **changes,
    }


def visits(total: object, periode: str = "May 2026", **changes: object) -> dict:
    return {
        **JABUNG,
        "periode": periode,
        "pengunjung_laki": None,
        "pengunjung_perempuan": None,
        "total_pengunjung": total,
        **changes,
    }


def iku(skor: object, **changes: object) -> dict:
    return {
        "nama_perpustakaan": "Perpustakaan Desa Jabung Wetan",
        "provinsi": "Jawa Timur",
        "kabupaten_kota": "Kab. Probolinggo",
        "desa_kelurahan": "Jabung Wetan",
        "skor": skor,
        **changes,
    }


# --- The samples --------------------------------------------------------------------------------


def test_rows_of_unknown_libraries_are_kept_and_listed(run):
    printed = run(DATA / "contoh")

    assert printed == [
        "iku          2 dibaca: 2 baru, 0 berubah, 0 tetap; 2 belum cocok",
        "pelibatan    1 dibaca: 1 baru, 0 berubah, 0 tetap; 1 belum cocok",
        "advokasi     1 dibaca: 1 baru, 0 berubah, 0 tetap; 1 belum cocok",
        "peningkatan  1 dibaca: 1 baru, 0 berubah, 0 tetap; 1 belum cocok",
        "publikasi    1 dibaca: 1 baru, 0 berubah, 0 tetap; 1 belum cocok",
        "pengunjung   1 dibaca: 1 baru, 0 berubah, 0 tetap; 1 belum cocok",
        "replikasi    1 dibaca: 1 baru, 0 berubah, 0 tetap; 0 belum cocok",
        "Belum cocok (2 perpustakaan):",
        "  B24 Perpustakaan Contoh Dua (Contohdua, Kab. Contoh): 1 baris, “Kab. Contoh” tidak ada "
        "di daftar wilayah",
        "  Perpustakaan Desa Contoh Satu (Contohsatu, Kab. Contoh): 6 baris, “Kab. Contoh” tidak "
        "ada di daftar wilayah",
        "0 laporan bulanan SIM disegel, 0 skor resmi dicatat.",
    ]
    assert SimRow.objects.filter(library=None).count() == 8
    assert not MonthlyReport.objects.exists()


def test_the_probolinggo_sample_registers_its_libraries(run):
    printed = run(DATA / "probolinggo", "--create-missing", "--as-of", "2025-05-31")

    assert printed == [
        "iku          6 dibaca: 6 baru, 0 berubah, 0 tetap; 1 belum cocok",
        "pelibatan    7 dibaca: 7 baru, 0 berubah, 0 tetap; 1 belum cocok",
        "advokasi     3 dibaca: 3 baru, 0 berubah, 0 tetap; 0 belum cocok",
        "peningkatan  2 dibaca: 2 baru, 0 berubah, 0 tetap; 0 belum cocok",
        "publikasi    2 dibaca: 2 baru, 0 berubah, 0 tetap; 0 belum cocok",
        "pengunjung   4 dibaca: 4 baru, 0 berubah, 0 tetap; 0 belum cocok",
        "replikasi    1 dibaca: 1 baru, 0 berubah, 0 tetap; 0 belum cocok",
        "Didaftarkan (4 perpustakaan, sumber program sementara “Nasional, lengkap”):",
        "  Perpustakaan Desa Jabung Wetan, Desa Jabung Wetan (35.13.12.2003)",
        "  Perpustakaan Mawar, Kelurahan Semampir (35.13.14.1003)",
        "  Dinas Perpustakaan dan Kearsipan, Kabupaten Probolinggo (35.13)",
        "  B24 Perpustakaan Sidodadi, Desa Sidodadi (35.13.12.2008)",
        "Belum cocok (1 perpustakaan):",
        "  Perpustakaan Desa Karanganyar (Karanganyar, Kab. Probolinggo): 2 baris, desa "
        "“Karanganyar” ada beberapa: 35.13.04.2010, 35.13.12.2011",
        "9 laporan bulanan SIM disegel, 4 skor resmi dicatat.",
        "Skor portal menyusul sendiri lewat worker, atau hitung sekarang: manage.py score 2025-08",
    ]
    assert set(Library.objects.values_list("name", "kind", "source", "joined_on")) == {
        (name, kind, ProgrammeSource.NATIONAL, date(2025, 1, 1))
        for name, kind in (
            ("Perpustakaan Desa Jabung Wetan", LibraryKind.VILLAGE),
            ("Perpustakaan Mawar", LibraryKind.URBAN_VILLAGE),
            ("Dinas Perpustakaan dan Kearsipan", LibraryKind.REGENCY),
            ("B24 Perpustakaan Sidodadi", LibraryKind.VILLAGE),
        )
    }
    assert dict(OfficialScore.objects.values_list("library__name", "points")) == {
        "Perpustakaan Desa Jabung Wetan": 83_250,
        "Perpustakaan Mawar": 41_500,
        "Dinas Perpustakaan dan Kearsipan": 66_250,
        "B24 Perpustakaan Sidodadi": None,
    }


def test_a_second_import_changes_nothing(run):
    run(DATA / "probolinggo", "--create-missing", "--as-of", "2025-05-31")
    before = list(MonthlyReport.objects.order_by("pk").values())

    printed = run(DATA / "probolinggo", "--create-missing", "--as-of", "2025-05-31")

    assert all(": 0 baru, 0 berubah, " in line for line in printed[:7])
    assert printed[-1] == "0 laporan bulanan SIM disegel, 0 skor resmi dicatat."
    assert list(MonthlyReport.objects.order_by("pk").values()) == before
    assert (SimRow.objects.count(), Activity.objects.count()) == (25, 13)


def test_imported_entries_colour_the_libraries_beside_their_official_scores(run):
    run(DATA / "probolinggo", "--create-missing", "--as-of", "2025-05-31")

    kpi.sweep()

    rows = figures.library_rows(
        Library.objects.within("35.13").order_by("name"), Period.parse("2025-01", "2025-05")
    )
    assert [
        (row.library.name, row.colour, row.official.points if row.official else None)
        for row in rows
    ] == [
        ("B24 Perpustakaan Sidodadi", Colour.GREY, None),
        ("Dinas Perpustakaan dan Kearsipan", Colour.RED, 66_250),
        ("Perpustakaan Desa Jabung Wetan", Colour.YELLOW, 83_250),
        ("Perpustakaan Mawar", Colour.RED, 41_500),
    ]
    jabung = rows[2].totals
    assert (jabung.involvement, jabung.participants, jabung.advocacy) == (4, 85, 2)
    assert (jabung.service, jabung.publications, jabung.visits_total) == (1, 1, 37)


# --- Reports ------------------------------------------------------------------------------------


def test_a_month_becomes_an_approved_and_sealed_report(run, feed, jabung):
    run(feed(pelibatan=[involvement()], pengunjung=[visits(37, "April 2026")]))

    report = MonthlyReport.objects.get()
    assert (report.library, report.month) == (jabung, date(2026, 4, 1))
    assert (report.source, report.number, report.state) == (Source.SIM, 1, State.APPROVED)
    assert (report.visits_men, report.visits_women, report.visits_total) == (None, None, 37)
    assert (report.seal, report.updated_at) == (report.compute_seal(), NOW)
    entry = report.activities.get()
    assert (entry.kind, entry.held_on, entry.participants_total) == (
        Kind.INVOLVEMENT,
        date(2026, 4, 18),
        20,
    )
    assert SimRow.objects.get(kind=SimKind.INVOLVEMENT).activity == entry


def test_an_import_is_one_event_beside_those_of_the_register(run):
    run(DATA / "probolinggo", "--create-missing")

    actions = Counter(AuditEvent.objects.values_list("action", flat=True))
    assert actions.pop("activities.import_sim") == 1
    assert set(actions) == {"libraries.register", "libraries.note_sim_state"}
    assert actions["libraries.register"] == Library.objects.count()


def test_an_event_tells_how_many_and_the_same_again_tells_nothing(run, feed, jabung):
    folder = feed(pelibatan=[involvement(), involvement(jumlah_peserta=-1, nama_kegiatan="Lain")])

    for _time in range(2):
        run(folder)
        tasks.link_sim_rows()

    (event,) = AuditEvent.objects.filter(action__startswith="activities.")
    assert (event.action, event.by, event.subject) == (
        "activities.import_sim",
        None,
        f"activities.simimport:{SimImport.objects.earliest('pk').pk}",
    )
    assert event.changes == {"new": [None, 2], "rejected": [None, 1], "reports": [None, 1]}


def test_rows_that_find_their_library_later_are_told(run, feed):
    run(feed(pelibatan=[involvement()]))
    factories.LibraryFactory(
        name="Perpustakaan Desa Jabung Wetan", region=factories.region("35.13.12.2003")
    )

    tasks.link_sim_rows()

    event = AuditEvent.objects.get(action="activities.link_sim_rows")
    assert event.changes == {"linked": [None, 1], "reports": [None, 1]}


def test_what_changed_is_announced_after_the_commit(
    run, feed, jabung, django_capture_on_commit_callbacks
):
    heard = []

    def listen(*, report_id, **_):
        heard.append(report_id)

    signals.approved_content_changed.connect(listen)
    folder = feed(pelibatan=[involvement()])

    with django_capture_on_commit_callbacks(execute=True):
        run(folder)
    with django_capture_on_commit_callbacks(execute=True):
        run(folder)

    assert heard == [MonthlyReport.objects.get().pk]


def test_a_mass_of_reports_is_left_to_the_sweep(
    run, feed, jabung, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr("activities.sim.reports._MOST_ANNOUNCED", 2)
    months = [involvement(tanggal=f"2026-0{month}-02") for month in range(1, 6)]

    with django_capture_on_commit_callbacks() as callbacks:
        run(feed(pelibatan=months))

    assert MonthlyReport.objects.count() == 5
    assert len(callbacks) == 2


def test_a_changed_row_changes_its_entry_and_the_seal(run, feed, jabung):
    run(feed(pelibatan=[involvement()]))
    before = MonthlyReport.objects.get()
    entry = before.activities.get()

    printed = run(feed(pelibatan=[involvement(jumlah_peserta=25)]))

    assert printed[0] == "pelibatan    1 dibaca: 0 baru, 1 berubah, 0 tetap; 0 belum cocok"
    after = MonthlyReport.objects.get()
    assert after.pk == before.pk
    assert after.seal not in ("", before.seal)
    assert after.seal == after.compute_seal()
    assert list(after.activities.values_list("pk", "participants_total")) == [(entry.pk, 25)]
    assert SimRow.objects.get().raw["jumlah_peserta"] == 25


def test_a_change_that_no_report_shows_leaves_the_seal(run, feed, jabung):
    run(feed(pelibatan=[involvement(is_verified="Belum")]))
    before = MonthlyReport.objects.get()

    printed = run(feed(pelibatan=[involvement(is_verified="Sudah Diverifikasi")]))

    assert printed[0].startswith("pelibatan    1 dibaca: 0 baru, 1 berubah")
    assert MonthlyReport.objects.get().seal == before.seal
    assert printed[-1].startswith("0 laporan")


def test_the_portals_own_report_of_the_month_stays_untouched(run, feed, jabung):
    librarian = factories.someone("librarian", jabung)
    month = date(2026, 4, 1)
    own = factories.report(jabung, librarian, Kind.INVOLVEMENT, month=month)

    run(feed(pelibatan=[involvement()]))

    own.refresh_from_db()
    assert own.state == State.DRAFT
    assert MonthlyReport.objects.filter(library=jabung, month=month).count() == 2


def test_twins_in_one_file_are_two_entries_in_any_order(run, feed, jabung):
    twins = [involvement(), involvement(), involvement(jumlah_peserta=30)]
    run(feed(pelibatan=twins))
    seal = MonthlyReport.objects.get().seal

    printed = run(feed(pelibatan=twins[::-1]))

    assert printed[0] == "pelibatan    3 dibaca: 0 baru, 0 berubah, 3 tetap; 0 belum cocok"
    assert Activity.objects.count() == 3
    assert MonthlyReport.objects.get().seal == seal


def test_the_same_row_in_two_files_is_one_entry(run, feed, jabung):
    printed = run(feed(pelibatan=[involvement()], pelibatan3513=[involvement()]))

    assert printed[0] == "pelibatan    2 dibaca: 1 baru, 0 berubah, 1 tetap; 0 belum cocok"
    assert Activity.objects.count() == 1


def test_several_regencies_come_at_once(run, feed, jabung, library):
    labruk = {
        "perpus_nama": library.name,
        "kabupaten_name": "Kab. Lumajang",
        "kecamatan_name": "Sumbersuko",
        "desa_name": "Labruk Kidul",
    }

    run(feed(pelibatan3513=[involvement()], pelibatan3508=[involvement(**labruk)]))

    assert set(MonthlyReport.objects.values_list("library", flat=True)) == {jabung.pk, library.pk}


def test_one_visits_row_a_month_holds(run, feed, jabung):
    printed = run(feed(pengunjung=[visits(37), visits(37), visits(40)]))

    assert printed[:3] == [
        "pengunjung   3 dibaca: 3 baru, 0 berubah, 0 tetap; 0 belum cocok, 1 ditolak",
        "Ditolak (1 baris, disimpan apa adanya):",
        "  pengunjung.json, baris 3: pengunjung bulan ini sudah ada di baris lain dengan angka "
        "lain",
    ]
    assert MonthlyReport.objects.get().visits_total == 37


def test_zero_visitors_are_a_figure(run, feed, jabung):
    run(feed(pengunjung=[visits(0)]))

    assert MonthlyReport.objects.get().visits_total == 0


# --- Rows that cannot be used -------------------------------------------------------------------


def test_a_row_that_cannot_be_is_kept_with_its_reason(run, feed, jabung):
    printed = run(
        feed(
            pelibatan=[
                involvement(),
                involvement(tanggal="31/02/2026"),
                involvement(nama_kegiatan="Lain", jumlah_peserta=-5),
                involvement(nama_kegiatan="Nanti", tanggal="2026-12-01"),
                involvement(nama_kegiatan="Sulap", bidang_kegiatan="Sihir"),
            ]
        )
    )

    assert printed[:6] == [
        "pelibatan    5 dibaca: 5 baru, 0 berubah, 0 tetap; 0 belum cocok, 4 ditolak",
        "Ditolak (4 baris, disimpan apa adanya):",
        "  pelibatan.json, baris 2: tanggal: Tanggal “31/02/2026” tidak ada di kalender.",
        "  pelibatan.json, baris 3: jumlah_peserta: angka negatif (-5)",
        "  pelibatan.json, baris 4: tanggal: 2026-12-01 belum tiba",
        "  pelibatan.json, baris 5: bidang_kegiatan: “Sihir” tidak ada di daftar pilihan",
    ]
    assert Activity.objects.count() == 1
    assert SimRow.objects.exclude(problem="").count() == 4


def test_an_entry_whose_row_became_unusable_no_longer_counts(run, feed, jabung):
    run(feed(pelibatan=[involvement(), involvement(nama_kegiatan="Lain")]))
    before = MonthlyReport.objects.get().seal

    run(feed(pelibatan=[involvement(jumlah_peserta=-1), involvement(nama_kegiatan="Lain")]))

    report = MonthlyReport.objects.get()
    assert list(report.activities.values_list("title", flat=True)) == ["Lain"]
    assert report.seal not in ("", before)


def test_visits_that_became_unusable_no_longer_count(run, feed, jabung):
    run(feed(pengunjung=[visits(37)]))

    run(feed(pengunjung=[visits(-1)]))

    assert MonthlyReport.objects.get().visits_total is None


def test_a_day_that_was_to_come_counts_once_it_came(run, feed, jabung, monkeypatch):
    folder = feed(pelibatan=[involvement(tanggal="2026-06-20")])
    run(folder)
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 7, 1, tzinfo=UTC))

    printed = run(folder)

    assert printed[0] == "pelibatan    1 dibaca: 0 baru, 0 berubah, 1 tetap; 0 belum cocok"
    assert Activity.objects.count() == 1
    assert SimRow.objects.get().problem == ""


# --- Official scores ----------------------------------------------------------------------------


def test_a_score_is_a_dated_fact(run, feed, jabung):
    folder = feed(iku=[iku("66,25")])

    run(folder, "--as-of", "2026-04-30")
    run(folder, "--as-of", "2026-05-31")
    run(folder)

    assert list(OfficialScore.objects.order_by("as_of").values_list("as_of", "points")) == [
        (date(2026, 4, 30), 66_250),
        (date(2026, 5, 31), 66_250),
    ]


def test_without_a_date_a_score_is_todays(run, feed, jabung):
    run(feed(iku=[iku(50)]))

    assert OfficialScore.objects.get().as_of == date(2026, 6, 15)


@pytest.mark.parametrize("rows", [[iku(50), iku("-")], [iku("-"), iku(50)]])
def test_of_a_library_that_comes_twice_the_number_holds(run, feed, jabung, rows):
    run(feed(iku=rows))

    assert OfficialScore.objects.get().points == 50_000


def test_a_second_number_for_one_library_is_rejected(run, feed, jabung):
    printed = run(feed(iku=[iku(50), iku(70)]))

    assert (
        "  iku.json, baris 2: skor: perpustakaan ini sudah punya skor lain di baris lain" in printed
    )
    assert OfficialScore.objects.get().points == 50_000


# --- Linking ------------------------------------------------------------------------------------


def test_a_registration_links_the_rows_that_wait(run, feed, django_capture_on_commit_callbacks):
    run(feed(pelibatan=[involvement()], iku=[iku(50)]), "--as-of", "2026-05-31")
    library = libraries.register(
        name="PERPUSTAKAAN DESA JABUNG WETAN",
        kind=LibraryKind.VILLAGE,
        region=factories.region("35.13.12.2003"),
        source=ProgrammeSource.REPLICATION,
        joined_on=date(2025, 1, 1),
    )

    tasks.link_sim_rows(library_id=library.pk)

    assert MonthlyReport.objects.get().activities.count() == 1
    assert set(SimRow.objects.values_list("library", flat=True)) == {library.pk}
    assert list(OfficialScore.objects.values_list("as_of", "points")) == [
        (date(2026, 5, 31), 50_000)
    ]


def test_an_alias_links_the_rows_at_the_next_import(run, feed):
    library = factories.LibraryFactory(
        name="Perpustakaan Wetan", region=factories.region("35.13.12.2003")
    )
    run(feed(pelibatan=[involvement(perpus_nama="Perpustakaan Melati")]))
    libraries.add_alias(library=library, name="Perpustakaan Melati")

    printed = run(feed(publikasi=[]))

    assert "1 baris dari impor terdahulu kini menemukan perpustakaannya." in printed
    assert MonthlyReport.objects.get().library == library


def test_a_registration_wakes_the_worker_only_where_rows_wait(
    run, feed, monkeypatch, django_capture_on_commit_callbacks
):
    queued = []
    monkeypatch.setattr(
        "activities.receivers.queue", lambda task, **kwargs: queued.append((task.name, kwargs))
    )

    with django_capture_on_commit_callbacks(execute=True):
        factories.LibraryFactory()
        first = libraries.register(
            name="Perpustakaan Satu",
            kind=LibraryKind.VILLAGE,
            region=factories.region("35.13.12.2008"),
            source=ProgrammeSource.REPLICATION,
            joined_on=date(2025, 1, 1),
        )
    run(feed(pelibatan=[involvement()]))
    with django_capture_on_commit_callbacks(execute=True):
        libraries.change(library=first, name="Perpustakaan Dua")

    assert queued == [("activities.link_sim_rows", {"library_id": first.pk})]


def test_another_librarys_registration_leaves_the_rows_waiting(run, feed, library):
    run(feed(pelibatan=[involvement()]))

    tasks.link_sim_rows(library_id=library.pk)

    assert SimRow.objects.unmatched().count() == 1


def test_a_link_made_before_is_not_made_again(run, feed, jabung, library):
    run(feed(pelibatan=[involvement()]))
    SimRow.objects.update(library=library)  # a person knew better

    run(feed(pelibatan=[involvement(is_verified="Sudah")]))

    assert SimRow.objects.get().library == library


def test_a_village_with_a_library_gets_no_second_one(run, feed):
    factories.LibraryFactory(
        name="Perpustakaan Sumber Baca", region=factories.region("35.13.12.2003")
    )

    row = involvement(perpus_nama="Perpustakaan Melati")
    printed = run(feed(pelibatan=[row]), "--create-missing")

    assert (
        "  Perpustakaan Melati (Jabung Wetan, Kab. Probolinggo): 1 baris, di Desa "
        "Jabung Wetan sudah terdaftar perpustakaan lain; mungkin sama"
    ) in printed
    assert Library.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"desa_name": "Nirwana"}, "desa “Nirwana” tidak ada di Kabupaten Probolinggo"),
        ({"perpus_nama": "P" * 300}, "200"),
        ({"kabupaten_name": "-", "desa_name": "-", "kecamatan_name": "-"}, "belum terdaftar"),
    ],
)
def test_what_cannot_be_registered_stays_unmatched(run, feed, changes, reason):
    printed = run(feed(pelibatan=[involvement(**changes)]), "--create-missing")

    assert printed[1] == "Belum cocok (1 perpustakaan):"
    assert reason in printed[2]
    assert not Library.objects.exists()


@pytest.mark.parametrize("name", ["SDN Jabung 1", "Perpustakaan Sekolah Dasar"])
def test_a_school_is_registered_as_a_school(run, feed, name):
    run(feed(pelibatan=[involvement(perpus_nama=name)]), "--create-missing")

    assert Library.objects.get().kind == LibraryKind.SCHOOL


def test_a_reading_house_stands_beside_the_villages_library(run, feed, jabung):
    run(feed(pelibatan=[involvement(perpus_nama="TBM Pelangi")]), "--create-missing")

    assert Library.objects.get(name="TBM Pelangi").kind == LibraryKind.COMMUNITY


def test_a_library_without_a_village_is_the_regencys_own_only_if_its_name_allows(run, feed):
    printed = run(
        feed(pelibatan=[involvement(kecamatan_name=" - ", desa_name=" - ")]), "--create-missing"
    )

    assert "1 baris, desanya tidak ditulis" in printed[2]


def test_a_created_library_joined_with_its_earliest_row(run, feed):
    run(
        feed(
            iku=[iku(50)],
            pelibatan=[involvement(), involvement(tanggal="2024-11-30", kecamatan_name=" - ")],
        ),
        "--create-missing",
    )

    assert Library.objects.get().joined_on == date(2024, 1, 1)


# --- Accounts -----------------------------------------------------------------------------------


def test_whoever_stands_in_the_feed_has_an_account(run, feed, jabung):
    folder = feed(iku=[iku("-")], pelibatan=[involvement()])

    run(folder, "--as-of", "2026-05-31")
    run(folder, "--as-of", "2026-05-31")

    assert list(SimAccount.objects.values_list("library", "state", "since_on")) == [
        (jabung.pk, SimState.ACTIVE, date(2026, 4, 18))
    ]


def test_a_proposed_account_is_active_from_its_first_sight(run, feed, jabung):
    libraries.note_sim_state(library=jabung, state=SimState.PROPOSED, since_on=date(2026, 5, 1))

    run(feed(pelibatan=[involvement()]))

    assert list(SimAccount.objects.order_by("pk").values_list("state", "since_on")) == [
        (SimState.PROPOSED, date(2026, 5, 1)),
        (SimState.ACTIVE, date(2026, 5, 1)),
    ]


def test_an_account_that_was_closed_stays_closed(run, feed, jabung):
    libraries.note_sim_state(library=jabung, state=SimState.INACTIVE, since_on=date(2026, 1, 1))

    run(feed(iku=[iku("-")]))

    assert SimAccount.objects.get().state == SimState.INACTIVE


# --- Files --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("bukan json", "pelibatan.json: bukan JSON (baris teks 1, kolom 1)."),
        ('{"status": "success", "data": [', "pelibatan.json: bukan JSON (baris teks 1"),
        ("<!DOCTYPE html><html>", "pelibatan.json: halaman web, bukan JSON."),
        ("[]", "pelibatan.json: bukan bentuk SIM"),
        ("null", "pelibatan.json: bukan bentuk SIM"),
        ('{"status": "success"}', "pelibatan.json: bukan bentuk SIM"),
        ('{"status": "error", "data": []}', "pelibatan.json: status SIM “error”"),
        ('{"status": "success", "data": {}}', "isian “data” bukan daftar baris"),
        ('{"status": "success", "data": [1]}', "pelibatan.json, baris 1: bukan objek JSON"),
        (
            json.dumps({"status": "success", "data": [involvement(), {"kabupaten": "x"}]}),
            "pelibatan.json, baris 2: tidak punya isian “nama_perpustakaan” atau “perpus_nama”. "
            "Berkas ini bukan data “pelibatan” dari SIM.",
        ),
        (json.dumps({"status": "success", "data": [iku(5)]}), "pelibatan.json, baris 1"),
        ('{"status": "success", "data": [NaN]}', "pelibatan.json: bukan JSON yang wajar."),
        ('{"status": "success", "data": [1e400]}', "pelibatan.json: bukan JSON yang wajar."),
        ("[" * 100_000, "pelibatan.json: bukan JSON"),
        (b"\xff\xfe\xfa\xfb", "pelibatan.json: bukan JSON"),
        ("", "pelibatan.json: bukan JSON"),
    ],
)
def test_a_file_of_another_shape_is_named_and_nothing_is_written(refused, feed, content, said):
    folder = feed(iku=[iku(50)], publikasi=[])
    raw = content if isinstance(content, bytes) else content.encode()
    (folder / "pelibatan.json").write_bytes(raw)

    printed = refused(folder, "--create-missing")

    assert said in printed
    assert "Tidak ada yang disimpan." in printed
    assert not Library.objects.exists()


def test_a_folder_that_is_not_there_is_named(refused, tmp_path):
    assert f"Folder “{tmp_path / 'hilang'}” tidak ada." in refused(tmp_path / "hilang")


def test_a_folder_without_a_feed_is_named(refused, tmp_path):
    (tmp_path / "lain.json").write_text("{}")

    assert "tidak berisi berkas SIM. Yang dicari: iku.json" in refused(tmp_path)


def test_files_of_other_names_are_passed_over_and_said(run, feed):
    folder = feed(iku=[], ikut_serta=[])

    assert run(folder)[0] == "Dilewati karena namanya tidak dikenal: ikut_serta.json"


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("besok", "--as-of: Tanggal “besok” tidak dikenal."),
        ("2026-02-30", "--as-of: Tanggal “2026-02-30” tidak ada di kalender."),
        ("2026-06-16", "--as-of: 2026-06-16 belum tiba."),
    ],
)
def test_a_day_that_cannot_be_meant_is_named(refused, feed, written, said):
    assert said in refused(feed(iku=[iku(50)]), "--as-of", written)


def test_two_imports_at_once_are_refused(refused, feed, monkeypatch):
    def busy(*_args, **_kwargs):
        raise sim.AnotherImport

    monkeypatch.setattr(sim, "store", busy)

    assert "Impor SIM lain sedang berjalan." in refused(feed(iku=[iku(50)]))


def test_without_regions_it_says_what_to_do_first(refused, feed):
    for level in (4, 3, 2, 1):
        Region.objects.filter(level=level).delete()

    assert "Jalankan dulu: manage.py load_regions 35" in refused(feed(iku=[iku(50)]))


def test_a_database_that_refuses_is_no_traceback(refused, feed, monkeypatch):
    def locked(*_args, **_kwargs):
        raise OperationalError("database is locked")

    monkeypatch.setattr(sim, "store", locked)

    assert "Basis data menolak: database is locked" in refused(feed(iku=[iku(50)]))


@pytest.mark.parametrize("rows", [1, 25])
def test_an_import_asks_the_same_number_of_queries_however_many_rows(
    feed, jabung, rows, django_assert_num_queries
):
    from activities.imports import read_feed

    days = [involvement(tanggal=f"2026-04-{day:02}") for day in range(1, rows + 1)]
    read = read_feed(feed(pelibatan=days), today=date(2026, 6, 15))

    with django_assert_num_queries(29):
        sim.store(read.rows)

    assert Activity.objects.count() == rows
