"""The roster: a dry run first, then all of it or nothing."""

import io
from datetime import date
from pathlib import Path

import pytest
from django.core.management import call_command
from openpyxl import Workbook

from libraries import services
from libraries.enums import LibraryKind, ProgrammeSource, SimState
from libraries.models import Library, LibraryAlias, Region, SimAccount
from tests import factories

pytestmark = pytest.mark.django_db

SAMPLE = Path(__file__).parent.parent / "data" / "roster" / "lumajang.csv"
HEAD = "Nama Perpustakaan,Jenis,Kode Desa,NPP,Sumber Program,Tahun Bergabung"
MAWAR = "Perpustakaan Mawar,Desa,35.08.21.2004,,Mandiri,2023"


@pytest.fixture(autouse=True)
def regions():
    for code in ("35.08.21.2004", "35.08.10.1011", "35.13.14.1017", "35.13.04.2003", "35.74"):
        factories.region(code)


@pytest.fixture
def roster(tmp_path):
    def write(*lines: str, head: str = HEAD) -> Path:
        path = tmp_path / "daftar.csv"
        path.write_text("\n".join([head, *lines]), encoding="utf-8")
        return path

    return write


@pytest.fixture
def run(capsys):
    def command(path: Path, *options: str) -> str:
        call_command("import_libraries", str(path), *options)
        return capsys.readouterr().out

    return command


@pytest.fixture
def refused(capsys):
    def command(path: Path, *options: str) -> str:
        with pytest.raises(SystemExit) as left:
            call_command("import_libraries", str(path), *options)
        assert left.value.code == 2
        return capsys.readouterr().err

    return command


# --- What is new --------------------------------------------------------------------------------


def test_without_yes_nothing_is_written(run):
    printed = run(SAMPLE)

    assert "4 baru, 0 berubah, 0 tetap.\nBelum ada yang disimpan." in printed
    assert "baris 4: Perpustakaan Desa Sumber Ilmu, Desa Labruk Kidul (35.08.21.2004)" in printed
    assert not Library.objects.exists()


def test_the_sample_is_registered(run):
    printed = run(SAMPLE, "--yes")

    assert "4 baru, 0 berubah, 0 tetap.\nTersimpan." in printed
    assert list(
        Library.objects.order_by("pk").values_list(
            "name", "kind", "region__code", "regency__code", "npp", "source", "joined_on"
        )
    ) == [
        (
            "Perpustakaan Desa Sumber Ilmu",
            LibraryKind.VILLAGE,
            "35.08.21.2004",
            "35.08",
            "3508212D0000001",
            ProgrammeSource.REPLICATION,
            date(2021, 1, 1),
        ),
        (
            "Taman Baca “Mbah Koneng”",
            LibraryKind.COMMUNITY,
            "35.08.21.2004",
            "35.08",
            "",
            ProgrammeSource.SELF_REPLICATION,
            date(2023, 7, 17),
        ),
        (
            "Perpustakaan Kelurahan Tompokersan",
            LibraryKind.URBAN_VILLAGE,
            "35.08.10.1011",
            "35.08",
            "",
            ProgrammeSource.NATIONAL,
            date(2022, 1, 1),
        ),
        (
            "Perpustakaan Umum Lumajang",
            LibraryKind.REGENCY,
            "35.08",
            "35.08",
            "",
            ProgrammeSource.NATIONAL,
            date(2018, 1, 1),
        ),
    ]
    assert set(LibraryAlias.objects.values_list("name", flat=True)) == {
        "Perpusdes Labruk Kidul",
        "Dinas Arsip dan Perpustakaan",
    }


def test_a_second_import_changes_nothing(run):
    run(SAMPLE, "--yes")

    printed = run(SAMPLE, "--yes")

    assert "0 baru, 0 berubah, 4 tetap." in printed
    assert Library.objects.count() == 4


