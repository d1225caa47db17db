"""Who could meet what: a table of cases with their points and reasons, and what always holds."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libraries.enums import Theme
from stakeholders.enums import MatchReason, PartnershipKind, Urgency
from stakeholders.matching import Body, Offered, Proposal, Wanted, propose

R = MatchReason
ECONOMY, HEALTH = Theme.ECONOMY.value, Theme.HEALTH.value
GOODS, MONEY, PLACE = (
    PartnershipKind.GOODS.value,
    PartnershipKind.MONEY.value,
    PartnershipKind.PLACE.value,
)
VILLAGE = "35.08.21.2004"
NEED = Wanted(1, ECONOMY, GOODS, VILLAGE, rupiah=4_000_000, quantity=4, unit="mesin")
OFFER = Offered(1, 7, ECONOMY, GOODS, "35.08", quantity=4, unit="mesin")
BODY = Body(7)

CASES = {
    "all of it": (NEED, OFFER, BODY, 85, [R.THEME, R.KIND, R.NEAR, R.ENOUGH]),
    "any theme": (
        NEED,
        replace(OFFER, theme=""),
        BODY,
        70,
        [R.ANY_THEME, R.KIND, R.NEAR, R.ENOUGH],
    ),
    "for the province": (
        NEED,
        replace(OFFER, place="35"),
        BODY,
        80,
        [R.THEME, R.KIND, R.REACHES, R.ENOUGH],
    ),
    "for the district": (
        NEED,
        replace(OFFER, place="35.08.21"),
        BODY,
        88,
        [R.THEME, R.KIND, R.NEAR, R.ENOUGH],
    ),
    "for the village": (
        NEED,
        replace(OFFER, place=VILLAGE),
        BODY,
        90,
        [R.THEME, R.KIND, R.NEAR, R.ENOUGH],
    ),
    "with interest": (
        NEED,
        OFFER,
        Body(7, places=("35.08",)),
        90,
        [R.THEME, R.KIND, R.NEAR, R.INTEREST, R.ENOUGH],
    ),
    "half of it": (
        NEED,
        replace(OFFER, quantity=2),
        BODY,
        75,
        [R.THEME, R.KIND, R.NEAR, R.HALF],
    ),
    "less than half": (NEED, replace(OFFER, quantity=1), BODY, 65, [R.THEME, R.KIND, R.NEAR]),
    "another unit": (NEED, replace(OFFER, unit="set"), BODY, 65, [R.THEME, R.KIND, R.NEAR]),
    "the unit otherwise written": (
        NEED,
        replace(OFFER, unit=" Mesin "),
        BODY,
        85,
        [R.THEME, R.KIND, R.NEAR, R.ENOUGH],
    ),
    "money that buys it": (
        NEED,
        replace(OFFER, kind=MONEY, quantity=None, unit="", rupiah=5_000_000),
        BODY,
        70,
        [R.THEME, R.MONEY_BUYS, R.NEAR, R.ENOUGH],
    ),
    "first of all": (
        replace(NEED, one_short=True, without_partner=True, priority=2, urgency=Urgency.HIGH),
        OFFER,
        BODY,
        85,
        [R.ONE_SHORT, R.NO_PARTNER, R.PRIORITY, R.URGENT, R.THEME, R.KIND, R.NEAR, R.ENOUGH],
    ),
    # No offer that fits, but an organisation that might.
    "its theme, nothing offered": (
        NEED,
        None,
        Body(7, themes=(ECONOMY,)),
        15,
        [R.NO_OFFER],
    ),
    "its theme and region, nothing offered": (
        NEED,
        None,
        Body(7, themes=(ECONOMY, HEALTH), places=("35.08",)),
        20,
        [R.NO_OFFER, R.INTEREST],
    ),
}

IMPOSSIBLE = {
    "another theme": (NEED, replace(OFFER, theme=HEALTH), BODY),
    "another kind": (NEED, replace(OFFER, kind=PLACE), BODY),
    "money for what has no price": (
        replace(NEED, rupiah=None),
        replace(OFFER, kind=MONEY, rupiah=1),
        BODY,
    ),
    "money for a place": (replace(NEED, kind=PLACE), replace(OFFER, kind=MONEY, rupiah=1), BODY),
    "goods of another unit for any theme": (NEED, replace(OFFER, theme="", unit="rak"), BODY),
    "another regency": (NEED, replace(OFFER, place="35.05"), BODY),
    "a code that only begins alike": (replace(NEED, place="35.080"), OFFER, BODY),
    "a village for the whole regency": (
        replace(NEED, place="35.08"),
        replace(OFFER, place=VILLAGE),
        BODY,
    ),
    "interested elsewhere": (NEED, OFFER, Body(7, places=("35.05",))),
    "nothing offered, another theme": (NEED, None, Body(7, themes=(HEALTH,))),
    "nothing offered, no theme known": (NEED, None, BODY),
    "nothing offered, elsewhere": (NEED, None, Body(7, themes=(ECONOMY,), places=("35.05",))),
}


@pytest.mark.parametrize("case", CASES)
def test_points_and_reasons(case):
    need, offer, body, score, reasons = CASES[case]

    (proposal,) = propose([need], [offer] if offer else [], [body])

    assert proposal == Proposal(1, 7, offer.number if offer else None, score, tuple(reasons))


@pytest.mark.parametrize("case", IMPOSSIBLE)
def test_what_does_not_go_together_is_not_proposed(case):
    need, offer, body = IMPOSSIBLE[case]

    assert propose([need], [offer] if offer else [], [body]) == []


def test_an_organisation_is_proposed_once_with_its_best_offer():
    better = replace(OFFER, number=2, place=VILLAGE)

    (proposal,) = propose([NEED], [OFFER, better], [BODY])

    assert proposal.offer == 2


def test_whoever_offers_comes_before_whoever_only_might():
    proposals = propose([NEED], [OFFER], [BODY, Body(8, themes=(ECONOMY,))])

    assert [one.organisation for one in proposals] == [7]


def test_pairs_that_were_together_are_not_proposed_again():
    assert propose([NEED], [OFFER], [BODY], known={(1, 7)}) == []


def test_the_best_few_of_each_need():
    offers = [replace(OFFER, number=n, organisation=n, quantity=n) for n in range(1, 9)]

    found = propose([NEED], offers, [], each=2)

    assert [one.organisation for one in found] == [4, 5]


def test_which_need_comes_first():
    needs = [
        replace(NEED, number=1),
        replace(NEED, number=2, urgency=Urgency.HIGH),
        replace(NEED, number=3, priority=5),
        replace(NEED, number=4, priority=1),
        replace(NEED, number=5, without_partner=True),
        replace(NEED, number=6, one_short=True),
    ]

    assert [one.need for one in propose(needs, [OFFER], [BODY])] == [6, 5, 4, 3, 2, 1]


# --- What always holds ----------------------------------------------------------------------------

_PLACES = st.sampled_from(["35", "35.05", "35.08", "35.08.21", VILLAGE, "35.05.17.1006"])
_THEMES = st.sampled_from([ECONOMY, HEALTH, Theme.SPORTS.value])
_KINDS = st.sampled_from([GOODS, MONEY, PLACE, PartnershipKind.SPEAKER.value])
_MONEY = st.none() | st.integers(1, 10**9)
_COUNT = st.none() | st.integers(1, 500)
_UNITS = st.sampled_from(["buku", "Buku", "rak"])


def _numbered(things):
    return st.lists(things, max_size=12, unique_by=lambda one: one.number)


_NEEDS = _numbered(
    st.builds(
        Wanted,
        number=st.integers(1, 99),
        theme=_THEMES,
        kind=_KINDS,
        place=_PLACES,
        rupiah=_MONEY,
        quantity=_COUNT,
        unit=_UNITS,
        urgency=st.sampled_from(Urgency.values),
        priority=st.none() | st.integers(1, 5),
        one_short=st.booleans(),
        without_partner=st.booleans(),
    )
)
_OFFERS = _numbered(
    st.builds(
        Offered,
        number=st.integers(1, 99),
        organisation=st.integers(1, 6),
        theme=_THEMES | st.just(""),
        kind=_KINDS,
        place=_PLACES,
        rupiah=_MONEY,
        quantity=_COUNT,
        unit=_UNITS,
    )
)
_BODIES = _numbered(
    st.builds(
        Body,
        number=st.integers(1, 9),
        themes=st.lists(_THEMES, unique=True, max_size=3).map(tuple),
        places=st.lists(_PLACES, unique=True, max_size=2).map(tuple),
    )
)


@given(needs=_NEEDS, offers=_OFFERS, bodies=_BODIES, random=st.randoms())
def test_the_same_comes_out_whatever_the_order(needs, offers, bodies, random):
    expected = propose(needs, offers, bodies)

    for things in (needs, offers, bodies):
        random.shuffle(things)

    assert propose(needs, offers, bodies) == expected


@given(needs=_NEEDS, offers=_OFFERS, bodies=_BODIES)
def test_no_pair_is_impossible_and_none_has_more_than_it_can(needs, offers, bodies):
    by_number = {offer.number: offer for offer in offers}
    wanted = {need.number: need for need in needs}
    working = {body.number: body for body in bodies}

    for proposal in propose(needs, offers, bodies):
        need, body = wanted[proposal.need], working.get(proposal.organisation, Body(0))
        assert not body.places or any(_lies_in(need.place, place) for place in body.places)
        if proposal.offer is None:
            assert need.theme in body.themes
            assert 15 <= proposal.score <= 20
            continue
        offer = by_number[proposal.offer]
        assert offer.organisation == proposal.organisation
        assert offer.theme in ("", need.theme)
        assert _lies_in(need.place, offer.place)
        assert offer.kind == need.kind or (offer.kind == MONEY and need.rupiah)
        assert 30 <= proposal.score <= 95


@given(needs=_NEEDS, offers=_OFFERS, bodies=_BODIES)
def test_a_need_for_which_something_is_possible_gets_something(needs, offers, bodies):
    proposed = {proposal.need for proposal in propose(needs, offers, bodies)}

    for need in needs:
        alone = any(propose([need], [offer], bodies) for offer in offers)
        assert (need.number in proposed) >= alone


def _lies_in(place: str, region: str) -> bool:
    return place == region or place.startswith(f"{region}.")
