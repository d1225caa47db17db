"""Who moved between colours: the same colours as everywhere, each library once."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kpi.enums import Colour
from kpi.models import RuleSet, Score
from libraries.models import Library
from reports import figures
from reports.figures.movement import Mover, movement, top_movers
from tests import factories

AUGUST, SEPTEMBER = date(2024, 8, 1), date(2024, 9, 1)


def mover(before: str | None, after: str | None, *, was: int | None = None, now: int | None = None):
    return Mover(1, 1, before, after, was, now)


def scored(library: Library, month: date, colour: str, points: int | None) -> None:
    rules = RuleSet.objects.get(group="village", version=1)
    Score.objects.update_or_create(
        library=library,
        through=month,
        defaults={
            "rule_set": rules,
            "months_due": month.month,
            "points": points,
            "colour": colour,
        },
    )


@pytest.fixture
def fallen(library, other_library) -> tuple[Library, Library]:
    """Lumajang's turned red in September, Blitar's turned green."""
    scored(library, AUGUST, Colour.YELLOW, 40_000)
    scored(library, SEPTEMBER, Colour.RED, 20_000)
    scored(other_library, AUGUST, Colour.YELLOW, 70_000)
    scored(other_library, SEPTEMBER, Colour.GREEN, 80_000)
    return library, other_library


@pytest.mark.parametrize(
    ("before", "after", "step"),
    [
        ("yellow", "green", 1),
        ("grey", "red", 1),
        ("green", "grey", -1),
        ("yellow", "red", -1),
        ("red", "red", 0),
        (None, "green", 0),
        ("green", None, 0),
    ],
)
def test_a_step_goes_up_or_down_the_colours(before, after, step):
    assert mover(before, after).step == step


def test_whoever_joined_has_not_gained():
    joined = mover(None, "green", now=90_000)
    rose = mover("red", "yellow", was=10_000, now=30_000)
    fell = mover("green", "red", was=80_000, now=10_000)

    assert top_movers([joined, rose, fell], most=5) == ([rose], [fell])


def test_movement_says_the_colours_that_all_pages_say(fallen, province):
    everyone = Library.objects.all()

    found = movement(province, everyone, AUGUST, SEPTEMBER)

    assert {one.library: one.before for one in found.movers} == figures.colours(everyone, AUGUST)
    assert {one.library: one.after for one in found.movers} == figures.colours(everyone, SEPTEMBER)
    assert sum(move.count for move in found.moves) == len(found.movers)
    assert (found.up, found.down) == (1, 1)


def test_each_regency_has_its_own(fallen, province, lumajang, blitar):
    found = movement(province, Library.objects.all(), AUGUST, SEPTEMBER)

    told = {part.area: (part.up, part.down, part.to_red, part.green_gained) for part in found.parts}
    assert told == {lumajang: (0, 1, 1, 0), blitar: (1, 0, 0, 1)}


def address(code: str, **asked: str) -> str:
    span = {"dari": "2024-01", "sampai": "2024-09"} | asked
    query = "&".join(f"{name}={value}" for name, value in span.items())
    return f"{reverse('reports:region_movement', args=[code])}?{query}"


def test_who_turned_red_this_month_is_a_list(client, staff, fallen):
    client.force_login(staff)

    context = client.get(address("35", ke_warna="red")).context

    assert [shown.library for shown in context["listed"]] == [fallen[0]]
    assert context["to_red"] == 1


def test_every_number_of_the_matrix_is_the_length_of_its_list(client, staff, fallen):
    factories.LibraryFactory(name="Perpustakaan Melati", region=factories.region("35.05.17.1006"))
    client.force_login(staff)
    matrix = client.get(address("35")).context["matrix"]

    for cell in (cell for line in matrix for cell in line.cells):
        found = client.get(f"{address('35')}&{cell.query}").context["sheet"]
        assert found.paginator.count == cell.count


def test_unknown_colours_narrow_nothing(client, staff, fallen):
    client.force_login(staff)

    context = client.get(address("35", ke_warna="ungu", arah="samping")).context

    assert len(context["listed"]) == 2


def test_january_says_that_counting_begins_anew(client, staff, fallen):
    client.force_login(staff)

    page = client.get(
        f"{reverse('reports:region_movement', args=['35'])}?dari=2024-01&sampai=2024-01"
    )

    assert "hitungan mulai dari awal" in page.content.decode()


def test_the_comparison_can_be_the_base(client, staff, fallen):
    client.force_login(staff)

    found = client.get(address("35", sejak="pembanding")).context["found"]

    assert (found.start, found.end) == (date(2023, 9, 1), SEPTEMBER)


def test_another_regency_is_not_there(client, pic):
    client.force_login(pic)

    assert client.get(address("35.05")).status_code == 404


def test_questions_do_not_grow_with_the_libraries(client, staff, fallen):
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(address("35"))
        return len(queries)

    client.force_login(staff)
    asked()  # what is remembered from now on
    few = asked()
    for number in range(5):
        added = factories.LibraryFactory(
            name=f"Perpustakaan {number}", region=factories.region("35.08.21.2004")
        )
        scored(added, AUGUST, Colour.YELLOW, 40_000)
        scored(added, SEPTEMBER, Colour.RED, 20_000)

    assert asked() == few
