"""What supporting bodies gave: written down once, rightly, by who may; corrected and withdrawn."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from stakeholders import services
from stakeholders.enums import PartnershipKind
from stakeholders.models import Membership, Organisation, Support
from stakeholders.services import MOST_RUPIAH, Gift
from stakeholders.services.support import SAME_AGAIN
from tests import factories
from tpbis.accounts.enums import Role
from tpbis.accounts.models import AuditEvent
from tpbis.accounts.querysets import subject_of

MONEY, GOODS = PartnershipKind.MONEY, PartnershipKind.GOODS
ANSWERS = {
    "organisation_name": "Bank Jatim",
    "kind": "dana",
    "given_on": "2024-03-05",
    "description": "Pelatihan menjahit",
    "rupiah": "Rp1.500.000",
}


def gift(**changes) -> Gift:
    said = {
        "kind": MONEY,
        "given_on": date(2024, 3, 5),
        "description": "Pelatihan menjahit",
        "rupiah": 1_500_000,
    }
    return Gift(**said | changes)


def give(place, by, **changes) -> Support:
    return services.record_support(
        organisation_name="Bank Jatim", place=place, gift=gift(**changes), by=by
    )


# --- The services ---------------------------------------------------------------------------------


def test_a_gift_says_what_came_and_who_wrote_it_down(library, librarian):
    support = give(library, librarian)

    assert (support.library, support.region) == (library, library.regency)
    assert (support.rupiah, support.recorded_by) == (1_500_000, librarian)
    event = AuditEvent.objects.get(action="stakeholders.record_support")
    assert (event.subject, event.about) == (subject_of(support), subject_of(library))
    assert event.changes["rupiah"] == [None, 1_500_000]


def test_a_region_gets_something_together(lumajang, pic):
    support = give(lumajang, pic)

    assert (support.library, support.region) == (None, lumajang)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"given_on": timezone.localdate() + timedelta(days=1)}, "given_on"),
        ({"given_on": date(2017, 12, 31)}, "given_on"),
        ({"rupiah": None}, "rupiah"),
        ({"rupiah": 0}, "rupiah"),
        ({"rupiah": -1}, "rupiah"),
        ({"rupiah": MOST_RUPIAH + 1}, "rupiah"),
        ({"kind": GOODS, "rupiah": None}, "quantity"),
        ({"kind": GOODS, "quantity": 40}, "unit"),
        ({"kind": GOODS, "quantity": 40, "unit": "  "}, "unit"),
        ({"description": ""}, "description"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(library, staff, changes, field):
    with pytest.raises(ValidationError) as refused:
        give(library, staff, **changes)

    assert set(refused.value.message_dict) == {field}
    assert not Support.objects.exists()
    assert not Organisation.objects.exists()


@pytest.mark.parametrize("who", ["stranger", "strange_pic", "leader", "facilitator"])
def test_nobody_else_writes(library, request, who):
    with pytest.raises(PermissionDenied):
        give(library, request.getfixturevalue(who))


def test_a_librarian_writes_for_no_region(lumajang, librarian):
    with pytest.raises(PermissionDenied):
        give(lumajang, librarian)


def test_the_same_form_twice_counts_once(library, staff):
    first = give(library, staff)

    assert give(library, staff) == first
    assert AuditEvent.objects.filter(action="stakeholders.record_support").count() == 1


def test_the_same_gift_counts_again_from_somebody_else_elsewhere_or_later(
    library, other_library, staff, librarian
):
    first = give(library, staff)
    others = [give(library, librarian), give(other_library, staff), give(library.regency, staff)]
    others.append(give(library, staff, unit="rupiah"))
    Support.objects.filter(pk=first.pk).update(recorded_at=timezone.now() - SAME_AGAIN)
    others.append(give(library, staff))

    assert len({first, *others}) == 6


def test_a_correction_tells_what_changed(library, staff):
    support = give(library, staff)

    services.correct_support(
        support=support, organisation_name="Bank Jatim", gift=gift(rupiah=2_500_000), by=staff
    )

    support.refresh_from_db()
    assert support.rupiah == 2_500_000
    event = AuditEvent.objects.get(action="stakeholders.correct_support")
    assert event.changes == {"rupiah": [1_500_000, 2_500_000]}


def test_what_is_withdrawn_is_gone_and_known_to_the_audit(library, staff):
    support = give(library, staff)

    services.withdraw_support(support=support, by=staff)

    assert not Support.objects.exists()
    event = AuditEvent.objects.get(action="stakeholders.withdraw_support")
    assert event.changes["rupiah"] == [1_500_000, None]


# --- Who sees it ----------------------------------------------------------------------------------


def test_scope_of_gifts_and_organisations(library, other_library, staff, pic, librarian):
    here, there = give(library, staff), give(other_library, staff)
    together = give(library.regency, staff)
    own = factories.UserFactory(role=Role.SUPPORTER)
    Membership.objects.create(organisation=here.organisation, user=own, starts_on=date(2024, 1, 1))
    nobody = factories.UserFactory(role=Role.SUPPORTER)

    seen = {
        who: set(Support.objects.visible_to(user))
        for who, user in {
            "staff": staff,
            "pic": pic,
            "librarian": librarian,
            "own": own,
            "nobody": nobody,
        }.items()
    }

    assert seen == {
        "staff": {here, there, together},
        "pic": {here, together},
        "librarian": {here},
        "own": {here, there, together},
        "nobody": set(),
    }
    assert list(Organisation.objects.visible_to(own)) == [here.organisation]
    assert not Organisation.objects.visible_to(nobody).exists()


# --- The form -------------------------------------------------------------------------------------


def address(library) -> str:
    return reverse("stakeholders:support_add", kwargs={"pk": library.pk})


def test_it_is_written_down_on_a_form(client, librarian, library):
    client.force_login(librarian)

    response = client.post(address(library), ANSWERS)

    assert response.url == f"{library.get_absolute_url()}#dukungan"
    assert Support.objects.get().rupiah == 1_500_000


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"rupiah": "-5"}, "rupiah"),
        ({"rupiah": "banyak"}, "rupiah"),
        ({"rupiah": "9" * 20}, "rupiah"),
        ({"rupiah": ""}, "rupiah"),
        ({"given_on": "2999-01-01"}, "given_on"),
        ({"kind": "sihir"}, "kind"),
        ({"kind": "barang", "quantity": "1,5"}, "quantity"),
        ({"description": "x" * 301}, "description"),
    ],
)
def test_a_wrong_answer_is_explained_and_kept(client, librarian, library, given, field):
    client.force_login(librarian)

    response = client.post(address(library), ANSWERS | given)

    assert response.status_code == 422
    assert set(response.context["form"].errors) == {field}
    assert 'value="Bank Jatim"' in response.text
    assert not Support.objects.exists()


def test_a_correction_starts_from_what_is_there(client, staff, library):
    support = give(library, staff)
    client.force_login(staff)
    where = reverse("stakeholders:support_change", kwargs={"pk": support.pk})

    assert 'value="1.500.000"' in client.get(where).text
    client.post(where, ANSWERS | {"rupiah": "2 juta"})

    support.refresh_from_db()
    assert support.rupiah == 2_000_000


def test_the_second_of_two_who_correct_it_is_told_and_keeps_what_was_typed(client, staff, library):
    support = give(library, staff)
    client.force_login(staff)
    where = reverse("stakeholders:support_change", kwargs={"pk": support.pk})
    begun = client.get(where).context["version"]
    client.post(where, ANSWERS | {"rupiah": "2 juta", "versi": begun})

    late = client.post(where, ANSWERS | {"rupiah": "3 juta", "versi": begun})

    support.refresh_from_db()
    assert (late.status_code, support.rupiah) == (409, 2_000_000)
    assert "baru saja diubah orang lain" in late.text
    assert 'value="3 juta"' in late.text
    client.post(where, ANSWERS | {"rupiah": "3 juta", "versi": late.context["version"]})
    support.refresh_from_db()
    assert support.rupiah == 3_000_000
