import json
from io import StringIO

import pytest
from django.core.management import call_command

from activities.enums import Kind
from activities.models import MonthlyReport
from kpi import services
from libraries.models import Library
from tests import factories
from tpbis.core import periods


def said(*arguments: str) -> dict:
    out = StringIO()
    call_command("figures", *arguments, stdout=out)
    return json.loads(out.getvalue())


def refused(*arguments: str) -> str:
    out = StringIO()
    with pytest.raises(SystemExit) as left:
        call_command("figures", *arguments, stderr=out)
    assert left.value.code == 2
    return out.getvalue()


def test_it_prints_what_the_dashboard_shows(library, librarian, pic, other_library):
    month = periods.add_months(periods.this_month(), -1)
    factories.approved(library, librarian, pic, Kind.INVOLVEMENT, month=month)
    services.count(MonthlyReport.objects.all())
    services.rescore(Library.objects.all(), month)
    code = periods.month_code(month)

    found = said("35", code, code)

    assert found["colours"]["reconciliation"] == "2 = 0 + 0 + 1 + 1"
    assert found["totals"]["involvement"] == 1
    assert found["period"] == {"start": code, "end": code}
    assert said("35.05", code, code)["totals"]["involvement"] == 0


def test_it_can_be_narrowed_to_a_source(library, other_library):
    Library.objects.filter(pk=other_library.pk).update(source="national")

    assert said("35", "2024-01", "2024-09", "--source", "national")["colours"]["total"] == 1


def test_what_cannot_be_meant_is_said_in_one_line(province):
    assert "99.99" in refused("99.99", "2024-01", "2024-09")
    assert "2024-13" in refused("35", "2024-13", "2024-09")
    assert "sesudah" in refused("35", "2024-09", "2024-01")
    assert "belum tiba" in refused("35", "2024-01", "2099-01")
