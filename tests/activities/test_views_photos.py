"""Photos reach those who may see the report, and nobody else."""

from datetime import date

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse

from activities import services
from activities.enums import Kind
from activities.models import Photo
from activities.photos import store_photo
from tests import factories
from tests.activities.pictures import jpeg
from tpbis.accounts.enums import Role


@pytest.fixture
def photo(library, librarian) -> Photo:
    report = factories.report(library, librarian, Kind.INVOLVEMENT, month=date(2024, 9, 1))
    stored = store_photo(jpeg())
    attached = services.attach_photo(activity=report.activities.get(), stored=stored, by=librarian)
    services.submit(report=report, by=librarian)
    return attached


def address(photo: Photo, size: str = "640") -> str:
    return reverse("activities:photo", kwargs={"uuid": photo.uuid, "size": size})


@pytest.mark.parametrize("actor", ["librarian", "pic", "facilitator", "staff", "leader"])
@pytest.mark.parametrize("size", ["full", "640", "240"])
def test_those_who_see_the_report_see_its_photos(client, request, photo, actor, size):
    client.force_login(request.getfixturevalue(actor))

    response = client.get(address(photo, size))

    assert response.status_code == 200
    assert response.content[:3] == b"\xff\xd8\xff"


def test_a_photo_is_private_and_harmless(client, librarian, photo):
    client.force_login(librarian)

    response = client.get(address(photo))

    headers = {
        "Content-Type": "image/jpeg",
        "Cache-Control": "private, max-age=86400, immutable",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Content-Disposition": "inline",
    }
    assert {name: response[name] for name in headers} == headers


@pytest.mark.parametrize("actor", ["stranger", "strange_pic"])
def test_a_strangers_photo_does_not_exist(client, request, photo, actor):
    client.force_login(request.getfixturevalue(actor))

    assert client.get(address(photo)).status_code == 404


def test_an_observer_sees_no_faces(client, province, photo):
    client.force_login(factories.someone(Role.OBSERVER, province))

    assert client.get(address(photo)).status_code == 403


def test_a_photo_of_a_draft_is_the_librarys_own(client, pic, library, librarian):
    report = factories.report(library, librarian, Kind.INVOLVEMENT, month=date(2024, 9, 1))
    photo = services.attach_photo(
        activity=report.activities.get(), stored=store_photo(jpeg()), by=librarian
    )
    client.force_login(pic)

    assert client.get(address(photo)).status_code == 404


def test_nobody_sees_a_photo_without_signing_in(client, photo):
    assert client.get(address(photo)).status_code == 302


@pytest.mark.parametrize(
    "path", ["/foto/{uuid}/1024.jpg", "/foto/{uuid}/..%2f640.jpg", "/foto/x/640.jpg"]
)
def test_other_sizes_and_paths_do_not_exist(client, librarian, photo, path):
    client.force_login(librarian)

    assert client.get(path.format(uuid=photo.uuid)).status_code == 404


def test_a_lost_file_is_not_found(client, librarian, photo):
    default_storage.delete(photo.file_name("640"))
    client.force_login(librarian)

    assert client.get(address(photo)).status_code == 404


def test_the_web_server_hands_it_over_where_it_can(client, librarian, photo, settings):
    settings.TPBIS_X_ACCEL = True
    client.force_login(librarian)

    response = client.get(address(photo))

    assert response["X-Accel-Redirect"] == f"/_media/{photo.file_name('640')}"
    assert response.content == b""
