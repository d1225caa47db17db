"""The sheet from which a month is copied into the SIM: its order, its words, nothing lost."""

from datetime import date

import pytest

from activities import papers
from activities.enums import AdvocacyAudience, Kind, ReturnReason, ServiceForm, SimKind
from activities.feed import rows
from activities.models import Activity
from tests import factories

JULY = date(2026, 7, 1)


@pytest.fixture
def report(library, librarian):
    return factories.report(library, librarian, *Kind, month=JULY, visits=(12, 30))


def sheet(report) -> list[papers.Menu]:
    return papers.sim_sheet(report, list(report.activities.for_report()))


def boxes(report, menu: str) -> dict[str, str]:
    (found,) = [one for one in sheet(report) if one.name == menu]
    return {field.name: field.value for field in found.forms[0].fields}


def test_the_menus_stand_in_the_order_of_the_sim(report):
    assert [menu.name for menu in sheet(report)] == [
        "Pelibatan masyarakat",
        "Advokasi",
        "Peningkatan layanan",
        "Publikasi",
        "Pengunjung",
    ]


def test_an_involvement_in_the_words_of_the_sim(report):
    assert boxes(report, "Pelibatan masyarakat") == {
        "Tanggal": "01/07/2026",
        "Nama kegiatan": "Pelatihan merajut",
        "Bidang kegiatan": "Ekonomi",
        "Jenis": "Pelatihan",
        "Sasaran": "Umum",
        "Jumlah peserta": "20",
    }


def test_an_advocacy_names_all_its_audiences_and_money_without_dots(report):
    entry = report.activities.get(kind=Kind.ADVOCACY)
    entry.audiences = [AdvocacyAudience.VILLAGE_HEAD, AdvocacyAudience.PRIVATE]
    entry.save()

    found = boxes(report, "Advokasi")

    assert found["Sasaran"] == "Kepala Desa, Swasta"
    assert found["Hasil"] == "Dana"
    assert found["Nominal"] == "1500000"
    assert found["Hasil regulasi"] == "-"
    assert found["Jumlah narasumber"] == "0"


def test_the_visitors_of_the_month(report):
    assert boxes(report, "Pengunjung") == {
        "Periode": "Juli 2026",
        "Pengunjung laki-laki": "12",
        "Pengunjung perempuan": "30",
        "Total pengunjung": "42",
    }


def test_what_the_sim_has_no_form_for_is_named_apart(report):
    snapshot = report.activities.get(kind=Kind.SERVICE)
    Activity.objects.create(
        report=report,
        kind=Kind.SERVICE,
        held_on=JULY,
        title="Pojok baca baru",
        service_form=ServiceForm.ROOM,
    )
    entries = list(report.activities.for_report())

    (service,) = [menu for menu in sheet(report) if menu.name == "Peningkatan layanan"]

    assert [form.title for form in service.forms] == [snapshot.title]
    assert [entry.title for entry in papers.unknown_to_sim(entries)] == ["Pojok baca baru"]


def test_what_the_reviewer_left_out_is_left_out(report):
    entry = report.activities.get(kind=Kind.PUBLICATION)
    entry.exclusion, entry.exclusion_comment = ReturnReason.DOUBLE, "Sudah ada di bulan Juni."
    entry.save()

    assert "Publikasi" not in [menu.name for menu in sheet(report)]


def test_a_month_without_figures_has_an_empty_sheet(library, librarian):
    draft = factories.report(library, librarian, month=JULY)
    draft.visits_men = draft.visits_women = draft.visits_total = None

    assert sheet(draft) == []


def test_what_is_copied_can_be_read_back_by_the_import(report):
    """The words are those of the feed: an involvement typed off the sheet comes back as itself."""
    copied = boxes(report, "Pelibatan masyarakat")
    row = {
        "tanggal": "2026-07-01",
        "nama_kegiatan": copied["Nama kegiatan"],
        "perpus_nama": report.library.name,
        "provinsi_name": "Jawa Timur",
        "kabupaten_name": "Kab. Lumajang",
        "kecamatan_name": "Sumbersuko",
        "desa_name": "Labruk Kidul",
        "bidang_kegiatan": copied["Bidang kegiatan"],
        "jenis": copied["Jenis"],
        "sasaran": copied["Sasaran"],
        "jumlah_peserta": int(copied["Jumlah peserta"]),
    }

    read = rows.read_row(SimKind.INVOLVEMENT, row, today=date(2026, 8, 1)).fact

    stored = report.activities.get(kind=Kind.INVOLVEMENT)
    said = ("title", "theme", "format", "audience", "participants_total")
    assert read.held_on == stored.held_on
    assert {name: read.content[name] for name in said} == {
        name: getattr(stored, name) for name in said
    }
