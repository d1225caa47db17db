"""Where each role lands, and what it finds there."""

import html
import re
from datetime import date

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils import timezone

from activities import services as activities
from activities.enums import Kind
from activities.models import MentoringVisit, OfficialScore, Story
from kpi import services as kpi
from libraries.models import Assignment, Inactivity, Library
from reports import services as documents
from reports.enums import DocumentKind, DocumentState
from reports.figures.official import disagreeing, official_comparison
from reports.models import Document
from reports.rollups import counting
from reports.views.homes import decisions
from stakeholders import services as support
from stakeholders.enums import PartnershipKind
from stakeholders.models import Membership, Organisation, Partnership, Support
from stakeholders.services import Gift
from tests import factories
from tests.reports import figures_world as world
from tests.reports.figures_world import GENERAL, village
from tests.reports.times import NOW, set_clock, wib
from tests.reports.words import words
from tpbis.accounts.enums import Role
from tpbis.core.periods import Period

OCTOBER = date(2026, 10, 1)


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    return set_clock(monkeypatch, *NOW)


@pytest.fixture
def observer(province):
    return factories.someone(Role.OBSERVER, province)


@pytest.fixture
def supporter(db):
    return factories.UserFactory(role=Role.SUPPORTER, username="bankjatim")


def home(client, user) -> str:
    client.force_login(user)
    response = client.get("/", follow=True)
    assert response.status_code == 200
    return words(response)


# --- Who lands where ------------------------------------------------------------------------------


def test_everyone_lands_at_their_own_home(
    client, staff, leader, observer, pic, facilitator, librarian, supporter
):
    def lands_at(user):
        client.force_login(user)
        return client.get("/").url

    assert lands_at(staff) == reverse("reports:province_home")
    assert lands_at(leader) == lands_at(observer) == reverse("reports:leader_home")
    assert lands_at(pic) == reverse("reports:pic_home")
    assert lands_at(facilitator) == reverse("reports:facilitator_home")
    assert lands_at(librarian) == reverse("reports:librarian_home")
    assert lands_at(supporter) == reverse("reports:supporter_home")


@pytest.mark.parametrize(
    "role", [Role.PROVINCE_STAFF, Role.PROVINCE_VIEWER, Role.REGENCY_PIC, Role.FACILITATOR]
)
def test_who_works_nowhere_is_told_so(client, db, role):
    assert "Akun ini belum ditempatkan" in home(client, factories.UserFactory(role=role))


def test_homes_of_an_empty_province_say_that_nothing_is_there(client, staff, leader):
    assert "Belum ada mitra di wilayah ini" in home(client, staff)
    assert "Belum ada mitra pada periode ini" in home(client, leader)


# --- The province ---------------------------------------------------------------------------------


def test_province_reads_what_came_in_this_week(client, staff, library, librarian):
    world.approve(library, *GENERAL, month=OCTOBER, by=librarian, at=wib(2026, 11, 20, 9))
    world.submit(village(), Kind.ADVOCACY, month=OCTOBER, at=wib(2026, 11, 3, 9))

    client.force_login(staff)
    week = client.get("/", follow=True).context["week"]

    assert (week.since, week.sent, week.approved) == (date(2026, 11, 15), 1, 1)


def test_counts_of_the_week_lead_to_lists_of_as_many(client, staff, library, librarian, pic):
    again = world.send_back(library, Kind.ADVOCACY, month=OCTOBER)
    activities.submit(report=again, by=world.librarian_of(library))
    world.approve(village(), *GENERAL, month=OCTOBER, at=wib(2026, 11, 3, 9))

    client.force_login(staff)
    page = client.get("/", follow=True)

    week, address = page.context["week"], reverse("activities:list")
    for action, count in (("submitted", week.sent), ("returned", week.returned)):
        assert f'href="{address}?minggu={action}"' in page.text
        listed = client.get(address, {"minggu": action}).context["reports"]
        assert [one.pk for one in listed] == [again.pk]
        assert count == 1
    assert week.approved == 0
    assert not client.get(address, {"minggu": "approved"}).context["reports"]


