"""Partnerships: with a library or a region, what was promised and what came, and their end."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from libraries.models import Library
from reports import figures
from stakeholders import services
from stakeholders.enums import PartnershipKind, PartnershipState
from stakeholders.models import Partnership
from stakeholders.services import Gift, Terms
from tests import factories
from tpbis.core.periods import Period

TODAY = timezone.localdate()
SEPTEMBER = Period(date(2024, 9, 1), date(2024, 9, 1))


def record(by, *, library=None, region=None, **more) -> Partnership:
    said = {
        "organisation_name": "Bank Jatim",
        "kind": PartnershipKind.MONEY,
        "starts_on": date(2024, 1, 1),
        "ends_on": None,
    }
    return services.record_partnership(library=library, region=region, by=by, **said | more)


# --- With a region --------------------------------------------------------------------------------


def test_who_agrees_for_a_region(province, lumajang, staff, pic, strange_pic, librarian, leader):
    assert record(pic, region=lumajang).region == lumajang
    assert record(staff, region=province).library is None
    for nobody in (strange_pic, librarian, leader):
        with pytest.raises(PermissionDenied):
            record(nobody, region=lumajang, kind=PartnershipKind.GOODS)
    with pytest.raises(PermissionDenied):
        record(pic, region=province, kind=PartnershipKind.GOODS)


def test_a_village_is_no_region_of_a_partnership(staff):
    with pytest.raises(ValidationError):
        record(staff, region=factories.region("35.08.21.2004"))


@pytest.fixture
def agreed(library, other_library, province, lumajang, staff) -> None:
    record(staff, library=library)
    record(staff, library=other_library, ends_on=date(2024, 6, 30))
    record(staff, region=lumajang)
    record(staff, region=province)


def test_one_with_a_region_counts_there_and_above_once(agreed, province, lumajang, blitar):
    def shown(region, **more):
        libraries = Library.objects.within(region.code)
        return figures.dashboard(region, libraries, SEPTEMBER, **more)

    assert [shown(one).partnerships for one in (province, lumajang, blitar)] == [3, 2, 0]
    rows = {row.area.code: row.partnerships for row in shown(province).rows}
    assert (rows["35"], rows["35.08"], rows["35.05"]) == (1, 2, 0)
    rows = {row.area.code: row.partnerships for row in shown(lumajang).rows}
    assert (rows["35.08"], rows["35.08.21"]) == (1, 1)
    assert shown(province, is_narrowed=True).partnerships == 1
    long_ago = Period(date(2023, 12, 1), date(2023, 12, 1))
    assert shown(lumajang, before=long_ago).partnerships_before == 0


def test_the_pages_of_a_region_add_up_to_its_headline(agreed, client, staff, province, lumajang):
    client.force_login(staff)

    for region, count in ((province, 3), (lumajang, 2)):
        address = f"/wilayah/{region.code}/"
        head = client.get(f"{address}?dari=2024-09&sampai=2024-09")
        tab = client.get(f"{address}dukungan/?dari=2024-09&sampai=2024-09")
        assert head.context["dashboard"].partnerships == count
        assert tab.context["in_force"] == count


# --- Promised, and what came ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        (Terms(promised_rupiah=-1), "promised_rupiah"),
        (Terms(promised_rupiah=services.MOST_RUPIAH + 1), "promised_rupiah"),
        (Terms(promised_quantity=40), "promised_unit"),
        (Terms(promised_quantity=40, promised_unit=" "), "promised_unit"),
        (Terms(agreement_number="x" * 101), "agreement_number"),
    ],
)
def test_a_promise_that_cannot_be_is_refused_at_its_field(library, staff, terms, field):
    with pytest.raises(ValidationError) as refused:
        record(staff, library=library, terms=terms)

    assert set(refused.value.message_dict) == {field}
    assert not Partnership.objects.exists()


def give(partnership, by, **more):
    said = {"kind": PartnershipKind.MONEY, "given_on": date(2024, 3, 5), "description": "Dana"}
    place = more.pop("place", None) or partnership.library or partnership.region
    name = more.pop("organisation_name", "Bank Jatim")
    return services.record_support(
        organisation_name=name,
        place=place,
        gift=Gift(**{**said, "rupiah": 1_500_000, **more}),
        by=by,
        partnership=partnership,
    )


def test_what_came_of_a_partnership_is_what_its_gifts_say(library, staff):
    partnership = record(
        staff, library=library, terms=Terms(promised_quantity=100, promised_unit="buku")
    )
    give(partnership, staff)
    give(partnership, staff, rupiah=500_000)
    goods = {"kind": PartnershipKind.GOODS, "rupiah": None}
    give(partnership, staff, quantity=40, unit="Buku", **goods)
    give(partnership, staff, quantity=2, unit="rak", **goods)

    found = Partnership.objects.with_realised().get()

    assert (found.realised_rupiah, found.realised_quantity, found.realised_gifts) == (
        2_000_000,
        40,
        4,
    )


def test_a_gift_realises_no_partnership_of_another(library, other_library, staff):
    partnership = record(staff, library=library)

    for more in ({"place": other_library}, {"organisation_name": "Petrogas"}):
        with pytest.raises(ValidationError) as refused:
            give(partnership, staff, **more)
        assert set(refused.value.message_dict) == {"partnership"}


# --- Corrected, ended -----------------------------------------------------------------------------


def test_a_correction_says_what_changed_and_the_score_hears_of_it(
    library, staff, django_capture_on_commit_callbacks
):
    partnership = record(staff, library=library)

    with django_capture_on_commit_callbacks() as told:
        services.correct_partnership(
            partnership=partnership,
            organisation_name="Bank Jatim",
            kind=PartnershipKind.GOODS,
            starts_on=date(2024, 2, 1),
            ends_on=date(2024, 12, 31),
            terms=Terms(agreement_number="MoU 7"),
            by=staff,
        )

    partnership.refresh_from_db()
    assert (partnership.kind, partnership.agreement_number) == ("barang", "MoU 7")
    assert len(told) == 1


def test_the_end_comes_with_a_reason_and_not_before_the_beginning(library, staff, stranger):
    partnership = record(staff, library=library)
    end = services.end_partnership

    for day, reason, field in (
        (date(2023, 12, 31), "Pindah", "ends_on"),
        (date(2024, 6, 30), "  ", "reason"),
    ):
        with pytest.raises(ValidationError) as refused:
            end(partnership=partnership, ends_on=day, reason=reason, by=staff)
        assert set(refused.value.message_dict) == {field}
    with pytest.raises(PermissionDenied):
        end(partnership=partnership, ends_on=date(2024, 6, 30), reason="Pindah", by=stranger)

    ended = end(partnership=partnership, ends_on=date(2024, 6, 30), reason="Pindah", by=staff)

    assert (ended.ends_on, ended.note) == (date(2024, 6, 30), "Diakhiri: Pindah")
    with pytest.raises(ValidationError, match="sudah berakhir"):
        end(partnership=partnership, ends_on=date(2024, 7, 1), reason="Lagi", by=staff)


@pytest.mark.parametrize(
    ("first", "last", "state"),
    [
        (1, None, PartnershipState.COMING),
        (0, None, PartnershipState.IN_FORCE),
        (-9, 61, PartnershipState.IN_FORCE),
        (-9, 60, PartnershipState.ENDING),
        (-9, 0, PartnershipState.ENDING),
        (-9, -1, PartnershipState.OVER),
    ],
)
def test_the_dates_say_its_state_to_python_and_to_the_database(library, staff, first, last, state):
    starts_on = TODAY + timedelta(days=first)
    ends_on = None if last is None else TODAY + timedelta(days=last)
    partnership = record(staff, library=library, starts_on=starts_on, ends_on=ends_on)

    found = [one for one in PartnershipState if Partnership.objects.in_state(one, on=TODAY)]

    assert (partnership.state, found) == (state, [state])
