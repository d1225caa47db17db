"""Which backups stay, and which files are none."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tpbis.backup.keeping import backups_in, prune, superfluous
from tpbis.backup.making import made_at

NOW = datetime(2026, 11, 23, 4, 5, tzinfo=UTC)


def nights(count: int) -> list[datetime]:
    return [NOW - timedelta(days=day) for day in range(count)]


def test_of_two_years_of_nights_days_weeks_and_months_stay():
    left = set(nights(730)) - superfluous(nights(730), now=NOW)

    assert set(nights(15)) <= left
    assert 15 + 6 + 9 <= len(left) <= 15 + 8 + 12
    assert min(left) > NOW - timedelta(days=380)


@given(st.sets(st.integers(0, 2_000), min_size=1, max_size=60))
def test_the_newest_stays_and_once_pruned_nothing_more_goes(days):
    found = {NOW - timedelta(days=day) for day in days}

    gone = superfluous(found, now=NOW)

    assert max(found) not in gone
    assert superfluous(found - gone, now=NOW) == set()


def test_whatever_is_no_backup_is_left_alone(tmp_path: Path):
    old, new = "tpbis-20200101T040500Z.tar.age", "tpbis-20261123T040500Z.tar.age"
    others = ["kunci.txt", "tpbis-kemarin.tar.age", "tpbis-20200101T040500Z.tar.part"]
    for name in (old, new, *others):
        (tmp_path / name).write_bytes(b"x")

    assert prune(tmp_path, now=NOW) == [tmp_path / old]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([new, *others])
    assert backups_in(tmp_path) == [tmp_path / new]


@pytest.mark.parametrize(
    ("name", "at"),
    [
        ("tpbis-20261123T040500Z.tar.age", NOW),
        ("tpbis-20261323T040500Z.tar.age", None),
        ("portal-20261123T040500Z.tar.age", None),
    ],
)
def test_a_name_says_when(name: str, at: datetime | None):
    assert made_at(Path(name)) == at
