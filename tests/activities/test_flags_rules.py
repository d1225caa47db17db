"""The rules of a second look, as tables and as properties. They know neither order nor database."""

from collections import Counter
from datetime import date, timedelta
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as some

from activities.enums import Kind
from activities.flags import FlagKind, rules
from activities.flags.rules import Finding, Seen, Surroundings

DAY = date(2026, 10, 12)


def seen(pk: int = 1, **more: object) -> Seen:
    told = {
        "report": 1,
        "library": 1,
        "kind": Kind.INVOLVEMENT,
        "held_on": DAY,
        "title": "pelatihan merajut",
        "participants": 20,
        "entered_on": DAY,
    }
    return Seen(pk=pk, **{**told, **more})


# --- Twice ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("other", "kind"),
    [
        ({}, FlagKind.DOUBLE),
        ({"participants": 400}, FlagKind.DOUBLE),
        ({"held_on": DAY + timedelta(3)}, FlagKind.SIMILAR),
        ({"title": "pelatihan merajut ibu"}, FlagKind.SIMILAR),
        ({"title": "merajut pelatihan"}, FlagKind.SIMILAR),
        ({"title": "pelatihan merajutt", "held_on": DAY - timedelta(2)}, FlagKind.SIMILAR),
        ({"held_on": DAY + timedelta(7)}, None),  # each week
        ({"title": "pelatihan memasak"}, None),
        ({"title": "pelatihan merajut untuk ibu rumah tangga di tiga dusun"}, None),
        ({"kind": Kind.ADVOCACY}, None),
        ({"library": 2}, None),
        ({"title": ""}, None),
    ],
)
def test_what_is_taken_for_a_repetition(other, kind):
    found = rules.doubles([seen()], [seen(2, **{"report": 2, **other})])

    assert [one.kind for one in found] == ([kind] if kind else [])


def test_of_two_in_a_report_the_later_one_is_pointed_out():
    found = rules.doubles([seen(1), seen(2), seen(3)], [])

    assert [(one.entry, one.other) for one in found] == [(2, 1), (3, 1)]


def test_the_closest_one_is_named():
    nearby = [seen(7, report=2, held_on=DAY - timedelta(1)), seen(8, report=2)]

    assert rules.doubles([seen(9)], nearby) == [Finding(FlagKind.DOUBLE, 9, 8)]


@pytest.mark.parametrize(
    ("media", "repeats"), [(("radar", "jawa pos"), False), (("radar", "radar"), True)]
)
def test_the_same_news_stands_in_several_media(media, repeats):
    one, other = (
        seen(pk, kind=Kind.PUBLICATION, medium=medium, participants=None)
        for pk, medium in enumerate(media)
    )

    assert bool(rules.doubles([one, other], [])) == repeats


def test_the_ends_of_the_calendar_have_neighbours_on_one_side():
    assert rules.doubles([seen(held_on=date.min), seen(2, held_on=date.max)], []) == []


# --- Somebody else's ------------------------------------------------------------------------------

LONG = "pelatihan olahan singkong bersama pkk"


@pytest.mark.parametrize(
    ("other", "is_noticed"),
    [
        ({"participants": 35}, True),  # the same day
        ({"held_on": date(2026, 11, 30)}, True),  # as many people
        ({"held_on": date(2026, 9, 1)}, True),
        ({"held_on": date(2026, 12, 1)}, False),  # two months later
        ({"held_on": date(2026, 11, 3), "participants": 21}, False),
        ({"held_on": date(2026, 11, 3), "participants": None}, False),
        ({"library": 1}, False),
    ],
)
def test_the_same_text_elsewhere(other, is_noticed):
    mine = seen(title=LONG)

    found = rules.same_texts([mine], [seen(2, **{"library": 2, "title": LONG, **other})])

    assert found == ([Finding(FlagKind.SAME_TEXT, 1, 2)] if is_noticed else [])


@pytest.mark.parametrize(("letters", "is_noticed"), [(19, False), (20, True)])
def test_a_short_title_is_alike_by_chance(letters, is_noticed):
    title = f"{'a' * 10} {'b' * (letters - 10)}"

    found = rules.same_texts([seen(title=title)], [seen(2, library=2, title=title)])

    assert bool(found) == is_noticed


def test_nobody_and_nobody_are_not_as_many():
    nameless = {"title": LONG, "participants": None}

    found = rules.same_texts(
        [seen(**nameless)], [seen(2, library=2, held_on=DAY + timedelta(1), **nameless)]
    )

    assert found == []


