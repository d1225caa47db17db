"""The audit page, its export, and the history of one thing."""

import csv
import io
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from activities import services as activities
from activities.enums import Kind, ReturnReason
from libraries import services as libraries
from tests import factories
from tpbis.accounts import audit, history
from tpbis.accounts.enums import Outcome, Role
from tpbis.accounts.models import AuditEvent
from tpbis.accounts.querysets import subject_of

pytestmark = pytest.mark.django_db
PAGE = reverse("accounts:audit")
EXPORT = reverse("accounts:audit_export")


def told(rows) -> list[str]:
    return [row.sentence for row in rows]


@pytest.fixture
def renamed(library, staff) -> AuditEvent:
    libraries.change(library=library, by=staff, name="Perpustakaan Baru", npp="3508212D0000001")
    return AuditEvent.objects.get(action="libraries.change")


# --- The history of one thing ---------------------------------------------------------------------


def test_a_library_tells_what_was_done_to_it(library, staff, renamed):
    (row,) = history.history_of(library)

    assert (row.who, row.role) == (staff.full_name, "Staf provinsi")
    assert row.sentence == "mengubah nama perpustakaan, NPP"
    assert [str(change) for change in row.changes] == [
        "nama perpustakaan: Perpustakaan Desa Sumber Ilmu → Perpustakaan Baru",
        "NPP: 3508212D0000001",
    ]
    assert row.things == ()


def test_what_belongs_to_a_library_is_part_of_its_history(library, librarian, pic):
    report = factories.report(library, librarian, Kind.INVOLVEMENT)
    activities.submit(report=report, by=librarian)
    activities.send_back(
        report=report, by=pic, reason=ReturnReason.OTHER, comment="Siti, lengkapi ya"
    )

    rows = history.history_of(library)

    assert told(rows) == [
        "mengembalikan laporan",
        "mengirim laporan",
        "mengisi jumlah pengunjung",
        "mencatat kegiatan",
        "membuka laporan bulan",
    ]
    assert [(thing.kind, thing.name, thing.url) for thing in rows[0].things] == [
        ("laporan", f"#{report.pk}", report.get_absolute_url())
    ]
    assert [str(change) for change in rows[0].changes] == [
        "status: Diajukan → Dikembalikan",
        "alasan: Lainnya",
        "penjelasan: teks 17 huruf",
    ]


def test_a_person_tells_without_saying_what_is_personal(librarian, staff):
    changes = {"full_name": ["Siti", "Siti Aminah"], "phone": ["", "+6281234567890"]}
    audit.record("accounts.change_profile", by=staff, subject=librarian, changes=changes)

    (row,) = history.history_of(librarian)

    assert [str(change) for change in row.changes] == [
        "nama lengkap: (data pribadi)",
        "nomor telepon: (data pribadi)",
    ]


@pytest.mark.parametrize(
    ("field", "pair", "text"),
    [
        ("joined_on", [None, "2024-01-05"], "bergabung sejak: 5 Januari 2024"),
        ("month", [None, "2024-01-01"], "bulan: Januari 2024"),
        ("has_sharing_room", [False, True], "ruang berbagi pengalaman: tidak → ya"),
        ("kind", ["desa", "tbm"], "jenis: Desa → Komunitas/TBM"),
        ("tags", [[], ["a", "b"]], "tanda program: a, b"),
        ("npp", ["35", ""], "NPP: 35 → –"),
        ("regency", [1234, 1235], "kabupaten/kota: #1234 → #1235"),
        ("visits_men", [1000, 1200], "pengunjung laki-laki: 1.000 → 1.200"),
        ("seal", ["", "a" * 64], "segel: aaaaaaaaaaaa…"),
        ("contact_name", ["•", "•"], "nama narahubung: (data pribadi)"),
    ],
)
def test_values_are_told_in_words(library, field, pair, text):
    event = AuditEvent.objects.create(
        action="libraries.change", subject=subject_of(library), changes={field: pair}
    )

    (row,) = history.rows_of([event])

    assert [str(change) for change in row.changes] == [text]


def test_what_a_version_that_is_gone_wrote_is_still_told(library):
    AuditEvent.objects.create(
        action="gone.deed", subject="gone.thing:7", about=subject_of(library), changes={"x": [1, 2]}
    )

    (row,) = history.history_of(library)

    assert (row.sentence, row.who) == ("gone.deed", "")
    assert [(thing.kind, thing.name) for thing in row.things] == [("gone.thing", "#7")]


