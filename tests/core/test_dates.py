from datetime import date

import pytest

from tpbis.core import dates


@pytest.mark.parametrize(
    "text",
    [
        "2026-04-18",
        "2026/4/18",
        "2026-04-18 10:30:00",
        "2026-04-18T10:30:00+07:00",
        "18/04/2026",
        "18-4-2026",
        "18.04.2026",
        " 18 April 2026 ",
        "18 apr 2026",
        "18-Apr-2026",
        "April 18, 2026",
    ],
)
def test_reads_the_ways_a_day_is_written(text):
    assert dates.parse_day(text) == date(2026, 4, 18)


def test_the_day_comes_before_the_month():
    assert dates.parse_day("03/12/2025") == date(2025, 12, 3)


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("May 2026", 5),
        ("Mei 2026", 5),
        ("Agustus 2026", 8),
        ("Agt 2026", 8),
        ("Aug 2026", 8),
        ("Nopember 2026", 11),
        ("DESEMBER 2026", 12),
        ("Okt. 2026", 10),
        ("Oct 2026", 10),
        ("07 2026", 7),
        ("7/2026", 7),
        ("2026-07", 7),
    ],
)
def test_reads_month_names_in_both_languages(text, month):
    assert dates.parse_month(text) == date(2026, month, 1)


@pytest.mark.parametrize("text", ["31/02/2026", "2026-02-30", "0000-01-01", "31 April 2026"])
def test_a_day_that_the_calendar_lacks_is_named(text):
    with pytest.raises(dates.BadDate, match=f"“{text}” tidak ada di kalender"):
        dates.parse_day(text)


@pytest.mark.parametrize("text", ["", "besok", "2026", "12/2026", "18 Foo 2026", "٢٠٢٦-٠٤-١٨"])
def test_other_text_is_no_day(text):
    with pytest.raises(dates.BadDate, match="tidak dikenal"):
        dates.parse_day(text)


def test_other_text_is_no_month():
    with pytest.raises(dates.BadDate, match="Tulis seperti Juli 2026"):
        dates.parse_month("Semester 1")
