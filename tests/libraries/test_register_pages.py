"""The register's pages: whose they are, what they ask, what they say when it does not fit."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from libraries import services
from libraries.enums import LibraryKind
from libraries.models import Inactivity, Library
from tests import factories
from tests.reports.words import words
from tpbis.accounts.enums import Role
from tpbis.accounts.models import AuditEvent

TYPED = {
    "name": "Perpustakaan Desa Cahaya Baru",
    "kind": "desa",
    "source": "replication",
    "joined_on": "2024-01-01",
}
ADD = "/perpustakaan/tambah/"


def address(name: str, library: Library) -> str:
    return reverse(f"libraries:{name}", kwargs={"pk": library.pk})


# --- Whose pages they are -------------------------------------------------------------------------

OF_ONE = (
    "library_change",
    "library_deactivate",
    "library_reactivate",
    "library_move",
    "library_merge",
)


@pytest.mark.parametrize("name", OF_ONE)
def test_who_may_open_what(client, library, other_library, name):
    answers = {}
    for role in Role:
        place = library if role == Role.LIBRARIAN else library.regency
        client.force_login(factories.someone(role, place))
        answers[role] = [
            client.get(address(name, one)).status_code for one in (library, other_library)
        ]

    own = 302 if name == "library_reactivate" else 200
    keepers = {Role.PROVINCE_STAFF, Role.REGENCY_PIC}
    assert answers == {role: [own, 404] if role in keepers else [403, 403] for role in Role}


@pytest.mark.parametrize("name", OF_ONE)
def test_who_may_do_what(client, library, other_library, name):
    for role in set(Role) - {Role.PROVINCE_STAFF, Role.REGENCY_PIC}:
        place = library if role == Role.LIBRARIAN else library.regency
        client.force_login(factories.someone(role, place))

        assert client.post(address(name, library), {**TYPED}).status_code == 403
    client.force_login(factories.someone(Role.REGENCY_PIC, library.regency))
    assert client.post(address(name, other_library), {**TYPED}).status_code == 404
    assert not AuditEvent.objects.filter(action__startswith="libraries.").exists()


def test_who_may_add(client, library):
    answers = {}
    for role in Role:
        place = library if role == Role.LIBRARIAN else library.regency
        client.force_login(factories.someone(role, place))
        answers[role] = client.get(ADD).status_code

    keepers = {Role.PROVINCE_STAFF, Role.REGENCY_PIC}
    assert answers == {role: 200 if role in keepers else 403 for role in Role}


# --- Choosing a place -----------------------------------------------------------------------------


@pytest.fixture
def places(lumajang, blitar):
    for code in ("35.08.21.2004", "35.08.21.2001", "35.05.17.1006"):
        factories.region(code)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("labruk", ["Labruk Kidul"]),
        ("KIDUL labruk sumbersuko", ["Labruk Kidul"]),
        ("labruk blitar", []),
        ("35.05.17.1006", ["Klemunan"]),
        ("klemunan kab blitar", ["Klemunan"]),
        ("zzz", []),
    ],
)
def test_a_place_is_found_by_its_name_and_those_above(client, staff, places, typed, found):
    client.force_login(staff)

    response = client.get(ADD, {"cari": typed})

    assert [region.name for region in response.context["found"]] == found


def test_a_pic_finds_places_of_its_own_only(client, pic, places):
    client.force_login(pic)

    found = client.get(ADD, {"cari": "klemunan"}).context["found"]
    parts = client.get(ADD).context["parts"]
    inside = client.get(ADD, {"di": "35.08.21"}).context["parts"]

    assert list(found) == []
    assert [region.code for region in parts] == ["35.08"]
    assert {region.code for region in inside} == {"35.08.21.2001", "35.08.21.2004"}
    assert client.get(ADD, {"di": "35.05"}).status_code == 404
    assert client.get(ADD, {"wilayah": "35.05.17.1006"}).status_code == 404
    assert client.post(ADD, {**TYPED, "wilayah": "35.05.17.1006"}).status_code == 404


def test_without_a_place_the_place_is_asked_for(client, staff, places):
    client.force_login(staff)

    response = client.post(ADD, TYPED)

    assert response.status_code == 422
    assert "Di mana perpustakaannya?" in words(response)


@pytest.mark.parametrize("rows", [1, 3])
def test_places_ask_the_same_queries_however_many(
    client, staff, lumajang, rows, django_assert_num_queries
):
    for number in range(1, rows + 1):
        factories.region(f"35.08.21.200{number}")
    client.force_login(staff)

    with django_assert_num_queries(9):
        client.get(ADD, {"di": "35.08.21"})


# --- Adding ---------------------------------------------------------------------------------------


def test_a_library_is_added(client, pic, places):
    client.force_login(pic)
    typed = {
        **TYPED,
        "wilayah": "35.08.21.2004",
        "npp": " 3508212d 0000001",
        "tags": "Literasi, Like's Jatim; Literasi",
        "rooms": ["has_learning_room"],
        "contact_name": "Siti Aminah",
        "contact_phone": "0812-3456-7890",
    }

    response = client.post(ADD, typed)

    library = Library.objects.get(name=TYPED["name"])
    assert response.url == library.get_absolute_url()
    assert (library.region.code, library.kind, library.npp) == (
        "35.08.21.2004",
        LibraryKind.VILLAGE,
        "3508212D0000001",
    )
    assert library.tags == ["Literasi", "Like's Jatim"]
    assert (library.has_learning_room, library.has_sharing_room) == (True, False)
    assert library.contact_phone == "+6281234567890"
    event = AuditEvent.objects.get(action="libraries.register")
    assert event.by == pic
    assert "81234567890" not in str(event.changes)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": " "}, "Isi nama perpustakaan."),
        ({"name": "!!!"}, "Tulis dengan huruf atau angka."),
        ({"name": "x" * 201}, "Nama perpustakaan"),
        ({"name": "perpustakaan desa SUMBER ilmu"}, "sudah ada di wilayah itu"),
        ({"kind": "kelurahan"}, "Jenis"),
        ({"source": "apbn"}, "Sumber program"),
        ({"joined_on": ""}, "Isi tanggal bergabung."),
        ({"joined_on": "2024-02-31"}, "tidak ada di kalender"),
        ({"joined_on": "2999-01-01"}, "Tanggal ini belum tiba."),
        ({"joined_on": "1999-01-01"}, "Program ini dimulai"),
        ({"npp": "1" * 16}, "NPP paling banyak 15 karakter."),
        ({"contact_phone": "12"}, "Nomor telepon ini tidak dikenal."),
        ({"rooms": ["dapur"]}, "Ruang yang ada"),
    ],
)
def test_what_does_not_fit_is_said_at_its_field_and_stays(client, pic, library, wrong, said):
    client.force_login(pic)
    typed = {**TYPED, "wilayah": library.region.code, "address": "Jalan Mawar 3", **wrong}

    response = client.post(ADD, typed)

    assert response.status_code == 422
    assert said in words(response)
    assert 'value="Jalan Mawar 3"' in response.content.decode()
    assert Library.objects.count() == 1


def test_an_odd_npp_is_kept_with_a_warning(client, pic, places):
    client.force_login(pic)

    response = client.post(ADD, {**TYPED, "wilayah": "35.08.21.2004", "npp": "123"}, follow=True)

    assert Library.objects.get(npp="123")
    assert "NPP “123” tersimpan, tetapi bentuknya tidak biasa." in words(response)


def test_an_npp_that_is_taken_names_the_other_library_to_whoever_may_know(
    client, pic, strange_pic, staff, library, other_library
):
    Library.objects.filter(pk=library.pk).update(npp="3508212D0000001")
    said = {}
    for user, code in (
        (pic, "35.08.21.2001"),
        (strange_pic, other_library.region.code),
        (staff, "35.08.21.2001"),
    ):
        factories.region(code)
        client.force_login(user)
        response = client.post(ADD, {**TYPED, "wilayah": code, "npp": "3508212d0000001"})
        assert response.status_code == 422
        said[user.username] = "dipakai “Perpustakaan Desa Sumber Ilmu”, Desa Labruk Kidul" in words(
            response
        )

    assert said == {"pic.lumajang": True, "pic.blitar": False, "provinsi": True}


@pytest.mark.parametrize(
    ("code", "kinds"),
    [
        ("35.08.21.2004", ["desa", "sekolah", "tbm"]),
        ("35.05.17.1006", ["kelurahan", "sekolah", "tbm"]),
        ("35.08.21", ["sekolah", "tbm"]),
        ("35.08", ["kabkota", "sekolah", "tbm"]),
        ("35", ["provinsi", "sekolah", "tbm"]),
    ],
)
def test_the_kinds_offered_are_those_there_can_be(client, staff, places, code, kinds):
    client.force_login(staff)

    form = client.get(ADD, {"wilayah": code}).context["form"]

    assert [value for value, _label in form.fields["kind"].choices] == kinds


# --- Correcting -----------------------------------------------------------------------------------


def typed_of(client, library: Library, **more: object) -> dict:
    """What a browser sends back when the form was opened and left as it is."""
    page = client.get(address("library_change", library))
    initial = page.context["form"].initial
    sent = {name: value for name, value in initial.items() if not name.startswith("has_")}
    sent["joined_on"] = library.joined_on.isoformat()
    return {**sent, "versi": page.context["version"], **more}


def test_saved_as_it_is_nothing_changes(client, pic, library):
    client.force_login(pic)
    before = Library.objects.values().get(pk=library.pk)

    response = client.post(address("library_change", library), typed_of(client, library))

    assert response.url == library.get_absolute_url()
    assert Library.objects.values().get(pk=library.pk) == before
    assert not AuditEvent.objects.filter(action="libraries.change").exists()


def test_a_former_name_stays_as_another_name(client, pic, library):
    client.force_login(pic)

    client.post(
        address("library_change", library), typed_of(client, library, name="Taman Baca Asri")
    )

    library.refresh_from_db()
    assert library.name == "Taman Baca Asri"
    assert [alias.name for alias in library.aliases.all()] == ["Perpustakaan Desa Sumber Ilmu"]


def test_two_tabs_show_what_differs_and_lose_nothing(client, pic, staff, library):
    client.force_login(pic)
    typed = typed_of(client, library, address="Jalan Mawar 2", tags="Literasi")
    services.change(library=library, by=staff, address="Jalan Melati 1")

    first = client.post(address("library_change", library), typed)
    again = client.post(
        address("library_change", library), {**typed, "versi": first.context["version"]}
    )

    assert first.status_code == 409
    assert [(d.label, d.stored, d.typed) for d in first.context["differences"]] == [
        ("Tanda program", "–", "Literasi"),
        ("Alamat", "Jalan Melati 1", "Jalan Mawar 2"),
    ]
    assert 'value="Jalan Mawar 2"' in first.content.decode()
    assert again.status_code == 302
    library.refresh_from_db()
    assert (library.address, library.tags) == ("Jalan Mawar 2", ["Literasi"])


def test_fields_that_no_form_has_change_nothing(client, pic, library, other_library):
    client.force_login(pic)
    more = {"region": other_library.region.pk, "regency": other_library.regency.pk, "pk": 1}

    client.post(address("library_change", library), typed_of(client, library, **more))

    library.refresh_from_db()
    assert library.region.code == "35.08.21.2004"


# --- Out, in, elsewhere ---------------------------------------------------------------------------


def test_out_and_in_again(client, pic, library):
    client.force_login(pic)

    out = client.post(
        address("library_deactivate", library), {"starts_on": "2024-03-01", "reason": "Renovasi"}
    )
    page = words(client.get(library.get_absolute_url()))
    back = client.post(address("library_reactivate", library), {"active_from": "2024-06-01"})

    assert (out.status_code, back.status_code) == (302, 302)
    assert "Nonaktif sejak 1 Maret 2024. Renovasi" in page
    assert "Aktifkan lagi" in page
    assert list(Inactivity.objects.values_list("starts_on", "ends_on")) == [
        (date(2024, 3, 1), date(2024, 5, 31))
    ]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"starts_on": "", "reason": "x"}, "Isi tanggal mulai nonaktif."),
        ({"starts_on": "2024-03-01", "reason": ""}, "Isi alasan."),
        ({"starts_on": "2024-03-01", "reason": "..."}, "Tulis dengan huruf atau angka."),
        ({"starts_on": "2024-03-01", "reason": "x" * 301}, "Alasan"),
        ({"starts_on": "2019-12-31", "reason": "x"}, "Pilih tanggal dari 1 Januari 2020"),
        ({"starts_on": "2999-01-01", "reason": "x"}, "sampai hari ini."),
    ],
)
def test_deactivation_says_what_is_wrong(client, pic, library, typed, said):
    client.force_login(pic)

    response = client.post(address("library_deactivate", library), typed)

    assert response.status_code == 422
    assert said in words(response)
    assert not Inactivity.objects.exists()


def test_deactivated_twice_is_a_conflict(client, pic, library):
    client.force_login(pic)
    typed = {"starts_on": "2024-03-01", "reason": "Renovasi"}
    client.post(address("library_deactivate", library), typed)

    response = client.post(address("library_deactivate", library), typed)

    assert response.status_code == 409
    assert "Perpustakaan ini sudah nonaktif." in words(response)


def test_activation_names_the_day_it_may_be(client, pic, library):
    client.force_login(pic)
    services.deactivate(library=library, starts_on=date(2024, 3, 1), reason="Renovasi", by=pic)

    response = client.post(address("library_reactivate", library), {"active_from": "2024-02-01"})

    assert response.status_code == 422
    assert "Pilih tanggal dari 2 Maret 2024 sampai hari ini." in words(response)


def test_moved_with_a_warning_when_the_regency_changes(client, staff, library, other_library):
    client.force_login(staff)
    there = {"wilayah": other_library.region.code}

    asked = client.get(address("library_move", library), there)
    unsaid = client.post(address("library_move", library), there)
    moved = client.post(address("library_move", library), {**there, "reason": "Keliru dicatat"})

    assert "Kabupaten/kotanya berganti" in words(asked)
    assert (unsaid.status_code, moved.status_code) == (422, 302)
    library.refresh_from_db()
    assert library.region == other_library.region


def test_a_pic_moves_within_its_regency(client, pic, library, other_library):
    client.force_login(pic)
    near = factories.region("35.08.21.2001")

    away = client.post(
        address("library_move", library), {"wilayah": other_library.region.code, "reason": "x"}
    )
    page = client.get(address("library_move", library), {"wilayah": near.code})
    here = client.post(
        address("library_move", library), {"wilayah": library.region.code, "reason": "x"}
    )

    assert (away.status_code, here.status_code) == (404, 422)
    assert "Kabupaten/kotanya berganti" not in words(page)
    assert "Perpustakaan ini sudah di wilayah itu." in words(here)


@pytest.mark.parametrize("name", OF_ONE)
@pytest.mark.parametrize("pk", ["999999", "9" * 19, "1" + "0" * 30])
def test_what_is_not_there_is_not_found(client, staff, name, pk):
    client.force_login(staff)
    found = reverse(f"libraries:{name}", kwargs={"pk": 1}).replace("/1/", f"/{pk}/")

    assert [client.get(found).status_code, client.post(found).status_code] == [404, 404]


# --- Merging --------------------------------------------------------------------------------------


@pytest.fixture
def duplicate(library) -> Library:
    return factories.LibraryFactory(
        name="Perpusdes Labruk Kidul", region=library.region, contact_phone="+6281234567890"
    )


def merge(client, keep: Library, duplicate: Library | int, **more: str):
    number = duplicate if isinstance(duplicate, int) else duplicate.pk
    return client.post(address("library_merge", keep), {"dengan": str(number), **more})


def test_libraries_that_may_be_the_same_are_offered_and_others_found(
    client, pic, library, duplicate, other_library
):
    far = factories.LibraryFactory(name="Taman Baca", region=factories.region("35.08.20.2001"))
    client.force_login(pic)

    page = client.get(address("library_merge", library))
    found = client.get(address("library_merge", library), {"cari": "baca taman"})

    assert list(page.context["alike"]) == [duplicate]
    assert list(found.context["found"]) == [far]
    assert "Mawar" not in words(client.get(address("library_merge", library), {"cari": "mawar"}))


def test_both_are_compared_before_anything_happens(client, pic, library, duplicate):
    client.force_login(pic)

    text = words(client.get(address("library_merge", library), {"dengan": duplicate.pk}))

    assert "Nama Perpustakaan Desa Sumber Ilmu Perpusdes Labruk Kidul" in text
    assert "Narahubung – +6281234567890 +6281234567890" in text
    assert "Tidak bisa dibatalkan" in text
    assert Library.objects.count() == 2


def test_merging_needs_a_tick(client, pic, library, duplicate):
    client.force_login(pic)

    without = merge(client, library, duplicate)
    done = merge(client, library, duplicate, understood="on")

    assert without.status_code == 422
    assert "Centang bila Anda sudah yakin." in words(without)
    assert done.url == library.get_absolute_url()
    assert Library.objects.get() == library


def test_the_old_address_leads_to_the_survivor_where_it_may_be_seen(
    client, pic, strange_pic, library, duplicate
):
    old = duplicate.get_absolute_url()
    client.force_login(pic)
    merge(client, library, duplicate, understood="on")

    moved = client.get(old, {"sampai": "2024-09"})
    client.force_login(strange_pic)
    hidden = client.get(old)

    assert (moved.status_code, moved.url) == (301, f"{library.get_absolute_url()}?sampai=2024-09")
    assert hidden.status_code == 404


def test_what_cannot_be_merged_is_said(client, pic, library, duplicate, librarian):
    month = date(2024, 5, 1)
    other = factories.someone(Role.LIBRARIAN, duplicate)
    for one, writer in ((library, librarian), (duplicate, other)):
        factories.report(one, writer, month=month)
    office = factories.LibraryFactory(kind=LibraryKind.REGENCY, region=library.regency)
    client.force_login(pic)

    itself = merge(client, library, library, understood="on")
    offices = merge(client, library, office, understood="on")
    both = merge(client, library, duplicate, understood="on")

    assert [one.status_code for one in (itself, offices, both)] == [409, 409, 409]
    assert "Ini perpustakaan yang sama." in words(itself)
    assert "tidak bisa digabung dengan perpustakaan desa" in words(offices)
    assert "Keduanya punya laporan untuk bulan yang sama: Mei 2024." in words(both)
    assert Library.objects.count() == 3


@pytest.mark.parametrize("number", ["", "abc", "-1", "9" * 30, "999999", "1.0", "٣"])
def test_numbers_that_name_no_library(client, pic, library, number):
    client.force_login(pic)

    response = client.post(address("library_merge", library), {"dengan": number, "understood": "1"})

    assert response.status_code == (404 if number else 422)


def test_a_library_of_elsewhere_is_none(client, pic, library, other_library):
    client.force_login(pic)

    asked = client.get(address("library_merge", library), {"dengan": other_library.pk})
    done = merge(client, library, other_library, understood="on")

    assert (asked.status_code, done.status_code) == (404, 404)
    assert Library.objects.count() == 2


@pytest.mark.parametrize("rows", [1, 3])
def test_candidates_ask_the_same_queries_however_many(
    client, pic, library, rows, django_assert_num_queries
):
    factories.LibraryFactory.create_batch(rows, region=library.region)
    client.force_login(pic)

    with django_assert_num_queries(18):
        response = client.get(address("library_merge", library), {"cari": "cahaya"})

    assert len(response.context["found"]) == len(response.context["alike"]) == rows


def test_today_is_offered(client, pic, library):
    client.force_login(pic)

    form = client.get(address("library_deactivate", library)).context["form"]

    assert form.initial == {"starts_on": timezone.localdate()}
