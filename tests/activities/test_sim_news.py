"""What people are told after an import: a score that fell, a month nobody entered."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from activities import sim
from activities.imports import read_content, read_rows
from activities.models import SimImport
from activities.sim import news
from libraries import services as libraries
from libraries.enums import ReportingMode
from tests import factories
from tests.activities.sim_rows import file, iku, involvement
from tpbis.accounts.enums import MessageKind, Role
from tpbis.accounts.models import Message

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 6, 22, 3, tzinfo=UTC)
TODAY = date(2026, 6, 22)


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture(autouse=True)
def jabung():
    for code in ("35.13.12.2008", "35.13.04.2010"):
        factories.region(code)
    return factories.LibraryFactory(
        name="Perpustakaan Desa Jabung Wetan", region=factories.region("35.13.12.2003")
    )


@pytest.fixture(autouse=True)
def people(jabung):
    return (
        factories.someone(Role.LIBRARIAN, jabung, username="jabung"),
        factories.someone(Role.REGENCY_PIC, jabung.regency, username="pic.probolinggo"),
    )


def take_in(*rows, name="iku.json", as_of=None, at=NOW):
    content = read_content([(name, file("a", list(rows)).read())], today=TODAY)
    return sim.store(read_rows(content, today=TODAY), as_of=as_of, at=at)


def told():
    return dict(Message.objects.filter(kind=MessageKind.SIM).values_list("user__username", "text"))


def test_a_score_that_fell_is_told_once_to_library_and_pic():
    take_in(iku(70), as_of=date(2026, 5, 1))
    take_in(iku("62.5"), as_of=date(2026, 6, 1))

    assert news.of_the_day(on=TODAY) == 2
    assert news.of_the_day(on=TODAY + timedelta(days=1)) == 0

    assert set(told()) == {"jabung", "pic.probolinggo"}
    for text in told().values():
        assert "Perpustakaan Desa Jabung Wetan: 70,00 menjadi 62,50" in text


@pytest.mark.parametrize("then", ["70", "70.5", "-"])
def test_what_did_not_fall_is_no_news(then):
    take_in(iku(70), as_of=date(2026, 5, 1))
    take_in(iku(then), as_of=date(2026, 6, 1))

    assert news.of_the_day(on=TODAY) == 0


def test_a_score_corrected_on_its_own_day_is_held_against_the_one_before():
    take_in(iku(70), as_of=date(2026, 6, 1))
    take_in(iku(60), as_of=date(2026, 6, 1))

    assert news.of_the_day(on=TODAY) == 2


def test_an_import_that_was_undone_is_no_news(staff):
    take_in(iku(70), as_of=date(2026, 5, 1))
    run = take_in(iku(60), as_of=date(2026, 6, 1)).run
    sim.undo(run=run, by=staff)

    assert news.of_the_day(on=TODAY) == 0


def test_last_weeks_import_is_old_news():
    take_in(iku(70), as_of=date(2026, 5, 1))
    take_in(iku(60), as_of=date(2026, 6, 1))

    assert news.of_the_day(on=TODAY + timedelta(days=9)) == 0


# --- Nothing entered ------------------------------------------------------------------------------


@pytest.fixture
def in_the_sim(jabung, staff):
    libraries.let_lead(regency=jabung.regency, mode=ReportingMode.SIM, by=staff)


def test_a_month_without_entries_is_told_once(in_the_sim):
    take_in(involvement(), name="pelibatan.json")

    assert news.of_the_day(on=TODAY) == 2
    assert news.of_the_day(on=TODAY + timedelta(days=2)) == 0
    assert "Perpustakaan Desa Jabung Wetan" in told()["pic.probolinggo"]


def test_with_an_entry_of_the_month_there_is_no_news(in_the_sim):
    take_in(involvement(tanggal="2026-06-10"), name="pelibatan.json")

    assert news.of_the_day(on=TODAY) == 0


def test_before_the_20th_and_without_a_fresh_import_nobody_is_asked(in_the_sim):
    assert news.of_the_day(on=TODAY) == 0
    take_in(involvement(), name="pelibatan.json")
    assert news.of_the_day(on=date(2026, 6, 19)) == 0
    SimImport.objects.update(finished_at=NOW - timedelta(days=5))
    assert news.of_the_day(on=TODAY) == 0


def test_where_the_portal_leads_nobody_is_asked():
    take_in(involvement(), name="pelibatan.json")

    assert news.of_the_day(on=TODAY) == 0
