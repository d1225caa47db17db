"""Lists beside the figures as files: whose they are, as the page narrows them, cell by cell."""

import io
from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from activities import services as activities
from activities.enums import Kind, MentoringWay
from kpi import queries as kpi
from kpi import services as kpi_services
from kpi.enums import AwardDecision
from reports import services
from reports.enums import DocumentState, Span
from reports.models import Document
from reports.services import certificates
from stakeholders import services as stakeholders
from stakeholders.enums import PartnershipKind
from stakeholders.models import Membership, Organisation
from stakeholders.services import Gift
from tests import factories
from tests.kpi.closed import closed
from tests.reports.times import NOW, set_clock
from tests.reports.worlds import QUARTER
from tpbis.accounts.enums import Role
from tpbis.core.periods import Period

YEAR = {"dari": "2024-01", "sampai": "2024-12"}
LIVE = '=HYPERLINK("http://jahat.example","klik")'


@pytest.fixture(autouse=True)
def clock(monkeypatch, db):
    return set_clock(monkeypatch, *NOW)


def ask(client, name: str, form: str = "xlsx", *args: str, **asked: str):
    return client.get(reverse(f"reports:{name}", args=[*args, form]), asked)


def sheets(response) -> dict[str, list[tuple]]:
    assert response.status_code == 200, response.content
    book = load_workbook(io.BytesIO(response.getvalue()))
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds  # nothing is a formula
    return {sheet.title: list(sheet.values) for sheet in book}


def rows(response) -> list[dict]:
    headings, *found = next(iter(sheets(response).values()))
    return [dict(zip(headings, row, strict=True)) for row in found]


def about(response) -> dict:
    return {row[0]: row[1] for row in sheets(response)["Keterangan"]}


# --- Support --------------------------------------------------------------------------------------


@pytest.fixture
def given(library, other_library, lumajang, staff) -> Organisation:
    def give(name, place, kind, day, said="Bantuan", **more):
        gift = Gift(PartnershipKind(kind), day, said, **more)
        stakeholders.record_support(organisation_name=name, place=place, gift=gift, by=staff)

    give("Bank Jatim", library, "dana", date(2024, 3, 5), LIVE, rupiah=7_500_000, reached=12)
    give("Bank Jatim", library, "barang", date(2024, 5, 2), quantity=40, unit="buku", rupiah=9_000)
    give("Bank Jatim", lumajang, "barang", date(2024, 6, 3), quantity=2, unit="laptop")
    give("Bank Jatim", other_library, "dana", date(2024, 7, 1), rupiah=1_000)
    give("PMI", library, "narasumber", date(2025, 1, 1), quantity=1, unit="orang")
    for place, first, last in (
        (library, date(2023, 1, 1), None),
        (library, date(2024, 2, 1), date(2024, 6, 30)),
        (other_library, date(2024, 1, 1), None),
        (library, date(2022, 1, 1), date(2022, 12, 31)),
    ):
        stakeholders.record_partnership(
            library=place,
            organisation_name="Bank Jatim",
            kind=PartnershipKind.MONEY,
            starts_on=first,
            ends_on=last,
            by=staff,
        )
    return Organisation.objects.get(name="Bank Jatim")


def test_gifts_are_those_of_ones_places_and_period(client, pic, given, library):
    client.force_login(pic)

    answer = ask(client, "gifts_export", **YEAR)

    together, books, money = rows(answer)
    assert (money["Dana (Rp)"], money["Nilai barang dan jasa (Rp)"]) == (7_500_000, None)
    assert (money["Uraian"], money["Orang terjangkau"]) == (LIVE, 12)
    assert money["Tanggal"].date() == date(2024, 3, 5)
    assert (books["Dana (Rp)"], books["Nilai barang dan jasa (Rp)"]) == (None, 9_000)
    assert (books["Jumlah"], books["Satuan"]) == (40, "buku")
    assert books["Perpustakaan penerima"] == library.name
    assert (together["Perpustakaan penerima"], together["Kode wilayah"]) == (None, "35.08")
    assert about(answer)["Periode"] == "Januari–Desember 2024"


