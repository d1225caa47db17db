"""What the figures are: frozen rows that page, API, document and export all render."""

from dataclasses import dataclass, fields
from datetime import date, datetime

from activities.models import OfficialScore
from kpi.enums import Colour, Grey
from libraries.models import Library, Region
from tpbis.core.periods import Period


@dataclass(frozen=True, slots=True)
class ColourCounts:
    """Libraries by colour; the three greys add up to ``grey``, the four colours to ``total``."""

    green: int = 0
    yellow: int = 0
    red: int = 0
    no_account: int = 0  # grey: neither a SIM nor a portal account
    never: int = 0  # grey: has an account, never reported
    stopped: int = 0  # grey: reported in an earlier year only

    @property
    def grey(self) -> int:
        return self.no_account + self.never + self.stopped

    @property
    def total(self) -> int:
        return self.green + self.yellow + self.red + self.grey

    @property
    def scored(self) -> int:
        return self.green + self.yellow + self.red

    @property
    def reconciliation(self) -> str:
        """“932 = 24 + 114 + 134 + 660”: partners = green + yellow + red + grey."""
        return f"{self.total} = {self.green} + {self.yellow} + {self.red} + {self.grey}"


@dataclass(frozen=True, slots=True)
class MonthColours:
    """Partners by colour at the end of ``month``; the greys are not told apart."""

    month: date
    green: int = 0
    yellow: int = 0
    red: int = 0
    grey: int = 0

    @property
    def total(self) -> int:
        return self.green + self.yellow + self.red + self.grey


@dataclass(frozen=True, slots=True)
class Totals:
    """What approved reports and SIM entries of the period add up to; drafts never count."""

    involvement: int = 0
    participants: int = 0
    participants_women: int = 0
    participants_men: int = 0
    participants_disabled: int = 0
    advocacy: int = 0
    service: int = 0
    publications: int = 0
    visits_men: int = 0
    visits_women: int = 0
    visits_total: int = 0


TALLIED = tuple(field.name for field in fields(Totals))


@dataclass(frozen=True, slots=True)
class Completeness:
    """Library-months: expected of libraries in portal mode for each month they took part in whose
    *batas kirim* has passed; reported = submitted or approved (a late one too); excused = of the
    expected ones, those a PIC excused: they count neither for nor against timeliness; on time = of
    the reported ones that were not excused, first submitted before the deadline."""

    expected: int = 0
    reported: int = 0
    on_time: int = 0
    excused: int = 0

    @property
    def timed(self) -> int:
        """What timeliness is a share of."""
        return self.expected - self.excused

    @property
    def share(self) -> float:
        """To sort by: nothing expected stands below nothing reported."""
        return self.reported / self.expected if self.expected else -1.0


@dataclass(frozen=True, slots=True)
class AreaRow:
    """One regency (or district) of a table or map."""

    area: Region
    colours: ColourCounts
    totals: Totals
    completeness: Completeness
    partnerships: int
    green_before: int  # green libraries at the end of the period before


@dataclass(frozen=True, slots=True)
class LibraryRow:
    """One library of a list."""

    library: Library
    colour: str
    points: int | None  # thousandths
    grey: Grey | None
    totals: Totals
    official: OfficialScore | None  # the SIM's newest by the end of the period
    is_awaited: bool = False  # a report of the year waits for review


@dataclass(frozen=True, slots=True)
class MonthCell:
    """One month of a library's strip."""

    month: date
    # A State; "open" or "not_reported" before and after batas kirim; "not_expected" before the
    # library joined, "inactive" while it took no part; "sim" where the national SIM is what
    # libraries report to.
    state: str
    colour: str | None  # from 1 January to the end of that month; None if it took no part then
    entries: int  # without those left out at approval
    report: int | None = None  # the report that most needs somebody's eyes
    is_before_joining: bool = False
    is_excused: bool = False  # it may be late, or stay out
    grey: Grey | None = None  # why it is grey
    is_awaited: bool = False  # grey, and something of that year waits for review


@dataclass(frozen=True, slots=True)
class ColourChange:
    """How many libraries had a colour then, and have it now."""

    colour: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class ColourMove:
    """How many libraries went from one colour to another; ``None`` stands for those that were not
    counted then, or are not any more (merged, or entered in the register later)."""

    before: str | None
    after: str | None
    count: int


@dataclass(frozen=True, slots=True)
class Closed:
    """Libraries by colour as a month was closed, and what has moved since.

    ``colours`` never change; ``moves`` lead from them to the running score of the same span.
    """

    through: date
    as_of: datetime
    rule_versions: tuple[int, ...]
    colours: ColourCounts
    moves: tuple[ColourMove, ...]

    @property
    def changed(self) -> int:
        return sum(move.count for move in self.moves)

    @property
    def changes(self) -> tuple[ColourChange, ...]:
        """The colours whose number is another now."""
        found = []
        for colour in Colour.values:
            before = getattr(self.colours, colour)
            left = sum(move.count for move in self.moves if move.before == colour)
            came = sum(move.count for move in self.moves if move.after == colour)
            if left != came:
                found.append(ColourChange(colour, before, before - left + came))
        return tuple(found)


@dataclass(frozen=True, slots=True)
class WeekAgo:
    """Libraries by colour of the running year as the night a week ago found them."""

    day: date
    colours: ColourCounts
    changes: tuple[ColourChange, ...]  # of the running score since


@dataclass(frozen=True, slots=True)
class Dashboard:
    """All a region's page, document and API answer say, from one moment."""

    region: Region
    period: Period
    before: Period  # what the ..._before figures cover
    as_of: datetime
    colours: ColourCounts
    colours_before: MonthColours
    totals: Totals
    totals_before: Totals
    partnerships: int
    partnerships_before: int
    completeness: Completeness
    rows: tuple[AreaRow, ...]
    rule_versions: tuple[int, ...]
    closed: Closed | None = None  # where the period ends with a closed month
    week_ago: WeekAgo | None = None  # where it ends with the running one
