"""Paper in somebody's hands, when two libraries become one."""

from datetime import date

import pytest

from kpi.enums import AwardDecision
from kpi.models import Award
from libraries.models import Library
from libraries.services import merge
from reports.models import Certificate
from tests import factories
from tests.kpi.closed import closed
from tpbis.accounts.models import AuditEvent

SEPTEMBER, GREEN = date(2024, 9, 1), 80_000


@pytest.fixture
def second(lumajang) -> Library:
    return factories.LibraryFactory(region=factories.region("35.08.21.2001"))


def certified(closing, library, staff, *, decision=AwardDecision.GRANTED, code="") -> Award:
    award = Award.objects.create(
        closing=closing,
        library=library,
        decision=decision,
        decided_on=date(2024, 10, 15),
        decided_by=staff,
    )
    if code:
        Certificate.objects.create(award=award, code=code, issued_by=staff)
    return award


def test_a_certificate_follows_its_award(library, second, staff):
    closing = closed(SEPTEMBER, {library: GREEN, second: GREEN})
    certified(closing, second, staff, code="A")

    merge(keep=library, duplicate=second, by=staff)

    assert Certificate.objects.get(code="A").award.library == library


@pytest.mark.parametrize(
    ("decision", "withdrawn"), [(AwardDecision.GRANTED, False), (AwardDecision.DECLINED, True)]
)
def test_of_two_decisions_the_survivors_says_whether_it_counts(
    library, second, staff, decision, withdrawn
):
    closing = closed(SEPTEMBER, {library: GREEN, second: GREEN})
    stays = certified(closing, library, staff, decision=decision)
    certified(closing, second, staff, code="A")

    merge(keep=library, duplicate=second, by=staff)

    certificate = Certificate.objects.get(code="A")
    assert certificate.award == stays
    assert (certificate.withdrawn_at is not None, bool(certificate.reason)) == (
        withdrawn,
        withdrawn,
    )


def test_of_two_certificates_the_survivors_stays_and_the_audit_keeps_the_other(
    library, second, staff
):
    closing = closed(SEPTEMBER, {library: GREEN, second: GREEN})
    certified(closing, library, staff, code="A")
    certified(closing, second, staff, code="B")

    merge(keep=library, duplicate=second, by=staff)

    assert list(Certificate.objects.values_list("code", flat=True)) == ["A"]
    assert AuditEvent.objects.filter(action="reports.drop_certificate").count() == 1
