"""The reviewer's two pages and two decisions; and who may not."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from activities import queries, services
from activities.enums import Kind, ReturnReason, State
from activities.models import MonthlyReport, Photo
from tests import factories
from tpbis.accounts.enums import Role

SEPTEMBER = date(2024, 9, 1)
WORDS = {"reason": ReturnReason.NUMBERS, "comment": "Jumlah peserta 12 September keliru."}


def waiting(days: int, *kinds: Kind) -> MonthlyReport:
    """Sent in ``days`` ago by a library of the regency."""
    place = factories.LibraryFactory(region=factories.region("35.08.20.2001"))
    author = factories.someone(Role.LIBRARIAN, place)
    report = factories.report(place, author, *(kinds or [Kind.INVOLVEMENT]), month=SEPTEMBER)
    return services.submit(report=report, by=author, at=timezone.now() - timedelta(days=days))


@pytest.fixture
def reports(lumajang) -> list[MonthlyReport]:
    """Three of the regency, oldest first."""
    return [waiting(days) for days in (9, 4, 0)]


@pytest.fixture
def deputy(lumajang):
    """A facilitator to whom the PIC handed the review over."""
    return factories.someone(Role.FACILITATOR, lumajang, may_review=True)


def address(name: str, report: MonthlyReport) -> str:
    return reverse(f"activities:{name}", kwargs={"pk": report.pk})


# --- The queue ------------------------------------------------------------------------------------


@pytest.mark.parametrize("reviewer", ["pic", "deputy"])
def test_the_queue_holds_what_waits_oldest_first(client, request, reports, reviewer):
    client.force_login(request.getfixturevalue(reviewer))

    response = client.get(reverse("activities:queue"))

    rows = response.context["rows"]
    assert [row.report for row in rows] == reports
    days = [row.waiting.working_days for row in rows]
    assert days == [queries.waiting_days(report) for report in reports]


def test_the_queue_of_another_regency_is_its_own(client, strange_pic, reports):
    client.force_login(strange_pic)

    response = client.get(reverse("activities:queue"))

    assert response.context["rows"] == []
    assert response.context["standing"].waiting == 0
    assert "Semua laporan sudah diperiksa" in response.text


@pytest.mark.parametrize("actor", ["librarian", "facilitator", "staff", "leader"])
def test_the_queue_is_the_reviewers(client, request, actor):
    client.force_login(request.getfixturevalue(actor))

    assert client.get(reverse("activities:queue")).status_code == 403


def test_nobody_gets_there_without_signing_in(client, reports):
    for name in ("review", "report"):
        response = client.get(address(name, reports[0]))

        assert response.status_code == 302
        assert response.url.startswith(reverse("accounts:sign_in"))


@pytest.mark.parametrize("rows", [1, 30])
def test_the_queue_asks_the_same_number_of_queries(client, pic, rows, django_assert_num_queries):
    for days in range(rows):
        Photo.objects.create(
            activity=waiting(days).activities.get(), sha256=f"{days:064x}", width=4, height=3
        )
    client.force_login(pic)
    client.get(reverse("help"))  # the session gets its form token once

    with django_assert_num_queries(29):
        client.get(reverse("activities:queue"))


# --- One report -----------------------------------------------------------------------------------


def test_a_report_stands_beside_the_queue_with_both_decisions(client, pic, reports):
    client.force_login(pic)

    response = client.get(address("review", reports[1]))

    assert [report for _waiting, report in response.context["beside"]] == reports
    assert (response.context["place"], response.context["waiting"]) == (2, 3)
    assert address("approve", reports[1]) in response.text
    assert address("send_back", reports[1]) in response.text
    assert "1 kegiatan pelibatan belum ada fotonya." in response.text


@pytest.mark.parametrize("rows", [2, 30])
def test_reviewing_asks_the_same_number_of_queries(client, pic, rows, django_assert_num_queries):
    shown = waiting(40, *[Kind.INVOLVEMENT] * rows)
    for number, entry in enumerate(shown.activities.all()):
        Photo.objects.create(activity=entry, sha256=f"{number:064x}", width=4, height=3)
    for days in range(rows):
        waiting(days)
    client.force_login(pic)
    client.get(reverse("help"))  # the session gets its form token once

    with django_assert_num_queries(36):
        client.get(address("review", shown))


@pytest.mark.parametrize("actor", ["stranger", "strange_pic"])
@pytest.mark.parametrize("name", ["approve", "send_back"])
def test_a_strange_report_does_not_exist(client, request, reports, actor, name):
    client.force_login(request.getfixturevalue(actor))

    judges = actor == "strange_pic"
    assert client.post(address(name, reports[0]), WORDS).status_code == (404 if judges else 403)
    assert client.get(address("review", reports[0])).status_code in (403, 404)
    assert MonthlyReport.objects.filter(state=State.SUBMITTED).count() == 3


@pytest.mark.parametrize("actor", ["facilitator", "staff", "leader"])
def test_those_who_may_look_may_not_judge(client, request, reports, actor):
    client.force_login(request.getfixturevalue(actor))

    assert client.get(address("review", reports[0])).status_code == 403
    for name in ("approve", "send_back"):
        assert client.post(address(name, reports[0]), WORDS).status_code == 403
        assert client.post(address(name, reports[0]), {}).status_code == 403
    assert MonthlyReport.objects.filter(state=State.SUBMITTED).count() == 3


def test_a_librarian_does_not_judge_the_own_month(client, library, librarian):
    report = factories.report(library, librarian, Kind.INVOLVEMENT, month=SEPTEMBER)
    services.submit(report=report, by=librarian)
    client.force_login(librarian)

    assert client.get(address("review", report)).status_code == 403
    assert client.post(address("approve", report)).status_code == 403


def test_who_sent_a_month_does_not_judge_it_in_another_office(client, library, lumajang):
    promoted = factories.someone(Role.LIBRARIAN, library)
    report = factories.report(library, promoted, Kind.INVOLVEMENT, month=SEPTEMBER)
    services.submit(report=report, by=promoted)
    promoted.role = Role.REGENCY_PIC
    promoted.save()
    promoted.assignments.create(region=lumajang, starts_on=date(2018, 1, 1))
    client.force_login(promoted)

    assert client.get(address("review", report)).status_code == 403
    assert client.post(address("approve", report)).status_code == 403


# --- The decision ---------------------------------------------------------------------------------


@pytest.mark.parametrize("reviewer", ["pic", "deputy"])
def test_approving_seals_says_so_and_goes_on(client, request, reports, reviewer):
    client.force_login(request.getfixturevalue(reviewer))

    response = client.post(address("approve", reports[0]), follow=True)

    reports[0].refresh_from_db()
    assert (reports[0].state, len(reports[0].seal)) == (State.APPROVED, 64)
    assert response.redirect_chain == [(address("review", reports[1]), 302)]
    assert f"Disetujui: {reports[0].library.name}, September 2024." in response.text


def test_returning_keeps_reason_and_words_and_goes_on(client, pic, reports):
    client.force_login(pic)

    response = client.post(address("send_back", reports[1]), WORDS, follow=True)

    event = reports[1].events.last()
    assert (event.action, event.reason, event.comment) == (
        "returned",
        ReturnReason.NUMBERS,
        WORDS["comment"],
    )
    assert response.redirect_chain == [(address("review", reports[2]), 302)]


def test_after_the_last_those_passed_over_come_again(client, pic, reports):
    client.force_login(pic)

    response = client.post(address("approve", reports[2]))

    assert response.url == address("review", reports[0])


def test_after_the_very_last_the_queue_is_empty(client, pic):
    report = waiting(1)
    client.force_login(pic)

    response = client.post(address("approve", report), follow=True)

    assert response.redirect_chain == [(reverse("activities:queue"), 302)]
    assert "Semua laporan sudah diperiksa" in response.text


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"reason": "", "comment": "Keliru."}, "reason"),
        ({"reason": "malas", "comment": "Keliru."}, "reason"),
        ({"reason": "foto", "comment": ""}, "comment"),
        ({"reason": "foto", "comment": " \u200b\n"}, "comment"),
        ({"reason": "foto", "comment": "x" * 2_001}, "comment"),
    ],
)
def test_a_return_without_reason_or_words_changes_nothing(client, pic, reports, given, field):
    client.force_login(pic)

    response = client.post(address("send_back", reports[0]), given)

    assert response.status_code == 422
    assert set(response.context["said"].form.errors) == {field}
    assert "<details open>" in response.text
    reports[0].refresh_from_db()
    assert reports[0].state == State.SUBMITTED


@pytest.mark.parametrize("name", ["approve", "send_back"])
def test_a_second_decision_comes_too_late(client, pic, reports, name):
    services.approve(report=reports[0], by=pic)
    client.force_login(pic)

    response = client.post(address(name, reports[0]), WORDS, follow=True)

    assert response.redirect_chain == [(address("report", reports[0]), 302)]
    assert "sudah tidak menunggu pemeriksaan" in response.text
    assert reports[0].events.count() == 2


def test_a_report_judged_meanwhile_leads_to_its_page(client, pic, reports):
    services.approve(report=reports[0], by=pic)
    client.force_login(pic)

    response = client.get(address("review", reports[0]))

    assert response.url == address("report", reports[0])


@pytest.mark.parametrize("name", ["approve", "send_back"])
def test_looking_decides_nothing(client, pic, reports, name):
    client.force_login(pic)

    assert client.get(address(name, reports[0])).status_code == 405
