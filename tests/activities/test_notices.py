"""What people are told of the months, when, and that each thing comes once."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as fewer
from hypothesis import strategies as st

from activities import notices, services, tasks
from activities.enums import ExcuseReason, Kind, ReturnReason, State
from activities.models import Excuse, MonthlyReport, Story, StoryEvent
from libraries.enums import ReportingMode
from libraries.models import Assignment, Inactivity
from tests import factories
from tpbis.accounts.enums import MailState, MessageKind, Role
from tpbis.accounts.models import Message
from tpbis.core import periods

pytestmark = pytest.mark.django_db

OCTOBER = date(2026, 10, 1)
FIRST, DUE, LATE, LAST_CALL = (date(2026, 11, day) for day in (2, 5, 6, 12))
CLOSED = date(2026, 11, 15)
MONDAY, SATURDAY = date(2026, 11, 23), date(2026, 11, 21)


def titles(user, kind=None) -> list[str]:
    told = Message.objects.filter(user=user).order_by("pk")
    return list((told.filter(kind=kind) if kind else told).values_list("title", flat=True))


def at(day: date, hour: int = 9) -> datetime:
    return periods.midnight(day) + timedelta(hours=hour)


def sent(library, by, *, month=OCTOBER, on=DUE) -> MonthlyReport:
    report = factories.report(library, by, Kind.INVOLVEMENT, month=month)
    return services.submit(report=report, by=by, at=at(on))


# --- Before the due date --------------------------------------------------------------------------


def test_whoever_has_not_sent_the_month_is_reminded_before_it_is_due(librarian):
    notices.before_due(on=FIRST)

    message = Message.objects.get()
    assert (message.user, message.kind) == (librarian, "before_due")
    assert message.title == (
        "Laporan Oktober 2026, Perpustakaan Desa Sumber Ilmu: batas kirim 5 November 2026"
    )
    assert "Kamis, 5 November 2026" in message.text
    assert message.link == "/laporan/bulan/2026-10/"


@pytest.mark.parametrize(
    ("on", "count"), [(date(2026, 11, 1), 0), (FIRST, 1), (DUE, 1), (LATE, 0)], ids=str
)
def test_from_three_days_before_to_the_last_day(librarian, on, count):
    assert notices.before_due(on=on) == count


def test_a_day_on_which_nothing_ran_is_made_up_for(librarian):
    told = [notices.before_due(on=FIRST + timedelta(days=n)) for n in (1, 1, 2, 3)]

    assert told == [1, 0, 0, 0]


def test_whoever_has_sent_it_is_left_alone(library, librarian):
    sent(library, librarian, on=FIRST)

    assert notices.before_due(on=FIRST) == 0


def test_a_draft_was_not_sent(library, librarian):
    factories.report(library, librarian, Kind.INVOLVEMENT, month=OCTOBER)

    assert notices.before_due(on=FIRST) == 1


def test_a_month_that_was_excused_is_not_asked_for(library, librarian, pic):
    excuse = Excuse.objects.create(
        library=library,
        month=OCTOBER,
        reason=ExcuseReason.DISASTER,
        comment="Banjir",
        excused_by=pic,
    )

    assert (notices.before_due(on=FIRST), notices.after_due(on=LATE)) == (0, 0)

    excuse.withdrawn_at, excuse.withdrawn_by = timezone.now(), pic
    excuse.save()
    assert notices.after_due(on=LATE) == 1


def test_where_the_sim_leads_nobody_is_reminded(library, librarian):
    library.regency.reporting_mode = ReportingMode.SIM
    library.regency.save()

    assert notices.before_due(on=FIRST) == 0


@pytest.mark.parametrize(
    ("ends_on", "count"), [(None, 0), (date(2026, 10, 31), 0), (date(2026, 10, 30), 1)], ids=str
)
def test_a_library_that_took_no_part_in_the_month_is_not_waited_for(
    library, librarian, ends_on, count
):
    Inactivity.objects.create(
        library=library, starts_on=date(2026, 9, 30), ends_on=ends_on, reason="Renovasi"
    )

    assert notices.before_due(on=FIRST) == count


@pytest.mark.parametrize(("joined_on", "count"), [(date(2026, 10, 31), 1), (date(2026, 11, 1), 0)])
def test_a_library_is_waited_for_from_the_month_it_joins(library, librarian, joined_on, count):
    type(library).objects.filter(pk=library.pk).update(joined_on=joined_on)

    assert notices.before_due(on=FIRST) == count


@pytest.mark.parametrize(
    "change",
    [{"is_active": False}, {"activated_at": None}],
    ids=["closed", "never signed in"],
)
def test_whoever_cannot_sign_in_is_told_nothing(librarian, change):
    type(librarian).objects.filter(pk=librarian.pk).update(**change)

    assert notices.before_due(on=FIRST) == 0


def test_who_works_there_that_day_is_told(library, librarian):
    Assignment.objects.filter(user=librarian).update(ends_on=FIRST - timedelta(days=1))
    successor = factories.UserFactory(role=Role.LIBRARIAN)
    Assignment.objects.create(user=successor, library=library, starts_on=FIRST + timedelta(days=1))

    assert notices.before_due(on=FIRST) == 0
    assert notices.before_due(on=FIRST + timedelta(days=1)) == 1
    assert Message.objects.get().user == successor


def test_two_at_one_library_are_both_told_and_one_at_two_of_both(library, librarian, lumajang):
    second = factories.LibraryFactory(region=factories.region("35.08.21.2001"))
    Assignment.objects.create(user=librarian, library=second, starts_on=date(2020, 1, 1))
    factories.someone(Role.LIBRARIAN, library)

    assert notices.before_due(on=FIRST) == 3


def test_an_early_due_date_may_lie_three_days_into_the_next_month(librarian, settings):
    settings.TPBIS_DEADLINE_DAY = 2

    assert notices.before_due(on=date(2026, 10, 30)) == 1
    assert notices.before_due(on=date(2026, 11, 2)) == 0


# --- After it -------------------------------------------------------------------------------------


def test_after_the_due_date_and_once_more_before_the_closing(librarian):
    days = [LATE + timedelta(days=n) for n in range(-2, 12)]

    told = {on: notices.after_due(on=on) for on in days}

    assert [on for on, count in told.items() if count] == [LATE, LAST_CALL]
    assert "paling lambat Sabtu, 14 November 2026" in Message.objects.latest("pk").text


def test_once_it_closed_nobody_is_reminded(librarian):
    assert notices.after_due(on=CLOSED) == 0


# --- Sent back ------------------------------------------------------------------------------------


@pytest.fixture
def back(library, librarian, pic) -> MonthlyReport:
    report = sent(library, librarian)
    return services.send_back(
        report=report,
        reason=ReturnReason.PHOTO,
        comment="Fotonya gelap,\nmohon diganti.",
        by=pic,
        at=at(LATE),
    )


def test_the_librarian_is_told_why_and_where(back, librarian):
    notices.returned(at=at(LATE))

    message = Message.objects.get()
    assert (message.user, message.kind) == (librarian, "returned")
    assert message.title == "Laporan Oktober 2026, Perpustakaan Desa Sumber Ilmu: dikembalikan"
    assert "Foto kurang jelas atau tidak sesuai" in message.text
    assert "Fotonya gelap,\nmohon diganti." in message.text
    assert message.link == back.get_absolute_url()


def test_remarks_on_entries_are_counted(library, librarian, pic):
    report = sent(library, librarian)
    entry = report.activities.get()
    remarks = [
        services.EntryRemark(entry.pk, field, ReturnReason.NUMBERS, "Cek lagi")
        for field in ("participants_total", "title")
    ]
    services.send_back(report=report, reason="", comment="", by=pic, remarks=remarks, at=at(LATE))

    notices.returned(at=at(LATE))

    assert "pada 1 kegiatan" in Message.objects.get().text


def test_opening_an_approved_report_again_is_told_too(library, librarian, pic):
    report = services.approve(report=sent(library, librarian), by=pic, at=at(LATE))
    services.reopen(report=report, comment="Angka keliru", by=pic, at=at(LATE))

    notices.returned(at=at(LATE))

    assert titles(librarian) == [
        "Laporan Oktober 2026, Perpustakaan Desa Sumber Ilmu: dibuka kembali"
    ]


def test_each_sending_back_is_told_once(back, librarian, pic):
    for _ in range(3):
        notices.returned(at=at(LATE))
    again = services.submit(report=back, by=librarian, at=at(LATE, 10))
    notices.returned(at=at(LATE, 10))
    services.send_back(
        report=again, reason=ReturnReason.OTHER, comment="Sekali lagi", by=pic, at=at(LATE, 11)
    )
    for _ in range(3):
        notices.returned(at=at(LATE, 12))

    assert len(titles(librarian)) == 2


def test_what_was_sent_in_again_meanwhile_is_no_news(back, librarian):
    services.submit(report=back, by=librarian, at=at(LATE, 10))

    assert notices.returned(at=at(LATE, 11)) == 0


def test_the_sweep_looks_three_days_back(back):
    assert notices.returned(at=at(LATE + timedelta(days=4))) == 0
    assert notices.returned(at=at(LATE + timedelta(days=2))) == 1


def test_whoever_takes_over_while_it_is_open_is_told(back, library, librarian):
    notices.returned(at=at(LATE))
    Assignment.objects.filter(user=librarian).update(ends_on=LATE)
    successor = factories.UserFactory(role=Role.LIBRARIAN)
    Assignment.objects.create(user=successor, library=library, starts_on=LATE + timedelta(days=1))

    notices.returned(at=at(LATE + timedelta(days=1)))

    assert (len(titles(librarian)), len(titles(successor))) == (1, 1)


def test_nobody_elses_is_told(back, stranger, pic):
    notices.returned(at=at(LATE))

    assert titles(stranger) == titles(pic) == []


def test_sending_back_tells_at_once(
    library, librarian, pic, monkeypatch, django_capture_on_commit_callbacks
):
    """The sweep is for what a lost message left."""
    told = []
    monkeypatch.setattr(
        tasks.tell_returned, "apply_async", lambda kwargs: told.append(kwargs["report_id"])
    )
    report = sent(library, librarian)

    with django_capture_on_commit_callbacks(execute=True):
        services.send_back(report=report, reason=ReturnReason.OTHER, comment="Cek", by=pic)
    with django_capture_on_commit_callbacks(execute=True):
        services.submit(report=report, by=librarian)
        services.approve(report=report, by=pic)
    with django_capture_on_commit_callbacks(execute=True):
        services.reopen(report=report, comment="Keliru", by=pic)

    assert told == [report.pk, report.pk]


def test_a_broker_that_is_down_loses_nothing(back, librarian):
    """What the task of the moment did not do, the sweep does."""
    assert titles(librarian) == []

    notices.returned(at=at(LATE, 10))

    assert len(titles(librarian)) == 1


def test_a_story_that_came_back_is_told_like_a_report(library, librarian, pic):
    story = Story.objects.create(
        library=library,
        kind="dampak",
        theme="Ekonomi",
        happened_on=OCTOBER,
        title="Keripik",
        text="…",
        created_by=librarian,
        state="returned",
        submitted_at=at(DUE),
        submitted_by=librarian,
    )
    StoryEvent.objects.create(
        story=story, action="returned", at=at(LATE), by=pic, reason="lainnya", comment="Kurang foto"
    )

    assert [notices.returned(at=at(LATE, 10)) for _ in range(2)] == [1, 0]
    assert titles(librarian) == ["Cerita “Keripik”, Perpustakaan Desa Sumber Ilmu: dikembalikan"]
    assert "Kurang foto" in Message.objects.get().text


# --- The digest -----------------------------------------------------------------------------------


def test_a_pic_is_told_what_waits_the_oldest_first(library, librarian, pic):
    other = factories.LibraryFactory(name="Taman", region=factories.region("35.08.21.2001"))
    sent(other, factories.someone(Role.LIBRARIAN, other), on=date(2026, 11, 18))
    sent(library, librarian, on=date(2026, 11, 16))

    notices.digest(on=MONDAY)

    message = Message.objects.get(user=pic)
    assert message.title == "Kabupaten Lumajang, 23 November 2026: yang menunggu Anda"
    assert "2 laporan menunggu diperiksa." in message.text
    assert (
        "Paling lama: Perpustakaan Desa Sumber Ilmu, Oktober 2026, dikirim 16 November 2026 "
        "(5 hari kerja)." in message.text
    )
    assert message.link == "/periksa/"


def test_nothing_to_say_is_no_message(library, librarian, pic):
    assert notices.digest(on=MONDAY) == 0


@pytest.mark.parametrize(("on", "count"), [(SATURDAY, 0), (MONDAY, 1)], ids=str)
def test_it_comes_on_working_days(library, librarian, pic, on, count):
    sent(library, librarian)

    assert [notices.digest(on=on) for _ in range(2)] == [count, 0]


def test_a_new_day_is_a_new_digest(library, librarian, pic):
    sent(library, librarian)

    assert [notices.digest(on=MONDAY + timedelta(days=n)) for n in range(2)] == [1, 1]


def test_other_regencies_are_not_told_of(library, librarian, pic, strange_pic, stranger):
    sent(library, librarian)

    notices.digest(on=MONDAY)

    assert titles(strange_pic) == []


@pytest.mark.parametrize(("on", "count"), [(DUE, 0), (LATE, 1), (date(2026, 11, 13), 1)], ids=str)
def test_who_has_not_sent_is_said_between_the_due_date_and_the_closing(
    library, librarian, pic, on, count
):
    assert notices.digest(on=on) == count
    if count:
        assert Message.objects.get(user=pic).text == (
            "1 perpustakaan belum mengirim laporan Oktober 2026."
        )


# --- Escalation -----------------------------------------------------------------------------------

# Sent on Thursday 5 November: the fifth working day after it is the 12th.
FIVE, SIX, TEN, ELEVEN = (date(2026, 11, day) for day in (12, 13, 19, 20))


@pytest.fixture
def waiting(library, librarian, pic, facilitator, staff) -> MonthlyReport:
    return sent(library, librarian, on=DUE)


@pytest.mark.parametrize(
    ("on", "near", "far"), [(FIVE, 0, 0), (SIX, 1, 0), (TEN, 1, 0), (ELEVEN, 1, 1)]
)
def test_after_5_days_the_facilitators_hear_of_it_after_10_the_province(
    waiting, facilitator, staff, on, near, far
):
    notices.escalation(on=on)

    assert (len(titles(facilitator)), len(titles(staff))) == (near, far)


def test_it_says_which_and_how_long(waiting, facilitator):
    notices.escalation(on=SIX)

    message = Message.objects.get(user=facilitator)
    assert message.title == ("Kabupaten Lumajang: laporan menunggu diperiksa sejak 5 November 2026")
    assert message.text == (
        "1 laporan Kabupaten Lumajang menunggu diperiksa sejak 5 November 2026 (6 hari kerja).\n"
        "• Perpustakaan Desa Sumber Ilmu, Oktober 2026"
    )


def test_a_report_is_told_of_once_in_five_working_days(waiting, facilitator, staff):
    days = [DUE + timedelta(days=n) for n in range(28)]

    told = {on: notices.escalation(on=on) for on in days}

    assert [(on.day, on.month, count) for on, count in told.items() if count] == [
        (13, 11, 1),
        (20, 11, 2),
        (27, 11, 2),
    ]


def test_one_that_was_decided_is_not_told_of(waiting, facilitator, pic):
    services.approve(report=waiting, by=pic, at=at(FIVE))

    assert notices.escalation(on=SIX) == 0


def test_who_may_review_is_led_to_the_queue_others_to_the_list(waiting, facilitator, lumajang):
    delegate = factories.someone(Role.FACILITATOR, lumajang, may_review=True)
    Assignment.objects.create(user=delegate, region=lumajang, starts_on=date(2020, 1, 1))

    notices.escalation(on=SIX)

    assert Message.objects.get(user=delegate).link == "/periksa/"
    assert Message.objects.get(user=facilitator).link == "/laporan/?status=submitted"


def test_reports_that_came_in_together_are_told_of_together(waiting, facilitator):
    for number in range(9):
        library = factories.LibraryFactory(name=f"Taman {number}", region=waiting.library.region)
        sent(library, factories.someone(Role.LIBRARIAN, library), on=DUE)

    notices.escalation(on=SIX)

    text = Message.objects.get(user=facilitator).text
    assert text.startswith("10 laporan")
    assert text.endswith("• dan 2 lainnya")


def test_other_regencies_hear_nothing(waiting, blitar):
    elsewhere = factories.someone(Role.FACILITATOR, blitar)

    notices.escalation(on=SIX)

    assert titles(elsewhere) == []


# --- Once, whatever happens -----------------------------------------------------------------------

MONTH = [date(2026, 11, 1) + timedelta(days=n) for n in range(30)]
WHAT = [notices.before_due, notices.after_due, notices.digest, notices.escalation]


@pytest.fixture
def a_month(library, librarian, pic, facilitator, staff, stranger, strange_pic) -> None:
    """One library sent and waits, another is silent."""
    sent(library, librarian, on=DUE)


@fewer(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    runs=st.lists(st.tuples(st.sampled_from(MONTH), st.sampled_from(WHAT)), max_size=25),
    data=st.data(),
)
def test_in_any_order_and_however_often_each_person_is_told_each_thing_once(a_month, runs, data):
    every = [(on, tell) for on in MONTH for tell in WHAT]
    order = data.draw(st.randoms(use_true_random=False))
    mixed = [*runs, *every]
    order.shuffle(mixed)
    Message.objects.all().delete()
    for on, tell in every:
        tell(on=on)
    in_order = set(Message.objects.values_list("user", "kind", "subject", "period"))

    Message.objects.all().delete()
    for on, tell in mixed:
        tell(on=on)

    keys = list(Message.objects.values_list("user", "kind", "subject", "period"))
    assert len(keys) == len(set(keys))
    assert set(keys) == in_order


def test_a_month_of_half_hours_tells_each_thing_once(a_month, stranger):
    for on in MONTH:
        for _ in range(2):
            notices.of_the_day(on=on)

    assert titles(stranger, MessageKind.BEFORE_DUE) == [
        "Laporan Oktober 2026, Perpustakaan Mawar: batas kirim 5 November 2026"
    ]
    assert len(titles(stranger, MessageKind.AFTER_DUE)) == 2


def test_a_clock_that_goes_back_a_day_tells_nothing_twice(a_month):
    for on in (FIRST, LATE, LAST_CALL, SIX, MONDAY):
        notices.of_the_day(on=on)
        before = Message.objects.count()
        notices.before_due(on=on - timedelta(days=1))
        notices.after_due(on=on - timedelta(days=1))
        notices.escalation(on=on - timedelta(days=1))
        notices.of_the_day(on=on)

        assert Message.objects.count() == before


def test_after_a_restored_backup_it_is_told_again_but_once(a_month):
    notices.of_the_day(on=LATE)
    told = set(Message.objects.values_list("user", "kind", "subject", "period"))
    Message.objects.all().delete()

    for _ in range(2):
        notices.of_the_day(on=LATE)

    keys = list(Message.objects.values_list("user", "kind", "subject", "period"))
    assert sorted(keys) == sorted(told)


def test_it_is_said_in_indonesian_whoever_is_at_the_screen(librarian):
    from django.utils import translation

    with translation.override("en"):
        notices.before_due(on=FIRST)

    assert titles(librarian)[0].startswith("Laporan Oktober 2026")


def test_where_there_is_an_address_it_is_mailed(librarian):
    librarian.email = "siti@example.org"
    librarian.save()

    notices.before_due(on=FIRST)

    assert Message.objects.get().mail == MailState.PENDING


@pytest.mark.parametrize("rows", [1, 20])
def test_many_libraries_cost_the_same_queries_as_one(
    lumajang, pic, facilitator, staff, rows, django_assert_num_queries
):
    village = factories.region("35.08.21.2004")
    for number in range(rows):
        for state in ("silent", "waiting"):
            library = factories.LibraryFactory(name=f"{state} {number}", region=village)
            librarian = factories.someone(Role.LIBRARIAN, library)
            if state == "waiting":
                MonthlyReport.objects.create(
                    library=library,
                    month=OCTOBER,
                    source="portal",
                    state=State.SUBMITTED,
                    first_submitted_at=at(date(2026, 10, 20)),
                    submitted_at=at(date(2026, 10, 20)),
                    submitted_by=librarian,
                )

    with django_assert_num_queries(QUERIES_OF_A_DAY):
        notices.of_the_day(on=LATE)

    assert Message.objects.filter(kind=MessageKind.AFTER_DUE).count() == rows


QUERIES_OF_A_DAY = 27


# --- The schedule ---------------------------------------------------------------------------------


def test_what_is_scheduled_exists_and_gives_up_before_its_next_turn(settings):
    entries = {
        name: entry
        for name, entry in settings.CELERY_BEAT_SCHEDULE.items()
        if name in ("notices-day", "notices-sweep", "mail-sweep")
    }

    assert {entry["task"] for entry in entries.values()} == {
        tasks.tell_of_the_day.name,
        tasks.tell_returned.name,
        "accounts.mail_pending",
    }
    assert entries["notices-day"]["options"]["expires"] < 30 * 60
    assert entries["notices-sweep"]["options"]["expires"] < 60
    assert entries["mail-sweep"]["options"]["expires"] < 60


def test_the_tasks_tell(librarian, monkeypatch):
    days = []
    monkeypatch.setattr(notices, "of_the_day", lambda *, on: days.append(on))

    tasks.tell_of_the_day()

    assert days == [timezone.localdate()]
