"""Which library reports in which span of months, and how well: the story of the programme. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tpbis.demo import published
from tpbis.demo.cast import NAMED, Partner
from tpbis.demo.chance import stream
from tpbis.demo.published import (
    END_OF_2024,
    REST_OF_2025,
    TO_MARCH_2025,
    TO_SEPTEMBER_2024,
    YEAR_2023,
    Span,
)

GREEN, YELLOW, RED = "green", "yellow", "red"


@dataclass(frozen=True, slots=True)
class Course:
    """What happens to the circle of reporting libraries at the start of a span."""

    stop: int  # so many of those that reported no longer do
    reporting: int  # so many report then, newcomers included
    green: float  # shares of those that report
    yellow: float


_COURSES = {
    END_OF_2024: Course(stop=10, reporting=352, green=0.07, yellow=0.42),
    TO_MARCH_2025: Course(
        stop=22,
        reporting=sum(published.COLOURS_MARCH_2025.values()),
        green=0,
        yellow=0,  # the numbers are published, see `_colours`
    ),
    REST_OF_2025: Course(stop=20, reporting=640, green=0.10, yellow=0.58),
}
_A_YEAR_ON = Course(stop=34, reporting=788, green=0.146, yellow=0.549)
_REPLICATION_REPORTING = (62, 16)  # of the first and of the second wave
_REPLICATION_IN_2023 = 60
_OTHERS_IN_2023 = 95


@dataclass
class Careers:
    """The colour each reporting library aims at, span by span; and who never reports at all
    although it has an account."""

    colours: dict[Span, dict[int, str]] = field(default_factory=dict)
    never: list[int] = field(default_factory=list)

    def reporting_in(self, span: Span) -> set[int]:
        return set(self.colours[span])

    def newcomers(self, span: Span) -> set[int]:
        before = [set(found) for other, found in self.colours.items() if other.first < span.first]
        return self.reporting_in(span).difference(*before)


def plan(partners: list[Partner], last_year: int) -> Careers:
    """The careers of all partners to the end of ``last_year``. What happens until March 2025 does
    not depend on ``last_year``."""
    by_number = {partner.number: partner for partner in partners}
    careers = Careers()
    _begin(partners, careers)
    for span in published.spans(last_year):
        if span.first <= TO_SEPTEMBER_2024.first:
            continue
        course = _COURSES.get(span, _A_YEAR_ON)
        reporting = _next_circle(partners, careers, span, course)
        careers.colours[span] = _colours(reporting, by_number, span, course)
    silent = [p for p in partners if not any(p.number in c for c in careers.colours.values())]
    careers.never += [p.number for p in _ranked(silent, "never") if p.number not in careers.never][
        :12
    ]
    return careers


def _begin(partners: list[Partner], careers: Careers) -> None:
    """2023 and January-September 2024: whoever reported in 2023 reports in 2024."""
    replication = [p for p in partners if p.is_replication]
    waves = (
        [p for p in replication if p.joined_on.year == 2023 and p.joined_on.month < 6],
        [p for p in replication if p.joined_on.year == 2024 or p.joined_on.month > 6],
    )
    first, second = (
        _ranked(wave, TO_SEPTEMBER_2024.key)[:count]
        for wave, count in zip(waves, _REPLICATION_REPORTING, strict=True)
    )
    others = _ranked(
        [p for p in partners if not p.is_replication and not p.joined_2025], TO_SEPTEMBER_2024.key
    )
    count = sum(published.OTHER_COLOURS_TO_SEPTEMBER.values())
    others, silent = others[:count], others[count:]
    careers.never += [p.number for p in silent[50 : 50 + published.NEVER_REPORTED]]
    experienced = [p for p in others if p.joined_on.year < 2023]
    careers.colours[YEAR_2023] = {
        **_by_rank(first[:_REPLICATION_IN_2023], YEAR_2023, published.REPLICATION_COLOURS_2023),
        **_by_rank(experienced[:_OTHERS_IN_2023], YEAR_2023, published.OTHER_COLOURS_2023),
    }
    careers.colours[TO_SEPTEMBER_2024] = {
        **_by_rank(first + second, TO_SEPTEMBER_2024, published.REPLICATION_COLOURS_TO_SEPTEMBER),
        **_by_rank(others, TO_SEPTEMBER_2024, published.OTHER_COLOURS_TO_SEPTEMBER),
    }


def _next_circle(
    partners: list[Partner], careers: Careers, span: Span, course: Course
) -> list[Partner]:
    """Those that report in ``span``: the circle before it without some, with newcomers."""
    last = max(careers.colours, key=lambda known: known.first)
    ever = set().union(*careers.colours.values())
    before = careers.reporting_in(last)
    stays = [p for p in partners if p.number in before]
    # The replication partners' two years are published: none of them leaves or starts in between.
    bound = span == END_OF_2024
    may_leave = [p for p in stays if p.code not in NAMED and not (bound and p.is_replication)]
    leaves = {p.number for p in _ranked(may_leave, f"leave/{span.key}")[-course.stop :]}
    fresh = [
        p
        for p in partners
        if p.number not in ever
        and p.number not in careers.never
        and p.joined_on <= span.months[min(3, len(span.months) - 1)]
        and not (bound and p.is_replication)
    ]
    joiners = [p for p in fresh if p.joined_2025][:26] if span == REST_OF_2025 else []
    others = [p for p in fresh if not p.joined_2025 or span.first.year > 2025]
    missing = course.reporting - (len(stays) - len(leaves)) - len(joiners)
    starts = _ranked(others, f"start/{span.key}")[: max(0, missing)]
    return [p for p in stays if p.number not in leaves] + joiners + starts


def _colours(
    reporting: list[Partner], by_number: Mapping[int, Partner], span: Span, course: Course
) -> dict[int, str]:
    counts: Mapping[str, int]
    if span == TO_MARCH_2025:
        counts = published.COLOURS_MARCH_2025
    else:
        green = round(len(reporting) * course.green)
        yellow = round(len(reporting) * course.yellow)
        counts = {GREEN: green, YELLOW: yellow, RED: len(reporting) - green - yellow}
    return _by_rank(reporting, span, counts)


def _by_rank(partners: Iterable[Partner], span: Span, counts: Mapping[str, int]) -> dict[int, str]:
    """The liveliest are green, the next yellow, the rest red."""
    colours = [colour for colour in (GREEN, YELLOW, RED) for _ in range(counts[colour])]
    ranked = _ranked(partners, f"colour/{span.key}")
    return {p.number: colour for p, colour in zip(ranked, colours, strict=True)}


def _ranked(partners: Iterable[Partner], occasion: str) -> list[Partner]:
    """Liveliest first, with some luck of the ``occasion``."""
    return sorted(
        partners,
        key=lambda p: (-p.vigour - stream(occasion, p.number).gauss(0, 0.6), p.number),
    )
