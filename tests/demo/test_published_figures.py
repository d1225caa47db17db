"""The published figures come out of the engine, from the database up: on both databases, by the
same functions as the dashboard's."""

import json

import pytest

pytestmark = [pytest.mark.seeded, pytest.mark.slow]


def figures(seeded, start: str, end: str, *more: str) -> dict:
    return json.loads(seeded.manage("figures", "35", start, end, *more).stdout)


@pytest.fixture(scope="module")
def nine_months(seeded) -> dict:
    return figures(seeded, "2024-01", "2024-09")


def test_january_to_september_2024(nine_months):
    totals = nine_months["totals"]

    assert nine_months["colours"] == {
        "total": 932,
        "green": 24,
        "yellow": 114,
        "red": 134,
        "grey": 660,
        "no_account": 658,
        "never": 2,
        "stopped": 0,
        "reconciliation": "932 = 24 + 114 + 134 + 660",
    }
    assert (totals["involvement"], totals["advocacy"], totals["service"]) == (8_781, 2_146, 412)


def test_the_38_regencies_add_up_to_the_province(nine_months):
    rows = nine_months["rows"]

    assert len(rows) == 38
    assert sum(row["colours"]["total"] for row in rows) == 932
    assert sum(row["totals"]["involvement"] for row in rows) == 8_781
    assert all(row["colours"]["total"] for row in rows)


def test_january_to_march_2025_of_the_same_932(seeded):
    colours = figures(seeded, "2025-01", "2025-03")["colours"]

    assert colours["total"] == 932
    assert 1 <= colours["green"] <= 12
    assert 369 <= colours["yellow"] <= 377
    assert 117 <= colours["red"] <= 125
    assert 434 <= colours["grey"] <= 442


def test_the_96_replication_partners_in_2023_and_2024(seeded):
    found = figures(seeded, "2023-01", "2024-12", "--source", "replication")

    totals = found["totals"]
    assert found["colours"]["total"] == 96
    assert (totals["involvement"], totals["advocacy"], totals["service"]) == (7_048, 1_110, 173)


def test_thirty_join_in_april_2025(seeded):
    found = figures(seeded, "2025-01", "2025-04")

    assert found["colours"]["total"] == 962


def test_what_is_stored_is_what_the_engine_would_say_again(seeded):
    again = seeded.manage("score", "2024-09").stdout

    assert "0 skor berubah" in again


def test_september_2024_was_closed_with_the_published_figures(seeded, nine_months):
    closed = nine_months["closed"]

    assert closed["colours"]["reconciliation"] == "932 = 24 + 114 + 134 + 660"
    assert closed["as_of"] == "2024-10-15T00:00:00+07:00"
    assert closed["changed"] == 0
    assert "932 dari 932 sama" in seeded.manage("reproduce_score", "--all", "2024-09").stdout


def test_every_month_that_is_due_was_closed(seeded):
    assert "sudah ditutup" in seeded.manage("close_month").stdout


def test_a_database_with_libraries_is_refused(seeded):
    refused = seeded.manage("seed_demo", check=False)

    assert refused.returncode == 2
    assert "sudah berisi perpustakaan" in refused.stderr
