"""Without signal, on a cheap phone: what is recorded is kept, arrives by itself, and once."""

import io
import json
import re
from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import BrowserContext, Page, Request, Route, expect

from tests.journeys.conftest import PHONE, type_password
from tests.journeys.portals import PASSWORD, Portal
from tests.journeys.work import is_told
from tests.waiting import wait_until

pytestmark = [pytest.mark.journey, pytest.mark.django_db(databases=[])]

ONE, OTHER, THIRD = "bomo", "ploso", "mantren"  # librarians; the first two share a phone
LARGEST = 300 * 1024  # bytes that may travel for a photo of about 250 KB
Phone = Callable[..., Page]


@pytest.fixture(scope="module", autouse=True)
def _people(portal: Portal) -> None:
    """Librarians whom no other journey needs; the demo gives them no password."""
    portal.manage(
        *("shell", "--no-imports", "--command"),
        f"""
from tpbis.accounts.models import User
for user in User.objects.filter(username__in={[ONE, OTHER, THIRD]!r}):
    user.set_password({PASSWORD!r})
    user.save(update_fields=["password"])
""",
    )


@pytest.fixture
def phone(portal, open_browser) -> Phone:
    """A phone that a librarian signed in on, ready to lose its signal."""

    def sign_in(name: str = ONE) -> Page:
        page = open_browser(portal, PHONE).new_page()
        arrive(page, name)
        return page

    return sign_in


@pytest.fixture
def refusing_phone(portal, browser) -> Iterator[Page]:
    """The same, where the portal's refusals are part of the story."""
    context = browser.new_context(
        viewport=PHONE, base_url=portal.address, has_touch=True, is_mobile=True, locale="id-ID"
    )
    page = context.new_page()
    arrive(page, ONE)
    yield page
    context.close()


def arrive(page: Page, name: str) -> None:
    type_password(page, name, PASSWORD)
    page.wait_for_url(lambda url: "/masuk/" not in url)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    wait_until(lambda: page.evaluate("Boolean(navigator.serviceWorker.controller)"), within=15)


def a_photo(number: int) -> dict:
    """As a phone's camera takes it: 12 megapixels, some of them busy."""
    picture = Image.effect_noise((4000, 3000), 12).convert("RGB")
    draw = ImageDraw.Draw(picture)
    draw.ellipse((300 * number, 200, 300 * number + 900, 1700), fill="#f0c96b")
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=90)
    return {"name": f"foto{number}.jpg", "mimeType": "image/jpeg", "buffer": buffer.getvalue()}


def fill_in(page: Page, title: str, *, photos: int = 0, patiently: bool = True) -> None:
    page.goto("/catat/pelibatan/?baru=1")
    page.get_by_label("Nama kegiatan").fill(title)
    page.get_by_label("Bidang kegiatan").select_option("Seni Budaya")
    page.get_by_label("Pelatihan").check()
    page.get_by_label("Umum").check()
    page.get_by_label("Jumlah peserta").fill("24")
    if photos:
        chosen = [a_photo(number) for number in range(photos)]
        page.get_by_label(re.compile("^Foto")).set_input_files(chosen)
        if patiently:
            expect(pictures(page)).to_have_count(photos, timeout=60_000)


def pictures(page: Page):
    return page.locator("form[data-tpbis-entry] ul.photos img")


def rows_of(page: Page, title: str) -> list[dict]:
    return [row for row in json.loads(kept_text(page)) if row.get("title") == title]


def save(page: Page) -> None:
    page.get_by_role("button", name="Simpan", exact=True).click()


def kept_text(page: Page) -> str:
    """Everything on the phone that somebody typed."""
    return page.evaluate(
        """() => new Promise((resolve) => {
            indexedDB.open("tpbis").onsuccess = ({ target: { result } }) => {
                result.transaction("entries").objectStore("entries").getAll().onsuccess =
                    ({ target }) => { result.close(); resolve(JSON.stringify(target.result)); };
            };
        })"""
    )


def stored(portal: Portal, title: str) -> list[tuple[int, int]]:
    """How many photos each entry of that title has in the portal, and how wide the widest is."""
    asked = f"""
from activities.models import Activity
import json
entries = Activity.objects.filter(title={title!r}).prefetch_related("photos")
found = [[p.width for p in one.photos.all()] for one in entries]
print(json.dumps([[len(widths), max(widths, default=0)] for widths in found]))
"""
    said = portal.manage("shell", "--no-imports", "--command", asked)
    return [tuple(found) for found in json.loads(said.strip().splitlines()[-1])]


