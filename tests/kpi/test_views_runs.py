"""The page of the runs: how far, what came of it, and the button."""

from datetime import timedelta

import pytest
from django.urls import reverse

from kpi.enums import AreaState, RunReason, RunState
from kpi.models import Run, RunArea
from tests import factories
from tests.kpi.conftest import wib
from tpbis.accounts.enums import Role
from tpbis.accounts.models import AuditEvent
from tpbis.core.templatetags.tpbis import lama

NIGHT = wib(2024, 10, 21, 0, 20)
CODES = ("35.01", "35.02", "35.05", "35.08")


def a_run(*states: AreaState, ended: bool = True, **more) -> Run:
    dates = {"as_of": NIGHT, "finished_at": NIGHT + timedelta(seconds=75) if ended else None}
    run = Run.objects.create(
        reason=more.pop("reason", RunReason.NIGHT),
        state=RunState.DONE if ended else RunState.RUNNING,
        asked_at=NIGHT,
        **dates,
        **more,
    )
    for code, state in zip(CODES, states, strict=False):
        done = {"libraries": 12, "changed": 3, "took_ms": 840} if state == AreaState.DONE else {}
        RunArea.objects.create(
            run=run, area=factories.region(code), state=state, attempts=1, **done
        )
    return run


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def test_a_run_is_listed_with_what_came_of_it(client, leader):
    a_run(AreaState.DONE, AreaState.DONE, AreaState.FAILED)
    client.force_login(leader)

    response = client.get(reverse("kpi:runs"))

    (row,) = response.context["rows"]
    assert (row.run.done, row.run.total, row.run.failed) == (2, 3, 1)
    assert (row.run.libraries, row.run.changed, row.seconds) == (24, 6, 75)
    said = text_of(response)
    assert "21 Oktober 2024 00.20 WIB" in said
    assert "Selesai sebagian" in said
    assert "2 dari 3 wilayah" in said
    assert "1 menit 15 detik" in said


def test_the_newest_stands_first_and_who_asked_is_named(client, leader, staff):
    a_run(AreaState.DONE)
    asked = Run.objects.create(reason=RunReason.ASKED, requester=staff)
    client.force_login(leader)

    response = client.get(reverse("kpi:runs"))

    assert response.context["rows"][0].run == asked
    assert staff.full_name in text_of(response)


def test_a_run_under_way_says_how_far_it_is_and_asks_again(client, leader):
    run = a_run(AreaState.DONE, AreaState.WAITING, AreaState.WAITING, ended=False)
    client.force_login(leader)

    listed = text_of(client.get(reverse("kpi:runs")))
    page = text_of(client.get(reverse("kpi:run", kwargs={"pk": run.pk})))

    assert "1 dari 3" in listed
    assert "1 dari 3 wilayah selesai" in page
    for said in (listed, page):
        assert 'hx-trigger="every 2s"' in said
        assert '<meta http-equiv="refresh"' in said


def test_a_run_that_ended_asks_for_nothing_more(client, leader):
    run = a_run(AreaState.DONE)
    client.force_login(leader)

    for address in (reverse("kpi:runs"), reverse("kpi:run", kwargs={"pk": run.pk})):
        assert "hx-get" not in text_of(client.get(address))


def test_a_run_that_waits_says_for_what(client, leader):
    run = Run.objects.create(reason=RunReason.RULES)
    client.force_login(leader)

    said = text_of(client.get(reverse("kpi:run", kwargs={"pk": run.pk})))

    assert "dimulai begitu yang sedang berjalan selesai" in said


def test_an_area_that_failed_stands_first_with_its_reason(client, leader):
    run = a_run(AreaState.DONE, AreaState.DONE, AreaState.FAILED)
    run.areas.filter(state=AreaState.FAILED).update(attempts=3, error="DataError: terlalu panjang")
    client.force_login(leader)

    response = client.get(reverse("kpi:run", kwargs={"pk": run.pk}))

    codes = [area.area.code for area in response.context["areas"]]
    assert codes == ["35.05", "35.01", "35.02"]
    said = text_of(response)
    assert "3 kali dicoba. <code>DataError: terlalu panjang</code>" in said
    assert "skor lama tetap berlaku" in said


