"""An entry left out at approval counts nowhere, and everywhere the same: screen, API and paper."""

import io
from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from activities import queries as activities
from activities import services as activity_services
from activities.enums import Kind, ReturnReason
from activities.models import MonthlyReport
from activities.seals import combined
from activities.services import Exclusion
from kpi import services as kpi
from libraries.models import Library
from libraries.querysets import LibraryQuerySet
from reports import figures, pdf
from reports.documents import content, printing
from tests import factories
from tpbis.core.periods import Period

pytestmark = pytest.mark.django_db

MARCH = date(2024, 3, 1)
PERIOD = Period(MARCH, MARCH)
QUERY = {"dari": "2024-03", "sampai": "2024-03"}
TWICE = Exclusion(ReturnReason.DOUBLE, "Sama dengan tanggal 1.")


def mine() -> LibraryQuerySet:
    return Library.objects.within("35.08")


@pytest.fixture
def approved(library, librarian, pic) -> MonthlyReport:
    """Two involvement activities of 20 people, of which one is left out, and a snapshot that is."""
    report = factories.report(
        library, librarian, Kind.INVOLVEMENT, Kind.INVOLVEMENT, Kind.SERVICE, month=MARCH
    )
    sent = activity_services.submit(report=report, by=librarian)
    involvements = list(report.activities.filter(kind=Kind.INVOLVEMENT))
    doubles = [involvements[1], report.activities.get(kind=Kind.SERVICE)]
    found = activity_services.approve(
        report=sent, by=pic, exclusions={entry.pk: TWICE for entry in doubles}
    )
    kpi.count_and_rescore(library=library, month=MARCH)
    return found


def test_screen_api_and_paper_agree(client, pic, lumajang, approved, shared_press):
    client.force_login(pic)

    screen = client.get(reverse("reports:region", args=["35.08"]), QUERY)
    api = client.get(reverse("api:figures", args=["35.08"]), QUERY).json()
    paper = content.progress(lumajang, mine(), PERIOD, as_of=timezone.now())
    (row,) = paper.chapters[0].libraries

    for found in (screen.context["dashboard"].totals, paper.dashboard.totals):
        assert (found.involvement, found.participants, found.service) == (1, 20, 0)
    assert (row.involvement, row.service) == (1, 0)
    said = api["totals"]
    assert (said["involvement"], said["participants"], said["service"]) == (1, 20, 0)
    assert api["rows"][0]["totals"] == said


def test_the_strip_and_the_facilities_leave_it_out(library, approved):
    (cell,) = figures.months_strip(library, MARCH, length=1)

    assert cell.entries == 1
    assert activities.latest_snapshot(library) is None


# --- The seals behind the figures -----------------------------------------------------------------


def test_the_fingerprint_is_of_the_seals_that_were_counted(library, approved):
    found = figures.sealed(mine(), PERIOD)

    assert found == figures.Sealed(1, combined([approved.seal]))


def test_any_other_content_has_another_fingerprint(library, librarian, pic, approved):
    before = figures.sealed(mine(), PERIOD)
    activity_services.reopen(report=approved, comment="Jumlah keliru.", by=pic)
    again = activity_services.submit(report=approved, by=librarian)
    activity_services.approve(report=again, by=pic)
    kpi.count_and_rescore(library=library, month=MARCH)

    assert figures.sealed(mine(), PERIOD) != before


def test_the_order_of_seals_does_not_matter():
    assert combined(["b", "a"]) == combined(["a", "b"]) != combined(["a"])
    assert combined([]) == ""


def test_nothing_sealed_has_no_fingerprint(library):
    assert figures.sealed(mine(), PERIOD) == figures.Sealed(0, "")


def test_only_what_may_be_seen_is_in_it(library, other_library, stranger, strange_pic, approved):
    factories.approved(other_library, stranger, strange_pic, Kind.ADVOCACY, month=MARCH)
    kpi.count_and_rescore(library=other_library, month=MARCH)

    assert figures.sealed(mine(), PERIOD).reports == 1
    assert figures.sealed(Library.objects.all(), PERIOD).reports == 2


@pytest.mark.parametrize("region", ["35", "35.08"])
def test_it_is_printed_and_answered(client, staff, lumajang, approved, shared_press, region):
    place = lumajang if region == "35.08" else lumajang.parent
    fingerprint = combined([approved.seal])
    client.force_login(staff)

    report = content.progress(place, Library.objects.within(region), PERIOD, as_of=timezone.now())
    made = printing.print_progress(report, press=pdf.Press(), told=lambda *_: None)
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(made.content)).pages]
    api = client.get(reverse("api:figures", args=[region]), QUERY).json()

    printed = "".join("".join(pages).split())
    assert printed.count(fingerprint) == (2 if region == "35" else 1)  # the front, the chapter
    assert api["sealed"] == {"reports": 1, "fingerprint": fingerprint}
