"""Which libraries may be awarded for a closed month, and what the province decided about them."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from activities import flags
from activities.enums import Source, State
from activities.models import MonthlyReport
from kpi.enums import AwardDecision, Colour
from kpi.models import Award, Closing, ClosingScore
from kpi.querysets import AwardQuerySet
from libraries.models import FormerLibrary, Library
from libraries.querysets import LibraryQuerySet
from tpbis.core import periods

MOST_CLOSINGS = 12  # that may be looked back upon


@dataclass(frozen=True, slots=True)
class AwardConditions:
    """Beside green at the closing itself: green in ``least`` of the ``last`` closings up to it, and
    unless ``flags_allowed`` nothing open. Of fewer closings than ``last`` all are looked at."""

    least: int = 3
    last: int = 3
    flags_allowed: bool = False


@dataclass(frozen=True, slots=True)
class OpenFlags:
    """What nobody has answered yet in a library's year, as reports that are flagged."""

    waiting: int = 0  # sent in, not decided
    from_sim: int = 0  # approved by the import: no reviewer ever saw them
    kinds: tuple[flags.FlagKind, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.waiting or self.from_sim)


@dataclass(frozen=True, slots=True)
class AwardStanding:
    """A library that was green at the closing, or about which something was decided."""

    library: int
    points: int | None  # at the closing, in thousandths; none: not green then
    version: int | None  # of the rules it was scored by
    greens: int  # of the closings that are looked back upon
    open_flags: OpenFlags
    award: Award | None
    is_fit: bool  # fulfils the conditions

    @property
    def seen_as(self) -> str:
        return award_seen_as(self.award)


@dataclass(frozen=True, slots=True)
class AwardCandidates:
    """Who may be awarded: ``standings`` are those that fulfil the conditions and those already
    decided about. ``green == fit + too_seldom + flagged``."""

    closings: tuple[Closing, ...]  # looked back upon, the newest (the one in question) first
    needed: int  # green closings among them
    green: int
    too_seldom: int
    flagged: int  # green often enough, with something open
    standings: tuple[AwardStanding, ...]

    @property
    def fit(self) -> int:
        return self.green - self.too_seldom - self.flagged

    @property
    def rule_versions(self) -> tuple[int, ...]:
        known = {one.version for one in self.standings if one.version is not None}
        return tuple(sorted(known))


def award_candidates(
    closing: Closing, libraries: LibraryQuerySet, conditions: AwardConditions
) -> AwardCandidates:
    """Of ``libraries`` those that were green at ``closing`` and fulfil the ``conditions``, and
    those it was decided about. A constant number of queries."""
    back = Closing.objects.filter(through__lte=closing.through).order_by("-through")
    closings = tuple(back[: conditions.last])
    needed = min(conditions.least, len(closings))
    greens = _greens(closings, libraries)
    green_now = greens.get(closing.pk, {})
    often = Counter(pk for found in greens.values() for pk in found)
    awards = {
        award.library_id: award
        for award in Award.objects.filter(
            closing=closing, library__in=libraries.order_by().values("pk")
        ).select_related("decided_by")
    }
    fulfilled = {pk for pk in green_now if often[pk] >= needed}
    known = open_flags(Library.objects.filter(pk__in=fulfilled | awards.keys()), closing)
    flagged = {pk for pk in fulfilled if known.get(pk) and not conditions.flags_allowed}
    fit = fulfilled - flagged
    return AwardCandidates(
        closings=closings,
        needed=needed,
        green=len(green_now),
        too_seldom=len(green_now) - len(fulfilled),
        flagged=len(flagged),
        standings=tuple(
            AwardStanding(
                library=pk,
                points=green_now[pk].points if pk in green_now else None,
                version=green_now[pk].version if pk in green_now else None,
                greens=often[pk],
                open_flags=known.get(pk, OpenFlags()),
                award=awards.get(pk),
                is_fit=pk in fit,
            )
            for pk in sorted(fit | awards.keys())
        ),
    )


