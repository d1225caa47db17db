from datetime import date, timedelta

import pytest
from django.utils import timezone

from activities import services as activity_services
from activities.enums import Kind
from activities.models import MonthlyReport
from kpi import queries, services
from kpi.models import MonthlyTally, Score
from kpi.services import Outcome
from libraries.models import Inactivity, Library
from stakeholders.enums import PartnershipKind
from stakeholders.services import record_partnership
from tests import factories
from tests.kpi.conftest import SEPTEMBER, wib
from tpbis.core import periods

GENERAL = (Kind.INVOLVEMENT, Kind.ADVOCACY, Kind.SERVICE)
LONG_AFTER = periods.midnight(date(2025, 6, 1))


def rows(model) -> list[tuple]:
    """Everything a table says, but not which row says it nor when it was made."""
    kept = [
        f.attname for f in model._meta.fields if f.name not in ("id", "counted_at", "scored_at")
    ]
    return sorted(model.objects.values_list(*kept), key=str)


# --- Counting -------------------------------------------------------------------------------------


def test_counting_twice_leaves_the_same(approve):
    approve(*GENERAL)
    everything = MonthlyReport.objects.all()

    services.count(everything)
    once = rows(MonthlyTally)
    services.count(everything)

    assert rows(MonthlyTally) == once
    assert len(once) == 1


def test_a_month_emptied_by_reopening_keeps_an_empty_row(library, approve, pic):
    report = approve(*GENERAL)
    services.count(MonthlyReport.objects.all())

    activity_services.reopen(report=report, comment="Jumlah peserta keliru.", by=pic)
    services.count(MonthlyReport.objects.all())

    tally = MonthlyTally.objects.get()
    assert (tally.seals, tally.involvement, tally.visits_entered) == ("", 0, 0)


def test_nothing_to_count_is_no_work(library):
    assert services.count(MonthlyReport.objects.none()) == 0


# --- Scoring --------------------------------------------------------------------------------------


def test_scoring_again_changes_nothing(library, other_library, approve):
    approve(*GENERAL)
    services.count(MonthlyReport.objects.all())

    first = services.rescore(Library.objects.all(), SEPTEMBER, as_of=LONG_AFTER)
    again = services.rescore(Library.objects.all(), SEPTEMBER, as_of=LONG_AFTER)

    assert first == Outcome(libraries=2, changed=2)
    assert again == Outcome(libraries=2, changed=0)


def test_only_scores_that_differ_are_written(library, other_library, approve):
    services.rescore(Library.objects.all(), SEPTEMBER, as_of=LONG_AFTER)
    untouched = Score.objects.get(library=other_library).scored_at
    approve(*GENERAL)
    services.count(MonthlyReport.objects.all())

    outcome = services.rescore(
        Library.objects.all(), SEPTEMBER, as_of=LONG_AFTER + timedelta(days=1)
    )

    assert outcome == Outcome(libraries=2, changed=1)
    assert Score.objects.get(library=other_library).scored_at == untouched


def test_an_approval_is_counted_and_every_later_span_of_its_year_scored(library, approve):
    approve(*GENERAL)

    services.count_and_rescore(library=library, month=SEPTEMBER)

    scores = Score.objects.filter(library=library).order_by("through")
    assert [(score.through.month, score.colour) for score in scores] == [
        (9, "red"),  # 1 of 27, 1 of 14, 1 of 3: far from the threshold of yellow
        (10, "red"),
        (11, "red"),
        (12, "red"),
    ]
    assert {score.advocacy for score in scores} == {1}


def test_reopening_takes_the_month_out_of_the_score(library, approve, pic):
    report = approve(*GENERAL)
    services.count_and_rescore(library=library, month=SEPTEMBER)

    activity_services.reopen(report=report, comment="Jumlah peserta keliru.", by=pic)
    services.count_and_rescore(library=library, month=SEPTEMBER)

    score = Score.objects.get(library=library, through=SEPTEMBER)
    assert (score.colour, score.points) == ("grey", None)


