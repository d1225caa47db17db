"""Reminders: to whom, in which words, one after the other, with and without JavaScript."""

from datetime import date
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from activities import services
from activities.enums import ExcuseReason, Kind
from activities.models import Reminder
from activities.photos import StoredPhoto
from libraries.models import Library
from reports import reminders
from tests import factories
from tests.reports import figures_world as world
from tests.reports.times import set_clock, wib
from tpbis.accounts.enums import Role

OCTOBER, NOVEMBER = date(2024, 10, 1), date(2024, 11, 1)
PAGE = "reports:reminders"
TODAY = date(2024, 11, 22)


@pytest.fixture(autouse=True)
def november(monkeypatch, settings):
    settings.TPBIS_PUBLIC_URL = "https://tpbis.example"
    return set_clock(monkeypatch, 2024, 11, 22, 10, 0)


@pytest.fixture
def known(library) -> Library:
    """Somebody to write to."""
    library.contact_name, library.contact_phone = "Siti Aminah", "0812-3456-7890"
    library.save()
    return library


def text_for(library, month=OCTOBER, at=None) -> str:
    (one,) = reminders.wanting(Library.objects.filter(pk=library.pk), month, on=TODAY)
    return reminders.message(one, month, sender="Endah", at=at or wib(2024, 11, 22, 10, 0))


def mark_address(library, month="2024-10") -> str:
    return reverse("reports:reminder_mark", kwargs={"pk": library.pk}) + f"?bulan={month}"


# --- To whom --------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("contact", "phone", "account", "name", "number", "is_landline"),
    [
        ("Bu Sri", "0812-3456-7890", "", "Bu Sri", "6281234567890", False),
        ("Bu Sri", "+62 812 3456 7890", "+6281300001111", "Bu Sri", "6281234567890", False),
        ("", "62 812-3456-7890", "", "Siti", "6281234567890", False),
        ("Bu Sri", "", "+6281300001111", "Siti", "6281300001111", False),
        ("Bu Sri", "(0334) 881234", "+6281300001111", "Siti", "6281300001111", False),
        ("Bu Sri", "(0334) 881234", "", "Bu Sri", "", True),
        ("Bu Sri", "tanya Pak Carik", "", "Bu Sri", "", False),
        ("", "", "", "Siti", "", False),
    ],
)
def test_the_contact_comes_before_the_librarian(
    library, contact, phone, account, name, number, is_landline
):
    factories.someone(Role.LIBRARIAN, library, full_name="Siti", phone=account)
    library.contact_name, library.contact_phone = contact, phone

    found = reminders.recipients_at([library])[library.pk]

    assert (found.name, found.number, found.is_landline) == (name, number, is_landline)


@pytest.mark.django_db
def test_who_is_still_awaited(library, librarian, pic):
    villages = [factories.region(f"35.08.21.200{at}") for at in range(1, 4)]
    returned, excused, done = (factories.LibraryFactory(region=one) for one in villages)
    world.send_back(returned, Kind.ADVOCACY, month=OCTOBER)
    services.excuse(
        library=excused, month=OCTOBER, reason=ExcuseReason.ILLNESS, comment="Opname.", by=pic
    )
    world.submit(done, Kind.ADVOCACY, month=OCTOBER)
    world.draft(library, Kind.ADVOCACY, month=OCTOBER, by=librarian)

    found = reminders.wanting(Library.objects.all(), OCTOBER, on=TODAY)

    assert {one.library: one.state for one in found} == {
        library: "not_reported",
        returned: "returned",
    }


# --- The words ------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_before_batas_kirim(known, librarian):
    world.draft(known, Kind.INVOLVEMENT, month=NOVEMBER, by=librarian)

    text = text_for(known, NOVEMBER)

    assert text.startswith("Selamat pagi, Bapak/Ibu Siti Aminah.")
    assert "laporan TPBIS November 2024 dari Perpustakaan Desa Sumber Ilmu" in text
    assert "batas kirimnya 5 Desember 2024 (13 hari lagi)" in text
    assert "Yang belum ada: advokasi dan 1 foto." in text
    assert "https://tpbis.example/laporan/bulan/2024-11/" in text
    assert text.endswith("\n\nEndah")


@pytest.mark.django_db
def test_after_it(known):
    text = text_for(known)

    assert "masih kami tunggu. Batas kirimnya 5 November 2024, tetapi tetap bisa" in text
    assert "cukup nyatakan nihil dan isi jumlah pengunjung" in text
    for blame in ("terlambat", "lalai", "harus", "segera"):
        assert blame not in text.lower()


