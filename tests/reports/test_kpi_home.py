"""Where the KPI begins."""

from datetime import date

import pytest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from kpi import services as kpi
from kpi.enums import RunReason, RunState
from kpi.models import Closing, Run
from libraries import services as people
from libraries.models import Library
from reports import figures
from reports.views.kpi_home import WAYS
from tests import factories
from tpbis import policy
from tpbis.accounts.enums import Role
from tpbis.core.periods import Period

pytestmark = pytest.mark.django_db
HOME = "reports:kpi_home"


@pytest.mark.parametrize("who", ["staff", "leader", "pic", "facilitator"])
def test_it_says_what_the_dashboard_says(client, request, library, other_library, who):
    user = request.getfixturevalue(who)
    kpi.rescore(Library.objects.all(), Period.opening().end)
    client.force_login(user)

    page = client.get(reverse(HOME))

    libraries = Library.objects.visible_to(user)
    assert page.context["counts"] == figures.colour_counts(libraries, Period.opening().end)
    assert page.context["counts"].reconciliation in page.content.decode()
    assert "KPI portal" in page.content.decode()


def test_librarians_have_their_rapor_instead(client, librarian):
    client.force_login(librarian)

    assert client.get(reverse(HOME)).status_code == 403


def _is_there(route: str) -> bool:
    try:
        return bool(reverse(route))
    except NoReverseMatch:
        return False


@pytest.mark.parametrize("role", [role for role in Role if role not in ("librarian", "supporter")])
def test_it_leads_where_the_policy_lets_the_role_go(client, library, province, role):
    client.force_login(factories.someone(role, province))

    shown = {way.route for way in client.get(reverse(HOME)).context["ways"]}

    assert shown == {
        way.route for way in WAYS if _is_there(way.route) and policy.permits(way.route, "GET", role)
    }
    assert "reports:what_if" in shown


def test_before_the_first_closing_and_run_it_says_so(client, library, staff):
    client.force_login(staff)

    page = client.get(reverse(HOME))

    assert (page.context["closing"], page.context["run"]) == (None, None)
    assert page.content.decode().count("belum ada") == 2


def test_it_names_the_last_closing_and_the_last_run_that_ended(client, library, staff):
    now = timezone.now()
    for month in (8, 9):
        Closing.objects.create(through=date(2024, month, 1), as_of=now, libraries=1)
    done = Run.objects.create(
        reason=RunReason.NIGHT, state=RunState.DONE, as_of=now, finished_at=now
    )
    Run.objects.create(reason=RunReason.ASKED, state=RunState.RUNNING, as_of=now)
    client.force_login(staff)

    page = client.get(reverse(HOME))

    assert page.context["run"] == done
    assert "September 2024" in page.content.decode()


def test_without_a_partner_it_says_what_to_do_next(client, staff):
    client.force_login(staff)

    assert "Belum ada mitra di wilayah ini" in client.get(reverse(HOME)).content.decode()


def test_who_has_no_place_sees_an_empty_page(client):
    client.force_login(factories.UserFactory(role=Role.REGENCY_PIC))

    assert client.get(reverse(HOME)).status_code == 200
    assert client.get(reverse("reports:what_if")).status_code == 200


def test_its_summary_has_the_figures_of_the_page_with_date_and_source(client, pic, library):
    kpi.rescore(Library.objects.all(), Period.opening().end)
    client.force_login(pic)

    page = client.get(reverse(HOME))

    said, counts = page.context["summary"], page.context["counts"]
    assert said.startswith("Kabupaten Lumajang: dari 1 mitra")
    assert counts.reconciliation in said
    assert "Sumber: Portal TPBIS, keadaan " in said
    assert "aturan versi 1" in said
    assert said in page.content.decode()
    assert "Salin ringkasan" in page.content.decode()


def test_where_nothing_is_counted_nothing_is_summed_up(client, strange_pic):
    client.force_login(strange_pic)

    assert "Salin ringkasan" not in client.get(reverse(HOME)).content.decode()


def test_a_summary_names_every_place_it_counts(client, lumajang, blitar, library, other_library):
    pic = factories.someone(Role.REGENCY_PIC, lumajang)
    people.assign(user=pic, region=blitar, starts_on=date(2020, 1, 1))
    client.force_login(pic)

    said = client.get(reverse(HOME)).context["summary"]

    assert said.startswith("Kabupaten Blitar, Kabupaten Lumajang: dari 2 mitra")
