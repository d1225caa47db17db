"""The reviewer's two pages and two decisions; and who may not."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from activities import queries, services
from activities.enums import Kind, ReturnReason, State
from activities.models import MonthlyReport, Photo
from activities.services import stories
from tests import factories
from tpbis.accounts.enums import Role
from tpbis.core import periods

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


def test_the_queue_leads_to_the_stories_that_wait_for_the_same_reviewer(
    client, pic, strange_pic, library, librarian
):
    story = factories.story(library, librarian)
    client.force_login(pic)
    assert "menunggu dibaca" not in client.get(reverse("activities:queue")).text
    stories.submit(story=story, by=librarian)

    text = client.get(reverse("activities:queue")).text

    assert "1 cerita menunggu dibaca." in text
    assert f'href="{reverse("activities:story_queue")}"' in text
    client.force_login(strange_pic)
    assert "menunggu dibaca" not in client.get(reverse("activities:queue")).text


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

    with django_assert_num_queries(27):
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

    with django_assert_num_queries(33):
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


def sent_again(report: MonthlyReport, by) -> None:
    """Returned by somebody else, and sent again with one entry more."""
    services.send_back(report=report, by=by, **WORDS)
    content = factories.content(Kind.ADVOCACY, month=SEPTEMBER, title="Menyusul")
    author = report.submitted_by
    services.record(report=report, kind=Kind.ADVOCACY, content=content, by=author)
    services.submit(report=report, by=author)


@pytest.mark.parametrize("name", ["approve", "send_back"])
def test_what_was_sent_again_is_not_judged_unread(client, pic, deputy, reports, name):
    client.force_login(pic)
    page = client.get(address("review", reports[0]))
    shown = {"seen": page.context["report"].sent_as, "berikut": ""}
    assert f'name="seen" value="{shown["seen"]}"' in page.text
    sent_again(reports[0], deputy)

    response = client.post(address(name, reports[0]), {**shown, **WORDS})

    reports[0].refresh_from_db()
    assert (response.status_code, reports[0].state) == (409, State.SUBMITTED)
    assert "Laporan ini dikirim ulang sejak halaman dibuka" in response.text
    assert "Menyusul" in response.text
    assert WORDS["comment"] in response.text
    assert f'<option value="{WORDS["reason"]}" selected>' in response.text
    assert "<details open>" in response.text

    anew = {"seen": response.context["report"].sent_as}
    assert client.post(address(name, reports[0]), {**shown, **WORDS, **anew}).status_code == 302


@pytest.mark.parametrize("name", ["approve", "send_back"])
def test_what_is_mistyped_does_not_pass_off_another_sending_as_read(
    client, pic, deputy, two_entries, name
):
    entry = two_entries.activities.first()
    client.force_login(pic)
    seen = client.get(address("review", two_entries)).context["report"].sent_as
    sent_again(two_entries, deputy)

    response = client.post(
        address(name, two_entries), {"seen": seen, **verdict(entry, "perbaiki", comment="")}
    )

    assert response.status_code == 409
    assert "Laporan ini dikirim ulang sejak halaman dibuka" in response.text


def test_what_came_back_meanwhile_leads_to_its_page(client, pic, deputy, reports):
    client.force_login(pic)
    seen = client.get(address("review", reports[0])).context["report"].sent_as
    services.send_back(report=reports[0], by=deputy, **WORDS)

    response = client.post(address("approve", reports[0]), {"seen": seen})

    assert response.url == address("report", reports[0])


def test_a_report_judged_meanwhile_leads_to_its_page(client, pic, reports):
    services.approve(report=reports[0], by=pic)
    client.force_login(pic)

    response = client.get(address("review", reports[0]))

    assert response.url == address("report", reports[0])


@pytest.mark.parametrize("name", ["approve", "send_back"])
def test_looking_decides_nothing(client, pic, reports, name):
    client.force_login(pic)

    assert client.get(address(name, reports[0])).status_code == 405


# --- What is looked at first, and what is shown ---------------------------------------------------


def plain(day: date = date(2024, 9, 12), title: str = "Rapat dengan kepala desa") -> MonthlyReport:
    """Waiting since today, with nothing odd about it: recorded two days after it happened."""
    place = factories.LibraryFactory(region=factories.region("35.08.20.2001"))
    author = factories.someone(Role.LIBRARIAN, place)
    report = services.open_month(library=place, month=SEPTEMBER, by=author)
    content = factories.content(Kind.ADVOCACY, held_on=day, title=title)
    services.record(report=report, kind=Kind.ADVOCACY, content=content, by=author)
    report.activities.update(created_at=periods.midnight(day + timedelta(days=2)))
    services.enter_visits(report=report, men=1, women=2, by=author)
    return services.submit(report=report, by=author)


@pytest.fixture
def plain_ones(lumajang) -> list[MonthlyReport]:
    return [plain(title=f"Rapat dengan {name}") for name in ("kepala desa", "camat", "PKK")]


def test_the_longest_and_the_oddest_come_first(client, pic, plain_ones):
    odd, old = waiting(0), waiting(20)
    client.force_login(pic)

    response = client.get(reverse("activities:queue"))

    rows = response.context["rows"]
    assert [row.report for row in rows] == [old, odd, *plain_ones]
    assert [row.waiting.is_overdue for row in rows] == [True, False, False, False, False]
    assert [row.may_be_chosen for row in rows] == [False, False, True, True, True]
    assert response.text.count('name="laporan"') == 3
    assert "1 di antaranya lebih dari 5 hari kerja" in response.text


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ({"tanda": "bertanda"}, [0]),
        ({"tanda": "tanpa"}, [1]),
        ({"tanda": "lama"}, [0]),
        ({"tanda": "foto"}, []),
        ({"tanda": "lewat"}, []),
        ({"bulan": "2024-09"}, [0, 1]),
        ({"bulan": "2024-08"}, []),
        ({"bulan": "2024-09", "tanda": "tanpa"}, [1]),
        ({"bulan": "", "tanda": ""}, [0, 1]),
    ],
)
def test_the_queue_is_narrowed_by_month_and_flag(client, pic, lumajang, asked, shown):
    reports = [waiting(0), plain()]
    client.force_login(pic)

    response = client.get(reverse("activities:queue"), asked)

    assert [row.report for row in response.context["rows"]] == [reports[n] for n in shown]
    assert response.status_code == 200


@pytest.mark.parametrize("asked", [{"tanda": "merah"}, {"bulan": "2024-13"}, {"bulan": "x"}])
def test_a_choice_that_is_none_is_said(client, pic, plain_ones, asked):
    client.force_login(pic)

    response = client.get(reverse("activities:queue"), asked)

    assert response.status_code == 400
    assert response.context["rows"] == []
    assert "Ada yang perlu diperbaiki" in response.text


def test_the_region_is_told_by_states(client, pic, library, librarian, plain_ones):
    services.approve(report=plain_ones[0], by=pic)
    services.send_back(report=plain_ones[1], by=pic, **WORDS)
    client.force_login(pic)

    standing = client.get(reverse("activities:queue")).context["standing"]

    assert (standing.waiting, standing.returned, standing.approved) == (1, 1, 1)
    assert (standing.not_reported, standing.expected) == (4, 4)  # the latest month is another one


# --- Several at once ------------------------------------------------------------------------------


def choose(client, reports, query: str = ""):
    address = reverse("activities:approve_together")
    return client.post(f"{address}{query}", {"laporan": [report.pk for report in reports]})


def states(reports) -> list[str]:
    return [MonthlyReport.objects.get(pk=report.pk).state for report in reports]


@pytest.mark.parametrize("reviewer", ["pic", "deputy"])
def test_those_chosen_are_approved_and_sealed(client, request, plain_ones, reviewer):
    client.force_login(request.getfixturevalue(reviewer))

    response = choose(client, plain_ones[:2], "?bulan=2024-09")

    assert states(plain_ones) == [State.APPROVED, State.APPROVED, State.SUBMITTED]
    assert response.url == f"{reverse('activities:queue')}?bulan=2024-09"
    assert "2 laporan disetujui" in client.get(response.url).text


def test_one_that_is_flagged_holds_up_all(client, pic, plain_ones):
    flagged = waiting(1)
    client.force_login(pic)

    response = choose(client, [*plain_ones, flagged])

    assert response.status_code == 409
    assert f"laporan {flagged.library.name} kini bertanda" in response.text
    assert states([*plain_ones, flagged]) == [State.SUBMITTED] * 4


def test_one_decided_meanwhile_holds_up_all(client, pic, plain_ones):
    services.approve(report=plain_ones[2], by=pic)
    client.force_login(pic)

    response = choose(client, plain_ones)

    assert response.status_code == 409
    assert states(plain_ones) == [State.SUBMITTED, State.SUBMITTED, State.APPROVED]


def test_one_sent_again_meanwhile_holds_up_all(client, pic, deputy, plain_ones):
    client.force_login(pic)

    def shown():
        page = client.get(reverse("activities:queue"))
        return {f"seen-{row.report.pk}": row.report.sent_as for row in page.context["rows"]}, page

    seen, page = shown()
    for name, value in seen.items():
        assert f'name="{name}" value="{value}"' in page.text
    services.send_back(report=plain_ones[1], by=deputy, **WORDS)
    services.submit(report=plain_ones[1], by=plain_ones[1].submitted_by)
    chosen = {"laporan": [report.pk for report in plain_ones]}

    response = client.post(reverse("activities:approve_together"), {**chosen, **seen})

    assert response.status_code == 409
    assert f"laporan {plain_ones[1].library.name} dikirim ulang" in response.text
    assert states(plain_ones) == [State.SUBMITTED] * 3

    anew, _page = shown()
    client.post(reverse("activities:approve_together"), {**chosen, **anew})
    assert states(plain_ones) == [State.APPROVED] * 3


def test_ones_own_among_them_is_forbidden(client, pic, plain_ones):
    MonthlyReport.objects.filter(pk=plain_ones[1].pk).update(submitted_by=pic)
    client.force_login(pic)

    assert choose(client, plain_ones).status_code == 403
    assert states(plain_ones) == [State.SUBMITTED] * 3
    rows = client.get(reverse("activities:queue")).context["rows"]
    assert [row.may_be_chosen for row in rows] == [True, False, True]


def test_one_of_another_regency_is_not_there(client, strange_pic, pic, plain_ones):
    client.force_login(strange_pic)

    assert choose(client, plain_ones).status_code == 404
    assert states(plain_ones) == [State.SUBMITTED] * 3


@pytest.mark.parametrize("given", ["abc", "-1", str(2**63), "9" * 30, "²", "1 "])
def test_a_number_that_is_none_is_not_there(client, pic, plain_ones, given):
    client.force_login(pic)

    response = client.post(
        reverse("activities:approve_together"), {"laporan": [plain_ones[0].pk, given]}
    )

    assert response.status_code == 404
    assert states(plain_ones) == [State.SUBMITTED] * 3


def test_none_chosen_is_said(client, pic, plain_ones):
    client.force_login(pic)

    response = client.post(reverse("activities:approve_together"))

    assert response.status_code == 422
    assert "Pilih dulu laporan" in response.text


# --- Single entries -------------------------------------------------------------------------------


@pytest.fixture
def two_entries(lumajang) -> MonthlyReport:
    return waiting(1, Kind.INVOLVEMENT, Kind.PUBLICATION)


def verdict(entry, what: str, **more: str) -> dict[str, str]:
    said = {"verdict": what, "reason": "ganda", "comment": "Sudah ada di September.", **more}
    return {f"e{entry.pk}-{name}": value for name, value in said.items()}


def test_an_entry_is_left_out_with_its_reason(client, pic, two_entries):
    first, second = two_entries.activities.order_by("pk")
    client.force_login(pic)

    response = client.post(address("approve", two_entries), verdict(second, "keluarkan"))

    second.refresh_from_db()
    assert states([two_entries]) == [State.APPROVED]
    assert (second.exclusion, second.exclusion_comment) == ("ganda", "Sudah ada di September.")
    assert "tanpa 1 catatan" in client.get(response.url).text
    assert not first.is_excluded


def test_remarks_on_entries_say_it_for_the_whole(client, pic, two_entries):
    entry = two_entries.activities.order_by("pk").first()
    client.force_login(pic)

    client.post(
        address("send_back", two_entries), verdict(entry, "perbaiki", field="participants_total")
    )

    event = two_entries.events.last()
    remark = event.remarks.get()
    assert (event.reason, event.comment) == ("ganda", "Sudah ada di September.")
    assert (remark.entry, remark.field) == (entry.uuid, "participants_total")
    assert states([two_entries]) == [State.RETURNED]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("approve", {"what": "perbaiki"}),
        ("send_back", {"what": "keluarkan"}),
        ("approve", {"what": "keluarkan", "comment": ""}),
        ("approve", {"what": "keluarkan", "reason": ""}),
        ("approve", {"what": "keluarkan", "comment": "x" * 2_001}),
        ("approve", {"what": "hapus"}),
        ("approve", {"what": ""}),  # words without a verdict would be lost
        ("send_back", {"what": "perbaiki", "field": "link"}),  # no field of this kind
        ("send_back", {"what": "perbaiki", "comment": " \u200b"}),
    ],
)
def test_what_does_not_go_together_is_kept_and_said(client, pic, two_entries, name, said):
    entry = two_entries.activities.order_by("pk").first()
    client.force_login(pic)

    response = client.post(address(name, two_entries), verdict(entry, **said) | WORDS)

    assert response.status_code == 422
    assert response.context["said"].verdicts.forms[entry.pk].errors
    assert 'class="verdict" open' in response.text
    assert said.get("comment", "Sudah ada di September.") in response.text
    assert states([two_entries]) == [State.SUBMITTED]


def test_not_everything_can_be_left_out(client, pic, two_entries):
    said = [verdict(entry, "keluarkan") for entry in two_entries.activities.all()]
    client.force_login(pic)

    response = client.post(address("approve", two_entries), said[0] | said[1])

    assert response.status_code == 422
    assert states([two_entries]) == [State.SUBMITTED]


# --- Where it goes on -----------------------------------------------------------------------------


def test_it_goes_on_with_what_the_page_named(client, pic, reports):
    client.force_login(pic)
    shown = client.get(address("review", reports[0]), {"bulan": "2024-09"})
    following = shown.context["following"]

    response = client.post(
        f"{address('approve', reports[0])}?bulan=2024-09", {"berikut": following}
    )

    assert response.url == f"/periksa/{following}/?bulan=2024-09"


@pytest.mark.parametrize("named", ["0", "abc", "9" * 40])
def test_what_no_longer_waits_is_passed_over(client, pic, reports, named):
    client.force_login(pic)

    response = client.post(address("approve", reports[0]), {"berikut": named})

    assert response.url == address("review", reports[1])


def test_after_the_last_of_the_page_comes_the_queue(client, pic, reports):
    client.force_login(pic)

    response = client.post(f"{address('approve', reports[0])}?tanda=foto", {"berikut": ""})

    assert response.url == f"{reverse('activities:queue')}?tanda=foto"


# --- Sent in again --------------------------------------------------------------------------------


def test_only_what_changed_is_unfolded_when_it_comes_again(client, pic, two_entries):
    author = two_entries.submitted_by
    first, second = two_entries.activities.order_by("pk")
    services.send_back(report=two_entries, by=pic, **WORDS)
    content = factories.content(Kind.INVOLVEMENT, month=SEPTEMBER, participants_total=25)
    services.change(activity=first, content=content, by=author)
    added = factories.content(Kind.ADVOCACY, month=SEPTEMBER)
    services.record(report=two_entries, kind=Kind.ADVOCACY, content=added, by=author)
    services.submit(report=MonthlyReport.objects.get(pk=two_entries.pk), by=author)
    client.force_login(pic)

    response = client.get(address("review", two_entries))

    shown = response.context["shown"]
    assert [one.entry for one in response.context["unchanged"]] == [second]
    assert [(one.entry.title, one.is_added) for one in shown] == [
        (first.title, False),
        (added["title"], True),
    ]
    assert [(said.old, said.new) for said in shown[0].differences] == [("20", "25")]
    assert "1 catatan tidak berubah" in response.text


def test_the_partners_year_stands_beside_it(client, pic, library, librarian):
    factories.approved(library, librarian, pic, Kind.INVOLVEMENT, month=date(2024, 8, 1))
    report = factories.report(library, librarian, Kind.ADVOCACY, month=SEPTEMBER)
    services.submit(report=report, by=librarian)
    services.send_back(report=report, by=pic, **WORDS)
    services.submit(report=MonthlyReport.objects.get(pk=report.pk), by=librarian)
    client.force_login(pic)

    response = client.get(address("review", report))

    past = response.context["past"]
    assert [month.row.month for month in past[:2]] == [date(2024, 8, 1), date(2024, 7, 1)]
    assert past[0].counts == (1, 0, 0, 0)
    assert [event.comment for event in response.context["earlier"]] == [WORDS["comment"]]