@pytest.mark.django_db
def test_when_it_came_back(known, librarian, pic):
    report = world.submit(known, Kind.ADVOCACY, month=OCTOBER, by=librarian)
    services.send_back(report=report, reason="foto", comment="Rahasia: buram.", by=pic)

    text = text_for(known)

    assert "foto kurang jelas atau tidak sesuai" in text
    assert f"https://tpbis.example/laporan/{report.pk}/" in text
    assert "Rahasia" not in text


@pytest.mark.django_db
def test_only_the_sending_is_left(known, librarian):
    report = world.draft(known, Kind.ADVOCACY, month=OCTOBER, by=librarian)
    services.record(
        report=report,
        kind=Kind.INVOLVEMENT,
        content=factories.content(month=OCTOBER),
        by=librarian,
    )
    entry = report.activities.get(kind=Kind.INVOLVEMENT)
    photo = StoredPhoto(sha256="ab" * 32, width=640, height=480, original_name="warga.jpg")
    services.attach_photo(activity=entry, stored=photo, by=librarian)

    assert "Isinya sudah lengkap, tinggal dikirim." in text_for(known)


@pytest.mark.parametrize(
    ("hour", "words"),
    [
        (0, "Selamat malam"),
        (3, "Selamat pagi"),
        (10, "Selamat pagi"),
        (11, "Selamat siang"),
        (15, "Selamat sore"),
        (18, "Selamat malam"),
        (23, "Selamat malam"),
    ],
)
def test_the_greeting_goes_by_the_clock_in_jakarta(hour, words):
    assert reminders.greeting(wib(2024, 11, 22, hour, 0)) == words


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "Bapak/Ibu pengelola"),
        ("Siti Aminah", "Bapak/Ibu Siti Aminah"),
        ("Bu Sri", "Bu Sri"),
        ("Pak. Darmo", "Pak. Darmo"),
        ("Ibunda Raya", "Bapak/Ibu Ibunda Raya"),
    ],
)
def test_how_somebody_is_addressed(name, said):
    assert reminders.addressed(name) == said


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("now", "said"),
    [
        ((2024, 12, 1, 10, 0), "5 Desember 2024 (4 hari lagi)"),
        ((2024, 12, 4, 23, 59), "besok, 5 Desember 2024"),
        ((2024, 12, 5, 23, 59), "hari ini, 5 Desember 2024"),
    ],
)
def test_batas_kirim_in_words(known, monkeypatch, now, said):
    set_clock(monkeypatch, *now)

    assert said in text_for(known, NOVEMBER)


@given(st.text(max_size=200))
def test_any_text_arrives_in_the_chat_as_it_was(text):
    text = text.encode("utf-8", "ignore").decode()

    address = urlsplit(reminders.chat("6281234567890", text))

    assert (address.scheme, address.netloc, address.path) == ("https", "wa.me", "/6281234567890")
    assert parse_qs(address.query, keep_blank_values=True)["text"] == [text]


# --- One after the other --------------------------------------------------------------------------


@pytest.fixture
def two(known, blitar) -> tuple[Library, Library]:
    """Both to be written to, by name."""
    other = factories.LibraryFactory(
        name="Taman Baca Mawar",
        region=factories.region("35.08.20.2001"),
        contact_phone="081300001111",
    )
    return known, other


@pytest.mark.django_db
def test_opening_one_marks_it_and_the_next_one_follows(client, two, pic):
    first, second = two
    client.force_login(pic)
    page = client.get(reverse(PAGE))
    assert page.context["current"].library == first
    assert f"https://wa.me/6281234567890?text={quote('Selamat pagi, ', safe='')}" in (
        page.content.decode()
    )

    opened = client.post(mark_address(first), {"text": "Selamat pagi & sehat selalu"})

    text = opened.content.decode()
    assert "ditandai terkirim 22 November" in text
    assert "https://wa.me/6281234567890?text=Selamat%20pagi%20%26%20sehat%20selalu" in text
    page = client.get(opened.context["onward"])
    assert page.context["current"].library == second
    assert "1 dari 2 sudah ditandai terkirim hari ini" in page.content.decode()


