"""When an entry deserves a second look. Pure: told what there is, says what is odd about it.

A flag explains and never blocks: what is flagged may well be true. Rules are symmetric where that
makes sense and know no order, so a report has the same flags whoever asks and whenever.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from rapidfuzz import fuzz

from activities.flags.kinds import FlagKind

CLOSE = 3  # days between two entries that may be the same
ALIKE = 90  # of 100, whatever the order and number of words …
ALIKE_AS_A_WHOLE = 65  # … so that one general word is not like every title that holds it
LATE_AFTER = 30  # days
MANY_IN_A_DAY = 10
TIMES_THE_MEDIAN = 5
FEWEST_FOR_A_MEDIAN = 5
LETTERS_OF_A_TEXT = 20  # shorter titles are alike by chance …
MOST_WITH_A_TEXT = 4  # … and what more libraries say in a month is what everybody calls it


@dataclass(frozen=True, slots=True)
class Seen:
    """An entry as the rules see it."""

    pk: int
    report: int
    library: int
    kind: str
    held_on: date
    title: str  # as `texts.key` compares them
    participants: int | None = None
    medium: str = ""  # of a publication: the same news stands in several
    entered_on: date | None = None  # none: it came from the SIM


@dataclass(frozen=True, slots=True)
class Finding:
    """What is odd about ``entry`` (none: about the report), and the entry it was compared with."""

    kind: FlagKind
    entry: int | None = None
    other: int | None = None
    number: float = 0  # days, entries or the median, as the kind has it
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a report is held against, besides itself."""

    nearby: Collection[Seen] = ()  # of the same library, around the same days
    # Of other libraries, with a title that occurs in it and is not common.
    elsewhere: Collection[Seen] = ()
    medians: Mapping[int, float] = field(default_factory=dict)  # of participants, by library
    # How many entries a library entered on a day.
    entered: Mapping[tuple[int, date], int] = field(default_factory=dict)


def findings(entries: Collection[Seen], around: Surroundings) -> list[Finding]:
    """All that is odd about the ``entries`` of one report; photos apart."""
    found = doubles(entries, around.nearby)
    found += same_texts(entries, around.elsewhere)
    found += [one for entry in entries if (one := crowd(entry, around.medians.get(entry.library)))]
    found += batches(entries, around.entered)
    found += [one for entry in entries if (one := late(entry))]
    found += [Finding(FlagKind.NEW_YEAR, entry.pk) for entry in entries if is_new_year(entry)]
    return found


# --- Twice ----------------------------------------------------------------------------------------


def doubles(entries: Collection[Seen], nearby: Collection[Seen]) -> list[Finding]:
    """Each entry with the one it repeats most closely: same kind and title on the same day, or much
    the same title within a few days. Of two in one report the later one repeats the earlier."""
    known = {entry.pk: entry for entry in (*nearby, *entries)}
    by_day: dict[tuple[int, str, date], list[Seen]] = defaultdict(list)
    for entry in known.values():
        by_day[entry.library, entry.kind, entry.held_on].append(entry)
    found = []
    for entry in entries:
        likely = [
            (not is_same(entry, other), abs(entry.held_on - other.held_on), other.pk)
            for day in _days_around(entry.held_on)
            for other in by_day.get((entry.library, entry.kind, day), ())
            if _may_repeat(entry, other) and is_alike(entry, other)
        ]
        if likely:
            differs, _days, other = min(likely)
            kind = FlagKind.SIMILAR if differs else FlagKind.DOUBLE
            found.append(Finding(kind, entry.pk, other))
    return found


def _days_around(day: date) -> list[date]:
    """Those within the calendar: the first and last days of all have fewer neighbours."""
    low = max(day.toordinal() - CLOSE, date.min.toordinal())
    high = min(day.toordinal() + CLOSE, date.max.toordinal())
    return [date.fromordinal(number) for number in range(low, high + 1)]


def _may_repeat(entry: Seen, other: Seen) -> bool:
    if entry.report == other.report:
        return other.pk < entry.pk
    return True


def is_same(one: Seen, other: Seen) -> bool:
    return one.title == other.title and one.held_on == other.held_on


def is_alike(one: Seen, other: Seen) -> bool:
    """Much the same words; the same news in two media is no repetition."""
    if one.medium and other.medium and one.medium != other.medium:
        return False
    if not one.title or not other.title:
        return False
    return one.title == other.title or (
        fuzz.token_set_ratio(one.title, other.title) >= ALIKE
        and fuzz.token_sort_ratio(one.title, other.title) >= ALIKE_AS_A_WHOLE
    )


# --- Somebody else's ------------------------------------------------------------------------------


def same_texts(entries: Iterable[Seen], elsewhere: Iterable[Seen]) -> list[Finding]:
    """A long title that another library used about the same time, for the same day or for as many
    people."""
    by_title: dict[str, list[Seen]] = defaultdict(list)
    for other in elsewhere:
        by_title[other.title].append(other)
    found = []
    for entry in entries:
        likely = [other for other in by_title.get(entry.title, ()) if is_same_text(entry, other)]
        if likely:
            # The same day says more than the same number of people.
            other = min(likely, key=lambda one: (one.held_on != entry.held_on, one.pk))
            found.append(Finding(FlagKind.SAME_TEXT, entry.pk, other.pk))
    return found


def is_long(title: str) -> bool:
    return len(title.replace(" ", "")) >= LETTERS_OF_A_TEXT


def is_common(libraries: int) -> bool:
    """Used by so many libraries in one month that no one has it from another: a day of the
    programme, a course that all were given."""
    return libraries > MOST_WITH_A_TEXT


def is_same_text(entry: Seen, other: Seen) -> bool:
    if entry.library == other.library or entry.title != other.title or not is_long(entry.title):
        return False
    if not are_neighbours(entry.held_on, other.held_on):
        return False
    as_many = entry.participants is not None and entry.participants == other.participants
    return entry.held_on == other.held_on or as_many


def are_neighbours(one: date, other: date) -> bool:
    """In the same month or in one next to it."""
    return abs((one.year - other.year) * 12 + one.month - other.month) <= 1


# --- Numbers and days -----------------------------------------------------------------------------


def crowd(entry: Seen, median: float | None) -> Finding | None:
    """Many more people than this library usually has; ``None`` where there is no usual yet."""
    if not median or entry.participants is None:
        return None
    if entry.participants <= TIMES_THE_MEDIAN * median:
        return None
    return Finding(FlagKind.CROWD, entry.pk, number=median)


def batches(entries: Iterable[Seen], entered: Mapping[tuple[int, date], int]) -> list[Finding]:
    """Days on which the library entered many; of the report as a whole."""
    days = {(entry.library, entry.entered_on) for entry in entries if entry.entered_on}
    counts = {day: entered.get((library, day), 0) for library, day in days}
    return [
        Finding(FlagKind.BATCH, number=count, day=day)
        for day, count in sorted(counts.items())
        if count > MANY_IN_A_DAY
    ]


def late(entry: Seen) -> Finding | None:
    """Entered long after the day it tells of."""
    if entry.entered_on is None or entry.entered_on - entry.held_on <= timedelta(LATE_AFTER):
        return None
    return Finding(FlagKind.LATE, entry.pk, number=(entry.entered_on - entry.held_on).days)


def is_new_year(entry: Seen) -> bool:
    """The day that forms fill in by themselves."""
    return (entry.held_on.month, entry.held_on.day) == (1, 1)