# --- Numbers and days -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("participants", "usual", "is_noticed"),
    [(101, 20, True), (100, 20, False), (500, None, False), (9, 0, False), (None, 20, False)],
)
def test_more_than_five_times_the_usual(participants, usual, is_noticed):
    assert bool(rules.crowd(seen(participants=participants), usual)) == is_noticed


@pytest.mark.parametrize(("days", "is_noticed"), [(30, False), (31, True), (0, False)])
def test_entered_long_after(days, is_noticed):
    found = rules.late(seen(entered_on=DAY + timedelta(days)))

    assert found == (Finding(FlagKind.LATE, 1, number=days) if is_noticed else None)


def test_what_came_from_the_sim_was_entered_nowhere():
    assert rules.late(seen(held_on=date(2020, 5, 1), entered_on=None)) is None


@pytest.mark.parametrize(("count", "is_noticed"), [(10, False), (11, True)])
def test_many_in_a_day(count, is_noticed):
    found = rules.batches([seen(1), seen(2)], {(1, DAY): count})

    assert found == ([Finding(FlagKind.BATCH, number=count, day=DAY)] if is_noticed else [])


@pytest.mark.parametrize(
    ("day", "is_noticed"), [(date(2026, 1, 1), True), (date(2026, 1, 2), False), (DAY, False)]
)
def test_new_year_is_a_day_that_forms_choose(day, is_noticed):
    assert rules.is_new_year(seen(held_on=day)) == is_noticed


# --- Whatever there is ----------------------------------------------------------------------------

_titles = some.sampled_from(["lomba baca", "lomba baca anak", LONG, LONG + " desa", "rapat", ""])
_days = some.dates(DAY - timedelta(40), DAY + timedelta(40)) | some.sampled_from([date(2026, 1, 1)])


@some.composite
def worlds(draw) -> tuple[list[Seen], Surroundings]:
    """A report of library 1 with what lies around it."""
    count = draw(some.integers(0, 8))
    of = [(1, 1)] * count + draw(
        some.lists(some.sampled_from([(2, 1), (3, 2), (4, 3)]), max_size=8)
    )
    entries = [
        Seen(
            pk=pk,
            report=report,
            library=library,
            kind=draw(some.sampled_from(list(Kind))),
            held_on=draw(_days),
            title=draw(_titles),
            participants=draw(some.none() | some.integers(0, 300)),
            medium=draw(some.sampled_from(["", "radar"])),
            entered_on=draw(some.none() | _days),
        )
        for pk, (report, library) in enumerate(of)
    ]
    mine = entries[:count]
    counts = Counter((e.library, e.entered_on) for e in entries if e.entered_on)
    usual = draw(some.none() | some.floats(0, 50))
    around = Surroundings(
        nearby=[e for e in entries if e.library == 1],
        elsewhere=[e for e in entries if e.library != 1],
        medians={} if usual is None else {1: usual},
        entered={day: count * draw(some.integers(1, 9)) for day, count in counts.items()},
    )
    return mine, around


@given(worlds(), some.randoms(use_true_random=False))
def test_the_order_in_which_things_come_does_not_matter(world, chance):
    mine, around = world
    before = rules.findings(mine, around)

    def shuffled(entries):
        return chance.sample(list(entries), len(entries))

    after = rules.findings(
        shuffled(mine),
        Surroundings(
            shuffled(around.nearby),
            shuffled(around.elsewhere),
            around.medians,
            dict(shuffled(around.entered.items())),
        ),
    )

    assert Counter(after) == Counter(before)


@given(worlds())
def test_a_flag_is_about_the_report_and_points_at_something_else(world):
    mine, around = world

    found = rules.findings(mine, around)

    own, known = {e.pk for e in mine}, {e.pk for e in (*around.nearby, *around.elsewhere)}
    for one in found:
        assert one.entry is None or one.entry in own
        assert one.other is None or (one.other in known | own and one.other != one.entry)
    assert len(found) == len(set(found))


@given(worlds())
def test_without_surroundings_a_single_entry_is_odd_for_its_own_days_only(world):
    mine, _around = world

    for entry in mine:
        kinds = {one.kind for one in rules.findings([entry], Surroundings())}
        assert kinds <= {FlagKind.LATE, FlagKind.NEW_YEAR}


@given(some.lists(some.integers(0, 500), min_size=1), some.integers(0, 5000))
def test_what_is_within_five_times_the_middle_is_never_a_crowd(usual, participants):
    middle = median(usual)

    found = rules.crowd(seen(participants=participants), middle)

    assert bool(found) == (middle > 0 and participants > 5 * middle)