def test_gifts_are_narrowed_as_the_page_is(client, staff, given):
    client.force_login(staff)

    def found(**asked):
        page = client.get(reverse("reports:gifts"), asked).context["page"].paginator.count
        assert page == len(rows(ask(client, "gifts_export", **asked)))
        return page

    assert found(**YEAR) == 4
    assert found(**YEAR, wilayah="35.08") == 3
    assert found(**YEAR, wilayah="35.08", jenis="desa") == 2
    assert found(**YEAR, lembaga=str(given.pk), wilayah="35.05") == 1
    assert found(dari="2025-01", sampai="2025-12") == 1
    assert found(dicatat="minggu") == 5  # whenever they came


@pytest.mark.parametrize(
    "asked", [{"jenis": "entah"}, {"dicatat": "entah"}, {"dari": "2024-13"}, {"sampai": "2999-01"}]
)
def test_what_is_not_understood_lists_no_gifts(client, staff, given, asked):
    client.force_login(staff)

    assert client.get(reverse("reports:gifts"), asked).status_code == 400
    assert ask(client, "gifts_export", **asked).status_code == 400


@pytest.mark.parametrize("asked", [{"wilayah": "35.05"}, {"lembaga": "987654"}, {"lembaga": "x"}])
@pytest.mark.parametrize("name", ["gifts_export", "partnerships_export"])
def test_what_lies_elsewhere_does_not_exist(client, pic, given, name, asked):
    client.force_login(pic)

    assert ask(client, name, **asked).status_code == 404


def test_partnerships_are_those_in_force_within_the_period(client, pic, given, library):
    client.force_login(pic)

    found = rows(ask(client, "partnerships_export", **YEAR))

    assert [one["Perpustakaan"] for one in found] == [library.name] * 2
    assert [one["Mulai"].date() for one in found] == [date(2024, 2, 1), date(2023, 1, 1)]
    assert [one["Berlaku pada akhir periode"] for one in found] == ["tidak", "ya"]
    page = client.get(given.get_absolute_url(), YEAR)
    assert page.context["partnerships_count"] == 1


def test_organisations_are_those_that_are_searched_for(client, staff, given):
    client.force_login(staff)

    (bank,) = rows(ask(client, "organisations_export", **YEAR, cari="bank"))

    assert (bank["Lembaga"], bank["Dukungan tercatat"]) == ("Bank Jatim", 4)
    assert (bank["Dana (Rp)"], bank["Nilai barang dan jasa (Rp)"]) == (7_501_000, 9_000)
    assert bank["Barang"] == "40 buku; 2 laptop"
    assert (bank["Perpustakaan penerima"], bank["Kemitraan berlaku"]) == (2, 2)


def test_a_supporting_body_takes_its_own(client, staff, given):
    speaker = factories.UserFactory(role=Role.SUPPORTER)
    pmi = Organisation.objects.get(name="PMI")
    Membership.objects.create(organisation=pmi, user=speaker, starts_on=date(2024, 1, 1))
    client.force_login(speaker)
    home = client.get(reverse("reports:supporter_home"))

    listed = ask(client, "gifts_export", **dict(_pairs(home.context["file_query"])))

    assert [one["Lembaga"] for one in rows(listed)] == ["PMI"]
    assert rows(ask(client, "partnerships_export", **YEAR)) == []
    assert ask(client, "gifts_export", lembaga=str(given.pk)).status_code == 404


def _pairs(query: str) -> list[list[str]]:
    return [pair.split("=") for pair in query.split("&")]


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("name", ["gifts_export", "partnerships_export", "organisations_export"])
def test_support_asks_as_much_however_many_there_are(
    client, staff, library, name, count, django_assert_max_num_queries
):
    for number in range(count):
        gift = Gift(PartnershipKind.MONEY, date(2024, 3, 5), "Dana", rupiah=1)
        stakeholders.record_support(
            organisation_name=f"Lembaga {number}", place=library, gift=gift, by=staff
        )
        stakeholders.record_partnership(
            library=library,
            organisation_name=f"Lembaga {number}",
            kind=PartnershipKind.MONEY,
            starts_on=date(2024, 1, 1),
            ends_on=None,
            by=staff,
        )
    client.force_login(staff)
    ask(client, name)

    with django_assert_max_num_queries(11):
        found = rows(ask(client, name, **YEAR))

    assert len(found) == count


