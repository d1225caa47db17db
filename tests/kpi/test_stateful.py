"""Whatever happens in whatever order, with messages that arrive, arrive twice or are lost: what is
stored is what the rows say, and what was closed stays."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any, ClassVar, TypeVar
from unittest import mock

import pytest
from celery.app.task import Task
from django.core.exceptions import ValidationError
from django.db import transaction
from django.test import TestCase
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from activities import services as activities
from activities.enums import AdvocacyAudience, AdvocacyResult, Kind, ReturnReason, Source, State
from activities.models import MonthlyReport
from activities.services import stories as story_services
from kpi import queries, scoring, services, tasks
from kpi.enums import RuleGroup
from kpi.models import Closing, ClosingScore, MonthlyTally, RuleSet, Run, Score
from kpi.queries import rules as versions
from kpi.services import rules as rule_services
from libraries.enums import LibraryKind
from libraries.models import Library
from stakeholders.enums import PartnershipKind
from stakeholders.services import record_partnership
from tests import factories
from tests.kpi import raw
from tests.kpi.conftest import sim_report, wib
from tpbis.accounts.enums import Role

BEGIN, END = wib(2024, 2, 20, 9), wib(2024, 12, 31)
HEARD = {
    task.name: task for task in (tasks.count_and_rescore, tasks.rescore_library, tasks.work_on_area)
}
DELIVERIES = {"arrives": 1, "arrives twice": 2, "is lost": 0}
ENTRIES: tuple[tuple[Kind, dict[str, Any]], ...] = (
    (Kind.INVOLVEMENT, {}),
    (Kind.INVOLVEMENT, {"participants_total": 60}),
    (Kind.ADVOCACY, {}),  # of money
    (Kind.ADVOCACY, {"result": AdvocacyResult.IN_KIND}),
    (
        Kind.ADVOCACY,
        {
            "result": AdvocacyResult.IN_KIND,
            "audiences": [AdvocacyAudience.VILLAGE_HEAD, AdvocacyAudience.PRIVATE],
        },
    ),
    (Kind.SERVICE, {}),
    (Kind.PUBLICATION, {}),
)
FULL = [ENTRIES[number] for number in (0, 0, 1, 2, 3, 5, 6, 6, 6)]  # all that a month asks for
TICKS = count(1)  # microseconds
Entries = list[tuple[Kind, dict[str, Any]]]
T = TypeVar("T")

any_of = st.integers(0, 11)
fates = st.sampled_from(["arrives", "arrives twice", "is lost"])
some_entries = st.just(FULL) | st.lists(st.sampled_from(ENTRIES), min_size=1, max_size=4)


class Cast:
    """Libraries of one regency: by different rules, one that joins on the way; and people."""

    def __init__(self) -> None:
        lumajang, village = factories.region("35.08"), factories.region("35.08.21.2004")
        self.libraries = [
            factories.LibraryFactory(region=village),
            factories.LibraryFactory(region=lumajang, kind=LibraryKind.REGENCY),
            factories.LibraryFactory(region=village, joined_on=date(2024, 4, 9)),
        ]
        self.pic = factories.someone(Role.REGENCY_PIC, lumajang)
        self.staff = factories.someone(Role.PROVINCE_STAFF, factories.region("35"))
        self.librarians = {
            library.pk: factories.someone(Role.LIBRARIAN, library) for library in self.libraries
        }


def waits(state: State) -> Callable[[Any], bool]:
    return lambda _machine: MonthlyReport.objects.filter(state=state, source=Source.PORTAL).exists()


class Portal(RuleBasedStateMachine):
    """A year of three libraries, on a database that is put back after each run."""

    cast: ClassVar[Cast]

    def __init__(self) -> None:
        super().__init__()
        self.now = BEGIN
        self.sent: list[tuple[str, dict[str, Any]]] = []
        self.closed: dict[int, dict[str, Any]] = {}

        def send(task: Task, kwargs: dict[str, Any], **_: Any) -> None:
            self.sent.append((task.name, kwargs))

        self._patches = [
            mock.patch("django.utils.timezone.now", self._now),
            mock.patch.object(Task, "apply_async", send),
        ]
        for patch in self._patches:
            patch.start()
        self._before = transaction.savepoint()

    def teardown(self) -> None:
        transaction.savepoint_rollback(self._before)
        for patch in self._patches:
            patch.stop()

    @initialize(month=st.sampled_from([2, 2, 3, 5, 9]))
    def begin(self, month: int) -> None:
        self.now = BEGIN.replace(month=month)
        services.run_full()

    # --- What may happen --------------------------------------------------------------------------

    @rule(library=any_of, month=any_of, entries=some_entries)
    def record(self, library: int, month: int, entries: Entries) -> None:
        self._record(library, month, entries)

    @precondition(waits(State.DRAFT))
    @rule(report=any_of)
    def submit(self, report: int) -> None:
        self._submit(self._report(State.DRAFT, report))

    @precondition(waits(State.RETURNED))
    @rule(report=any_of)
    def submit_again(self, report: int) -> None:
        self._submit(self._report(State.RETURNED, report))

    @precondition(waits(State.SUBMITTED))
    @rule(report=any_of, without_one=st.booleans(), fate=fates)
    def approve(self, report: int, without_one: bool, fate: str) -> None:
        waiting = self._report(State.SUBMITTED, report)
        entries = list(waiting.activities.order_by("pk"))
        exclusions = {}
        if without_one and len(entries) > 1:
            why = activities.Exclusion(reason=ReturnReason.DOUBLE, comment="Sudah dicatat.")
            exclusions[entries[0].pk] = why
        self._do(
            fate,
            lambda: activities.approve(report=waiting, by=self.cast.pic, exclusions=exclusions),
        )

    @precondition(waits(State.SUBMITTED))
    @rule(report=any_of, fate=fates)
    def send_back(self, report: int, fate: str) -> None:
        waiting = self._report(State.SUBMITTED, report)
        why = {"reason": ReturnReason.DOUBLE, "comment": "Dua kali dicatat."}
        self._do(fate, lambda: activities.send_back(report=waiting, by=self.cast.pic, **why))

    @precondition(waits(State.APPROVED))
    @rule(report=any_of, fate=fates)
    def reopen(self, report: int, fate: str) -> None:
        sealed = self._report(State.APPROVED, report)
        comment = "Jumlah peserta keliru."
        self._do(fate, lambda: activities.reopen(report=sealed, comment=comment, by=self.cast.pic))

    @rule(library=any_of, month=any_of, entries=some_entries, fate=fates)
    def whole_month(self, library: int, month: int, entries: Entries, fate: str) -> None:
        sent = self._submit(self._record(library, month, entries))
        self._do(fate, lambda: activities.approve(report=sent, by=self.cast.pic))

    @rule(library=any_of, month=any_of, entries=some_entries, visits=st.none() | any_of)
    def import_from_sim(
        self,
        library: int,
        month: int,
        entries: Entries,
        visits: int | None,
    ) -> None:
        """Its many messages are all lost; the sweep finds the months."""
        chosen = self._library(library)
        when = self._month(chosen, month)
        if not MonthlyReport.objects.filter(library=chosen, month=when, source=Source.SIM).exists():
            rows = [
                {"kind": kind, **factories.content(kind, month=when, **more)}
                for kind, more in entries
            ]
            sim_report(chosen, when, *rows, visits_total=visits)
            services.sweep()

    @rule(library=any_of, starts=st.integers(-300, 60), days=st.none() | st.integers(0, 200))
    def partnership(self, library: int, starts: int, days: int | None) -> None:
        """A lost message of one is found at night, by whatever compares everything."""
        starts_on = self.now.date() + timedelta(days=starts)
        ends_on = None if days is None else starts_on + timedelta(days=days)
        try:
            self._do(
                "arrives",
                lambda: record_partnership(
                    library=self._library(library),
                    organisation_name="Bank Jatim",
                    kind=PartnershipKind.GOODS,
                    starts_on=starts_on,
                    ends_on=ends_on,
                    by=self.cast.staff,
                ),
            )
        except ValidationError:
            return  # the same is recorded already

    @rule(library=any_of, days_ago=st.integers(0, 120), fate=fates)
    def story(self, library: int, days_ago: int, fate: str) -> None:
        chosen = self._library(library)
        day = self.now.date() - timedelta(days=days_ago)
        by = self.cast.librarians[chosen.pk]
        draft = factories.story(chosen, by, agreed=False, has_people=False, happened_on=day)
        sent = story_services.submit(story=draft, by=by)
        self._do(fate, lambda: story_services.publish(story=sent, by=self.cast.pic))

    @rule(
        group=st.sampled_from(RuleGroup),
        after=st.integers(0, 70),
        thresholds=st.tuples(st.integers(5, 30), st.integers(31, 90)),
        signs=st.integers(0, 2),
        turn=st.integers(0, 6),
        asked=st.integers(1, 5),
        fate=fates,
    )
    def new_rules(
        self,
        group: RuleGroup,
        after: int,
        thresholds: tuple[int, int],
        signs: int,
        turn: int,
        asked: int,
        fate: str,
    ) -> None:
        """The points go to other indicators, one of them asks for more or less."""
        day = versions.open_from() + timedelta(days=after)
        if RuleSet.objects.filter(group=group, valid_from=day).exists():
            return
        latest = RuleSet.objects.filter(group=group).published().latest("version")
        draft = rule_services.draft_from(latest, by=self.cast.staff)
        content = rule_services.content_of(draft)
        rows = content.indicators
        points = [one.points for one in rows[turn:] + rows[:turn]]
        rows = tuple(replace(one, points=each) for one, each in zip(rows, points, strict=True))
        if rows[turn].measure != "visit_months":
            rows = (*rows[:turn], replace(rows[turn], count=asked), *rows[turn + 1 :])
        content = replace(
            content,
            indicators=rows,
            yellow_above=thresholds[0] * 1000,
            green_above=thresholds[1] * 1000,
            green_needs_signs=signs,
        )
        rule_services.change_draft(draft=draft, content=content, seen=None, by=self.cast.staff)
        self._do(
            fate,
            lambda: rule_services.publish(
                draft=draft, valid_from=day, note="Dicoba.", seen=None, by=self.cast.staff
            ),
        )

    @precondition(lambda machine: machine.now < END - timedelta(days=2))
    @rule(days=st.integers(1, 40), fate=fates)
    def days_pass(self, days: int, fate: str) -> None:
        """Every night compares everything, but only the last one can still be seen."""
        later = min(self.now + timedelta(days=days), END - timedelta(days=1))
        self.now = later.replace(hour=0, minute=20)
        self._do(fate, services.start_night_run)

    @rule(back=any_of)
    def close(self, back: int) -> None:
        month = queries.last_month_due(self.now)
        for _ in range(back % 3):
            month = (month - timedelta(days=1)).replace(day=1)
        before = Closing.objects.filter(through=month).exists()
        # By the clock that ticks: what was approved since the day began is known to it.
        if not before and month < queries.first_to_close(timezone.now()):
            with pytest.raises(services.TooOld):
                services.close(month)
            return
        closing = services.close(month)
        if not before:
            rows = raw.Rows()
            for score in closing.scores.all():
                said = rows.said(score.library_id, month, closing.as_of)
                assert raw.said_by(score) == said
                self.closed[score.pk] = ClosingScore.objects.values().get(pk=score.pk)

    # --- What always holds ------------------------------------------------------------------------

    @invariant()
    def every_score_is_what_the_rows_say(self) -> None:
        rows = raw.Rows()
        running = self.now.date().replace(day=1)
        scored = set()
        for score in Score.objects.all():
            assert raw.said_by(score) == rows.said(score.library_id, score.through, self.now)
            scored.add((score.library_id, score.through))
        last = raw.next_month(running) - timedelta(days=1)
        partners = [one.pk for one in self.cast.libraries if one.joined_on <= last]
        assert {pk for pk, through in scored if through == running} == set(partners)

    @invariant()
    def every_tally_is_what_the_rows_say(self) -> None:
        rows = raw.Rows()
        counted = set()
        for tally in MonthlyTally.objects.all():
            last = raw.next_month(tally.month) - timedelta(days=1)
            assert raw.counted_by(tally) == rows.counted(tally.library_id, tally.month, last)
            counted.add((tally.library_id, tally.month))
        assert {(one.library_id, one.month) for one in rows.approved.values()} <= counted

    @invariant()
    def what_was_closed_stays(self) -> None:
        assert raw.all_of(ClosingScore) == self.closed
        for score in ClosingScore.objects.select_related("rule_set"):
            said = scoring.statement(score.inputs, score.rule_set.rules, score.months_due)
            assert said == score.statement

    @invariant()
    def no_run_is_left_open_and_another_one_changes_nothing(self) -> None:
        before = (raw.all_of(MonthlyTally), raw.all_of(Score))

        outcome = services.run_full()

        assert not Run.objects.unfinished().exists()
        assert outcome.changed == 0
        assert (raw.all_of(MonthlyTally), raw.all_of(Score)) == before

    # --- How it happens ---------------------------------------------------------------------------

    def _do(self, fate: str, work: Callable[[], T]) -> T:
        """``work`` and, once it is committed, what its messages set off; where they are lost, what
        the sweeps of the next minutes find."""
        with TestCase.captureOnCommitCallbacks(execute=True):
            result = work()
        while self.sent:
            sent, self.sent = self.sent, []
            for name, kwargs in sent:
                for _ in range(DELIVERIES[fate] if name in HEARD else 0):
                    with TestCase.captureOnCommitCallbacks(execute=True):
                        HEARD[name](**kwargs)
        if fate == "is lost":
            self._sweep()
        return result

    def _sweep(self) -> None:
        services.sweep()
        self.now += timedelta(minutes=3)
        for _ in range(3):  # the one under way, the one that waited for it
            for run_area_id in services.sweep_runs():
                services.work_on(run_area_id)
            self.now += timedelta(minutes=3)
        self.sent.clear()

    def _now(self) -> datetime:
        """Never the same moment twice, in no example: rows that were put back leave their keys to
        others, and it is by their moments that rules are told apart."""
        return self.now + timedelta(microseconds=next(TICKS))

    def _record(self, library: int, month: int, entries: Entries) -> MonthlyReport:
        chosen = self._library(library)
        by, when = self.cast.librarians[chosen.pk], self._month(chosen, month)
        report = factories.report(chosen, by, month=when)
        for kind, more in entries:
            content = factories.content(kind, month=when, **more)
            activities.record(report=report, kind=kind, content=content, by=by)
        return report

    def _submit(self, report: MonthlyReport) -> MonthlyReport:
        by = self.cast.librarians[report.library_id]
        return activities.submit(report=report, by=by)

    def _report(self, state: State, number: int) -> MonthlyReport:
        found = MonthlyReport.objects.filter(state=state, source=Source.PORTAL).order_by("pk")
        return found[number % found.count()]

    def _library(self, number: int) -> Library:
        here = [one for one in self.cast.libraries if one.joined_on <= self.now.date()]
        return here[number % len(here)]

    def _month(self, library: Library, back: int) -> date:
        """One of the last four months, or the first in which the library took part."""
        month = self.now.date().replace(day=1)
        for _ in range(back % 4):
            month = (month - timedelta(days=1)).replace(day=1)
        return max(month, library.joined_on.replace(day=1))


@pytest.mark.slow
def test_whatever_happens_the_scores_are_what_the_rows_say(db):
    Portal.cast = Cast()

    run_state_machine_as_test(
        Portal,
        settings=settings(
            max_examples=15,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            report_multiple_bugs=False,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
