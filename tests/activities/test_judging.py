"""Single entries left out or remarked on, what came back and stays readable, and two at once."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from activities import queries, services
from activities.enums import Kind, ReturnReason, ReviewAction, State
from activities.models import Activity, MonthlyReport, Remark, ReviewEvent
from activities.photos import StoredPhoto
from activities.seals import seal_of
from activities.services import EntryRemark, Exclusion
from tests import factories
from tpbis.accounts.enums import Role
from tpbis.accounts.models import AuditEvent

SEPTEMBER = date(2024, 9, 1)
TWICE = Exclusion(ReturnReason.DOUBLE, " Sama dengan 1 September. ")


@pytest.fixture
def draft(library, librarian) -> MonthlyReport:
    """An involvement activity with a photo, and an advocacy entry."""
    report = factories.report(library, librarian, Kind.INVOLVEMENT, Kind.ADVOCACY, month=SEPTEMBER)
    services.attach_photo(
        activity=report.activities.get(kind=Kind.INVOLVEMENT),
        stored=StoredPhoto(sha256="ab" * 32, width=4, height=3, original_name="a.jpg"),
        by=librarian,
    )
    return report


@pytest.fixture
def sent(draft, librarian) -> MonthlyReport:
    return services.submit(report=draft, by=librarian)


@pytest.fixture
def involvement(draft) -> Activity:
    return draft.activities.get(kind=Kind.INVOLVEMENT)


@pytest.fixture
def advocacy(draft) -> Activity:
    return draft.activities.get(kind=Kind.ADVOCACY)


def audited(action: str) -> AuditEvent:
    return AuditEvent.objects.get(action=action)


def excluded_in(report: MonthlyReport) -> list[str]:
    entries = report.activities.exclude(exclusion="").order_by("pk")
    return list(entries.values_list("title", flat=True))


# --- Left out -------------------------------------------------------------------------------------


def test_an_entry_left_out_is_sealed_with_its_reason(sent, involvement, pic):
    plain = sent.compute_seal()

    approved = services.approve(report=sent, by=pic, exclusions={involvement.pk: TWICE})

    involvement.refresh_from_db()
    assert (involvement.exclusion, involvement.exclusion_comment) == (
        ReturnReason.DOUBLE,
        "Sama dengan 1 September.",
    )
    assert approved.seal not in ("", plain)
    assert MonthlyReport.objects.get(pk=sent.pk).compute_seal() == approved.seal
    assert audited("activities.approve").changes["excluded"] == [None, 1]


def test_an_ordinary_approval_says_nothing_of_exclusions(sent, pic):
    services.approve(report=sent, by=pic)

    assert "excluded" not in audited("activities.approve").changes


@pytest.mark.parametrize("comment", ["", "  ", "\n"])
def test_leaving_out_needs_words(sent, involvement, pic, comment):
    with pytest.raises(ValidationError):
        services.approve(
            report=sent,
            by=pic,
            exclusions={involvement.pk: Exclusion(ReturnReason.OTHER, comment)},
        )

    assert MonthlyReport.objects.get(pk=sent.pk).state == State.SUBMITTED
    assert excluded_in(sent) == []


def test_something_must_remain(sent, involvement, advocacy, pic):
    with pytest.raises(services.AllExcluded, match="Semua kegiatan dikecualikan: kembalikan saja"):
        services.approve(
            report=sent, by=pic, exclusions={involvement.pk: TWICE, advocacy.pk: TWICE}
        )

    assert excluded_in(sent) == []


def test_only_what_is_in_the_report_is_left_out(sent, pic, other_library, stranger):
    theirs = factories.report(other_library, stranger, Kind.ADVOCACY).activities.get()

    for pk in (theirs.pk, 0, -1, 2**62):
        with pytest.raises(services.NotItsEntry):
            services.approve(report=sent, by=pic, exclusions={pk: TWICE})

    assert MonthlyReport.objects.get(pk=sent.pk).state == State.SUBMITTED


def test_a_nihil_month_is_approved_with_nothing_to_leave_out(library, librarian, pic):
    nihil = services.submit(
        report=factories.report(library, librarian, month=SEPTEMBER), by=librarian, nihil=True
    )

    assert services.approve(report=nihil, by=pic, exclusions={}).state == State.APPROVED


def test_reopening_leaves_the_exclusion_until_it_is_sent_again(
    sent, involvement, advocacy, librarian, pic
):
    services.approve(report=sent, by=pic, exclusions={involvement.pk: TWICE})

    reopened = services.reopen(report=sent, comment="Jumlah keliru.", by=pic)
    while_open = excluded_in(reopened)
    again = services.submit(report=reopened, by=librarian)
    while_waiting = excluded_in(again)
    services.approve(report=again, by=pic, exclusions={advocacy.pk: TWICE})

    assert (while_open, while_waiting) == ([involvement.title], [])
    assert excluded_in(again) == [advocacy.title]


def test_the_database_wants_a_reason_and_words(involvement):
    for half in ({"exclusion": "ganda"}, {"exclusion_comment": "Kenapa?"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Activity.objects.filter(pk=involvement.pk).update(**half)


# --- Remarks --------------------------------------------------------------------------------------


def test_remarks_point_at_entries_and_fields(sent, involvement, advocacy, pic):
    services.send_back(
        report=sent,
        reason=ReturnReason.INCOMPLETE,
        comment="Lengkapi dua catatan ini.",
        by=pic,
        remarks=[
            EntryRemark(involvement.pk, "participants_total", ReturnReason.NUMBERS, " 200? "),
            EntryRemark(involvement.pk, "photos", ReturnReason.PHOTO, "Buram."),
            EntryRemark(advocacy.pk, "", ReturnReason.DOUBLE, "Sudah ada bulan lalu."),
        ],
    )

    found = queries.remarks_on(sent)
    assert {
        uuid: [(remark.field, remark.reason, remark.comment) for remark in remarks]
        for uuid, remarks in found.items()
    } == {
        involvement.uuid: [
            ("participants_total", ReturnReason.NUMBERS, "200?"),
            ("photos", ReturnReason.PHOTO, "Buram."),
        ],
        advocacy.uuid: [("", ReturnReason.DOUBLE, "Sudah ada bulan lalu.")],
    }
    assert audited("activities.send_back").changes["remarks"] == [None, 3]


def test_remarks_alone_say_why_it_comes_back(sent, involvement, advocacy, pic):
    services.send_back(
        report=sent,
        reason="",
        comment=" ",
        by=pic,
        remarks=[
            EntryRemark(advocacy.pk, "", ReturnReason.DOUBLE, "Sudah ada."),
            EntryRemark(involvement.pk, "", ReturnReason.PHOTO, "Buram."),
        ],
    )

    event = ReviewEvent.objects.get(action=ReviewAction.RETURNED)
    assert (event.reason, event.comment) == (ReturnReason.DOUBLE, "Sudah ada.")


def test_without_remarks_a_reason_is_needed(sent, pic):
    with pytest.raises(ValidationError):
        services.send_back(report=sent, reason="", comment="Perbaiki.", by=pic)


@pytest.mark.parametrize("field", ["kind", "report", "exclusion", "seal", "tidak_ada"])
def test_a_remark_is_on_a_field_of_a_form(sent, involvement, pic, field):
    with pytest.raises(services.NotItsEntry):
        services.send_back(
            report=sent,
            reason=ReturnReason.OTHER,
            comment="Perbaiki.",
            by=pic,
            remarks=[EntryRemark(involvement.pk, field, ReturnReason.OTHER, "Ini.")],
        )

    assert not Remark.objects.exists()


def test_a_remark_is_on_an_entry_of_the_report_and_has_words(
    sent, involvement, pic, other_library, stranger
):
    theirs = factories.report(other_library, stranger, Kind.ADVOCACY).activities.get()
    for remark, refusal in (
        (EntryRemark(theirs.pk, "", ReturnReason.OTHER, "Ini."), services.NotItsEntry),
        (EntryRemark(involvement.pk, "", ReturnReason.OTHER, "  "), ValidationError),
    ):
        with pytest.raises(refusal):
            services.send_back(
                report=sent, reason=ReturnReason.OTHER, comment="Ya.", by=pic, remarks=[remark]
            )

    assert MonthlyReport.objects.get(pk=sent.pk).state == State.SUBMITTED


def test_only_the_latest_objection_speaks(sent, involvement, librarian, pic):
    services.send_back(
        report=sent,
        reason="",
        comment="",
        by=pic,
        remarks=[EntryRemark(involvement.pk, "", ReturnReason.PHOTO, "Buram.")],
    )
    again = services.submit(report=sent, by=librarian)
    assert list(queries.remarks_on(again)) == [involvement.uuid]

    services.approve(report=again, by=pic)
    services.reopen(report=again, comment="Jumlah keliru.", by=pic)

    assert queries.remarks_on(again) == {}


# --- What came back stays readable ----------------------------------------------------------------


def test_what_is_returned_is_kept_as_it_was(sent, pic):
    content = sent.sealed_content()

    services.send_back(report=sent, reason=ReturnReason.PHOTO, comment="Buram.", by=pic)

    event = ReviewEvent.objects.get(action=ReviewAction.RETURNED)
    assert event.content == content
    assert event.seal == seal_of(event.content)


def test_a_broken_seal_still_fits_what_it_sealed(sent, involvement, librarian, pic):
    approved = services.approve(report=sent, by=pic, exclusions={involvement.pk: TWICE})

    reopened = services.reopen(report=approved, comment="Jumlah keliru.", by=pic)
    services.remove(activity=reopened.activities.get(pk=involvement.pk), by=librarian)

    event = ReviewEvent.objects.get(action=ReviewAction.REOPENED)
    assert seal_of(event.content) == event.seal == approved.seal
    (kept,) = (e for e in event.content["entries"] if e["uuid"] == str(involvement.uuid))
    assert kept["photos"] == ["ab" * 32]
    assert kept["exclusion"] == [ReturnReason.DOUBLE, "Sama dengan 1 September."]


def test_other_steps_keep_no_content(sent, pic):
    services.approve(report=sent, by=pic)

    assert not ReviewEvent.objects.filter(content__isnull=False).exists()


def test_nothing_came_back_nothing_changed(sent):
    assert queries.changed_since_return(sent) is None


def test_what_changed_since_it_came_back(sent, involvement, advocacy, library, librarian, pic):
    services.send_back(report=sent, reason=ReturnReason.PHOTO, comment="Buram.", by=pic)
    content = factories.content(Kind.INVOLVEMENT, month=SEPTEMBER, participants_total=25)
    services.change(activity=involvement, content=content, by=librarian)
    services.remove(activity=advocacy, by=librarian)
    number = uuid.uuid4()
    services.record(
        report=sent,
        kind=Kind.ADVOCACY,
        content=factories.content(Kind.ADVOCACY, month=SEPTEMBER),
        by=librarian,
        uuid=number,
    )
    services.enter_visits(report=sent, men=10, women=13, by=librarian)
    again = services.submit(report=sent, by=librarian)

    changes = queries.changed_since_return(again)

    assert changes is not None
    assert dict(changes.changed) == {involvement.uuid: {"participants_total": (20, 25)}}
    assert set(changes.added) == {number}
    assert set(changes.removed) == {advocacy.uuid}
    assert changes.visits == {"women": (12, 13), "total": (22, 23)}
    assert changes.touched == {involvement.uuid, number}
    assert queries.changed_since_return(again, list(again.activities.for_report())) == changes


def test_the_reviewers_own_marks_are_no_change_of_the_librarys(sent, involvement, librarian, pic):
    services.approve(report=sent, by=pic, exclusions={involvement.pk: TWICE})
    services.reopen(report=sent, comment="Diperiksa ulang.", by=pic)
    again = services.submit(report=sent, by=librarian)

    assert not queries.changed_since_return(again)


# --- Sent once ------------------------------------------------------------------------------------


def test_pressed_twice_it_is_sent_once(draft, librarian):
    first = services.submit(report=draft, by=librarian)
    second = services.submit(report=draft, by=librarian)

    assert (second.receipt, second.submitted_at) == (first.receipt, first.submitted_at)
    assert draft.events.count() == 1
    assert AuditEvent.objects.filter(action="activities.submit").count() == 1


def test_a_colleague_s_press_is_the_second(draft, library, librarian):
    colleague = factories.someone(Role.LIBRARIAN, library)
    first = services.submit(report=draft, by=librarian)

    second = services.submit(report=draft, by=colleague)

    assert (second.submitted_by, second.submitted_at) == (librarian, first.submitted_at)


def test_a_press_that_says_something_else_is_none(sent, librarian):
    with pytest.raises(services.Locked):
        services.submit(report=sent, by=librarian, nihil=True)


def test_what_was_not_seen_is_not_sent(draft, librarian):
    seen = draft.compute_seal()
    services.enter_visits(report=draft, men=99, women=1, by=librarian)

    with pytest.raises(services.ChangedMeanwhile):
        services.submit(report=draft, by=librarian, seen=seen)

    assert MonthlyReport.objects.get(pk=draft.pk).state == State.DRAFT


# --- Waiting --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "days"),
    [
        (date(2024, 10, 4), 0),
        (date(2024, 10, 6), 0),
        (date(2024, 10, 7), 1),
        (date(2024, 10, 14), 6),
    ],
)
def test_waiting_is_counted_in_working_days(draft, librarian, on, days):
    """Sent in on a Friday; the weekend does not count."""
    friday = datetime(2024, 10, 4, 16, 0, tzinfo=ZoneInfo("Asia/Jakarta"))
    sent = services.submit(report=draft, by=librarian, at=friday)

    assert queries.waiting_days(sent, on=on) == days


def test_what_is_decided_waits_no_more(sent, pic):
    assert queries.waiting_days(services.approve(report=sent, by=pic)) == 0


# --- Two at once ----------------------------------------------------------------------------------


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_of_two_reviewers_at_once_one_decides_and_the_other_is_told(sent, pic, lumajang):
    colleague = factories.someone(Role.REGENCY_PIC, lumajang)
    steps = {
        pic: lambda: services.approve(report=sent, by=pic),
        colleague: lambda: services.send_back(
            report=sent, reason=ReturnReason.PHOTO, comment="Buram.", by=colleague
        ),
    }

    said = _at_once(*(steps[who] for who in (pic, colleague)))

    now = MonthlyReport.objects.get(pk=sent.pk)
    assert sorted(said) == ["NotWaiting", "done"]
    assert now.events.exclude(action=ReviewAction.SUBMITTED).count() == 1
    assert now.state == (State.APPROVED if now.decided_by == pic else State.RETURNED)


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_a_button_pressed_twice_at_once_sends_once(draft, librarian):
    press = lambda: services.submit(report=draft, by=librarian)  # noqa: E731

    assert _at_once(press, press) == ["done", "done"]
    assert draft.events.count() == 1


def _at_once(*steps) -> list[str]:
    def take(step) -> str:
        try:
            step()
        except services.NotWaiting as refusal:
            return type(refusal).__name__
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(steps)) as all_of_them:
        answers = [all_of_them.submit(take, step) for step in steps]
        return [answer.result(timeout=30) for answer in answers]