# --- Documents ------------------------------------------------------------------------------------


@pytest.fixture
def shelf(lumajang, blitar, province, staff, pic) -> list[Document]:
    asked = [
        services.request(region=region, period=QUARTER, by=staff)
        for region in (lumajang, blitar, province)
    ]
    Document.objects.filter(pk=asked[0].pk).update(
        state=DocumentState.DONE,
        file_name="x.pdf",
        sha256="5" * 64,
        pages=12,
        size=34_567,
        finished_at=timezone.now(),
    )
    Document.objects.filter(pk=asked[1].pk).update(state=DocumentState.FAILED, problem=LIVE)
    return asked


def test_the_shelf_is_that_of_ones_regions(client, pic, shelf):
    client.force_login(pic)

    (one,) = rows(ask(client, "documents_export"))

    assert (one["Kode wilayah"], one["Status"], one["Sidik"]) == ("35.08", "Selesai", "5" * 64)
    assert (one["Halaman"], one["Ukuran (bita)"]) == (12, 34_567)
    assert (one["Dari bulan"], one["Sampai bulan"]) == ("2024-01", "2024-03")
    assert one["Diminta oleh"]


def test_the_shelf_is_narrowed_as_the_page_is(client, staff, shelf):
    client.force_login(staff)

    failed = ask(client, "documents_export", status="failed")
    refused = ask(client, "documents_export", status="entah")

    assert [(one["Nomor dokumen"], one["Alasan gagal"]) for one in rows(failed)] == [
        (shelf[1].pk, LIVE)
    ]
    assert about(failed)["Status"] == "Gagal"
    assert refused.status_code == 400


def test_who_asked_is_nothing_for_an_observer(client, province, shelf, staff):
    client.force_login(factories.someone(Role.OBSERVER, province))

    text = ask(client, "documents_export", "csv").getvalue().decode()

    assert staff.full_name not in text
    assert text.count("Laporan capaian") == 3


def test_schedules_are_those_of_ones_regions(client, pic, staff, lumajang, blitar, facilitator):
    for region in (lumajang, blitar):
        services.make_schedule(region=region, span=Span.MONTH, day=16, told=[facilitator], by=staff)
    client.force_login(pic)

    (one,) = rows(ask(client, "schedules_export"))

    assert (one["Kode wilayah"], one["Tanggal"]) == ("35.08", 16)
    assert (one["Rentang"], one["Diberi tahu"]) == ("Bulan lalu", facilitator.full_name)


# --- What was closed, and who was awarded ---------------------------------------------------------


@pytest.fixture
def closing(library, other_library):
    return closed(date(2024, 9, 1), {library: 81_000, other_library: 20_000})


def test_closed_months_count_ones_own_libraries(client, pic, staff, closing):
    client.force_login(pic)
    (mine,) = rows(ask(client, "closings_export", tahun="2024"))
    client.force_login(staff)
    (all_of_them,) = rows(ask(client, "closings_export"))

    assert (mine["KPI portal s.d."], mine["Mitra"], mine["Hijau"]) == ("2024-09", 1, 1)
    assert (all_of_them["Mitra"], all_of_them["Hijau"]) == (2, 1)
    assert ask(client, "closings_export", tahun="2019").status_code == 400


def test_certificates_are_those_of_ones_places(
    client, closing, province, library, staff, pic, strange_pic
):
    kpi_services.decide(
        closing=closing,
        libraries={library.pk: kpi.award_seen_as(None)},
        decision=AwardDecision.GRANTED,
        decided_on=timezone.localdate(),
        note="Rapat",
        by=staff,
    )
    certificates.issue_certificates(closing=closing, region=province, by=staff)

    listed = {}
    for user in (pic, strange_pic, staff):
        client.force_login(user)
        listed[user] = rows(ask(client, "certificates_export"))

    (one,) = listed[pic]
    assert (one["Perpustakaan"], one["Penutupan"]) == (library.name, "2024-09")
    assert one["Status"] == "Berlaku"
    assert "Alasan dicabut" not in one
    assert "Alasan dicabut" in listed[staff][0]
    assert listed[strange_pic] == []


