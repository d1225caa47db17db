"""``manage.py reproduce_score`` and ``close_month``: what they say and how they leave."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from activities.enums import Kind
from kpi import services
from kpi.models import Closing, ClosingScore
from tests import factories
from tests.kpi.conftest import SEPTEMBER, wib
from tests.reports.times import set_clock

pytestmark = pytest.mark.django_db

GENERAL = (Kind.INVOLVEMENT, Kind.ADVOCACY, Kind.SERVICE)


def run(command: str, *arguments: str) -> tuple[str, int]:
    """What it said, and its exit code."""
    said = StringIO()
    try:
        call_command(command, *arguments, stdout=said, stderr=said)
    except SystemExit as left:
        return said.getvalue(), int(left.code or 0)
    return said.getvalue(), 0


@pytest.fixture
def row(library, approve) -> ClosingScore:
    approve(*GENERAL)
    services.close(SEPTEMBER, at=wib(2024, 10, 15))
    return ClosingScore.objects.get(library=library)


def tamper(statement: str) -> None:
    """As somebody would who owns the database: the trigger goes first."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("DROP TRIGGER kpi_closingscore_append_only ON kpi_closingscore")
        else:
            cursor.execute("DROP TRIGGER kpi_closingscore_no_update")
            cursor.execute("DROP TRIGGER kpi_closingscore_no_delete")
        cursor.execute(statement)


# --- One ------------------------------------------------------------------------------------------


def test_same_inputs_give_the_same_bytes(row):
    said, code = run("reproduce_score", str(row.pk))

    assert code == 0
    assert said.splitlines() == [
        f"{row.name}, KPI portal s.d. September 2024, keadaan per 15 Oktober 2024 00.00 WIB",
        f"tersimpan: {row.statement}",
        f"dihitung:  {row.statement}",
        "SAMA byte demi byte.",
    ]


@pytest.mark.parametrize(
    "assignment",
    [
        "involvement = 27",
        "months_due = 8",
        "colour = 'green'",
        "points = points + 1",
        "statement = replace(statement, '\"rules\":1', '\"rules\": 1')",
    ],
)
def test_tampered_row_is_seen(row, assignment):
    tamper(f"UPDATE kpi_closingscore SET {assignment}")

    said, code = run("reproduce_score", str(row.pk))

    assert code == 1
    assert said.splitlines()[-1].startswith("BERBEDA: tersimpan ")


def test_another_version_of_the_rules_is_seen(row):
    other = factories.rule_set(valid_from=date(2025, 1, 1), yellow_above=30_000)
    tamper(f"UPDATE kpi_closingscore SET rule_set_id = {other.pk}")

    assert run("reproduce_score", str(row.pk))[1] == 1


@pytest.mark.parametrize("number", ["987654", str(10**30)])
def test_unknown_number_is_refused(row, number):
    assert run("reproduce_score", number) == (f"Tidak ada skor penutupan nomor {number}.\n", 2)


def test_question_without_a_number_is_refused(row):
    refused = ("Sebutkan satu nomor skor, atau --all [BULAN].\n", 2)

    assert run("reproduce_score") == refused
    assert run("reproduce_score", str(row.pk), "--all") == refused


# --- All ------------------------------------------------------------------------------------------


def test_all_of_every_closing(row):
    factories.LibraryFactory()
    services.close(date(2024, 10, 1), at=wib(2024, 11, 15))

    assert run("reproduce_score", "--all") == (
        "2024-09: 1 dari 1 sama.\n2024-10: 2 dari 2 sama.\n",
        0,
    )
    assert run("reproduce_score", "--all", "2024-09") == ("2024-09: 1 dari 1 sama.\n", 0)


def test_all_names_the_one_that_differs(row):
    tamper("UPDATE kpi_closingscore SET advocacy = 0")

    said, code = run("reproduce_score", "--all", "2024-09")

    assert code == 1
    assert said.splitlines()[0].startswith(f"#{row.pk} {row.name}: BERBEDA")
    assert said.splitlines()[1] == "2024-09: 0 dari 1 sama."


def test_row_that_is_gone_is_missed(row):
    tamper("DELETE FROM kpi_closingscore")

    assert run("reproduce_score", "--all") == (
        "2024-09: 0 dari 0 sama; waktu ditutup ada 1 perpustakaan.\n",
        1,
    )


@pytest.mark.parametrize(
    ("month", "said"),
    [("2024-08", "Agustus 2024 belum ditutup."), ("kemarin", "Bulan “kemarin” tidak dikenal.")],
)
def test_month_that_is_not_closed_is_refused(row, month, said):
    text, code = run("reproduce_score", "--all", month)

    assert code == 2
    assert text.startswith(said)


# --- Closing by hand ------------------------------------------------------------------------------


def test_month_is_closed_by_hand(library, monkeypatch):
    set_clock(monkeypatch, 2024, 10, 17, 9, 30)

    said = ("September 2024 ditutup, keadaan per 17 Oktober 2024 09.30 WIB: 1 perpustakaan.\n", 0)
    assert run("close_month", "2024-09") == said
    assert run("close_month", "2024-09") == said
    assert Closing.objects.count() == 1


@pytest.mark.parametrize(
    ("month", "said"),
    [
        ("2024-10", "Oktober 2024 baru dapat ditutup mulai 15 November 2024.\n"),
        ("2024-11", "Bulan November 2024 belum tiba.\n"),
    ],
)
def test_month_that_is_not_over_is_refused(library, monkeypatch, month, said):
    set_clock(monkeypatch, 2024, 10, 17, 9, 30)

    assert run("close_month", month) == (said, 2)


def test_month_before_the_closings_begin_is_refused(row, monkeypatch):
    set_clock(monkeypatch, 2024, 11, 15, 0, 2)

    said = "Penutupan dimulai dari September 2024; bulan sebelum itu tidak ditutup.\n"
    assert run("close_month", "2019-03") == (said, 2)
    assert Closing.objects.count() == 1


def test_register_that_does_not_rest_is_told(library, monkeypatch):
    set_clock(monkeypatch, 2024, 10, 17, 9, 30)
    monkeypatch.setattr(services.closings, "_portions", lambda: iter(()))

    said = "Daftar perpustakaan sedang berubah. Coba lagi sebentar.\n"
    assert run("close_month", "2024-09") == (said, 2)


def test_without_a_month_all_that_are_due(row, monkeypatch):
    set_clock(monkeypatch, 2024, 11, 15, 0, 2)

    assert run("close_month") == (
        "Oktober 2024 ditutup, keadaan per 15 November 2024 00.02 WIB: 1 perpustakaan.\n",
        0,
    )
    assert run("close_month") == ("Semua bulan yang sudah waktunya sudah ditutup.\n", 0)
