"""Three regencies with something to count, in a portal of their own."""

from collections.abc import Iterator

import pytest
from django.utils import timezone

from activities.enums import Kind
from kpi.models import DailyColours, MonthlyTally, Run, Score
from tests import factories, workers
from tests.workers import Place
from tpbis.accounts.enums import Role
from tpbis.core import periods

VILLAGES = ("35.05.17.1006", "35.08.21.2004", "35.13.12.2003")


@pytest.fixture(scope="module", params=workers.places(beside=13))
def everywhere(request, tmp_path_factory, django_db_blocker) -> Iterator[Place]:
    """Made once: what a test leaves behind can all be made anew."""
    with (
        django_db_blocker.unblock(),
        request.param(tmp_path_factory.mktemp("var")) as place,
        workers.at_work_in(place),
    ):
        for number, code in enumerate(VILLAGES, start=1):
            _a_library(code, entries=number)
        yield place


@pytest.fixture
def place(everywhere) -> Place:
    for model in (Run, DailyColours, Score, MonthlyTally):
        model.objects.all().delete()
    everywhere.lose_messages()  # what the approvals and the test before announced
    return everywhere


def _a_library(code: str, *, entries: int) -> None:
    library = factories.LibraryFactory(region=factories.region(code))
    librarian = factories.someone(Role.LIBRARIAN, library)
    pic = factories.someone(Role.REGENCY_PIC, library.regency)
    january = periods.january(timezone.localdate())
    for back in range(1, entries + 1):
        month = periods.add_months(january, -back)
        factories.approved(library, librarian, pic, *Kind, month=month)
