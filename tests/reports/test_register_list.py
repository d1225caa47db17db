"""The register as a list and as a page: found, narrowed, sorted; whom its pages name to whom."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from activities.enums import Kind
from activities.models import OfficialScore
from libraries import services
from libraries.enums import LibraryKind, ProgrammeSource, SimState
from libraries.models import Activation, Library
from tests import factories
from tests.reports import figures_world as world
from tests.reports.times import NOW, set_clock
from tests.reports.words import words
from tpbis.accounts.enums import Role

LIST = "/perpustakaan/"
SEPTEMBER = date(2024, 9, 1)


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    return set_clock(monkeypatch, *NOW)


@pytest.fixture
def three(province) -> list[Library]:
    """Anggrek, Mawar and Melati; the last in another regency."""
    return [
        world.village("35.08.20.2001", name="Anggrek", joined_on=date(2022, 1, 1)),
        world.village("35.08.21.2004", name="Mawar"),
        world.village(
            "35.05.17.1006",
            name="Melati",
            kind=LibraryKind.URBAN_VILLAGE,
            source=ProgrammeSource.NATIONAL,
        ),
    ]


def shown(response) -> list[str]:
    return [one.row.library.name for one in response.context["listed"]]


def narrowed(response) -> list[tuple[str, str]]:
    return [(str(one.label), one.value) for one in response.context["narrowed"]]


# --- Found ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("koneng", True),
        ("KONENG mbah", True),
        ("mbah koneng labruk", True),
        ("mbah “koneng”", True),
        ("mbäh konèng", True),
        ("tamán", True),
        ("likes", True),
        ("like's jatim", True),
        ("sim lama", True),
        ("2D0000001", True),
        ("3508212d", True),
        ("koneng blitar", False),
        ("sumbersuko", False),
        ("'", False),
    ],
)
def test_words_find_it_however_they_are_written(client, staff, library, typed, found):
    Library.objects.filter(pk=library.pk).update(
        name="Perpustakaan Desa “Taman Bacá Mbah Koneng”", npp="3508212D0000001"
    )
    services.add_alias(library=library, name="SIM Lama Like's Jatim")
    client.force_login(staff)

    assert len(shown(client.get(LIST, {"cari": typed}))) == found


# --- Narrowed -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "found", "said"),
    [
        ({"kecamatan": "35.08.21"}, ["Mawar"], [("Kecamatan", "Kecamatan Sumbersuko")]),
        ({"sumber": "national"}, ["Melati"], [("Sumber program", "Nasional, lengkap")]),
        ({"tahun": "2022"}, ["Anggrek"], [("Tahun bergabung", "2022")]),
        ({"tanda": "likes jatim"}, ["Mawar"], [("Tanda program", "likes jatim")]),
        ({"sim": "aktif"}, ["Anggrek"], [("Akun SIM", "Aktif")]),
        ({"sim": "belum_diusulkan"}, ["Mawar", "Melati"], [("Akun SIM", "Belum diusulkan")]),
        ({"portal": "aktif"}, ["Mawar"], [("Akun portal", "Aktif")]),
        ({"portal": "diundang"}, ["Melati"], [("Akun portal", "Diundang")]),
        ({"portal": "tanpa"}, ["Anggrek"], [("Akun portal", "Tanpa akun")]),
        ({"status": "nonaktif"}, ["Kamboja"], [("Keikutsertaan", "Nonaktif")]),
        (
            {"status": "semua"},
            ["Anggrek", "Kamboja", "Mawar", "Melati"],
            [("Keikutsertaan", "Aktif dan nonaktif")],
        ),
        # A district of another regency than the chosen one is forgotten.
        (
            {"wilayah": "35.05", "kecamatan": "35.08.21"},
            ["Melati"],
            [("Kabupaten/kota", "Kabupaten Blitar")],
        ),
        ({}, ["Anggrek", "Mawar", "Melati"], []),
    ],
)
def test_filters_narrow_and_say_so(client, staff, three, asked, found, said):
    anggrek, mawar, melati = three
    today = timezone.localdate()
    Library.objects.filter(pk=mawar.pk).update(tags=["Like's Jatim"])
    services.note_sim_state(library=anggrek, state=SimState.PROPOSED, since_on=date(2023, 1, 1))
    services.note_sim_state(library=anggrek, state=SimState.ACTIVE, since_on=date(2024, 1, 1))
    services.note_sim_state(
        library=mawar, state=SimState.ACTIVE, since_on=today + timedelta(days=1)
    )
    factories.someone(Role.LIBRARIAN, mawar)
    factories.someone(Role.LIBRARIAN, anggrek, activated_at=None)
    for library, code, days in ((melati, "a", 30), (anggrek, "b", -1), (mawar, "c", 30)):
        Activation.objects.create(
            library=library,
            code_hash=code * 64,
            issued_by=staff,
            issued_at=timezone.now() - timedelta(days=31),
            expires_at=timezone.now() + timedelta(days=days),
        )
    gone = world.village("35.08.21.2001", name="Kamboja", source=ProgrammeSource.NATIONAL_BOOKS)
    services.note_sim_state(library=gone, state=SimState.ACTIVE, since_on=date(2024, 1, 1))
    services.deactivate(library=gone, starts_on=today, reason="Banjir", by=staff)
    client.force_login(staff)

    response = client.get(LIST, asked)

    assert shown(response) == found
    assert narrowed(response) == said


def test_a_filter_is_taken_away_by_its_link_and_the_rest_stays(client, staff, three):
    client.force_login(staff)

    response = client.get(LIST, {"cari": "mawar", "tahun": "2020", "urut": "-warna", "hal": "1"})

    assert [one.query for one in response.context["narrowed"]] == [
        "cari=mawar&urut=-warna",
        "tahun=2020&urut=-warna",
    ]
    assert response.context["more_in_use"] == 1
    assert '<details class="more-filters" open>' in response.content.decode()


def test_what_is_folded_away_stays_so_unless_it_is_used(client, staff, three):
    client.force_login(staff)

    page = client.get(LIST, {"cari": "mawar"}).content.decode()

    assert '<details class="more-filters">' in page


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"sumber": "apbn"}, "Pilih sumber program yang ada di daftar."),
        ({"tahun": "1999"}, "Pilih tahun yang ada di daftar."),
        ({"sim": "x"}, "Pilih status yang ada di daftar."),
        ({"portal": "x"}, "Pilih status yang ada di daftar."),
        ({"status": "x"}, "Pilih keikutsertaan yang ada di daftar."),
        ({"kecamatan": "35.05.17"}, "Pilih wilayah yang ada di daftar."),
    ],
)
def test_what_is_no_choice_is_refused_in_words(client, pic, three, asked, said):
    client.force_login(pic)

    response = client.get(LIST, asked)

    assert response.status_code == 400
    assert said in words(response)
    assert "Melati" not in words(response)


def test_districts_are_offered_of_the_chosen_regency(client, staff, three):
    client.force_login(staff)

    places = client.get(LIST, {"wilayah": "35.08"}).context["places"]

    assert [region.code for region in places.districts] == ["35.08.20", "35.08.21"]


def test_tags_are_offered_once_and_only_ones_own(client, pic, three):
    anggrek, mawar, melati = three
    for library, tags in ((anggrek, ["Literasi"]), (mawar, ["literasi", "Wisata"])):
        Library.objects.filter(pk=library.pk).update(tags=tags)
    Library.objects.filter(pk=melati.pk).update(tags=["Rahasia"])
    client.force_login(pic)

    tags = client.get(LIST).context["tags"]

    assert [tag.lower() for tag in tags] == ["literasi", "wisata"]


# --- Sorted ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("order", "names"),
    [
        ("nama", ["Anggrek", "Mawar", "Melati"]),
        ("-nama", ["Melati", "Mawar", "Anggrek"]),
        ("-warna", ["Melati", "Mawar", "Anggrek"]),
        ("warna", ["Anggrek", "Mawar", "Melati"]),
        ("-resmi", ["Anggrek", "Melati", "Mawar"]),
        ("-pelibatan", ["Mawar", "Melati", "Anggrek"]),
        ("-advokasi", ["Melati", "Anggrek", "Mawar"]),
        ("-peningkatan", ["Melati", "Anggrek", "Mawar"]),
        ("-kunjungan", ["Mawar", "Melati", "Anggrek"]),
        ("kunjungan", ["Anggrek", "Mawar", "Melati"]),
        ("-gaji", ["Anggrek", "Mawar", "Melati"]),
        ("", ["Anggrek", "Mawar", "Melati"]),
    ],
)
def test_every_column_sorts_the_whole_list(client, staff, three, order, names):
    anggrek, mawar, melati = three
    world.approve(mawar, Kind.INVOLVEMENT, Kind.INVOLVEMENT, month=SEPTEMBER)
    world.approve(
        melati, Kind.INVOLVEMENT, Kind.ADVOCACY, Kind.SERVICE, Kind.PUBLICATION, month=SEPTEMBER
    )
    for library, points in ((anggrek, 60_000), (melati, 50_000), (mawar, None)):
        OfficialScore.objects.create(library=library, as_of=date(2024, 9, 5), points=points)
    client.force_login(staff)

    response = client.get(LIST, {"urut": order, "sampai": "2024-09"})

    assert shown(response) == names


def test_a_heading_keeps_what_was_asked(client, staff, three):
    client.force_login(staff)

    page = client.get(LIST, {"cari": "m", "urut": "-warna"})

    queries = {str(h.label): (h.query, h.sort) for h in page.context["library_headings"]}
    assert queries["KPI portal"] == ("cari=m&urut=warna", "descending")
    assert queries["Pelibatan"] == ("cari=m&urut=-pelibatan", "")


def test_account_states_stand_apart(client, staff, three):
    services.note_sim_state(library=three[1], state=SimState.ACTIVE, since_on=date(2024, 1, 1))
    client.force_login(staff)

    text = words(client.get(LIST, {"cari": "mawar"}))

    assert "Portal: belum ada SIM: aktif" in text


@pytest.mark.parametrize(
    ("role", "actions"),
    [
        (Role.PROVINCE_STAFF, (True, True)),
        (Role.REGENCY_PIC, (True, True)),
        (Role.FACILITATOR, (False, True)),
        (Role.PROVINCE_VIEWER, (False, True)),
        (Role.OBSERVER, (False, True)),
        (Role.SUPPORTER, (False, False)),
    ],
)
def test_what_may_be_done_is_offered(client, library, role, actions):
    client.force_login(factories.someone(role, library.regency))

    page = client.get(LIST).content.decode()

    assert (reverse("libraries:library_add") in page, "/perpustakaan/unduh/" in page) == actions


# --- A library's page -----------------------------------------------------------------------------


@pytest.fixture
def known(library, librarian) -> Library:
    Library.objects.filter(pk=library.pk).update(
        contact_name="Bu Rahma", contact_phone="+6281234567890"
    )
    return library


@pytest.mark.parametrize(
    ("role", "contact", "person", "link", "history", "actions"),
    [
        (Role.PROVINCE_STAFF, True, True, True, True, True),
        (Role.REGENCY_PIC, True, True, True, True, True),
        (Role.FACILITATOR, True, True, False, True, False),
        (Role.PROVINCE_VIEWER, True, True, False, True, False),
        (Role.LIBRARIAN, True, True, False, True, False),
        (Role.OBSERVER, False, False, False, False, False),
        (Role.SUPPORTER, False, False, False, False, False),
    ],
)
def test_whom_the_page_names_to_whom(
    client, known, librarian, staff, role, contact, person, link, history, actions
):
    services.change(library=known, by=staff, address="Jalan Melati 1")
    place = known if role == Role.LIBRARIAN else known.regency
    client.force_login(factories.someone(role, place))

    page = client.get(known.get_absolute_url()).content.decode()

    said = (
        "Bu Rahma" in page and "tel:+6281234567890" in page,
        librarian.full_name in page,
        reverse("libraries:person", kwargs={"pk": librarian.pk}) in page,
        staff.full_name in page,
        reverse("libraries:library_change", kwargs={"pk": known.pk}) in page,
    )
    assert said == (contact, person, link, history, actions)


def test_facilities_come_from_the_newest_approved_picture(client, library, librarian, pic):
    client.force_login(pic)
    before = words(client.get(library.get_absolute_url()))
    world.approve(library, Kind.SERVICE, month=date(2024, 7, 1), by=librarian)
    world.submit(library, Kind.SERVICE, month=date(2025, 1, 1), by=librarian)

    after = words(client.get(library.get_absolute_url()))

    assert "Belum ada potret fasilitas yang disetujui" in before
    assert "potret 1 Juli 2024 Buku 900 Buku digital – Komputer – Bandwidth –" in after


def test_account_states_have_their_days(client, library, pic):
    services.note_sim_state(library=library, state=SimState.PROPOSED, since_on=date(2023, 1, 1))
    services.note_sim_state(library=library, state=SimState.ACTIVE, since_on=date(2024, 5, 6))
    client.force_login(pic)

    text = words(client.get(library.get_absolute_url()))

    assert "Akun portal Tanpa akun Akun SIM Aktif sejak 6 Mei 2024 Aktif" in text
    assert "sejak 1 Januari 2023 Diusulkan" in text


def test_a_library_that_is_away_has_no_rapor_but_says_so(client, library, pic):
    services.deactivate(library=library, starts_on=date(2026, 3, 1), reason="Banjir", by=pic)
    client.force_login(pic)

    text = words(client.get(library.get_absolute_url()))

    assert "Nonaktif sejak 1 Maret 2026. Banjir" in text
    assert "Nonaktif pada akhir November 2026" in text


def test_history_tells_of_the_register_and_not_of_drafts(client, library, librarian, pic):
    world.draft(library, Kind.INVOLVEMENT, month=date(2026, 10, 1), by=librarian)
    services.change(library=library, by=pic, address="Jalan Melati 1")
    client.force_login(pic)

    history = client.get(library.get_absolute_url()).context["history"]

    assert [row.who for row in history] == [pic.full_name]


def test_history_reaches_back_before_a_merger(client, library, pic):
    duplicate = world.village("35.08.21.2001", name="Perpusdes Labruk")
    services.change(library=duplicate, by=pic, address="Jalan Melati 1")
    services.merge(keep=library, duplicate=duplicate, by=pic)
    client.force_login(pic)

    history = client.get(library.get_absolute_url()).context["history"]

    assert len(history) == 2
