"""Who may do what, in which state: the table is the specification. It is held against the
predicates and against the services, so that page, API and command line cannot differ from it."""

from collections.abc import Callable
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction

from activities import permissions, services
from activities.enums import Kind, ReturnReason, Source, State
from activities.models import MonthlyReport
from libraries.models import Library, Region
from libraries.services import assign
from tests import factories
from tpbis.accounts.enums import Role
from tpbis.accounts.models import User

SEPTEMBER = date(2024, 9, 1)

# --- The table ------------------------------------------------------------------------------------

RECORDS = {"record": {State.DRAFT, State.RETURNED}, "submit": {State.DRAFT, State.RETURNED}}
JUDGES = {"approve": {State.SUBMITTED}, "send_back": {State.SUBMITTED}, "reopen": {State.APPROVED}}
NOTHING: dict[str, set[State]] = {}

TABLE = {
    "librarian of this library": RECORDS,
    "librarian of another library in the same village": NOTHING,
    "librarian of another regency": NOTHING,
    "librarian whose time here has ended": NOTHING,
    "PIC of this regency": JUDGES,
    "PIC of another regency": NOTHING,
    "PIC whose time here has ended": NOTHING,
    "PIC here who was deactivated": NOTHING,
    "PIC here who submitted it as a librarian before": {"reopen": {State.APPROVED}},
    "facilitator of this regency": NOTHING,
    "facilitator here with the review handed over": JUDGES,
    "facilitator here with another regency handed over": NOTHING,
    "facilitator here whose hand-over has ended": NOTHING,
    "province staff": NOTHING,
    "leader": NOTHING,
    "observer": NOTHING,
    "supporter": NOTHING,
    "nobody's account, with no place at all": NOTHING,
}
STEPS = ("record", "submit", "approve", "send_back", "reopen")


@pytest.fixture
def actor(library, other_library, lumajang, blitar, province, librarian) -> Callable[[str], User]:
    """One of the cast by the words of the table."""
    here, elsewhere = library, other_library
    cast: dict[str, Callable[[], User]] = {
        "librarian of this library": lambda: librarian,
        "librarian of another library in the same village": lambda: factories.someone(
            Role.LIBRARIAN, factories.LibraryFactory(region=here.region)
        ),
        "librarian of another regency": lambda: factories.someone(Role.LIBRARIAN, elsewhere),
        "librarian whose time here has ended": lambda: _at(Role.LIBRARIAN, (here, True, False)),
        "PIC of this regency": lambda: factories.someone(Role.REGENCY_PIC, lumajang),
        "PIC of another regency": lambda: factories.someone(Role.REGENCY_PIC, blitar),
        "PIC whose time here has ended": lambda: _at(Role.REGENCY_PIC, (lumajang, True, False)),
        "PIC here who was deactivated": lambda: factories.someone(
            Role.REGENCY_PIC, lumajang, is_active=False
        ),
        "facilitator of this regency": lambda: factories.someone(Role.FACILITATOR, lumajang),
        "facilitator here with the review handed over": lambda: _at(
            Role.FACILITATOR, (lumajang, False, True)
        ),
        "facilitator here with another regency handed over": lambda: _at(
            Role.FACILITATOR, (lumajang, False, False), (blitar, False, True)
        ),
        "facilitator here whose hand-over has ended": lambda: _at(
            Role.FACILITATOR, (lumajang, False, False), (lumajang, True, True)
        ),
        "province staff": lambda: factories.someone(Role.PROVINCE_STAFF, province),
        "leader": lambda: factories.someone(Role.PROVINCE_VIEWER, province),
        "observer": lambda: factories.someone(Role.OBSERVER, province),
        "supporter": lambda: factories.someone(Role.SUPPORTER, province),
        "nobody's account, with no place at all": lambda: factories.UserFactory(
            role=Role.REGENCY_PIC
        ),
    }

    def find(who: str) -> User:
        if who == "PIC here who submitted it as a librarian before":
            return _turned_pic(librarian, lumajang)
        return cast[who]()

    return find