@pytest.mark.parametrize(
    ("action", "sentence"),
    [
        ("GET activities:report", "mencoba membuka activities:report"),
        ("HEAD activities:report", "mencoba membuka activities:report"),
        ("POST activities:approve", "mencoba mengirim ke activities:approve"),
    ],
)
def test_what_was_denied_is_told_as_an_attempt(action, sentence):
    event = AuditEvent.objects.create(
        action=action, outcome=Outcome.DENIED, changes={"pk": [None, 7]}
    )

    (row,) = history.rows_of([event])

    assert (row.sentence, row.is_denied) == (sentence, True)
    assert [str(change) for change in row.changes] == ["nomor: #7"]


def test_parts_of_a_thing_can_be_told_with_it(library, librarian):
    report = factories.report(library, librarian, Kind.INVOLVEMENT)
    (entry,) = report.activities.all()

    rows = history.history_of(report, also=[entry])

    assert told(rows) == [
        "mengisi jumlah pengunjung",
        "mencatat kegiatan",
        "membuka laporan bulan",
    ]


@pytest.mark.parametrize("rows", [1, 3])
def test_a_history_asks_the_same_number_of_queries(library, staff, rows, django_assert_num_queries):
    for number in range(rows):
        person = factories.someone(Role.LIBRARIAN, library)
        audit.record("libraries.assign", by=staff, subject=person, about=library)
        libraries.change(library=library, by=staff, name=f"Perpustakaan {number}")

    with django_assert_num_queries(2):
        found = history.history_of(library)

    assert len(found) == 2 * rows


# --- The page -------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", [PAGE, EXPORT])
@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("staff", 200),
        ("leader", 403),
        ("pic", 403),
        ("facilitator", 403),
        ("librarian", 403),
    ],
)
def test_the_audit_is_for_province_staff(client, request, address, who, status):
    client.force_login(request.getfixturevalue(who))

    assert client.get(address).status_code == status


def listed(client, **asked) -> list[str]:
    return told(client.get(PAGE, asked).context["page"].rows)


def test_the_newest_stands_on_top(client, staff, library, renamed):
    libraries.add_alias(library=library, name="Sumber Ilmu", by=staff)
    client.force_login(staff)

    assert listed(client) == ["menambah nama lain", "mengubah nama perpustakaan, NPP"]


def test_the_audit_can_be_narrowed(client, staff, pic, library, other_library, renamed):
    client.force_login(pic)
    denial = client.get(PAGE)
    client.force_login(staff)
    libraries.add_alias(library=other_library, name="Mawar Biru", by=None)

    renaming, denied, alias = (
        "mengubah nama perpustakaan, NPP",
        "mencoba membuka accounts:audit",
        "menambah nama lain",
    )
    today = timezone.localdate()
    for asked, found in [
        ({"siapa": "PROVINSI"}, [renaming]),
        ({"siapa": pic.full_name.lower()}, [denied]),
        ({"objek": subject_of(library)}, [renaming]),
        ({"objek": "mawar"}, [alias]),
        ({"objek": "tidak ada"}, []),
        ({"hasil": "denied"}, [denied]),
        ({"tindakan": "libraries.change"}, [renaming]),
        ({"peran": "regency_pic"}, [denied]),
        ({"peran": "sistem"}, [alias]),
        ({"dari": today, "sampai": today}, [alias, denied, renaming]),
        ({"dari": today + timedelta(days=1)}, []),
        ({"sampai": today - timedelta(days=1)}, []),
        ({"permintaan": denial["X-Request-ID"]}, [denied]),
        ({"siapa": "provinsi", "hasil": "denied"}, []),
    ]:
        assert listed(client, **asked) == found, asked


@pytest.mark.parametrize(
    "asked",
    [
        {"hasil": "x"},
        {"tindakan": "x"},
        {"peran": "x"},
        {"dari": "31-02-2026"},
        {"sampai": "besok"},
        {"siapa": "x" * 101},
    ],
)
@pytest.mark.parametrize("address", [PAGE, EXPORT])
def test_what_can_not_be_meant_is_said_and_kept(client, staff, renamed, address, asked):
    client.force_login(staff)

    response = client.get(address, asked)

    assert response.status_code == 400
    (name,) = asked
    assert response.context["form"].errors.keys() == {name}
    assert response.context["page"].rows == ()


@pytest.mark.parametrize("place", ["x", "-1", "²", "9" * 30, ""])
def test_a_place_that_is_none_is_the_beginning(client, staff, renamed, place):
    client.force_login(staff)

    assert listed(client, sebelum=place) == listed(client, sesudah=place) == listed(client)


