"""Photos reach those who may see the report, and nobody else."""

from datetime import date

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse

from activities import services
from activities.enums import Kind, ReturnReason
from activities.models import Photo, ReviewEvent
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


# --- Of old versions ------------------------------------------------------------------------------


@pytest.fixture
def old_version(photo, librarian, pic) -> ReviewEvent:
    """What was sent back with a picture that has been taken off since."""
    report = photo.activity.report
    services.send_back(report=report, reason=ReturnReason.PHOTO, comment="Foto gelap", by=pic)
    services.remove_photo(photo=photo, by=librarian)
    return ReviewEvent.objects.get(report=report, content__isnull=False)


def old_address(version: ReviewEvent, sha256: str, size: str = "640") -> str:
    return reverse(
        "activities:old_photo", kwargs={"pk": version.pk, "sha256": sha256, "size": size}
    )


@pytest.mark.parametrize("actor", ["librarian", "pic", "facilitator", "staff", "leader"])
@pytest.mark.parametrize("size", ["full", "640", "240"])
def test_an_old_version_still_shows_its_photos(client, request, photo, old_version, actor, size):
    client.force_login(request.getfixturevalue(actor))

    response = client.get(old_address(old_version, photo.sha256, size))

    assert response.status_code == 200
    assert response.content[:3] == b"\xff\xd8\xff"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["Cache-Control"] == "private, max-age=86400, immutable"


@pytest.mark.parametrize("actor", ["stranger", "strange_pic"])
def test_a_strangers_old_version_does_not_exist(client, request, photo, old_version, actor):
    client.force_login(request.getfixturevalue(actor))

    assert client.get(old_address(old_version, photo.sha256)).status_code == 404


def test_an_observer_sees_no_faces_of_old_versions(client, province, photo, old_version):
    client.force_login(factories.someone(Role.OBSERVER, province))

    assert client.get(old_address(old_version, photo.sha256)).status_code == 403


def test_a_version_gives_away_its_own_photos_only(client, librarian, old_version):
    other = store_photo(jpeg(shade=9))
    client.force_login(librarian)

    assert client.get(old_address(old_version, other.sha256)).status_code == 404


def test_a_step_without_a_version_shows_nothing(client, librarian, photo):
    step = ReviewEvent.objects.get(report=photo.activity.report)
    client.force_login(librarian)

    assert client.get(old_address(step, photo.sha256)).status_code == 404
