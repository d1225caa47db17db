"""Libraries like mine: who is compared with whom, from how many on, and which story is near."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi import services as kpi
from libraries.enums import LibraryKind
from libraries.models import Library
from reports.figures.alike import FEWEST, _distance, alike, story_nearby
from tests import factories
from tests.reports import figures_world as world
from tests.reports.figures_world import GENERAL, village
from tests.reports.times import NOW, set_clock
from tests.reports.words import words

OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    return set_clock(monkeypatch, *NOW)


@pytest.fixture
def mine(library, librarian):
    """Joined in 2020, as those made by `village`."""
    world.approve(library, *GENERAL, month=OCTOBER, by=librarian)
    return library


def others(count: int, *, reported: bool = True, **more) -> list[Library]:
    found = [village("35.05.17.1006", **more) for _ in range(count)]
    for one in found if reported else ():
        world.approve(one, *GENERAL, month=OCTOBER)
    kpi.rescore(Library.objects.all(), NOVEMBER)
    return found


def test_same_kind_and_year_are_compared(mine):
    others(FEWEST)
    others(2, reported=False)
    others(1, kind=LibraryKind.SCHOOL)
    others(1, joined_on=date(2022, 3, 1))

    found = alike(mine, NOVEMBER)

    assert (found.same_kind, found.first, found.last, found.is_wider) == (True, 2020, 2020, False)
    assert (found.colours.total, found.colours.grey) == (FEWEST + 2, 2)
    involvement = next(one for one in found.compared if one.measure == "involvement")
    assert (involvement.mine, involvement.middle, involvement.standing) == (1, 1, "level")


def test_too_few_are_joined_by_the_nearest_years_then_by_other_kinds(mine):
    others(FEWEST - 1)
    assert alike(mine, NOVEMBER) is None

    others(1, kind=LibraryKind.SCHOOL, joined_on=date(2023, 1, 1))
    wide = alike(mine, NOVEMBER)
    assert (wide.same_kind, wide.first, wide.last) == (False, 2017, 2023)

    others(1, joined_on=date(2021, 5, 1))
    near = alike(mine, NOVEMBER)
    assert (near.same_kind, near.first, near.last, near.is_wider) == (True, 2019, 2021, True)


def test_grey_library_reads_the_colours_of_others_and_no_comparison(library, librarian):
    others(FEWEST)

    assert alike(library, NOVEMBER).compared == ()


def test_home_says_it_without_names(client, mine, librarian):
    shown = others(FEWEST)
    client.force_login(librarian)

    text = words(client.get("/beranda/"))

    assert f"{FEWEST} perpustakaan lain sejenis yang bergabung tahun 2020" in text
    assert not [one.name for one in shown if one.name in text]


def test_story_of_the_nearest_green_library_is_named(mine, pic, monkeypatch):
    far, near, red = (
        village("35.05.17.1006", name="Jauh"),
        village("35.08.21.2004", name="Dekat"),
        village("35.08.21.2004", name="Merah"),
    )
    for one in (far, near, red):
        reviewer = world.pic_of(one)
        factories.published_story(one, world.librarian_of(one), reviewer, title=one.name)
    kpi.rescore(Library.objects.all(), NOVEMBER)
    from kpi.models import Score

    Score.objects.filter(library__in=(far, near)).update(colour="green", points=90_000)

    assert story_nearby(mine, NOVEMBER).title == "Dekat"
    near.stories.update(state="withdrawn", seal="")
    assert story_nearby(mine, NOVEMBER).title == "Jauh"


CODES = st.builds(
    lambda regency, district, place: f"35.{regency:02}.{district:02}.{place}",
    st.integers(1, 79),
    st.integers(1, 40),
    st.integers(1001, 2099),
)


@given(CODES, CODES)
def test_what_is_nearer_shares_more_of_the_code(mine, other):
    nearer = _distance(mine, other)

    assert nearer == _distance(other, mine)
    assert (nearer == (0, 0)) == (mine.split(".")[:3] == other.split(".")[:3])
    assert (nearer[0] < 2) == (mine.split(".")[:2] == other.split(".")[:2])
