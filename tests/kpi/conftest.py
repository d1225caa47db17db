"""Months long past, so that nothing here depends on the day the tests run."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from activities.enums import Source, State
from activities.models import Activity, MonthlyReport
from libraries.models import Library
from tests import factories

SEPTEMBER = date(2024, 9, 1)


def wib(*when: int) -> datetime:
    """A moment as the clocks in East Java show it."""
    return datetime(*when, tzinfo=ZoneInfo("Asia/Jakarta"))


@pytest.fixture
def approve(library, librarian, pic) -> Callable[..., MonthlyReport]:
    """A month of Sumber Ilmu that went all the way."""

    def approve(*kinds: Any, month: date = SEPTEMBER) -> MonthlyReport:
        return factories.approved(library, librarian, pic, *kinds, month=month)

    return approve


def sim_report(
    library: Library, month: date, *entries: dict[str, Any], **visits: int | None
) -> Any:
    """What an import leaves behind: entries of the SIM, approved and sealed."""
    report = MonthlyReport.objects.create(
        library=library,
        month=month,
        source=Source.SIM,
        state=State.APPROVED,
        seal="5" * 64,
        **visits,
    )
    for entry in entries:
        Activity.objects.create(report=report, **entry)
    return report
