"""Who moved between colours, as files: as many as the page lists, narrowed as it is."""

import io
from datetime import date

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from libraries.models import Library
from tests import factories
from tests.reports.test_movement import fallen  # noqa: F401
from tests.reports.test_movement import scored as score_of

SPAN = {"dari": "2024-01", "sampai": "2024-09"}


def ask(client, name: str, code: str = "35", form: str = "xlsx", **asked: str):
    return client.get(reverse(f"reports:{name}", args=[code, form]), {**SPAN, **asked})


def read(response) -> tuple[list[dict], dict]:
    assert response.status_code == 200, response.content
    book = load_workbook(io.BytesIO(response.getvalue()))
    assert "f" not in {
        cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row
    }
    listed, told = (list(sheet.values) for sheet in book)
    headings, *found = listed
    return (
        [dict(zip(headings, row, strict=True)) for row in found],
        {row[0]: row[1] for row in told},
    )


def test_who_turned_red_is_the_list_of_the_page(client, staff, fallen):  # noqa: F811
    client.force_login(staff)

    (one,), told = read(ask(client, "movers_export", ke_warna="red"))

    assert one["Perpustakaan"] == fallen[0].name
    assert (one["Warna dulu"], one["Warna sekarang"]) == ("Kuning", "Merah")
    assert (one["Poin dulu"], one["Poin sekarang"], one["Selisih poin"]) == (40, 20, -20)
    assert told["Isi daftar"] == "Menjadi merah"
    assert (told["Dari akhir"], told["Ke akhir"]) == ("Agustus 2024", "September 2024")


@pytest.mark.parametrize(
    "asked", [{}, {"ke_warna": "red"}, {"arah": "naik"}, {"sejak": "pembanding"}]
)
def test_a_file_has_as_many_as_its_page(client, staff, fallen, asked):  # noqa: F811
    client.force_login(staff)
    page = client.get(reverse("reports:region_movement", args=["35"]), {**SPAN, **asked})

    found, _told = read(ask(client, "movers_export", **asked))
    parts, _told = read(ask(client, "part_movers_export", **asked))

    assert len(found) == page.context["sheet"].paginator.count
    assert [one["Gerak hijau"] for one in parts] == [
        part.green_gained for part in page.context["parts"]
    ]
    assert reverse("reports:movers_export", args=["35", "csv"]) in page.content.decode()


def test_a_name_is_never_a_formula(client, staff, library):
    Library.objects.filter(pk=library.pk).update(name='=HYPERLINK("http://jahat.example")')
    score_of(library, date(2024, 9, 1), "red", 10_000)
    client.force_login(staff)

    found, _told = read(ask(client, "movers_export"))

    assert all(str(one["Perpustakaan"]).startswith("=") for one in found)


def test_only_of_ones_own_region(client, pic, fallen):  # noqa: F811
    client.force_login(pic)

    found, _told = read(ask(client, "movers_export", code="35.08"))

    assert [one["Perpustakaan"] for one in found] == [fallen[0].name]
    for name in ("movers_export", "part_movers_export"):
        assert ask(client, name, code="35.05").status_code == 404
        assert ask(client, name, code="35.08", form="pdf").status_code == 404
        assert ask(client, name, code="35.08", dari="2024-13").status_code == 400


@pytest.mark.parametrize("count", [1, 4])
def test_it_asks_as_much_however_many_moved(client, staff, count, django_assert_max_num_queries):
    for number in range(count):
        library = factories.LibraryFactory(
            name=f"Perpustakaan {number}", region=factories.region("35.08.10.2001")
        )
        score_of(library, date(2024, 8, 1), "yellow", 40_000)
        score_of(library, date(2024, 9, 1), "red", 20_000)
    client.force_login(staff)
    ask(client, "movers_export")

    with django_assert_max_num_queries(14):
        found, _told = read(ask(client, "movers_export", ke_warna="red"))

    assert len(found) == count
