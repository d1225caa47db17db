"""A regency's part of a run, against a reference that looks at one library and one span at a
time."""

import sys
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as PropertyCase

from activities.enums import Kind, Source, State, StoryState
from activities.models import MonthlyReport, Story
from kpi import queries, scoring, services
from kpi.models import MonthlyTally, Score
from kpi.services import Outcome
from libraries import participation
from libraries.enums import LibraryKind
from libraries.models import Inactivity, Library
from stakeholders.enums import PartnershipKind
from stakeholders.models import Organisation, Partnership
from tests import factories
from tests.kpi.conftest import SEPTEMBER, sim_report, wib
from tpbis.accounts.enums import Role
from tpbis.core import periods

AS_OF = wib(2025, 3, 20)
MONTHS = [date(2024, month, 1) for month in range(1, 13)]
BIG = (LibraryKind.REGENCY, LibraryKind.PROVINCE)
SPANS = [date(2023, 12, 1), *MONTHS, date(2025, 2, 1)]

# --- The reference --------------------------------------------------------------------------------


def by_definition(library: Library, through: date) -> tuple[Any, ...] | None:
    """What the score must be made of and say; ``None`` when there must be none."""
    january, last = periods.january(through), periods.last_day(through)
    away = [(one.starts_on, one.ends_on) for one in library.inactivities.all()]
    if not participation.on(last, library.joined_on, away):
        return None
    tallies = [t for t in library.tallies.all() if january <= t.month <= through]
    signs = sum(
        one.starts_on <= last and (one.ends_on is None or one.ends_on >= january)
        for one in library.partnerships.all()
    ) + sum(
        story.state == StoryState.APPROVED and january <= story.happened_on <= last
        for story in Story.objects.filter(library=library)
    )
    inputs = scoring.Inputs(
        involvement=sum(t.involvement for t in tallies),
        participants=sum(t.participants for t in tallies),
        advocacy=sum(t.advocacy for t in tallies),
        service=sum(t.service for t in tallies),
        visit_months=sum(t.visits_entered for t in tallies),
        publications=sum(t.publications for t in tallies),
        sustainability=sum(t.sustainability_signs for t in tallies) + signs,
    )
    group = "regency" if library.kind in BIG else "village"
    rule_set = queries.rule_sets_on(last)[group]
    due = queries.months_due(library.joined_on, through, AS_OF, away)
    result = scoring.score(inputs, rule_set.rules, due)
    return (rule_set.pk, due, *inputs, result.points, result.colour)


def expected(spans: list[date]) -> dict[tuple[int, date], tuple[Any, ...]]:
    found = {
        (library.pk, through): by_definition(library, through)
        for library in Library.objects.all()
        for through in spans
    }
    return {key: made_of for key, made_of in found.items() if made_of is not None}


def stored() -> dict[tuple[int, date], tuple[Any, ...]]:
    made_of = ("rule_set_id", "months_due", *scoring.Inputs._fields, "points", "colour")
    return {
        (library, through): tuple(rest)
        for library, through, *rest in Score.objects.values_list("library", "through", *made_of)
    }


# --- Worlds ---------------------------------------------------------------------------------------

days = st.dates(date(2023, 6, 1), date(2025, 4, 30))
small = st.integers(0, 12)


@st.composite
def spells(draw: Any, most: int) -> list[tuple[date, date | None]]:
    """Spans of days one after another, the last of them perhaps open."""
    edges = sorted(draw(st.lists(days, max_size=2 * most, unique=True)))
    found = [
        (edges[i], edges[i + 1] if i + 1 < len(edges) else None) for i in range(0, len(edges), 2)
    ]
    return found[:most]


lives = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(LibraryKind.values),
        "joined_on": days,
        "away": spells(2),
        "partnerships": spells(2),
        "stories": st.lists(st.tuples(days, st.booleans()), max_size=2),
        "tallies": st.dictionaries(
            st.sampled_from(SPANS),
            st.fixed_dictionaries(
                {
                    "involvement": small,
                    "participants": st.integers(0, 400),
                    "advocacy": small,
                    "service": small,
                    "publications": small,
                    "sustainability_signs": st.integers(0, 2),
                    "visits_entered": st.integers(0, 1),
                }
            ),
            max_size=8,
        ),
    }
)