@pytest.fixture
def busy_week(library, librarian, pic, staff, lumajang):
    """One of each this week, beside one that was before; each counted once."""
    before = wib(2026, 11, 3, 9)
    get_user_model().objects.update(activated_at=before)
    village_librarian = world.librarian_of(village())
    for place in (library, village()):  # of two libraries, and one person
        Assignment.objects.create(user=village_librarian, library=place, starts_on=OCTOBER)
    get_user_model().objects.filter(pk=village_librarian.pk).update(activated_at=timezone.now())
    get_user_model().objects.filter(pk=pic.pk).update(activated_at=timezone.now())
    stories = [factories.published_story(library, librarian, pic) for _ in range(2)]
    Story.objects.filter(pk=stories[0].pk).update(decided_at=before)
    for rupiah, place in enumerate((library, lumajang, library), start=1):
        gift = Gift(PartnershipKind.MONEY, date(2024, 3, 5), "Dana", rupiah=rupiah)
        support.record_support(organisation_name="PMI", place=place, gift=gift, by=staff)
    Support.objects.filter(pk=Support.objects.latest("pk").pk).update(recorded_at=before)
    months = Period(date(2024, 1, 1), date(2024, 3, 1))
    made = {"state": DocumentState.DONE, "file_name": "x", "sha256": "x"}
    for state, ended, asked in (
        (made, timezone.now(), before),
        (made, before, before),
        ({"state": DocumentState.FAILED}, timezone.now(), timezone.now()),
        ({"state": DocumentState.FAILED}, before, wib(2026, 9, 3, 9)),
    ):
        document = documents.request(region=lumajang, period=months, by=staff)
        Document.objects.filter(pk=document.pk).update(
            **state, finished_at=ended, requested_at=asked
        )


def test_every_number_of_the_week_leads_to_as_many_rows(client, staff, busy_week):
    client.force_login(staff)
    page = client.get("/", follow=True)
    week, shown = page.context["week"], squares(page.text)

    def rows(address: str) -> int:
        """What the list behind a link counts, over all its pages."""
        listed = client.get(address)
        assert listed.status_code == 200
        return listed.context["page"].paginator.count

    counts = {name: rows(shown[name]) for name in shown}
    assert counts == {
        "Laporan dikirim": week.sent,
        "Disetujui": week.approved,
        "Dikembalikan": week.returned,
        "Akun baru": week.accounts,
        "Cerita terbit": week.stories,
        "Dukungan tercatat": week.supports,
        "Dokumen selesai": week.documents,
    }
    assert (week.accounts, week.stories, week.supports, week.documents) == (1, 1, 2, 1)


def squares(text: str) -> dict[str, str]:
    """The link of each count of the week, by its words."""
    found = re.findall(r'<dt><a href="([^"]+)">([^<]+)</a></dt>', text)
    return {words: html.unescape(address) for address, words in found}


def test_failed_documents_are_led_to_and_made_anew_there(client, staff, busy_week):
    client.force_login(staff)
    page = client.get("/", follow=True)

    (decision,) = [one for one in page.context["decisions"] if "gagal" in one.what]
    shelf = client.get(decision.url)
    (failed,) = shelf.context["page"]
    again = client.post(reverse("reports:document_retry", args=[failed.pk]))

    assert "Buat ulang 1 dokumen yang gagal" in decision.what
    assert f'action="{reverse("reports:document_retry", args=[failed.pk])}"' in shelf.text
    assert again.url == failed.get_absolute_url()
    failed.refresh_from_db()
    assert failed.state == DocumentState.REQUESTED
    assert client.get(decision.url).context["page"].paginator.count == 0


def test_who_may_not_make_a_document_is_not_offered_it(client, pic, facilitator, lumajang):
    month = Period(OCTOBER, OCTOBER)
    sheet = documents.request(region=lumajang, period=month, by=pic, kind=DocumentKind.REVIEW)
    Document.objects.filter(pk=sheet.pk).update(state=DocumentState.FAILED)

    offered = {}
    for user in (pic, facilitator):
        client.force_login(user)
        offered[user] = client.get(reverse("reports:documents")).context["repeatable"]

    assert offered == {pic: {sheet.pk}, facilitator: set()}