def test_a_worker_that_died_is_told_in_words(client, leader):
    run = a_run(AreaState.FAILED)
    run.areas.update(attempts=3, error="WorkerLost")
    client.force_login(leader)

    said = text_of(client.get(reverse("kpi:run", kwargs={"pk": run.pk})))

    assert "Prosesnya selalu berhenti di tengah jalan." in said
    assert "WorkerLost" not in said


def test_without_a_run_the_page_says_when_the_first_comes(client, staff):
    client.force_login(staff)

    assert "malam ini pukul 00.20" in text_of(client.get(reverse("kpi:runs")))


def test_a_run_that_is_not_there_is_not_found(client, staff):
    client.force_login(staff)

    assert client.get(reverse("kpi:run", kwargs={"pk": 987_654_321})).status_code == 404


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_asks_the_same_number_of_queries_however_many_runs(
    client, leader, number, django_assert_num_queries
):
    for _one in range(number):
        a_run(AreaState.DONE, AreaState.DONE)
    client.force_login(leader)

    with django_assert_num_queries(8):
        response = client.get(reverse("kpi:runs"))

    assert len(response.context["rows"]) == number


@pytest.mark.parametrize("number", [1, 4])
def test_the_page_asks_the_same_number_of_queries_however_many_areas(
    client, leader, number, django_assert_num_queries
):
    run = a_run(*[AreaState.DONE] * number)
    client.force_login(leader)

    with django_assert_num_queries(8):
        response = client.get(reverse("kpi:run", kwargs={"pk": run.pk}))

    assert len(response.context["areas"]) == number


# --- The button -----------------------------------------------------------------------------------


def test_staff_start_one_now_and_land_on_it(client, staff, library):
    client.force_login(staff)

    response = client.post(reverse("kpi:run_start"), follow=True)

    run = Run.objects.get()
    assert response.redirect_chain[-1][0] == reverse("kpi:run", kwargs={"pk": run.pk})
    assert (run.reason, run.state, run.requester) == (RunReason.ASKED, RunState.RUNNING, staff)
    assert "Perhitungan dimulai." in text_of(response)
    assert AuditEvent.objects.filter(action="kpi.start_run", by=staff).count() == 1


def test_while_one_is_under_way_the_next_waits_and_the_page_says_so(client, staff):
    a_run(AreaState.WAITING, ended=False)
    client.force_login(staff)

    response = client.post(reverse("kpi:run_start"), follow=True)

    assert Run.objects.filter(state=RunState.WAITING).count() == 1
    assert "Masih ada perhitungan yang berjalan." in text_of(response)


def test_two_hurried_presses_make_one_that_waits(client, staff):
    a_run(AreaState.WAITING, ended=False)
    client.force_login(staff)

    client.post(reverse("kpi:run_start"))
    client.post(reverse("kpi:run_start"))

    assert Run.objects.count() == 2


def test_the_button_is_not_shown_to_whom_it_is_refused(client, leader):
    client.force_login(leader)

    shown = text_of(client.get(reverse("kpi:runs")))
    refused = client.post(reverse("kpi:run_start"))

    assert "Hitung sekarang" not in shown
    assert refused.status_code == 403
    assert Run.objects.count() == 0


@pytest.mark.parametrize(
    "role", [Role.REGENCY_PIC, Role.FACILITATOR, Role.OBSERVER, Role.LIBRARIAN]
)
def test_others_do_not_see_the_runs(client, lumajang, library, role):
    run = a_run(AreaState.DONE)
    place = library if role == Role.LIBRARIAN else lumajang
    client.force_login(factories.someone(role, place))

    for address in (reverse("kpi:runs"), reverse("kpi:run", kwargs={"pk": run.pk})):
        assert client.get(address).status_code == 403
    assert client.post(reverse("kpi:run_start")).status_code == 403


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (None, "–"),
        (0.04, "0,04 detik"),
        (0.84, "0,84 detik"),
        (4.52, "4,5 detik"),
        (59.4, "59 detik"),
        (59.6, "1 menit 0 detik"),
        (75, "1 menit 15 detik"),
        (3_725, "1 jam 2 menit"),
    ],
)
def test_how_long_it_took_is_said_in_words(seconds, said):
    assert lama(seconds) == said
