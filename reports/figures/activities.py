"""What was done, for whom, and with how many: the entries behind the totals.

An entry counts as in :func:`~reports.figures.counts.totals`: of an approved or SIM report, by the
month of that report, not left out at approval, of a library that had joined by the period's end.
Totals are read from the tallies, entries from the reports, so an approval may show here a moment
before it shows there.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.db.models import Count, Q, Sum

from activities.enums import AdvocacyResult, Audience, Format, Kind, Medium, ServiceForm, State
from activities.models import Activity
from activities.querysets import ActivityQuerySet
from libraries.enums import Theme
from libraries.querysets import LibraryQuerySet
from tpbis.core.periods import Period

# What each kind of entry is divided by, and the words for each part.
DIVIDED: Mapping[str, tuple[Kind, Sequence[tuple[str, Any]]]] = {
    "theme": (Kind.INVOLVEMENT, Theme.choices),
    "audience": (Kind.INVOLVEMENT, Audience.choices),
    "format": (Kind.INVOLVEMENT, Format.choices),
    "result": (Kind.ADVOCACY, AdvocacyResult.choices),
    "service_form": (Kind.SERVICE, ServiceForm.choices),
    "medium": (Kind.PUBLICATION, Medium.choices),
}


@dataclass(frozen=True, slots=True)
class Part:
    """Entries that have one thing in common; participants only of *pelibatan*."""

    value: str
    label: str
    entries: int
    participants: int


@dataclass(frozen=True, slots=True)
class Attendance:
    """Participants of *pelibatan*. ``women`` and ``men`` add up to ``told``: the participants of
    the entries that say who is a woman and who a man. ``disabled`` comes from those that say so."""

    entries: int = 0
    participants: int = 0
    told_entries: int = 0
    told: int = 0
    women: int = 0
    men: int = 0
    disabled_entries: int = 0
    disabled: int = 0


@dataclass(frozen=True, slots=True)
class Activities:
    """The entries of a period. Each division of a kind adds up to that kind."""

    kinds: tuple[Part, ...]
    divided: Mapping[str, tuple[Part, ...]]  # by the names of DIVIDED, largest part first
    attendance: Attendance

    @property
    def entries(self) -> int:
        return sum(kind.entries for kind in self.kinds)


def entries(libraries: LibraryQuerySet, period: Period) -> ActivityQuerySet:
    """Every entry that counts in ``period``: what the figures below add up and the lists show."""
    joined = libraries.joined_by(period.last_day).order_by()
    return Activity.objects.counted().filter(
        report__state=State.APPROVED,
        report__library__in=joined.values("pk"),
        report__month__range=(period.start, period.end),
    )


def activities(libraries: LibraryQuerySet, period: Period) -> Activities:
    """One question to the database, whatever the number of entries."""
    rows = cast(
        "list[dict[str, Any]]",
        list(
            entries(libraries, period)
            .order_by()
            .values("kind", *DIVIDED)
            .annotate(
                entries=Count("pk"),
                participants=Sum("participants_total"),
                told_entries=Count("pk", filter=_TOLD),
                told=Sum("participants_total", filter=_TOLD),
                women=Sum("participants_women"),
                men=Sum("participants_men"),
                disabled_entries=Count("pk", filter=Q(participants_disabled__isnull=False)),
                disabled=Sum("participants_disabled"),
            )
        ),
    )
    involvement = [row for row in rows if row["kind"] == Kind.INVOLVEMENT]
    return Activities(
        kinds=_parts(rows, "kind", Kind.choices),
        divided={
            name: _largest_first(
                _parts([row for row in rows if row["kind"] == kind], name, choices)
            )
            for name, (kind, choices) in DIVIDED.items()
        },
        attendance=Attendance(
            **{
                name: sum(row[name] or 0 for row in involvement)
                for name in Attendance.__dataclass_fields__
            }
        ),
    )


_TOLD = Q(participants_women__isnull=False)


def _parts(
    rows: Iterable[Mapping[str, Any]], name: str, choices: Sequence[tuple[str, Any]]
) -> tuple[Part, ...]:
    count: Counter[str] = Counter()
    people: Counter[str] = Counter()
    for row in rows:
        count[row[name]] += row["entries"]
        if row["kind"] == Kind.INVOLVEMENT:
            people[row[name]] += row["participants"] or 0
    return tuple(Part(value, str(label), count[value], people[value]) for value, label in choices)


def _largest_first(parts: Iterable[Part]) -> tuple[Part, ...]:
    return tuple(sorted(parts, key=lambda part: -part.entries))