def test_a_score_remembers_what_it_was_made_of(library, approve):
    approve(*GENERAL)
    services.count(MonthlyReport.objects.all())
    services.rescore(Library.objects.all(), SEPTEMBER, as_of=LONG_AFTER)

    stored = Score.objects.get()

    assert stored.made_of() == (stored.rule_set_id, 9, 1, 20, 1, 1, 1, 0, 1)
    assert stored.rule_set.version == 1


def test_a_passed_closing_day_alone_changes_the_score(library, approve):
    approve(*GENERAL)
    services.count(MonthlyReport.objects.all())
    closing = periods.closing(SEPTEMBER)
    services.rescore(Library.objects.all(), SEPTEMBER, as_of=closing - timedelta(seconds=1))

    outcome = services.rescore(Library.objects.all(), SEPTEMBER, as_of=closing)

    assert outcome.changed == 1
    assert Score.objects.get().months_due == 9


def test_a_new_partnership_changes_the_score(library, staff, approve):
    approve(Kind.INVOLVEMENT)
    services.count_and_rescore(library=library, month=SEPTEMBER)
    before = Score.objects.get(through=SEPTEMBER)

    record_partnership(
        library=library,
        organisation_name="Bank Jatim",
        kind=PartnershipKind.MONEY,
        starts_on=date(2024, 1, 1),
        ends_on=None,
        by=staff,
    )
    services.rescore_library(library, since=date(2024, 1, 1))

    after = Score.objects.get(through=SEPTEMBER)
    assert (before.sustainability, after.sustainability) == (0, 1)
    assert after.points == before.points + 10_000


# --- The sweep: lost messages ---------------------------------------------------------------------


@pytest.fixture
def last_month() -> date:
    return periods.add_months(periods.this_month(), -1)


def test_the_sweep_does_what_a_lost_message_left_undone(library, approve, last_month):
    approve(*GENERAL, month=last_month)  # its message never arrives: nothing runs on commit here

    services.sweep()

    score = Score.objects.get(library=library, through=last_month)
    assert (score.involvement, score.advocacy, score.service) == (1, 1, 1)


def test_the_sweep_finds_nothing_to_do_after_itself(library, approve, last_month):
    approve(*GENERAL, month=last_month)
    services.sweep()

    assert services.sweep() == Outcome()


def test_the_sweep_scores_a_library_that_just_joined(library):
    services.sweep()
    fresh = factories.LibraryFactory(joined_on=periods.this_month())

    services.sweep()

    assert Score.objects.filter(library=fresh, through=periods.this_month()).exists()


def away(library: Library, starts_on: date, ends_on: date | None = None) -> Inactivity:
    """Noted, but its message never arrives."""
    return Inactivity.objects.create(
        library=library, starts_on=starts_on, ends_on=ends_on, reason="Gedung diperbaiki"
    )


def spans_of(library: Library) -> list[date]:
    return list(
        Score.objects.filter(library=library).order_by("through").values_list("through", flat=True)
    )


def test_the_sweep_takes_away_the_scores_of_a_library_that_left(library, other_library, last_month):
    for month in (last_month, periods.this_month()):
        services.rescore(Library.objects.all(), month)
    away(library, last_month)

    services.sweep()

    assert spans_of(library) == []
    assert spans_of(other_library) == [last_month, periods.this_month()]
    assert services.sweep() == Outcome()


def test_the_sweep_finds_the_library_that_came_back(library, last_month):
    absence = away(library, last_month)
    services.sweep()
    absence.ends_on = periods.last_day(last_month)
    absence.save()

    services.sweep()

    assert spans_of(library) == [periods.this_month()]
    assert services.sweep() == Outcome()


def test_the_sweep_finds_months_away_in_a_span_that_goes_on(library):
    now = wib(2024, 12, 20)
    for month in (11, 12):
        services.rescore(Library.objects.all(), date(2024, month, 1), as_of=now)
    away(library, date(2024, 3, 1), date(2024, 5, 31))

    services.sweep(at=now)

    assert list(Score.objects.order_by("through").values_list("months_due", flat=True)) == [8, 8]
    assert services.sweep(at=now) == Outcome()


