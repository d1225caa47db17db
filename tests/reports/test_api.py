"""The API answers what the figures say, to those who may see them."""

import pytest
from django.urls import reverse

from activities.enums import Kind
from kpi import services as kpi
from libraries.models import Library
from reports import figures
from tests import factories
from tpbis.core import periods
from tpbis.core.periods import Period

pytestmark = pytest.mark.django_db


def address(code: str, **query: str) -> str:
    url = reverse("api:figures", kwargs={"code": code})
    return url + "?" + "&".join(f"{name}={value}" for name, value in query.items())


def test_figures_equal_those_of_the_pages(client, library, librarian, pic, lumajang):
    report = factories.approved(library, librarian, pic, Kind.INVOLVEMENT, Kind.ADVOCACY)
    kpi.count_and_rescore(library=library, month=report.month)
    month = periods.month_code(report.month)
    client.force_login(pic)

    answer = client.get(address("35.08", dari=month, sampai=month)).json()

    expected = figures.dashboard(
        lumajang, Library.objects.within("35.08"), Period(report.month, report.month)
    )
    assert answer["colours"]["reconciliation"] == expected.colours.reconciliation
    assert answer["totals"]["involvement"] == expected.totals.involvement == 1
    assert answer["totals"]["visits_total"] == expected.totals.visits_total == 22
    assert answer["period"] == {"start": month, "end": month}


@pytest.mark.parametrize("cast", ["stranger", "strange_pic", "librarian"])
def test_a_region_that_is_not_yours_does_not_exist(client, request, cast, library):
    client.force_login(request.getfixturevalue(cast))

    response = client.get(address("35.08", dari="2024-01", sampai="2024-09"))

    assert response.status_code == 404


def test_anonymous_callers_are_refused(client, lumajang):
    response = client.get(address("35.08", dari="2024-01", sampai="2024-09"))

    assert response.status_code == 401


@pytest.mark.parametrize(
    ("dari", "sampai", "field"),
    [
        ("2024-13", "2024-09", "dari"),
        ("2024-09", "2024-01", "dari"),
        ("2024-01", "2999-01", "dari"),
        ("2024-01", "", "sampai"),
    ],
)
def test_a_period_that_cannot_be_meant_is_a_400_naming_the_field(client, pic, dari, sampai, field):
    client.force_login(pic)

    response = client.get(address("35.08", dari=dari, sampai=sampai))

    assert response.status_code == 400
    assert [error["field"] for error in response.json()["errors"]] == [field]
