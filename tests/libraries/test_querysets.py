"""Who sees which libraries: the root of every other scope in the portal."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.utils import timezone

from activities.enums import Kind
from activities.models import Activity, MonthlyReport, Photo
from libraries.enums import Level, SimState
from libraries.models import Assignment, Library, Region
from libraries.services import assign, note_sim_state
from stakeholders.models import Organisation, Partnership
from tests import factories
from tpbis.accounts.enums import Role
from tpbis.accounts.models import User


@pytest.fixture
def world(province) -> dict[str, Library]:
    """Libraries at every level, some with codes that only begin alike."""
    near = factories.region("35.08.21")
    Region.objects.create(code="35.08.2", name="Alike", level=Level.DISTRICT, parent=near.parent)
    alike = Region.objects.create(
        code="35.08.2.2004",
        name="Alike",
        level=Level.VILLAGE,
        parent=Region.objects.get(code="35.08.2"),
    )
    places = {
        "province": province,
        "lumajang": factories.region("35.08"),
        "labruk": factories.region("35.08.21.2004"),
        "other village": factories.region("35.08.21.2001"),
        "other district": factories.region("35.08.01.2001"),
        "alike": alike,
        "blitar": factories.region("35.05.17.1006"),
        "other province": factories.region("33.74.01.1001"),
    }
    return {
        name: factories.LibraryFactory(name=name, region=place) for name, place in places.items()
    }


IN_LUMAJANG = {"lumajang", "labruk", "other village", "other district", "alike"}
IN_EAST_JAVA = IN_LUMAJANG | {"province", "blitar"}


def seen(user: User | AnonymousUser) -> set[str]:
    return set(Library.objects.visible_to(user).values_list("name", flat=True))


@pytest.mark.parametrize(
    "role",
    [
        Role.PROVINCE_STAFF,
        Role.PROVINCE_VIEWER,
        Role.OBSERVER,
        Role.REGENCY_PIC,
        Role.FACILITATOR,
        Role.SUPPORTER,
    ],
)
@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("35", IN_EAST_JAVA),
        ("35.08", IN_LUMAJANG),
        ("35.08.21", {"labruk", "other village"}),
        ("35.08.2", {"alike"}),  # not 35.08.21, which only begins alike
        ("35.08.21.2004", {"labruk"}),
        ("33", {"other province"}),
    ],
)
def test_a_region_covers_what_lies_below_it(world, role, code, expected):
    user = factories.someone(role, factories.region(code))

    assert seen(user) == expected


def test_a_librarian_sees_one_library(world):
    user = factories.someone(Role.LIBRARIAN, world["labruk"])

    assert seen(user) == {"labruk"}


def test_several_assignments_add_up(world):
    user = factories.someone(Role.REGENCY_PIC, factories.region("35.08.21"))
    assign(user=user, library=world["blitar"], starts_on=date(2020, 1, 1))

    assert seen(user) == {"labruk", "other village", "blitar"}


def test_strangers_see_nothing(world, library):
    nobody = [
        AnonymousUser(),
        factories.UserFactory(role=Role.PROVINCE_STAFF),  # without an assignment
        factories.someone(Role.PROVINCE_STAFF, factories.region("35"), is_active=False),
    ]

    assert [seen(user) for user in nobody] == [set(), set(), set()]


@pytest.mark.parametrize(
    ("starts", "ends", "sees"),
    [(0, None, True), (-9, 0, True), (1, None, False), (-9, -1, False), (0, 0, True)],
)
def test_an_assignment_holds_from_its_first_to_its_last_day(world, starts, ends, sees):
    today = timezone.localdate()
    user = factories.UserFactory(role=Role.LIBRARIAN)
    assign(
        user=user,
        library=world["labruk"],
        starts_on=today + timedelta(days=starts),
        ends_on=None if ends is None else today + timedelta(days=ends),
    )

    assert (seen(user) == {"labruk"}) == sees


def test_regions_follow_the_same_rule(world):
    pic = factories.someone(Role.REGENCY_PIC, factories.region("35.08.21"))
    librarian = factories.someone(Role.LIBRARIAN, world["labruk"])

    regions = set(Region.objects.visible_to(pic).values_list("code", flat=True))

    assert regions == {"35.08.21", "35.08.21.2004", "35.08.21.2001"}
    assert not Region.objects.visible_to(librarian).exists()


def test_what_was_handed_over_is_less_than_what_is_seen(world):
    user = factories.someone(Role.FACILITATOR, factories.region("35.08"))
    assign(
        user=user,
        region=factories.region("35.08.21"),
        starts_on=date(2020, 1, 1),
        may_review=True,
    )

    handed_over = set(Library.objects.handed_over_to(user).values_list("name", flat=True))

    assert handed_over == {"labruk", "other village"}
    assert seen(user) == IN_LUMAJANG


# --- Every other scope stands on it ---------------------------------------------------------------


@pytest.fixture
def everything(library, other_library, librarian, stranger, pic, strange_pic, staff) -> None:
    for place, author, judge in [(library, librarian, pic), (other_library, stranger, strange_pic)]:
        report = factories.approved(place, author, judge, Kind.INVOLVEMENT, month=date(2024, 9, 1))
        Photo.objects.create(activity=report.activities.get(), sha256="a" * 64, width=1, height=1)
        Partnership.objects.create(
            organisation=Organisation.objects.create(name=f"Mitra {place.pk}"),
            library=place,
            kind="dana",
            starts_on=date(2024, 1, 1),
            recorded_by=staff,
        )


OWNER: dict[type, Callable] = {
    MonthlyReport: lambda row: row.library,
    Activity: lambda row: row.report.library,
    Photo: lambda row: row.activity.report.library,
    Partnership: lambda row: row.library,
}


@pytest.mark.parametrize("model", OWNER, ids=lambda model: model.__name__)
def test_a_row_is_seen_with_its_library(everything, library, librarian, pic, staff, model):
    found = {
        who.role: {OWNER[model](row) for row in model.objects.visible_to(who)}
        for who in (librarian, pic, staff)
    }

    assert found[Role.LIBRARIAN] == found[Role.REGENCY_PIC] == {library}
    assert len(found[Role.PROVINCE_STAFF]) == 2
    assert not model.objects.visible_to(AnonymousUser()).exists()


def test_a_draft_is_its_librarys_own_business(library, librarian, pic, staff):
    draft = factories.report(library, librarian, Kind.INVOLVEMENT, month=date(2024, 9, 1))

    sees = {who: MonthlyReport.objects.visible_to(who).exists() for who in (librarian, pic, staff)}

    assert draft.is_editable
    assert sees == {librarian: True, pic: False, staff: False}


# --- Accounts as of a day -------------------------------------------------------------------------


def test_accounts_as_of_a_day(library, other_library):
    note_sim_state(library=library, state=SimState.ACTIVE, since_on=date(2024, 3, 1))
    note_sim_state(library=library, state=SimState.INACTIVE, since_on=date(2024, 6, 1))
    someone = factories.UserFactory(role=Role.LIBRARIAN)
    assign(
        user=someone,
        library=other_library,
        starts_on=date(2024, 5, 1),
        ends_on=date(2024, 8, 31),
    )

    found = {
        day: set(Library.objects.holding_account_on(day))
        for day in (date(2024, 2, 29), date(2024, 3, 1), date(2024, 5, 1), date(2024, 7, 1))
    }

    assert list(found.values()) == [set(), {library}, {library, other_library}, {other_library}]
    assert set(Library.objects.holding_account_on(date(2024, 9, 1))) == set()


def test_of_two_states_on_one_day_the_later_word_counts(library):
    note_sim_state(library=library, state=SimState.ACTIVE, since_on=date(2024, 3, 1))
    note_sim_state(library=library, state=SimState.INACTIVE, since_on=date(2024, 3, 1))

    assert not Library.objects.holding_account_on(date(2024, 3, 1)).exists()


def test_partners_on_a_day(province):
    founder = factories.LibraryFactory(joined_on=date(2024, 9, 30))
    factories.LibraryFactory(joined_on=date(2024, 10, 1))

    assert list(Library.objects.partners_on(date(2024, 9, 30))) == [founder]


def test_an_assignment_is_to_exactly_one_place(library, lumajang):
    user = factories.UserFactory()
    for places in ({}, {"library": library, "region": lumajang}):
        with (
            pytest.raises(IntegrityError, match="libraries_assignment_region_or_library"),
            transaction.atomic(),
        ):
            Assignment.objects.create(user=user, starts_on=date(2024, 1, 1), **places)
