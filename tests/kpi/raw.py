"""What a score and a tally must say, counted from the rows of the portal without any of kpi's own
queries: entries one by one, dates compared by hand."""

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from activities.enums import AdvocacyResult, Kind, State
from activities.models import Activity, MonthlyReport, Story
from kpi.models import MonthlyTally, RuleSet
from libraries.enums import LibraryKind
from libraries.models import Library
from stakeholders.models import Partnership
from tests.kpi import reference

WIB = ZoneInfo("Asia/Jakarta")
MEASURE_OF = {
    Kind.INVOLVEMENT: "involvement",
    Kind.ADVOCACY: "advocacy",
    Kind.SERVICE: "service",
    Kind.PUBLICATION: "publications",
}


class Said(NamedTuple):
    """Of a span of a library."""

    colour: str
    points: int | None
    rule_set: int
    months_due: int
    counts: dict[str, int]


def next_month(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)


def months_due(library: Library, through: date, now: datetime) -> int:
    due, month = 0, max(date(through.year, 1, 1), library.joined_on.replace(day=1))
    while month <= through:
        closing = next_month(month).replace(day=15)
        due += datetime(closing.year, closing.month, closing.day, tzinfo=WIB) <= now
        month = next_month(month)
    return max(1, due)


class Rows:
    """All there is at this moment."""

    def __init__(self) -> None:
        self.libraries = {library.pk: library for library in Library.objects.all()}
        self.approved = {
            report.pk: report for report in MonthlyReport.objects.filter(state=State.APPROVED)
        }
        self.entries = [entry for entry in Activity.objects.all() if not entry.exclusion]
        self.partnerships = list(Partnership.objects.all())
        self.stories = list(Story.objects.filter(state="approved"))
        self.rule_sets = list(RuleSet.objects.exclude(valid_from=None))
        self.indicators = {
            one.pk: list(one.indicators.values("measure", "points", "count", "per_months"))
            for one in self.rule_sets
        }

    def counted(self, library: int, first: date, last: date) -> dict[str, int]:
        """By the date of the entry; without partnerships and stories."""
        found = dict.fromkeys(reference.MEASURES, 0)
        reports = {pk: one for pk, one in self.approved.items() if one.library_id == library}
        for entry in self.entries:
            if entry.report_id in reports and first <= entry.held_on <= last:
                found[MEASURE_OF[Kind(entry.kind)]] += 1
                found["participants"] += _people(entry)
                found["sustainability"] += _is_sign(entry)
        visited = {
            report.month
            for report in reports.values()
            if report.visits_total is not None and first <= report.month <= last
        }
        found["visit_months"] = len(visited)
        return found

    def said(self, library: int, through: date, now: datetime) -> Said:
        """From 1 January to the end of ``through``, as of ``now``."""
        first, last = date(through.year, 1, 1), next_month(through) - timedelta(days=1)
        found = self.counted(library, first, last)
        found["sustainability"] += sum(
            one.starts_on <= last and (one.ends_on is None or one.ends_on >= first)
            for one in self.partnerships
            if one.library_id == library
        )
        found["sustainability"] += sum(
            first <= one.happened_on <= last for one in self.stories if one.library_id == library
        )
        rules = self._rules_on(self.libraries[library], last)
        due = months_due(self.libraries[library], through, now)
        book = {**vars(rules), "indicators": self.indicators[rules.pk]}
        return Said(*reference.judged(found, book, due), rules.pk, due, found)

    def _rules_on(self, library: Library, day: date) -> RuleSet:
        of_regencies = library.kind in (LibraryKind.REGENCY, LibraryKind.PROVINCE)
        group = "regency" if of_regencies else "village"
        begun = (one for one in self.rule_sets if one.group == group and one.valid_from <= day)
        return max(begun, key=lambda one: one.valid_from)


def _people(entry: Activity) -> int:
    return entry.participants_total if entry.kind == Kind.INVOLVEMENT else 0


def _is_sign(entry: Activity) -> bool:
    if entry.kind != Kind.ADVOCACY:
        return False
    with_result = entry.result in (AdvocacyResult.MONEY, AdvocacyResult.REGULATION)
    return with_result or len(entry.audiences) >= 2


def said_by(score: Any) -> Said:
    """What is stored, a Score or a ClosingScore."""
    counts = score.inputs._asdict()
    return Said(score.colour, score.points, score.rule_set_id, score.months_due, counts)


def counted_by(tally: MonthlyTally) -> dict[str, int]:
    other = {"visit_months": "visits_entered", "sustainability": "sustainability_signs"}
    return {name: getattr(tally, other.get(name, name)) for name in reference.MEASURES}


def all_of(model: Any) -> dict[int, dict[str, Any]]:
    """Every column of every row."""
    return {row["id"]: row for row in model.objects.order_by("pk").values()}