def live(
    life: dict[str, Any], told: Callable[..., Story], organisation: Organisation, by: Any
) -> None:
    library = factories.LibraryFactory(kind=life["kind"], joined_on=life["joined_on"])
    for starts_on, ends_on in life["away"]:
        Inactivity.objects.create(library=library, starts_on=starts_on, ends_on=ends_on, reason="x")
    for starts_on, ends_on in life["partnerships"]:
        Partnership.objects.create(
            organisation=organisation,
            library=library,
            kind=PartnershipKind.GOODS,
            starts_on=starts_on,
            ends_on=ends_on,
            recorded_by=by,
        )
    for day, published in life["stories"]:
        told(library, day, published=published)
    MonthlyTally.objects.bulk_create(
        MonthlyTally(library=library, month=month, **counts)
        for month, counts in life["tallies"].items()
    )


class AnyWorld(PropertyCase):
    @settings(max_examples=15, deadline=None)
    @given(lives=st.lists(lives, min_size=1, max_size=4), spans=st.sets(st.sampled_from(SPANS)))
    def test_scores_are_those_of_the_definition(self, lives: list[Any], spans: set[date]) -> None:
        area = factories.region("35.08")
        librarian = factories.someone(Role.LIBRARIAN, factories.LibraryFactory())
        pic = factories.someone(Role.REGENCY_PIC, area)
        organisation = Organisation.objects.create(name="Bank Jatim")
        factories.rule_set(valid_from=date(2024, 6, 15), green_needs_signs=2)
        pattern = factories.published_story(Library.objects.get(), librarian, pic)

        def told(library: Library, day: date, *, published: bool) -> None:
            story = Story.objects.get(pk=pattern.pk)
            story.pk, story.uuid, story.library, story.happened_on = None, uuid4(), library, day
            if not published:
                story.state, story.seal = StoryState.WITHDRAWN, ""
            story.save()

        for life in lives:
            live(life, told, organisation, pic)

        outcome = services.run_area(area, sorted(spans), as_of=AS_OF)

        definition = expected(sorted(spans))
        assert stored() == definition
        assert outcome == Outcome(libraries=len(definition), changed=len(definition))
        assert queries.computed_colours(Library.objects.all(), sorted(spans), as_of=AS_OF) == {
            through: {
                library: made_of[-1]
                for (library, month), made_of in definition.items()
                if month == through
            }
            for through in spans
        }
        assert services.run_area(area, sorted(spans), as_of=AS_OF) == Outcome(
            libraries=len(definition)
        )


# --- What a run writes ----------------------------------------------------------------------------

WRITES = ("INSERT", "UPDATE", "DELETE")


def writes(context: CaptureQueriesContext) -> list[str]:
    return [q["sql"] for q in context if q["sql"].lstrip().upper().startswith(WRITES)]


def test_nothing_is_written_when_nothing_changed(library, lumajang, approve):
    approve(Kind.INVOLVEMENT, Kind.ADVOCACY)
    services.run_area(lumajang, MONTHS, as_of=AS_OF)
    before = list(Score.objects.order_by("pk").values())
    tallied = list(MonthlyTally.objects.order_by("pk").values())

    with CaptureQueriesContext(connection) as asked:
        outcome = services.run_area(lumajang, MONTHS, as_of=AS_OF + timedelta(days=1))

    assert writes(asked) == []
    assert outcome == Outcome(libraries=12, changed=0)
    assert list(Score.objects.order_by("pk").values()) == before
    assert list(MonthlyTally.objects.order_by("pk").values()) == tallied


def test_another_regency_is_left_alone(library, other_library, lumajang, approve):
    approve(Kind.INVOLVEMENT)

    services.run_area(lumajang, [SEPTEMBER], as_of=AS_OF)

    assert set(Score.objects.values_list("library", flat=True)) == {library.pk}


