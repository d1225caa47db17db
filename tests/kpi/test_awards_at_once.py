"""Two people decide about one library at the same moment; PostgreSQL only."""

from datetime import date

import pytest

from kpi import services
from kpi.enums import AwardDecision
from kpi.models import Award, RuleSet
from libraries.models import Library
from libraries.services import merge
from tests import factories
from tests.activities.test_recording_at_once import at_once
from tests.kpi.closed import closed
from tpbis.accounts.enums import Role

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]
SEPTEMBER = date(2024, 9, 1)


def test_a_decision_and_a_merger_of_its_library_both_come_out_whole(library, staff, province):
    """Whichever is first; neither fails for the other, nor do they wait for one another."""
    if not RuleSet.objects.exists():
        factories.rule_set(valid_from=date(2020, 1, 1))
    same = factories.LibraryFactory(region=library.region, name="Kembar")
    closing = closed(SEPTEMBER, {library: 80_000, same: 81_000})
    other = factories.someone(Role.PROVINCE_STAFF, province)

    def decide(one: Library) -> list[Award]:
        return services.decide(
            closing=closing,
            libraries={one.pk: ""},
            decision=AwardDecision.GRANTED,
            decided_on=date(2024, 10, 20),
            note="Rapat penetapan",
            by=other,
        )

    decide(same)

    told = at_once(lambda: decide(library), lambda: merge(keep=library, duplicate=same, by=staff))

    assert told[1] == library
    assert isinstance(told[0], list | services.DecidedMeanwhile)
    assert [award.library for award in Award.objects.all()] == [library]


def test_the_second_of_two_decisions_is_told_of_the_first(library, staff, province):
    if not RuleSet.objects.exists():  # emptied by a test before
        factories.rule_set(valid_from=date(2020, 1, 1))
    closing = closed(SEPTEMBER, {library: 80_000})
    other = factories.someone(Role.PROVINCE_STAFF, province)

    def decided(decision: AwardDecision, by) -> list[Award]:
        return services.decide(
            closing=closing,
            libraries={library.pk: ""},
            decision=decision,
            decided_on=date(2024, 10, 20),
            note="Rapat penetapan",
            by=by,
        )

    told = at_once(
        lambda: decided(AwardDecision.GRANTED, staff),
        lambda: decided(AwardDecision.DECLINED, other),
    )

    (first,) = [one for one in told if isinstance(one, list)]
    (second,) = [one for one in told if isinstance(one, services.DecidedMeanwhile)]
    award = Award.objects.get()
    assert first == [award]
    assert [one.decision for one in second.awards] == [award.decision]