@pytest.mark.parametrize(("role", "most"), [(Role.PROVINCE_STAFF, 15), (Role.PROVINCE_VIEWER, 18)])
def test_home_of_a_counted_province_asks_little(
    client, province, library, librarian, pic, role, most, django_assert_max_num_queries
):
    world.approve(library, *GENERAL, month=OCTOBER, by=librarian)
    counting.refresh()
    client.force_login(factories.someone(role, province))
    address = client.get("/").url
    client.get(address)  # a session is written once

    with django_assert_max_num_queries(most):
        client.get(address)


@pytest.mark.parametrize(("role", "asked"), [(Role.REGENCY_PIC, 27), (Role.FACILITATOR, 19)])
def test_home_of_a_scored_regency_asks_little(
    client, lumajang, library, librarian, pic, role, asked, django_assert_num_queries
):
    world.approve(library, *GENERAL, month=OCTOBER, by=librarian)
    world.submit(village(), *GENERAL, month=OCTOBER, at=wib(2026, 11, 2, 9))
    for month in (OCTOBER, date(2026, 11, 1)):
        kpi.rescore(Library.objects.all(), month)
    client.force_login(factories.someone(role, lumajang))
    address = client.get("/").url
    client.get(address)  # a session is written once

    with django_assert_num_queries(asked):
        client.get(address)


def test_which_pic_has_a_backlog_is_answered_on_the_first_page(client, staff, library, pic, blitar):
    factories.someone(Role.REGENCY_PIC, blitar)
    village("35.05.17.1006")
    world.submit(library, *GENERAL, month=OCTOBER, at=wib(2026, 11, 2, 9))

    client.force_login(staff)
    response = client.get("/", follow=True)

    first, second = response.context["behind"]
    assert (first.area.code, first.pics, first.waiting) == ("35.08", (pic.full_name,), 1)
    assert (first.overdue, second.overdue) == (1, 0)
    assert f"{reverse('reports:reviews_waiting')}?wilayah=35.08" in response.text


def test_regency_without_a_pic_comes_first_and_is_to_be_decided(
    client, staff, library, pic, blitar
):
    village("35.05.17.1006")
    world.submit(library, *GENERAL, month=OCTOBER, at=wib(2026, 11, 2, 9))

    client.force_login(staff)
    response = client.get("/", follow=True)

    assert [one.area.code for one in response.context["behind"]] == ["35.05", "35.08"]
    first = response.context["decisions"][0]
    assert first.what == "Tunjuk PIC untuk 1 kabupaten/kota"
    assert "Kabupaten Blitar" in first.why


def test_table_of_the_province_sorts_by_its_columns(client, staff, library, pic, blitar):
    factories.someone(Role.REGENCY_PIC, blitar)
    village("35.05.17.1006")
    client.force_login(staff)

    def codes(order):
        page = client.get(reverse("reports:province_home"), {"urut": order})
        return [one.area.code for one in page.context["behind"]]

    assert codes("nama") == ["35.05", "35.08"]
    assert codes("-nama") == ["35.08", "35.05"]
    assert sorted(codes("tidak-ada")) == ["35.05", "35.08"]


def test_what_waits_for_staff_is_told_until_it_is_done(client, staff, library, pic, province):
    assert "dokumen yang gagal" not in home(client, staff)
    Document.objects.create(
        kind="progress",
        region=province,
        start=OCTOBER,
        end=OCTOBER,
        requested_by=staff,
        state="failed",
    )

    assert "Buat ulang 1 dokumen yang gagal" in home(client, staff)