def participants(portal: Portal, title: str) -> list[int]:
    asked = f"""
from activities.models import Activity
found = Activity.objects.filter(title={title!r})
print(list(found.values_list("participants_total", flat=True)))
"""
    said = portal.manage("shell", "--no-imports", "--command", asked)
    return json.loads(said.strip().splitlines()[-1])


def a_title(about: str) -> str:
    return f"{about} {uuid4().hex[:6]}"


def reopen(page: Page, address: str) -> Page:
    """The page is closed, and the portal opened again from the home screen."""
    context = page.context
    page.close()
    page = context.new_page()
    page.goto(address)
    return page


def posts_of(context: BrowserContext) -> list[Request]:
    """What is sent from now on."""
    seen: list[Request] = []
    context.on("request", lambda one: seen.append(one) if one.method == "POST" else None)
    return seen


def photos_in(requests: list[Request]) -> list[str]:
    """The number of each photo that was sent, as often as it was sent."""
    addresses = [re.search(r"/foto/([0-9a-f-]{36})/$", one.url) for one in requests]
    return [found[1] for found in addresses if found]


# --- Without signal -------------------------------------------------------------------------------


def test_what_was_recorded_without_signal_arrives_once(portal: Portal, phone: Phone):
    title = a_title("Membatik di balai desa")
    page = phone()
    context = page.context
    sent = posts_of(context)
    context.set_offline(True)

    fill_in(page, title, photos=3)
    save(page)
    is_told(page, "Menunggu sinyal")
    page = reopen(page, "/beranda/")
    expect(page.get_by_role("listitem").filter(has_text=title)).to_contain_text("Menunggu sinyal")
    assert stored(portal, title) == []
    context.set_offline(False)

    expect(page.get_by_role("listitem").filter(has_text=title)).to_contain_text(
        "3 dari 3 foto sampai", timeout=30_000
    )
    assert stored(portal, title) == [(3, 1600)]
    assert len(set(photos_in(sent))) == len(photos_in(sent)) == 3
    assert all(len(one.post_data_buffer or b"") < LARGEST for one in sent)


def test_a_closed_page_keeps_what_was_typed_and_chosen(phone: Phone):
    title = a_title("Setengah jadi")
    page = phone()
    page.context.set_offline(True)

    fill_in(page, title, photos=2)
    page.get_by_label("Tempat").fill("Balai RW 3")
    wait_until(lambda: "Balai RW 3" in kept_text(page), within=5)
    page = reopen(page, "/laporan/")
    page.get_by_role("listitem").filter(has_text=title).get_by_role(
        "link", name="Lanjutkan"
    ).click()

    expect(page.get_by_label("Nama kegiatan")).to_have_value(title)
    expect(page.get_by_label("Tempat")).to_have_value("Balai RW 3")
    expect(page.get_by_label("Pelatihan")).to_be_checked()
    expect(pictures(page)).to_have_count(2)


def test_every_form_opens_without_signal(phone: Phone):
    page = phone()
    page.context.set_offline(True)
    found = {}
    for address in (
        *("/catat/pelibatan/", "/catat/advokasi/", "/catat/publikasi/", "/catat/peningkatan/"),
        *("/catat/peningkatan/?bentuk=potret", "/luring/?catat=pengunjung"),
    ):
        page.goto(address)
        expect(page.locator("form[data-tpbis-entry]")).to_be_visible()
        found[address] = page.locator("h1").inner_text()

    assert list(found.values()) == [
        *("Pelibatan masyarakat", "Advokasi", "Publikasi", "Peningkatan layanan"),
        *("Potret fasilitas", "Jumlah pengunjung"),
    ]


def test_the_visitors_of_a_month_wait_as_well(portal: Portal, phone: Phone):
    page = phone(THIRD)
    page.context.set_offline(True)
    page.goto("/luring/?catat=pengunjung")
    page.get_by_label("Laki-laki").fill("41")
    page.get_by_label("Perempuan").fill("63")
    save(page)
    is_told(page, "Menunggu sinyal")

    page.context.set_offline(False)

    is_told(page, "Tersimpan di portal")


