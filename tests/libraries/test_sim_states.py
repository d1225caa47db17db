"""SIM states from a list: looked at first, noted once somebody agrees."""

import io
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook

from libraries import services
from libraries.enums import SimState
from libraries.models import SimAccount
from tests import factories
from tpbis.accounts.models import AuditEvent

pytestmark = pytest.mark.django_db

PAGE = "libraries:sim_states"


@pytest.fixture
def as_pic(client, pic, library):
    library.npp = "3508212D0000001"
    library.save()
    client.force_login(pic)
    return client


def ask(client, text: str, **more):
    return client.post(reverse(PAGE), {"daftar": text, **more})


def agree(client, text: str, **more):
    made = ask(client, text).context["made"]
    return ask(client, text, simpan="ya", pemeriksaan=made.fingerprint, **more)


def noted() -> list[tuple[str, str, date]]:
    rows = SimAccount.objects.order_by("pk")
    return list(rows.values_list("library__name", "state", "since_on"))


@pytest.mark.parametrize(
    "which",
    [
        "Perpustakaan Desa Sumber Ilmu",
        "PERPUSTAKAAN DESA SUMBER-ILMU",
        "3508212D0000001",
        "3508212d 0000001",
        "35.08.21.2004",
        "3508212004",
    ],
)
def test_a_library_is_known_by_name_npp_or_code(as_pic, which):
    agree(as_pic, f"{which}; Aktif; 01/03/2024")

    assert noted() == [("Perpustakaan Desa Sumber Ilmu", SimState.ACTIVE, date(2024, 3, 1))]


def test_looking_writes_nothing(as_pic):
    made = ask(as_pic, "3508212D0000001; Aktif; 01/03/2024").context["made"]

    assert (len(made.changes), made.unchanged, noted()) == (1, 0, [])


def test_without_a_day_it_is_today(as_pic):
    agree(as_pic, "3508212D0000001\tSudah diusulkan")

    assert noted()[0][1:] == (SimState.PROPOSED, timezone.localdate())


def test_headings_may_stand_in_any_order(as_pic):
    agree(
        as_pic,
        "No;Tanggal;Akun SIM;Nama Perpustakaan\n1;01/03/2024;Aktif;Perpustakaan Desa Sumber Ilmu",
    )

    assert noted()[0][1:] == (SimState.ACTIVE, date(2024, 3, 1))


def test_what_is_so_already_changes_nothing(as_pic, library):
    services.note_sim_state(library=library, state=SimState.ACTIVE, since_on=date(2024, 1, 1))

    made = ask(as_pic, "3508212D0000001; Aktif; 01/03/2024").context["made"]

    assert (made.changes, made.unchanged) == ([], 1)


def test_a_workbook_will_do(as_pic):
    book = Workbook()
    book.active.append(["Nama Perpustakaan", "Status Akun SIM", "Tanggal"])
    book.active.append(["Perpustakaan Desa Sumber Ilmu", "aktif", date(2024, 3, 1)])
    buffer = io.BytesIO()
    book.save(buffer)
    upload = SimpleUploadedFile("sim.xlsx", buffer.getvalue())

    answer = as_pic.post(reverse(PAGE), {"berkas": upload})
    agree(as_pic, answer.context["text"])

    assert noted()[0][1:] == (SimState.ACTIVE, date(2024, 3, 1))


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("Perpustakaan Hilang; Aktif", "Nama Perpustakaan: tidak ditemukan di wilayah Anda."),
        ("3508212D0000001; Sumbang", "Akun SIM: “Sumbang” tidak dikenal."),
        ("3508212D0000001;", "Akun SIM: kosong."),
        ("3508212D0000001; Aktif; 31/02/2024", "tidak ada di kalender"),
        ("3508212D0000001; Aktif; 2099-01-01", "belum tiba"),
    ],
)
def test_a_bad_row_is_named_and_keeps_all_out(as_pic, library, row, said):
    factories.LibraryFactory(name="Perpustakaan Melati", region=library.region)
    text = f"Perpustakaan Melati; Aktif\n{row}"

    answer = agree(as_pic, text)

    assert answer.status_code == 422
    (rejected,) = answer.context["made"].rejected
    assert rejected.row == 2
    assert said in rejected.reason
    assert noted() == []
    agree(as_pic, text, hanya_benar="ya")
    assert [name for name, *_ in noted()] == ["Perpustakaan Melati"]


def test_a_name_that_two_have_needs_more(as_pic, library):
    factories.LibraryFactory(name=library.name, region=factories.region("35.08.10.1011"))

    (rejected,) = ask(as_pic, f"{library.name}; Aktif").context["made"].rejected

    assert "ada beberapa (Desa Labruk Kidul; Kelurahan Tompokersan)" in rejected.reason


def test_one_library_is_named_once(as_pic, library):
    made = ask(as_pic, f"{library.name}; Aktif\n3508212D0000001; Diusulkan").context["made"]

    assert made.rejected[0].reason == "Nama Perpustakaan: sama dengan perpustakaan di baris 1."


def test_a_library_elsewhere_is_like_one_that_does_not_exist(as_pic, other_library):
    other_library.npp = "3505171D0000001"
    other_library.save()
    rows = (other_library.name, other_library.npp, other_library.region.code, "Tidak Ada")

    made = ask(as_pic, "\n".join(f"{row}; Aktif" for row in rows)).context["made"]

    assert {one.reason for one in made.rejected} == {
        "Nama Perpustakaan: tidak ditemukan di wilayah Anda."
    }
    assert len(made.rejected) == 4


def test_what_changed_meanwhile_is_shown_again(as_pic, library):
    text = "3508212D0000001; Aktif"
    made = ask(as_pic, text).context["made"]
    services.note_sim_state(library=library, state=SimState.PROPOSED, since_on=date(2024, 1, 1))

    answer = ask(as_pic, text, simpan="ya", pemeriksaan=made.fingerprint)

    assert answer.status_code == 409
    assert len(noted()) == 1


def test_each_note_has_its_event(as_pic, pic, library):
    agree(as_pic, "3508212D0000001; Aktif")

    event = AuditEvent.objects.get(action="libraries.note_sim_state")
    assert (event.by, event.about) == (pic, f"libraries.library:{library.pk}")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"daftar": ""}, "Tempel daftarnya, atau pilih berkasnya."),
        ({"daftar": " \n "}, "Tempel daftarnya, atau pilih berkasnya."),
        ({"daftar": '"Mawar; Aktif'}, "tanda kutip tidak berpasangan"),
        ({"daftar": "x" * 40_000}, "terlalu panjang"),
        ({"daftar": "Nama Perpustakaan;Akun SIM"}, "Daftar tidak berisi satu baris pun."),
    ],
)
def test_a_list_that_is_none_is_refused_at_its_field(as_pic, given, said):
    answer = as_pic.post(reverse(PAGE), given)

    assert answer.status_code == 422
    assert said in str(answer.context["form"].errors["daftar"])


def test_one_of_the_two_only(as_pic):
    upload = SimpleUploadedFile("sim.csv", b"Mawar;Aktif")

    answer = as_pic.post(reverse(PAGE), {"daftar": "Mawar; Aktif", "berkas": upload})

    assert answer.status_code == 422
    assert "Pilih salah satu" in answer.content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_it_asks_the_same_number_of_queries(as_pic, library, rows, django_assert_num_queries):
    names = [factories.LibraryFactory(region=library.region).name for _ in range(rows)]
    text = "\n".join(f"{name}; Aktif" for name in names)

    with django_assert_num_queries(12):
        answer = ask(as_pic, text)

    assert len(answer.context["changes"]) == rows
