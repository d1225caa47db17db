"""A run over everything, area by area: asked for, shared out, done once, mended, ended."""

from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from kpi import services, tasks
from kpi.enums import AreaState, RunReason, RunState
from kpi.models import DailyColours, Run, RunArea, Score
from kpi.services import runs
from libraries.models import Inactivity, Library
from tests import factories
from tests.kpi.conftest import wib
from tpbis.accounts.models import AuditEvent
from tpbis.core import periods

NOON = wib(2024, 10, 20, 12)


@pytest.fixture(autouse=True)
def sent(monkeypatch) -> list[int]:
    """The areas that messages speak of."""
    messages: list[int] = []
    monkeypatch.setattr(
        tasks.work_on_area,
        "apply_async",
        lambda kwargs, **_: messages.append(kwargs["run_area_id"]),
    )
    return messages


@pytest.fixture
def begun(library, other_library, django_capture_on_commit_callbacks) -> Run:
    """A run of three areas: the province for its own library, Blitar, Lumajang."""
    with django_capture_on_commit_callbacks(execute=True):
        return services.start_run(RunReason.ASKED, at=NOON)


def area_of(run: Run, code: str) -> RunArea:
    return run.areas.get(area__code=code)


def work_on_all(run: Run) -> None:
    for area in run.areas.order_by("pk"):
        services.work_on(area.pk)


def set_clock(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: moment)


def broken(area, spans, **more):
    raise RuntimeError("satu baris\nSitiAminah")


# --- Asking ---------------------------------------------------------------------------------------


def test_a_run_begins_with_all_areas_and_a_message_for_each(begun, sent):
    areas = list(begun.areas.order_by("area__code"))

    assert (begun.state, begun.as_of) == (RunState.RUNNING, NOON)
    assert [area.area.code for area in areas] == ["35", "35.05", "35.08"]
    assert sent == [area.pk for area in areas]


def test_no_message_goes_out_when_its_cause_comes_to_nothing(
    library, sent, django_capture_on_commit_callbacks
):
    @transaction.atomic
    def publish_rules_that_are_refused():
        services.start_run(RunReason.RULES)
        raise RuntimeError

    with django_capture_on_commit_callbacks(execute=True), pytest.raises(RuntimeError):
        publish_rules_that_are_refused()

    assert (Run.objects.count(), sent) == (0, [])


def test_the_second_waits_and_the_third_gets_the_second(begun):
    second = services.start_run(RunReason.IMPORT)
    third = services.start_run(RunReason.RULES)

    assert (second.state, second.as_of) == (RunState.WAITING, None)
    assert third == second
    assert Run.objects.count() == 2


def test_the_one_that_waits_begins_when_the_other_ends(
    begun, sent, django_capture_on_commit_callbacks
):
    second = services.start_run(RunReason.IMPORT)
    sent.clear()

    with django_capture_on_commit_callbacks(execute=True):
        work_on_all(begun)

    begun.refresh_from_db()
    second.refresh_from_db()
    assert (begun.state, second.state) == (RunState.DONE, RunState.RUNNING)
    assert begun.finished_at <= second.as_of
    assert sent == list(second.areas.order_by("pk").values_list("pk", flat=True))


def test_province_staff_ask_for_one_and_the_audit_says_who(library, staff):
    run = services.ask_for_run(by=staff)

    event = AuditEvent.objects.get(action="kpi.start_run")
    assert (run.reason, run.requester) == (RunReason.ASKED, staff)
    assert (event.by, event.subject) == (staff, f"kpi.run:{run.pk}")


def test_nobody_else_asks_for_one(library, leader, pic):
    for user in (leader, pic):
        with pytest.raises(PermissionDenied):
            services.ask_for_run(by=user)

    assert Run.objects.count() == 0


def test_a_night_has_one_run_however_often_it_is_asked(library):
    first = services.start_night_run(at=wib(2024, 10, 21, 0, 20))
    work_on_all(first)

    again = services.start_night_run(at=wib(2024, 10, 21, 0, 50))
    tomorrow = services.start_night_run(at=wib(2024, 10, 22, 0, 20))

    assert (first.reason, again, tomorrow.reason) == (RunReason.NIGHT, None, RunReason.NIGHT)
    assert tomorrow != first


