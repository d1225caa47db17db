"""Which backups stay: of the last days each, of older weeks and months one."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from tpbis.backup.making import made_at

DAYS, WEEKS, MONTHS = 14, 8, 12


def backups_in(folder: Path) -> list[Path]:
    """The newest first."""
    found = [(at, path) for path in folder.glob("*") if (at := made_at(path)) is not None]
    return [path for _at, path in sorted(found, reverse=True)]


def superfluous(found: Iterable[datetime], *, now: datetime) -> set[datetime]:
    """Those of ``found`` that need not stay: older than ``DAYS`` days and neither the last of one
    of the ``WEEKS`` weeks nor of one of the ``MONTHS`` months before. The newest always stays."""
    times = sorted(found, reverse=True)
    stay = set(times[:1])
    weeks: set[tuple[int, int]] = set()
    months: set[tuple[int, int]] = set()
    for at in times:
        week, month = at.isocalendar()[:2], (at.year, at.month)
        if now - at <= timedelta(days=DAYS):
            stay.add(at)
        if now - at <= timedelta(weeks=WEEKS) and week not in weeks:
            stay.add(at)
        if now - at <= timedelta(days=31 * MONTHS) and month not in months:
            stay.add(at)
        weeks.add(week)
        months.add(month)
    return set(times) - stay


def prune(folder: Path, *, now: datetime) -> list[Path]:
    """Remove what need not stay; gives what went."""
    found = {at: path for path in backups_in(folder) if (at := made_at(path)) is not None}
    gone = [found[at] for at in sorted(superfluous(found, now=now))]
    for path in gone:
        path.unlink(missing_ok=True)
    return gone
