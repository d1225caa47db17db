"""What is told of Lumajang's follow-up: through the services, and the same each time."""

from datetime import date

import pytest

from activities.models import Excuse, MentoringVisit, Reminder
from libraries.models import Library
from tests import factories
from tests.reports.times import set_clock
from tpbis.accounts.enums import Role
from tpbis.demo import following
from tpbis.demo.people import Staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(lumajang, pic, facilitator, monkeypatch):
    now = set_clock(monkeypatch, 2024, 11, 22, 10, 0)
    for at in range(1, 9):
        village = factories.region(f"35.08.21.200{at}")
        library = factories.LibraryFactory(region=village, joined_on=date(2024, 6, 1))
        factories.someone(Role.LIBRARIAN, library, full_name=f"Ibu {at}")
    following.tell(Staff(pics={lumajang.code: pic}), now)


def test_some_months_are_excused_and_some_libraries_visited_and_reminded(told):
    assert Excuse.objects.in_force().count() == 3
    assert MentoringVisit.objects.count() == 5
    assert MentoringVisit.objects.open().count() == 3
    assert Reminder.objects.count() == 4


def test_most_libraries_have_somebody_to_write_to(told):
    named = Library.objects.exclude(contact_name="")

    assert named.count() == 8
    assert named.filter(contact_phone="").count() == 1


def test_where_everybody_reports_there_is_little_to_do(lumajang, pic, facilitator, monkeypatch):
    now = set_clock(monkeypatch, 2024, 11, 22, 10, 0)

    following.tell(Staff(pics={lumajang.code: pic}), now)

    assert not Excuse.objects.exists()
