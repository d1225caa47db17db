"""Certificates: issued once an award, verified by anybody, withdrawn for good."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from kpi import queries as kpi
from kpi import services as kpi_services
from kpi.enums import AwardDecision
from kpi.models import Award, Closing
from libraries.services import redeeming
from reports import codes
from reports.models import Certificate, Document
from reports.services import NotMade, make_single
from reports.services import certificates as services
from tests import factories
from tests.kpi.closed import closed
from tests.reports import papers
from tests.reports.worlds import office_of
from tpbis.accounts.models import AuditEvent

pytestmark = pytest.mark.django_db
LIST, START = "reports:certificates", "reports:verify_start"


def decide(closing: Closing, library, by, decision=AwardDecision.GRANTED) -> Award:
    found = Award.objects.filter(closing=closing, library=library).first()
    (award,) = kpi_services.decide(
        closing=closing,
        libraries={library.pk: kpi.award_seen_as(found)},
        decision=decision,
        decided_on=timezone.localdate(),
        note="Rapat penetapan",
        by=by,
    )
    return award


@pytest.fixture
def closing(library, other_library) -> Closing:
    return closed(date(2024, 9, 1), {library: 81_000, other_library: 90_000})


@pytest.fixture
def award(closing, library, staff) -> Award:
    return decide(closing, library, staff)


@pytest.fixture
def certificate(award, closing, province, staff) -> Certificate:
    services.issue_certificates(closing=closing, region=province, by=staff)
    return Certificate.objects.get()


def verified(client, code: str):
    return client.get(reverse("reports:verify", args=[code]))


# --- Issuing --------------------------------------------------------------------------------------


def test_each_granted_award_gets_one_and_keeps_it(award, closing, province, staff, other_library):
    first = services.issue_certificates(closing=closing, region=province, by=staff)
    code = Certificate.objects.get().code
    Document.objects.update(state="failed")
    decide(closing, other_library, staff)
    second = services.issue_certificates(closing=closing, region=province, by=staff)

    assert len(first.details["certificates"]) == 1
    assert len(second.details["certificates"]) == 2
    assert Certificate.objects.get(award=award).code == code
    issued = AuditEvent.objects.filter(action="reports.issue_certificate")
    assert issued.count() == 2


def test_only_the_chosen_region(closing, library, other_library, staff, lumajang):
    for each in (library, other_library):
        decide(closing, each, staff)

    services.issue_certificates(closing=closing, region=lumajang, by=staff)

    assert [one.award.library for one in Certificate.objects.all()] == [library]


def test_without_an_award_there_is_nothing_to_issue(closing, province, staff):
    with pytest.raises(ValidationError, match="Tidak ada penghargaan"):
        services.issue_certificates(closing=closing, region=province, by=staff)

    assert not Certificate.objects.exists()


def test_a_pic_issues_none_and_prints_what_was_issued(certificate, closing, lumajang, pic, client):
    with pytest.raises(PermissionDenied):
        services.issue_certificates(closing=closing, region=lumajang, by=pic)
    client.force_login(pic)

    client.post(reverse("reports:certificate_print", args=[certificate.pk]))

    assert Document.objects.get(requested_by=pic).details == {"certificates": [certificate.pk]}


def test_codes_are_long_and_have_no_look_alikes():
    made = {codes.new_code() for _ in range(500)}

    assert len(made) == 500
    assert all(len(code) == 16 and not set(code) & set("ILOU") for code in made)
    assert codes.normal("7kq2-m94x-tbo5 9zcd") == "7KQ2M94XTB059ZCD"


def test_issuing_on_the_page_leads_to_the_document(client, award, closing, staff):
    client.force_login(staff)

    reply = client.post(reverse(LIST), {"tutup": "2024-09", "wilayah": "35"})

    assert reply.url == Document.objects.get().get_absolute_url()


def test_a_month_that_is_not_closed_is_refused_beside_its_field(client, award, staff):
    client.force_login(staff)

    page = client.post(reverse(LIST), {"tutup": "2024-10", "wilayah": "35"})

    assert page.status_code == 422
    assert "Bulan ini belum ditutup." in page.text


# --- The paper ------------------------------------------------------------------------------------


def test_the_paper_is_one_landscape_page_a_library_with_the_code(
    certificate, closing, province, library, staff, shared_press
):
    office_of(province)
    library.name = papers.LONG_NAME
    library.save()

    content = papers.printed(Document.objects.get())

    text = papers.text_of(content)
    assert "Piagam Penghargaan" in text
    assert codes.spoken(certificate.code) in text
    assert "Hijau pada penutupan September 2024" in text
    assert "aturan versi 1" in text
    assert "Dra. Sri Wahyuni, M.Si." in text
    assert papers.pages_of(content) == 1
    assert papers.untagged(content) == []


def test_what_was_withdrawn_is_not_printed(certificate, staff):
    document = Document.objects.get()
    services.withdraw_certificate(certificate=certificate, reason="Keliru", by=staff)

    with pytest.raises(NotMade, match="Tidak ada piagam yang berlaku"):
        make_single(document=document, told=lambda *_: None)
    with pytest.raises(ValidationError, match="tidak berlaku"):
        services.print_certificate(certificate=certificate, by=staff)


# --- Verifying ------------------------------------------------------------------------------------


def test_anybody_reads_what_the_paper_says_and_that_it_counts(client, certificate, staff):
    page = verified(client, certificate.code.lower())

    assert page.status_code == 200
    for said in (
        "Perpustakaan Desa Sumber Ilmu",
        "Kabupaten Lumajang",
        "September 2024",
        "versi 1",
        "Hijau",
        "Masih berlaku",
    ):
        assert said in page.text
    assert staff.full_name not in page.text
    assert page.headers["X-Robots-Tag"] == "noindex"


def test_a_withdrawn_one_says_so_with_its_day_and_not_why(client, certificate, staff):
    services.withdraw_certificate(certificate=certificate, reason="Fotonya palsu", by=staff)

    page = verified(client, certificate.code)

    assert "Masih berlaku" not in page.text
    assert "Dicabut" in page.text
    assert str(timezone.localdate().year) in page.text
    assert "Fotonya palsu" not in page.text


def test_a_revoked_award_takes_its_certificate_along(client, certificate, closing, library, staff):
    decide(closing, library, staff, AwardDecision.DECLINED)

    assert "Dicabut" in verified(client, certificate.code).text


def test_an_unknown_code_is_told_politely(client):
    page = verified(client, "AAAABBBBCCCCDDDD")

    assert page.status_code == 404
    assert "Tidak ada piagam dengan kode ini." in page.text
    assert 'value="AAAABBBBCCCCDDDD"' in page.text


def test_whoever_guesses_is_stopped(client, certificate):
    for _attempt in range(redeeming.MOST_WRONG):
        verified(client, "AAAABBBBCCCCDDDD")

    assert verified(client, certificate.code).status_code == 429


def test_a_typed_code_leads_to_its_page(client, certificate):
    reply = client.get(reverse(START), {"kode": codes.spoken(certificate.code).lower()})

    assert reply.url == reverse("reports:verify", args=[certificate.code])


@pytest.mark.parametrize("typed", ["", "---", "x" * 41])
def test_what_is_no_code_is_refused_beside_the_field(client, typed):
    page = client.get(reverse(START), {"kode": typed})

    assert page.status_code == 422
    assert 'id="bidang-kode"' in page.text


# --- Withdrawing ----------------------------------------------------------------------------------


def test_withdrawing_wants_a_reason_and_leaves_a_trace(client, certificate, staff):
    client.force_login(staff)
    address = reverse("reports:certificate_withdraw", args=[certificate.pk])

    refused = client.post(address, {"reason": " "})
    done = client.post(address, {"reason": "Data kegiatannya keliru."})

    certificate.refresh_from_db()
    assert refused.status_code == 422
    assert done.url == reverse(LIST)
    assert (certificate.withdrawn_by, certificate.reason) == (staff, "Data kegiatannya keliru.")
    assert AuditEvent.objects.filter(action="reports.withdraw_certificate").count() == 1


def test_twice_changes_nothing(certificate, staff):
    first = services.withdraw_certificate(certificate=certificate, reason="Keliru", by=staff)
    again = services.withdraw_certificate(certificate=certificate, reason="Lain", by=staff)

    assert (again.reason, again.withdrawn_at) == (first.reason, first.withdrawn_at)


def test_the_list_shows_ones_own_places_only(client, certificate, strange_pic, pic):
    client.force_login(strange_pic)
    assert "Belum ada piagam" in client.get(reverse(LIST)).text

    client.force_login(pic)
    page = client.get(reverse(LIST)).text
    assert codes.spoken(certificate.code) in page
    assert "Terbitkan piagam" not in page


def test_a_list_of_many_takes_few_queries(
    client, closing, province, staff, django_assert_max_num_queries
):
    for number in range(12):
        library = factories.LibraryFactory(name=f"Perpustakaan {number}")
        Award.objects.create(
            closing=closing,
            library=library,
            decision=AwardDecision.GRANTED,
            decided_on=timezone.localdate(),
            note="x",
            decided_by=staff,
        )
    services.issue_certificates(closing=closing, region=province, by=staff)
    client.force_login(staff)

    with django_assert_max_num_queries(22):
        client.get(reverse(LIST))