def test_a_workbook_is_read_like_a_csv(run, tmp_path):
    book = Workbook()
    book.active.append(["NAMA PERPUSTAKAAN", "Kode Desa", "Sumber Program", "Tanggal Bergabung"])
    book.active.append(["Mawar", 3508212004, "Replikasi", date(2024, 5, 2)])
    path = tmp_path / "daftar.xlsx"
    book.save(path)

    run(path, "--yes")

    assert list(Library.objects.values_list("name", "kind", "region__code", "joined_on")) == [
        ("Mawar", LibraryKind.VILLAGE, "35.08.21.2004", date(2024, 5, 2))
    ]


def test_the_account_in_the_sim_is_noted(run, roster):
    head = f"{HEAD},Akun SIM,Akun SIM Sejak,Tanda Program,Alamat"
    run(roster(f"{MAWAR},Aktif,01/03/2024,Like's Jatim; Literasi,Jl. Raya 1", head=head), "--yes")

    library = Library.objects.get()
    assert (library.tags, library.address) == (["Like's Jatim", "Literasi"], "Jl. Raya 1")
    assert list(SimAccount.objects.values_list("library", "state", "since_on")) == [
        (library.pk, SimState.ACTIVE, date(2024, 3, 1))
    ]


# --- What is the same, what changes -------------------------------------------------------------


def test_a_changed_row_shows_old_and_new(run, roster):
    library = services.register(
        name="Perpustakaan Mawar",
        kind=LibraryKind.VILLAGE,
        region=factories.region("35.08.21.2004"),
        source=ProgrammeSource.REPLICATION,
        joined_on=date(2022, 4, 1),
    )

    printed = run(roster("Perpustakaan Mawar,,35.08.21.2004,3508212D0000009,Mandiri,2023"), "--yes")

    assert "berubah  baris 2: Perpustakaan Mawar: NPP “” -> “3508212D0000009”" in printed
    assert "Sumber Program “Replikasi daerah” -> “Replikasi mandiri”" in printed
    assert "Tahun Bergabung “2022-04-01” -> “2023-01-01”" in printed
    assert "0 baru, 1 berubah, 0 tetap." in printed
    library.refresh_from_db()
    assert (library.npp, library.source) == ("3508212D0000009", ProgrammeSource.SELF_REPLICATION)


def test_blank_cells_and_a_year_that_is_known_better_change_nothing(run, roster):
    services.register(
        name="Perpustakaan Mawar",
        kind=LibraryKind.VILLAGE,
        region=factories.region("35.08.21.2004"),
        source=ProgrammeSource.REPLICATION,
        joined_on=date(2022, 4, 1),
        npp="3508212D0000009",
    )

    printed = run(roster("Perpustakaan Mawar,,35.08.21.2004,-,,2022"), "--yes")

    assert "0 baru, 0 berubah, 1 tetap." in printed


def test_the_same_npp_is_the_same_library_and_its_old_name_stays_known(run, roster):
    library = factories.LibraryFactory(name="Perpustakaan Lama", npp="3508212D0000009")

    run(
        roster("Perpustakaan Baru,Desa,35.08.21.2004,3508212D0000009,Replikasi,2020"),
        "--yes",
    )

    library.refresh_from_db()
    assert library.name == "Perpustakaan Baru"
    assert list(library.aliases.values_list("name", flat=True)) == ["Perpustakaan Lama"]


def test_an_alias_finds_the_library_and_does_not_rename_it(run, roster):
    library = factories.LibraryFactory(name="Perpustakaan Sumber Ilmu")
    services.add_alias(library=library, name="Perpusdes Labruk Kidul")

    printed = run(roster("PERPUSDES LABRUK-KIDUL,Desa,35.08.21.2004,,,"), "--yes")

    assert "0 baru, 0 berubah, 1 tetap." in printed