@pytest.mark.parametrize("signal", ["back while it is open", "back while it opens"])
def test_what_is_changed_while_it_waits_arrives_as_it_was_changed(
    portal: Portal, phone: Phone, signal: str
):
    title = a_title("Diubah dulu")
    page = phone()
    context = page.context
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    context.set_offline(True)
    fill_in(page, title)
    page.get_by_label("Jumlah peserta").fill("25")
    save(page)
    change = page.get_by_role("status").get_by_role("link", name="Ubah")
    address = change.get_attribute("href")
    assert address
    if signal == "back while it opens":
        page.goto("about:blank")
        # A sender that has begun waits for the portal while the form opens.
        context.route("**/kirim/", hold)
        context.set_offline(False)
    page = reopen(page, address)
    expect(page.get_by_label("Jumlah peserta")).to_have_value("25")
    page.get_by_label("Jumlah peserta").fill("35")
    wait_until(lambda: '"35"' in json.dumps(rows_of(page, title)), within=5)
    context.set_offline(False)
    context.unroute_all()
    for route in held:
        route.continue_()
    page.evaluate("fetch('/kirim/').then(() => true)")
    save(page)

    is_told(page, "Tersimpan di portal")
    wait_until(lambda: [row["state"] for row in rows_of(page, title)] == ["done"], within=5)
    assert participants(portal, title) == [35]


# --- However often it is sent ---------------------------------------------------------------------


def test_ten_sends_of_the_same_entry_store_one(portal: Portal, phone: Phone):
    title = a_title("Sepuluh kali")
    page = phone()

    answers = page.evaluate(
        """async ([title, uuid]) => {
            const { csrf, today } = await (await fetch("/kirim/")).json();
            const fields = { uuid, title, held_on: today, theme: "Kesehatan", format: "Promosi",
                             audience: "Umum", participants_total: "12" };
            const once = () => fetch("/kirim/catatan/pelibatan/", {
                method: "POST", body: new URLSearchParams(fields), headers: { "X-CSRFToken": csrf },
            }).then(async (answer) => [answer.status, (await answer.json()).uuid]);
            return Promise.all(Array.from({ length: 10 }, once));
        }""",
        [title, str(uuid4())],
    )

    assert sorted(status for status, _uuid in answers) == [200] * 9 + [201]
    assert len({uuid for _status, uuid in answers}) == 1
    assert len(stored(portal, title)) == 1


def test_a_lost_answer_doubles_nothing_and_only_what_is_missing_is_sent_again(
    portal: Portal, phone: Phone
):
    title = a_title("Sinyal putus nyambung")
    page = phone()
    sent = posts_of(page.context)
    lost: list[str] = []

    def lose_the_first_answers(route: Route) -> None:
        kind = "photo" if "/foto/" in route.request.url else "text"
        is_due = kind == "text" or len(set(photos_in(sent))) == 2
        if route.request.method == "POST" and kind not in lost and is_due:
            lost.append(kind)
            route.fetch()  # it arrives ...
            route.abort()  # ... and the phone never hears of it
        else:
            route.continue_()

    page.context.route("**/kirim/catatan/**", lose_the_first_answers)
    fill_in(page, title, photos=3)
    save(page)
    is_told(page, "Portal belum menjawab")
    assert lost == ["text"]
    page.goto("/luring/")
    entry = page.get_by_role("listitem").filter(has_text=title)
    expect(entry).to_contain_text("Portal belum menjawab", timeout=30_000)
    assert lost == ["text", "photo"]
    page.reload()

    expect(entry).to_contain_text("3 dari 3 foto sampai", timeout=30_000)
    assert stored(portal, title) == [(3, 1600)]
    assert len(photos_in(sent)) == 3  # what the portal had was not sent again


# --- A phone that two people use ------------------------------------------------------------------