# --- Letters, mentoring, entries ------------------------------------------------------------------


def test_letters_are_listed_without_their_codes(client, pic, library, other_library):
    client.force_login(pic)
    before = rows(ask(client, "letters_export"))
    services.issue_letters(libraries=[library], by=pic)

    after = rows(ask(client, "letters_export", surat="terbuka"))

    assert [(one["Perpustakaan"], one["Surat aktivasi"]) for one in before] == [
        (library.name, None)
    ]
    assert [(one["Surat aktivasi"], one["Surat terbit"].date()) for one in after] == [
        ("Berlaku", timezone.localdate())
    ]
    assert "Kode" not in after[0]
    assert rows(ask(client, "letters_export", surat="belum")) == []


def test_mentoring_is_that_of_ones_regency(client, pic, strange_pic, facilitator, library):
    activities.note_visit(
        library=library,
        held_on=timezone.localdate(),
        way=MentoringWay.VISIT,
        notes=LIVE,
        agreed_action="Unggah foto",
        due_on=None,
        by=facilitator,
    )

    client.force_login(pic)
    (one,) = rows(ask(client, "mentoring_export", cari=library.name))
    client.force_login(strange_pic)

    assert (one["Catatan"], one["Tindakan yang disepakati"]) == (LIVE, "Unggah foto")
    assert (one["Pendamping"], one["Perpustakaan"]) == (facilitator.full_name, library.name)
    assert rows(ask(client, "mentoring_export")) == []
    assert ask(client, "mentoring_export", wilayah="35.08").status_code == 400


def test_entries_behind_a_number_are_as_many(client, staff, pic, library, librarian, blitar):
    factories.approved(
        library, librarian, pic, Kind.INVOLVEMENT, Kind.ADVOCACY, month=date(2024, 3, 1)
    )
    client.force_login(staff)
    asked = {**YEAR, "jenis_kegiatan": Kind.ADVOCACY.value}

    page = client.get(reverse("reports:region_entries", args=["35.08"]), asked)
    answer = ask(client, "region_entries_export", "xlsx", "35.08", **asked)

    (one,) = rows(answer)
    assert page.context["page"].paginator.count == 1
    assert (one["Perpustakaan"], one["Bulan"]) == (library.name, "2024-03")
    assert about(answer)["Jenis catatan"] == "Advokasi"
    assert rows(ask(client, "region_entries_export", "xlsx", "35.05", **YEAR)) == []
    assert ask(client, "region_entries_export", "xlsx", "35.08", bidang="x").status_code == 400
    client.force_login(pic)
    assert ask(client, "region_entries_export", "xlsx", "35.05").status_code == 404


def test_the_what_if_table_comes_as_csv_too(client, staff, library):
    client.force_login(staff)

    answer = ask(client, "what_if_export", "csv", warna="semua")
    bare = ask(client, "what_if_export", "csv", warna="semua", bom="0")

    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    lines = answer.getvalue().decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Perpustakaan,Kode wilayah")
    assert [line.split(",")[0] for line in lines[1:]] == [library.name]
    assert not bare.getvalue().startswith(b"\xef\xbb\xbf")
    assert ask(client, "what_if_export", "pdf").status_code == 404


@pytest.mark.parametrize(
    "name",
    [
        "gifts_export",
        "partnerships_export",
        "organisations_export",
        "documents_export",
        "schedules_export",
        "closings_export",
        "certificates_export",
        "letters_export",
        "mentoring_export",
    ],
)
def test_a_list_without_rows_is_a_file_of_headings(client, staff, name):
    client.force_login(staff)

    answer = ask(client, name)

    (headings, *none), note = sheets(answer).values()
    assert all(headings)
    assert none == []
    assert {row[0] for row in note} >= {"Nama data", "Satuan", "Keadaan per", "Produsen data"}
    assert ask(client, name, "csv").getvalue().startswith(b"\xef\xbb\xbf")
    assert ask(client, name, "pdf").status_code == 404


def test_the_quarter_is_what_it_says():
    assert Period(date(2024, 1, 1), date(2024, 3, 1)) == QUARTER