def test_a_name_an_account_and_tags_may_be_added_later(run, roster):
    library = factories.LibraryFactory(name="Perpustakaan Mawar")
    services.note_sim_state(library=library, state=SimState.PROPOSED, since_on=date(2024, 1, 1))
    head = "Nama Perpustakaan,Kode Desa,Nama SIM,Akun SIM,Tanda Program"
    rows = roster("Perpustakaan Mawar,35.08.21.2004,Perpusdes Labruk,Aktif,ECL", head=head)

    printed = run(rows, "--yes")

    assert [line for line in printed.splitlines() if "berubah  " in line] == [
        "  berubah  baris 2: Perpustakaan Mawar: Tanda Program “” -> “ECL”",
        "  berubah  baris 2: Perpustakaan Mawar: Nama SIM “” -> “Perpusdes Labruk”",
        "  berubah  baris 2: Perpustakaan Mawar: Akun SIM “Diusulkan” -> “Aktif”",
    ]
    library.refresh_from_db()
    assert library.tags == ["ECL"]
    assert library.aliases.get().name == "Perpusdes Labruk"
    assert "0 baru, 0 berubah, 1 tetap." in run(rows, "--yes")


def test_a_library_that_moved_shows_both_places(run, roster):
    factories.LibraryFactory(name="Perpustakaan Mawar", npp="3508212D0000009")

    printed = run(roster("Perpustakaan Mawar,,35.08.10.1011,3508212D0000009,,"), "--yes")

    assert (
        "Wilayah “Desa Labruk Kidul (35.08.21.2004)” -> “Kelurahan Tompokersan (35.08.10.1011)”"
    ) in printed
    assert Library.objects.get().kind == LibraryKind.URBAN_VILLAGE


def test_an_account_never_proposed_needs_no_row(run, roster):
    run(roster(f"{MAWAR},Belum diusulkan", head=f"{HEAD},Akun SIM"), "--yes")

    assert not SimAccount.objects.exists()


def test_the_provinces_own_library_needs_no_code(run, roster):
    run(roster("Perpustakaan Provinsi,Provinsi,,,Nasional,2018"), "--yes")

    assert Library.objects.get().region.code == "35"


def test_the_same_name_elsewhere_is_another_library(run, roster):
    factories.LibraryFactory(name="Perpustakaan Mawar", region=factories.region("35.13.04.2003"))

    printed = run(roster(MAWAR), "--yes")

    assert "1 baru" in printed


def test_an_unusual_npp_is_only_a_warning(run, roster):
    printed = run(roster("Perpustakaan Mawar,Desa,35.08.21.2004,12345,Mandiri,2023"), "--yes")

    assert "periksa  baris 2, kolom NPP: “12345” tidak seperti NPP biasa" in printed
    assert Library.objects.get().npp == "12345"


# --- What is rejected ---------------------------------------------------------------------------


def test_one_bad_row_in_five_hundred_keeps_all_out(refused, roster):
    rows = [f"Perpustakaan {n},Desa,35.08.21.2004,,Mandiri,2023" for n in range(499)]
    rows.insert(250, "Perpustakaan Salah,Desa,35.99.99.2004,,Mandiri,2023")

    printed = refused(roster(*rows), "--yes")

    assert printed.splitlines() == [
        "  ditolak  baris 252, kolom Kode Desa: “35.99.99.2004” tidak ada di daftar wilayah.",
        "499 baru, 0 berubah, 0 tetap, 1 ditolak.",
        "Tidak ada yang disimpan.",
    ]
    assert not Library.objects.exists()


