"""What a phone has to fetch: at most 60 KB on a first visit, then 15 KB a page."""

import gzip
import posixpath
import re
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.urls import reverse

from activities.enums import Kind
from activities.models import MonthlyReport, Story
from tests import factories

SCRIPTS = sorted((Path(settings.BASE_DIR) / "static" / "js").glob("**/*.js"))
KB = 1024


def test_no_script_is_above_8_kb():
    assert {path.name for path in SCRIPTS if path.stat().st_size > 8 * KB} == set()


def test_all_scripts_together_are_below_52_kb():
    # A phone loads only those of its page, whose weight is tested below.
    assert sum(path.stat().st_size for path in SCRIPTS) <= 52 * KB


def test_scripts_do_nothing_a_strict_browser_would_refuse():
    for path in SCRIPTS:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\beval\(|innerHTML|new Function|https?://", text), path.name


def compressed(content: bytes) -> int:
    return len(gzip.compress(content))


def fetched(client, address: str) -> dict[str, int]:
    """Everything a browser asks for to show the page, and how many bytes travel."""
    response = client.get(address, follow=True)
    assert response.status_code == 200
    page = response.content.decode()
    names = set(re.findall(r'(?:src|href)="/static/([^"#?]+)', page))
    names |= {module for name in names if name.endswith(".js") for module in modules(name)}
    sizes = {name: compressed(Path(finders.find(name)).read_bytes()) for name in names}
    return {"the page": compressed(response.content), **sizes}


def modules(name: str) -> set[str]:
    """What a script imports, at once or later, and what that imports."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        script = waiting.pop()
        text = Path(finders.find(script)).read_text(encoding="utf-8")
        for path in re.findall(r"""(?:\bfrom\s*|\bimport\(?\s*)["'](\.[^"']+)["']""", text):
            imported = posixpath.normpath(posixpath.join(posixpath.dirname(script), path))
            if imported not in found:
                found.add(imported)
                waiting.append(imported)
    return found


def test_modules_are_counted_with_what_they_import():
    assert {"js/offline/store.js", "js/entry_form.js"} <= modules("js/offline/page.js")


def test_the_sign_in_page_is_light(client, db):
    assert sum(fetched(client, reverse("accounts:sign_in")).values()) <= 60 * KB


@pytest.fixture
def pages(one_of_each, library, librarian) -> dict[str, str]:
    report = one_of_each[MonthlyReport]
    open_month = factories.report(library, librarian, *Kind, month=date(2024, 11, 1))
    story = one_of_each[Story]
    kinds = {
        f"entry, {kind.value}": reverse("activities:record_kind", kwargs={"kind": kind})
        for kind in Kind
    }
    return {
        "home": reverse("reports:librarian_home"),
        "what to record": reverse("activities:record"),
        **kinds,
        "entry to change": reverse(
            "activities:edit", kwargs={"pk": open_month.activities.first().pk}
        ),
        "months": reverse("activities:list"),
        "open month": reverse("activities:month", kwargs={"month": "2024-11"}),
        "check before sending": reverse("activities:check", kwargs={"pk": open_month.pk}),
        "report": reverse("activities:report", kwargs={"pk": report.pk}),
        "on this phone": reverse("activities:shell"),
        "messages": reverse("accounts:messages"),
        "stories": reverse("activities:stories"),
        "story": reverse("activities:story", kwargs={"pk": story.pk}),
        "story to write": reverse("activities:story_write"),
        "rapor": reverse("reports:library", kwargs={"pk": library.pk}),
        "help": reverse("help"),
    }


def test_a_librarians_first_visit_is_light(client, librarian, pages):
    client.force_login(librarian)

    found = {name: sum(fetched(client, address).values()) for name, address in pages.items()}

    assert {name: size for name, size in found.items() if size > 60 * KB} == {}


def test_a_librarians_next_page_is_lighter(client, librarian, pages):
    client.force_login(librarian)
    kept = set(fetched(client, pages["home"])) - {"the page"}

    found = {
        name: sum(size for what, size in fetched(client, address).items() if what not in kept)
        for name, address in pages.items()
    }

    assert {name: size for name, size in found.items() if size > 15 * KB} == {}
