"""The SIM's official colours as they head a page: beside ours, never added to them."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from activities.models import OfficialScore
from libraries.querysets import LibraryQuerySet
from reports.figures.official import official_colour


@dataclass(frozen=True, slots=True)
class OfficialColours:
    """Partners of a day by the newest colour that the SIM had given them by then. The four colours
    and ``without`` add up to ``total``."""

    on: date
    green: int = 0
    yellow: int = 0
    red: int = 0
    grey: int = 0  # known to the SIM, without points
    without: int = 0  # the SIM said nothing of them
    days: tuple[date, ...] = ()  # the SIM's own, the first one first

    @property
    def given(self) -> int:
        return self.green + self.yellow + self.red + self.grey

    @property
    def total(self) -> int:
        return self.given + self.without

    @property
    def reconciliation(self) -> str:
        parts = (self.green, self.yellow, self.red, self.grey, self.without)
        return f"{self.total} = {' + '.join(map(str, parts))}"


def official_colours(libraries: LibraryQuerySet, on: date) -> OfficialColours:
    """Of the partners among ``libraries`` on the day ``on``; while that has not come, said of
    today."""
    found = official_by_library(libraries, on)
    counted = Counter(colour for colour, _day in found.values())
    return OfficialColours(
        on=min(on, timezone.localdate()),
        **{colour: counted[colour] for colour in ("green", "yellow", "red", "grey")},
        without=counted[""],
        days=tuple(sorted({day for _colour, day in found.values() if day is not None})),
    )


def official_by_library(libraries: LibraryQuerySet, on: date) -> dict[int, tuple[str, date | None]]:
    """Each partner's official colour and its day; without one both are empty."""
    given = OfficialScore.objects.filter(library=OuterRef("pk"), as_of__lte=on).order_by("-as_of")
    rows = (
        libraries.partners_on(on)
        .order_by()
        .annotate(
            official_points=Subquery(given.values("points")[:1]),
            official_day=Subquery(given.values("as_of")[:1]),
        )
        .values_list("pk", "official_points", "official_day")
    )
    return {pk: (official_colour(points) if day else "", day) for pk, points, day in rows}
