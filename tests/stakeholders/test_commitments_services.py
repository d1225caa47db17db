"""A pair that staff accepted is promised and comes, or lapses; the need follows."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from libraries.files import BadFile
from stakeholders.enums import CommitmentState, MatchReason, NeedState
from stakeholders.models import Commitment, Need, Organisation, Partnership, Support
from stakeholders.services import commitments
from stakeholders.services.amounts import Amount, MovedOn
from stakeholders.services.support import Evidenced, Gift, withdraw_support
from tests.stakeholders.needs_world import (
    GOODS,
    came,
    day,
    matched,
    offered,
    opened,
    promised,
    supporter_of,
)


@pytest.fixture
def bank(db) -> Organisation:
    return Organisation.objects.create(name="Bank Jatim")


@pytest.fixture
def need(library, pic) -> Need:
    return opened(library, pic)


def state_of(need: Need) -> str:
    return Need.objects.get(pk=need.pk).state


def test_the_need_follows_its_commitment_to_the_end(need, bank, pic, library):
    supporter = supporter_of(bank)
    commitment = matched(need, bank, pic, reasons=[MatchReason.THEME])
    assert (state_of(need), commitment.reasons) == (NeedState.MATCHED, ["bidang"])
    promised(commitment, supporter)
    assert state_of(need) == NeedState.PROMISED

    commitment = came(commitment, pic)

    assert (state_of(need), commitment.state) == (NeedState.REALISED, CommitmentState.REALISED)
    support, partnership = Support.objects.get(), Partnership.objects.get()
    assert (support.library, support.quantity, support.partnership) == (library, 4, partnership)
    assert (partnership.library, partnership.starts_on) == (library, day(0))
    assert (commitment.support, commitment.partnership) == (support, partnership)
    assert commitment.file_name.startswith("commitments/")


def test_what_lapses_opens_the_need_again(need, bank, pic):
    commitment = matched(need, bank, pic)

    commitment = commitments.lapse(commitment=commitment, reason="Dananya dialihkan", by=pic)

    assert (commitment.state, state_of(need)) == (CommitmentState.LAPSED, NeedState.OPEN)
    matched(need, bank, pic)  # and the two may come together another time


def test_of_several_the_furthest_under_way_decides(need, bank, pic):
    first = promised(matched(need, bank, pic), pic)
    second = matched(need, Organisation.objects.create(name="IKAPI"), pic)
    assert state_of(need) == NeedState.PROMISED

    came(first, pic)
    assert state_of(need) == NeedState.MATCHED
    commitments.lapse(commitment=second, reason="Tidak jadi", by=pic)

    assert state_of(need) == NeedState.REALISED


def test_an_organisation_is_brought_to_a_need_once(need, bank, pic):
    matched(need, bank, pic)

    with pytest.raises(MovedOn):
        matched(need, bank, pic)

    assert Commitment.objects.count() == 1


def test_what_is_over_stays_as_it_is(need, bank, pic):
    commitment = came(matched(need, bank, pic), pic)

    for refused in (
        lambda: came(commitment, pic),
        lambda: promised(commitment, pic),
        lambda: commitments.lapse(commitment=commitment, reason="x", by=pic),
        lambda: matched(need, Organisation.objects.create(name="IKAPI"), pic),
    ):
        with pytest.raises(MovedOn):
            refused()

    assert (Support.objects.count(), Partnership.objects.count()) == (1, 1)


def test_a_partnership_that_is_there_is_not_made_again(need, bank, pic, library):
    known = Partnership.objects.create(
        organisation=bank, library=library, kind=GOODS, starts_on=day(-90), recorded_by=pic
    )

    commitment = came(matched(need, bank, pic), pic)

    assert commitment.partnership == known
    assert Partnership.objects.count() == 1


def test_a_region_gets_its_gift_without_a_partnership(lumajang, bank, pic):
    commitment = came(matched(opened(lumajang, pic), bank, pic), pic)

    assert (commitment.support.region, commitment.partnership) == (lumajang, None)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"due_on": day(-1)}, "due_on"),
        ({"amount": Amount(rupiah=-1)}, "rupiah"),
        ({"amount": Amount(quantity=3)}, "unit"),
    ],
)
def test_what_cannot_be_agreed_is_refused(need, bank, pic, changes, field):
    with pytest.raises(ValidationError) as refused:
        matched(need, bank, pic, **changes)

    assert field in refused.value.message_dict
    assert (Commitment.objects.count(), state_of(need)) == (0, NeedState.OPEN)


def test_nothing_came_tomorrow_and_nothing_came_without_evidence(need, bank, pic):
    commitment = matched(need, bank, pic)
    gift = Gift(kind=GOODS, given_on=day(1), description="Mesin", quantity=4, unit="mesin")
    broken = SimpleUploadedFile("bukti.pdf", b"bukan pdf", content_type="application/pdf")

    with pytest.raises(ValidationError) as refused:
        came(commitment, pic, gift=gift)
    assert "given_on" in refused.value.message_dict
    with pytest.raises(BadFile):
        came(commitment, pic, evidence=broken)

    assert not Support.objects.exists()
    assert Commitment.objects.get().state == CommitmentState.MATCHED


def test_only_staff_say_that_it_came(need, bank, pic, librarian, strange_pic, leader):
    supporter = supporter_of(bank)
    commitment = matched(need, bank, pic)

    for user in (supporter, librarian, strange_pic, leader):
        with pytest.raises(PermissionDenied):
            came(commitment, user)
        with pytest.raises(PermissionDenied):
            matched(need, bank, user)


def test_another_organisation_promises_nothing(need, bank, pic):
    stranger = supporter_of(Organisation.objects.create(name="IKAPI"))
    commitment = matched(need, bank, pic)

    with pytest.raises(PermissionDenied):
        promised(commitment, stranger)
    with pytest.raises(PermissionDenied):
        commitments.lapse(commitment=commitment, reason="x", by=stranger)


def test_an_offer_of_somebody_else_is_not_taken(need, bank, pic, lumajang):
    other = Organisation.objects.create(name="IKAPI")
    offer = offered(other, lumajang, pic)

    with pytest.raises(MovedOn):
        matched(need, bank, pic, offer=offer)


def test_a_supporter_sees_its_own_commitments_alone(need, bank, pic, library):
    ours, theirs = supporter_of(bank), supporter_of(Organisation.objects.create(name="IKAPI"))
    commitment = matched(need, bank, pic)
    assert set(Need.objects.visible_to(theirs)) == {need}
    promised(commitment, ours)

    assert list(Commitment.objects.visible_to(ours)) == [commitment]
    assert not Commitment.objects.visible_to(theirs).exists()
    assert list(Need.objects.visible_to(ours)) == [need]
    assert not Need.objects.visible_to(theirs).exists()


def test_a_gift_with_its_evidence_is_corrected_not_withdrawn(need, bank, pic):
    commitment = came(matched(need, bank, pic), pic)

    with pytest.raises(Evidenced):
        withdraw_support(support=commitment.support, by=pic)

    assert Support.objects.count() == 1
