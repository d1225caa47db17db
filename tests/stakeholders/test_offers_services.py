"""What organisations offer: by whoever speaks for them, or staff."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from stakeholders.enums import OfferState
from stakeholders.models import Membership, Offer, Organisation
from stakeholders.services import MOST_RUPIAH, offers
from stakeholders.services.amounts import Amount, MovedOn
from tests.stakeholders.needs_world import (
    MONEY,
    came,
    day,
    matched,
    offered,
    opened,
    supporter_of,
    terms,
)


@pytest.fixture
def bank(db) -> Organisation:
    return Organisation.objects.create(name="Bank Jatim")


@pytest.fixture
def supporter(bank):
    return supporter_of(bank, username="bankjatim")


def test_a_supporter_offers_anywhere_in_the_province(bank, supporter, lumajang, province):
    assert offered(bank, lumajang, supporter).state == OfferState.OPEN
    assert offered(bank, province, supporter, kind=MONEY, rupiah=5_000_000).recorded_by == supporter


def test_a_supporter_offers_for_no_other_organisation(bank, supporter, lumajang):
    other = Organisation.objects.create(name="IKAPI")

    with pytest.raises(PermissionDenied):
        offered(other, lumajang, supporter)


def test_whoever_no_longer_speaks_for_it_offers_nothing(bank, supporter, lumajang):
    Membership.objects.update(ends_on=timezone.localdate() - timedelta(days=1))

    with pytest.raises(PermissionDenied):
        offered(bank, lumajang, supporter)


def test_staff_offer_where_they_work(bank, pic, staff, librarian, lumajang, blitar, province):
    assert offered(bank, lumajang, pic).region == lumajang
    assert offered(bank, province, staff).region == province
    for user, region in ((pic, blitar), (pic, province), (librarian, lumajang)):
        with pytest.raises(PermissionDenied):
            offered(bank, region, user)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": MONEY}, "rupiah"),
        ({"rupiah": -5}, "rupiah"),
        ({"rupiah": MOST_RUPIAH + 1}, "rupiah"),
        ({"unit": ""}, "unit"),
        ({"ends_on": day(-1), "starts_on": day(-9)}, "ends_on"),
        ({"ends_on": day(1), "starts_on": day(2)}, "ends_on"),
        ({"description": ""}, "description"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(bank, supporter, lumajang, changes, field):
    with pytest.raises(ValidationError) as refused:
        offered(bank, lumajang, supporter, **changes)

    assert field in refused.value.message_dict
    assert not Offer.objects.exists()


def test_the_same_form_sent_twice_is_one_offer(bank, supporter, lumajang):
    assert offered(bank, lumajang, supporter) == offered(bank, lumajang, supporter)


def test_an_offer_in_use_is_neither_changed_nor_withdrawn(bank, supporter, pic, library, lumajang):
    offer = offered(bank, lumajang, supporter)
    matched(opened(library, pic), bank, pic, offer=offer)

    with pytest.raises(MovedOn):
        offers.withdraw_offer(offer=offer, by=supporter)
    with pytest.raises(MovedOn):
        offers.change_offer(offer=offer, terms=terms(lumajang), by=supporter)


def test_an_offer_is_withdrawn_once(bank, supporter, lumajang):
    offer = offers.withdraw_offer(offer=offered(bank, lumajang, supporter), by=supporter)

    assert offer.state == OfferState.WITHDRAWN
    with pytest.raises(MovedOn):
        offers.withdraw_offer(offer=offer, by=supporter)


def test_an_offer_is_used_once_all_of_it_is_agreed(bank, supporter, pic, library, lumajang):
    offer = offered(bank, lumajang, supporter, quantity=10)
    first = matched(opened(library, pic), bank, pic, offer=offer, amount=Amount(None, 4, "mesin"))
    came(first, pic)
    offer.refresh_from_db()
    assert (offer.state, offers.amount_left(offer)) == (OfferState.OPEN, 6)

    need = opened(library, pic, title="Enam lagi")
    matched(need, bank, pic, offer=offer, amount=Amount(None, 6, "mesin"))

    offer.refresh_from_db()
    assert offer.state == OfferState.USED
