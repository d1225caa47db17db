"""Needs, offers and commitments as tests make them."""

from datetime import date, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from libraries.enums import Theme
from libraries.models import Library, Region
from stakeholders.enums import PartnershipKind
from stakeholders.models import Commitment, Membership, Need, Offer, Organisation
from stakeholders.services import commitments, needs, offers
from stakeholders.services.amounts import Amount
from stakeholders.services.needs import Lack
from stakeholders.services.offers import Terms
from stakeholders.services.support import Gift
from tests import factories
from tests.activities.pictures import jpeg
from tpbis.accounts.enums import Role
from tpbis.accounts.models import User

GOODS, MONEY = PartnershipKind.GOODS, PartnershipKind.MONEY


def day(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def lack(**more: Any) -> Lack:
    said: dict[str, Any] = {
        "theme": Theme.ECONOMY,
        "kind": GOODS,
        "title": "Mesin jahit untuk kelompok ibu",
        "why": "Sembilan belas ibu belajar menjahit dengan satu mesin.",
        "quantity": 4,
        "unit": "mesin",
        "rupiah": 12_000_000,
        "people": 19,
    }
    return Lack(**said | more)


def terms(region: Region, **more: Any) -> Terms:
    said: dict[str, Any] = {
        "region": region,
        "theme": Theme.ECONOMY,
        "kind": GOODS,
        "description": "Mesin jahit",
        "quantity": 10,
        "unit": "mesin",
        "starts_on": day(0),
    }
    return Terms(**said | more)


def stated(place: Library | Region, by: User, **more: Any) -> Need:
    return needs.state_need(place=place, lack=lack(**more), by=by)


def opened(place: Library | Region, by: User, **more: Any) -> Need:
    return needs.confirm_need(need=stated(place, by, **more), by=by)


def offered(organisation: Organisation, region: Region, by: User, **more: Any) -> Offer:
    return offers.state_offer(organisation=organisation, terms=terms(region, **more), by=by)


def matched(need: Need, organisation: Organisation, by: User, **more: Any) -> Commitment:
    said: dict[str, Any] = {"amount": Amount(quantity=4, unit="mesin"), "due_on": day(30)}
    return commitments.accept_match(need=need, organisation=organisation, by=by, **said | more)


def promised(commitment: Commitment, by: User, **more: Any) -> Commitment:
    said: dict[str, Any] = {"amount": Amount(quantity=4, unit="mesin"), "due_on": day(30)}
    return commitments.promise(commitment=commitment, by=by, **said | more)


def came(commitment: Commitment, by: User, **more: Any) -> Commitment:
    said: dict[str, Any] = {
        "gift": Gift(
            kind=GOODS, given_on=day(0), description="Mesin jahit", quantity=4, unit="mesin"
        ),
        "evidence": evidence(),
    }
    return commitments.realise(commitment=commitment, by=by, **said | more)


def evidence() -> SimpleUploadedFile:
    return jpeg()


def supporter_of(organisation: Organisation, **more: Any) -> User:
    user = factories.UserFactory(role=Role.SUPPORTER, **more)
    Membership.objects.create(organisation=organisation, user=user, starts_on=date(2020, 1, 1))
    return user
