"""Lists of work as files: stories, rosters, delegations, rules, letters, messages."""

import io
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from activities.services import stories as story_services
from kpi.models import RuleSet
from libraries import services as people
from libraries.enums import ImportState
from libraries.models import RosterImport
from libraries.services import rosters
from reports import services as reports
from tests import factories
from tests.authorisation.things import table
from tpbis.accounts import services as accounts
from tpbis.accounts.enums import MessageKind, Role

LIVE = '=HYPERLINK("http://jahat.example","klik")'
PAGES = {
    "activities:my_stories_export": ("activities:my_stories", "librarian"),
    "activities:story_queue_export": ("activities:story_queue", "pic"),
    "libraries:rosters_export": ("libraries:rosters", "pic"),
    "libraries:delegations_export": ("libraries:delegations", "pic"),
    "kpi:rules_export": ("kpi:rules", "pic"),
    "reports:letter_batches_export": ("reports:letter_batches", "pic"),
    "accounts:messages_export": ("accounts:messages", "librarian"),
}
STRANGERS = {"librarian": "strange_librarian", "pic": "strange_pic"}


@pytest.fixture
def strange_librarian(other_library):
    return factories.someone(Role.LIBRARIAN, other_library)


@pytest.fixture
def things(library, librarian, pic, facilitator):
    """One of each, and where somebody typed a text it looks like a formula."""
    story = factories.story(library, librarian, title=LIVE)
    story_services.submit(story=story, by=librarian)
    rosters.receive(file_name=LIVE, table=table(), by=pic)
    until = timezone.localdate() + timedelta(days=30)
    people.delegate_review(post=facilitator.assignments.get(), ends_on=until, by=pic)
    reports.issue_letters(libraries=[factories.LibraryFactory(region=library.region)], by=pic)
    accounts.tell(
        user=librarian,
        kind=MessageKind.BEFORE_DUE,
        subject="libraries.library:1",
        period="2026-10",
        title=LIVE,
        text="Isi\npesan",
        link="/akun/",
    )


def ask(client, route: str, form: str = "xlsx", **asked: str):
    return client.get(reverse(route, args=[form]), asked)


def read(response) -> tuple[list[dict], dict]:
    assert response.status_code == 200, response.content
    book = load_workbook(io.BytesIO(response.getvalue()))
    assert "f" not in {
        cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row
    }
    listed, told = (list(sheet.values) for sheet in book)
    headings, *found = listed
    assert all(headings)
    return [dict(zip(headings, row, strict=True)) for row in found], {
        row[0]: row[1] for row in told
    }


def rows(client, user, route: str) -> list[dict]:
    client.force_login(user)
    found, told = read(ask(client, route))
    assert told["Nama data"]
    assert "Produsen data" in told
    return found


@pytest.mark.parametrize("route", PAGES)
def test_each_list_offers_its_file(client, request, things, route):
    page, who = PAGES[route]
    client.force_login(request.getfixturevalue(who))

    text = client.get(reverse(page)).content.decode()

    assert reverse(route, args=["xlsx"]) in text
    assert reverse(route, args=["csv"]) in text
    assert ask(client, route, "csv").getvalue().startswith(b"\xef\xbb\xbf")
    assert ask(client, route, "pdf").status_code == 404


@pytest.mark.parametrize("route", [route for route in PAGES if route != "kpi:rules_export"])
def test_a_file_holds_ones_own(client, request, things, route):
    who = PAGES[route][1]

    assert len(rows(client, request.getfixturevalue(who), route)) == 1
    assert rows(client, request.getfixturevalue(STRANGERS[who]), route) == []


def test_stories_say_how_far_they_are(client, pic, librarian, library, things):
    (waiting,) = rows(client, pic, "activities:story_queue_export")
    (own,) = rows(client, librarian, "activities:my_stories_export")

    assert (waiting["Judul"], waiting["Perpustakaan"]) == (LIVE, library.name)
    assert (waiting["Menunggu (hari)"], waiting["Yang masih kurang"]) == (0, 0)
    assert (own["Judul"], own["Status"]) == (LIVE, "Diajukan")
    assert factories.AGREED["given_by"] not in str([*waiting.values()])


def test_only_a_reviewer_takes_the_queue(client, librarian, staff, things):
    for user in (librarian, staff):
        client.force_login(user)
        assert ask(client, "activities:story_queue_export").status_code == 403


def test_rosters_say_what_came_of_them(client, pic, things):
    RosterImport.objects.update(
        state=ImportState.FAILED, problem=LIVE, counts={"added": 3}, finished_at=timezone.now()
    )

    (one,) = rows(client, pic, "libraries:rosters_export")

    assert (one["Berkas"], one["Alasan gagal"]) == (LIVE, LIVE)
    assert (one["Keadaan"], one["Baru"], one["Ditolak"]) == ("Gagal", 3, None)
    assert one["Dikirim oleh"] == pic.full_name


def test_delegations_say_until_when(client, pic, facilitator, things):
    (one,) = rows(client, pic, "libraries:delegations_export")

    assert (one["Nama"], one["Kode wilayah"]) == (facilitator.full_name, "35.08")
    assert one["Sampai"].date() == timezone.localdate() + timedelta(days=30)


def test_rules_are_those_one_may_see(client, pic, staff, province):
    published = RuleSet.objects.published().count()
    RuleSet.objects.create(group="village", note=LIVE, author=staff)

    of_province = rows(client, staff, "kpi:rules_export")
    seen = RuleSet.objects.visible_to(pic).count()

    assert len(of_province) == published + 1
    (draft,) = (one for one in of_province if one["Keadaan"] == "draf")
    assert (draft["Catatan"], draft["Versi"], draft["Hijau di atas"]) == (LIVE, None, 75)
    assert len(rows(client, pic, "kpi:rules_export")) == seen
    viewer = factories.someone(Role.OBSERVER, province)
    client.force_login(viewer)
    answer = ask(client, "kpi:rules_export")
    assert answer.status_code == 403 or b"Diterbitkan oleh" not in answer.getvalue()


def test_letters_issued_together_are_counted_without_codes(client, pic, things):
    (one,) = rows(client, pic, "reports:letter_batches_export")

    assert (one["Jumlah"], one["Berlaku"], one["Terpakai"]) == (1, 1, 0)
    assert (one["Kode wilayah"], one["Diterbitkan oleh"]) == ("35.08", pic.full_name)
    assert not any("Kode" in heading for heading in one if heading != "Kode wilayah")


def test_messages_are_taken_without_being_read(client, librarian, things):
    for _time in range(2):
        (one,) = rows(client, librarian, "accounts:messages_export")
        assert (one["Judul"], one["Isi"], one["Dibaca"]) == (LIVE, "Isi\npesan", None)
