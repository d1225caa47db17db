"""Every write to what a regency's figures are made of leaves a mark in its transaction."""

from datetime import date

import pytest
from django.db import connection
from django.utils import timezone

from activities.enums import ExcuseReason, Kind, State
from activities.models import Excuse, MonthlyReport
from kpi.enums import Colour, Grey, RuleGroup
from kpi.models import Closing, ClosingScore, MonthlyTally, RuleSet, Score
from kpi.services.bulk import upsert
from libraries.enums import ReportingMode, SimState
from libraries.models import Assignment, FormerLibrary, Inactivity, Library, Region, SimAccount
from reports.models import StaleArea
from reports.rollups import marks
from reports.rollups.sources import SOURCES
from stakeholders.enums import PartnershipKind
from stakeholders.models import Organisation, Partnership
from tests import factories
from tests.reports.times import NOW, set_clock
from tpbis.accounts.models import User

MAY = date(2026, 5, 1)


@pytest.fixture(autouse=True)
def clock(monkeypatch, settings):
    settings.TPBIS_FIRST_MONTH = "2026-05"
    return set_clock(monkeypatch, *NOW)


def marked() -> set[tuple[str, date | None]]:
    """Since the last time this was asked."""
    found = set(StaleArea.objects.values_list("region__code", "since"))
    StaleArea.objects.all().delete()
    return found


def rules() -> RuleSet:
    return RuleSet.objects.filter(state="published", group=RuleGroup.VILLAGE).first() or (
        RuleSet.objects.published().first()
    )


def score(library: Library, through: date = MAY, colour: str = Colour.GREY) -> Score:
    return Score(
        library=library,
        through=through,
        colour=colour,
        points=None if colour == Colour.GREY else 80_000,
        rule_set=rules(),
        months_due=1,
    )


HERE, THERE = "35.08", "35.05"
NOTHING: set[tuple[str, date | None]] = set()


def test_library_marks_where_it_was_and_where_it_is(library, other_library):
    assert marked() == {(HERE, None), (THERE, None)}
    library.address = "Jalan Raya 7"
    library.save()
    assert marked() == NOTHING
    library.region = other_library.region
    library.save()
    assert marked() == {(HERE, None), (THERE, None)}
    library.delete()
    assert marked() == {(THERE, None)}


def test_what_says_of_a_library_marks_its_regency_from_that_month_on(library, pic):
    marked()
    bank = Organisation.objects.create(name="Bank Jatim")
    for made in (
        lambda: Inactivity.objects.create(library=library, starts_on=date(2026, 5, 9), reason="x"),
        lambda: SimAccount.objects.create(
            library=library, state=SimState.ACTIVE, since_on=date(2026, 5, 31)
        ),
        lambda: Excuse.objects.create(
            library=library,
            month=MAY,
            reason=ExcuseReason.values[0],
            comment="x",
            excused_by=pic,
        ),
        lambda: Partnership.objects.create(
            organisation=bank,
            library=library,
            kind=PartnershipKind.MONEY,
            starts_on=date(2026, 5, 2),
            recorded_by=pic,
        ),
        lambda: MonthlyTally.objects.create(library=library, month=MAY, involvement=1),
    ):
        row = made()
        assert marked() == {(HERE, MAY)}, row
        row.delete()
        assert marked() == {(HERE, MAY)}, row


def test_change_of_a_row_marks_the_earlier_month(library):
    state = SimAccount.objects.create(
        library=library, state=SimState.ACTIVE, since_on=date(2026, 7, 3)
    )
    marked()
    state.since_on = date(2026, 5, 3)
    state.save()
    found = marked()
    assert (HERE, MAY) in found
    assert all(region == HERE for region, _since in found)


def test_drafts_mark_nothing_and_reports_do(library, librarian, pic):
    marked()
    report = factories.report(library, librarian, Kind.ADVOCACY, month=MAY)
    assert marked() == NOTHING
    MonthlyReport.objects.filter(pk=report.pk).update(
        state=State.SUBMITTED,
        submitted_at=timezone.now(),
        submitted_by=librarian,
        first_submitted_at=timezone.now(),
    )
    assert marked() == {(HERE, MAY)}


