"""What the rules compare with, read from the database: as many queries for one report as for all
that wait."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from activities.enums import Kind, Source, State
from activities.flags import rules
from activities.flags.kinds import FlagKind
from activities.flags.rules import Finding, Seen, Surroundings
from activities.models import Activity, MonthlyReport, Photo
from activities.photos import reuse
from tpbis.core import periods, texts

_SEEN = (
    *("pk", "report_id", "report__library_id", "kind", "held_on", "title"),
    *("participants_total", "media_name", "created_at", "report__source"),
)

_ZONE = timezone.get_default_timezone()


def findings_of(reports: Sequence[MonthlyReport]) -> dict[int, list[Finding]]:
    """All that is odd about each of ``reports``, by its key; empty lists where nothing is."""
    if not reports:
        return {}
    pks = [report.pk for report in reports]
    entries = _seen(Activity.objects.filter(report__in=pks))
    nearby = _grouped(_nearby(reports), "library")
    elsewhere = _grouped(_elsewhere(entries), "title")
    medians = _medians({entry.library for entry in entries})
    entered = _entered(entries)
    photos = _used_photos(pks)
    by_report = _grouped(entries, "report")
    found = {}
    for report in reports:
        mine = by_report[report.pk]
        same_titles = [one for title in {e.title for e in mine} for one in elsewhere[title]]
        around = Surroundings(nearby[report.library_id], same_titles, medians, entered)
        found[report.pk] = rules.findings(mine, around) + photos[report.pk]
    return found


def _grouped(entries: Iterable[Seen], by: str) -> dict[Any, list[Seen]]:
    found: dict[Any, list[Seen]] = defaultdict(list)
    for entry in entries:
        found[getattr(entry, by)].append(entry)
    return found


def _seen(entries: QuerySet[Activity]) -> list[Seen]:
    return [_entry(row) for row in entries.order_by("pk").values_list(*_SEEN)]


def _entry(row: tuple[Any, ...]) -> Seen:
    pk, report, library, kind, held_on, title, participants, medium, created_at, source = row
    return Seen(
        pk=pk,
        report=report,
        library=library,
        kind=kind,
        held_on=held_on,
        title=texts.key(title),
        participants=participants,
        medium=texts.key(medium),
        entered_on=_local_day(created_at) if source == Source.PORTAL else None,
    )


def _local_day(moment: datetime) -> date:
    """As `timezone.localdate`, which takes ten times as long: there are many."""
    return moment.astimezone(_ZONE).date()


def _counting() -> QuerySet[Activity]:
    """Entries that others may be compared with: sent in, and not left out."""
    return Activity.objects.exclude(report__state=State.DRAFT).filter(exclusion="")


# --- The same library -----------------------------------------------------------------------------


def _nearby(reports: Sequence[MonthlyReport]) -> list[Seen]:
    """The entries of their libraries, of the SIM too, in their months and those next to them: what
    lies a few days away lies in no other."""
    months = {periods.add_months(report.month, by) for report in reports for by in (-1, 0, 1)}
    libraries = {report.library_id for report in reports}
    return _seen(_counting().filter(report__library__in=libraries, report__month__in=months))


def _medians(libraries: Collection[int]) -> dict[int, float]:
    """Of the participants of each library's approved activities, where there are enough of them;
    the middle is found by the database, which has them all."""
    counted = Activity.objects.filter(
        report__library__in=libraries,
        report__state=State.APPROVED,
        kind=Kind.INVOLVEMENT,
        exclusion="",
        participants_total__isnull=False,
    ).annotate(
        rank=Window(
            RowNumber(), partition_by="report__library_id", order_by=["participants_total", "pk"]
        ),
        there=Window(Count("pk"), partition_by="report__library_id"),
    )
    middle = counted.filter(
        Q(there__gte=rules.FEWEST_FOR_A_MEDIAN),
        Q(there__lte=F("rank") * 2),
        Q(there__gte=F("rank") * 2 - 2),
    )
    found: dict[int, list[int]] = defaultdict(list)
    for library, participants in middle.values_list("report__library_id", "participants_total"):
        found[library].append(participants or 0)
    return {library: sum(numbers) / len(numbers) for library, numbers in found.items()}


def _entered(entries: Iterable[Seen]) -> Counter[tuple[int, date]]:
    """How many entries each library entered on each day, from the earliest day of ``entries``."""
    days = [entry.entered_on for entry in entries if entry.entered_on]
    if not days:
        return Counter()
    rows = Activity.objects.filter(
        report__library__in={entry.library for entry in entries},
        report__source=Source.PORTAL,
        created_at__gte=periods.midnight(min(days)),
    ).values_list("report__library_id", "created_at")
    return Counter((library, _local_day(at)) for library, at in rows)


# --- Elsewhere ------------------------------------------------------------------------------------


def _elsewhere(entries: Iterable[Seen]) -> list[Seen]:
    """Entries with one of these titles, about these days, but for what everybody calls something.
    Found by the title as written, in the ways people write capitals: no two databases agree on
    more."""
    long = [entry for entry in entries if rules.is_long(entry.title)]
    if not long:
        return []
    written = Activity.objects.filter(pk__in=[entry.pk for entry in long])
    titles = {way for title in written.values_list("title", flat=True) for way in _ways(title)}
    months = {periods.first_of_month(entry.held_on) for entry in long}
    around = {periods.add_months(month, by) for month in months for by in (-1, 0, 1)}
    there = _counting().filter(title__in=titles, report__month__in=around)
    counted = there.order_by().values_list("title", "report__month")
    rows = list(counted.annotate(count=Count("report__library", distinct=True)))
    users: Counter[tuple[str, date]] = Counter()
    for title, month, count in rows:
        users[texts.key(title), month] += count
    common = {use for use, count in users.items() if rules.is_common(count)}
    rare = {title for title, month, _count in rows if (texts.key(title), month) not in common}
    return [
        entry
        for entry in _seen(there.filter(title__in=rare))
        if (entry.title, periods.first_of_month(entry.held_on)) not in common
    ]


def _ways(title: str) -> set[str]:
    return {title, title.lower(), title.upper(), title.capitalize(), title.title()}


def _used_photos(reports: Collection[int]) -> dict[int, list[Finding]]:
    """By report, its entries with a photo that stood at another entry before; the closest of all
    uses. Several shots of one activity look alike, as they should."""
    photos = Photo.objects.filter(activity__report__in=reports).order_by("pk")
    shown = {photo.pk: photo for photo in photos.select_related("activity")}
    closest: dict[int, tuple[int, int]] = {}
    for pk, uses in reuse.used_before(list(shown.values())).items():
        entry = shown[pk].activity_id
        for use in uses:
            there = use.photo.activity
            if there.pk != entry and _was_sent(there, reports):
                before = (use.distance, there.pk)
                closest[entry] = min(closest.get(entry, before), before)
    found: dict[int, list[Finding]] = defaultdict(list)
    report_of = {photo.activity_id: photo.activity.report_id for photo in shown.values()}
    for entry, (distance, other) in sorted(closest.items()):
        found[report_of[entry]].append(Finding(FlagKind.PHOTO, entry, other, number=distance))
    return found


def _was_sent(entry: Activity, looked_at: Collection[int]) -> bool:
    """A draft is for its library alone, which may well be looking at it."""
    return entry.report.state != State.DRAFT or entry.report_id in looked_at