def test_leafing_through_shows_each_event_once(client, staff, monkeypatch):
    monkeypatch.setattr(history.pages, "PER_PAGE", 2)
    for number in range(5):
        audit.record("libraries.change", by=staff, changes={"npp": ["", f"{number}"]})
    client.force_login(staff)

    seen, query = [], {}
    while True:
        page = client.get(PAGE, query).context["page"]
        seen.append([row.changes[0].after for row in page.rows])
        if not page.older:
            break
        query = {"sebelum": page.older}
    back = client.get(PAGE, {"sesudah": page.newer}).context["page"]

    assert seen == [["4", "3"], ["2", "1"], ["0"]]
    assert [row.changes[0].after for row in back.rows] == ["2", "1"]
    assert (bool(back.newer), bool(back.older)) == (True, True)


def test_nobody_counts_millions(client, staff, monkeypatch):
    monkeypatch.setattr(history.pages, "COUNTED", 3)
    for _number in range(5):
        audit.record("libraries.change", by=staff)
    client.force_login(staff)

    response = client.get(PAGE)

    assert response.context["page"].count == 4
    assert "Lebih dari" in response.text


def test_what_is_asked_stays_in_the_address(client, staff, monkeypatch):
    monkeypatch.setattr(history.pages, "PER_PAGE", 1)
    for _number in range(3):
        audit.record("libraries.change", by=staff)
    client.force_login(staff)

    response = client.get(PAGE, {"siapa": "provinsi"})

    page = response.context["page"]
    assert f"?siapa=provinsi&amp;sebelum={page.older}" in response.text
    assert f"{EXPORT}?siapa=provinsi" in response.text


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_asks_the_same_number_of_queries(
    client, staff, library, rows, django_assert_num_queries
):
    for number in range(rows):
        person = factories.someone(Role.LIBRARIAN, library)
        audit.record("libraries.assign", by=staff, subject=person, about=library)
        libraries.change(library=library, by=staff, name=f"Perpustakaan {number}")
    client.force_login(staff)
    client.get(reverse("help"))  # the session notes that it was used

    with django_assert_num_queries(7):
        response = client.get(PAGE)

    assert len(response.context["page"].rows) == 2 * rows


def test_nothing_happened_yet(client, staff):
    client.force_login(staff)

    assert "Belum ada kejadian" in client.get(PAGE).text


def test_hostile_words_stay_words(client, staff, library):
    libraries.change(library=library, by=staff, name="<script>alert(1)</script> {{7*7}}")
    client.force_login(staff)

    text = client.get(PAGE).text

    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{7*7}}" in text


# --- The export -----------------------------------------------------------------------------------


def test_the_export_holds_what_the_page_shows(client, staff, library, renamed):
    libraries.add_alias(library=library, name="=HYPERLINK(1)", by=None)
    client.force_login(staff)

    response = client.get(EXPORT, {"objek": subject_of(library)})

    text = response.getvalue().decode("utf-8-sig")
    alias, renaming = list(csv.DictReader(io.StringIO(text)))
    assert response["Content-Disposition"].startswith('attachment; filename="jejak-')
    assert (alias["Siapa"], alias["Perubahan"]) == ("Sistem", "nama lain: =HYPERLINK(1)")
    assert renaming["Siapa"] == staff.full_name
    assert renaming["Tentang"] == "perpustakaan Perpustakaan Baru"
    assert renaming["Hasil"] == "Dilakukan"


def test_the_export_reads_piece_by_piece(client, staff, monkeypatch):
    monkeypatch.setattr(history.pages, "_CHUNK", 2)
    monkeypatch.setattr(history.pages, "MOST_EXPORTED", 4)
    for number in range(5):
        audit.record("libraries.change", by=staff, changes={"npp": ["", f"{number}"]})
    client.force_login(staff)

    lines = client.get(EXPORT).getvalue().decode("utf-8-sig").splitlines()

    assert [line.split(",")[8] for line in lines[1:]] == [f"NPP: {n}" for n in (4, 3, 2, 1)]


def test_a_name_that_begins_like_a_formula_is_text(client, staff):
    staff.full_name = "=1+1"
    staff.save()
    audit.record("libraries.change", by=staff)
    client.force_login(staff)

    text = client.get(EXPORT).getvalue().decode("utf-8-sig")

    assert ",'=1+1," in text


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"dari": "0001-01-01"}, 1),
        ({"sampai": "9999-12-31"}, 1),
        ({"dari": "9999-12-31"}, 0),
        ({"sampai": "0001-01-01"}, 0),
    ],
)
def test_days_at_the_ends_of_time_are_days(client, staff, asked, found):
    audit.record("libraries.change", by=staff)
    client.force_login(staff)

    assert len(listed(client, **asked)) == found
