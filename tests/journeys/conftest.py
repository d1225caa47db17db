"""People with browsers at running portals: one with the demo's data, and one as a province finds it
on its first day."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Response,
    expect,
    sync_playwright,
)

from tests.journeys import portals
from tests.journeys.portals import PASSWORD, Portal

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
expect.set_options(timeout=30_000)  # a busy machine is no finding
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}

# Who may sign in to a new portal. Each journey has officials of its own: a code of the second
# factor is good for one sign-in, and nobody waits here for the next.
OFFICIALS = [
    ("provinsi", "province_staff", "Retno Wulandari, S.Sos.", "35"),
    ("pic.malang", "regency_pic", "Yuni Kartika, S.IP.", "35.07"),
    ("pic.ngawi", "regency_pic", "Hadi Purnomo, S.Sos.", "35.21"),
]
OFFICIALS_PASSWORD = "kopi-hangat-pagi-desa"
_ON_THE_FIRST_DAY = f"""
import io, sys
from django.core.management import call_command
call_command("load_regions", "35")
for username, role, name, region in {OFFICIALS!r}:
    sys.stdin = io.StringIO({OFFICIALS_PASSWORD!r})
    call_command("create_account", username, role=role, name=name, region=region)
"""


@pytest.fixture(scope="module")
def browser(django_db_setup) -> Iterator[Browser]:
    """Opened once the suite has its database and closed after each module: its event loop must not
    be around when others use the database."""
    if not Path(CHROMIUM).exists():
        if os.environ.get("CI"):
            pytest.fail("Chromium is missing: apt-get install chromium")
        pytest.skip("Chromium is not installed: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def portal(request, tmp_path_factory) -> Iterator[Portal]:
    """A running portal of one's own, with the demo's data."""
    folder = tmp_path_factory.mktemp("portal")
    if settings.TEST_DATABASE_URL:
        running = portals.server_demo(request.getfixturevalue("seeded"), folder)
    else:
        running = portals.embedded_demo(request.getfixturevalue("seeded_var"), folder)
    with running as portal:
        yield portal


@pytest.fixture(scope="session")
def new_portal(tmp_path_factory) -> Iterator[Portal]:
    """A running portal on its first day: the regions, the officials, no library. It asks them for
    a second factor, as every portal but the demo does."""
    start = portals.server_new if settings.TEST_DATABASE_URL else portals.embedded_new
    folder = tmp_path_factory.mktemp("new_portal")
    with start(_ON_THE_FIRST_DAY, folder, TPBIS_SECOND_FACTOR="true") as portal:
        yield portal


@pytest.fixture
def open_browser(browser) -> Iterator[Callable[..., BrowserContext]]:
    """``open_browser(portal, PHONE)``: a browser nobody has used yet. What goes wrong inside its
    pages (scripts, the content policy, a file that is missing) fails the test."""
    complaints: list[str] = []

    def watch(page: Page) -> None:
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda said: complaints.append(said.text) if _is_complaint(said) else None,
        )
        page.on("response", look_at)

    def look_at(answer: Response) -> None:
        if answer.status >= (500 if _is_page(answer) else 400):
            complaints.append(f"{answer.status} {answer.url}")

    with ExitStack() as stack:

        def open_one(portal: Portal, viewport: dict[str, int] = DESK, **more: Any):
            if viewport == PHONE:
                more = {"has_touch": True, "is_mobile": True} | more
            context = browser.new_context(
                viewport=viewport,
                base_url=portal.address,
                locale="id-ID",
                timezone_id="Asia/Jakarta",
                **more,
            )
            stack.callback(context.close)
            context.on("page", watch)
            return context

        yield open_one
        assert complaints == []


def _is_complaint(said) -> bool:
    """What a page that says no is logged as is seen in the answer itself."""
    return said.type == "error" and not said.text.startswith("Failed to load resource")


def _is_page(answer: Response) -> bool:
    return answer.request.resource_type == "document"


@pytest.fixture
def visit(portal, open_browser) -> Callable[..., Page]:
    """``visit("labruk", PHONE)``: a page of a new browser, signed in to the demo."""

    def sign_in(name: str, viewport: dict[str, int] = DESK) -> Page:
        page = open_browser(portal, viewport).new_page()
        type_password(page, name, PASSWORD)
        page.wait_for_url(lambda url: "/masuk/" not in url)
        return page

    return sign_in


def type_password(page: Page, name: str, password: str) -> None:
    page.goto("/masuk/")
    page.get_by_label("Nama pengguna atau nomor telepon").fill(name)
    page.get_by_label("Kata sandi").fill(password)
    page.get_by_role("button", name="Masuk", exact=True).click()
