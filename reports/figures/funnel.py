"""How far each partner has come into the portal, and beside it its account at Perpusnas.

The two account states are independent and never added to one another. Everything is as it stood at
the end of a day ``on``: partners, accounts and the SIM's states carry dates; only whether a report
that was sent by then has been returned since is known for today alone.

**Portal**, each partner in exactly one stage:

- *rutin*: somebody can sign in, and a report first sent by then, now submitted or approved, is
  there for each of the last three months whose *batas kirim* had passed;
- *laporan pertama*: somebody can sign in, and the library has sent a report at least once;
- *akun aktif*: somebody can sign in, nothing was sent yet;
- *diundang*: nobody can sign in, and a code was good that day;
- *belum ada*: the others, also where a code expired or the last librarian left.

"Somebody can sign in": a librarian in post that day whose account had been activated (and, asked
for today, was not closed). Only reports made here count: entries that came from the SIM colour a
library without taking it along this path; how many of those nobody signs in for is said beside it.

**SIM**: the last state noted by that day; a library without one was never proposed.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Count, Max, Min, Q, Subquery
from django.utils import timezone

from activities.enums import REPORTED, Source
from activities.models import MonthlyReport
from libraries.enums import Level, ReportingMode, SimState
from libraries.models import Activation, Assignment, Region, SimAccount
from libraries.querysets import LibraryQuerySet
from reports.enums import LetterState, Stage
from tpbis.accounts.enums import Role
from tpbis.core import periods

ROUTINE_MONTHS = 3


@dataclass(frozen=True, slots=True)
class LastLetter:
    """The newest code given out for a library."""

    activation: int
    batch: int | None  # printed together with others
    state: LetterState
    issued_on: date
    valid_until: date  # to the end of that day
    recipient: str


@dataclass(frozen=True, slots=True)
class Position:
    """Where one partner stands."""

    library: int
    code: str  # of its region
    stage: Stage
    sim: SimState
    sim_since: date | None
    account_since: date | None
    first_sent_on: date | None
    last_month: date | None  # the newest month it sent a report of
    letter: LastLetter | None
    through_sim: bool  # nobody signs in, yet the SIM has entries of the year

    @property
    def since(self) -> date | None:
        """Since when it stands where it stands, where one day says so."""
        if self.stage == Stage.INVITED:
            return self.letter.issued_on if self.letter else None
        return {Stage.ACTIVE: self.account_since, Stage.FIRST: self.first_sent_on}.get(self.stage)


@dataclass(frozen=True, slots=True)
class StageCounts:
    """Partners by stage; the five add up to ``total``."""

    none: int = 0
    invited: int = 0
    active: int = 0
    first: int = 0
    routine: int = 0

    @property
    def total(self) -> int:
        return self.none + self.invited + self.active + self.first + self.routine

    @property
    def inside(self) -> int:
        """Somebody can sign in."""
        return self.active + self.first + self.routine

    @property
    def reconciliation(self) -> str:
        """“962 = 590 + 12 + 8 + 52 + 300”: partners = the five stages."""
        parts = (self.none, self.invited, self.active, self.first, self.routine)
        return f"{self.total} = {' + '.join(map(str, parts))}"


@dataclass(frozen=True, slots=True)
class SimCounts:
    """Partners by the state of their account at Perpusnas; the four add up to ``total``."""

    not_proposed: int = 0
    proposed: int = 0
    active: int = 0
    inactive: int = 0

    @property
    def total(self) -> int:
        return self.not_proposed + self.proposed + self.active + self.inactive

    @property
    def reconciliation(self) -> str:
        parts = (self.not_proposed, self.proposed, self.active, self.inactive)
        return f"{self.total} = {' + '.join(map(str, parts))}"


@dataclass(frozen=True, slots=True)
class FunnelRow:
    """One regency (or district)."""

    area: Region
    portal: StageCounts
    sim: SimCounts
    through_sim: int

    @property
    def records_in_sim(self) -> bool:
        """Its libraries record in the SIM: nothing is expected of them here."""
        return self.area.reporting_mode == ReportingMode.SIM


@dataclass(frozen=True, slots=True)
class Funnel:
    """The whole path, of all partners and by area."""

    on: date
    months: tuple[date, ...]  # those that "rutin" asks for
    portal: StageCounts
    sim: SimCounts
    through_sim: int
    rows: tuple[FunnelRow, ...]


def funnel(libraries: LibraryQuerySet, on: date, *, level: Level = Level.REGENCY) -> Funnel:
    """The path of the partners among ``libraries`` at the end of ``on``, by areas of ``level``;
    a library of a higher place (a regency's own) stands in that place's row."""
    found = positions(libraries, on)
    by_area: dict[str, list[Position]] = defaultdict(list)
    for position in found:
        by_area[".".join(position.code.split(".")[:level])].append(position)
    areas = Region.objects.filter(code__in=by_area).order_by("code")
    return Funnel(
        on=on,
        months=routine_months(on),
        portal=_stages(found),
        sim=_sim_states(found),
        through_sim=_through_sim(found),
        rows=tuple(
            FunnelRow(
                area=area,
                portal=_stages(by_area[area.code]),
                sim=_sim_states(by_area[area.code]),
                through_sim=_through_sim(by_area[area.code]),
            )
            for area in areas
        ),
    )


def positions(libraries: LibraryQuerySet, on: date) -> list[Position]:
    """Where each partner among ``libraries`` stood at the end of ``on``; five queries for any
    number."""
    moment = end_of(on)
    partners = libraries.partners_on(on).order_by()
    known = _Known(
        accounts=_accounts(partners, on, moment),
        letters=last_letters(partners, moment),
        reports=_reports(partners, on, moment),
        from_sim=_from_sim(partners, on),
    )
    latest = SimAccount.objects.latest_state(on)
    rows = partners.annotate(
        sim_state=Subquery(latest), sim_since=Subquery(latest.values("since_on")[:1])
    ).values_list("pk", "region__code", "sim_state", "sim_since")
    return [known.position(*row) for row in rows]


def routine_months(on: date) -> tuple[date, ...]:
    """The last three months whose *batas kirim* had passed at the end of ``on``, oldest first."""
    month = periods.add_months(periods.first_of_month(on), -1)
    if periods.deadline(month) > periods.midnight(on + timedelta(days=1)):
        month = periods.add_months(month, -1)
    return tuple(periods.add_months(month, back) for back in range(1 - ROUTINE_MONTHS, 1))


def end_of(on: date) -> datetime:
    """The end of the day ``on``; now, while that has not come."""
    return min(periods.midnight(on + timedelta(days=1)), timezone.now())


# --- What is known of each library ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Reported:
    first_sent: datetime
    last_month: date
    lately: int  # of the months that "rutin" asks for


@dataclass(frozen=True, slots=True)
class _Known:
    accounts: Mapping[int, date] = field(default_factory=dict)
    letters: Mapping[int, LastLetter] = field(default_factory=dict)
    reports: Mapping[int, _Reported] = field(default_factory=dict)
    from_sim: frozenset[int] = frozenset()

    def position(
        self, library: int, code: str, sim: str | None, sim_since: date | None
    ) -> Position:
        reported = self.reports.get(library)
        return Position(
            library=library,
            code=code,
            stage=self._stage(library),
            sim=SimState(sim or SimState.NOT_PROPOSED),
            sim_since=sim_since,
            account_since=self.accounts.get(library),
            first_sent_on=timezone.localdate(reported.first_sent) if reported else None,
            last_month=reported.last_month if reported else None,
            letter=self.letters.get(library),
            through_sim=library in self.from_sim and library not in self.accounts,
        )

    def _stage(self, library: int) -> Stage:
        if library not in self.accounts:
            letter = self.letters.get(library)
            invited = letter is not None and letter.state == LetterState.OPEN
            return Stage.INVITED if invited else Stage.NONE
        reported = self.reports.get(library)
        if reported is None:
            return Stage.ACTIVE
        return Stage.ROUTINE if reported.lately == ROUTINE_MONTHS else Stage.FIRST


def _accounts(partners: LibraryQuerySet, on: date, moment: datetime) -> dict[int, date]:
    """Since when somebody has been able to sign in, where somebody can."""
    in_post = Assignment.objects.in_force(on).filter(
        library__in=partners.values("pk"),
        user__role=Role.LIBRARIAN,
        user__activated_at__lte=moment,
    )
    if on >= timezone.localdate():
        in_post = in_post.filter(user__is_active=True)
    rows = (
        in_post.order_by()
        .values("library")
        .annotate(activated=Min("user__activated_at"), posted=Min("starts_on"))
        .values_list("library", "activated", "posted")
    )
    return {pk: max(timezone.localdate(activated), posted) for pk, activated, posted in rows}


def last_letters(partners: LibraryQuerySet, moment: datetime) -> dict[int, LastLetter]:
    """The newest letter of each library that has one, with its state at ``moment``."""
    given = Activation.objects.filter(
        library__in=partners.order_by().values("pk"), issued_at__lte=moment
    )
    return {
        activation.library_id: LastLetter(
            activation=activation.pk,
            batch=activation.batch_id,
            state=letter_state(activation, moment),
            issued_on=timezone.localdate(activation.issued_at),
            valid_until=timezone.localdate(activation.expires_at),
            recipient=activation.recipient_name,
        )
        for activation in given.order_by("issued_at", "pk")
        if activation.library_id is not None
    }


def letter_state(activation: Activation, moment: datetime) -> LetterState:
    if activation.used_at is not None and activation.used_at <= moment:
        return LetterState.USED
    if activation.revoked_at is not None and activation.revoked_at <= moment:
        return LetterState.REVOKED
    return LetterState.OPEN if activation.expires_at > moment else LetterState.EXPIRED


def _reports(partners: LibraryQuerySet, on: date, moment: datetime) -> dict[int, _Reported]:
    """What each library had sent by ``moment``."""
    lately = Q(month__in=routine_months(on), state__in=REPORTED)
    rows = (
        MonthlyReport.objects.from_portal()
        .filter(library__in=partners.values("pk"), first_submitted_at__lt=moment)
        .order_by()
        .values("library")
        .annotate(
            first=Min("first_submitted_at"),
            newest=Max("month"),
            lately=Count("month", filter=lately, distinct=True),
        )
        .values_list("library", "first", "newest", "lately")
    )
    return {pk: _Reported(*what) for pk, *what in rows}


def _from_sim(partners: LibraryQuerySet, on: date) -> frozenset[int]:
    """Those with entries of the year to date that came from the SIM."""
    entries = MonthlyReport.objects.filter(
        source=Source.SIM,
        library__in=partners.values("pk"),
        month__range=(periods.january(on), on),
    )
    return frozenset(entries.order_by().values_list("library", flat=True).distinct())


# --- Counting -------------------------------------------------------------------------------------


def _stages(found: Iterable[Position]) -> StageCounts:
    counted = Counter(position.stage for position in found)
    return StageCounts(
        none=counted[Stage.NONE],
        invited=counted[Stage.INVITED],
        active=counted[Stage.ACTIVE],
        first=counted[Stage.FIRST],
        routine=counted[Stage.ROUTINE],
    )


def _sim_states(found: Iterable[Position]) -> SimCounts:
    counted = Counter(position.sim for position in found)
    return SimCounts(
        not_proposed=counted[SimState.NOT_PROPOSED],
        proposed=counted[SimState.PROPOSED],
        active=counted[SimState.ACTIVE],
        inactive=counted[SimState.INACTIVE],
    )


def _through_sim(found: Sequence[Position]) -> int:
    return sum(1 for position in found if position.through_sim)
