"""The register as a file: what the page shows, in the columns of the import, and back again."""

import io
from datetime import date

import pytest
from django.urls import reverse

from libraries import exports, services
from libraries.enums import LibraryKind, SimState
from libraries.imports import roster
from libraries.imports.columns import HEADINGS
from libraries.models import Library
from tests import factories
from tests.reports.times import NOW, set_clock
from tpbis.accounts.enums import Role
from tpbis.core.spreadsheets import read_table

FORMS = ["csv", "xlsx"]
PERSONAL = {"Nama Pengelola", "Telepon Pengelola"}


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    return set_clock(monkeypatch, *NOW)


@pytest.fixture
def register(library, other_library, province, staff) -> None:
    """One of each kind of place, with whatever a row may hold."""
    Library.objects.filter(pk=library.pk).update(
        npp="3508212D0000001",
        tags=["Literasi", "Like's Jatim"],
        address="Jalan Melati 1",
        contact_name="Siti Aminah",
        contact_phone="+6281234567890",
        joined_on=date(2021, 4, 17),
    )
    services.add_alias(library=library, name="Perpusdes Sumber Ilmu", by=staff)
    services.add_alias(library=library, name="Sumber Ilmu Labruk", by=staff)
    for state, day in ((SimState.PROPOSED, date(2022, 1, 1)), (SimState.ACTIVE, date(2023, 5, 6))):
        services.note_sim_state(library=library, state=state, since_on=day, by=staff)
    Library.objects.filter(pk=other_library.pk).update(kind=LibraryKind.URBAN_VILLAGE)
    for name, kind, code in (
        ("=HYPERLINK(1)", LibraryKind.COMMUNITY, "35.08.21.2001"),
        ("SDN “Harapan” & Kawan", LibraryKind.SCHOOL, "35.08.21"),
        ("Perpustakaan Umum", LibraryKind.REGENCY, "35.08"),
        ("Perpustakaan Jawa Timur", LibraryKind.PROVINCE, "35"),
    ):
        factories.LibraryFactory(name=name, kind=kind, region=factories.region(code))


def ask(client, form: str, **asked: str):
    return client.get(reverse("reports:libraries_export", kwargs={"form": form}), asked)


def rows(response) -> list[tuple[str, ...]]:
    return [row.cells for row in read_table(io.BytesIO(response.getvalue())).rows]


@pytest.mark.parametrize("form", FORMS)
def test_what_leaves_comes_back_and_changes_nothing(client, staff, register, form):
    client.force_login(staff)

    response = ask(client, form, status="semua")
    plan = roster.plan(read_table(io.BytesIO(response.getvalue())))

    assert (plan.rows, len(plan.unchanged)) == (6, 6)
    assert (plan.added, plan.changed, plan.rejected) == ([], [], [])


@pytest.mark.parametrize("form", FORMS)
def test_headings_are_those_of_the_import(client, staff, register, form):
    client.force_login(staff)

    headings, *libraries = rows(ask(client, form))

    assert list(headings) == list(HEADINGS.values())
    named = dict(zip(headings, next(r for r in libraries if "Sumber Ilmu" in r[0]), strict=False))
    assert named["Jenis"] == "Desa"
    assert (named["Kode Desa"], named["Kecamatan"]) == ("35.08.21.2004", "Sumbersuko")
    assert (named["Tahun Bergabung"], named["NPP"]) == ("2021-04-17", "3508212D0000001")
    assert (named["Nama SIM"], named["Akun SIM"]) == ("Sumber Ilmu Labruk", "Aktif")
    assert (named["Akun SIM Sejak"], named["Tanda Program"]) == (
        "2023-05-06",
        "Literasi, Like's Jatim",
    )
    assert named["Telepon Pengelola"] == "+6281234567890"


def test_every_column_of_the_import_can_be_written():
    assert set(HEADINGS) == set(exports._CELLS)


@pytest.mark.parametrize("form", FORMS)
def test_in_english_the_file_is_the_same(client, staff, register, form):
    client.force_login(staff)
    before = rows(ask(client, form))
    client.cookies["django_language"] = "en"

    assert rows(ask(client, form)) == before


@pytest.mark.parametrize("form", FORMS)
def test_who_gets_what(client, library, other_library, register, form):
    got = {}
    for role in Role:
        place = library if role == Role.LIBRARIAN else library.regency
        client.force_login(factories.someone(role, place))
        response = ask(client, form)
        if response.status_code != 200:
            got[role] = response.status_code
            continue
        headings, *libraries = rows(response)
        assert "Mawar" not in str(libraries)
        got[role] = (len(libraries), set(headings) >= PERSONAL)

    assert got == {
        Role.PROVINCE_STAFF: (4, True),
        Role.REGENCY_PIC: (4, True),
        Role.FACILITATOR: (4, True),
        Role.PROVINCE_VIEWER: (4, False),
        Role.OBSERVER: (4, False),
        Role.LIBRARIAN: 403,
        Role.SUPPORTER: 403,
    }


@pytest.mark.parametrize("form", FORMS)
def test_without_leave_no_number_is_in_the_file(client, library, register, form):
    client.force_login(factories.someone(Role.OBSERVER, library.regency))

    table = rows(ask(client, form))

    assert "+6281234567890" not in str(table)
    assert "Siti" not in str(table)


def test_the_file_holds_what_the_page_shows(client, staff, register):
    client.force_login(staff)

    asked = {"cari": "ilmu", "wilayah": "35.08", "sim": "aktif", "tanda": "literasi"}
    named = [row[0] for row in rows(ask(client, "csv", **asked))[1:]]
    page = client.get(reverse("reports:libraries"), asked)

    assert named == ["Perpustakaan Desa Sumber Ilmu"]
    assert [one.row.library.name for one in page.context["listed"]] == named
    assert "unduh/xlsx/?cari=ilmu&amp;wilayah=35.08" in page.content.decode()


def test_the_file_is_called_by_its_day(client, staff, register):
    client.force_login(staff)

    response = ask(client, "xlsx")

    assert response["Content-Disposition"] == 'attachment; filename="perpustakaan-2026-11-22.xlsx"'
    assert response["Content-Type"].endswith("spreadsheetml.sheet")
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("form", "asked", "code"),
    [
        ("pdf", {}, 404),
        ("csv", {"warna": "biru"}, 400),
        ("csv", {"wilayah": "99"}, 400),
        ("csv", {"sampai": "kemarin"}, 400),
    ],
)
def test_what_is_not_known_is_refused(client, staff, register, form, asked, code):
    client.force_login(staff)

    assert ask(client, form, **asked).status_code == code


def test_no_library_is_a_file_of_headings(client, staff):
    client.force_login(staff)

    assert len(rows(ask(client, "xlsx"))) == 1


@pytest.mark.parametrize("many", [1, 3])
def test_the_same_queries_however_many(client, staff, province, many, django_assert_num_queries):
    factories.LibraryFactory.create_batch(many, region=factories.region("35.08.21.2004"))
    client.force_login(staff)

    with django_assert_num_queries(5):
        ask(client, "csv")
