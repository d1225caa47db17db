"""What differs between two versions of a report, whatever they hold."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from activities.changes import Changes, compare

ONE, TWO = (f"{digit * 8}-0000-4000-8000-000000000000" for digit in "12")

counts = st.none() | st.integers(0, 9)
entries = st.fixed_dictionaries(
    {
        "uuid": st.sampled_from([f"{digit * 8}-0000-4000-8000-000000000000" for digit in "123456"]),
        "kind": st.sampled_from(["pelibatan", "advokasi"]),
        "held_on": st.sampled_from(["2024-09-01", "2024-09-02"]),
        "title": st.sampled_from(["", "Kelas", "Lomba"]),
        "participants_total": counts,
        "audiences": st.lists(st.sampled_from(["Kepala Desa", "Swasta"]), max_size=2),
        "photos": st.lists(st.sampled_from(["ab", "cd"]), unique=True).map(sorted),
    },
    optional={"exclusion": st.just(["ganda", "Sudah ada."])},
)
contents = st.fixed_dictionaries(
    {
        "month": st.just("2024-09-01"),
        "source": st.just("portal"),
        "nihil": st.booleans(),
        "visits": st.fixed_dictionaries({"men": counts, "women": counts, "total": counts}),
        "entries": st.lists(entries, unique_by=lambda entry: entry["uuid"]),
    }
)


def entry(uuid=ONE, **more):
    return {"uuid": uuid, "held_on": "2024-09-01", "title": "Kelas", **more}


def content(*entries, **more):
    return {"nihil": False, "visits": {"men": 1, "total": 1}, "entries": list(entries), **more}


def applied(before: dict, changes: Changes) -> dict:
    """``before`` with ``changes`` made to it."""
    kept = [
        {**entry, **{name: new for name, (_old, new) in changes.changed.get(uuid, {}).items()}}
        for entry in before["entries"]
        if (uuid := UUID(entry["uuid"])) not in changes.removed
    ]
    return {
        **before,
        "nihil": changes.nihil[1] if changes.nihil else before["nihil"],
        "visits": before["visits"] | {name: new for name, (_o, new) in changes.visits.items()},
        "entries": [*kept, *changes.added.values()],
    }


def canonical(content: dict) -> dict:
    """Blank and absent say the same; order says nothing."""
    rows = [
        {name: value for name, value in entry.items() if value not in (None, "", [])}
        for entry in content["entries"]
    ]
    return {**content, "entries": sorted(rows, key=lambda entry: entry["uuid"])}


@given(contents)
def test_nothing_differs_from_itself(one):
    assert not compare(one, one)


@given(contents, contents)
def test_the_changes_make_one_version_of_the_other(one, other):
    assert canonical(applied(one, compare(one, other))) == canonical(other)


@given(contents, contents)
def test_there_are_none_only_where_both_say_the_same(one, other):
    assert bool(compare(one, other)) == (canonical(one) != canonical(other))


@given(contents, contents)
def test_the_way_back_is_the_same_the_other_way_round(one, other):
    there, back = compare(one, other), compare(other, one)

    assert (there.added, there.removed) == (back.removed, back.added)
    assert {
        uuid: {name: (new, old) for name, (old, new) in fields.items()}
        for uuid, fields in there.changed.items()
    } == dict(back.changed)


@given(contents, contents, st.randoms())
def test_the_order_of_entries_does_not_matter(one, other, chance):
    shuffled = {**other, "entries": list(other["entries"])}
    chance.shuffle(shuffled["entries"])

    assert compare(one, shuffled) == compare(one, other)


@given(contents)
def test_entries_of_a_version_before_a_field_say_nothing_of_it(one):
    older = [
        {name: value for name, value in entry.items() if value not in (None, "", [])}
        for entry in one["entries"]
    ]

    assert not compare({**one, "entries": older}, one)


def test_entries_are_matched_by_their_uuid():
    changes = compare(
        content(entry(ONE, participants_total=20), entry(TWO)),
        content(entry(ONE, participants_total=0, title="Kelas A")),
    )

    assert changes.removed == {UUID(TWO): entry(TWO)}
    assert changes.changed == {
        UUID(ONE): {"title": ("Kelas", "Kelas A"), "participants_total": (20, 0)}
    }
    assert changes.titles == {UUID(ONE): "Kelas A"}
    assert changes.touched == {UUID(ONE)}


def test_blank_is_not_zero():
    changes = compare(content(visits={"men": None}), content(visits={"men": 0}))

    assert changes.visits == {"men": (None, 0)}


def test_what_is_ignored_is_no_change():
    excluded = content(entry(exclusion=["ganda", "Sudah ada."]))

    assert not compare(excluded, content(entry()), ignoring=["exclusion"])
    assert compare(excluded, content(entry())).changed == {
        UUID(ONE): {"exclusion": (["ganda", "Sudah ada."], None)}
    }
