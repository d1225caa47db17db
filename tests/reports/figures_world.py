"""Months, partnerships and accounts as figures count them; small and by hand."""

from datetime import date, datetime
from typing import Any

from activities import services as activities
from activities.enums import AdvocacyResult, Kind, ReturnReason, Source, State
from activities.models import Activity, MonthlyReport
from kpi import services as kpi
from kpi.models import Score
from libraries.models import Library, SimAccount
from stakeholders.enums import PartnershipKind
from stakeholders.models import Organisation, Partnership
from tests import factories
from tests.reports.times import wib
from tpbis.accounts.enums import Role
from tpbis.accounts.models import User

GENERAL = (Kind.INVOLVEMENT, Kind.ADVOCACY, Kind.SERVICE)
SUNDAY = wib(2024, 10, 5, 23, 59)  # the last minute in which September 2024 is on time


def librarian_of(library: Library) -> User:
    return factories.someone(Role.LIBRARIAN, library)


def pic_of(library: Library) -> User:
    return factories.someone(Role.REGENCY_PIC, library.regency)


def approve(
    library: Library,
    *kinds: Kind,
    month: date,
    at: datetime | None = None,
    by: User | None = None,
    counted: bool = True,
) -> MonthlyReport:
    """A month that went all the way and was counted."""
    report = factories.approved(
        library, by or librarian_of(library), pic_of(library), *kinds, month=month, at=at
    )
    if counted:
        kpi.count_and_rescore(library=library, month=month)
    return report


def submit(
    library: Library, *kinds: Kind, month: date, at: datetime | None = None, by: User | None = None
) -> MonthlyReport:
    by = by or librarian_of(library)
    return activities.submit(
        report=factories.report(library, by, *kinds, month=month), by=by, at=at
    )


def send_back(library: Library, *kinds: Kind, month: date) -> MonthlyReport:
    return activities.send_back(
        report=submit(library, *kinds, month=month),
        reason=ReturnReason.NUMBERS,
        comment="Cek lagi jumlah pesertanya.",
        by=pic_of(library),
    )


def draft(library: Library, *kinds: Kind, month: date, by: User | None = None) -> MonthlyReport:
    return factories.report(library, by or librarian_of(library), *kinds, month=month)


def sim_entries(
    library: Library,
    *kinds: Kind,
    month: date,
    visits: int | None = None,
    counted: bool = True,
) -> MonthlyReport:
    """What an import of the national SIM leaves behind, counted."""
    report = MonthlyReport.objects.create(
        library=library,
        month=month,
        source=Source.SIM,
        state=State.APPROVED,
        seal="5" * 64,
        visits_total=visits,
    )
    for kind in kinds:
        Activity.objects.create(report=report, kind=kind, **factories.content(kind, month=month))
    if counted:
        kpi.count_and_rescore(library=library, month=month)
    return report


def take_away_signs() -> None:
    """As if no advocacy had brought money or a regulation, nor reached two audiences."""
    Activity.objects.filter(kind=Kind.ADVOCACY).update(
        result=AdvocacyResult.IN_KIND, audience_count=1
    )
    kpi.count(MonthlyReport.objects.all())
    for through in Score.objects.values_list("through", flat=True).distinct():
        kpi.rescore(Library.objects.all(), through)


def partnership(library: Library, starts_on: date, ends_on: date | None = None) -> Partnership:
    number = Organisation.objects.count()
    return Partnership.objects.create(
        organisation=Organisation.objects.create(name=f"Lembaga {number}"),
        library=library,
        kind=PartnershipKind.MONEY,
        starts_on=starts_on,
        ends_on=ends_on,
        recorded_by=factories.UserFactory(),
    )


def sim_account(library: Library, state: str, since_on: date) -> SimAccount:
    return SimAccount.objects.create(library=library, state=state, since_on=since_on)


def village(code: str = "35.08.21.2004", **more: Any) -> Library:
    return factories.LibraryFactory(region=factories.region(code), **more)
