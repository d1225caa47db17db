"""The sheet for the village's planning meeting: people served, support, needs in Rupiah."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from activities.enums import Kind
from kpi import services as kpi
from reports.documents.village import needs_of
from reports.enums import DocumentKind
from reports.forms.document_kinds import NEEDS, VillageForm
from reports.models import Document
from stakeholders.enums import PartnershipKind
from stakeholders.models import Organisation, Support
from tests import factories
from tests.reports import papers
from tpbis.core.periods import Period

pytestmark = pytest.mark.django_db
YEAR = Period(date(2024, 1, 1), date(2024, 3, 1))
NEED = {"what": "Rak buku anak", "count": 3, "unit": "unit", "price": 1_500_000}


@pytest.fixture
def served(library, librarian, pic):
    for year in (2023, 2024):
        report = factories.approved(
            library, librarian, pic, Kind.INVOLVEMENT, Kind.ADVOCACY, month=date(year, 2, 1)
        )
        kpi.count_and_rescore(library=library, month=report.month)
    return library


def sheet(library, by, *needs):
    document = papers.asked(
        DocumentKind.VILLAGE, YEAR, by=by, library=library, details={"needs": list(needs)}
    )
    return papers.printed(document)


def test_it_says_who_was_served_what_came_in_and_what_is_asked_for(
    served, librarian, pic, shared_press
):
    bank = Organisation.objects.create(name="Bank Jatim")
    for kind, rupiah, more in (
        (PartnershipKind.MONEY, 2_500_000, {}),
        (PartnershipKind.GOODS, 800_000, {"quantity": 40, "unit": "buku"}),
    ):
        Support.objects.create(
            organisation=bank,
            library=served,
            region=served.regency,
            kind=kind,
            given_on=date(2024, 2, 9),
            rupiah=rupiah,
            description="Beli buku",
            recorded_by=pic,
            **more,
        )

    content = sheet(served, librarian, NEED, {**NEED, "what": "Honor", "count": 2})

    text = papers.text_of(content)
    assert "Kunjungan 22 22" in text
    assert "Peserta kegiatan 20 20" in text
    assert "Ekonomi 1 20" in text
    assert "Bank Jatim" in text
    assert "Jumlah dana: Rp2.500.000. Nilai barang dan jasa yang dicatat: Rp800.000." in text
    assert "dana yang diperoleh Rp1.500.000" in text
    assert "Rak buku anak 3 unit Rp1.500.000 Rp4.500.000" in text
    assert "Jumlah Rp7.500.000" in text
    assert "Kepala Desa Labruk Kidul" in text
    assert papers.untagged(content) == []


def test_ten_needs_of_the_longest_words_and_a_long_name_take_one_page(
    served, librarian, shared_press
):
    served.name = papers.LONG_NAME
    served.save()
    need = {**NEED, "what": ("Rak buku anak dari kayu jati belanda bersusun empat " * 2)[:80]}

    assert papers.pages_of(sheet(served, librarian, *[need] * NEEDS)) == 1


def test_nothing_given_and_nothing_asked_is_said(library, librarian, shared_press):
    text = papers.text_of(sheet(library, librarian))

    assert "Belum ada dukungan yang tercatat pada masa ini." in text
    assert "Tidak ada kebutuhan yang diusulkan." in text


# --- The form -------------------------------------------------------------------------------------


def typed(**more: str) -> VillageForm:
    return VillageForm({"bulan": "2024-03", **more})


@given(
    count=st.integers(1, 500),
    price=st.integers(1, 10_000_000),
    written=st.sampled_from(["{}", "Rp{}", "Rp {}", "rp.{}", "Rp{},-"]),
)
def test_money_is_read_as_people_write_it(count, price, written):
    grouped = f"{price:,}".replace(",", ".")
    form = typed(apa_1="Rak", banyak_1=str(count), satuan_1="unit", harga_1=written.format(grouped))

    assert form.is_valid(), form.errors
    (need,) = needs_of(form.details)
    assert need.total == count * price


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("harga_2", "-500000"),
        ("harga_2", "0"),
        ("harga_2", "murah"),
        ("harga_2", "Rp9.000.000.000.000"),
        ("harga_2", ""),
        ("banyak_2", "-3"),
        ("banyak_2", "0"),
        ("banyak_2", "1,5"),
        ("banyak_2", "999999999"),
        ("banyak_2", ""),
        ("apa_2", ""),
        ("apa_2", "x" * 81),
        ("satuan_2", "u" * 21),
    ],
)
def test_what_cannot_be_meant_is_refused_at_its_field(name, value):
    good = {"apa_2": "Rak", "banyak_2": "3", "satuan_2": "unit", "harga_2": "1500000"}

    form = typed(**{**good, name: value})

    assert not form.is_valid()
    assert set(form.errors) == {name}


def test_a_line_that_costs_more_than_any_village_has_is_refused():
    form = typed(apa_1="Gedung", banyak_1="10000", harga_1="1000000000")

    assert list(form.errors) == ["harga_1"]


def test_empty_lines_are_passed_over_and_a_unit_may_be_left_out():
    form = typed(apa_4="Rak", banyak_4="3", harga_4="1,5 juta")

    assert form.is_valid()
    assert form.details == {
        "needs": [{"what": "Rak", "count": 3, "unit": "buah", "price": 1_500_000}]
    }


def test_the_usual_unit_is_indonesian_whatever_language_its_maker_reads():
    with translation.override("en"):
        form = typed(apa_4="Rak", banyak_4="3", harga_4="1,5 juta")

        assert form.is_valid()

    assert form.details["needs"][0]["unit"] == "buah"


def test_what_was_typed_stays_and_nothing_is_asked_for(client, library, librarian):
    client.force_login(librarian)
    address = reverse("reports:document_of_library", args=["village", library.pk])

    page = client.post(
        address, {"bulan": "2024-03", "apa_1": "Rak buku", "banyak_1": "-1", "harga_1": "Rp5.000"}
    )

    assert page.status_code == 422
    assert 'value="Rak buku"' in page.text
    assert 'value="Rp5.000"' in page.text
    assert "Banyaknya 1" in page.text
    assert not Document.objects.exists()


def test_what_was_typed_is_kept_with_the_document(client, library, librarian):
    client.force_login(librarian)
    address = reverse("reports:document_of_library", args=["village", library.pk])

    reply = client.post(
        address,
        {"bulan": "2024-03", "apa_1": "Rak", "banyak_1": "2", "harga_1": "Rp1.500.000"},
    )

    document = Document.objects.get()
    assert reply.url == document.get_absolute_url()
    assert document.period == YEAR
    assert needs_of(document.details)[0].total == 3_000_000
