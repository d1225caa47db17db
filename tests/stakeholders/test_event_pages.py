"""The pages of events: what they refuse, and that nobody learns names at the door."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from stakeholders.enums import CheckIn, EventKind, SeatGroup
from stakeholders.models import Attendee, Event
from stakeholders.services import attendance, events
from tests.activities.pictures import jpeg
from tests.stakeholders.test_events import guest, plan
from tpbis.accounts.models import AuditEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def gathering(province, staff) -> Event:
    open_to_all = plan(kind=EventKind.GATHERING, title="Gathering")
    return events.announce(region=province, plan=open_to_all, by=staff)


@pytest.fixture
def rini(gathering, staff) -> Attendee:
    return attendance.invite(event=gathering, guest=guest("Rini Astuti"), by=staff)


def answers(**more) -> dict[str, str]:
    said = {
        "region": "35",
        "kind": "shm",
        "title": "SHM Gelombang 3",
        "starts_on": "2026-12-10",
        "starts_time": "09.00",
        "ends_time": "12:00",
        "mode": "luring",
        "place": "Surabaya",
    }
    return {**said, **more}


def test_a_meeting_gets_its_thirty_seats_without_a_word_about_them(client, staff, province):
    client.force_login(staff)

    client.post(reverse("stakeholders:event_add"), answers())

    event = Event.objects.get()
    assert (event.seats, timezone.localtime(event.starts_at).hour) == (30, 9)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ({"ends_time": "08:00"}, "Waktu selesai tidak setelah waktu mulai."),
        ({"ends_on": "2026-12-09"}, "Waktu selesai tidak setelah waktu mulai."),
        ({"place": ""}, "Isi tempatnya"),
        ({"mode": "daring"}, "Isi tautan pertemuannya"),
        ({"seats": "5"}, ""),
        ({"seats": "5", "kuota_pengelola": "6"}, "lebih banyak dari 5 kursi"),
        ({"speakers": "; Universitas"}, "tidak terbaca"),
        ({"starts_time": "pagi"}, "Tulis jamnya seperti 09.00."),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_the_form_is_kept(
    client, staff, province, said, shown
):
    client.force_login(staff)

    response = client.post(reverse("stakeholders:event_add"), answers(**said))

    assert response.status_code == (422 if shown else 302)
    if shown:
        assert shown in response.text
        assert "SHM Gelombang 3" in response.text
    assert Event.objects.exists() == (not shown)


def test_the_link_of_an_invitation_writes_nothing_until_the_button(client, staff, rini):
    client.force_login(staff)
    address = reverse("stakeholders:check_in", kwargs={"key": rini.key})

    shown = client.get(address)
    assert not Attendee.objects.present().exists()
    client.post(address)
    again = client.post(address)

    assert "Rini Astuti" in shown.text
    assert (shown.text.count("Catat hadir</button>"), again.status_code) == (1, 302)
    rini.refresh_from_db()
    assert (rini.checked_in, rini.checked_in_by) == (CheckIn.QR, staff)
    assert AuditEvent.objects.filter(action="stakeholders.check_in").count() == 1


def test_an_invitation_of_another_event_is_refused_by_its_name(client, staff, province, rini):
    other = events.announce(region=province, plan=plan(title="Rapat lain"), by=staff)
    client.force_login(staff)

    response = client.post(
        reverse("stakeholders:event_check_in", kwargs={"pk": other.pk}), {"kode": rini.key}
    )

    assert response.status_code == 409
    assert "Undangan ini untuk acara lain: “Gathering”" in response.text


def test_a_phone_at_the_desk_of_another_event_does_not_write_it_down(client, staff, province, rini):
    other = events.announce(region=province, plan=plan(title="Rapat lain"), by=staff)
    client.force_login(staff)
    scanned = reverse("stakeholders:check_in", kwargs={"key": rini.key})
    client.get(reverse("stakeholders:event_check_in", kwargs={"pk": other.pk}))

    shown, refused = client.get(scanned), client.post(scanned)

    assert "Undangan ini untuk acara lain: “Gathering”" in shown.text
    assert refused.status_code == 409
    client.get(reverse("stakeholders:event_check_in", kwargs={"pk": rini.event.pk}))
    assert client.post(scanned).status_code == 302
    rini.refresh_from_db()
    assert rini.attended_at


def test_a_cancelled_event_lets_nobody_check_in(client, staff, gathering, rini):
    events.cancel_event(event=gathering, reason="Banjir", by=staff)
    door = reverse("stakeholders:door", kwargs={"key": gathering.key})
    assert client.get(door).status_code == 404
    client.force_login(staff)

    response = client.post(reverse("stakeholders:check_in", kwargs={"key": rini.key}))

    assert response.status_code == 409
    assert "dibatalkan" in response.text


def test_above_the_seats_the_button_asks_for_a_reason(client, staff, province):
    small = plan(kind=EventKind.GATHERING, seats=1)
    event = events.announce(region=province, plan=small, by=staff)
    attendance.walk_in(event=event, guest=guest("Satu"), by=staff)
    client.force_login(staff)
    address = reverse("stakeholders:event_walk_in", kwargs={"pk": event.pk})
    body = {"group": "lainnya", "name": "Dua", "institution": "Kantor"}

    refused = client.post(address, body)
    client.post(address, {**body, "reason": "Pengganti"})

    assert refused.status_code == 422
    assert "Tulis alasannya" in refused.text
    assert Attendee.objects.present().count() == 2


def test_at_the_door_a_guest_is_known_by_name_and_nobody_else_is_told(client, staff, rini):
    attendance.invite(event=rini.event, guest=guest("Budi Santoso"), by=staff)
    address = reverse("stakeholders:door", kwargs={"key": rini.event.key})

    shown, wrong = client.get(address), client.post(address, {"siapa": "Budi"})
    done = client.post(address, {"siapa": "rini astuti"})

    assert wrong.status_code == 422
    assert "Budi Santoso" not in shown.text + wrong.text + done.text
    assert "Selamat datang, Rini Astuti." in done.text
    rini.refresh_from_db()
    assert (rini.checked_in, rini.checked_in_by) == (CheckIn.QR, None)


def test_whoever_guesses_at_the_door_is_stopped(client, rini):
    address = reverse("stakeholders:door", kwargs={"key": rini.event.key})

    statuses = [client.post(address, {"siapa": f"Orang {n}"}).status_code for n in range(21)]

    assert statuses == [422] * 20 + [429]
    assert client.post(address, {"siapa": rini.key}).status_code == 429


def test_the_door_is_closed_on_other_days(client, staff, province):
    coming = plan(starts_at=timezone.now() + timedelta(days=3))
    event = events.announce(region=province, plan=coming, by=staff)
    address = reverse("stakeholders:door", kwargs={"key": event.key})

    response = client.get(address)

    assert response.status_code == 409
    assert "bukan hari ini" in response.text
    assert "<form class" not in response.text


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        (b"\x89PNG\r\n\x1a\n", ""),
        (b"", "Berkas kosong."),
        (b"PK\x03\x04rusak", ""),
        (b"a,b\n1,2\n", "Tidak ada kolom"),
    ],
)
def test_what_is_no_list_is_refused(client, staff, gathering, content, shown):
    client.force_login(staff)
    address = reverse("stakeholders:event_present_list", kwargs={"pk": gathering.pk})

    response = client.post(address, {"berkas": SimpleUploadedFile("daftar.xlsx", content)})

    assert response.status_code == 422
    assert shown in response.text
    assert not Attendee.objects.exists()


def test_a_plan_that_was_tampered_with_is_not_carried_out(client, staff, gathering):
    client.force_login(staff)
    address = reverse("stakeholders:event_present_list_confirm", kwargs={"pk": gathering.pk})

    response = client.post(address, {"baris": "eyJ4Ijox:abc:def"})

    assert response.status_code == 422
    assert not Attendee.objects.exists()


def test_a_paper_is_served_to_who_sees_the_event(client, staff, librarian, gathering):
    client.force_login(staff)
    address = reverse("stakeholders:event_file_add", kwargs={"pk": gathering.pk})
    wrong = SimpleUploadedFile("virus.exe", b"MZ")

    refused = client.post(address, {"kind": "materi", "file": wrong})
    client.post(address, {"kind": "materi", "file": jpeg()})
    client.force_login(librarian)
    served = client.get(reverse("stakeholders:event_file", kwargs={"pk": gathering.files.get().pk}))

    assert refused.status_code == 422
    assert b"".join(served.streaming_content).startswith(b"\xff\xd8\xff")


def test_a_librarian_sees_the_own_people_alone(
    client, staff, library, librarian, other_library, gathering
):
    for name, where in (("Siti", library), ("Eko", other_library)):
        attendance.invite(
            event=gathering, guest=guest(name, SeatGroup.LIBRARY, library=where), by=staff
        )
    client.force_login(librarian)

    response = client.get(gathering.get_absolute_url())

    assert "Siti" in response.text
    assert "Eko" not in response.text


def test_whoever_arranges_it_sees_what_happened_to_it(client, staff, library, librarian, gathering):
    siti = guest("Siti", SeatGroup.LIBRARY, library=library)
    attendance.invite(event=gathering, guest=siti, by=staff)
    client.force_login(staff)

    assert "Riwayat" in client.get(gathering.get_absolute_url()).text
    client.force_login(librarian)
    assert "Riwayat" not in client.get(gathering.get_absolute_url()).text


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("page", "queries"), [("list", 18), ("event", 18)])
def test_pages_ask_the_same_number_of_queries_however_many_rows(
    client, staff, province, library, page, queries, rows, django_assert_num_queries
):
    for number in range(rows):
        said = plan(kind=EventKind.GATHERING, title=f"Acara {number}")
        event = events.announce(region=province, plan=said, by=staff)
    for name in "abc"[:rows]:
        from_there = guest(name, SeatGroup.LIBRARY, library=library)
        attendance.walk_in(event=event, guest=from_there, by=staff)
    client.force_login(staff)
    address = event.get_absolute_url() if page == "event" else reverse("stakeholders:events")

    with django_assert_num_queries(queries):
        response = client.get(address)

    assert response.text.count(f"Acara {rows - 1}") >= 1