# --- Working --------------------------------------------------------------------------------------


def test_an_area_is_scored_and_says_what_came_of_it(begun, library, monkeypatch):
    set_clock(monkeypatch, NOON)
    area = area_of(begun, "35.08")

    assert services.work_on(area.pk) is True

    area.refresh_from_db()
    spans = [date(2023, 12, 1), *periods.months_from_to(date(2024, 1, 1), date(2024, 10, 1))]
    stored = Score.objects.order_by("through").values_list("library", "through", "scored_at")
    assert list(stored) == [(library.pk, span, NOON) for span in spans]
    assert (area.state, area.attempts, area.libraries, area.changed) == ("done", 1, 1, 11)
    assert area.finished_at is not None


def test_a_run_that_comes_late_scores_as_of_now(library, monkeypatch):
    """Asked for on the eve of a closing day, worked on in the morning after an approval."""
    november, morning = date(2024, 11, 1), wib(2024, 11, 15, 9)
    run = services.start_run(RunReason.ASKED, at=wib(2024, 11, 14, 20))
    services.rescore(Library.objects.all(), november, as_of=morning)
    before = Score.objects.values().get()
    set_clock(monkeypatch, morning)

    work_on_all(run)

    assert before["months_due"] == 10
    assert Score.objects.filter(through=november).values().get() == before
    assert set(DailyColours.objects.values_list("day", flat=True)) == {date(2024, 11, 15)}
    run.refresh_from_db()
    assert run.as_of == wib(2024, 11, 14, 20)


@pytest.mark.parametrize(
    ("reason", "day", "is_found"),
    [
        (RunReason.NIGHT, 21, True),  # a Sunday
        (RunReason.NIGHT, 20, False),
        (RunReason.NIGHT, 22, False),
        (RunReason.ASKED, 21, False),
    ],
)
def test_once_a_week_the_night_compares_what_is_stored_of_all_years(
    library, monkeypatch, reason, day, is_found
):
    """What nothing tells of any more: days without the library, noted years later."""
    services.run_full(at=wib(2024, 12, 20))
    Inactivity.objects.create(
        library=library, starts_on=date(2024, 3, 1), ends_on=date(2024, 4, 30), reason="Renovasi"
    )
    night = wib(2026, 6, day, 0, 20)
    set_clock(monkeypatch, night)

    work_on_all(services.start_run(reason, at=night))

    december = Score.objects.get(library=library, through=date(2024, 12, 1))
    assert december.months_due == (10 if is_found else 11)
    assert Score.objects.filter(through=date(2024, 3, 1)).exists() is not is_found


def test_an_area_that_is_done_is_not_done_again(begun):
    area = area_of(begun, "35.08")
    services.work_on(area.pk)
    before = (RunArea.objects.filter(pk=area.pk).values().get(), list(Score.objects.values()))

    assert services.work_on(area.pk) is False
    assert (
        RunArea.objects.filter(pk=area.pk).values().get(),
        list(Score.objects.values()),
    ) == before


def test_the_last_area_ends_the_run(begun):
    *most, last = begun.areas.order_by("pk")
    for area in most:
        services.work_on(area.pk)
    begun.refresh_from_db()
    before = begun.state

    services.work_on(last.pk)

    begun.refresh_from_db()
    assert (before, begun.state) == (RunState.RUNNING, RunState.DONE)
    assert begun.finished_at is not None


def test_a_second_run_finds_nothing_to_change(begun):
    work_on_all(begun)

    second = services.start_run(RunReason.ASKED, at=NOON)
    work_on_all(second)

    assert sum(second.areas.values_list("changed", flat=True)) == 0


def test_an_area_that_breaks_leaves_no_trace_but_its_error(begun, monkeypatch):
    def half_way(area, spans, **more):
        real(area, spans, **more)
        broken(area, spans, **more)

    real = runs.run_area
    monkeypatch.setattr(runs, "run_area", half_way)
    area = area_of(begun, "35.08")

    with pytest.raises(RuntimeError):
        services.work_on(area.pk)

    area.refresh_from_db()
    assert (area.state, area.attempts) == (AreaState.WAITING, 1)
    assert area.error == "RuntimeError: satu baris"
    assert (Score.objects.count(), DailyColours.objects.count()) == (0, 0)


