"""What a month holds, what it lacks, what looks odd; and whose turn is next."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from activities import queries, services
from activities.enums import Kind, ReturnReason, Source, State
from activities.models import MonthlyReport, Photo
from libraries.enums import ReportingMode
from libraries.models import Inactivity
from tests import factories
from tpbis.accounts.enums import Role
from tpbis.core import periods

SEPTEMBER = date(2024, 9, 1)
TOO_LATE = periods.midnight(date(2024, 10, 6))
LAST_MINUTE = TOO_LATE - timedelta(minutes=1)


def entries_of(report: MonthlyReport):
    return list(report.activities.for_report())


def add(report: MonthlyReport, by, kind: Kind = Kind.INVOLVEMENT, **more):
    content = factories.content(kind, month=report.month, **more)
    return services.record(report=report, kind=kind, content=content, by=by)


@pytest.fixture
def draft(library, librarian) -> MonthlyReport:
    return services.open_month(library=library, month=SEPTEMBER, by=librarian)


# --- Months ---------------------------------------------------------------------------------------


def test_a_librarian_has_one_library_and_others_none(library, librarian, pic, stranger):
    assert queries.own_library(librarian) == library
    assert queries.own_library(pic) is None
    assert queries.own_library(stranger) != library


def test_months_begin_where_library_and_programme_both_have(library, settings):
    settings.TPBIS_FIRST_MONTH = "2021-05"

    library.joined_on = date(2020, 1, 15)
    before_the_programme = queries.first_month(library)
    library.joined_on = date(2023, 7, 15)

    assert before_the_programme == date(2021, 5, 1)
    assert queries.first_month(library) == date(2023, 7, 1)


def test_a_month_adds_up_its_reports(library, librarian, pic):
    factories.approved(library, librarian, pic, Kind.INVOLVEMENT, Kind.ADVOCACY, month=SEPTEMBER)
    late = services.open_month(library=library, month=SEPTEMBER, by=librarian)
    add(late, librarian)
    MonthlyReport.objects.create(
        library=library,
        month=SEPTEMBER,
        source=Source.SIM,
        state=State.APPROVED,
        seal="ab" * 32,
        visits_total=999,
    )

    (row,) = queries.month_rows(library, [SEPTEMBER])

    assert (row.entries, row.visits, row.supplements, row.is_sent) == (3, 22, 1, False)
    assert row.state == State.APPROVED


def test_a_month_without_reports_has_nothing_to_say(library):
    (row,) = queries.month_rows(library, [SEPTEMBER])

    assert (row.entries, row.visits, row.is_sent, row.is_nihil) == (0, None, False, False)


def test_visits_come_from_the_sim_where_nobody_entered_them_here(library):
    MonthlyReport.objects.create(
        library=library,
        month=SEPTEMBER,
        source=Source.SIM,
        state=State.APPROVED,
        seal="ab" * 32,
        visits_total=7,
    )

    (row,) = queries.month_rows(library, [SEPTEMBER])

    assert (row.visits, row.is_sent, row.state) == (7, False, "not_reported")


def test_a_month_sent_as_nihil_is_nihil_until_something_follows(library, librarian, pic):
    report = factories.report(library, librarian, month=SEPTEMBER)
    services.submit(report=report, by=librarian, nihil=True)
    (sent,) = queries.month_rows(library, [SEPTEMBER])
    add(services.open_month(library=library, month=SEPTEMBER, by=librarian), librarian)
    (followed,) = queries.month_rows(library, [SEPTEMBER])

    assert (sent.is_nihil, sent.is_sent) == (True, True)
    assert (followed.is_nihil, followed.is_sent) == (False, False)


@pytest.mark.parametrize(
    ("states", "now", "state"),
    [
        ([], LAST_MINUTE, "open"),
        ([], TOO_LATE, "not_reported"),
        ([State.DRAFT], LAST_MINUTE, State.DRAFT),
        ([State.DRAFT], TOO_LATE, "not_reported"),
        ([State.SUBMITTED], TOO_LATE, State.SUBMITTED),
        ([State.APPROVED, State.DRAFT], TOO_LATE, State.APPROVED),
        ([State.APPROVED, State.SUBMITTED], TOO_LATE, State.SUBMITTED),
        ([State.APPROVED, State.RETURNED], TOO_LATE, State.RETURNED),
    ],
)
def test_a_month_is_in_the_state_that_most_needs_eyes(states, now, state):
    assert queries.month_state(states, SEPTEMBER, now) == state


def test_nothing_is_awaited_where_the_sim_is_used():
    state = queries.month_state([State.DRAFT], SEPTEMBER, LAST_MINUTE, mode=ReportingMode.SIM)

    assert state == "sim"


@pytest.mark.parametrize(
    ("states", "state"),
    [([], "inactive"), ([State.DRAFT], State.DRAFT), ([State.APPROVED], State.APPROVED)],
)
@pytest.mark.parametrize("now", [LAST_MINUTE, TOO_LATE])
@pytest.mark.parametrize("mode", ReportingMode)
def test_nothing_is_awaited_of_a_library_that_takes_no_part(states, now, mode, state):
    assert queries.month_state(states, SEPTEMBER, now, mode=mode, takes_part=False) == state


def test_a_month_the_library_was_away_is_inactive(library):
    Inactivity.objects.create(
        library=library, starts_on=date(2024, 8, 10), ends_on=date(2024, 9, 30), reason="Tutup"
    )

    rows = queries.month_rows(library, [date(2024, 8, 1), SEPTEMBER, date(2024, 10, 1)])

    assert [row.state for row in rows] == ["not_reported", "inactive", "not_reported"]


def test_the_deadline_is_the_fifth_of_the_next_month():
    deadline = queries.deadline(SEPTEMBER)

    assert deadline.day == date(2024, 10, 5)
    assert deadline.days_left == (date(2024, 10, 5) - timezone.localdate()).days


# --- One report -----------------------------------------------------------------------------------


def test_visits_and_photos_are_missed(draft, librarian):
    bare = add(draft, librarian)
    pictured = add(draft, librarian, title="Lomba mewarnai")
    Photo.objects.create(activity=pictured, sha256="ab" * 32, width=4, height=3)

    found = queries.missing(draft, entries_of(draft))

    assert found == [
        "Jumlah pengunjung belum diisi.",
        "1 kegiatan pelibatan belum ada fotonya.",
    ]
    assert bare.pk != pictured.pk


def test_a_supplement_lacks_neither_visits_nor_components(library, librarian, pic):
    factories.approved(library, librarian, pic, Kind.INVOLVEMENT, month=SEPTEMBER)
    late = services.open_month(library=library, month=SEPTEMBER, by=librarian)
    add(late, librarian, Kind.PUBLICATION)

    assert queries.missing(late, entries_of(late)) == []
    assert queries.unserved(late, entries_of(late)) == []


def test_components_without_an_entry_are_named(draft, librarian):
    add(draft, librarian, Kind.ADVOCACY)

    assert queries.unserved(draft, entries_of(draft)) == [
        "Belum ada pelibatan masyarakat bulan ini.",
        "Belum ada peningkatan layanan bulan ini.",
    ]


def test_an_ordinary_report_has_nothing_odd(draft, librarian):
    add(draft, librarian)
    add(draft, librarian, Kind.ADVOCACY)

    assert queries.odd(draft, entries_of(draft)) == []


def test_a_day_of_many_entries_is_noticed(draft, librarian):
    for number in range(6):
        add(draft, librarian, title=f"Kelas {number}")

    assert queries.odd(draft, entries_of(draft)) == ["6 catatan bertanggal sama: 1 September 2024."]


@pytest.mark.parametrize("count", [0, 500])
def test_no_participants_and_very_many_are_noticed(draft, librarian, count):
    add(draft, librarian, participants_total=count)

    assert queries.odd(draft, entries_of(draft)) == [
        f"“Pelatihan merajut”: {count} peserta. Angkanya benar?"
    ]


def test_a_month_that_is_not_over_is_noticed_while_it_can_wait(library, librarian):
    this = periods.this_month()
    draft = services.open_month(library=library, month=this, by=librarian)
    add(draft, librarian, Kind.ADVOCACY, held_on=timezone.localdate())
    services.enter_visits(report=draft, men=1, women=1, by=librarian)
    before = queries.odd(draft, [])
    sent = services.submit(report=draft, by=librarian)

    assert before == [
        f"{periods.written(this)} belum berakhir. "
        "Kegiatan yang menyusul nanti masuk laporan susulan."
    ]
    assert queries.odd(sent, []) == []


def test_the_latest_objection_counts(library, librarian, pic):
    report = factories.approved(library, librarian, pic, Kind.ADVOCACY, month=SEPTEMBER)
    services.reopen(report=report, comment="Keliru.", by=pic)
    services.submit(report=report, by=librarian)
    services.send_back(report=report, reason=ReturnReason.PHOTO, comment="Buram.", by=pic)
    events = list(report.events.order_by("at", "pk"))

    latest = queries.last_objection(events)

    assert latest is not None
    assert latest.comment == "Buram."
    assert queries.last_objection([]) is None


# --- The queue ------------------------------------------------------------------------------------


def test_a_facilitators_queue_is_what_was_handed_over(
    library, librarian, lumajang, blitar, other_library, stranger
):
    here, elsewhere = (
        services.submit(
            report=factories.report(place, author, Kind.ADVOCACY, month=SEPTEMBER), by=author
        )
        for place, author in ((library, librarian), (other_library, stranger))
    )
    facilitator = factories.someone(Role.FACILITATOR, lumajang, may_review=True)
    facilitator.assignments.create(region=blitar, starts_on=date(2018, 1, 1))

    assert list(queries.queue(facilitator)) == [here]
    assert elsewhere not in queries.queue(facilitator)


def test_the_next_is_the_one_that_waited_next_longest(pic, lumajang):
    now = timezone.now()
    reports = []
    for days in (3, 2, 1):
        place = factories.LibraryFactory()
        author = factories.someone(Role.LIBRARIAN, place)
        report = factories.report(place, author, Kind.ADVOCACY, month=SEPTEMBER)
        reports.append(services.submit(report=report, by=author, at=now - timedelta(days=days)))

    following = [queries.next_in_queue(pic, after=report) for report in reports]

    assert following == [reports[1], reports[2], reports[0]]
