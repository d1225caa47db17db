"""What a phone keeps to work without signal: it knows nobody, and a deployment renews it."""

import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.urls import reverse
from PIL import Image

from activities.views import offline
from libraries.models import Library
from tpbis.accounts.models import User
from tpbis.accounts.offline import offline_id

pytestmark = pytest.mark.django_db
MANIFEST, WORKER, SHELL = (
    reverse(f"activities:{name}") for name in ("manifest", "service_worker", "shell")
)


def page(client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


# --- The manifest ---------------------------------------------------------------------------------


def test_the_portal_can_be_installed(client):
    response = client.get(MANIFEST)

    found = json.loads(response.content)
    assert response.headers["Content-Type"] == "application/manifest+json"
    assert (found["scope"], found["start_url"], found["display"]) == ("/", "/", "standalone")
    assert found["lang"] == "id"


def test_its_icons_are_what_it_says(client):
    found = json.loads(client.get(MANIFEST).content)["icons"]

    sizes = []
    for icon in found:
        path = finders.find(icon["src"].removeprefix(settings.STATIC_URL))
        with Image.open(path) as picture:
            assert (icon["type"], picture.format) == ("image/png", "PNG")
            assert f"{picture.width}x{picture.height}" == icon["sizes"]
        sizes.append((icon["sizes"], icon.get("purpose", "any")))

    assert sizes == [("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")]


# --- The service worker ---------------------------------------------------------------------------


def test_the_worker_answers_for_the_whole_site_and_is_asked_for_each_time(client):
    response = client.get(WORKER)

    assert WORKER == "/sw.js"  # a worker's scope is where it stands
    assert response.headers["Content-Type"].startswith("text/javascript")
    assert response.headers["Cache-Control"] == "no-cache"
    assert response.headers["ETag"]


def test_a_browser_that_has_it_gets_no_second_copy(client):
    etag = client.get(WORKER).headers["ETag"]

    again = client.get(WORKER, headers={"If-None-Match": etag})

    assert (again.status_code, again.content) == (304, b"")


def kept_files(client) -> set[str]:
    (listed,) = re.findall(r"const FILES = (\[.*\]);", page(client, WORKER))
    return set(json.loads(listed))


def test_the_worker_keeps_everything_the_shell_is_made_of(client):
    needed = set(re.findall(r'(?:src|href)="(/static/[^"#]+)', page(client, SHELL)))

    assert needed - kept_files(client) == set()


def test_the_worker_keeps_every_script_that_a_script_asks_for(client):
    folder = Path(settings.BASE_DIR) / "static" / "js" / "offline"
    scripts = {f"/static/js/offline/{path.name}" for path in folder.glob("*.js")}

    assert scripts - kept_files(client) == set()


def test_a_deployment_that_changes_a_file_changes_the_worker(client, tmp_path, monkeypatch):
    before = page(client, WORKER)
    changed = tmp_path / "changed.js"
    changed.write_text("// changed")
    find = finders.find

    monkeypatch.setattr(
        offline.finders, "find", lambda name: changed if name.endswith("form.js") else find(name)
    )
    offline._fingerprint.cache_clear()
    after = page(client, WORKER)
    offline._fingerprint.cache_clear()

    assert before != after


def test_another_language_is_another_worker(client):
    before = page(client, WORKER)

    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

    assert page(client, WORKER) != before


# --- The shell ------------------------------------------------------------------------------------


def test_the_shell_is_the_same_for_whoever_asks(client, librarian, stranger, staff):
    pages = {page(client, SHELL)}
    for someone in (librarian, stranger, staff):
        client.force_login(someone)
        pages.add(page(client, SHELL))

    assert len(pages) == 1


def test_the_shell_holds_nothing_personal(client, library: Library, librarian: User):
    client.force_login(librarian)

    text = page(client, SHELL)

    for personal in (
        librarian.full_name,
        librarian.username,
        str(library),
        offline_id(librarian),
        "csrfmiddlewaretoken",
    ):
        assert personal not in text
    assert re.findall(r'name="uuid"[^>]*value=', text) == []
    assert re.findall(r'type="date"[^>]*value=', text) == []


def test_the_shell_has_every_form(client):
    text = page(client, SHELL)

    assert set(re.findall(r'data-tpbis-form="(\w+)"', text)) == {
        *("pelibatan", "advokasi", "peningkatan", "potret", "publikasi", "pengunjung")
    }
    asked = {"pelibatan": "participants_total", "advokasi": "audiences", "potret": "bandwidth"}
    for kind, field in asked.items():
        form = text.split(f'data-tpbis-form="{kind}"')[1].split("</template>")[0]
        assert f'name="{field}"' in form


def test_the_shell_is_asked_for_anew_and_no_signed_in_page_is_kept(client, librarian):
    client.force_login(librarian)

    assert client.get(SHELL).headers["Cache-Control"] == "no-cache"
    assert client.get(reverse("activities:record")).headers["Cache-Control"] == "no-store"


# --- What pages tell the phone --------------------------------------------------------------------


def test_a_page_says_who_uses_the_phone_without_a_name(client, librarian):
    client.force_login(librarian)

    text = page(client, reverse("activities:record"))

    assert f'data-tpbis-user="{offline_id(librarian)}" data-tpbis-records="yes"' in text


def test_staff_record_nothing_on_a_phone(client, pic):
    client.force_login(pic)

    text = page(client, reverse("activities:queue"))

    assert f'data-tpbis-user="{offline_id(pic)}"' in text
    assert "data-tpbis-records" not in text
    assert MANIFEST not in text


def test_the_sign_in_page_says_that_nobody_is_signed_in(client):
    assert 'data-tpbis-user=""' in page(client, reverse("accounts:sign_in"))


def test_every_page_of_a_librarian_asks_before_signing_out(client, librarian):
    client.force_login(librarian)

    text = page(client, reverse("activities:record"))

    ways_out = re.findall(r'<form[^>]*action="/keluar/"[^>]*>', text)
    assert ways_out
    assert all("data-tpbis-leave" in form for form in ways_out)
    assert "data-tpbis-leaving" in text


def test_every_word_a_script_says_stands_in_the_page(client, librarian):
    client.force_login(librarian)
    there = set(re.findall(r'data-word="(\w+)"', page(client, reverse("activities:record"))))
    folder = Path(settings.BASE_DIR) / "static" / "js" / "offline"

    said = {
        word
        for path in folder.glob("*.js")
        for word in re.findall(r'\bsay\("(\w+)"', path.read_text(encoding="utf-8"))
    }

    assert said - there == set()
