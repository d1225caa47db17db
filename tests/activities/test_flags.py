"""Flags of reports as they lie in the database: what is compared, and what is said to whom."""

from datetime import date, datetime, time, timedelta
from statistics import median

import pytest
from django.utils import timezone

from activities import services
from activities.enums import Kind, ReturnReason, Source, State
from activities.flags import FlagKind, flags_of, kinds_of, reading
from activities.models import Activity, MonthlyReport, Photo
from libraries.models import Library
from tests import factories
from tpbis.accounts.enums import Role
from tpbis.accounts.models import User

SEPTEMBER = date(2026, 9, 1)
LONG = "Pelatihan olahan singkong bersama PKK"


def put(
    library: Library, *entries: dict, month: date = SEPTEMBER, state: str = State.SUBMITTED
) -> MonthlyReport:
    """A report with these involvement activities, entered two days after each."""
    author = factories.someone(Role.LIBRARIAN, library)
    draft = services.open_month(library=library, month=month, by=author)
    for number, more in enumerate(entries):
        entered = more.pop("entered", None)
        kind = more.pop("kind", Kind.INVOLVEMENT)
        told = {"title": f"Acara ke {number * 7919} {chr(97 + number) * 9}", **more}
        content = factories.content(kind, month=month, **told)
        entry = services.record(report=draft, kind=kind, content=content, by=author)
        entered = entered or noon(content["held_on"] + timedelta(2))
        Activity.objects.filter(pk=entry.pk).update(created_at=entered)
    MonthlyReport.objects.filter(pk=draft.pk).update(
        state=state,
        submitted_at=noon(date(2026, 10, 3)),
        first_submitted_at=noon(date(2026, 10, 3)),
        submitted_by=author,
        seal="5" * 64 if state == State.APPROVED else "",
    )
    draft.refresh_from_db()
    return draft


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), timezone.get_default_timezone())


def texts(report: MonthlyReport, by: User | None = None) -> list[str]:
    return [flag.text for flag in flags_of([report], seen_by=by)[report.pk]]


@pytest.fixture
def neighbour(lumajang) -> Library:
    return factories.LibraryFactory(
        name="Perpustakaan Desa Melati", region=factories.region("35.08.20.2001")
    )


def test_an_ordinary_report_has_none(library, pic):
    report = put(library, {}, {"kind": Kind.ADVOCACY, "title": "Rapat desa"})

    assert flags_of([report], seen_by=pic) == {report.pk: []}
    assert kinds_of([report]) == {report.pk: frozenset()}


def test_no_reports_have_no_flags():
    assert flags_of([]) == {}
    assert kinds_of([]) == {}


# --- Twice ----------------------------------------------------------------------------------------


def test_a_repetition_in_the_report_is_named_and_led_to(library, pic):
    report = put(library, {"title": "Lomba mewarnai"}, {"title": "LOMBA  mewarnai!"})
    first, second = report.activities.order_by("pk")

    (flag,) = flags_of([report], seen_by=pic)[report.pk]

    assert (flag.kind, flag.entry) == (FlagKind.DOUBLE, second)
    assert flag.text == "Judul dan tanggalnya sama dengan catatan lain di laporan ini."
    assert flag.link == f"#catatan-{first.pk}"


def test_what_the_sim_holds_already_is_a_repetition(library, pic):
    report = put(library, {"title": "Lomba mewarnai"})
    sim = MonthlyReport.objects.create(
        library=library, month=SEPTEMBER, source=Source.SIM, state=State.APPROVED, seal="5" * 64
    )
    content = factories.content(month=SEPTEMBER, title="Lomba Mewarnai")
    there = Activity.objects.create(report=sim, kind=Kind.INVOLVEMENT, **content)

    (flag,) = flags_of([report], seen_by=pic)[report.pk]

    assert flag.text == "Judul dan tanggalnya sama dengan catatan lain di data SIM September 2026."
    assert flag.link == f"/laporan/{sim.pk}/#catatan-{there.pk}"


def test_the_next_month_may_repeat_the_end_of_this_one(library, pic):
    put(library, {"title": "Kemah baca", "held_on": date(2026, 8, 31)}, month=date(2026, 8, 1))
    report = put(library, {"title": "Kemah baca", "held_on": date(2026, 9, 1)})

    assert texts(report, pic) == ["Mirip “Kemah baca”, 31 Agustus 2026, di laporan Agustus 2026."]


