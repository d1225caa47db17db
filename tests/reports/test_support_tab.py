"""Dukungan: what came, by kind, month and organisation; never what was promised."""

from datetime import date

import pytest
from django.urls import reverse

from reports import figures
from reports.views.organisations import delivered_in_words
from stakeholders import services
from stakeholders.enums import PartnershipKind
from stakeholders.models import Membership, Organisation, Partnership, Support
from stakeholders.services import Gift
from tests import factories
from tests.reports.times import NOW, set_clock
from tests.reports.words import words
from tpbis.accounts.enums import Role
from tpbis.core.periods import Period

YEAR = Period(date(2024, 1, 1), date(2024, 12, 1))
ASKED = {"dari": "2024-01", "sampai": "2024-12"}
KIND = PartnershipKind


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    return set_clock(monkeypatch, *NOW)


@pytest.fixture
def given(library, other_library, lumajang, staff) -> Organisation:
    """Bank Jatim: money and books to two libraries, something to Lumajang as a whole; PMI: a
    speaker; and a promise of which nothing came."""

    def give(name: str, place, kind: str, day: date, **more) -> Support:
        said = Gift(kind=KIND(kind), given_on=day, description="Bantuan", **more)
        return services.record_support(organisation_name=name, place=place, gift=said, by=staff)

    give("Bank Jatim", library, "dana", date(2024, 3, 5), rupiah=7_500_000)
    give("Bank Jatim", other_library, "dana", date(2024, 12, 31), rupiah=2_500_000, reached=10)
    give(
        "Bank Jatim", library, "barang", date(2024, 5, 2), quantity=40, unit="Buku", rupiah=900_000
    )
    give("Bank Jatim", library, "barang", date(2024, 6, 2), quantity=20, unit="buku")
    give("Bank Jatim", lumajang, "barang", date(2024, 6, 3), quantity=2, unit="laptop")
    give("Bank Jatim", library, "dana", date(2025, 1, 1), rupiah=1_000_000)
    give("PMI", library, "narasumber", date(2024, 7, 1), quantity=1, unit="narasumber", reached=25)
    services.record_partnership(
        library=library,
        organisation_name="Penjanji",
        kind=KIND.MONEY,
        starts_on=date(2024, 1, 1),
        ends_on=None,
        by=staff,
    )
    return Organisation.objects.get(name="Bank Jatim")


def test_what_an_organisation_delivered(given):
    found = figures.support_of(given, Support.objects.all(), YEAR)

    assert (found.gifts, found.rupiah, found.worth) == (5, 10_000_000, 900_000)
    assert [(one.unit, one.quantity) for one in found.goods.counted] == [
        ("buku", 60),
        ("laptop", 2),
    ]
    assert (found.libraries, found.for_regions, found.reached) == (2, 1, 10)
    assert {one.month.month: one.rupiah for one in found.months if one.rupiah} == {
        3: 7_500_000,
        12: 2_500_000,
    }
    assert delivered_in_words(found) == "Rp10.000.000, 60 buku, 2 laptop"


def test_organisations_add_up_to_the_whole(given):
    support, partnerships = Support.objects.all(), Partnership.objects.all()
    whole = figures.support_in(support, YEAR)

    rows = figures.organisation_rows(
        Organisation.objects.order_by("name"), support, partnerships, YEAR
    )

    assert sum(row.rupiah for row in rows) == whole.rupiah
    assert sum(row.gifts for row in rows) == whole.gifts == sum(one.gifts for one in whole.months)
    said = {row.organisation.name: (row.rupiah, row.gifts, row.partnerships) for row in rows}
    assert said["Penjanji"] == (0, 0, 1)


@pytest.mark.parametrize("rows", [1, 3])
def test_it_asks_the_same_number_of_queries_however_many(
    library, staff, rows, django_assert_num_queries
):
    for number in range(rows):
        services.record_support(
            organisation_name=f"Lembaga {number}",
            place=library,
            gift=Gift(KIND.MONEY, date(2024, 2, 1), "Dana", rupiah=1),
            by=staff,
        )
    organisations = list(Organisation.objects.all())

    with django_assert_num_queries(8):
        figures.support_in(Support.objects.all(), YEAR)
        figures.organisation_rows(
            organisations, Support.objects.all(), Partnership.objects.all(), YEAR
        )


def test_a_regencys_tab_counts_its_own(client, pic, given):
    client.force_login(pic)

    page = client.get(reverse("reports:region_support", args=["35.08"]), ASKED)

    assert page.context["found"].rupiah == 7_500_000
    assert page.context["in_force"] == 1
    assert "Rp7.500.000" in words(page)
    assert {row.organisation.name for row in page.context["page"]} == {
        "Bank Jatim",
        "PMI",
        "Penjanji",
    }


def test_narrowed_to_a_kind_a_gift_to_the_region_belongs_to_none(client, staff, given):
    client.force_login(staff)

    page = client.get(reverse("reports:region_support", args=["35"]), {**ASKED, "jenis": "desa"})

    assert page.context["found"].for_regions == 0


def test_what_bank_jatim_delivered_is_two_clicks_from_the_region(client, staff, given):
    client.force_login(staff)
    tab = client.get(reverse("reports:region_support", args=["35"]), ASKED)
    assert given.get_absolute_url() in tab.text

    page = client.get(given.get_absolute_url(), {**ASKED, "wilayah": "35"})

    assert page.context["delivered"].rupiah == 10_000_000
    assert "Rp10.000.000, 60 buku, 2 laptop" in words(page)


def test_a_page_of_an_organisation_shows_no_more_than_ones_own_places(client, pic, given):
    client.force_login(pic)

    page = client.get(given.get_absolute_url(), ASKED)

    assert page.context["delivered"].rupiah == 7_500_000
    assert "Perpustakaan Mawar" not in words(page)


def test_one_that_gave_nothing_here_is_in_the_register_and_shows_nothing_of_elsewhere(
    client, strange_pic, given
):
    client.force_login(strange_pic)

    page = client.get(Organisation.objects.get(name="PMI").get_absolute_url(), ASKED)

    assert page.context["delivered"].gifts == 0
    assert page.context["partnerships_count"] == 0


def test_a_supporter_sees_its_own_and_no_other(client, given):
    someone = factories.UserFactory(role=Role.SUPPORTER)
    Membership.objects.create(organisation=given, user=someone, starts_on=date(2024, 1, 1))
    client.force_login(someone)

    listed = client.get(reverse("reports:organisations"), ASKED)

    assert [row.organisation for row in listed.context["page"]] == [given]
    assert client.get(given.get_absolute_url(), ASKED).context["delivered"].rupiah == 10_000_000
    other = Organisation.objects.get(name="PMI")
    assert client.get(other.get_absolute_url()).status_code == 404


def test_a_search_finds_words_in_any_writing(client, staff, given):
    client.force_login(staff)

    found = client.get(reverse("reports:organisations"), {**ASKED, "cari": "JATIM bank"})
    nothing = client.get(reverse("reports:organisations"), {**ASKED, "cari": "<b>tiada"})

    assert [row.organisation for row in found.context["page"]] == [given]
    assert "Tidak ada lembaga bernama" in words(nothing)
    assert nothing.status_code == 200


def test_the_newest_gifts_stand_on_the_librarys_page(client, librarian, library, given):
    client.force_login(librarian)

    page = client.get(library.get_absolute_url())

    assert "Catat dukungan" in words(page)
    assert "Rp7.500.000" in words(page)
