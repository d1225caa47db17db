"""Events: seats by quota, who came, lists of names, and what comes back at the next one."""

import io
from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from stakeholders.enums import (
    ActionState,
    Answer,
    CheckIn,
    EventKind,
    EventMode,
    EventState,
    SeatGroup,
)
from stakeholders.figures import trainings
from stakeholders.figures.meetings import brought_forward
from stakeholders.figures.seats import seats_of
from stakeholders.forms.attendance_table import lines_of
from stakeholders.models import ActionItem, Attendee, Event, Organisation
from stakeholders.services import actions, attendance, attendance_lists, events
from stakeholders.services.attendance import Guest
from stakeholders.services.attendance_lists import Outcome, Purpose
from tests import factories
from tpbis.accounts.models import AuditEvent
from tpbis.core.spreadsheets import BadSpreadsheet, read_table

pytestmark = pytest.mark.django_db


def an_hour_ago() -> datetime:
    """Early enough, and still today in Jakarta."""
    now = timezone.localtime()
    return max(now - timedelta(hours=1), now.replace(hour=0, minute=0, second=0, microsecond=0))


def plan(**more) -> events.Plan:
    starts = more.pop("starts_at", None) or an_hour_ago()
    said = {
        "kind": EventKind.STAKEHOLDER_MEETING,
        "title": "SHM Gelombang 1",
        "starts_at": starts,
        "ends_at": starts + timedelta(hours=3),
        "mode": EventMode.ON_SITE,
        "place": "Surabaya",
    }
    return events.Plan(**{**said, **more})


@pytest.fixture
def shm(province, staff) -> Event:
    return events.announce(region=province, plan=plan(), by=staff)


def guest(name: str = "Rini", group: SeatGroup = SeatGroup.STAKEHOLDER, **more) -> Guest:
    more = more or {"institution": "Kantor Rini"}
    return Guest(group=group, name=name, **more)


def fill(event: Event, by) -> list[Attendee]:
    """Every seat of every quota."""
    return [
        attendance.invite(
            event=event, guest=guest(f"{quota.group} {number}", SeatGroup(quota.group)), by=by
        )
        for quota in event.quotas.order_by("pk")
        for number in range(quota.seats)
    ]


# --- Announced ------------------------------------------------------------------------------------