@pytest.mark.django_db
def test_a_script_is_told_what_comes_next(client, two, pic):
    client.force_login(pic)

    answer = client.post(
        mark_address(two[0]), {"text": "Selamat pagi"}, headers={"Accept": "application/json"}
    )

    assert answer.json() == {"next": f"{reverse(PAGE)}?bulan=2024-10"}
    assert Reminder.objects.get().library == two[0]


@pytest.mark.django_db
def test_twice_on_a_day_is_one_mark_and_it_can_be_undone(client, two, pic):
    client.force_login(pic)
    for _again in range(2):
        client.post(mark_address(two[0]), {"text": "Selamat pagi"})
    marked = Reminder.objects.get()

    undone = client.post(reverse("reports:reminder_undo", args=[marked.pk]), follow=True)

    assert "dihapus" in undone.content.decode()
    assert undone.context["current"].library == two[0]
    assert not Reminder.objects.exists()


@pytest.mark.django_db
def test_all_are_marked(client, known, pic):
    client.force_login(pic)

    client.post(mark_address(known), {"text": "Selamat pagi"})

    page = client.get(reverse(PAGE))
    assert page.context["current"] is None
    assert "Semua sudah ditandai hari ini" in page.content.decode()
    again = client.get(reverse(PAGE), {"perpustakaan": known.pk})
    assert again.context["current"].library == known


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["", "  \u200b ", "x" * 2_001])
def test_a_message_that_says_nothing_or_too_much_is_refused(client, known, pic, text):
    client.force_login(pic)

    page = client.post(mark_address(known), {"text": text})

    assert page.status_code == 422
    assert "Ada yang perlu diperbaiki" in page.content.decode()
    assert not Reminder.objects.exists()


@pytest.mark.django_db
def test_what_people_write_stays_text(client, known, pic):
    known.name = "<script>alert(1)</script>"
    known.save()
    client.force_login(pic)

    shown = client.get(reverse(PAGE)).content.decode()
    opened = client.post(mark_address(known), {"text": '"><script>&text={{7*7}}'}).content.decode()

    for page in (shown, opened):
        assert "<script>alert" not in page
        assert '"><script>' not in page
    assert "text=%22%3E%3Cscript%3E%26text%3D%7B%7B7%2A7%7D%7D" in opened


@pytest.mark.django_db
def test_without_a_number_it_says_what_to_do(client, library, pic, facilitator):
    change = reverse("libraries:library_change", args=[library.pk])
    client.force_login(pic)

    page = client.get(reverse(PAGE))

    assert page.context["current"] is None
    assert f"{change}#bidang-contact_phone" in page.content.decode()
    assert client.post(mark_address(library), {"text": "Selamat pagi"}).status_code == 422
    client.force_login(facilitator)
    text = client.get(reverse(PAGE)).content.decode()
    assert change not in text
    assert "beri tahu PIC" in text


@pytest.mark.django_db
def test_a_text_for_the_group_names_those_missing(client, two, pic, librarian):
    world.submit(two[0], Kind.ADVOCACY, month=OCTOBER, by=librarian)
    client.force_login(pic)

    group = client.get(reverse(PAGE)).context["group"]

    assert "1. Taman Baca Mawar" in group
    assert "Sumber Ilmu" not in group
    assert "Terima kasih" in group


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["leader", "librarian"])
def test_who_does_not_call_libraries_reminds_nobody(client, request, known, who):
    client.force_login(request.getfixturevalue(who))

    assert client.get(reverse(PAGE)).status_code == 403
    assert client.post(mark_address(known), {"text": "Selamat pagi"}).status_code == 403


@pytest.mark.django_db
def test_somebody_elses_library_is_no_choice(client, known, other_library, strange_pic, pic):
    services.mark_reminded(library=known, month=OCTOBER, by=pic)
    undo = reverse("reports:reminder_undo", args=[Reminder.objects.get().pk])
    client.force_login(strange_pic)

    page = client.get(reverse(PAGE), {"perpustakaan": known.pk})

    assert known.name not in page.content.decode()
    assert client.post(mark_address(known), {"text": "Selamat pagi"}).status_code == 404
    assert client.post(undo).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("rows", [1, 3])
def test_the_same_queries_however_many_wait(client, pic, rows, django_assert_num_queries):
    for at in range(rows):
        factories.LibraryFactory(
            region=factories.region(f"35.08.21.200{at + 1}"), contact_phone=f"08130000111{at}"
        )
    client.force_login(pic)
    client.get(reverse(PAGE))

    with django_assert_num_queries(19):
        page = client.get(reverse(PAGE))

    assert len(page.context["reachable"]) == rows
