"""Two people at the same need at the same moment; PostgreSQL only."""

import pytest

from stakeholders.enums import CommitmentState, NeedState
from stakeholders.models import Commitment, Need, Organisation, Partnership, Support
from stakeholders.services import commitments, needs
from stakeholders.services.amounts import MovedOn
from tests.activities.test_recording_at_once import at_once
from tests.stakeholders.needs_world import came, matched, opened, stated

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]


def test_a_pair_is_accepted_once(library, pic):
    need, bank = opened(library, pic), Organisation.objects.create(name="Bank Jatim")

    told = at_once(*[lambda: matched(need, bank, pic)] * 3)

    assert sum(isinstance(one, MovedOn) for one in told) == 2
    assert Commitment.objects.count() == 1


def test_what_comes_comes_once(library, pic):
    bank = Organisation.objects.create(name="Bank Jatim")
    commitment = matched(opened(library, pic), bank, pic)

    told = at_once(*[lambda: came(commitment, pic)] * 2)

    assert sum(isinstance(one, MovedOn) for one in told) == 1
    assert (Support.objects.count(), Partnership.objects.count()) == (1, 1)


def test_it_comes_or_it_lapses(library, pic):
    bank = Organisation.objects.create(name="Bank Jatim")
    commitment = matched(opened(library, pic), bank, pic)

    at_once(
        lambda: came(commitment, pic),
        lambda: commitments.lapse(commitment=commitment, reason="Tidak jadi", by=pic),
    )

    state = Commitment.objects.get().state
    expected = {
        CommitmentState.REALISED: (1, NeedState.REALISED),
        CommitmentState.LAPSED: (0, NeedState.OPEN),
    }[CommitmentState(state)]
    assert (Support.objects.count(), Need.objects.get().state) == expected


def test_a_need_is_judged_once(library, librarian, pic, staff):
    need = stated(library, librarian)

    told = at_once(
        lambda: needs.confirm_need(need=need, by=pic),
        lambda: needs.decline_need(need=need, reason="Sudah ada", by=staff),
    )

    assert sum(isinstance(one, MovedOn) for one in told) == 1
