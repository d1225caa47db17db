"""The grid, who has not reported, what waits, excusing a month, and the mentoring log."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from activities import services
from activities.enums import ExcuseReason, Kind, MentoringWay
from activities.models import Excuse, MentoringVisit
from libraries.models import Library, Region
from tests import factories
from tests.reports import figures_world as world
from tests.reports.times import set_clock, wib
from tpbis.accounts.enums import Role

pytestmark = pytest.mark.django_db
GRID, SILENT, WAITING = "reports:follow_up", "reports:not_reported", "reports:reviews_waiting"
MENTORING = "reports:mentoring"
SEPTEMBER, OCTOBER, NOVEMBER = (date(2024, month, 1) for month in (9, 10, 11))


@pytest.fixture(autouse=True)
def november(monkeypatch):
    """Friday 22 November 2024."""
    return set_clock(monkeypatch, 2024, 11, 22, 10, 0)


def month_page(library, month="2024-10") -> str:
    return reverse("reports:follow_up_month", kwargs={"pk": library.pk}) + f"?bulan={month}"


def log_of(library) -> str:
    return reverse("reports:mentoring_library", kwargs={"pk": library.pk})


def excuse(library, by, month=OCTOBER):
    return services.excuse(
        library=library, month=month, reason=ExcuseReason.ILLNESS, comment="Opname.", by=by
    )


def cells(page, library) -> dict[str, object]:
    (row,) = [row for row in page.context["rows"] if row.library == library]
    return {cell.words.partition(":")[0]: cell for cell in row.cells}


# --- The grid -------------------------------------------------------------------------------------


def test_each_cell_says_state_and_colour_and_leads_on(client, library, librarian, pic):
    waiting = world.submit(
        library, Kind.ADVOCACY, month=SEPTEMBER, at=wib(2024, 10, 1), by=librarian
    )
    done = world.approve(library, *world.GENERAL, month=date(2024, 8, 1), by=librarian)
    excuse(library, pic, date(2024, 7, 1))
    client.force_login(pic)

    page = client.get(reverse(GRID))
    found = cells(page, library)

    assert found["September 2024"].words.startswith("September 2024: menunggu diperiksa, ")
    assert found["September 2024"].address == reverse("activities:review", args=[waiting.pk])
    assert found["Agustus 2024"].address == done.get_absolute_url()
    assert found["Juli 2024"].words.startswith("Juli 2024: belum lapor, dimaklumi, ")
    assert found["Oktober 2024"].address == month_page(library)
    assert found["November 2024"].words.startswith("November 2024: masih terbuka, ")
    text = page.content.decode()
    for cell in found.values():
        assert cell.colour in ("green", "yellow", "red", "grey", "none")
        assert f'aria-label="{cell.words}"' in text or f'title="{cell.words}"' in text


def test_a_facilitator_without_delegation_reads_instead_of_reviewing(
    client, library, librarian, facilitator
):
    waiting = world.submit(library, Kind.ADVOCACY, month=SEPTEMBER, by=librarian)
    client.force_login(facilitator)

    found = cells(client.get(reverse(GRID)), library)

    assert found["September 2024"].address == waiting.get_absolute_url()


def test_a_draft_is_nobody_elses_business(client, library, librarian, pic):
    world.draft(library, Kind.ADVOCACY, month=NOVEMBER, by=librarian)
    client.force_login(pic)

    assert cells(client.get(reverse(GRID)), library)["November 2024"].state == "open"


def test_a_province_chooses_a_regency_first(client, library, other_library, staff):
    client.force_login(staff)

    overview = client.get(reverse(GRID))
    of_one = client.get(reverse(GRID), {"wilayah": "35.08"})

    assert {row.region.code: row.missing for row in overview.context["rows"]} == {
        "35.08": 1,
        "35.05": 1,
    }
    assert [row.library for row in of_one.context["rows"]] == [library]


def test_the_grid_is_narrowed(client, library, librarian, pic):
    other = factories.LibraryFactory(name="Melati", region=factories.region("35.08.20.2001"))
    for month in (date(2023, 12, 1), *(date(2024, n, 1) for n in range(1, 11))):
        world.submit(library, Kind.ADVOCACY, month=month, by=librarian)
    client.force_login(pic)

    def shown(**asked):
        return {row.library for row in client.get(reverse(GRID), asked).context["rows"]}

    assert shown() == {library, other}
    assert shown(bolong="on") == {other}
    assert shown(cari="melati") == {other}
    assert shown(wilayah="35.08.21") == {library}


def test_only_ones_own_are_there(client, library, other_library, pic):
    client.force_login(pic)

    for name in (GRID, SILENT, WAITING, MENTORING):
        assert client.get(reverse(name), {"wilayah": "35.05"}).status_code == 400
    assert [row.library for row in client.get(reverse(GRID)).context["rows"]] == [library]


@pytest.mark.parametrize("asked", [{"wilayah": "x"}, {"bulan": "2999-01"}, {"bulan": "besok"}])
def test_what_cannot_be_asked_is_400(client, pic, asked):
    client.force_login(pic)

    page = client.get(reverse(GRID), asked)

    assert page.status_code == 400
    assert "Pilihan ini tidak dikenal" in page.content.decode()


@pytest.mark.parametrize("who", ["librarian", "observer"])
def test_who_only_reads_figures_has_no_business_here(client, request, library, who):
    if who == "observer":
        client.force_login(factories.someone(Role.OBSERVER, library.regency))
    else:
        client.force_login(request.getfixturevalue(who))

    for name in (GRID, SILENT, WAITING, MENTORING, "reports:reminders"):
        assert client.get(reverse(name)).status_code == 403


def test_the_regions_page_leads_here(client, library, pic):
    client.force_login(pic)

    page = client.get(library.regency.get_absolute_url()).content.decode()

    assert f"{reverse(GRID)}?wilayah=35.08" in page


# --- Who has not reported -------------------------------------------------------------------------


def test_the_silent_ones_with_whom_to_call(client, library, librarian, pic):
    library.contact_name, library.contact_phone = "Bu Sri", "+6281234567890"
    library.save()
    world.submit(library, Kind.ADVOCACY, month=date(2024, 8, 1), by=librarian)
    services.mark_reminded(library=library, month=OCTOBER, by=pic, at=wib(2024, 11, 20))
    client.force_login(pic)

    page = client.get(reverse(SILENT))

    (row,) = page.context["rows"]
    assert (row.missed.in_a_row, row.last_report) == (2, date(2024, 8, 1))
    text = page.content.decode()
    for said in ("2 bulan berturut-turut", "Agustus 2024", "20 Nov 2024", "0812-3456-7890"):
        assert said in text


def test_a_leader_sees_no_numbers(client, library, leader):
    library.contact_name, library.contact_phone = "Bu Sri", "+6281234567890"
    library.save()
    client.force_login(leader)

    for address in (reverse(SILENT), month_page(library)):
        text = client.get(address).content.decode()
        assert library.name in text
        assert "Bu Sri" not in text
        assert "34567890" not in text


def test_nobody_is_silent_once_excused(client, library, pic):
    library.joined_on = OCTOBER
    library.save()
    client.force_login(pic)
    assert len(client.get(reverse(SILENT)).context["rows"]) == 1

    excuse(library, pic)

    page = client.get(reverse(SILENT))
    assert page.context["rows"] == []
    assert "Semua laporan yang ditunggu sudah masuk" in page.content.decode()


# --- What waits -----------------------------------------------------------------------------------


def test_waiting_reviews_are_told_by_working_days(client, library, librarian, pic, facilitator):
    old = world.submit(
        library, Kind.ADVOCACY, month=SEPTEMBER, at=wib(2024, 10, 7, 9, 0), by=librarian
    )
    world.submit(library, Kind.ADVOCACY, month=OCTOBER, at=wib(2024, 11, 20), by=librarian)
    client.force_login(facilitator)

    page = client.get(reverse(WAITING))

    text = page.content.decode()
    assert "menunggu lebih dari 5 hari kerja: 1" in text
    assert "naik ke provinsi" in text
    assert old.get_absolute_url() in text
    client.force_login(pic)
    assert (
        reverse("activities:review", args=[old.pk]) in client.get(reverse(WAITING)).content.decode()
    )


# --- Excusing -------------------------------------------------------------------------------------


def test_a_month_is_excused_and_the_excuse_withdrawn(client, library, pic):
    client.force_login(pic)
    said = {"reason": "bencana", "comment": "Banjir <b>bandang</b>."}

    made = client.post(month_page(library), said, follow=True)

    text = made.content.decode()
    assert "Oktober 2024 dimaklumi" in text
    assert "Banjir &lt;b&gt;bandang&lt;/b&gt;." in text
    withdraw = reverse("reports:excuse_withdraw", args=[Excuse.objects.get().pk])
    undone = client.post(withdraw, follow=True)
    assert "Pernah dimaklumi" in undone.content.decode()
    assert not Excuse.objects.in_force().exists()
    assert "sudah dicabut" in client.post(withdraw, follow=True).content.decode()


@pytest.mark.parametrize(
    "said",
    [
        {"reason": "bencana", "comment": ""},
        {"reason": "bencana", "comment": " \u200b . "},
        {"reason": "bencana", "comment": "x" * 1_001},
        {"reason": "malas", "comment": "Banjir."},
        {"comment": "Banjir."},
    ],
)
def test_what_was_typed_stays_when_something_is_missing(client, library, pic, said):
    client.force_login(pic)

    page = client.post(month_page(library), said)

    assert page.status_code == 422
    assert not Excuse.objects.exists()
    assert "Ada yang perlu diperbaiki" in page.content.decode()


def test_a_month_excused_meanwhile_is_a_conflict(client, library, pic):
    excuse(library, pic)
    client.force_login(pic)

    page = client.post(month_page(library), {"reason": "bencana", "comment": "Banjir."})

    assert page.status_code == 409
    assert "sudah dimaklumi" in page.content.decode()
    assert Excuse.objects.count() == 1


@pytest.mark.parametrize("month", ["2024-12", "9999-12", "0001-01", "x", "2024-13", "2017-12"])
def test_a_month_that_cannot_be_meant_is_400(client, library, pic, month):
    client.force_login(pic)

    said = {"reason": "bencana", "comment": "Banjir."}
    assert client.get(month_page(library, month)).status_code == 400
    assert client.post(month_page(library, month), said).status_code == 400
    assert not Excuse.objects.exists()


def test_who_may_not_excuse_is_offered_no_form(client, library, facilitator):
    client.force_login(facilitator)

    page = client.get(month_page(library)).content.decode()

    assert 'name="comment"' not in page
    assert client.post(month_page(library), {}).status_code == 403


def test_its_librarian_sees_that_a_month_was_excused(client, library, librarian, pic):
    excuse(library, pic)
    client.force_login(librarian)

    month = client.get(reverse("activities:month", kwargs={"month": "2024-10"}))
    months = client.get(reverse("activities:list"))
    page = client.get(library.get_absolute_url() + "?sampai=2024-10")

    assert "Dimaklumi" in month.content.decode()
    assert months.content.decode().count("Dimaklumi") == 1
    assert "dimaklumi" in page.content.decode()


def test_the_note_is_printed_beside_timeliness(client, library, pic):
    excuse(library, pic)
    client.force_login(pic)

    address = library.regency.get_absolute_url() + "?dari=2024-09&sampai=2024-10"
    text = client.get(address).content.decode()

    assert "1 bulan dimaklumi dan tidak dihitung dalam ketepatan waktu" in text
    timely = text[text.index("Tepat waktu") :]
    assert re.search(r"<b>0</b></a> dari 1 \(0,0%\)", timely)


# --- The mentoring log ----------------------------------------------------------------------------


def visit(**more: str) -> dict[str, str]:
    return {"held_on": "2024-11-20", "way": "kunjungan", "notes": "Melihat rak.", **more}


def test_a_facilitator_notes_a_visit_and_a_librarian_reads_it(
    client, library, librarian, facilitator, staff
):
    client.force_login(facilitator)
    said = visit(agreed_action="Menata rak", due_on="2024-11-30")

    made = client.post(log_of(library), said, follow=True)

    assert "Pendampingan tercatat." in made.content.decode()
    done = reverse("reports:mentoring_done", args=[MentoringVisit.objects.get().pk])
    for reader in (librarian, staff):
        client.force_login(reader)
        text = client.get(log_of(library)).content.decode()
        assert "Menata rak" in text
        assert done not in text
        assert client.post(log_of(library), said).status_code == 403
        assert "Menata rak" in client.get(library.get_absolute_url()).content.decode()
    client.force_login(facilitator)
    assert "ditandai selesai" in client.post(done, follow=True).content.decode()
    assert "sudah selesai" in client.post(done, follow=True).content.decode()


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"held_on": "2024-11-23"}, "belum tiba"),
        ({"held_on": "31/02/2024"}, "tidak ada di kalender"),
        ({"held_on": "0001-01-01x"}, "tidak dikenal"),
        ({"held_on": ""}, "Isi tanggal."),
        ({"notes": "\u200b"}, "Isi catatan."),
        ({"notes": "..."}, "huruf atau angka"),
        ({"notes": "x" * 2_001}, "2000"),
        ({"way": "surat"}, "surat"),
        ({"due_on": "2024-12-01"}, "Tulis apa yang disepakati"),
        ({"agreed_action": "Rapat", "due_on": "2024-11-19"}, "mendahului"),
    ],
)
def test_a_visit_that_cannot_be_is_refused_and_stays_typed(client, library, pic, more, words):
    client.force_login(pic)

    page = client.post(log_of(library), visit(**more))

    assert page.status_code == 422
    assert words in page.content.decode()
    if "notes" not in more:
        assert "Melihat rak." in page.content.decode()
    assert not MentoringVisit.objects.exists()


def test_what_passed_its_deadline_comes_first(client, library, pic):
    due = {"Nanti": date(2024, 12, 1), "Tanpa": None, "Lewat": date(2024, 11, 1)}
    for action, day in due.items():
        services.note_visit(
            library=library,
            held_on=date(2024, 10, 1),
            way=MentoringWay.CALL,
            notes="Membahas laporan.",
            agreed_action=action,
            due_on=day,
            by=pic,
        )
    client.force_login(pic)

    page = client.get(reverse(MENTORING))

    assert [one.agreed_action for one in page.context["open"]] == ["Lewat", "Nanti", "Tanpa"]
    assert "Lewat tenggat" in page.content.decode()


def test_an_observer_reads_no_notes(client, library, pic):
    services.note_visit(
        library=library, held_on=OCTOBER, way=MentoringWay.CALL, notes="Rahasia desa.", by=pic
    )
    client.force_login(factories.someone(Role.OBSERVER, library.regency))

    assert client.get(log_of(library)).status_code == 403
    assert "Pendampingan" not in client.get(library.get_absolute_url()).content.decode()


# --- However many ---------------------------------------------------------------------------------


@pytest.fixture
def some(request, pic) -> int:
    """Libraries in as many villages, each with everything that is shown of it."""
    for at in range(request.param):
        library = factories.LibraryFactory(region=factories.region(f"35.08.21.200{at + 1}"))
        by = world.librarian_of(library)
        world.submit(library, Kind.ADVOCACY, month=SEPTEMBER, at=wib(2024, 10, 7), by=by)
        excuse(library, pic, date(2024, 7, 1))
        services.mark_reminded(library=library, month=OCTOBER, by=pic)
        services.note_visit(
            library=library,
            held_on=OCTOBER,
            way=MentoringWay.CALL,
            notes="Membahas laporan.",
            agreed_action="Kirim",
            by=pic,
        )
    return request.param


@pytest.mark.parametrize("some", [1, 3], indirect=True)
@pytest.mark.parametrize(
    ("name", "queries"), [(GRID, 29), (SILENT, 18), (WAITING, 13), (MENTORING, 11)]
)
def test_the_same_queries_however_many_libraries(
    client, pic, some, name, queries, django_assert_num_queries
):
    client.force_login(pic)
    client.get(reverse(name))

    with django_assert_num_queries(queries):
        page = client.get(reverse(name))

    assert page.status_code == 200
    assert Library.objects.count() == some


def test_an_empty_region_says_what_to_do(client, pic):
    client.force_login(pic)

    for name in (GRID, SILENT, WAITING, MENTORING):
        page = client.get(reverse(name))
        assert page.status_code == 200
        assert 'class="empty"' in page.content.decode()
    assert Region.objects.exists()
    assert timezone.localdate() - timedelta(days=1) == date(2024, 11, 21)
