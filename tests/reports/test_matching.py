"""What is proposed to whom: libraries that one partnership makes green first."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from kpi import scoring
from kpi.enums import Colour
from kpi.models import RuleSet, Score
from libraries.models import Library
from reports.figures.matching import one_partnership_short, without_partner
from stakeholders.models import Organisation, Partnership
from tests import factories
from tests.stakeholders.needs_world import GOODS, day, matched, offered, opened, stated
from tpbis.core.periods import Period

FULL = {name: 500 for name in scoring.Inputs._fields if name != "sustainability"}


def scored(library: Library, *, through: date | None = None, **inputs: int) -> None:
    """As the engine would have stored it."""
    rule_set = RuleSet.objects.filter(version__isnull=False).order_by("pk").first()
    assert rule_set is not None
    made_of = scoring.Inputs(**inputs)
    result = scoring.score(made_of, rule_set.rules, 6)
    Score.objects.create(
        library=library,
        through=through or Period.opening().end,
        rule_set=rule_set,
        months_due=6,
        points=result.points,
        colour=result.colour,
        **made_of._asdict(),
    )


@pytest.fixture
def bank(db) -> Organisation:
    return Organisation.objects.create(name="Bank Jatim", themes=["Kesehatan"])


def test_one_short_is_whoever_lacks_nothing_but_a_sign(library, other_library):
    green, far = factories.LibraryFactory(), factories.LibraryFactory()
    scored(library, **FULL)
    scored(green, **FULL, sustainability=9)
    scored(far, involvement=1)
    scored(other_library)

    assert Score.objects.get(library=library).colour == Colour.YELLOW
    through = Period.opening().end
    assert one_partnership_short(Library.objects.all(), through) == {library.pk}


def test_a_partnership_that_is_over_is_none(library, other_library, bank, pic):
    over = {"starts_on": day(-90), "ends_on": day(-1), "recorded_by": pic, "kind": GOODS}
    Partnership.objects.create(organisation=bank, library=library, **over)
    Partnership.objects.create(
        organisation=bank, library=other_library, **{**over, "ends_on": None}
    )

    assert list(without_partner(Library.objects.all(), timezone.localdate())) == [library]


def test_the_page_proposes_with_reasons_and_the_nearest_to_green_first(
    client, library, bank, staff, pic, lumajang
):
    nearly = factories.LibraryFactory()
    scored(nearly, **FULL)
    opened(library, pic, title="Biasa", urgency="tinggi")
    opened(nearly, pic, title="Hampir hijau")
    stated(library, pic, title="Belum dikonfirmasi")
    offer = offered(bank, lumajang, pic)
    client.force_login(pic)

    reply = client.get(reverse("reports:matching"))

    rows = reply.context["rows"]
    assert [row.need.title for row in rows] == ["Hampir hijau", "Biasa"]
    (pair,) = rows[0].pairs
    assert (pair.organisation, pair.offer) == (bank, offer)
    assert "Satu kemitraan lagi dan perpustakaan ini hijau" in rows[0].first
    assert "Bidangnya sama" in pair.reasons
    assert f"lembaga={bank.pk}&tawaran={offer.pk}" in pair.url
    accepting = client.get(pair.url)
    assert "Bidangnya sama" in accepting.content.decode()


def test_what_is_agreed_is_not_offered_again(client, library, bank, pic, lumajang):
    offer = offered(bank, lumajang, pic, quantity=4)
    matched(opened(library, pic), bank, pic, offer=offer)
    opened(library, pic, title="Empat lagi")
    client.force_login(pic)

    rows = client.get(reverse("reports:matching")).context["rows"]

    assert rows == []


def test_an_organisation_of_the_theme_is_proposed_where_nothing_is_offered(
    client, library, bank, pic
):
    opened(library, pic, theme="Kesehatan")
    client.force_login(pic)

    (row,) = client.get(reverse("reports:matching")).context["rows"]

    assert (row.pairs[0].organisation, row.pairs[0].offer) == (bank, None)


def test_a_pic_is_shown_nothing_of_elsewhere(client, other_library, strange_pic, pic, bank, blitar):
    opened(other_library, strange_pic)
    offered(bank, blitar, strange_pic)
    client.force_login(pic)

    reply = client.get(reverse("reports:matching"))

    assert (reply.context["rows"], reply.context["open_count"]) == ([], 0)
    assert client.get(reverse("reports:matching"), {"wilayah": "35.05"}).status_code == 400


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_asks_the_same_however_many_needs(
    client, library, bank, pic, lumajang, rows, django_assert_max_num_queries
):
    for number in range(rows):
        opened(library, pic, title=f"Kebutuhan {number}")
    offered(bank, lumajang, pic, quantity=500)
    client.force_login(pic)

    with django_assert_max_num_queries(24):
        client.get(reverse("reports:matching"))


def test_the_map_counts_open_needs_of_each_regency(client, library, other_library, staff):
    opened(library, staff)
    opened(library, staff, title="Lain")
    opened(other_library, staff)
    client.force_login(staff)

    reply = client.get(reverse("reports:needs_map"))

    counts = {row.area.code: row.counts[0] for row in reply.context["rows"]}
    assert (counts["35.08"], counts["35.05"], reply.context["total"]) == (2, 1, 3)
    assert "Kabupaten Lumajang: 2 kebutuhan terbuka" in reply.content.decode()
