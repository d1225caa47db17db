"""What an organisation gave, and whom it reached: its own gifts and partnerships, nobody else's."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import Q

from activities.models import Story
from libraries.models import Library
from reports.figures.support import Support, support_in
from stakeholders.models import Membership, Organisation, Partnership
from stakeholders.models import Support as Gift
from tpbis.accounts.models import User
from tpbis.core import periods
from tpbis.core.periods import Period

_STORIES = 6


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody's organisations gave: ``total`` since the programme began. ``libraries`` are
    those with a gift of their own or a partnership, also one that is over; ``in_force`` are the
    partnerships that hold ``on`` that day."""

    on: date
    total: Support
    gifts: tuple[Gift, ...]  # the newest first
    partnerships: tuple[Partnership, ...]
    in_force: int
    libraries: int
    stories: tuple[Story, ...]  # published ones of these libraries, the newest first


def organisations_of(user: User, on: date) -> list[Organisation]:
    """Those this person speaks for."""
    memberships = Membership.objects.in_force(on).filter(user=user)
    return list(Organisation.objects.filter(pk__in=memberships.values("organisation")))


def given(organisations: Iterable[Organisation], on: date) -> Given:
    """A constant number of queries."""
    asked = list(organisations)
    began = periods.parse_month(settings.TPBIS_FIRST_MONTH)
    gifts = Gift.objects.filter(organisation__in=asked, given_on__range=(began, on))
    partnerships = Partnership.objects.filter(organisation__in=asked, starts_on__lte=on)
    listed = partnerships.for_list().select_related("organisation", "library__regency", "region")
    helped = Library.objects.filter(
        Q(pk__in=gifts.values("library")) | Q(pk__in=partnerships.values("library"))
    )
    stories = Story.objects.published().filter(library__in=helped.values("pk")).for_list()
    return Given(
        on=on,
        total=support_in(gifts, Period(began, periods.first_of_month(on))),
        gifts=tuple(gifts.for_list().select_related("organisation", "library__regency", "region")),
        partnerships=tuple(listed),
        in_force=partnerships.in_force_on(on).count(),
        libraries=helped.count(),
        stories=tuple(stories.order_by("-happened_on", "-pk")[:_STORIES]),
    )