def green_at(closing: Closing, libraries: LibraryQuerySet) -> set[int]:
    """Those of ``libraries`` that were green at ``closing``."""
    return set(_greens([closing], libraries).get(closing.pk, {}))


# --- What is open ---------------------------------------------------------------------------------


def open_flags(libraries: LibraryQuerySet, closing: Closing) -> dict[int, OpenFlags]:
    """Flags that nobody has answered, on what the libraries reported from January to the closed
    month: of reports that wait for their reviewer, and of SIM entries, which no reviewer ever sees.
    Who approved, left out or sent back what was flagged has answered. Those without are missing."""
    reports = list(
        MonthlyReport.objects.filter(
            library__in=libraries.order_by().values("pk"),
            month__range=(periods.january(closing.through), closing.through),
        )
        .filter(state__in=(State.SUBMITTED, State.APPROVED))
        .exclude(source=Source.PORTAL, state=State.APPROVED)
        .only("pk", "library_id", "month", "source")
    )
    kinds = flags.kinds_of(reports)
    counted: dict[int, Counter[str]] = defaultdict(Counter)
    seen: dict[int, set[flags.FlagKind]] = defaultdict(set)
    for report in reports:
        if kinds[report.pk]:
            counted[report.library_id][report.source] += 1
            seen[report.library_id] |= kinds[report.pk]
    return {
        pk: OpenFlags(
            waiting=sources[Source.PORTAL],
            from_sim=sources[Source.SIM],
            kinds=tuple(kind for kind in flags.FlagKind if kind in seen[pk]),
        )
        for pk, sources in counted.items()
    }


# --- What was decided -----------------------------------------------------------------------------


def awards_of(library: Library) -> AwardQuerySet:
    """What was decided about ``library``, the newest closing first, refusals included."""
    found = Award.objects.filter(library=library).select_related("closing", "decided_by")
    return found.order_by("-closing__through", "-pk")


def granted_awards(closing: Closing, libraries: LibraryQuerySet) -> AwardQuerySet:
    """What certificates are made of: the awards granted for ``closing`` to ``libraries``, each with
    its library and its regency, by regency and name. The score it was granted for stands in the
    closing (``ClosingScore``), its day in ``decided_on``; a decision that is changed to a refusal
    is no longer here."""
    granted = Award.objects.filter(
        closing=closing,
        decision=AwardDecision.GRANTED,
        library__in=libraries.order_by().values("pk"),
    )
    return granted.select_related("closing", "library__regency").order_by(
        "library__regency__code", "library__name", "pk"
    )


def award_seen_as(award: Award | None) -> str:
    """Which decision somebody had before their eyes: another one is another text."""
    return award.decided_at.astimezone(UTC).isoformat() if award else ""


# --- Green closings -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Green:
    points: int
    version: int | None


def _greens(
    closings: Sequence[Closing], libraries: LibraryQuerySet
) -> Mapping[int, dict[int, _Green]]:
    """By closing, who of ``libraries`` was green. What closed under the number of a library that
    was merged into one of them since is that one's, unless it has a score of its own there."""
    mine = libraries.order_by().values("pk")
    former = FormerLibrary.objects.filter(library__in=mine)
    now_called = dict(former.values_list("number", "library"))
    kept = ClosingScore.objects.filter(closing__in=closings)
    own = set(kept.filter(library__in=set(now_called.values())).values_list("closing", "library"))
    green = kept.filter(colour=Colour.GREEN)
    rows: list[tuple[Any, ...]] = []
    for which in (green.filter(library__in=mine), green.filter(library__in=list(now_called))):
        rows += which.values_list("closing", "library", "points", "rule_set__version")
    found: dict[int, dict[int, _Green]] = defaultdict(dict)
    for closing, number, points, version in rows:
        pk = now_called.get(number, number)
        if number in now_called and (closing, pk) in own:
            continue
        before = found[closing].get(pk)
        if before is None or before.points < points:
            found[closing][pk] = _Green(points, version)
    return found