def test_the_night_finds_what_the_register_says_of_months_past(library, other_library):
    night = wib(2024, 12, 20, 0, 20)
    services.run_full(at=night)
    away(library, date(2024, 3, 1), date(2024, 5, 15))

    services.run_full(at=night)

    assert spans_of(library) == [
        month for month in spans_of(other_library) if month.month not in (3, 4)
    ]
    due = dict(Score.objects.filter(library=library).values_list("through__month", "months_due"))
    assert (due[5], due[12]) == (3, 9)  # without March and April


def test_scoring_again_takes_a_score_away_once(library, other_library):
    services.rescore(Library.objects.all(), SEPTEMBER, as_of=LONG_AFTER)
    away(library, SEPTEMBER, date(2024, 9, 30))

    first = services.rescore(Library.objects.all(), SEPTEMBER, as_of=LONG_AFTER)
    again = services.rescore(Library.objects.all(), SEPTEMBER, as_of=LONG_AFTER)

    assert (first, again) == (Outcome(libraries=1, changed=1), Outcome(libraries=1, changed=0))


def test_what_the_sweep_is_too_late_for_the_night_finds(library, approve, last_month):
    report = approve(*GENERAL, month=last_month)
    services.run_full()
    tomorrow = timezone.now() + timedelta(days=1)
    MonthlyTally.objects.filter(library=library).delete()  # as after restoring a backup
    assert report.updated_at < tomorrow - timedelta(hours=2)

    swept = services.sweep(at=tomorrow)
    services.run_full(at=tomorrow)

    assert swept == Outcome()
    assert queries.stale_months(MonthlyReport.objects.all()) == set()
    assert Score.objects.get(library=library, through=last_month).involvement == 1


# --- The full run ---------------------------------------------------------------------------------


def test_a_full_run_counts_and_scores_what_nobody_announced(library, other_library, approve):
    approve(*GENERAL)

    outcome = services.run_full(through=SEPTEMBER, at=LONG_AFTER)

    assert outcome == Outcome(libraries=2, changed=2)
    assert Score.objects.get(library=library).advocacy == 1


def test_a_second_full_run_changes_nothing(library, other_library, approve):
    approve(*GENERAL)
    services.run_full(through=SEPTEMBER, at=LONG_AFTER)
    before = (rows(MonthlyTally), rows(Score))

    outcome = services.run_full(through=SEPTEMBER, at=LONG_AFTER)

    assert outcome == Outcome(libraries=2, changed=0)
    assert (rows(MonthlyTally), rows(Score)) == before


def test_a_region_limits_the_run(library, other_library):
    village = services.run_full(through=SEPTEMBER, region="35.08.21", at=LONG_AFTER)

    assert village == Outcome(libraries=1, changed=1)
    assert set(Score.objects.values_list("library", flat=True)) == {library.pk}


def test_the_night_scores_the_year_and_the_last_december(library):
    night = wib(2024, 3, 2, 0, 20)

    services.run_full(at=night)

    spans = Score.objects.order_by("through").values_list("through", flat=True)
    assert list(spans) == [
        date(2023, 12, 1),
        date(2024, 1, 1),
        date(2024, 2, 1),
        date(2024, 3, 1),
    ]


def test_the_provinces_own_library_is_scored_too(province):
    own = factories.LibraryFactory(kind="provinsi", region=province)

    services.run_full(through=SEPTEMBER, at=LONG_AFTER)

    assert set(Score.objects.values_list("library", flat=True)) == {own.pk}


def test_progress_names_the_regency(library, other_library):
    told = []

    services.run_full(through=SEPTEMBER, at=LONG_AFTER, progress=lambda *step: told.append(step))

    assert told == [
        ("Jawa Timur", 1, 3),
        ("Kabupaten Blitar", 2, 3),
        ("Kabupaten Lumajang", 3, 3),
    ]
