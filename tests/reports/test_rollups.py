"""What was counted before is what the libraries say now, whatever happened in between."""

import random
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from activities import services as activities
from activities.enums import ExcuseReason, Kind, ReturnReason, State
from activities.models import MonthlyReport
from activities.services import follow_up
from kpi import services as kpi
from libraries import services as libraries
from libraries.enums import SimState
from libraries.models import Inactivity, Library, SimAccount
from reports import figures
from reports.figures import held_up, kept
from reports.models import AreaMonth, StaleArea
from reports.rollups import counting
from stakeholders.enums import PartnershipKind
from stakeholders.services import record_partnership
from tests import factories
from tests.reports import figures_world as world
from tests.reports.times import NOW, set_clock
from tpbis.core import periods
from tpbis.core.periods import Period

MONTHS = list(periods.months_from_to(date(2026, 7, 1), date(2026, 11, 1)))
SPANS = (
    Period(date(2026, 7, 1), date(2026, 9, 1)),
    Period(date(2026, 10, 1), date(2026, 11, 1)),
    Period(date(2026, 8, 1), date(2026, 8, 1)),
)
PLACES = ("35.08.21.2004", "35.08.20.2001", "35.05.17.1006", "35.05.17.1001")


@pytest.fixture(autouse=True)
def clock(monkeypatch, settings):
    settings.TPBIS_FIRST_MONTH = "2026-07"
    return set_clock(monkeypatch, *NOW)


def told(region, *, is_whole: bool) -> list[object]:
    everything = Library.objects.within(region.code)
    at = timezone.now()
    counted = kept.kept_region(region, MONTHS) if is_whole else None
    held = [
        held_up.held_up(
            everything, month, figures.colour_counts(everything, month), counted=counted
        )
        for month in MONTHS[-2:]
    ]
    return [
        *(
            figures.dashboard(region, everything, span, as_of=at, is_whole=is_whole)
            for span in SPANS
        ),
        figures.colour_trend(everything, MONTHS[-1], length=4, whole=region if is_whole else None),
        *held,
    ]


class Life:
    """What people do, by the services they do it with; ``kpi`` follows at once, or later."""

    def __init__(self, seed: int, staff) -> None:
        self.chance = random.Random(seed)
        self.staff = staff
        for code in PLACES:
            self.new_library(code)

    def new_library(self, code: str = "") -> None:
        place = factories.region(code or self.chance.choice(PLACES))
        joined_on = date(2026, self.chance.randint(5, 10), self.chance.choice((1, 17)))
        factories.LibraryFactory(region=place, joined_on=joined_on)

    def some(self) -> Library:
        return self.chance.choice(list(Library.objects.order_by("pk")))

    def month(self) -> date:
        return self.chance.choice(MONTHS)

    def report(self) -> None:
        library, month = self.some(), self.month()
        by = world.librarian_of(library)
        if MonthlyReport.objects.filter(library=library, month=month).exists():
            return
        kinds = self.chance.sample(list(Kind), 2)
        activities.submit(report=factories.report(library, by, *kinds, month=month), by=by)

    def approve(self) -> None:
        for report in MonthlyReport.objects.filter(state=State.SUBMITTED)[:2]:
            activities.approve(report=report, by=world.pic_of(report.library))
            if self.chance.random() < 0.8:  # else the message is still under way
                kpi.count_and_rescore(library=report.library, month=report.month)

    def send_back(self) -> None:
        report = MonthlyReport.objects.filter(state=State.SUBMITTED).first()
        if report:
            activities.send_back(
                report=report,
                reason=ReturnReason.NUMBERS,
                comment="Cek lagi.",
                by=world.pic_of(report.library),
            )

    def support(self) -> None:
        library = self.some()
        record_partnership(
            library=library,
            organisation_name=f"Bank {self.chance.random()}",
            kind=PartnershipKind.MONEY,
            starts_on=date(2026, self.chance.randint(6, 10), 12),
            ends_on=self.chance.choice((None, date(2026, 10, 20))),
            by=world.pic_of(library),
        )

    def leave(self) -> None:
        library = self.some()
        if not Inactivity.objects.filter(library=library).exists():
            libraries.deactivate(
                library=library,
                starts_on=max(library.joined_on, date(2026, self.chance.randint(7, 11), 3)),
                reason="Pindah gedung",
                by=self.staff,
            )

    def come_back(self) -> None:
        away = Inactivity.objects.filter(ends_on=None).first()
        if away:
            libraries.reactivate(
                library=away.library, active_from=date(2026, 11, 20), by=self.staff
            )

    def relocate(self) -> None:
        library, place = self.some(), factories.region(self.chance.choice(PLACES))
        if library.region != place:
            libraries.relocate(library=library, region=place, reason="Salah", by=self.staff)

    def change_joining(self) -> None:
        library = self.some()
        joined_on = date(2026, self.chance.randint(5, 10), 9)
        libraries.change(library=library, by=self.staff, joined_on=joined_on)

    def sim_account(self) -> None:
        SimAccount.objects.create(
            library=self.some(),
            state=self.chance.choice(SimState.values),
            since_on=date(2026, self.chance.randint(7, 11), 4),
        )

    def excuse(self) -> None:
        library = self.some()
        found = MonthlyReport.objects.filter(library=library, month=MONTHS[2])
        if library.joined_on < MONTHS[2] and not found.exists():
            try:
                follow_up.excuse(
                    library=library,
                    month=MONTHS[2],
                    reason=ExcuseReason.values[0],
                    comment="Banjir",
                    by=world.pic_of(library),
                )
            except (follow_up.AlreadyExcused, follow_up.NothingToExcuse):
                return

    def account(self) -> None:
        world.librarian_of(self.some())

    def score(self) -> None:
        kpi.rescore(Library.objects.all(), self.month())

    def close(self) -> None:
        kpi.close_months()

    def merge(self) -> None:
        keep, duplicate = self.some(), self.some()
        if keep != duplicate and Library.objects.count() > 5:
            libraries.merge(keep=keep, duplicate=duplicate, by=self.staff)