@pytest.mark.parametrize(
    ("row", "heading", "reason"),
    [
        (",Desa,35.08.21.2004,,Mandiri,2023", "Nama Perpustakaan", "kosong"),
        ("Mawar,Desa,,,Mandiri,2023", "Kode Desa", "kosong. Isi kode wilayah"),
        ("Mawar,Istana,35.08.21.2004,,Mandiri,2023", "Jenis", "“Istana” tidak dikenal. Pilihan"),
        ("Mawar,Kelurahan,35.08.21.2004,,Mandiri,2023", "Jenis", "tidak cocok dengan Desa Labruk"),
        ("Mawar,Desa,35.08,,Mandiri,2023", "Jenis", "tidak cocok dengan Kabupaten Lumajang"),
        ("Mawar,,35.08.21,,Mandiri,2023", "Jenis", "Kecamatan Sumbersuko bukan desa"),
        ("Mawar,Desa,35.08.21.2004,,Sumbangan,2023", "Sumber Program", "“Sumbangan” tidak dikenal"),
        ("Mawar,Desa,35.08.21.2004,,,2023", "Sumber Program", "kosong; wajib diisi"),
        ("Mawar,Desa,35.08.21.2004,,Mandiri,", "Tahun Bergabung", "kosong; wajib diisi"),
        (
            "Mawar,Desa,35.08.21.2004,,Mandiri,31/02/2023",
            "Tahun Bergabung",
            "tidak ada di kalender",
        ),
        ("Mawar,Desa,35.08.21.2004,,Mandiri,9999", "Tahun Bergabung", "belum tiba"),
        ("Mawar,Desa,35.08.21.2004,,Mandiri,1999", "Tahun Bergabung", "sebelum program dimulai"),
        ("Mawar,Desa,35.08.21.2004,1234567890123456,Mandiri,2023", "NPP", "15"),
        (f"{'M' * 201},Desa,35.08.21.2004,,Mandiri,2023", "Nama Perpustakaan", "200"),
        ("#REF!,Desa,35.08.21.2004,,Mandiri,2023", "Nama Perpustakaan", "galat Excel “#REF!”"),
    ],
)
def test_a_bad_cell_is_named_by_row_and_column(refused, roster, row, heading, reason):
    printed = refused(roster(MAWAR, row), "--yes")

    assert f"baris 3, kolom {heading}: " in printed
    assert reason in printed
    assert not Library.objects.exists()


def test_a_dry_run_with_a_bad_row_leaves_with_2_too(refused, roster):
    assert "ditolak" in refused(roster("Mawar,Desa,99,,Mandiri,2023"))


def test_two_rows_may_not_speak_of_one_library(refused, roster):
    printed = refused(roster(MAWAR, MAWAR.upper()), "--yes")

    assert "baris 3, kolom Nama Perpustakaan: sama dengan perpustakaan di baris 2." in printed


def test_an_npp_of_one_and_the_name_of_another_is_refused(refused, roster):
    factories.LibraryFactory(name="Perpustakaan Melati", npp="3508212D0000009")
    factories.LibraryFactory(name="Perpustakaan Mawar")

    printed = refused(roster("Perpustakaan Mawar,Desa,35.08.21.2004,3508212D0000009,,"), "--yes")

    assert "kolom NPP: milik “Perpustakaan Melati”, padahal nama dan wilayahnya" in printed


def test_a_name_that_two_libraries_share_is_refused(refused, roster):
    factories.LibraryFactory(name="Perpustakaan Mawar")
    factories.LibraryFactory(name="PERPUSTAKAAN MAWAR")

    printed = refused(roster("perpustakaan mawar,Desa,35.08.21.2004,,,"), "--yes")

    assert "kolom Nama Perpustakaan: dipakai 2 perpustakaan di wilayah itu." in printed


def test_what_came_in_between_stops_all_of_it(roster):
    from libraries.imports import roster as imports
    from tpbis.core.spreadsheets import read_table

    content = roster("Lain,Desa,35.08.21.2004,,Mandiri,2023", MAWAR).read_bytes()
    made = imports.plan(read_table(io.BytesIO(content)))
    factories.LibraryFactory(name="Perpustakaan Mawar")

    with pytest.raises(imports.NotImported) as caught:
        imports.carry_out(made)

    assert caught.value.remark.row == 3
    assert Library.objects.count() == 1


# --- Places -------------------------------------------------------------------------------------

PLACES = "Nama Perpustakaan,Desa/Kelurahan,Kecamatan,Kabupaten/Kota,Sumber Program,Tahun Bergabung"


