"""What the SIM said of the libraries at the end of some months: near our scores, never the same.

The national weights are not published; in the one regency observed points differ by eight on
average. So ours are shaken and put in order again: as many are green or yellow as in the portal,
but not all of them the same libraries.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime

from activities.models import OfficialScore
from kpi import queries
from kpi.enums import Colour
from kpi.models import Score
from libraries.enums import SimState
from libraries.models import Library, SimAccount
from tpbis.core import periods
from tpbis.demo.chance import stream
from tpbis.demo.published import TO_SEPTEMBER_2024

_SPREAD = 8_000  # thousandths of a point, as all below
# Between which points a colour lies, by the programme's public thresholds; the first one first.
_BANDS = {
    Colour.GREEN: (75_100, 99_000),
    Colour.YELLOW: (25_100, 75_000),
    Colour.RED: (600, 25_000),
}

Ours = Mapping[int, tuple[Colour, int | None]]  # colour and points, by number


def tell(libraries: Mapping[int, Library], now: datetime) -> None:
    """After everything was scored. ``libraries`` by their number in the cast."""
    numbers = {library.pk: number for number, library in libraries.items()}
    given: list[OfficialScore] = []
    for month in _months(now):
        on = periods.last_day(month)
        state = SimAccount.objects.latest_state(on)
        known = Library.objects.partners_on(on).annotate(sim=state).filter(sim=SimState.ACTIVE)
        scores = Score.objects.filter(through=month, library__in=known.values("pk"))
        ours = {
            numbers[pk]: (Colour(colour), points)
            for pk, colour, points in scores.values_list("library", "colour", "points")
        }
        given += [
            OfficialScore(
                library=libraries[number],
                as_of=on,
                points=points,
                imported_at=min(now, periods.closing(month)),
            )
            for number, points in official_points(ours, month).items()
        ]
    OfficialScore.objects.bulk_create(given, batch_size=500)


def official_points(ours: Ours, month: date) -> dict[int, int | None]:
    """By number; none for those that are grey with us, as the SIM then says ``-``."""
    shaken = {
        number: _place(colour, points) + round(stream("sim", number, month).gauss(0, _SPREAD))
        for number, (colour, points) in ours.items()
        if points is not None
    }
    order = iter(sorted(shaken, key=lambda number: (-shaken[number], number)))
    found: dict[int, int | None] = dict.fromkeys(ours)
    for colour, (least, most) in _BANDS.items():
        for _each in range(sum(ours[number][0] == colour for number in shaken)):
            number = next(order)
            found[number] = round(min(max(shaken[number], least), most), -2)
    return found


def _place(colour: Colour, points: int) -> int:
    """Where it stands among the others: what is red for one lacking component is lower than its
    points say, and not as low as what is red for lacking everything."""
    above = points - _BANDS[colour][1]
    return points if colour != Colour.RED or above < 0 else points - above * 3 // 5


def _months(now: datetime) -> Iterator[date]:
    """The ends of the quarters since the first published figures, and the last month closed."""
    last = queries.last_month_due(now)
    for month in periods.months_from_to(TO_SEPTEMBER_2024.last, last):
        if month.month % 3 == 0 or month == last:
            yield month