WAYS = [name for name in vars(Life) if name not in {"some", "month"} and name[0] != "_"]


@pytest.mark.parametrize("seed", range(3))
def test_whatever_happens_the_province_says_what_its_libraries_say(staff, province, seed):
    life = Life(seed, staff)
    done = [*WAYS, *life.chance.choices([*WAYS, "report", "approve", "approve"], k=20)]
    for step, way in enumerate(done):
        getattr(life, way)()
        assert told(province, is_whole=True) == told(province, is_whole=False), way
        if step % 3 == 2:
            counting.refresh()
    counting.refresh()
    assert not StaleArea.objects.exists()
    assert told(province, is_whole=True) == told(province, is_whole=False)
    assert list(counting.differences()) == []
    call_command("count_areas", "--check", stdout=StringIO())


def test_fresh_province_is_not_counted_from_its_libraries(
    province, library, django_assert_max_num_queries
):
    world.approve(library, Kind.INVOLVEMENT, month=MONTHS[0])
    counting.refresh()
    everything = Library.objects.within(province.code)
    with django_assert_max_num_queries(4):
        figures.dashboard(province, everything, SPANS[0], is_whole=True)
    with django_assert_max_num_queries(2):
        figures.colour_trend(everything, MONTHS[-1], length=4, whole=province)


def test_check_tells_what_differs(province, library):
    counting.refresh()
    AreaMonth.objects.filter(region=library.regency, month=MONTHS[0]).update(partnerships=7)

    said = StringIO()
    with pytest.raises(CommandError):
        call_command("count_areas", "--check", stdout=said)

    assert "35.08 2026-07 partnerships: 7 ≠ 0" in said.getvalue()
    call_command("count_areas", "--all", stdout=said)
    call_command("count_areas", "--check", stdout=said)


def test_what_days_overtake_is_counted_again(province, library, monkeypatch):
    factories.someone("librarian", library)
    counting.refresh()
    for day in ((2026, 11, 23, 0, 1), (2026, 12, 16, 0, 1), (2027, 1, 16, 0, 1)):
        set_clock(monkeypatch, *day)
        assert told(province, is_whole=True) == told(province, is_whole=False)
        counting.refresh()
        assert told(province, is_whole=True) == told(province, is_whole=False)
        assert list(counting.differences()) == []