def test_a_village_is_found_by_district_and_name(run, roster):
    run(roster("Mawar,PATOKAN,Kec. Kraksaan,Kab. Probolinggo,Mandiri,2023", head=PLACES), "--yes")

    assert Library.objects.get().region.code == "35.13.14.1017"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (
            "Mawar,Patokan,,Kab. Probolinggo,Mandiri,2023",
            "kolom Kecamatan: kosong, padahal nama desa saja belum cukup. Desa bernama itu: "
            "35.13.04.2003 (Kecamatan Bantaran, Kabupaten Probolinggo); "
            "35.13.14.1017 (Kecamatan Kraksaan, Kabupaten Probolinggo).",
        ),
        (
            "Mawar,Patokan,Paiton,Kab. Probolinggo,Mandiri,2023",
            "kolom Kecamatan: “Paiton” tidak",
        ),
        ("Mawar,Patokan,Kraksaan,Kab. Contoh,Mandiri,2023", "kolom Kabupaten/Kota: “Kab. Contoh”"),
        ("Mawar,Nirwana,Kraksaan,,Mandiri,2023", "kolom Desa/Kelurahan: “Nirwana” tidak ada"),
        (
            "Mawar,,,Probolinggo,Mandiri,2023",
            "kolom Kabupaten/Kota: “Probolinggo” ada beberapa: 35.13 (Kabupaten Probolinggo); "
            "35.74 (Kota Probolinggo). Isi kodenya.",
        ),
    ],
)
def test_a_place_that_is_not_certain_is_refused_with_its_candidates(refused, roster, row, said):
    assert said in refused(roster(row, head=PLACES))


def test_a_code_that_belongs_elsewhere_is_refused(refused, roster):
    printed = refused(
        roster(
            "Mawar,35.08.21.2004,Patokan,Mandiri,2023",
            head="Nama Perpustakaan,Kode Desa,Desa,Sumber Program,Tahun",
        )
    )

    assert "kolom Kode Desa: 35.08.21.2004 adalah Desa Labruk Kidul, bukan “Patokan”." in printed


# --- The table ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ("Lokasi,Jenis,Kode Desa", "Kolom “Nama Perpustakaan” tidak ada. Judul kolom yang terbaca"),
        ("Nama Perpustakan,Jenis,Kode Desa", "Baris 1: kolom “Nama Perpustakan” tidak dikenal."),
        ("Nama Perpustakaan,Jenis,Desa", "Kolom wilayah tidak ada: perlu “Kode Desa”"),
        (
            "Nama,Nama Perpustakaan,Kode",
            "“Nama Perpustakaan” dan “Nama” berisi hal yang sama",
        ),
    ],
)
def test_wrong_columns_are_named(refused, roster, head, said):
    assert said in refused(roster("a,b,c", head=head))


def test_a_roster_without_rows_is_refused(refused, roster):
    assert "tidak ada baris data" in refused(roster())


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("kosong.csv", b"", "kosong.csv: Berkas kosong."),
        ("lama.xlsx", bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 99, "Excel lama (.xls)"),
        ("kutip.csv", b'Nama,Kode\n"Mawar,35\n', "kutip.csv: Baris 2: tanda kutip"),
    ],
)
def test_a_file_that_is_no_table_is_named(refused, tmp_path, name, content, said):
    path = tmp_path / name
    path.write_bytes(content)

    assert said in refused(path)


def test_without_regions_it_says_what_to_do_first(refused, roster):
    for level in (4, 3, 2, 1):
        Region.objects.filter(level=level).delete()

    assert "Jalankan dulu: manage.py load_regions 35" in refused(roster(MAWAR))


def test_a_missing_file_is_named(refused, tmp_path):
    assert "tidak ada atau tidak bisa dibuka" in refused(tmp_path / "hilang.csv")


def test_text_that_looks_like_a_formula_stays_text(run, roster):
    run(roster('"=HYPERLINK(""http://x"")",Desa,35.08.21.2004,,Mandiri,2023'), "--yes")

    assert Library.objects.get().name == '=HYPERLINK("http://x")'


def test_the_comparison_asks_as_many_questions_for_thirty_rows_as_for_one(
    roster, django_assert_num_queries
):
    from libraries.imports import roster as imports
    from tpbis.core.spreadsheets import read_table

    rows = [f"Perpustakaan {n},Desa,35.08.21.2004,,Mandiri,2023" for n in range(30)]
    content = roster(*rows).read_bytes()

    with django_assert_num_queries(4):
        assert len(imports.plan(read_table(io.BytesIO(content))).added) == 30