def test_what_was_left_out_or_is_still_a_draft_is_repeated_by_nothing(library, pic):
    august = {"title": "Kemah baca", "held_on": date(2026, 8, 31)}
    before = put(library, august, month=date(2026, 8, 1), state=State.APPROVED)
    before.activities.update(exclusion=ReturnReason.WRONG_DATE, exclusion_comment="Salah hari.")
    report = put(library, {"title": "Kemah baca", "held_on": date(2026, 9, 1)})
    october = {"title": "Tutup bulan", "held_on": date(2026, 10, 1)}
    put(library, october, month=date(2026, 10, 1), state=State.DRAFT)
    late = put(library, {"title": "Tutup bulan", "held_on": date(2026, 9, 30)})

    assert texts(report, pic) == []
    assert texts(late, pic) == []


# --- Elsewhere ------------------------------------------------------------------------------------


def test_the_same_text_in_the_reviewers_places_is_named(library, neighbour, pic):
    there = put(neighbour, {"title": LONG.upper(), "participants_total": 31}).activities.get()
    report = put(library, {"title": LONG})

    (flag,) = flags_of([report], seen_by=pic)[report.pk]

    assert flag.kind == FlagKind.SAME_TEXT
    assert flag.text == (
        "Judul yang sama tercatat di Perpustakaan Desa Melati, Lumajang, "
        "1 September 2026, 31 peserta."
    )
    assert flag.link == f"/laporan/{there.report_id}/#catatan-{there.pk}"


@pytest.mark.parametrize("reader", ["strange_pic", "librarian", None])
def test_a_library_outside_the_readers_places_is_not_named(
    library, neighbour, request, reader, blitar
):
    put(neighbour, {"title": LONG})
    report = put(library, {"title": LONG})
    by = request.getfixturevalue(reader) if reader else None

    (flag,) = flags_of([report], seen_by=by)[report.pk]

    assert flag.text == "Judul yang sama tercatat di perpustakaan lain pada waktu berdekatan."
    assert flag.link == ""


def test_another_librarys_draft_is_compared_with_nothing(library, neighbour, pic):
    put(neighbour, {"title": LONG}, state=State.DRAFT)

    assert texts(put(library, {"title": LONG}), pic) == []


def test_what_many_libraries_say_in_a_month_is_nobodys_text(library, pic):
    for number in range(4):
        village = factories.region(f"35.08.20.200{number + 1}")
        put(factories.LibraryFactory(region=village), {"title": LONG})
    other = "Kelas literasi keuangan untuk pedagang"
    put(factories.LibraryFactory(), {"title": other})
    report, before = put(library, {"title": LONG}), put(library, {"title": other})

    assert texts(report, pic) == []
    assert len(texts(before, pic)) == 1


# --- Photos ---------------------------------------------------------------------------------------


def picture(entry: Activity, sha256: str, at: datetime | None = None) -> Photo:
    return Photo.objects.create(
        activity=entry, sha256=sha256, width=4, height=3, uploaded_at=at or timezone.now()
    )


@pytest.mark.parametrize("reader", ["pic", "strange_pic"])
def test_a_photo_that_stood_elsewhere_is_told(library, neighbour, request, reader, blitar):
    there = put(neighbour, {"title": "Lomba mewarnai"}).activities.get()
    picture(there, "ab" * 32, noon(date(2026, 9, 3)))
    report = put(library, {})
    picture(report.activities.get(), "ab" * 32)

    (flag,) = flags_of([report], seen_by=request.getfixturevalue(reader))[report.pk]

    told = {
        "pic": (
            "Fotonya sudah dipakai untuk “Lomba mewarnai”, 1 September 2026, "
            "di Perpustakaan Desa Melati, Lumajang.",
            f"/laporan/{there.report_id}/#catatan-{there.pk}",
        ),
        "strange_pic": ("Fotonya sudah pernah dipakai di perpustakaan lain.", ""),
    }
    assert (flag.kind, flag.entry) == (FlagKind.PHOTO, report.activities.get())
    assert (flag.text, flag.link) == told[reader]


def test_a_photo_of_ones_own_older_report_is_told(library, pic):
    there = put(library, {"title": "Lomba mewarnai"}, month=date(2026, 5, 1)).activities.get()
    picture(there, "ab" * 32, noon(date(2026, 5, 3)))
    report = put(library, {})
    picture(report.activities.get(), "ab" * 32)

    assert texts(report, pic) == [
        "Fotonya sudah dipakai untuk “Lomba mewarnai”, 1 Mei 2026, di laporan Mei 2026."
    ]