def test_what_was_approved_since_is_counted_first(library, lumajang, approve):
    services.run_area(lumajang, [SEPTEMBER], as_of=AS_OF)
    approve(Kind.INVOLVEMENT, Kind.ADVOCACY)

    outcome = services.run_area(lumajang, [SEPTEMBER], as_of=AS_OF)

    assert outcome == Outcome(libraries=1, changed=1)
    assert Score.objects.get().advocacy == 1


@pytest.mark.parametrize("spans", [[date(2026, 6, 1)], [date(2024, 10, 1)]])
def test_a_month_counted_late_reaches_all_that_is_stored_with_it(library, lumajang, approve, spans):
    """Years later, or by a run over another span: nothing finds these scores once it is counted."""
    other = factories.LibraryFactory(region=library.region)
    approve(Kind.INVOLVEMENT)
    services.run_area(lumajang, MONTHS, as_of=wib(2024, 12, 20))
    Score.objects.filter(through=date(2024, 11, 1)).delete()
    approve(Kind.INVOLVEMENT, Kind.ADVOCACY, month=date(2024, 10, 1))

    services.run_area(lumajang, spans, as_of=AS_OF)

    assert queries.stale_months_of([library.pk]) == set()
    theirs = Score.objects.filter(through__year=2024, advocacy=1).values_list("library", "through")
    assert set(theirs) == {(library.pk, date(2024, month, 1)) for month in (10, 12)}
    before = Score.objects.get(library=library, through=SEPTEMBER)
    assert (before.advocacy, before.months_due) == (0, 9)
    assert Score.objects.get(library=other, through=date(2024, 12, 1)).months_due == 11


def test_a_month_counted_late_is_scored_in_its_own_year_only(library, lumajang, approve):
    for through in (date(2023, 12, 1), date(2024, 12, 1), date(2025, 1, 1)):
        services.rescore(Library.objects.all(), through, as_of=AS_OF)
    approve(Kind.ADVOCACY, month=date(2024, 2, 1))

    outcome = services.run_area(lumajang, [date(2025, 3, 1)], as_of=AS_OF)

    assert outcome == Outcome(libraries=1, changed=2)
    assert [score.through for score in Score.objects.filter(advocacy=1)] == [date(2024, 12, 1)]


def test_a_thorough_run_compares_what_is_stored_and_adds_nothing_to_it(library, lumajang):
    other = factories.LibraryFactory(region=library.region)
    for one, month in ((library, 11), (other, 12)):
        services.rescore(
            Library.objects.filter(pk=one.pk), date(2024, month, 1), as_of=wib(2024, 12, 10)
        )
    january = date(2026, 1, 1)

    outcome = services.run_area(lumajang, [january], as_of=AS_OF, is_thorough=True)

    stored = Score.objects.exclude(through=january).order_by("through")
    assert list(stored.values_list("library", "through__month", "months_due")) == [
        (library.pk, 11, 11),
        (other.pk, 12, 12),
    ]
    assert outcome == Outcome(libraries=2, changed=4)


def test_some_of_its_libraries_only(library, lumajang):
    neighbour = factories.LibraryFactory(region=library.region)

    services.run_area(
        lumajang, [SEPTEMBER], as_of=AS_OF, libraries=Library.objects.filter(pk=neighbour.pk)
    )

    assert set(Score.objects.values_list("library", flat=True)) == {neighbour.pk}


def test_scores_of_those_who_left_are_taken_away_from_each_span(library, lumajang):
    services.run_area(lumajang, MONTHS, as_of=AS_OF)
    Inactivity.objects.create(
        library=library, starts_on=date(2024, 3, 1), ends_on=date(2024, 5, 15), reason="Renovasi"
    )

    outcome = services.run_area(lumajang, MONTHS, as_of=AS_OF)

    kept = Score.objects.order_by("through").values_list("through__month", flat=True)
    assert list(kept) == [1, 2, 5, 6, 7, 8, 9, 10, 11, 12]
    assert outcome == Outcome(libraries=10, changed=2 + 8)  # from May on two months fewer are due


