"""The rapor on paper says what the page says, tagged, on exactly one page."""

from datetime import date

import pytest

from activities.enums import Kind
from activities.models import OfficialScore
from kpi import services as kpi
from reports import services
from reports.enums import DocumentKind
from tests import factories
from tests.reports import papers
from tests.reports.worlds import GENERAL
from tpbis.core.periods import Period

pytestmark = pytest.mark.django_db
MARCH = Period(date(2024, 3, 1), date(2024, 3, 1))


@pytest.fixture
def scored(library, librarian, pic):
    for month in (1, 2, 3):
        report = factories.approved(library, librarian, pic, *GENERAL, month=date(2024, month, 1))
        kpi.count_and_rescore(library=library, month=report.month)
    return library


def rapor(library, by, period=MARCH):
    document = papers.asked(DocumentKind.RAPOR, period, by=by, library=library)
    return papers.printed(document)


def test_it_says_colour_points_components_gate_and_official_score(scored, librarian, shared_press):
    OfficialScore.objects.create(library=scored, as_of=date(2024, 3, 31), points=61_000)

    content = rapor(scored, librarian)

    text = papers.text_of(content)
    assert "Perpustakaan Desa Sumber Ilmu" in text
    assert "Kuning" in text
    assert "dari 100 poin" in text
    assert "Kegiatan pelibatan masyarakat wajib untuk kuning 3 9 6" in text
    assert "KPI resmi SIM per 31 Maret 2024: 61" in text
    assert "aturan versi 1" in text
    assert papers.untagged(content) == []


def test_a_long_name_and_much_to_say_still_take_one_page(scored, librarian, shared_press):
    scored.name = papers.LONG_NAME
    scored.save()

    assert papers.pages_of(rapor(scored, librarian)) == 1


def test_a_grey_library_has_a_rapor_too(library, librarian, shared_press):
    text = papers.text_of(rapor(library, librarian))

    assert "Abu-abu" in text


def test_before_it_joined_there_is_none(library, librarian, shared_press):
    library.joined_on = date(2024, 6, 1)
    library.save()

    with pytest.raises(services.NotMade, match="tidak ikut dinilai pada akhir Maret 2024"):
        rapor(library, librarian)


def test_whoever_lost_the_library_gets_nothing(scored, librarian, shared_press):
    document = papers.asked(DocumentKind.RAPOR, MARCH, by=librarian, library=scored)
    librarian.assignments.update(ends_on=date(2024, 1, 1))

    with pytest.raises(services.NotMade, match="tidak lagi di wilayah tugas"):
        papers.printed(document)


def test_what_waits_for_review_is_said(scored, librarian, shared_press):
    from activities import services as activities

    draft = factories.report(scored, librarian, Kind.INVOLVEMENT, month=date(2024, 4, 1))
    activities.submit(report=draft, by=librarian)
    april = Period(date(2024, 4, 1), date(2024, 4, 1))

    assert "1 laporan masih menunggu pemeriksaan" in papers.text_of(rapor(scored, librarian, april))
