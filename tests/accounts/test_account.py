"""The page about oneself."""

import pytest
from django.test import Client
from django.urls import reverse

from tpbis.accounts import services
from tpbis.accounts.enums import DeviceEnd
from tpbis.accounts.models import Device, Session

pytestmark = pytest.mark.django_db

ACCOUNT = reverse("accounts:account")


def out_of(session: Session) -> str:
    return reverse("accounts:session_end", kwargs={"handle": session.handle})


@pytest.mark.parametrize("rows", [1, 3])
def test_it_asks_the_same_number_of_queries_however_many_places(
    client, librarian, rows, django_assert_num_queries
):
    for number in range(rows):
        Client(headers={"User-Agent": "curl/8"}).force_login(librarian)
        services.bind_device(user=librarian, agent=f"HP {number}")
    client.force_login(librarian)
    client.get(ACCOUNT)

    with django_assert_num_queries(7):
        response = client.get(ACCOUNT)

    places = response.context["places"]
    assert len(places) == 2 * rows + 1
    assert [place.is_here for place in places] == [True] + [False] * (2 * rows)


def test_no_key_of_a_session_is_on_the_page(client, librarian):
    client.force_login(librarian)

    page = client.get(ACCOUNT).content.decode()

    assert Session.objects.get().session_key not in page
    assert Session.objects.get().handle in page


def test_another_browser_is_signed_out(client, librarian):
    other = Client()
    other.force_login(librarian)
    client.force_login(librarian)
    session = Session.objects.exclude(session_key=client.session.session_key).get()

    response = client.post(out_of(session))

    assert (response.status_code, response.url) == (302, ACCOUNT)
    assert other.get(ACCOUNT).status_code == 302
    assert client.get(ACCOUNT).status_code == 200


def test_this_browser_is_signed_out(client, librarian):
    client.force_login(librarian)

    response = client.post(out_of(Session.objects.get()))

    assert response.url == reverse("accounts:sign_in")
    assert not Session.objects.filter(user=librarian).exists()


def test_a_phone_is_signed_out_with_its_sessions(client, librarian, pic):
    device, _secret = services.bind_device(user=librarian, agent="HP lama")
    client.force_login(librarian)
    Session.objects.create(
        session_key="k" * 32,
        session_data="",
        expire_date="2099-01-01T00:00Z",
        device=device,
        user=librarian,
    )

    client.post(reverse("accounts:device_end", kwargs={"pk": device.pk}))

    device.refresh_from_db()
    assert device.end == DeviceEnd.REVOKED
    assert Session.objects.count() == 1
    again = client.post(reverse("accounts:device_end", kwargs={"pk": device.pk}))
    assert again.status_code == 404


def test_somebody_else_s_are_not_there(client, librarian, stranger):
    device, _secret = services.bind_device(user=librarian, agent="HP")
    Client().force_login(librarian)
    session = Session.objects.get()
    client.force_login(stranger)

    device_end = reverse("accounts:device_end", kwargs={"pk": device.pk})
    codes = [client.post(path).status_code for path in (device_end, out_of(session))]

    assert codes == [404, 404]
    assert Device.objects.alive().count() == 1


def test_out_of_everything(client, librarian):
    other = Client()
    other.force_login(librarian)
    services.bind_device(user=librarian, agent="HP")
    client.force_login(librarian)

    response = client.post(reverse("accounts:sign_out_everywhere"))

    assert response.url == reverse("accounts:sign_in")
    assert not Session.objects.filter(user=librarian).exists()
    assert not Device.objects.alive().exists()


def test_a_copy_of_all_that_is_stored(client, librarian, library, pic):
    services.bind_device(user=librarian, agent="Chrome di Android")
    client.force_login(librarian)

    response = client.get(reverse("accounts:personal_data"))

    copy = response.json()
    assert response.headers["Content-Disposition"].startswith('attachment; filename="data-saya-')
    assert copy["profile"]["username"] == "labruk"
    assert copy["second_factor"] == {"set_up": False, "recovery_codes_left": 0}
    assert [device["agent"] for device in copy["devices"]] == ["Chrome di Android"]
    assert len(copy["sessions"]) == 1
    assert [event["action"] for event in copy["events"]] == ["accounts.bind_device"]
    (place,) = copy["assignments"]
    assert (place["library__name"], place["starts_on"]) == (library.name, "2018-01-01")
    assert copy["activations"] == []


def test_it_is_nobody_else_s_copy(client, librarian, stranger):
    services.bind_device(user=librarian, agent="HP Siti")
    client.force_login(stranger)

    text = client.get(reverse("accounts:personal_data")).content.decode()

    assert "Siti" not in text
    assert Session.objects.get().session_key not in text
    assert stranger.password not in text
