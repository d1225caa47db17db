from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from stakeholders import permissions, services
from stakeholders.enums import PartnershipKind
from stakeholders.models import Organisation, Partnership
from tests import factories
from tpbis.accounts.enums import Role
from tpbis.accounts.models import AuditEvent
from tpbis.accounts.querysets import subject_of


@pytest.fixture
def told(library, staff) -> dict:
    return {
        "library": library,
        "organisation_name": "Bank Jatim",
        "kind": PartnershipKind.MONEY,
        "starts_on": date(2024, 1, 1),
        "ends_on": None,
        "by": staff,
    }


def test_a_partnership_says_who_recorded_it(told, library, staff):
    partnership = services.record_partnership(**told)

    assert str(partnership.organisation) == "Bank Jatim"
    assert (partnership.library, partnership.recorded_by) == (library, staff)


def test_an_organisation_is_known_by_its_name_in_whatever_writing(told, other_library):
    services.record_partnership(**told)
    services.record_partnership(
        **told | {"library": other_library, "organisation_name": "  bank   JATIM "}
    )

    assert list(Organisation.objects.values_list("name", flat=True)) == ["Bank Jatim"]
    assert Partnership.objects.count() == 2


@pytest.mark.parametrize("name", ["", "   ", "x" * 201])
def test_an_organisation_has_a_name(told, name):
    with pytest.raises(ValidationError):
        services.record_partnership(**told | {"organisation_name": name})

    assert not Organisation.objects.exists()


def test_an_end_lies_after_the_beginning(told):
    with pytest.raises(ValidationError, match="selesai sebelum"):
        services.record_partnership(**told | {"ends_on": date(2023, 12, 31)})

    assert not Partnership.objects.exists()


def test_the_same_partnership_is_recorded_once(told):
    services.record_partnership(**told)

    with pytest.raises(ValidationError, match="sudah tercatat"):
        services.record_partnership(**told)

    services.record_partnership(**told | {"kind": PartnershipKind.GOODS})
    assert Partnership.objects.count() == 2


MAY = {
    Role.LIBRARIAN: True,
    Role.REGENCY_PIC: True,
    Role.PROVINCE_STAFF: True,
    Role.PROVINCE_VIEWER: False,
    Role.OBSERVER: False,
    Role.FACILITATOR: False,
    Role.SUPPORTER: False,
}


@pytest.mark.parametrize("role", list(Role))
def test_who_records_a_partnership(told, library, lumajang, role):
    place = library if role == Role.LIBRARIAN else lumajang
    someone = factories.someone(role, place)

    answer = permissions.can_record_partnership(someone, library)
    try:
        services.record_partnership(**told | {"by": someone})
        done = True
    except PermissionDenied:
        done = False

    assert (answer, done) == (MAY[role], MAY[role])


def test_nobody_records_for_another_territory(told, stranger, strange_pic):
    for someone in (stranger, strange_pic):
        with pytest.raises(PermissionDenied):
            services.record_partnership(**told | {"by": someone})

    assert not Partnership.objects.exists()


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "on_the_day", "in_the_span"),
    [
        (date(2024, 9, 30), None, True, True),
        (date(2024, 10, 1), None, False, False),
        (date(2020, 1, 1), date(2024, 9, 30), True, True),
        (date(2020, 1, 1), date(2024, 9, 29), False, True),
        (date(2020, 1, 1), date(2024, 1, 1), False, True),
        (date(2020, 1, 1), date(2023, 12, 31), False, False),
    ],
)
def test_in_force_on_a_day_and_in_a_span(told, starts_on, ends_on, on_the_day, in_the_span):
    services.record_partnership(**told | {"starts_on": starts_on, "ends_on": ends_on})
    everything = Partnership.objects.all()

    assert everything.in_force_on(date(2024, 9, 30)).exists() == on_the_day
    assert everything.in_force_between(date(2024, 1, 1), date(2024, 9, 30)).exists() == in_the_span


@pytest.mark.parametrize(
    ("wrong", "rule"),
    [
        ({"kind": "doa"}, "stakeholders_partnership_kind_known"),
        ({"ends_on": date(2023, 1, 1)}, "stakeholders_partnership_starts_before_it_ends"),
    ],
)
def test_the_database_keeps_the_rules(told, wrong, rule):
    partnership = services.record_partnership(**told)

    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        Partnership.objects.filter(pk=partnership.pk).update(**wrong)


def test_a_partnership_is_one_event_of_its_library(told, library, staff):
    partnership = services.record_partnership(**told)

    (event,) = AuditEvent.objects.all()
    assert (event.action, event.by) == ("stakeholders.record_partnership", staff)
    assert (event.subject, event.about) == (subject_of(partnership), subject_of(library))
    assert event.changes == {
        "organisation": [None, partnership.organisation_id],
        "kind": [None, PartnershipKind.MONEY.value],
        "starts_on": [None, "2024-01-01"],
    }
