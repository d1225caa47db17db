"""What a library was given, and who stands by it: for whoever decides about its village's money."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Sum

from activities.enums import Kind
from libraries.models import Library
from reports.figures.activities import entries
from stakeholders.enums import PartnershipKind
from stakeholders.models import Partnership, Support
from tpbis.core.periods import Period


@dataclass(frozen=True, slots=True)
class Gift:
    """Something an organisation gave on a day; ``rupiah`` where it was money or was valued."""

    on: date
    organisation: str
    kind: str
    what: str
    quantity: int | None
    unit: str
    rupiah: int | None
    is_money: bool


@dataclass(frozen=True, slots=True)
class Received:
    """What was given to the library itself in a period, the newest first, and the partners in force
    at its end. ``advocated`` is what its approved advocacy says it brought, in Rupiah: it may tell
    of the same money as a gift and is never added to it."""

    gifts: tuple[Gift, ...]
    partners: tuple[str, ...]
    advocated: int

    @property
    def rupiah(self) -> int:
        """What came as money, as ``figures.support`` counts it."""
        return self._summed(is_money=True)

    @property
    def worth(self) -> int:
        """What goods and services were worth, where somebody wrote it down; never added to it."""
        return self._summed(is_money=False)

    def _summed(self, *, is_money: bool) -> int:
        return sum(gift.rupiah or 0 for gift in self.gifts if gift.is_money == is_money)


def received(library: Library, period: Period) -> Received:
    only = Library.objects.filter(pk=library.pk)
    given = Support.objects.filter(library=library).between(period.first_day, period.last_day)
    in_force = Partnership.objects.filter(library=library).in_force_on(period.last_day)
    advocacy = entries(only, period).filter(kind=Kind.ADVOCACY)
    return Received(
        gifts=tuple(
            Gift(
                on=one.given_on,
                organisation=one.organisation.name,
                kind=str(one.get_kind_display()),
                what=one.description,
                quantity=one.quantity,
                unit=one.unit,
                rupiah=one.rupiah,
                is_money=one.kind == PartnershipKind.MONEY,
            )
            for one in given.for_list()
        ),
        partners=tuple(
            in_force.order_by("organisation__name")
            .values_list("organisation__name", flat=True)
            .distinct()
        ),
        advocated=advocacy.aggregate(sum=Sum("amount"))["sum"] or 0,
    )