def test_account_marks_from_the_post_on(library):
    user = factories.UserFactory(activated_at=None)
    marked()
    Assignment.objects.create(user=user, library=library, starts_on=date(2026, 5, 4))
    assert marked() == {(HERE, MAY)}
    User.objects.filter(pk=user.pk).update(last_login=timezone.now())
    assert marked() == NOTHING
    User.objects.filter(pk=user.pk).update(activated_at=timezone.now())
    assert marked() == {(HERE, MAY)}


def test_regency_that_reports_elsewhere_is_marked(library, lumajang):
    marked()
    Region.objects.filter(pk=lumajang.pk).update(reporting_mode=ReportingMode.SIM)
    assert marked() == {(HERE, None)}


def test_scores_written_together_mark_each_regency_once(library, other_library):
    more = [factories.LibraryFactory() for _ in range(3)]
    marked()
    june = date(2026, 6, 1)
    counts = ("involvement", "participants", "advocacy", "service", "visit_months")
    counts = (*counts, "publications", "sustainability")
    fields = ("library_id", "through", "rule_set_id", "months_due", "colour", "scored_at", *counts)

    def write(colour: str) -> None:
        rows = [
            (one.pk, through, rules().pk, 1, colour, timezone.now(), *[0] * len(counts))
            for one in (library, other_library, *more)
            for through in (MAY, june)
        ]
        upsert(Score, fields, rows, unique=("library_id", "through"))

    write(Colour.GREY)
    assert StaleArea.objects.count() == 2
    assert marked() == {(HERE, MAY), (THERE, MAY)}
    write(Colour.GREY)
    assert marked() == NOTHING
    Score.objects.filter(library=library, through=june).update(colour=Colour.RED, points=1_000)
    assert marked() == {(HERE, june)}
    Score.objects.all().delete()
    assert marked() == {(HERE, MAY), (THERE, MAY)}


def test_closing_and_merging_mark(library, other_library, staff):
    marked()
    closing = Closing.objects.create(through=MAY, as_of=timezone.now(), libraries=1)
    assert marked() == {(HERE, MAY), (THERE, MAY)}
    ClosingScore.objects.create(
        closing=closing,
        library=library,
        name="x",
        regency=library.regency,
        colour=Colour.GREY,
        grey=Grey.NEVER,
        statement="{}",
        rule_set=rules(),
        months_due=1,
    )
    assert marked() == {(HERE, MAY)}
    FormerLibrary.objects.create(number=9_999, name="x", library=library, merged_by=staff)
    assert marked() == {(HERE, None)}


def test_rules_that_are_published_mark_everywhere(library):
    marked()
    draft = RuleSet.objects.create(group=RuleGroup.VILLAGE)
    assert marked() == NOTHING
    draft.delete()
    RuleSet.objects.create(
        group=rules().group,
        state="published",
        version=99,
        valid_from=date(2026, 5, 17),
        published_at=timezone.now(),
    )
    assert marked() == {(HERE, MAY)}


def test_no_table_has_lost_its_triggers(db):
    expected = {f"{source.name}_{event}" for source in SOURCES for event in source.events}
    asked = (
        "SELECT tgname FROM pg_trigger"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    with connection.cursor() as cursor:
        cursor.execute(asked)
        assert expected <= {name for (name,) in cursor.fetchall()}


@pytest.mark.embedded
def test_tables_can_still_be_changed_on_sqlite(db, library):
    """A migration makes the table anew, and every trigger that speaks of it stands in its way."""
    assert connection.vendor == "sqlite"
    marked()
    marks.take_away(SOURCES, connection)
    Library.objects.filter(pk=library.pk).update(joined_on=date(2021, 1, 1))
    assert marked() == NOTHING
    marks.put(SOURCES, connection)
    Library.objects.filter(pk=library.pk).update(joined_on=date(2022, 1, 1))
    assert marked() == {(HERE, None)}
