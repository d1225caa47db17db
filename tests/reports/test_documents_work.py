"""Proof of a librarian's work: what stands under that person's name, and nobody else's."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from activities.enums import Kind
from kpi import services as kpi
from reports import services
from reports.documents.work import work as made_of
from reports.enums import DocumentKind
from reports.figures.work import work
from reports.models import Document
from tests import factories
from tests.reports import papers
from tpbis.accounts.enums import Role
from tpbis.core import periods
from tpbis.core.periods import Period

pytestmark = pytest.mark.django_db
YEAR = Period(date(2024, 1, 1), date(2024, 12, 1))


@pytest.fixture
def successor(library):
    return factories.someone(Role.LIBRARIAN, library, username="penerus", full_name="Budi")


@pytest.fixture
def year(library, librarian, successor, pic):
    """January in time, February late, both hers; March by her successor."""
    for month, by, day in ((1, librarian, 3), (2, librarian, 20), (3, successor, 2)):
        held = date(2024, month, 1)
        report = factories.approved(
            library,
            by,
            pic,
            Kind.INVOLVEMENT,
            Kind.PUBLICATION,
            month=held,
            at=datetime(2024, month + 1, day, tzinfo=UTC),
        )
        kpi.count_and_rescore(library=library, month=report.month)
    return library


def test_only_ones_own_work_counts(year, librarian, successor):
    hers, his = work(librarian, year, YEAR), work(successor, year, YEAR)

    assert (hers.sent, hers.on_time, hers.approved) == (2, 1, 2)
    assert (hers.entries[Kind.INVOLVEMENT], hers.participants) == (2, 40)
    assert (his.sent, his.on_time, his.participants) == (1, 1, 20)
    assert hers.due == 12


def test_stories_are_those_one_wrote_that_were_published(library, librarian, successor, pic):
    factories.published_story(library, librarian, pic, title="Keripik Bu S.")
    factories.story(library, librarian, title="Belum terbit")
    this_year = Period.year_to(periods.this_month())

    assert work(librarian, library, this_year).stories == ("Keripik Bu S.",)
    assert work(successor, library, this_year).stories == ()


def test_it_takes_one_page_with_figures_and_lines_to_sign(year, librarian, shared_press):
    year.name = papers.LONG_NAME
    year.save()
    document = papers.asked(DocumentKind.WORK, YEAR, by=librarian, library=year, person=librarian)

    content = papers.printed(document)

    text = papers.text_of(content)
    assert "Siti Aminah" in text
    assert "Laporan bulanan yang dikirim 2 1 tepat waktu" in text
    assert "PIC TPBIS Kabupaten Lumajang" in text
    assert papers.pages_of(content) == 1
    assert papers.untagged(content) == []


@pytest.mark.parametrize("role", [Role.OBSERVER, Role.PROVINCE_VIEWER, Role.FACILITATOR])
def test_it_is_not_for_those_who_only_look(role, client, year, lumajang, librarian):
    looker = factories.someone(role, lumajang)
    client.force_login(looker)

    page = client.get(reverse("reports:document_of_library", args=["work", year.pk]))

    assert page.status_code == 403
    with pytest.raises(services.NotForThisRegion):
        papers.asked(DocumentKind.WORK, YEAR, by=looker, library=year, person=librarian)


def test_a_librarian_cannot_choose_a_colleague(client, year, librarian, successor):
    client.force_login(librarian)
    address = reverse("reports:document_of_library", args=["work", year.pk])

    page = client.post(address, {"tahun": "2024", "orang": str(successor.pk)})

    assert page.status_code == 422
    assert "Pilih pengelola perpustakaan ini." in page.text
    assert not Document.objects.exists()


def test_what_is_printed_of_a_colleague_is_not_ones_own(client, year, librarian, successor, pic):
    document = papers.asked(DocumentKind.WORK, YEAR, by=librarian, library=year, person=librarian)

    seen = []
    for who in (librarian, successor, pic):
        client.force_login(who)
        seen.append(client.get(document.get_absolute_url()).status_code)

    assert seen == [200, 404, 200]


def test_the_day_that_reports_are_due_is_the_set_one(year, librarian, settings):
    settings.TPBIS_DEADLINE_DAY = 28  # the day after may be one of the next month
    january = Period(date(2026, 1, 1), date(2026, 1, 1))
    document = papers.asked(
        DocumentKind.WORK, january, by=librarian, library=year, person=librarian
    )

    assert made_of(document, timezone.now()).content["deadline_day"] == 28


def test_a_pic_chooses_one_of_the_librarys_librarians(client, year, pic, librarian, stranger):
    client.force_login(pic)
    address = reverse("reports:document_of_library", args=["work", year.pk])

    page = client.get(address)
    client.post(address, {"tahun": "2024", "orang": str(librarian.pk)})

    assert "Siti Aminah" in page.text
    assert stranger.full_name not in page.text
    assert Document.objects.get().person == librarian


def test_a_library_without_librarians_has_nobody_to_choose(client, library, pic):
    client.force_login(pic)

    page = client.get(reverse("reports:document_of_library", args=["work", library.pk]))

    assert "Belum ada pengelola" in page.text
