"""A month for the SIM: as a file in its own words, and marked as copied."""

import csv
import io
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from activities import services
from activities.enums import Kind, SimKind
from activities.feed import EntrySaid, VisitsSaid, read_row
from activities.models import SimMark
from tests import factories
from tpbis.accounts.models import AuditEvent

pytestmark = pytest.mark.django_db

JULY = date(2026, 7, 1)
TODAY = date(2026, 11, 1)


@pytest.fixture
def report(library, librarian):
    return factories.report(library, librarian, *Kind, month=JULY, visits=(12, 30))


def url(name, report):
    return reverse(f"activities:{name}", kwargs={"pk": report.pk})


def test_the_file_is_a_feed_that_the_importer_reads_back(client, librarian, report):
    client.force_login(librarian)

    feed = client.get(url("sim_json", report)).json()

    read = {
        kind: read_row(SimKind(kind), part["data"][0], today=TODAY) for kind, part in feed.items()
    }
    assert all(part["status"] == "success" for part in feed.values())
    assert {one.problem for one in read.values()} == {""}
    assert read["pelibatan"].where.village == report.library.region.name
    for entry in report.activities.all():
        if entry.kind in read:
            fact = read[entry.kind].fact
            assert isinstance(fact, EntrySaid)
            assert fact.held_on == entry.held_on or entry.kind == Kind.SERVICE
            told = {name: getattr(entry, name) or 0 for name in fact.content if name != "title"}
            said = {name: fact.content[name] or 0 for name in told}  # the SIM has no blank
            assert said == told
    assert read["pengunjung"].fact == VisitsSaid(month=JULY, men=12, women=30, total=42)


def test_the_list_has_a_line_an_entry(client, librarian, report):
    client.force_login(librarian)

    response = client.get(url("sim_csv", report))

    text = b"".join(response.streaming_content).decode("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(text), delimiter=";" if ";" in text[:80] else ","))
    assert {line["menu"] for line in lines} >= {"pelibatan", "advokasi", "publikasi", "pengunjung"}
    assert lines[0]["perpus_nama"] == report.library.name


def test_what_changed_after_the_mark_shows(client, librarian, report):
    client.force_login(librarian)
    client.post(url("sim_mark", report))
    assert client.get(url("sim_sheet", report)).context["since"].is_same

    entry = report.activities.get(kind=Kind.INVOLVEMENT)
    entry.participants_total = 99
    entry.participants_women = entry.participants_men = None
    entry.save()
    report.activities.get(kind=Kind.PUBLICATION).delete()

    since = client.get(url("sim_sheet", report)).context["since"]
    assert (since.changed, since.new, since.gone) == ({str(entry.uuid)}, frozenset(), 1)
    client.post(url("sim_mark", report))
    assert client.get(url("sim_sheet", report)).context["since"].is_same


def test_the_mark_says_who_and_goes_away_again(client, librarian, report):
    client.force_login(librarian)
    client.post(url("sim_mark", report))
    assert "ditandai Siti Aminah" in client.get(url("sim_sheet", report)).content.decode()

    client.post(url("sim_unmark", report))

    assert not SimMark.objects.exists()
    actions = AuditEvent.objects.filter(action__endswith="_as_copied")
    assert list(actions.order_by("pk").values_list("action", flat=True)) == [
        "activities.mark_as_copied",
        "activities.unmark_as_copied",
    ]


def test_others_do_not_mark(report, staff, strange_pic):
    for somebody in (staff, strange_pic):
        with pytest.raises(PermissionDenied):
            services.mark_as_copied(report=report, by=somebody)
