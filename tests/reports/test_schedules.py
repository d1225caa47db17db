"""Reports that make themselves: once a month, within scope, told with a link."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils import timezone

from libraries.models import Assignment
from reports import services
from reports.enums import DocumentState, Span, StopReason
from reports.models import Document, Schedule
from tests import factories
from tpbis.accounts import queries
from tpbis.accounts.enums import MailState, MessageKind, Role
from tpbis.accounts.models import AuditEvent, Message
from tpbis.accounts.services import messages
from tpbis.core.periods import Period

pytestmark = pytest.mark.django_db

WIB = ZoneInfo("Asia/Jakarta")
MADE = datetime(2024, 3, 1, 9, tzinfo=WIB)


def at(month: int, day: int) -> datetime:
    return datetime(2024, month, day, 6, 30, tzinfo=WIB)


@pytest.fixture
def schedule(lumajang, pic, facilitator) -> Schedule:
    made = services.make_schedule(
        region=lumajang, span=Span.MONTH, day=16, told=[pic, facilitator], by=pic
    )
    Schedule.objects.filter(pk=made.pk).update(made_at=MADE)
    made.refresh_from_db()
    return made


def done(document: Document) -> Document:
    Document.objects.filter(pk=document.pk).update(
        state=DocumentState.DONE, file_name="x", sha256="x", finished_at=timezone.now()
    )
    document.refresh_from_db()
    return document


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        (Span.MONTH, Period(date(2024, 2, 1), date(2024, 2, 1))),
        (Span.QUARTER, Period(date(2023, 12, 1), date(2024, 2, 1))),
        (Span.YEAR, Period(date(2024, 1, 1), date(2024, 2, 1))),
    ],
)
def test_a_span_ends_with_the_month_that_is_over(span, expected):
    assert services.span_of(span, date(2024, 3, 1)) == expected


def test_in_january_the_year_is_the_one_before():
    assert services.span_of(Span.YEAR, date(2024, 1, 1)) == Period(
        date(2023, 1, 1), date(2023, 12, 1)
    )


def test_it_runs_on_its_day_and_once(schedule):
    assert services.run_schedules(at=at(3, 15)) == []

    (document,) = services.run_schedules(at=at(3, 16))

    assert document.period == Period(date(2024, 2, 1), date(2024, 2, 1))
    assert (document.schedule, document.requested_by) == (schedule, schedule.made_by)
    assert services.run_schedules(at=at(3, 16)) == []
    assert services.run_schedules(at=at(3, 31)) == []
    assert len(services.run_schedules(at=at(4, 16))) == 1


@pytest.mark.parametrize("day", [(3, 17), (3, 31), (4, 2)])
def test_a_missed_day_is_caught_up(schedule, day):
    (document,) = services.run_schedules(at=at(*day))

    assert document.start == date(2024, 2, 1)


def test_a_day_before_it_was_made_is_not_caught_up(schedule):
    Schedule.objects.update(made_at=datetime(2024, 3, 20, tzinfo=WIB))

    assert services.run_schedules(at=at(3, 21)) == []


def test_those_it_names_get_a_link_and_never_the_file(schedule, pic, facilitator):
    (document,) = services.run_schedules(at=at(3, 16))
    done(document)

    assert services.tell_of(document) == 2
    assert services.tell_of(document) == 0
    kept = Message.objects.order_by("user")
    assert {message.user for message in kept} == {pic, facilitator}
    assert {message.link for message in kept} == {document.get_absolute_url()}
    assert "Kabupaten Lumajang, Februari 2024" in kept[0].title
    assert {message.kind for message in kept} == {MessageKind.DOCUMENT}


def test_its_mail_is_turned_off_without_the_daily_digest(schedule, pic):
    pic.email = "pic@contoh.go.id"
    pic.save()
    messages.mute(user=pic, kind=MessageKind.DOCUMENT, by=pic)
    (document,) = services.run_schedules(at=at(3, 16))

    services.tell_of(done(document))

    assert Message.objects.get(user=pic).mail == MailState.NONE
    assert queries.muted_kinds(pic) == {MessageKind.DOCUMENT}


def test_who_lost_the_scope_is_not_told(schedule, facilitator):
    (document,) = services.run_schedules(at=at(3, 16))
    Assignment.objects.filter(user=facilitator).update(
        ends_on=timezone.localdate() - timedelta(days=1)
    )

    services.tell_of(done(document))

    assert not Message.objects.filter(user=facilitator).exists()


def test_what_a_lost_worker_told_nobody_is_told_in_the_morning(schedule):
    (document,) = services.run_schedules(at=at(3, 16))
    done(document)

    services.run_schedules()

    assert Message.objects.count() == 2


def test_schedule_of_an_ended_account_stops_and_says_why(schedule, pic):
    get_user_model().objects.filter(pk=pic.pk).update(is_active=False)

    assert services.run_schedules(at=at(3, 16)) == []

    schedule = Schedule.objects.get()
    assert schedule.ended_at
    assert schedule.stopped_for == StopReason.ACCOUNT
    assert AuditEvent.objects.filter(action="reports.stop_schedule", by=None).count() == 1


def test_schedule_of_somebody_who_left_stops(schedule, pic):
    Assignment.objects.filter(user=pic).update(ends_on=timezone.localdate() - timedelta(days=1))

    assert services.run_schedules(at=at(3, 16)) == []
    assert Schedule.objects.get().stopped_for == StopReason.PLACE


def test_the_same_schedule_is_not_made_twice(schedule, lumajang, pic):
    with pytest.raises(services.AlreadyScheduled):
        services.make_schedule(region=lumajang, span=Span.MONTH, day=16, told=[], by=pic)


def test_the_page_keeps_saying_why_it_stopped(client, schedule, pic):
    get_user_model().objects.filter(pk=pic.pk).update(is_active=False)
    services.run_schedules(at=at(3, 16))
    get_user_model().objects.filter(pk=pic.pk).update(is_active=True)
    client.force_login(pic)

    assert "Akun pembuat jadwal sudah ditutup." in client.get(reverse("reports:schedules")).text


def answers(*regions: str, **more) -> dict[str, object]:
    return {"region": regions, "span": "month", "day": "16", **more}


def test_several_regions_are_scheduled_in_one_go(client, lumajang, blitar, staff):
    client.force_login(staff)

    client.post(reverse("reports:schedules"), answers("35.08", "35.05", told=[staff.pk]))

    made = Schedule.objects.order_by("region__code")
    assert [one.region.code for one in made] == ["35.05", "35.08"]
    assert all(list(one.told.all()) == [staff] for one in made)


def test_where_one_is_scheduled_already_none_is_made_and_it_is_named(
    client, lumajang, blitar, staff
):
    services.make_schedule(region=lumajang, span=Span.MONTH, day=16, told=[], by=staff)
    client.force_login(staff)

    refused = client.post(reverse("reports:schedules"), answers("35.05", "35.08"))

    assert refused.status_code == 422
    assert "Jadwal yang sama sudah ada: Kabupaten Lumajang." in refused.text
    assert Schedule.objects.count() == 1


def test_whoever_may_not_read_one_of_them_is_named(client, lumajang, blitar, staff, pic):
    client.force_login(staff)

    refused = client.post(reverse("reports:schedules"), answers("35.05", "35.08", told=[pic.pk]))

    assert refused.status_code == 422
    assert f"Tidak bertugas di wilayah itu: {pic.full_name} (Kabupaten Blitar)." in refused.text


def test_an_ended_schedule_can_be_made_anew(schedule, lumajang, pic):
    services.end_schedule(schedule=schedule, by=pic)

    assert services.run_schedules(at=at(3, 16)) == []
    assert services.make_schedule(region=lumajang, span=Span.MONTH, day=16, told=[], by=pic)


def test_who_does_not_work_there_can_neither_make_nor_end_one(schedule, lumajang, strange_pic):
    observer = factories.someone(Role.OBSERVER, lumajang)
    for person in (strange_pic, observer):
        with pytest.raises(services.NotForThisRegion):
            services.make_schedule(region=lumajang, span=Span.YEAR, day=1, told=[], by=person)
        with pytest.raises(services.NotForThisRegion):
            services.end_schedule(schedule=schedule, by=person)