def test_two_shots_of_one_activity_and_a_photo_in_a_draft_are_no_reuse(library, neighbour, pic):
    draft = put(neighbour, {}, state=State.DRAFT).activities.get()
    picture(draft, "ab" * 32, noon(date(2026, 9, 3)))
    entry = put(library, {}).activities.get()
    look = 0x0F1E2D3C4B5A6978
    for number in range(2):
        Photo.objects.create(
            activity=entry,
            sha256=("ab" if number else "cd") * 32,
            width=4,
            height=3,
            look=look,
            **{f"band_{n + 1}": look >> 16 * n & 0xFFFF for n in range(4)},
        )

    assert texts(entry.report, pic) == []


# --- Numbers and days -----------------------------------------------------------------------------


@pytest.mark.parametrize("numbers", [[9, 1, 5, 5, 30], [10, 40, 20, 30, 50, 60], [7] * 12])
def test_the_middle_is_the_middle(library, numbers):
    said = [{"participants_total": number} for number in numbers]
    put(library, *said, month=date(2026, 5, 1), state=State.APPROVED)
    left_out = put(
        library, {"participants_total": 9_999}, month=date(2026, 6, 1), state=State.APPROVED
    )
    left_out.activities.update(exclusion=ReturnReason.NUMBERS, exclusion_comment="Tidak mungkin.")

    assert reading._medians({library.pk}) == {library.pk: median(numbers)}


def test_four_activities_are_no_usual(library, pic):
    may = date(2026, 5, 1)
    put(library, *({"participants_total": 5} for _ in range(4)), month=may, state=State.APPROVED)

    assert reading._medians({library.pk}) == {}
    assert texts(put(library, {"participants_total": 300}), pic) == []


def test_a_crowd_is_told_beside_the_usual(library, pic):
    may = date(2026, 5, 1)
    put(library, *({"participants_total": 20} for _ in range(5)), month=may, state=State.APPROVED)
    report = put(library, {"participants_total": 100}, {"participants_total": 1_200})

    assert texts(report, pic) == ["1.200 peserta, biasanya sekitar 20 di perpustakaan ini."]


def test_a_day_of_many_entries_is_told_of_the_report(library, pic):
    today = noon(date(2026, 10, 2))
    days = [date(2026, 9, 3 + 2 * number) for number in range(8)]
    august = [date(2026, 8, 3 + 4 * number) for number in range(3)]
    put(library, *({"held_on": day, "entered": today} for day in august), month=date(2026, 8, 1))
    report = put(library, *({"held_on": day, "entered": today} for day in days))

    (flag,) = flags_of([report], seen_by=pic)[report.pk]

    assert (flag.kind, flag.entry, flag.link) == (FlagKind.BATCH, None, "")
    assert flag.text == "11 catatan perpustakaan ini dimasukkan pada 2 Oktober 2026."


def test_days_are_counted_as_the_office_sees_them(library, pic):
    """22.30 WIB is the next day in UTC."""
    late_at_night = noon(date(2026, 10, 1)) + timedelta(hours=10, minutes=30)
    report = put(library, {"held_on": date(2026, 9, 1), "entered": late_at_night})

    assert texts(report, pic) == []
    Activity.objects.update(created_at=late_at_night + timedelta(hours=2))
    report = MonthlyReport.objects.get()
    assert texts(report, pic) == ["Dicatat 31 hari sesudah kegiatannya."]


def test_new_year_is_told(library, pic):
    report = put(library, {}, month=date(2026, 1, 1))

    assert texts(report, pic) == ["Bertanggal 1 Januari. Benar hari itu?"]


# --- Many -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 9])
def test_many_reports_are_looked_at_in_as_many_queries(
    library, neighbour, pic, rows, django_assert_num_queries
):
    put(neighbour, *({"title": f"{LONG} {number}"} for number in range(rows)))
    shown = []
    for number in range(rows):
        place = factories.LibraryFactory(region=factories.region("35.08.20.2002"))
        may = date(2026, 5, 1)
        put(place, *({} for _ in range(5)), month=may, state=State.APPROVED)
        report = put(place, {"title": f"{LONG} {number}"}, {"title": f"Kelas {number}"})
        picture(report.activities.first(), f"{number:064x}")
        shown.append(report)

    with django_assert_num_queries(9):
        kinds = kinds_of(shown)
    with django_assert_num_queries(13):
        flags = flags_of(shown, seen_by=pic)

    assert {pk for pk, found in kinds.items() if found == {FlagKind.SAME_TEXT}} == set(flags)


def test_a_flag_stands_in_nobodys_way(library, librarian, pic):
    report = put(library, {"title": LONG}, {"title": LONG}, {"participants_total": 90_000})
    assert kinds_of([report])[report.pk]

    approved = services.approve(report=report, by=pic)

    assert approved.state == State.APPROVED