def _at(role: Role, *places: tuple[Region | Library, bool, bool]) -> User:
    """Someone with several assignments: (place, ended, may review)."""
    user = factories.UserFactory(role=role)
    for place, ended, may_review in places:
        assign(
            user=user,
            region=place if isinstance(place, Region) else None,
            library=place if isinstance(place, Library) else None,
            starts_on=date(2018, 1, 1),
            ends_on=date(2020, 12, 31) if ended else None,
            may_review=may_review,
        )
    return user


def _turned_pic(librarian: User, regency: Region) -> User:
    librarian.role = Role.REGENCY_PIC
    librarian.save()
    assign(user=librarian, region=regency, starts_on=date(2018, 1, 1))
    return librarian


@pytest.fixture
def report_in(library, librarian, pic) -> Callable[[State], MonthlyReport]:
    def make(state: State) -> MonthlyReport:
        report = factories.report(library, librarian, Kind.INVOLVEMENT, month=SEPTEMBER)
        if state != State.DRAFT:
            report = services.submit(report=report, by=librarian)
        if state == State.RETURNED:
            report = services.send_back(
                report=report, reason=ReturnReason.PHOTO, comment="Foto buram.", by=pic
            )
        if state == State.APPROVED:
            report = services.approve(report=report, by=pic)
        return report

    return make


def _take(step: str, report: MonthlyReport, by: User) -> None:
    if step == "record":
        content = factories.content(Kind.ADVOCACY, month=report.month)
        services.record(report=report, kind=Kind.ADVOCACY, content=content, by=by)
    elif step == "submit":
        services.submit(report=report, by=by)
    elif step == "approve":
        services.approve(report=report, by=by)
    elif step == "send_back":
        services.send_back(
            report=report, reason=ReturnReason.OTHER, comment="Lengkapi lagi.", by=by
        )
    else:
        services.reopen(report=report, comment="Jumlah keliru.", by=by)


PREDICATE = {
    "record": permissions.can_edit,
    "submit": permissions.can_edit,
    "approve": permissions.can_review,
    "send_back": permissions.can_review,
    "reopen": permissions.can_reopen,
}


def _try(step: str, report: MonthlyReport, by: User) -> bool:
    """Whether the step was taken; whatever it did is undone."""
    before = _facts(report)
    try:
        with transaction.atomic():
            _take(step, report, by)
            if _facts(report) == before:  # pressed again: the answer stands, nothing happens
                return False
            raise Undo
    except Undo:
        return True
    except (PermissionDenied, services.Locked, services.NotWaiting):
        assert _facts(report) == before
        return False


class Undo(Exception):
    """Roll back to where the report was."""


def _facts(report: MonthlyReport) -> tuple[str, str, int, int]:
    now = MonthlyReport.objects.get(pk=report.pk)
    return now.state, now.seal, now.activities.count(), now.events.count()


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("who", TABLE)
def test_the_table(actor, report_in, who, state):
    report = report_in(state)
    by = actor(who)

    answered = {step: PREDICATE[step](by, report) for step in STEPS}
    done = {step: _try(step, report, by) for step in STEPS}

    allowed = {step: state in TABLE[who].get(step, set()) for step in STEPS}
    assert answered == allowed
    assert done == allowed


@pytest.mark.parametrize("who", TABLE)
def test_nobody_touches_what_came_from_the_sim(actor, library, who):
    report = MonthlyReport.objects.create(
        library=library, month=SEPTEMBER, source=Source.SIM, state=State.APPROVED, seal="5" * 64
    )
    by = actor(who)

    answered = {step: PREDICATE[step](by, report) for step in STEPS}
    done = {step: _try(step, report, by) for step in STEPS}

    assert answered == done == dict.fromkeys(STEPS, False)


REVIEWERS = {
    "PIC of this regency",
    "PIC of another regency",
    "PIC whose time here has ended",
    "PIC here who was deactivated",
    "PIC here who submitted it as a librarian before",
    "facilitator here with the review handed over",
    "facilitator here with another regency handed over",
    "nobody's account, with no place at all",
}


@pytest.mark.parametrize("who", TABLE)
def test_whose_work_the_queue_is(actor, who):
    assert permissions.reviews_anywhere(actor(who)) == (who in REVIEWERS)
