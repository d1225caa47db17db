"""The mass of reports, written in bulk by the rules of ``activities.services``: entries dated in
their month, visits that add up, a seal over what was approved, an event for every step."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import count
from random import Random

from activities.enums import ReviewAction, Source, State
from activities.models import Activity, MonthlyReport, Photo, ReviewEvent
from activities.photos import picture_fields
from libraries.models import Library
from tpbis.core import periods
from tpbis.demo.cast import NAMED, Partner
from tpbis.demo.chance import stream
from tpbis.demo.contents import Entry, entries, visits
from tpbis.demo.people import Staff
from tpbis.demo.pictures import Album
from tpbis.demo.planning import MonthPlan
from tpbis.demo.timing import Step, steps, written_down

_BATCH = 500
_SUPPLEMENTARY = 0.05  # share of reports after which something was remembered
_IN_ONE_GO = 0.3  # of those sent in time, the share written down on the evening of the sending
_STATE_AFTER = {
    ReviewAction.SUBMITTED: State.SUBMITTED,
    ReviewAction.RESUBMITTED: State.SUBMITTED,
    ReviewAction.RETURNED: State.RETURNED,
    ReviewAction.APPROVED: State.APPROVED,
}


@dataclass
class _Rows:
    reports: list[MonthlyReport] = field(default_factory=list)
    activities: list[Activity] = field(default_factory=list)
    photos: list[Photo] = field(default_factory=list)
    events: list[ReviewEvent] = field(default_factory=list)

    def save(self) -> None:
        MonthlyReport.objects.bulk_create(self.reports, batch_size=_BATCH)
        Activity.objects.bulk_create(self.activities, batch_size=_BATCH)
        Photo.objects.bulk_create(self.photos, batch_size=_BATCH)
        ReviewEvent.objects.bulk_create(self.events, batch_size=_BATCH)


class Writer:
    """Writes months of many libraries as they stand at the moment ``now``.

    Keys are given out here, so that a report is sealed before it is stored and the tables must be
    empty at the start.
    """

    def __init__(
        self,
        *,
        partners: Sequence[Partner],
        libraries: dict[int, Library],
        staff: Staff,
        album: Album,
        photos_since: date,
        now: datetime,
    ) -> None:
        self._partners = {partner.number: partner for partner in partners}
        self._libraries, self._staff, self._now = libraries, staff, now
        self._album, self._photos_since = album, photos_since
        self._report_keys, self._activity_keys = count(1), count(1)
        self._rows = _Rows()

    def write_month(self, plans: Sequence[MonthPlan]) -> None:
        """Past months: sent, returned and decided as far as that has happened by now."""
        self._rows = _Rows()
        for plan in plans:
            self._write(plan)
        self._rows.save()

    def write_running_month(self, plans: Sequence[MonthPlan]) -> None:
        """The month that is not over: drafts with what happened so far."""
        self._rows = _Rows()
        today = self._now.date()
        passed = today.day / periods.last_day(today).day
        for plan in plans:
            rng = stream("running", plan.number, plan.month)
            made = [
                entry
                for entry in entries(plan, self._partners[plan.number], until=today)
                if rng.random() < passed
            ]
            if rng.random() < 0.6:
                self._draft(plan, made, rng)
        self._rows.save()

    def _write(self, plan: MonthPlan) -> None:
        rng = stream("write", plan.number, plan.month)
        partner = self._partners[plan.number]
        taken = steps(plan.number, plan.month, punctual=partner.code in NAMED)
        made = entries(plan, partner)
        if taken[0].at > self._now:
            self._draft(plan, made, rng)
            return
        in_time = taken[0].at < periods.deadline(plan.month)
        forgets = in_time and len(made) > 3 and rng.random() < _SUPPLEMENTARY
        forgotten = [made.pop()] if forgets else []
        self._sent(plan, 1, made, taken, rng, in_one_go=not in_time or rng.random() < _IN_ONE_GO)
        later = steps(plan.number, plan.month, supplementary=True)
        if forgotten and later[0].at <= self._now:
            self._sent(plan, 2, forgotten, later, rng, in_one_go=True)

    def _draft(self, plan: MonthPlan, made: Sequence[Entry], rng: Random) -> None:
        """What was recorded by now; nothing at all leaves no draft either."""
        recorded = [
            (entry, at)
            for entry in made
            if (at := written_down(rng, entry.content["held_on"], self._now)) <= self._now
        ]
        if recorded:
            report = self._report(plan, 1)
            report.updated_at = max(at for _, at in recorded)
            for entry, at in recorded:
                self._activity(report, entry, at, rng)

    def _sent(
        self,
        plan: MonthPlan,
        number: int,
        made: Sequence[Entry],
        taken: Sequence[Step],
        rng: Random,
        *,
        in_one_go: bool,
    ) -> None:
        report = self._report(plan, number)
        first = taken[0].at
        waits = _STATE_AFTER[_last(taken, self._now).action] == State.SUBMITTED
        sent = []
        for entry in made:
            at = written_down(rng, entry.content["held_on"], first, in_one_go=in_one_go)
            sent.append(self._activity(report, entry, at, rng, anew=waits))
        if number == 1:
            report.nihil = not made
            men, women = visits(plan, self._partners[plan.number])
            report.visits_men, report.visits_women = men, women
            report.visits_total = men + women
        for step in taken:
            if step.at <= self._now:
                self._take(report, step, plan, sent)

    def _take(
        self, report: MonthlyReport, step: Step, plan: MonthPlan, sent: list[Activity]
    ) -> None:
        """One step of the report, as the service of that name leaves it."""
        report.state = _STATE_AFTER[step.action]
        report.updated_at = step.at
        if report.state == State.SUBMITTED:
            by = self._staff.author(plan.number, step.at.date())
            report.submitted_at, report.submitted_by = step.at, by
            report.first_submitted_at = report.first_submitted_at or step.at
        else:
            by = self._staff.pics[self._partners[plan.number].regency]
            report.decided_at, report.decided_by = step.at, by
        if report.state == State.APPROVED:
            report.seal = report.seal_over(sent)
        self._rows.events.append(
            ReviewEvent(
                report=report,
                action=step.action,
                at=step.at,
                by=by,
                reason=step.reason,
                comment=step.comment,
                seal=report.seal,
            )
        )

    def _report(self, plan: MonthPlan, number: int) -> MonthlyReport:
        report = MonthlyReport(
            pk=next(self._report_keys),
            library=self._libraries[plan.number],
            month=plan.month,
            source=Source.PORTAL,
            number=number,
        )
        self._rows.reports.append(report)
        return report

    def _activity(
        self,
        report: MonthlyReport,
        entry: Entry,
        created_at: datetime,
        rng: Random,
        *,
        anew: bool = False,
    ) -> Activity:
        activity = Activity(
            pk=next(self._activity_keys),
            report=report,
            uuid=entry.uuid,
            kind=entry.kind,
            created_at=created_at,
            **entry.content,
        )
        activity.audience_count = len(activity.audiences)
        photos = (
            self._photos(activity, entry, rng, anew=anew)
            if report.month >= self._photos_since
            else []
        )
        # What a query would find; the seal reads it before the rows exist.
        activity._prefetched_objects_cache = {"photos": photos}  # type: ignore[attr-defined]
        self._rows.activities.append(activity)
        self._rows.photos += photos
        return activity

    def _photos(self, activity: Activity, entry: Entry, rng: Random, *, anew: bool) -> list[Photo]:
        shown = self._album.photos_for(rng, entry.kind, entry.content)
        return [
            Photo(
                activity=activity,
                sha256=stored.sha256,
                uploaded_at=activity.created_at,
                **picture_fields(stored),
            )
            for stored in (self._album.taken_anew(shown) if anew else shown)
        ]


def _last(taken: Sequence[Step], now: datetime) -> Step:
    """The latest step there has been."""
    return [step for step in taken if step.at <= now][-1]