def test_on_a_shared_phone_nobody_sees_or_sends_anothers(portal: Portal, phone: Phone):
    title, others = a_title("Milik yang pertama"), a_title("Milik yang kedua")
    page = phone(ONE)
    page.context.route("**/kirim/**", lambda route: route.abort())  # too weak to send anything
    fill_in(page, title)
    save(page)
    page.goto("/beranda/")
    expect(page.locator("main")).to_contain_text("1 catatan hanya ada di ponsel ini")

    sign_out(page)
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("1 catatan hanya ada di ponsel ini")
    dialog.get_by_role("button", name="Jangan keluar dulu").click()
    expect(dialog).to_be_hidden()
    sign_out(page, menu_is_open=True)
    dialog.get_by_role("button", name="Tetap keluar").click()
    page.wait_for_url("**/masuk/**")
    page.goto("/luring/")
    expect(page.locator("main")).to_contain_text("Belum ada yang masuk")
    expect(page.locator("body")).not_to_contain_text(title)
    page.context.unroute_all()

    arrive(page, OTHER)
    page.goto("/luring/")
    expect(page.get_by_role("heading", name="Catat kegiatan")).to_be_visible()
    expect(page.locator("body")).not_to_contain_text(title)
    fill_in(page, others)
    save(page)
    is_told(page, "Tersimpan di portal")
    page.goto("/luring/")
    expect(page.get_by_role("listitem").filter(has_text=others)).to_be_visible()
    assert (len(stored(portal, title)), len(stored(portal, others))) == (0, 1)
    page.goto("/beranda/")
    sign_out(page)
    page.wait_for_url("**/masuk/**")  # all of it was sent: nothing to ask

    arrive(page, ONE)
    page.goto("/luring/")
    expect(page.get_by_role("listitem").filter(has_text=title)).to_contain_text(
        "Tersimpan di portal", timeout=15_000
    )
    assert len(stored(portal, title)) == 1


def sign_out(page: Page, *, menu_is_open: bool = False) -> None:
    if not menu_is_open:
        page.locator("details.menu summary").click()
    page.get_by_role("button", name="Keluar", exact=True).click()


# --- A newer portal -------------------------------------------------------------------------------


def test_a_newer_version_waits_and_loses_no_draft(portal: Portal, phone: Phone):
    title = a_title("Di tengah mengetik")
    page = phone()
    fill_in(page, title, photos=1)
    page.get_by_label("Tempat").fill("Teras perpustakaan")
    before = page.evaluate("caches.keys()")

    # Another language is another version, like a deployment: what the phone keeps differs.
    language = {"name": "django_language", "value": "en", "url": portal.address}
    page.context.add_cookies([language])
    page.evaluate("navigator.serviceWorker.getRegistration().then((found) => found.update())")
    bar = page.locator("[data-tpbis-update]")
    expect(bar).to_be_visible(timeout=15_000)
    assert page.evaluate("caches.keys()") != before
    expect(page.get_by_label("Tempat")).to_have_value("Teras perpustakaan")
    with page.expect_navigation():
        bar.get_by_role("button").click()

    expect(page.locator("[name=title]")).to_have_value(title)
    expect(page.locator("[name=place]")).to_have_value("Teras perpustakaan")
    expect(pictures(page)).to_have_count(1)
    expect(bar).to_be_hidden()
    assert len(page.evaluate("caches.keys()")) == 1


# --- With signal ----------------------------------------------------------------------------------


def test_with_signal_a_press_sends_at_once_and_gives_a_receipt(portal: Portal, phone: Phone):
    title = a_title("Dengan sinyal")
    page = phone()

    fill_in(page, title, photos=2)
    save(page)

    receipt = page.get_by_role("status").filter(has_text=title)
    expect(receipt).to_contain_text("2 dari 2 foto sampai", timeout=60_000)
    expect(receipt.get_by_role("link", name="Lihat laporannya")).to_be_visible()
    assert stored(portal, title) == [(2, 1600)]


def test_a_press_while_photos_still_shrink_waits_for_them(portal: Portal, phone: Phone):
    title = a_title("Terburu-buru")
    page = phone()

    fill_in(page, title, photos=3, patiently=False)
    save(page)
    assert page.locator("form[data-tpbis-entry] [type=submit]").first.is_disabled()

    expect(page.get_by_role("status").filter(has_text=title)).to_contain_text(
        "3 dari 3 foto sampai", timeout=60_000
    )
    assert [row["state"] for row in rows_of(page, title)] == ["done"]
    assert stored(portal, title) == [(3, 1600)]


