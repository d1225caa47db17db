"""An approval shortens its own wait: after commit, a message with an id and nothing else."""

from datetime import date

import pytest
from kombu.exceptions import OperationalError

from activities.enums import Kind
from activities.models import MonthlyReport
from kpi import services, tasks
from kpi.enums import RunState
from kpi.models import Run, RunArea, Score
from libraries.models import Inactivity, Library
from libraries.services import change
from libraries.signals import many_changed
from stakeholders.enums import PartnershipKind
from stakeholders.services import record_partnership
from tests.kpi.conftest import SEPTEMBER
from tpbis.core import periods


@pytest.fixture
def sent(monkeypatch) -> list:
    """What was handed to the broker."""
    messages = []
    for task in (tasks.count_and_rescore, tasks.rescore_library):
        monkeypatch.setattr(
            task,
            "apply_async",
            lambda kwargs, task=task, **_: messages.append((task.name, kwargs)),
        )
    return messages


def test_an_approval_is_announced_by_id(approve, sent, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        report = approve(Kind.INVOLVEMENT)

    assert sent == [("kpi.count_and_rescore", {"report_id": report.pk})]


def test_nothing_is_announced_before_commit(approve, sent, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks():
        approve(Kind.INVOLVEMENT)

        assert sent == []


def test_a_new_partnership_is_announced(library, staff, sent, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        record_partnership(
            library=library,
            organisation_name="Bank Jatim",
            kind=PartnershipKind.MONEY,
            starts_on=date(2024, 1, 1),
            ends_on=None,
            by=staff,
        )

    assert sent == [("kpi.rescore_library", {"library_id": library.pk})]


def test_a_library_that_left_is_announced(library, sent, django_capture_on_commit_callbacks):
    services.rescore(Library.objects.all(), SEPTEMBER)

    with django_capture_on_commit_callbacks(execute=True):
        change(library=library, address="Jalan Raya 1")

    assert sent == [("kpi.rescore_library", {"library_id": library.pk})]


def test_a_library_without_a_score_waits_for_the_sweep(
    library, sent, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        change(library=library, address="Jalan Raya 1")

    assert sent == []


def test_a_broker_that_is_down_never_fails_an_approval(
    approve, monkeypatch, caplog, django_capture_on_commit_callbacks
):
    def down(**_):
        raise OperationalError("connection refused")

    monkeypatch.setattr(tasks.count_and_rescore, "apply_async", down)

    with django_capture_on_commit_callbacks(execute=True):
        report = approve(Kind.INVOLVEMENT)

    assert MonthlyReport.objects.get(pk=report.pk).state == "approved"
    assert "kpi.count_and_rescore waits for the sweep" in caplog.text


def test_a_listeners_bug_is_not_the_approvers_problem(
    approve, monkeypatch, caplog, django_capture_on_commit_callbacks
):
    def broken(**_):
        raise RuntimeError("a bug")

    monkeypatch.setattr(tasks.count_and_rescore, "apply_async", broken)

    with django_capture_on_commit_callbacks(execute=True):
        report = approve(Kind.INVOLVEMENT)

    assert MonthlyReport.objects.get(pk=report.pk).state == "approved"


# --- What the messages set off --------------------------------------------------------------------


def test_the_message_counts_the_month_and_scores_the_library(approve, library):
    report = approve(Kind.INVOLVEMENT)

    tasks.count_and_rescore(report_id=report.pk)

    assert Score.objects.get(library=library, through=SEPTEMBER).involvement == 1


def test_a_message_delivered_twice_does_it_once(approve, library):
    report = approve(Kind.INVOLVEMENT)

    tasks.count_and_rescore(report_id=report.pk)
    before = list(Score.objects.order_by("pk").values())
    tasks.count_and_rescore(report_id=report.pk)

    assert list(Score.objects.order_by("pk").values()) == before


def test_a_partnership_scores_every_stored_span_it_reaches_into(approve, library, staff):
    approve(Kind.INVOLVEMENT)
    services.count_and_rescore(library=library, month=SEPTEMBER)
    record_partnership(
        library=library,
        organisation_name="Bank Jatim",
        kind=PartnershipKind.MONEY,
        starts_on=date(2024, 10, 1),
        ends_on=None,
        by=staff,
    )

    tasks.rescore_library(library_id=library.pk)

    signs = Score.objects.order_by("through").values_list("through__month", "sustainability")
    assert list(signs) == [(9, 0), (10, 1), (11, 1), (12, 1)]


def test_the_message_takes_away_what_is_stored_of_months_without_the_library(library):
    for month in (7, 8, 9):
        services.rescore(Library.objects.all(), date(2024, month, 1))
    Inactivity.objects.create(library=library, starts_on=date(2024, 8, 2), reason="Tutup")

    tasks.rescore_library(library_id=library.pk)

    assert list(Score.objects.values_list("through", flat=True)) == [date(2024, 7, 1)]


def test_the_sweeps_and_the_night_are_scheduled(library, settings):
    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    tasks.start_night_run()

    tasks.sweep()
    for area in RunArea.objects.order_by("pk"):
        tasks.work_on_area(run_area_id=area.pk)

    assert {tasks.sweep.name, tasks.sweep_runs.name, tasks.start_night_run.name} <= scheduled
    assert Run.objects.get().state == RunState.DONE
    assert set(Library.objects.values_list("pk")) == set(
        Score.objects.filter(through=periods.this_month()).values_list("library")
    )


def test_the_night_catches_up_until_morning_and_never_later(settings):
    entry = settings.CELERY_BEAT_SCHEDULE["score-night"]

    assert sorted(entry["schedule"].hour) == [0, 1, 2, 3, 4, 5]
    assert sorted(entry["schedule"].minute) == [20, 50]
    assert entry["options"]["expires"] < 30 * 60
    assert settings.CELERY_BEAT_SCHEDULE["score-runs-sweep"]["options"]["expires"] < 60


def test_a_roster_that_came_in_starts_one_run(library, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        many_changed.send_robust(sender=Library, library_ids=[library.pk])

    assert list(Run.objects.values_list("reason", "state")) == [("import", "running")]