@pytest.mark.parametrize("more", [0, 2])
def test_a_run_asks_as_much_however_many_libraries_and_spans(
    library, lumajang, more, django_assert_num_queries
):
    factories.LibraryFactory.create_batch(more, region=library.region)
    queries.rule_sets_on(AS_OF.date())  # a process reads the rules once

    for spans in ([SEPTEMBER], MONTHS[:8]):
        # turn, rules, register, seals, stored scores, sums, days, one statement that writes; a
        # savepoint and its end
        with django_assert_num_queries(10):
            services.run_area(lumajang, spans, as_of=AS_OF)


# --- Seals ----------------------------------------------------------------------------------------

seals = st.sampled_from(["a" * 64, "b" * 64, "c" * 64])


class AnySeals(PropertyCase):
    @settings(max_examples=40, deadline=None)
    @given(
        portal=st.lists(st.one_of(st.none(), seals), max_size=3),
        sim=st.one_of(st.none(), seals),
        counted=st.one_of(st.none(), st.lists(seals, max_size=3).map(sorted)),
    )
    def test_a_month_is_stale_exactly_when_its_seals_differ(
        self, portal: list[str | None], sim: str | None, counted: list[str] | None
    ) -> None:
        """``None`` in ``portal`` is a report that was returned; ``sim`` and the tally may lack."""
        library = factories.LibraryFactory()
        librarian = factories.someone(Role.LIBRARIAN, library)
        for number, seal in enumerate(portal, start=1):
            MonthlyReport.objects.create(
                library=library,
                month=SEPTEMBER,
                source=Source.PORTAL,
                number=number,
                state=State.APPROVED if seal else State.RETURNED,
                seal=seal or "",
                submitted_at=AS_OF,
                first_submitted_at=AS_OF,
                submitted_by=librarian,
            )
        if sim:
            sim_report(library, SEPTEMBER)
            MonthlyReport.objects.filter(source=Source.SIM).update(seal=sim)
        if counted is not None:
            MonthlyTally.objects.create(library=library, month=SEPTEMBER, seals=" ".join(counted))
        hold = sorted(seal for seal in [*portal, sim] if seal)

        stale = queries.stale_months(MonthlyReport.objects.all())

        has_reports = bool(portal or sim)
        assert (stale == {(library.pk, SEPTEMBER)}) == (has_reports and hold != (counted or []))
        assert stale == queries.stale_months_of([library.pk])


def test_more_months_than_are_counted_at_once(library, librarian, pic, monkeypatch):
    monkeypatch.setattr("kpi.services.counting._PORTION", 2)
    for month in MONTHS[:5]:
        factories.approved(library, librarian, pic, Kind.INVOLVEMENT, month=month)

    assert services.count(MonthlyReport.objects.all()) == 5

    assert queries.stale_months(MonthlyReport.objects.all()) == set()
    assert set(MonthlyTally.objects.values_list("involvement", flat=True)) == {1}


def test_more_libraries_than_are_held_at_once(library, lumajang, monkeypatch):
    factories.LibraryFactory.create_batch(4, region=library.region)
    monkeypatch.setattr(sys.modules["kpi.queries.portions"], "PORTION", 2)

    outcome = services.run_area(lumajang, [SEPTEMBER], as_of=AS_OF)

    assert outcome == Outcome(libraries=5, changed=5)


# --- One approval ---------------------------------------------------------------------------------


@pytest.mark.parametrize("month", [date(2024, 1, 1), date(2024, 12, 1)])
def test_an_approval_asks_as_much_whichever_month_it_is(
    library, approve, month, django_assert_num_queries
):
    approve(Kind.INVOLVEMENT, month=month)
    queries.rule_sets_on(month)  # a process reads the rules once

    # turn; reports, entries, tally; register, rules, stored scores, sums, days, scores; a savepoint
    # and its end
    with django_assert_num_queries(12):
        services.count_and_rescore(library=library, month=month)
