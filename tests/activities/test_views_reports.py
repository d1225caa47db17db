"""Months and reports as pages: what stands there, sending, reopening; and who may not."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from activities import services
from activities.enums import Kind, ReturnReason, Source, State
from activities.models import MonthlyReport, Photo
from tests import factories
from tpbis.accounts.enums import Role
from tpbis.core import periods

SEPTEMBER = date(2024, 9, 1)


@pytest.fixture
def draft(library, librarian) -> MonthlyReport:
    return factories.report(library, librarian, Kind.INVOLVEMENT, month=SEPTEMBER)


@pytest.fixture
def sent(draft, librarian) -> MonthlyReport:
    return services.submit(report=draft, by=librarian)


@pytest.fixture
def sealed(sent, pic) -> MonthlyReport:
    return services.approve(report=sent, by=pic)


def address(name: str, report: MonthlyReport) -> str:
    return reverse(f"activities:{name}", kwargs={"pk": report.pk})


def month_address(name: str = "month", month: str = "2024-09") -> str:
    return reverse(f"activities:{name}", kwargs={"month": month})


# --- A librarian's months -------------------------------------------------------------------------


def test_a_librarian_sees_every_month_since_joining_newest_first(client, librarian, library, draft):
    library.joined_on = periods.add_months(periods.this_month(), -2) + timedelta(days=9)
    library.save()
    client.force_login(librarian)

    response = client.get(reverse("activities:list"))

    this = periods.this_month()
    months = [row.month for row in response.context["rows"]]
    assert months == [this, periods.add_months(this, -1), periods.add_months(this, -2)]


def test_months_come_in_pages(client, librarian, library):
    client.force_login(librarian)

    first = client.get(reverse("activities:list"))
    second = client.get(reverse("activities:list"), {"hal": "2"})

    assert len(first.context["rows"]) == 12
    assert second.context["rows"][0].month == periods.add_months(
        first.context["rows"][-1].month, -1
    )


@pytest.mark.parametrize("page", ["0", "-1", "99999", "abc"])
def test_a_page_that_is_not_there_is_the_nearest(client, librarian, library, page):
    client.force_login(librarian)

    assert client.get(reverse("activities:list"), {"hal": page}).status_code == 200


@pytest.mark.parametrize("rows", [1, 30])
def test_the_months_ask_the_same_number_of_queries(
    client, librarian, library, rows, django_assert_num_queries
):
    for back in range(rows):
        month = periods.add_months(periods.this_month(), -back)
        factories.report(library, librarian, Kind.INVOLVEMENT, month=month)
    client.force_login(librarian)
    client.get(reverse("help"))  # the session gets its form token once

    with django_assert_num_queries(8):
        client.get(reverse("activities:list"))


def test_a_librarian_without_a_library_is_told_so(client, db):
    client.force_login(factories.UserFactory())

    response = client.get(reverse("activities:list"))

    assert response.status_code == 403


# --- One month ------------------------------------------------------------------------------------


def test_an_empty_month_says_what_to_do_and_stays_empty(client, librarian, library):
    client.force_login(librarian)

    response = client.get(month_address())

    assert response.status_code == 200
    assert "Belum ada yang tercatat" in response.text
    assert not MonthlyReport.objects.exists()


def test_a_month_with_one_report_leads_to_it(client, librarian, draft):
    client.force_login(librarian)

    assert client.get(month_address()).url == draft.get_absolute_url()


def test_a_month_with_supplements_lists_them(client, librarian, sealed, library):
    late = services.open_month(library=library, month=SEPTEMBER, by=librarian)
    client.force_login(librarian)

    response = client.get(month_address())

    assert [report.pk for report in response.context["row"].reports] == [sealed.pk, late.pk]
    assert "Laporan susulan nomor 2" in response.text


@pytest.mark.parametrize("month", ["2024-13", "abc", "9999-01", "2019-12", "0000-01"])
def test_a_month_that_cannot_be_meant_is_a_bad_request(client, librarian, library, month):
    client.force_login(librarian)

    assert client.get(month_address(month=month)).status_code == 400
    assert client.post(month_address("month_visits", month)).status_code == 400


def test_visits_open_a_month(client, librarian, library):
    client.force_login(librarian)

    response = client.post(month_address("month_visits"), {"men": "0", "women": "14"})

    report = MonthlyReport.objects.get()
    assert (report.month, report.visits_total, report.state) == (SEPTEMBER, 14, State.DRAFT)
    assert response.url == report.get_absolute_url()


def test_visits_that_cannot_be_open_nothing(client, librarian, library):
    client.force_login(librarian)

    response = client.post(month_address("month_visits"), {"men": "-1", "women": "14"})

    assert response.status_code == 422
    assert 'value="-1"' in response.text
    assert not MonthlyReport.objects.exists()


# --- One report -----------------------------------------------------------------------------------


def test_a_draft_shows_entries_by_kind_and_the_way_to_send(client, librarian, draft):
    client.force_login(librarian)

    response = client.get(address("report", draft))

    by_kind = {section.kind: len(section.entries) for section in response.context["sections"]}
    assert by_kind == {
        Kind.INVOLVEMENT: 1,
        Kind.ADVOCACY: 0,
        Kind.SERVICE: 0,
        Kind.PUBLICATION: 0,
    }
    assert f'href="{address("check", draft)}"' in response.text
    assert "Periksa & kirim" in response.text


def test_a_returned_report_says_why_above_all(client, librarian, sent, pic):
    services.send_back(
        report=sent, reason=ReturnReason.DOUBLE, comment="Tercatat <dua> kali.", by=pic
    )
    client.force_login(librarian)

    response = client.get(address("report", sent))

    assert "Dikembalikan: Tercatat dua kali" in response.text
    assert "Tercatat &lt;dua&gt; kali." in response.text


def test_an_approved_report_shows_its_seal(client, librarian, sealed):
    client.force_login(librarian)

    response = client.get(address("report", sealed))

    assert f"<code>{sealed.seal}</code>" in response.text
    assert f'href="{address("seal_check", sealed)}"' in response.text
    assert "Perbaiki" not in response.text


def test_an_imported_report_says_where_it_comes_from(client, librarian, library):
    imported = MonthlyReport.objects.create(
        library=library,
        month=SEPTEMBER,
        source=Source.SIM,
        state=State.APPROVED,
        seal="ab" * 32,
        visits_total=7,
    )
    client.force_login(librarian)

    response = client.get(address("report", imported))

    assert "diambil dari SIM Perpusnas" in response.text


def test_an_observer_sees_neither_persons_nor_faces(client, province, sent, librarian):
    entry = sent.activities.get()
    Photo.objects.create(activity=entry, sha256="ab" * 32, width=4, height=3)
    client.force_login(factories.someone(Role.OBSERVER, province))

    response = client.get(address("report", sent))

    assert response.status_code == 200
    assert "Siti Aminah" not in response.text
    assert "/foto/" not in response.text


@pytest.mark.parametrize("entries", [1, 30])
def test_a_report_asks_the_same_number_of_queries(
    client, librarian, library, entries, django_assert_num_queries
):
    report = factories.report(library, librarian, *[Kind.INVOLVEMENT] * entries, month=SEPTEMBER)
    for number, entry in enumerate(report.activities.all()):
        Photo.objects.create(activity=entry, sha256=f"{number:064x}", width=4, height=3)
    client.force_login(librarian)
    client.get(reverse("help"))  # the session gets its form token once

    with django_assert_num_queries(10):
        client.get(address("report", report))


@pytest.mark.parametrize("actor", ["stranger", "strange_pic"])
def test_somebody_elses_report_does_not_exist(client, request, sent, actor):
    client.force_login(request.getfixturevalue(actor))

    assert client.get(address("report", sent)).status_code == 404
    of_a_library = actor == "stranger"
    for name in ("visits", "submit"):
        assert client.post(address(name, sent)).status_code == (404 if of_a_library else 403)
    assert client.post(address("reopen", sent)).status_code == (403 if of_a_library else 404)


@pytest.mark.parametrize("actor", ["pic", "staff"])
def test_a_draft_is_the_librarys_own(client, request, draft, actor):
    client.force_login(request.getfixturevalue(actor))

    assert client.get(address("report", draft)).status_code == 404


@pytest.mark.parametrize("pk", ["9" * 30, "9223372036854775808"])
def test_a_number_beyond_every_report_does_not_exist(client, librarian, pk):
    client.force_login(librarian)

    assert client.get(f"/laporan/{pk}/").status_code == 404


# --- Visits and sending ---------------------------------------------------------------------------


def test_visits_are_entered(client, librarian, draft):
    client.force_login(librarian)

    client.post(address("visits", draft), {"men": "1.204", "women": "0"})

    draft.refresh_from_db()
    assert (draft.visits_men, draft.visits_women, draft.visits_total) == (1204, 0, 1204)


@pytest.mark.parametrize("men", ["", "-1", "12,5", "1e9", "1000001", "<script>", "\x00"])
def test_visits_that_are_no_number_are_refused(client, librarian, draft, men):
    client.force_login(librarian)

    response = client.post(address("visits", draft), {"men": men, "women": "5"})

    assert response.status_code == 422
    draft.refresh_from_db()
    assert draft.visits_total == 22


def test_visits_of_a_month_that_was_sent_stay(client, librarian, sent):
    client.force_login(librarian)

    response = client.post(address("visits", sent), {"men": "1", "women": "1"}, follow=True)

    assert "isinya terkunci" in response.text
    sent.refresh_from_db()
    assert sent.visits_total == 22


@pytest.mark.parametrize("name", ["visits", "submit"])
@pytest.mark.parametrize("actor", ["pic", "staff", "leader", "facilitator"])
def test_a_month_is_filled_and_sent_by_its_library_only(client, request, sent, actor, name):
    client.force_login(request.getfixturevalue(actor))

    assert client.post(address(name, sent), {"men": "1", "women": "1"}).status_code == 403


def test_sending_says_the_time_and_the_number_to_quote(client, librarian, draft):
    client.force_login(librarian)

    response = client.post(address("submit", draft), follow=True)

    draft.refresh_from_db()
    assert draft.state == State.SUBMITTED
    at = timezone.localtime(draft.submitted_at)
    assert draft.receipt == f"2024-09-{draft.pk:04d}"
    assert f"Terkirim {at:%H.%M} WIB, nomor tanda terima {draft.receipt}." in response.text


def test_a_second_press_gets_the_answer_of_the_first(client, librarian, draft):
    at = timezone.now() - timedelta(days=3)
    services.submit(report=draft, by=librarian, at=at)
    client.force_login(librarian)

    response = client.post(address("submit", draft), follow=True)

    told = [str(message) for message in response.context["messages"]]
    when = date_format(timezone.localtime(at), "j F Y H.i")
    assert told == [f"Terkirim {when} WIB, nomor tanda terima {draft.receipt}."]
    assert draft.events.count() == 1


def test_a_report_that_was_judged_already_is_not_sent_again(client, librarian, sealed):
    client.force_login(librarian)

    response = client.post(address("submit", sealed), follow=True)

    assert "Laporan ini sudah dikirim" in response.text
    assert sealed.events.count() == 2


def test_what_another_tab_added_is_looked_at_before_it_is_sent(client, librarian, draft):
    seen = draft.compute_seal()
    content = factories.content(Kind.ADVOCACY, month=SEPTEMBER)
    services.record(report=draft, kind=Kind.ADVOCACY, content=content, by=librarian)
    client.force_login(librarian)

    response = client.post(address("submit", draft), {"seen": seen})

    assert response.url == address("check", draft)
    assert MonthlyReport.objects.get(pk=draft.pk).state == State.DRAFT

    client.post(address("submit", draft), {"seen": draft.compute_seal()})
    assert MonthlyReport.objects.get(pk=draft.pk).state == State.SUBMITTED


def test_a_month_without_visits_is_not_sent(client, librarian, library):
    report = services.open_month(library=library, month=SEPTEMBER, by=librarian)
    content = factories.content(month=SEPTEMBER)
    services.record(report=report, kind=Kind.INVOLVEMENT, content=content, by=librarian)
    client.force_login(librarian)

    response = client.post(address("submit", report), follow=True)

    assert "Isi jumlah pengunjung bulan ini dulu" in response.text
    assert f'action="{address("visits", report)}"' in response.text


def test_an_empty_month_is_sent_as_nihil_only_when_said_so(client, librarian, library):
    report = factories.report(library, librarian, month=SEPTEMBER)
    client.force_login(librarian)

    by_accident = client.post(address("submit", report), follow=True)
    on_purpose = client.post(address("submit", report), {"nihil": "1"}, follow=True)

    assert "Belum ada kegiatan" in by_accident.text
    assert "dinyatakan <b>nihil</b>" in on_purpose.text
    report.refresh_from_db()
    assert (report.state, report.nihil) == (State.SUBMITTED, True)


def test_a_month_with_activities_is_not_nihil(client, librarian, draft):
    client.force_login(librarian)

    response = client.post(address("submit", draft), {"nihil": "1"}, follow=True)

    assert "tidak bisa dinyatakan nihil" in response.text
    draft.refresh_from_db()
    assert draft.state == State.DRAFT


# --- Reopening ------------------------------------------------------------------------------------


def test_a_sealed_report_is_reopened_with_a_reason(client, pic, sealed):
    client.force_login(pic)

    response = client.post(
        address("reopen", sealed), {"comment": "Jumlah peserta keliru."}, follow=True
    )

    sealed.refresh_from_db()
    assert (sealed.state, sealed.seal) == (State.RETURNED, "")
    assert "dibuka kembali" in response.text


def test_reopening_without_a_reason_changes_nothing(client, pic, sealed):
    client.force_login(pic)

    response = client.post(address("reopen", sealed), {"comment": " \u200b "})

    assert response.status_code == 422
    assert "Isi alasan membuka kembali." in response.text
    sealed.refresh_from_db()
    assert sealed.state == State.APPROVED


@pytest.mark.parametrize("actor", ["librarian", "staff", "leader", "facilitator"])
def test_reopening_is_the_reviewers_work(client, request, sealed, actor):
    client.force_login(request.getfixturevalue(actor))

    response = client.post(address("reopen", sealed), {"comment": "Keliru."})

    assert response.status_code == 403


def test_what_is_not_sealed_is_not_reopened(client, pic, sent):
    client.force_login(pic)

    assert client.post(address("reopen", sent), {"comment": "Keliru."}).status_code == 403


# --- Reports sent in ------------------------------------------------------------------------------


def other_reports(lumajang, count: int) -> list[MonthlyReport]:
    """Sent in by as many other libraries of the regency."""
    found = []
    for _number in range(count):
        place = factories.LibraryFactory(region=factories.region("35.08.20.2001"))
        author = factories.someone(Role.LIBRARIAN, place)
        report = factories.report(place, author, Kind.ADVOCACY, month=date(2024, 8, 1))
        found.append(services.submit(report=report, by=author))
    return found


def listed(response) -> list[MonthlyReport]:
    return response.context["reports"]


def test_staff_and_pic_see_what_was_sent_in_their_region(
    client, pic, staff, strange_pic, sent, stranger, other_library
):
    elsewhere = factories.report(other_library, stranger, Kind.ADVOCACY, month=SEPTEMBER)
    services.submit(report=elsewhere, by=stranger)
    seen = {}
    for person in (pic, strange_pic, staff):
        client.force_login(person)
        seen[person] = set(listed(client.get(reverse("activities:list"))))

    assert seen == {pic: {sent}, strange_pic: {elsewhere}, staff: {sent, elsewhere}}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"bulan": "2024-09"}, "sent"),
        ({"bulan": "2024-08"}, "other"),
        ({"status": "submitted"}, "both"),
        ({"status": "approved"}, "none"),
        ({"wilayah": "35.08.21"}, "sent"),
        ({"wilayah": "35.08.20"}, "other"),
        ({"cari": "sumber ilmu"}, "sent"),
        ({"cari": "%"}, "none"),
        ({"cari": "", "bulan": "", "status": "", "wilayah": ""}, "both"),
    ],
    ids=str,
)
def test_the_list_is_narrowed(client, pic, lumajang, sent, query, found):
    (other,) = other_reports(lumajang, 1)
    client.force_login(pic)

    response = client.get(reverse("activities:list"), query)

    expected = {"sent": {sent}, "other": {other}, "both": {sent, other}, "none": set()}
    assert set(listed(response)) == expected[found]


@pytest.mark.parametrize(
    "query",
    [
        {"bulan": "2024-13"},
        {"bulan": "9999-12"},
        {"status": "draft"},
        {"wilayah": "35.99"},
        {"wilayah": "35.05"},
        {"cari": "x" * 5_000},
    ],
    ids=str,
)
def test_a_filter_that_cannot_be_meant_is_explained(client, pic, sent, query):
    client.force_login(pic)

    response = client.get(reverse("activities:list"), query)

    assert response.status_code == 400
    assert "Ada yang perlu diperbaiki" in response.text
    assert listed(response) == []


@pytest.mark.parametrize("rows", [1, 30])
def test_the_list_asks_the_same_number_of_queries(
    client, staff, blitar, lumajang, rows, django_assert_num_queries
):
    other_reports(lumajang, rows)
    client.force_login(staff)
    client.get(reverse("help"))  # the session gets its form token once

    with django_assert_num_queries(9):
        response = client.get(reverse("activities:list"))

    assert len(listed(response)) == rows


def test_a_late_report_says_so(client, pic, librarian, library):
    report = factories.report(library, librarian, Kind.ADVOCACY)
    on_time = periods.deadline(report.month) - timedelta(minutes=1)
    services.submit(report=report, by=librarian, at=min(on_time, timezone.now()))
    client.force_login(pic)

    assert "lewat batas kirim" not in client.get(reverse("activities:list")).text
