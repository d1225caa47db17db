"""A regency's papers: the review sheet of its PIC, and figures for the literacy index."""

from datetime import date

import pytest

from activities import services as activities
from activities.enums import Kind, ReturnReason, ServiceForm
from kpi import services as kpi
from libraries.models import Library
from reports.enums import DocumentKind
from reports.figures.iplm import iplm
from reports.figures.review import review
from tests import factories
from tests.reports import papers
from tests.reports.worlds import GENERAL
from tpbis.core import periods
from tpbis.core.periods import Period

pytestmark = pytest.mark.django_db
YEAR = Period(date(2024, 1, 1), date(2024, 12, 1))


@pytest.fixture
def last_month():
    return periods.add_months(periods.this_month(), -1)


@pytest.fixture
def silent(lumajang) -> Library:
    return factories.LibraryFactory(
        name="Perpustakaan Sepi", region=factories.region("35.08.20.2001")
    )


def approve(library, librarian, pic, month, *kinds):
    report = factories.approved(library, librarian, pic, *kinds, month=month)
    kpi.count_and_rescore(library=library, month=month)
    return report


def test_the_sheet_lists_what_waits_who_is_silent_and_who_is_near(
    library, librarian, pic, silent, lumajang, last_month, shared_press
):
    draft = factories.report(library, librarian, Kind.INVOLVEMENT, month=last_month)
    activities.submit(report=draft, by=librarian)
    month = Period(last_month, last_month)

    content = papers.printed(papers.asked(DocumentKind.REVIEW, month, by=pic, region=lumajang))

    text = papers.text_of(content)
    assert "menunggu diperiksa: 1" in text
    assert "Perpustakaan Desa Sumber Ilmu Sumbersuko" in text
    assert "Perpustakaan Sepi" in text
    assert "PIC TPBIS Kabupaten Lumajang" in text
    assert papers.untagged(content) == []


def test_late_sent_back_and_nearest_are_told(library, librarian, pic, silent, lumajang):
    march = date(2024, 3, 1)
    approve(library, librarian, pic, march, *GENERAL)
    back = factories.report(library, librarian, Kind.INVOLVEMENT, month=date(2024, 4, 1))
    activities.send_back(
        report=activities.submit(report=back, by=librarian),
        reason=ReturnReason.PHOTO,
        comment="Fotonya buram.",
        by=pic,
    )

    found = review(Library.objects.within("35.08"), march, periods.last_day(march))

    assert [(one.library, one.days > 0) for one in found.late] == [(library, True)]
    assert [(one.library, one.month.month) for one in found.sent_back] == [(library, 4)]
    assert [one.library for one in found.nearly] == [library]
    assert found.nearly[0].lacking > 0
    sumbersuko, lumajang_district = sorted(found.districts, key=lambda row: -row.reported)
    assert (sumbersuko.partners, sumbersuko.reported, sumbersuko.sent_back) == (1, 1, 1)
    assert (lumajang_district.partners, lumajang_district.silent) == (1, 1)


def test_the_districts_add_up_to_the_lists(library, librarian, pic, silent, last_month):
    found = review(Library.objects.within("35.08"), last_month, periods.this_month())

    assert sum(row.silent for row in found.districts) == len(found.silent)
    assert sum(row.partners for row in found.districts) == 2


def test_each_figure_of_the_index_is_counted_or_said_to_be_lacking(
    library, librarian, pic, lumajang
):
    approve(library, librarian, pic, date(2024, 3, 1), Kind.INVOLVEMENT, Kind.SERVICE)

    elements = iplm(lumajang, Library.objects.within("35.08"), YEAR)

    lines = {line.name: line for element in elements for line in element.lines}
    assert len(elements) == 7
    assert lines["Perpustakaan mitra TPBIS"].value == 1
    assert lines["Buku"].value == 900
    assert lines["Kunjungan"].value == 22
    assert lines["Peserta kegiatan"].value == 20
    assert lines["Pengelola yang bertugas"].value == 1
    assert lines["Anggota terdaftar"].value is None
    assert all(line.source and line.counted for line in lines.values() if line.value is not None)


def test_the_newest_snapshot_of_a_library_counts_alone(library, librarian, pic, lumajang):
    for month, books in ((1, 100), (7, 250)):
        held = date(2024, month, 1)
        draft = activities.open_month(library=library, month=held, by=librarian)
        content = {"title": "Potret", "service_form": ServiceForm.SNAPSHOT, "books": books}
        activities.record(
            report=draft, kind=Kind.SERVICE, content={"held_on": held, **content}, by=librarian
        )
        activities.enter_visits(report=draft, men=1, women=1, by=librarian)
        activities.approve(report=activities.submit(report=draft, by=librarian), by=pic)

    elements = iplm(lumajang, Library.objects.within("35.08"), YEAR)

    assert elements[1].lines[0].value == 250


def test_the_index_on_paper_names_what_the_portal_lacks(library, pic, lumajang, shared_press):
    content = papers.printed(papers.asked(DocumentKind.IPLM, YEAR, by=pic, region=lumajang))

    text = papers.text_of(content)
    assert "Anggota terdaftar tidak tersedia di portal" in text
    assert "Perpustakaan mitra TPBIS 1 perpustakaan" in text
    assert papers.untagged(content) == []
