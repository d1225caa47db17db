"""A library that does all that is asked, sends every month on the 5th and is judged on the 12th:
no day of its year takes anything away from it."""

from collections.abc import Iterator
from datetime import date, timedelta

from activities import services as activities
from activities.enums import AdvocacyResult, Kind
from activities.models import MonthlyReport
from kpi import queries, scoring, services
from kpi.models import Score
from kpi.scoring import GREEN, GREY, ORDER, YELLOW, Inputs
from libraries.models import Library
from tests import factories
from tests.kpi.reference import DEFAULT
from tpbis.core import periods

RULES = scoring.rules_from(**DEFAULT)
LONG_AGO = date(2020, 1, 1)
JANUARY, DECEMBER = date(2024, 1, 1), date(2024, 12, 1)
MONTHS = list(periods.months_from_to(JANUARY, DECEMBER))


def work_of(month: date, since: date = JANUARY) -> Inputs:
    """What one month asks for of a library that takes part ``since`` a month: half-yearly and
    yearly work early, advocacy 2 and 1 by turns."""
    before = month.month - since.month
    return Inputs(
        involvement=3,
        participants=40,
        advocacy=2 - before % 2,
        service=1 if before % 3 == 0 else 0,
        visit_months=1,
        publications=3,
        sustainability=1 if before == 0 else 0,
    )


def judged_on(month: date) -> date:
    return periods.add_months(month, 1).replace(day=12)


def days(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def running_scores(joined_on: date) -> dict[date, scoring.Result]:
    """On each day what the running span says, and after the year, as pages do until the first
    closing of the next, its December; by what is judged and due at the end of that day."""
    since = max(JANUARY, joined_on)
    found = {}
    for day in days(JANUARY, date(2025, 2, 14)):
        through = min(DECEMBER, periods.first_of_month(day))
        judged = [month for month in MONTHS if month >= since and judged_on(month) <= day]
        work = [work_of(month, since) for month in judged]
        counted = Inputs(*map(sum, zip(Inputs(), *work, strict=True)))
        due = queries.months_due(joined_on, through, periods.midnight(day + timedelta(days=1)))
        found[day] = scoring.score(counted, RULES, due)
    return found


def test_no_day_of_the_year_takes_anything_away():
    found = running_scores(LONG_AGO)

    for day, today in found.items():
        if day > JANUARY:
            before = found[day - timedelta(days=1)]
            assert ORDER[today.colour] >= ORDER[before.colour], day
            assert (today.points or 0) >= (before.points or 0), day
    first_judged = judged_on(JANUARY)
    assert {found[day].colour for day in found if day < first_judged} == {GREY}
    assert {found[day] for day in found if day >= first_judged} == {scoring.Result(GREEN, 100_000)}


def test_nor_from_a_library_that_joined_in_june():
    june = date(2024, 6, 1)

    found = running_scores(june)

    full = {day for day, result in found.items() if result.points == 100_000}
    assert full == {day for day in found if day >= judged_on(june)}


def test_a_month_judged_after_closing_day_is_missed_until_it_is():
    """Why reviewers have until the 15th: what a closed month lacks, the colour lacks."""
    only_january = work_of(JANUARY)

    results = [scoring.score(only_january, RULES, due) for due in (1, 2)]

    assert results == [scoring.Result(GREEN, 100_000), scoring.Result(YELLOW, 65_833)]


# --- Through the services and the database -------------------------------------------------------


def recorded(library: Library, month: date, by) -> MonthlyReport:
    """A month's work as its librarian enters it."""
    work = work_of(month)
    report = factories.report(library, by, month=month)
    each = {
        Kind.INVOLVEMENT: (work.involvement, {"participants_total": 14}),
        Kind.ADVOCACY: (work.advocacy, {"result": AdvocacyResult.IN_KIND}),
        Kind.SERVICE: (work.service, {}),
        Kind.PUBLICATION: (work.publications, {}),
    }
    for kind, (count, more) in each.items():
        for number in range(count):
            signed = month == JANUARY and kind == Kind.ADVOCACY and number == 0
            content = factories.content(kind, month=month, **({} if signed else more))
            activities.record(report=report, kind=kind, content=content, by=by)
    return report


def test_no_day_of_the_year_takes_anything_away_from_what_is_stored(library, librarian, pic):
    found = []
    for day in days(JANUARY, date(2025, 1, 16)):
        last_month = periods.add_months(periods.first_of_month(day), -1)
        noon = periods.midnight(day) + timedelta(hours=12)
        if last_month >= JANUARY and day.day == 5:
            report = recorded(library, last_month, librarian)
            activities.submit(report=report, by=librarian, at=noon)
        if last_month >= JANUARY and day.day == 12:
            activities.approve(report=report, by=pic, at=noon)
            services.count(MonthlyReport.objects.filter(pk=report.pk))
        if day.day in (1, 4, 5, 11, 12, 14, 15, 16, 28):
            through = min(DECEMBER, periods.first_of_month(day))
            services.rescore(Library.objects.all(), through, as_of=noon)
            score = Score.objects.get(through=through)
            found.append((day, score.colour, score.points))

    first_judged = judged_on(JANUARY)
    scores = [(day < first_judged, colour, points) for day, colour, points in found]
    assert set(scores) == {(True, GREY, None), (False, GREEN, 100_000)}