def test_after_three_attempts_an_area_failed_and_the_run_ends_without_it(begun, monkeypatch):
    bad = area_of(begun, "35.08")
    for area in begun.areas.exclude(pk=bad.pk):
        services.work_on(area.pk)
    monkeypatch.setattr(runs, "run_area", broken)

    for _attempt in range(3):
        with pytest.raises(RuntimeError):
            services.work_on(bad.pk)
    fourth = services.work_on(bad.pk)

    begun.refresh_from_db()
    bad.refresh_from_db()
    assert (bad.state, bad.attempts, fourth) == (AreaState.FAILED, 3, False)
    assert begun.state == RunState.DONE


def test_an_area_that_broke_once_may_still_be_done(begun, monkeypatch):
    area = area_of(begun, "35.08")
    with monkeypatch.context() as for_now:
        for_now.setattr(runs, "run_area", broken)
        with pytest.raises(RuntimeError):
            services.work_on(area.pk)

    services.work_on(area.pk)

    area.refresh_from_db()
    assert (area.state, area.attempts, area.error) == (AreaState.DONE, 2, "")


def test_whoever_was_overtaken_writes_nothing(begun):
    area = area_of(begun, "35.08")
    mine = runs._claim(area.pk)
    runs._claim(area.pk)

    assert runs._do(area.pk, mine) is False
    assert Score.objects.count() == 0


def test_an_area_of_no_run_is_nobodys_work(db):
    assert services.work_on(987_654_321) is False


# --- The sweep ------------------------------------------------------------------------------------


def later(minutes: float) -> datetime:
    return timezone.now() + timedelta(minutes=minutes)


def test_a_run_in_which_somebody_works_is_left_alone(begun):
    services.work_on(area_of(begun, "35.08").pk)

    assert services.sweep_runs(at=later(1)) == []


def test_a_silent_run_is_asked_for_again(begun):
    services.work_on(area_of(begun, "35.05").pk)

    assert services.sweep_runs(at=later(3)) == [
        area_of(begun, "35").pk,
        area_of(begun, "35.08").pk,
    ]


def test_the_sweep_queues_what_it_finds(begun, sent):
    sent.clear()

    tasks.sweep_runs()  # it began long ago, and nobody came

    assert sent == list(begun.areas.order_by("pk").values_list("pk", flat=True))


def test_an_area_that_kills_its_workers_does_not_keep_the_run_from_ending(begun):
    deadly = area_of(begun, "35.08")
    for area in begun.areas.exclude(pk=deadly.pk):
        services.work_on(area.pk)
    for _attempt in range(3):
        runs._claim(deadly.pk)  # and nothing is heard of it

    asked_again = services.sweep_runs(at=later(3))

    begun.refresh_from_db()
    deadly.refresh_from_db()
    assert asked_again == []
    assert (deadly.state, deadly.error) == (AreaState.FAILED, "WorkerLost")
    assert begun.state == RunState.DONE


def test_a_run_whose_last_worker_died_before_it_said_so_is_ended(begun):
    begun.areas.update(state=AreaState.DONE, finished_at=NOON)

    services.sweep_runs(at=NOON)

    begun.refresh_from_db()
    assert (begun.state, begun.finished_at) == (RunState.DONE, NOON)


def test_a_run_that_waits_for_nobody_is_begun(library):
    run = Run.objects.create(reason=RunReason.IMPORT)

    services.sweep_runs(at=NOON)

    run.refresh_from_db()
    assert (run.state, run.areas.count()) == (RunState.RUNNING, 2)


@pytest.mark.parametrize("more", [[], ["35.01", "35.02", "35.03"]])
def test_the_sweep_asks_the_same_number_of_queries_however_many_areas_are_left(
    begun, more, django_assert_num_queries
):
    for code in more:
        RunArea.objects.create(run=begun, area=factories.region(code))

    with django_assert_num_queries(10):  # four of them open and close transactions
        assert len(services.sweep_runs(at=later(3))) == 3 + len(more)