def test_a_stale_token_is_renewed_and_one_failure_blocks_nothing(
    portal: Portal, refusing_phone: Page
):
    page = refusing_phone
    failing, refused = a_title("Selalu gagal"), a_title("Kunci lama")
    page.context.set_offline(True)
    for title in (failing, refused):
        fill_in(page, title)
        save(page)
        is_told(page, "Menunggu sinyal")
    forbidden: list[str] = []

    def answer(route: Route) -> None:
        if failing.split()[-1] in (route.request.post_data or ""):
            route.fulfill(status=500, json={})
        elif not forbidden:
            forbidden.append(route.request.url)
            route.fulfill(status=403, json={"state": "forbidden"})
        else:
            route.continue_()

    page.context.route("**/kirim/catatan/**", answer)
    page.context.set_offline(False)
    page.goto("/luring/")

    entries = page.get_by_role("listitem")
    expect(entries.filter(has_text=refused)).to_contain_text("Tersimpan di portal", timeout=30_000)
    expect(entries.filter(has_text=failing)).to_contain_text("Portal belum menjawab")
    assert len(forbidden) == 1
    assert (len(stored(portal, failing)), len(stored(portal, refused))) == (0, 1)


def test_a_phone_that_is_full_says_so_and_loses_no_photo(portal: Portal, phone: Phone):
    title = a_title("Ponsel penuh")
    page = phone()
    page.add_init_script(
        """const put = IDBObjectStore.prototype.put;
        IDBObjectStore.prototype.put = function (what, ...rest) {
            if (this.name === "photos" && (window.kept = (window.kept || 0) + 1) > 1)
                throw new DOMException("full", "QuotaExceededError");
            return put.call(this, what, ...rest);
        };"""
    )

    fill_in(page, title, photos=2, patiently=False)
    expect(page.get_by_text("Ponsel penuh: foto tidak bisa disimpan")).to_be_visible(timeout=30_000)
    assert page.evaluate("document.querySelector('[name=photos]').files.length") == 1
    with page.expect_navigation():
        save(page)

    assert [count for count, _width in stored(portal, title)] == [2]


def test_what_the_portal_refuses_is_said_at_the_field_and_nothing_is_lost(refusing_phone: Page):
    page = refusing_phone
    title = a_title("Angka keliru")
    fill_in(page, title, photos=1)
    page.get_by_label("Laki-laki").fill("3")
    page.get_by_label("Perempuan").fill("4")
    save(page)

    expect(page.locator(".error-summary")).to_contain_text("Laki-laki 3 + perempuan 4 = 7")
    expect(page.locator("#bidang-participants_total .error")).to_be_visible()
    expect(page.get_by_label("Nama kegiatan")).to_have_value(title)
    expect(pictures(page)).to_have_count(1)
    page = reopen(page, "/luring/")
    page.get_by_role("listitem").filter(has_text=title).get_by_role("link", name="Ubah").click()
    expect(page.locator("#bidang-participants_total .error")).to_be_visible()
    page.get_by_label("Jumlah peserta").fill("7")
    save(page)

    is_told(page, "1 dari 1 foto sampai")


def test_other_words_under_the_same_number_are_offered_to_compare(refusing_phone: Page):
    page = refusing_phone
    title = a_title("Nomor yang sama")
    fill_in(page, title)
    number = page.locator("[name=uuid]").input_value()
    page.evaluate(
        """async ([title, uuid]) => {
            const { csrf, today } = await (await fetch("/kirim/")).json();
            const fields = { uuid, title, held_on: today, theme: "Kesehatan", format: "Promosi",
                             audience: "Umum", participants_total: "12" };
            await fetch("/kirim/catatan/pelibatan/", {
                method: "POST", body: new URLSearchParams(fields), headers: { "X-CSRFToken": csrf },
            });
        }""",
        [f"{title} lain", number],
    )

    save(page)

    is_told(page, "Isi lain sudah tersimpan di portal")
    page.get_by_role("link", name="Bandingkan").click()
    expect(page.locator("main")).to_contain_text(f"{title} lain")
    expect(page.locator("main")).to_contain_text(title)


def test_without_scripts_the_plain_form_works(portal: Portal, open_browser):
    title = a_title("Tanpa skrip")
    page = open_browser(portal, PHONE, java_script_enabled=False).new_page()
    type_password(page, ONE, PASSWORD)
    page.goto("/catat/pelibatan/")
    page.get_by_label("Nama kegiatan").fill(title)
    page.get_by_label("Bidang kegiatan").select_option("Seni Budaya")
    page.get_by_label("Pelatihan").check()
    page.get_by_label("Umum").check()
    page.get_by_label("Jumlah peserta").fill("24")
    page.get_by_label(re.compile("^Foto")).set_input_files([a_photo(1)])
    save(page)

    is_told(page, title)
    assert [count for count, _width in stored(portal, title)] == [1]