def test_disagreement_is_that_of_the_page_about_the_sim(library, other_library, librarian):
    world.approve(library, *GENERAL, month=OCTOBER, by=librarian)
    for one in (library, other_library):
        kpi.rescore(Library.objects.filter(pk=one.pk), OCTOBER)
    for place, points in ((library, 99_000), (other_library, None)):
        OfficialScore.objects.create(library=place, as_of=date(2026, 9, 30), points=1)
        OfficialScore.objects.create(library=place, as_of=date(2026, 10, 31), points=points)

    gone = village()  # disagrees too, and takes no part any more
    world.approve(gone, *GENERAL, month=OCTOBER)
    kpi.rescore(Library.objects.filter(pk=gone.pk), OCTOBER)
    OfficialScore.objects.create(library=gone, as_of=date(2026, 10, 31), points=99_000)
    Inactivity.objects.create(library=gone, starts_on=date(2026, 11, 1), reason="Tutup")

    pairs = official_comparison(Library.objects.all()).pairs

    today = timezone.localdate()
    found = set(disagreeing(Library.objects.all(), today).values_list("library", flat=True))
    assert found == {pair.library for pair in pairs if not pair.agrees} == {library.pk}


# --- The leader, and an observer ------------------------------------------------------------------


def test_leader_reads_source_movement_and_at_most_three_decisions(
    client, leader, library, librarian, pic, blitar
):
    for code in ("35.05.17.1006", "35.05.17.1001"):
        village(code)
    world.submit(library, *GENERAL, month=OCTOBER, at=wib(2026, 11, 2, 9), by=librarian)

    client.force_login(leader)
    response = client.get("/", follow=True)

    assert len(response.context["decisions"]) == 3
    text = words(response)
    assert "Sumber: Portal TPBIS, KPI portal" in text
    assert "0 dari 3 mitra hijau" in text
    assert "paling lambat 15 Desember 2026" in text  # the next closing


def test_observer_reads_the_same_without_names(client, leader, observer, library, librarian, pic):
    world.submit(library, *GENERAL, month=OCTOBER, at=wib(2026, 11, 2, 9), by=librarian)

    assert pic.full_name in home(client, leader)
    seen = home(client, observer)
    assert pic.full_name not in seen
    assert "PIC Kabupaten Lumajang" in seen


def test_newest_document_of_the_region_is_at_hand(client, leader, staff, province, library):
    made = {"kind": "progress", "start": OCTOBER, "end": OCTOBER, "requested_by": staff}
    made |= {"state": "done", "file_name": "a.pdf", "sha256": "a" * 64}
    Document.objects.create(
        region=library.regency, finished_at=wib(2026, 11, 21, 9), **made
    )  # of a regency
    newest = Document.objects.create(region=province, finished_at=wib(2026, 11, 20, 9), **made)

    client.force_login(leader)
    assert client.get("/", follow=True).context["newest"] == newest


@pytest.mark.parametrize(
    ("today", "closing"),
    [
        ((2026, 11, 14, 10, 0), date(2026, 11, 15)),
        ((2026, 11, 15, 0, 0), date(2026, 12, 15)),
        ((2026, 12, 31, 23, 0), date(2027, 1, 15)),
    ],
)
def test_next_closing_is_the_day_ahead(monkeypatch, today, closing):
    set_clock(monkeypatch, *today)

    assert decisions.next_closing() == closing


# --- PIC and facilitator --------------------------------------------------------------------------


def test_pic_reads_the_queue_the_silent_and_what_was_sent_back(client, pic, library, librarian):
    world.submit(library, *GENERAL, month=OCTOBER, at=wib(2026, 11, 2, 9), by=librarian)
    silent = village(name="Perpustakaan Desa Sunyi")
    returned = village(name="Perpustakaan Desa Ulang")
    world.send_back(returned, Kind.ADVOCACY, month=OCTOBER)

    text = home(client, pic)

    assert "1 laporan menunggu diperiksa" in text
    assert "Terlama 14 hari kerja: Perpustakaan Desa Sumber Ilmu, Oktober 2026." in text
    assert silent.name in text
    assert "1 laporan dikembalikan, belum diperbaiki" in text
    assert returned.name in text
    assert "batas kirim November 2026: 5 Desember 2026" in text


def test_pic_reads_who_is_closest_to_green_and_by_what(client, pic, library, librarian):
    for month in range(1, 9):
        world.approve(library, *GENERAL, *GENERAL, month=date(2026, month, 1), by=librarian)

    client.force_login(pic)
    nearly = client.get("/", follow=True).context["nearly"]

    assert [one.library for one in nearly] == [library.pk]
    assert nearly[0].step.startswith("+")