def test_a_stakeholder_meeting_has_thirty_seats_by_quota(shm):
    quotas = dict(shm.quotas.values_list("group", "seats"))

    assert shm.seats == 30
    assert [quotas[g] for g in ("tim_sinergi", "stakeholder", "fasda_pic", "desa_teladan")] == [
        *[5, 18, 2, 1]
    ]
    assert sum(quotas.values()) == 30
    assert len(quotas) == 8


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"ends_at": timezone.now() - timedelta(days=3)}, "ends_on"),
        ({"place": ""}, "place"),
        ({"mode": EventMode.ONLINE}, "link"),
        ({"mode": EventMode.HYBRID}, "link"),
        ({"number": 4}, "series"),
        ({"seats": 3, "quotas": {SeatGroup.LIBRARY: 4}}, "seats"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(province, staff, said, field):
    with pytest.raises(ValidationError) as refused:
        events.announce(region=province, plan=plan(**said), by=staff)

    assert field in refused.value.error_dict
    assert not Event.objects.exists()


def test_the_next_of_a_series_gets_the_next_number(province, staff):
    webinar = {"kind": EventKind.WEBINAR, "mode": EventMode.ONLINE, "link": "https://x.id/1"}

    made = [
        events.announce(region=province, plan=plan(series=name, number=number, **webinar), by=staff)
        for name, number in [("LARON JATIM", 3), ("laron jatim", None), ("Lain", None)]
    ]

    assert [(one.series.name, one.number) for one in made] == [
        *[("LARON JATIM", 3), ("LARON JATIM", 4), ("Lain", 1)]
    ]
    with pytest.raises(ValidationError):
        events.announce(
            region=province, plan=plan(series="LARON JATIM", number=3, **webinar), by=staff
        )


def test_a_pic_arranges_in_the_regency_alone(province, lumajang, pic, leader):
    assert events.announce(region=lumajang, plan=plan(), by=pic).region == lumajang
    for region, by in ((province, pic), (lumajang, leader)):
        with pytest.raises(PermissionDenied):
            events.announce(region=region, plan=plan(), by=by)


def test_quotas_stay_once_somebody_is_invited(shm, staff):
    fewer = plan(quotas={SeatGroup.STAKEHOLDER: 4}, title="SHM kecil")
    assert events.change_event(event=shm, plan=fewer, by=staff).seats == 4
    attendance.invite(event=shm, guest=guest(), by=staff)

    with pytest.raises(ValidationError, match="sudah ada yang diundang"):
        events.change_event(event=shm, plan=plan(), by=staff)
    events.change_event(
        event=shm, plan=plan(quotas={SeatGroup.STAKEHOLDER: 4}, title="Nama lain"), by=staff
    )

    shm.refresh_from_db()
    assert (shm.title, shm.seats) == ("Nama lain", 4)


def test_a_cancelled_event_takes_nobody(shm, staff):
    attendee = attendance.invite(event=shm, guest=guest(), by=staff)
    events.cancel_event(event=shm, reason="Banjir", by=staff)

    for again in (
        lambda: attendance.invite(event=shm, guest=guest("Lain"), by=staff),
        lambda: attendance.check_in(attendee=attendee, how=CheckIn.QR, by=staff),
        lambda: attendance.walk_in(event=shm, guest=guest("Lain"), by=staff),
        lambda: events.hold_event(event=shm, by=staff),
        lambda: events.cancel_event(event=shm, reason="Lagi", by=staff),
    ):
        with pytest.raises(events.NotNow):
            again()

    assert Event.objects.get().state == EventState.CANCELLED
    assert not Attendee.objects.present().exists()


# --- Seats ----------------------------------------------------------------------------------------


def test_the_31st_is_warned_and_comes_with_a_reason(shm, staff):
    fill(shm, staff)
    late = guest("Orang ke-31")

    with pytest.raises(attendance.OverQuota, match="undangan ke-31 untuk 30 kursi"):
        attendance.invite(event=shm, guest=late, by=staff)
    over = attendance.invite(event=shm, guest=late, by=staff, reason="Diminta Gubernur")

    assert over.over_quota == "Diminta Gubernur"
    assert (seats_of(shm).invited, seats_of(shm).taken) == (31, 30)


def test_each_quota_is_kept(shm, staff):
    model = SeatGroup.VILLAGE_MODEL
    attendance.invite(event=shm, guest=guest("Satu", model), by=staff)

    with pytest.raises(attendance.OverQuota, match="Desa teladan sudah penuh: 1 dari 1"):
        attendance.invite(event=shm, guest=guest("Dua", model), by=staff)
    with pytest.raises(attendance.OverQuota, match="tidak punya kuota untuk Pengelola"):
        attendance.invite(event=shm, guest=guest("Tiga", SeatGroup.LIBRARY), by=staff)


def test_who_declines_frees_the_seat_and_comes_back_only_with_a_reason(shm, staff):
    group = SeatGroup.BENEFICIARY
    first = attendance.invite(event=shm, guest=guest("Satu", group), by=staff)
    attendance.answer_invitation(attendee=first, answer=Answer.DECLINED, by=staff)
    second = attendance.invite(event=shm, guest=guest("Dua", group), by=staff)
    attendance.check_in(attendee=second, how=CheckIn.HAND, by=staff)

    with pytest.raises(attendance.OverQuota):
        attendance.answer_invitation(attendee=first, answer=Answer.COMING, by=staff)
    with pytest.raises(attendance.OverQuota, match="sudah penuh: 1 dari 1"):
        attendance.check_in(attendee=first, how=CheckIn.QR, by=staff)
    attendance.check_in(attendee=first, how=CheckIn.QR, by=staff, reason="Ternyata datang")

    assert seats_of(shm).present == 2


def test_whoever_was_let_in_above_the_limit_takes_nobodys_seat(shm, staff):
    invited = fill(shm, staff)
    over = attendance.invite(event=shm, guest=guest("Lebih"), by=staff, reason="Tamu")
    attendance.check_in(attendee=over, how=CheckIn.QR, by=staff)

    for one in invited:
        attendance.check_in(attendee=one, how=CheckIn.QR, by=staff)

    assert seats_of(shm).present == 31


def test_the_same_person_is_invited_once(shm, staff, library):
    attendance.invite(event=shm, guest=guest("Rini Astuti"), by=staff)

    with pytest.raises(ValidationError, match="sudah diundang"):
        attendance.invite(event=shm, guest=guest("rini  astuti"), by=staff)


def test_a_librarian_answers_for_the_own_library_alone(
    shm, staff, library, librarian, other_library
):
    events.change_event(event=shm, plan=plan(quotas={SeatGroup.LIBRARY: 3}), by=staff)
    seat = SeatGroup.LIBRARY
    own = attendance.invite(event=shm, guest=guest("Siti", seat, library=library), by=staff)
    other = attendance.invite(event=shm, guest=guest("Eko", seat, library=other_library), by=staff)

    attendance.answer_invitation(attendee=own, answer=Answer.COMING, by=librarian)

    with pytest.raises(PermissionDenied):
        attendance.answer_invitation(attendee=other, answer=Answer.COMING, by=librarian)
    with pytest.raises(PermissionDenied):
        attendance.check_in(attendee=own, how=CheckIn.QR, by=librarian)


# --- Present --------------------------------------------------------------------------------------


def test_a_second_scan_changes_nothing(shm, staff):
    attendee = attendance.invite(event=shm, guest=guest(), by=staff)

    answers = [attendance.check_in(attendee=attendee, how=CheckIn.QR, by=staff) for _ in range(2)]

    assert answers == [True, False]
    assert AuditEvent.objects.filter(action="stakeholders.check_in").count() == 1


def test_a_check_in_by_mistake_is_undone(shm, staff):
    attendee = attendance.invite(event=shm, guest=guest(), by=staff)
    attendance.check_in(attendee=attendee, how=CheckIn.HAND, by=staff)

    attendance.undo_check_in(attendee=attendee, by=staff)

    attendee.refresh_from_db()
    assert (attendee.attended_at, attendee.checked_in, attendee.checked_in_by) == (None, "", None)


def test_another_days_event_says_its_day(province, staff):
    for days, how in ((5, CheckIn.HAND), (5, CheckIn.QR), (-5, CheckIn.QR)):
        starts = timezone.now() + timedelta(days=days)
        event = events.announce(region=province, plan=plan(starts_at=starts), by=staff)
        attendee = attendance.invite(event=event, guest=guest(), by=staff)

        with pytest.raises(attendance.WrongDay, match="bukan hari ini"):
            attendance.check_in(attendee=attendee, how=how, by=staff)


def test_the_qr_of_another_event_names_the_right_one(shm, province, staff):
    other = events.announce(region=province, plan=plan(title="Gathering"), by=staff)
    attendee = attendance.invite(event=other, guest=guest(), by=staff)
    scanned = f"https://contoh.id/sinergi/acara/hadir/{attendee.key}/"

    with pytest.raises(attendance.WrongEvent, match="acara lain: “Gathering”"):
        attendance.invited_with(event=shm, scanned=scanned)

    assert attendance.invited_with(event=other, scanned=scanned) == attendee


def test_a_guest_at_the_door_says_a_code_or_the_whole_name(shm, staff):
    rini = attendance.invite(event=shm, guest=guest("Rini Astuti"), by=staff)
    budi = attendance.invite(event=shm, guest=guest("Budi"), by=staff)
    attendance.invite(event=shm, guest=guest("Budi", institution="Kantor lain"), by=staff)

    by_code = attendance.at_the_door(event=shm, said=f"{budi.key[:5].lower()}-{budi.key[5:]}")
    by_name = attendance.at_the_door(event=shm, said="rini astuti")

    assert (by_code, by_name) == ((budi, True), (rini, True))
    for said in ("Budi", "Rini", "Siapa", "...", "0000000000"):
        with pytest.raises(attendance.NobodyFound):
            attendance.at_the_door(event=shm, said=said)


def test_who_is_forgotten_keeps_a_seat_without_a_name(shm, staff, pic):
    person = guest("Rini", institution="Toko Rini", phone="0812", email="r@x.id")
    attendee = attendance.invite(event=shm, guest=person, by=staff)
    with pytest.raises(PermissionDenied):
        attendance.erase_attendee(attendee=attendee, by=pic)

    attendance.erase_attendee(attendee=attendee, by=staff)

    attendee.refresh_from_db()
    assert [attendee.name, attendee.institution, attendee.phone, attendee.email] == [""] * 4
    assert seats_of(shm).taken == 1
    assert "Rini" not in str(list(AuditEvent.objects.values_list("changes", flat=True)))


# --- Lists ----------------------------------------------------------------------------------------


def lines(text: str):
    return lines_of(read_table(io.BytesIO(text.encode())))


LIST = """Daftar hadir
No,Nama,Asal Instansi,Kelompok
1,Rini,Kantor Rini,
2,Siti Aminah,Perpustakaan Desa Sumber Ilmu,
3,Dewi,bank jatim,
4,Agus,SMPN 1 Lumajang,Pengelola
5,Tanpa Asal,,
6,Aneh,Tempat,Presiden
7,Agus,SMPN 1 Lumajang,
"""


def test_a_list_is_matched_line_by_line_before_anything_is_written(province, staff, library):
    Organisation.objects.create(name="Bank Jatim")
    event = events.announce(region=province, plan=plan(kind=EventKind.GATHERING), by=staff)
    rini = attendance.invite(event=event, guest=guest("Rini"), by=staff)

    found = attendance_lists.plan_list(
        event=event, lines=lines(LIST), purpose=Purpose.PRESENT, by=staff
    )

    matched, new, problem = Outcome.MATCHED, Outcome.NEW, Outcome.PROBLEM
    assert [one.outcome for one in found] == [*[matched, new, new, new, problem, problem, problem]]
    assert found[0].attendee == rini
    assert found[1].guest.library == library
    assert found[2].guest.organisation.name == "Bank Jatim"
    assert found[3].guest.institution == "SMPN 1 Lumajang"
    assert "Presiden" in found[5].note

    carried = attendance_lists.carry_out(
        event=event, lines=lines(LIST), purpose=Purpose.PRESENT, by=staff
    )

    assert (carried.done, len(carried.left)) == (4, 3)
    assert set(Attendee.objects.present().values_list("checked_in", flat=True)) == {CheckIn.LIST}
    again = attendance_lists.carry_out(
        event=event, lines=lines(LIST)[:4], purpose=Purpose.PRESENT, by=staff
    )
    assert (again.done, again.left, Attendee.objects.count()) == (0, [], 4)


def test_a_list_above_the_quota_leaves_its_lines_with_the_reason(shm, staff):
    text = "Nama,Asal,Kuota\nSatu,A,Desa teladan\nDua,B,Desa teladan\n"

    carried = attendance_lists.carry_out(
        event=shm, lines=lines(text), purpose=Purpose.INVITE, by=staff
    )

    assert carried.done == 1
    assert "sudah penuh" in carried.left[0].note
    rest = [one.written for one in carried.left]
    again = attendance_lists.carry_out(
        event=shm, lines=rest, purpose=Purpose.INVITE, by=staff, reason="Dua desa teladan"
    )
    assert again.done == 1


@pytest.mark.parametrize("text", ["a,b\n1,2\n", "Nama,Asal\n", "Nama\n" + "x\n" * 501])
def test_a_table_without_names_is_no_list(text):
    with pytest.raises(BadSpreadsheet):
        lines(text)


# --- What comes back ------------------------------------------------------------------------------


def agreed(event: Event, by, **more) -> ActionItem:
    said = {"what": "Menyusun jadwal", "owner": "Bappeda", "due_on": timezone.localdate()}
    return actions.agree_action(event=event, by=by, **{**said, **more})


def test_what_is_open_comes_back_in_the_next_wave(province, lumajang, staff):
    now = timezone.now()
    before = events.announce(
        region=province, plan=plan(starts_at=now - timedelta(days=60)), by=staff
    )
    still, done = agreed(before, staff), agreed(before, staff, what="Selesai")
    actions.settle_event_action(
        action=done,
        state=ActionState.DONE,
        outcome="Jadi",
        by=staff,
        at=now - timedelta(days=20),
    )
    made = [
        events.announce(region=region, plan=plan(kind=kind), by=staff)
        for region, kind in (
            (province, EventKind.STAKEHOLDER_MEETING),
            (province, EventKind.GATHERING),
            (lumajang, EventKind.STAKEHOLDER_MEETING),
        )
    ]

    assert [list(brought_forward(one, user=staff)) for one in made] == [[still], [], []]
    assert list(brought_forward(before, user=staff)) == []


def test_what_is_settled_is_settled(shm, staff):
    action = agreed(shm, staff)
    settle = {"action": action, "state": ActionState.DROPPED, "outcome": "Tidak jadi", "by": staff}
    actions.settle_event_action(**settle)

    with pytest.raises(events.NotNow):
        actions.settle_event_action(**settle)
    with pytest.raises(events.NotNow):
        actions.change_action(
            action=action, what="Lain", owner="x", due_on=timezone.localdate(), by=staff
        )


# --- Trainings ------------------------------------------------------------------------------------


def test_a_library_is_covered_once_somebody_was_there(province, staff, library, other_library):
    from libraries.models import Library

    bimtek = plan(kind=EventKind.TECHNICAL_TRAINING)
    event = events.announce(region=province, plan=bimtek, by=staff)
    for name in ("Siti", "Sari"):
        attendance.walk_in(
            event=event, guest=guest(name, SeatGroup.LIBRARY, library=library), by=staff
        )
    attendance.invite(
        event=event, guest=guest("Eko", SeatGroup.LIBRARY, library=other_library), by=staff
    )
    factories.LibraryFactory(region=factories.region("35.08.21.2001"))
    first, last = trainings.days_of(timezone.localdate().year)
    everything, kind = Library.objects.all(), EventKind.TECHNICAL_TRAINING

    found = trainings.coverage(everything, first=first, last=last)[0]

    assert (found.covered, found.libraries, found.events, found.people) == (1, 3, 1, 2)
    days = {"first": first, "last": last}
    assert list(trainings.trained(everything, kind=kind, **days)) == [library]
    assert trainings.untrained(everything, kind=kind, **days).count() == 2
