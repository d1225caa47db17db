"""What is under way today, through the services: the running drafts of the two libraries with a
demo account, the reports that wait for their PIC, and some that were returned."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from activities import services
from activities.models import MonthlyReport
from libraries.models import Library
from tpbis.accounts.models import User
from tpbis.core import periods
from tpbis.demo.cast import BLITAR, LUMAJANG, NAMED, Partner
from tpbis.demo.chance import stream
from tpbis.demo.contents import Entry, entries, visits
from tpbis.demo.people import Staff
from tpbis.demo.pictures import Album
from tpbis.demo.planning import MonthPlan
from tpbis.demo.showcase import DRAFT
from tpbis.demo.timing import evening, objection, office_hours, written_down

_WAITING = {LUMAJANG: 7, BLITAR: 6}
_WAITING_ELSEWHERE = 8
_RETURNED = {LUMAJANG: 2, BLITAR: 2}
_RETURNED_ELSEWHERE = 2


@dataclass(frozen=True, slots=True)
class UnderWay:
    """Last month's reports that are not decided."""

    waiting: list[MonthPlan]
    returned: list[MonthPlan]

    @property
    def numbers(self) -> set[int]:
        return {plan.number for plan in (*self.waiting, *self.returned)}


def choose(plans: Sequence[MonthPlan], partners: Sequence[Partner]) -> UnderWay:
    """Which of last month's reports are still under way."""
    by_number = {partner.number: partner for partner in partners}
    rng = stream("under way")
    free = [
        plan
        for plan in plans
        if not plan.is_nihil and by_number[plan.number].code not in NAMED and plan.involvement
    ]
    rng.shuffle(free)
    waiting: list[MonthPlan] = []
    returned: list[MonthPlan] = []
    for regency, waits in _WAITING.items():
        near = [plan for plan in free if by_number[plan.number].regency == regency]
        waiting += near[:waits]
        returned += near[waits:][: _RETURNED[regency]]
    far = [plan for plan in free if by_number[plan.number].regency not in _WAITING]
    waiting += far[:_WAITING_ELSEWHERE]
    returned += far[_WAITING_ELSEWHERE:][:_RETURNED_ELSEWHERE]
    return UnderWay(waiting, returned)


class Desk:
    """Sits at the libraries' and PICs' screens at the moment ``now``."""

    def __init__(
        self,
        *,
        partners: Sequence[Partner],
        libraries: dict[int, Library],
        staff: Staff,
        album: Album,
        now: datetime,
    ) -> None:
        self._partners = {partner.number: partner for partner in partners}
        self._libraries, self._staff = libraries, staff
        self._album, self._now = album, now

    def send(self, plan: MonthPlan) -> MonthlyReport:
        """Record a month and submit it some days ago."""
        partner, by = self._partners[plan.number], self._staff.librarian_now(plan.number)
        rng = stream("send", plan.number, plan.month)
        at = self._after(plan.month, rng)
        report = services.open_month(library=self._libraries[plan.number], month=plan.month, by=by)
        for entry in entries(plan, partner):
            self._record(report, entry, written_down(rng, entry.content["held_on"], at), by, rng)
        men, women = visits(plan, partner)
        report = services.enter_visits(report=report, men=men, women=women, by=by)
        return services.submit(report=report, by=by, at=at)

    def send_back(self, plan: MonthPlan) -> MonthlyReport:
        """The same, and its PIC returned it."""
        report = self.send(plan)
        rng = stream("send back", plan.number, plan.month)
        reason, comment = objection(rng)
        assert report.submitted_at is not None
        at = min(office_hours(rng, report.submitted_at), self._now)
        pic = self._staff.pics[self._partners[plan.number].regency]
        return services.send_back(report=report, reason=reason, comment=comment, by=pic, at=at)

    def keep_draft(self, plan: MonthPlan) -> MonthlyReport | None:
        """The running month with what was recorded so far; visits are not counted yet."""
        today = self._now.date()
        by = self._staff.librarian_now(plan.number)
        rng = stream("draft", plan.number, plan.month)
        report = services.open_month(library=self._libraries[plan.number], month=plan.month, by=by)
        for entry in entries(plan, self._partners[plan.number], until=today):
            at = written_down(rng, entry.content["held_on"], self._now)
            self._record(report, entry, min(at, self._now), by, rng)
        return report

    def _record(
        self, report: MonthlyReport, entry: Entry, created_at: datetime, by: User, rng: Random
    ) -> None:
        activity = services.record(
            report=report,
            kind=entry.kind,
            content={**entry.content, "created_at": created_at},
            by=by,
            uuid=entry.uuid,
        )
        shown = self._album.photos_for(rng, entry.kind, entry.content)
        for stored in self._album.taken_anew(shown):
            services.attach_photo(activity=activity, stored=stored, by=by)

    def _after(self, month: date, rng: Random) -> datetime:
        """Some evening between the end of ``month`` and now, in this week or the one before."""
        ended = periods.midnight(periods.add_months(month, 1))
        days = (self._now - ended) / timedelta(days=1)
        back = timedelta(days=rng.uniform(0, min(days, 12)))
        sent = evening(rng, (self._now - back).date())
        return min(max(ended + timedelta(minutes=1), sent), self._now)


def running_draft(number: int, month: date) -> MonthPlan:
    """What stands in the running month of a library that people try out."""
    people = DRAFT["participants"] // DRAFT["involvement"]
    return MonthPlan(
        number,
        month,
        involvement=DRAFT["involvement"],
        publications=DRAFT["publications"],
        participants=[people - 4, people - 7],
    )