def test_pic_of_another_regency_reads_none_of_it(client, strange_pic, library, librarian, blitar):
    world.submit(library, *GENERAL, month=OCTOBER, by=librarian)

    assert library.name not in home(client, strange_pic)


def test_facilitator_reads_agreements_and_whom_to_visit(client, facilitator, library, pic):
    MentoringVisit.objects.create(
        library=library,
        by=pic,
        held_on=date(2026, 11, 1),
        way="telepon",
        notes="Membahas laporan.",
        agreed_action="Menyiapkan tiga kegiatan",
        due_on=date(2026, 11, 20),
    )

    text = home(client, facilitator)

    assert "Menyiapkan tiga kegiatan" in text
    assert "1 sudah lewat tenggat" in text
    assert "1 perpustakaan perlu ditengok" in text
    assert "laporan menunggu diperiksa" not in text


def test_reviews_handed_over_are_at_hand(client, facilitator, library, librarian):
    Assignment.objects.filter(user=facilitator).update(may_review=True)
    world.submit(library, *GENERAL, month=OCTOBER, by=librarian)

    assert "1 laporan menunggu diperiksa" in home(client, facilitator)


# --- A supporting body ----------------------------------------------------------------------------


@pytest.fixture
def bank(library, other_library, pic):
    """Bank Jatim gave money to one library, and somebody else to another."""
    found = {}
    for name, place in (("Bank Jatim", library), ("Petrogas", other_library)):
        organisation = found[name] = Organisation.objects.create(name=name)
        Support.objects.create(
            organisation=organisation,
            library=place,
            region=place.regency,
            kind="dana",
            given_on=date(2026, 3, 2),
            rupiah=5_000_000,
            reached=40,
            description=f"Modal dari {name}",
            recorded_by=pic,
        )
        Partnership.objects.create(
            organisation=organisation,
            library=place,
            kind="dana",
            starts_on=date(2026, 1, 1),
            recorded_by=pic,
        )
    return found["Bank Jatim"]


def test_supporter_reads_its_own_gifts_and_nobody_elses(
    client, supporter, bank, library, other_library, librarian, pic
):
    Membership.objects.create(organisation=bank, user=supporter, starts_on=date(2026, 1, 1))
    story = factories.published_story(library, librarian, pic)
    hidden = factories.story(library, librarian, title="Belum terbit")

    text = home(client, supporter)

    for own in ("Modal dari Bank Jatim", library.name, story.title, "Rp5.000.000", "40"):
        assert own in text
    for foreign in ("Petrogas", other_library.name, hidden.title, librarian.full_name):
        assert foreign not in text


@pytest.mark.parametrize(
    "span", [{"starts_on": date(2027, 1, 1)}, {"starts_on": date(2025, 1, 1), "ends_on": OCTOBER}]
)
def test_without_a_membership_in_force_nothing_is_shown(client, supporter, bank, span):
    Membership.objects.create(organisation=bank, user=supporter, **span)

    text = home(client, supporter)

    assert "belum dihubungkan dengan lembaga" in text
    assert "Modal" not in text


# --- What a home costs ----------------------------------------------------------------------------


def test_a_home_asks_no_more_for_more_libraries(
    client, staff, leader, pic, facilitator, library, django_assert_max_num_queries, blitar
):
    def queries(user) -> int:
        client.force_login(user)
        client.get("/", follow=True)
        with django_assert_max_num_queries(200) as asked:
            client.get(client.get("/").url)
        return len(asked)

    people = (staff, leader, pic, facilitator)
    factories.someone(Role.REGENCY_PIC, blitar)
    for code in ("35.08.21.2004", "35.05.17.1006"):
        world.submit(village(code), *GENERAL, month=OCTOBER, at=wib(2026, 11, 2, 9))
    before = [queries(user) for user in people]
    for code in ("35.08.21.2004", "35.05.17.1006", "35.08.21.2004"):
        world.submit(village(code), *GENERAL, month=OCTOBER, at=wib(2026, 11, 2, 9))

    assert [queries(user) for user in people] == before
