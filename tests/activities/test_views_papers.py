"""The check page before sending, the sheet for the SIM, the blank book."""

from datetime import date

import pytest
from django.urls import reverse

from activities import services
from activities.enums import Kind, ReturnReason, Source, State
from activities.models import MonthlyReport
from tests import factories
from tpbis.core import periods

SEPTEMBER = date(2024, 9, 1)


@pytest.fixture
def draft(library, librarian) -> MonthlyReport:
    return factories.report(library, librarian, Kind.INVOLVEMENT, month=SEPTEMBER)


def address(name: str, report: MonthlyReport) -> str:
    return reverse(f"activities:{name}", kwargs={"pk": report.pk})


# --- The check page -------------------------------------------------------------------------------


def test_it_names_what_is_missing_and_leads_to_the_field(client, librarian, draft):
    entry = draft.activities.get()
    client.force_login(librarian)

    page = client.get(address("check", draft)).content.decode()

    assert "1 kegiatan pelibatan belum ada fotonya." in page
    assert f'href="{reverse("activities:edit", args=[entry.pk])}#bidang-photos"' in page
    assert "Belum ada advokasi bulan ini." in page
    assert f'href="{reverse("activities:record_kind", args=["advokasi"])}?bulan=2024-09"' in page


def test_one_button_sends_it(client, librarian, draft):
    client.force_login(librarian)
    page = client.get(address("check", draft)).content.decode()
    assert f'action="{address("submit", draft)}"' in page

    client.post(address("submit", draft))

    draft.refresh_from_db()
    assert draft.state == State.SUBMITTED


def test_what_changed_after_it_was_checked_is_not_sent_unseen(client, librarian, draft):
    client.force_login(librarian)
    seen = client.get(address("check", draft)).context["seen"]
    entry = draft.activities.get()
    services.change(activity=entry, content={"participants_total": 21}, by=librarian)

    client.post(address("submit", draft), {"seen": seen})

    draft.refresh_from_db()
    assert draft.state == State.DRAFT


def test_without_visits_there_is_no_button_yet(client, librarian, library):
    opened = services.open_month(library=library, month=SEPTEMBER, by=librarian)
    services.record(
        report=opened,
        kind=Kind.INVOLVEMENT,
        content=factories.content(month=SEPTEMBER),
        by=librarian,
    )
    client.force_login(librarian)

    page = client.get(address("check", opened)).content.decode()

    assert f'action="{address("submit", opened)}"' not in page
    assert f'href="{opened.get_absolute_url()}#pengunjung"' in page


def test_a_month_without_activities_can_be_sent_as_nihil(client, librarian, library):
    empty = factories.report(library, librarian, month=SEPTEMBER)
    client.force_login(librarian)

    page = client.get(address("check", empty)).content.decode()

    assert 'name="nihil" value="1"' in page


def test_after_being_sent_back_the_reason_stands_on_top(client, librarian, pic, draft):
    sent = services.submit(report=draft, by=librarian)
    services.send_back(
        report=sent, reason=ReturnReason.PHOTO, comment="Foto tanggal 1 gelap.", by=pic
    )
    client.force_login(librarian)

    page = client.get(address("check", draft)).content.decode()

    assert "Dikembalikan: Foto kurang jelas atau tidak sesuai" in page
    assert "Foto tanggal 1 gelap." in page


def test_what_was_sent_is_not_checked_again(client, librarian, draft):
    services.submit(report=draft, by=librarian)
    client.force_login(librarian)

    response = client.get(address("check", draft))

    assert response.url == draft.get_absolute_url()


def test_a_supplement_is_sent_without_visitors(client, librarian, draft):
    services.submit(report=draft, by=librarian)
    late = services.open_month(library=draft.library, month=SEPTEMBER, by=librarian)
    services.record(
        report=late,
        kind=Kind.ADVOCACY,
        content=factories.content(Kind.ADVOCACY, month=SEPTEMBER),
        by=librarian,
    )
    client.force_login(librarian)

    page = client.get(address("check", late)).content.decode()

    assert "Kirim laporan susulan" in page
    assert "Jumlah pengunjung" not in page


@pytest.mark.parametrize("entries", [1, 9])
def test_the_same_queries_whatever_it_holds(
    client, librarian, library, django_assert_max_num_queries, entries
):
    report = factories.report(library, librarian, *[Kind.INVOLVEMENT] * entries, month=SEPTEMBER)
    client.force_login(librarian)
    client.get(address("check", report))

    with django_assert_max_num_queries(28):
        client.get(address("check", report))


# --- The sheet for the SIM ------------------------------------------------------------------------


def test_each_value_has_a_button_that_copies_it(client, librarian, draft):
    client.force_login(librarian)

    page = client.get(address("sim_sheet", draft)).content.decode()

    assert 'data-tpbis-copy="Pelatihan merajut"' in page
    assert 'data-tpbis-copy="01/09/2024"' in page


def test_a_pic_copies_what_was_sent_and_sees_no_draft(client, librarian, pic, draft):
    client.force_login(pic)
    assert client.get(address("sim_sheet", draft)).status_code == 404

    services.submit(report=draft, by=librarian)

    assert client.get(address("sim_sheet", draft)).status_code == 200


def test_what_came_from_the_sim_is_not_copied_back(client, pic, library):
    imported = MonthlyReport.objects.create(
        library=library, month=SEPTEMBER, source=Source.SIM, state=State.APPROVED, seal="s" * 64
    )
    client.force_login(pic)

    assert client.get(address("sim_sheet", imported)).url == imported.get_absolute_url()


# --- The blank book -------------------------------------------------------------------------------


def test_the_book_leads_back_to_its_month(client, librarian, settings):
    settings.TPBIS_PUBLIC_URL = "https://portal.example.go.id"
    month = periods.month_code(periods.this_month())
    client.force_login(librarian)

    response = client.get(reverse("activities:month_book", kwargs={"month": month}))

    path = reverse("activities:month", kwargs={"month": month})
    assert response.context["address"] == f"https://portal.example.go.id{path}"
    assert response.context["qr"].startswith("data:image/svg+xml")


def test_the_book_has_a_box_for_each_day_and_asks_facilities_twice_a_year(client, librarian):
    client.force_login(librarian)

    february = client.get(reverse("activities:month_book", kwargs={"month": "2024-02"}))
    july = client.get(reverse("activities:month_book", kwargs={"month": "2024-07"}))

    assert len(february.context["days"]) == 29
    assert "book-line" not in february.content.decode()
    assert "book-line" in july.content.decode()


def test_a_month_to_come_has_no_book(client, librarian):
    client.force_login(librarian)

    response = client.get(reverse("activities:month_book", kwargs={"month": "2999-01"}))

    assert response.status_code == 400
