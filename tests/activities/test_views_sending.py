"""What phones send by themselves: stored once however often it comes, answered in JSON whatever
goes wrong."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as PropertyCase

from activities import services
from activities.enums import Kind
from activities.models import Activity, EntryDraft, MonthlyReport, Photo
from libraries.enums import ReportingMode
from tests import factories
from tests.activities.pictures import cut_in_half, jpeg, script
from tpbis.accounts.enums import Role
from tpbis.accounts.offline import offline_id

NUMBER = "00000000-0000-4000-8000-00000000000a"
PHOTO = "00000000-0000-4000-8000-00000000000b"
MANY = "00000000-0000-4000-8000-00000000000c"


@pytest.fixture
def phone(client, librarian) -> Client:
    client.force_login(librarian)
    return client


@pytest.fixture
def stored(phone, library) -> Activity:
    send(phone)
    return Activity.objects.get()


def answers(**more: Any) -> dict[str, Any]:
    return {
        "uuid": NUMBER,
        "held_on": "2024-09-12",
        "title": "Pelatihan merajut",
        "theme": "Ekonomi",
        "format": "Pelatihan",
        "audience": "Umum",
        "participants_total": "20",
        **more,
    }


def entry_address(kind: str = "pelibatan") -> str:
    return reverse("activities:send_entry", kwargs={"kind": kind})


def photo_address(photo: str = PHOTO, number: str = NUMBER) -> str:
    return reverse("activities:send_photo", kwargs={"uuid": number, "photo": photo})


def visits_address(month: str = "2024-09") -> str:
    return reverse("activities:send_visits", kwargs={"month": month})


def send(client, **more):
    return client.post(entry_address(), answers(**more))


# --- Who is there ---------------------------------------------------------------------------------


def test_a_phone_is_told_who_it_sends_for(phone, librarian, library):
    response = phone.get(reverse("activities:sending"))

    told = response.json()
    assert told.pop("csrf")
    assert told == {
        "user": offline_id(librarian),
        "library": "Perpustakaan Desa Sumber Ilmu",
        "today": timezone.localdate().isoformat(),
        "records": True,
    }
    assert response["Cache-Control"] == "no-store"


EVERY_REQUEST = [
    ("get", reverse("activities:sending"), {}),
    ("post", entry_address(), answers()),
    ("get", reverse("activities:sent_entry", kwargs={"uuid": NUMBER}), {}),
    ("post", photo_address(), {}),
    ("post", visits_address(), {"men": "1", "women": "2"}),
    ("post", reverse("activities:draft_keep", kwargs={"uuid": NUMBER}), {"kind": "pelibatan"}),
    ("post", reverse("activities:draft_discard", kwargs={"uuid": NUMBER}), {}),
]
every_request = pytest.mark.parametrize(("method", "address", "data"), EVERY_REQUEST)


@every_request
def test_who_is_not_signed_in_is_told_so(db, method, address, data):
    response = getattr(Client(enforce_csrf_checks=True), method)(address, data)

    assert (response.status_code, response.json()) == (401, {"signed_in": False})


@every_request
def test_others_than_librarians_have_no_business_here(client, pic, method, address, data):
    client.force_login(pic)

    response = getattr(client, method)(address, data)

    assert (response.status_code, response.json()) == (403, {"state": "forbidden"})


@every_request
def test_without_its_token_nothing_is_taken(librarian, method, address, data):
    client = Client(enforce_csrf_checks=True)
    client.force_login(librarian)
    if method == "get":
        return

    response = client.post(address, data)

    assert (response.status_code, response.json()) == (403, {"csrf": False})
    assert not MonthlyReport.objects.exists()


def test_the_token_that_was_told_is_good(librarian, library):
    client = Client(enforce_csrf_checks=True)
    client.force_login(librarian)
    token = client.get(reverse("activities:sending")).json()["csrf"]

    response = client.post(entry_address(), answers(), headers={"X-CSRFToken": token})

    assert response.status_code == 201


def test_a_person_who_goes_there_gets_a_page(client, db):
    response = client.get(reverse("activities:sending"), headers={"Accept": "text/html"})

    assert response.status_code == 302


# --- Entries --------------------------------------------------------------------------------------


def test_an_entry_is_stored_and_its_receipt_told(phone, library):
    response = send(phone)

    entry = Activity.objects.get()
    assert response.status_code == 201
    assert response.json() == {
        "state": "stored",
        "uuid": NUMBER,
        "url": reverse("activities:edit", kwargs={"pk": entry.pk}),
        "report_url": entry.report.get_absolute_url(),
        "month": "2024-09",
        "photos": [],
    }


def test_sent_ten_times_it_is_stored_once(phone, library):
    replies = [send(phone) for _time in range(10)]

    assert [reply.status_code for reply in replies] == [201] + [200] * 9
    assert {reply.content for reply in replies} == {replies[0].content}
    assert Activity.objects.count() == 1


class TestSentInAnyOrder(PropertyCase):
    """However often, in whatever order and with whatever in between: one entry a number, which
    says what came first, and every other content is kept once beside it."""

    @given(
        sent=st.lists(
            st.tuples(st.sampled_from([NUMBER, MANY]), st.sampled_from(["Merajut", "Bazar"])),
            max_size=8,
        ),
        submitted_after=st.integers(0, 8),
    )
    def test_every_content_is_kept_once(self, sent, submitted_after):
        library = factories.LibraryFactory()
        librarian = factories.someone(Role.LIBRARIAN, library)
        client = Client()
        client.force_login(librarian)
        first: dict[str, str] = {}

        for count, (number, title) in enumerate(sent):
            if count == submitted_after and (report := MonthlyReport.objects.first()):
                services.enter_visits(report=report, men=1, women=1, by=librarian)
                services.submit(report=report, by=librarian)
            status = send(client, uuid=number, title=title).status_code
            expected = 201 if number not in first else 200 if first[number] == title else 409
            first.setdefault(number, title)
            assert status == expected

        entries = {str(e.uuid): e.title for e in Activity.objects.all()}
        kept = {(str(d.uuid), d.fields["title"][0]) for d in EntryDraft.objects.twins()}
        assert entries == first
        assert kept == {pair for pair in sent if first[pair[0]] != pair[1]}


def test_what_has_arrived_may_be_asked(phone, stored):
    known = phone.get(reverse("activities:sent_entry", kwargs={"uuid": NUMBER}))
    unknown = phone.get(reverse("activities:sent_entry", kwargs={"uuid": PHOTO}))

    assert known.json() == send(phone).json()
    assert (unknown.status_code, unknown.json()) == (404, {"state": "unknown"})


def test_other_content_under_one_number_is_kept_beside_it(phone, stored):
    response = send(phone, title="Lomba mewarnai")

    twin = EntryDraft.objects.twins().get()
    assert (response.status_code, response.json()) == (
        409,
        {
            "state": "twin",
            "url": reverse("activities:compare", kwargs={"pk": stored.pk, "draft": twin.pk}),
        },
    )
    stored.refresh_from_db()
    assert (stored.title, twin.fields["title"]) == ("Pelatihan merajut", ["Lomba mewarnai"])


def test_the_number_of_another_librarys_entry_tells_nothing(client, stranger, library, stored):
    client.force_login(stranger)

    sent = send(client)
    asked = client.get(reverse("activities:sent_entry", kwargs={"uuid": NUMBER}))
    pictured = client.post(photo_address(), {"photo": jpeg()})

    assert sent.json() == {
        "state": "twin",
        "url": f"{reverse('activities:record_kind', args=['pelibatan'])}?draf={NUMBER}",
    }
    assert (asked.status_code, pictured.status_code) == (404, 404)
    assert not Photo.objects.exists()


def test_an_entry_of_a_month_that_was_sent_says_into_which_supplement_it_went(
    phone, library, librarian, pic
):
    month = stored_month = MonthlyReport.objects
    factories.approved(library, librarian, pic, Kind.ADVOCACY, month=_september())

    told = send(phone).json()

    assert stored_month.count() == 2
    assert told["supplement"] == 2
    assert "laporan susulan nomor 2" in told["message"]
    assert month.get(number=2).activities.count() == 1


def test_sent_again_after_the_month_was_submitted_it_is_the_same_entry(
    phone, stored, library, librarian
):
    services.enter_visits(report=stored.report, men=1, women=1, by=librarian)
    services.submit(report=stored.report, by=librarian)

    response = send(phone)

    assert (response.status_code, Activity.objects.count()) == (200, 1)
    assert "supplement" not in response.json()


def test_sent_again_after_the_library_was_merged_it_is_the_same_entry(
    phone, stored, library, librarian
):
    survivor = factories.LibraryFactory(region=library.region)
    services.move_to(keep=survivor, duplicate=library)
    librarian.assignments.update(library=survivor)

    response = send(phone)

    assert (response.status_code, Activity.objects.count()) == (200, 1)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"uuid": ""}, "uuid"),
        ({"uuid": "bukan-uuid"}, "uuid"),
        ({"held_on": "2024-02-31"}, "held_on"),
        ({"held_on": "9999-12-31"}, "held_on"),
        ({"held_on": str(timezone.localdate() + timedelta(days=1))}, "held_on"),
        ({"participants_total": "-2"}, "participants_total"),
        ({"participants_total": "12,5"}, "participants_total"),
        ({"participants_total": ""}, "participants_total"),
        ({"participants_men": "5", "participants_women": "7"}, "participants_total"),
        ({"title": "   "}, "title"),
        ({"title": "\u200b"}, "title"),
        ({"title": "a" * 10_000}, "title"),
        ({"theme": "\x00"}, "theme"),
    ],
    ids=repr,
)
def test_what_is_wrong_is_told_by_field(phone, library, typed, field):
    response = send(phone, **typed)

    told = response.json()
    assert (response.status_code, told["state"]) == (422, "invalid")
    assert list(told["errors"]) == [field]
    assert all(isinstance(text, str) and text for text in told["errors"][field])
    assert not MonthlyReport.objects.exists()


@pytest.mark.parametrize("title", ["a\x00b", "\ud800x".encode("utf-8", "surrogatepass")])
def test_what_no_database_holds_is_left_out_or_refused(phone, library, title):
    assert send(phone, title=title).status_code in (201, 422)


def test_zero_is_a_number_of_people(phone, library):
    send(phone, participants_total="0")

    assert Activity.objects.get().participants_total == 0


def test_a_kind_nobody_knows(phone, library):
    response = phone.post(entry_address("rapat"), answers())

    assert (response.status_code, response.json()) == (404, {"state": "unknown"})


def test_json_is_no_form(phone, library):
    response = phone.post(entry_address(), answers(), content_type="application/json")

    assert response.status_code == 422


def test_a_broken_body_is_the_callers_mistake(phone, library):
    response = phone.generic(
        "POST", entry_address(), b"--x\r\nkacau", content_type="multipart/form-data"
    )

    assert response.status_code == 400
    assert response.json()["state"] == "invalid"


@pytest.mark.parametrize(
    "ask",
    [
        send,
        lambda phone: phone.post(visits_address(), {"men": "1", "women": "2"}),
        lambda phone: phone.post(
            reverse("activities:draft_keep", kwargs={"uuid": NUMBER}), {"kind": "pelibatan"}
        ),
    ],
)
def test_where_the_sim_is_used_nothing_is_taken(phone, library, lumajang, ask):
    lumajang.reporting_mode = ReportingMode.SIM
    lumajang.save()

    response = ask(phone)

    told = response.json()
    assert (response.status_code, told["state"]) == (409, "locked")
    assert "dicatat di SIM Perpusnas" in told["message"]
    assert not MonthlyReport.objects.exists()


# --- Photos ---------------------------------------------------------------------------------------


def test_a_photo_arrives_under_the_phones_number(phone, stored):
    response = phone.post(photo_address(), {"photo": jpeg()})

    assert (response.status_code, response.json()) == (
        201,
        {"state": "stored", "photos": [PHOTO], "count": 1},
    )
    assert str(Photo.objects.get().uuid) == PHOTO
    assert send(phone).json()["photos"] == [PHOTO]


def test_sent_twice_a_photo_is_stored_once(phone, stored):
    first = phone.post(photo_address(), {"photo": jpeg()})
    again = phone.post(photo_address(), {"photo": jpeg()})

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert Photo.objects.count() == 1


def test_the_same_picture_under_two_numbers_is_stored_once_and_both_are_told(phone, stored):
    phone.post(photo_address(), {"photo": jpeg()})
    response = phone.post(photo_address(MANY), {"photo": jpeg("lain.jpg")})

    assert (response.status_code, response.json()) == (
        200,
        {"state": "stored", "photos": [PHOTO, MANY], "count": 2},
    )
    assert Photo.objects.count() == 1


def test_a_photo_that_is_there_is_told_after_the_month_was_sent_and_no_other_is_taken(
    phone, stored, librarian
):
    phone.post(photo_address(), {"photo": jpeg()})
    services.enter_visits(report=stored.report, men=1, women=1, by=librarian)
    services.submit(report=stored.report, by=librarian)

    there = phone.post(photo_address(), {"photo": jpeg()})
    late = phone.post(photo_address(MANY), {"photo": jpeg(shade=3)})

    assert (there.status_code, late.status_code) == (200, 409)
    assert late.json()["state"] == "locked"
    assert Photo.objects.count() == 1


@pytest.mark.parametrize(
    "upload", [None, script(), cut_in_half()], ids=["none", "script", "cut in half"]
)
def test_what_is_no_photo_is_refused_with_words(phone, stored, upload):
    if upload:
        upload.seek(0)

    response = phone.post(photo_address(), {"photo": upload} if upload else {})

    assert response.status_code == 422
    assert response.json()["errors"]["photo"][0]
    assert not Photo.objects.exists()


def test_the_seventh_photo_is_refused(phone, stored):
    statuses = [
        phone.post(photo_address(str(uuid.uuid4())), {"photo": jpeg(shade=shade)}).status_code
        for shade in range(7)
    ]

    assert statuses == [201] * 6 + [422]
    assert stored.photos.count() == 6


def test_the_number_of_another_entrys_photo_is_refused(phone, stored, library, librarian):
    phone.post(photo_address(), {"photo": jpeg()})
    send(phone, uuid=MANY)

    response = phone.post(photo_address(PHOTO, MANY), {"photo": jpeg(shade=3)})

    assert response.status_code == 422
    assert Photo.objects.get().activity == stored


# --- Visitors -------------------------------------------------------------------------------------


def test_visitors_open_their_month(phone, library):
    response = phone.post(visits_address(), {"men": "0", "women": "1.200"})

    report = MonthlyReport.objects.get()
    assert (response.status_code, response.json()) == (
        200,
        {"state": "stored", "report_url": report.get_absolute_url(), "month": "2024-09"},
    )
    assert (report.visits_men, report.visits_women) == (0, 1200)


@pytest.mark.parametrize("typed", ["", "-1", "12,5", "1e9", "\x00", " "])
def test_visitors_that_are_no_number(phone, library, typed):
    response = phone.post(visits_address(), {"men": typed, "women": "2"})

    assert (response.status_code, list(response.json()["errors"])) == (422, ["men"])
    assert not MonthlyReport.objects.exists()


def test_figures_that_changed_since_they_were_shown_are_not_written_over(phone, library):
    phone.post(visits_address(), {"men": "1", "women": "2"})

    stale = phone.post(visits_address(), {"men": "5", "women": "6", "seen": ""})
    same = phone.post(visits_address(), {"men": "1", "women": "2", "seen": ""})
    meant = phone.post(visits_address(), {"men": "5", "women": "6", "seen": "1-2"})

    assert [stale.status_code, same.status_code, meant.status_code] == [409, 200, 200]
    assert stale.json()["there"] == {"men": 1, "women": 2}
    assert MonthlyReport.objects.get().visits_men == 5


def test_a_phone_that_saw_no_figures_writes_over_none(phone, library):
    phone.post(visits_address(), {"men": "1", "women": "2"})

    other = phone.post(visits_address(), {"men": "5", "women": "6"})
    again = phone.post(visits_address(), {"men": "1", "women": "2"})

    assert (other.status_code, again.status_code) == (409, 200)
    told = other.json()
    assert (told["state"], told["there"]) == ("changed", {"men": 1, "women": 2})
    assert MonthlyReport.objects.get().visits_men == 1


def test_where_no_figures_stand_none_can_be_written_over(phone, library):
    response = phone.post(visits_address(), {"men": "5", "women": "6", "seen": "1-2"})

    assert (response.status_code, MonthlyReport.objects.get().visits_men) == (200, 5)


def test_visitors_of_a_month_that_was_sent_are_locked(phone, library, librarian, pic):
    factories.approved(library, librarian, pic, Kind.ADVOCACY, month=_september())

    response = phone.post(visits_address(), {"men": "1", "women": "2"})

    assert (response.status_code, response.json()["state"]) == (409, "locked")
    assert MonthlyReport.objects.count() == 1


@pytest.mark.parametrize("month", ["2024-13", "abc", "9999-01", "2019-12"])
def test_a_month_that_cannot_be_meant(phone, library, month):
    response = phone.post(visits_address(month), {"men": "1", "women": "2"})

    assert (response.status_code, response.json()["state"]) == (400, "invalid")


def _september():
    return timezone.datetime(2024, 9, 1).date()


# --- How much it costs ----------------------------------------------------------------------------


@pytest.mark.parametrize("photos", [1, 3])
def test_asking_what_arrived_costs_the_same_however_many_photos(
    phone, stored, photos, django_assert_num_queries
):
    for shade in range(photos):
        phone.post(photo_address(str(uuid.uuid4())), {"photo": jpeg(shade=shade)})

    with django_assert_num_queries(5):
        response = phone.get(reverse("activities:sent_entry", kwargs={"uuid": NUMBER}))

    assert len(response.json()["photos"]) == photos
