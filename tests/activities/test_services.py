"""What a month goes through: recorded, sent, judged, reopened; and what each step refuses."""

import uuid
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from activities import services
from activities.enums import AdvocacyAudience, Kind, ReturnReason, ReviewAction, State
from activities.models import Activity, MonthlyReport, Photo
from activities.photos import StoredPhoto
from tests import factories
from tpbis.accounts.enums import Role
from tpbis.core import periods

SEPTEMBER = date(2024, 9, 1)
PICTURE = StoredPhoto(sha256="ab" * 32, width=640, height=480, original_name="warga.jpg")


@pytest.fixture
def draft(library, librarian) -> MonthlyReport:
    return factories.report(library, librarian, Kind.INVOLVEMENT, month=SEPTEMBER)


@pytest.fixture
def sent(draft, librarian) -> MonthlyReport:
    return services.submit(report=draft, by=librarian)


@pytest.fixture
def sealed(sent, pic) -> MonthlyReport:
    return services.approve(report=sent, by=pic)


def involvement(**more):
    return factories.content(Kind.INVOLVEMENT, month=SEPTEMBER, **more)


# --- Opening a month ------------------------------------------------------------------------------


def test_a_month_has_one_draft_however_often_it_is_opened(library, librarian):
    first = services.open_month(library=library, month=SEPTEMBER, by=librarian)
    second = services.open_month(library=library, month=SEPTEMBER, by=librarian)

    assert first == second
    assert (first.number, first.state) == (1, State.DRAFT)


def test_what_comes_late_goes_into_a_supplementary_report(library, librarian, pic, sealed):
    second = services.open_month(library=library, month=SEPTEMBER, by=librarian)
    services.record(report=second, kind=Kind.INVOLVEMENT, content=involvement(), by=librarian)
    services.submit(report=second, by=librarian)

    third = services.open_month(library=library, month=SEPTEMBER, by=librarian)

    assert (second.number, third.number) == (2, 3)
    assert third.is_supplementary
    assert MonthlyReport.objects.get(pk=sealed.pk).seal == sealed.seal


def test_a_returned_month_is_mended_before_anything_is_added(library, librarian, pic, sent):
    late = services.open_month(library=library, month=SEPTEMBER, by=librarian)

    returned = services.send_back(
        report=sent, reason=ReturnReason.PHOTO, comment="Foto buram.", by=pic
    )

    opened = services.open_month(library=library, month=SEPTEMBER, by=librarian)
    assert late.number == 2
    assert opened == returned


def test_reopening_stands_beside_a_late_draft(library, librarian, pic, sealed):
    late = services.open_month(library=library, month=SEPTEMBER, by=librarian)

    services.reopen(report=sealed, comment="Jumlah keliru.", by=pic)

    states = MonthlyReport.objects.order_by("number").values_list("number", "state")
    assert list(states) == [(1, State.RETURNED), (late.number, State.DRAFT)]


def test_a_month_that_has_not_begun_cannot_be_opened(library, librarian):
    following = periods.add_months(periods.this_month(), 1)

    with pytest.raises(services.OutsideMonth, match="belum tiba"):
        services.open_month(library=library, month=following, by=librarian)


def test_strangers_open_nothing(library, stranger, pic, staff):
    for someone in (stranger, pic, staff):
        with pytest.raises(PermissionDenied):
            services.open_month(library=library, month=SEPTEMBER, by=someone)

    assert not MonthlyReport.objects.exists()


# --- Recording ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", list(Kind))
def test_each_kind_is_recorded_as_it_was_told(draft, librarian, kind):
    told = factories.content(kind, month=SEPTEMBER)

    entry = services.record(report=draft, kind=kind, content=told, by=librarian)

    stored = Activity.objects.get(pk=entry.pk)
    assert {name: getattr(stored, name) for name in told} == told
    assert stored.kind == kind


def test_the_same_entry_sent_twice_is_stored_once(draft, librarian):
    number = uuid.uuid4()

    first = services.record(
        report=draft, kind=Kind.INVOLVEMENT, content=involvement(), by=librarian, uuid=number
    )
    again = services.record(
        report=draft, kind=Kind.INVOLVEMENT, content=involvement(), by=librarian, uuid=number
    )

    assert first == again
    assert Activity.objects.filter(uuid=number).count() == 1


@pytest.mark.parametrize("day", [date(2024, 8, 31), date(2024, 10, 1), date(2023, 9, 15)])
def test_an_entry_belongs_to_the_month_it_happened_in(draft, librarian, day):
    with pytest.raises(services.OutsideMonth, match="tidak termasuk bulan laporan ini"):
        services.record(
            report=draft,
            kind=Kind.INVOLVEMENT,
            content=involvement(held_on=day),
            by=librarian,
        )

    assert draft.activities.count() == 1


def test_tomorrow_cannot_be_recorded(library, librarian):
    tomorrow = timezone.localdate() + timedelta(days=1)
    month = periods.first_of_month(tomorrow)
    report = MonthlyReport.objects.create(library=library, month=month, source="portal")

    with pytest.raises(services.OutsideMonth, match="belum tiba"):
        services.record(
            report=report,
            kind=Kind.INVOLVEMENT,
            content=factories.content(month=month, held_on=tomorrow),
            by=librarian,
        )


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        (Kind.INVOLVEMENT, {"title": ""}),
        (Kind.INVOLVEMENT, {"title": "x" * 201}),
        (Kind.INVOLVEMENT, {"theme": "Politik"}),
        (Kind.INVOLVEMENT, {"participants_total": None}),
        (Kind.INVOLVEMENT, {"participants_women": 3, "participants_men": 4}),  # not 20
        (Kind.INVOLVEMENT, {"participants_women": 20}),  # men left out
        (Kind.INVOLVEMENT, {"participants_disabled": 21}),
        (Kind.ADVOCACY, {"audiences": []}),
        (Kind.ADVOCACY, {"result": ""}),
        (Kind.SERVICE, {"service_form": ""}),
        (Kind.PUBLICATION, {"medium": ""}),
        (Kind.PUBLICATION, {"link": "javascript:alert(1)"}),
    ],
)
def test_incomplete_content_is_refused(draft, librarian, kind, wrong):
    with pytest.raises(ValidationError):
        services.record(
            report=draft,
            kind=kind,
            content=factories.content(kind, month=SEPTEMBER, **wrong),
            by=librarian,
        )

    assert draft.activities.count() == 1


def test_an_entry_is_changed_and_removed_while_the_month_is_open(draft, librarian):
    entry = draft.activities.get()

    services.change(activity=entry, content=involvement(participants_total=33), by=librarian)
    changed = draft.activities.get().participants_total
    services.remove(activity=entry, by=librarian)

    assert changed == 33
    assert draft.activities.count() == 0


def test_how_many_audiences_is_kept_with_the_entry(draft, librarian):
    two = [AdvocacyAudience.AGENCY, AdvocacyAudience.PRIVATE]
    told = factories.content(Kind.ADVOCACY, month=SEPTEMBER, audiences=two)

    entry = services.record(report=draft, kind=Kind.ADVOCACY, content=told, by=librarian)
    before = entry.audience_count
    services.change(activity=entry, content={"audiences": two[:1]}, by=librarian)

    assert (before, Activity.objects.get(pk=entry.pk).audience_count) == (2, 1)


def test_the_same_picture_hangs_on_an_entry_once(draft, librarian):
    entry = draft.activities.get()

    first = services.attach_photo(activity=entry, stored=PICTURE, by=librarian)
    again = services.attach_photo(activity=entry, stored=PICTURE, by=librarian)

    assert first == again
    assert Photo.objects.count() == 1


# --- Locked: the report and all that hangs on it --------------------------------------------------


def every_change(report: MonthlyReport):
    """Each way to alter a report that its library has, ready to be tried."""
    entry = report.activities.get()
    photo = Photo.objects.get()
    return {
        "add": lambda by: services.record(
            report=report, kind=Kind.INVOLVEMENT, content=involvement(), by=by
        ),
        "change": lambda by: services.change(
            activity=entry, content=involvement(title="Lain"), by=by
        ),
        "remove": lambda by: services.remove(activity=entry, by=by),
        "visits": lambda by: services.enter_visits(report=report, men=1, women=1, by=by),
        "add a photo": lambda by: services.attach_photo(
            activity=entry,
            stored=StoredPhoto(sha256="cd" * 32, width=1, height=1, original_name=""),
            by=by,
        ),
        "remove a photo": lambda by: services.remove_photo(photo=photo, by=by),
        "submit": lambda by: services.submit(report=report, by=by),
    }


CHANGES = ["add", "change", "remove", "visits", "add a photo", "remove a photo", "submit"]


@pytest.fixture
def with_photo(draft, librarian) -> MonthlyReport:
    services.attach_photo(activity=draft.activities.get(), stored=PICTURE, by=librarian)
    return draft


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("state", [State.SUBMITTED, State.APPROVED])
def test_what_was_sent_is_locked_with_all_its_parts(with_photo, librarian, pic, state, change):
    report = services.submit(report=with_photo, by=librarian)
    if state == State.APPROVED:
        report = services.approve(report=report, by=pic)
    content = report.compute_seal()

    if (state, change) == (State.SUBMITTED, "submit"):
        every_change(report)[change](librarian)  # pressed twice, see below
    else:
        with pytest.raises(services.Locked):
            every_change(report)[change](librarian)

    assert MonthlyReport.objects.get(pk=report.pk).compute_seal() == content


def test_a_stale_copy_in_hand_does_not_open_the_lock(with_photo, librarian):
    before = MonthlyReport.objects.get(pk=with_photo.pk)
    services.submit(report=with_photo, by=librarian)
    assert before.is_editable  # as an old browser tab believes

    with pytest.raises(services.Locked):
        services.enter_visits(report=before, men=1, women=1, by=librarian)


@pytest.mark.parametrize("change", CHANGES)
def test_nobody_else_changes_a_librarys_month(with_photo, stranger, pic, staff, change):
    for someone in (stranger, pic, staff):
        with pytest.raises(PermissionDenied):
            every_change(with_photo)[change](someone)


# --- Sending --------------------------------------------------------------------------------------


def test_sending_says_who_and_when(draft, librarian):
    at = datetime(2024, 10, 3, 9, 30, tzinfo=ZoneInfo("Asia/Jakarta"))

    report = services.submit(report=draft, by=librarian, at=at)

    assert (report.state, report.submitted_at, report.submitted_by) == (
        State.SUBMITTED,
        at,
        librarian,
    )
    assert [(event.action, event.at, event.by) for event in report.events.all()] == [
        (ReviewAction.SUBMITTED, at, librarian)
    ]


def test_an_empty_month_is_not_sent_by_accident(library, librarian):
    empty = factories.report(library, librarian, month=SEPTEMBER)

    with pytest.raises(services.NothingToSubmit):
        services.submit(report=empty, by=librarian)


def test_a_month_without_activities_is_sent_as_nihil_and_is_reported(library, librarian, pic):
    empty = factories.report(library, librarian, month=SEPTEMBER, visits=(0, 0))

    sent = services.submit(report=empty, by=librarian, nihil=True)
    approved = services.approve(report=sent, by=pic)

    assert (approved.nihil, approved.visits_total, approved.state) == (True, 0, State.APPROVED)


def test_a_month_with_activities_is_not_nihil(draft, librarian):
    with pytest.raises(services.NotNihil):
        services.submit(report=draft, by=librarian, nihil=True)


def test_the_first_entry_takes_nihil_back(library, librarian, pic):
    empty = factories.report(library, librarian, month=SEPTEMBER)
    sent = services.submit(report=empty, by=librarian, nihil=True)
    returned = services.send_back(
        report=sent, reason=ReturnReason.INCOMPLETE, comment="Ada lomba tanggal 17.", by=pic
    )

    services.record(report=returned, kind=Kind.INVOLVEMENT, content=involvement(), by=librarian)

    again = services.submit(report=returned, by=librarian)
    assert not again.nihil


def test_visits_are_part_of_a_month(library, librarian):
    report = services.open_month(library=library, month=SEPTEMBER, by=librarian)
    services.record(report=report, kind=Kind.INVOLVEMENT, content=involvement(), by=librarian)

    with pytest.raises(services.VisitsMissing):
        services.submit(report=report, by=librarian)


def test_a_supplementary_report_needs_no_visits(library, librarian, sealed):
    late = services.open_month(library=library, month=SEPTEMBER, by=librarian)
    services.record(report=late, kind=Kind.INVOLVEMENT, content=involvement(), by=librarian)

    assert services.submit(report=late, by=librarian).state == State.SUBMITTED


def test_the_first_sending_decides_whether_it_was_on_time(draft, librarian, pic):
    on_the_fifth = periods.deadline(SEPTEMBER) - timedelta(seconds=1)
    sent = services.submit(report=draft, by=librarian, at=on_the_fifth)
    returned = services.send_back(
        report=sent, reason=ReturnReason.PHOTO, comment="Foto buram.", by=pic
    )

    again = services.submit(report=returned, by=librarian, at=on_the_fifth + timedelta(days=9))

    assert again.is_on_time
    assert again.first_submitted_at == on_the_fifth
    actions = list(again.events.order_by("pk").values_list("action", flat=True))
    assert actions == [ReviewAction.SUBMITTED, ReviewAction.RETURNED, ReviewAction.RESUBMITTED]


def test_midnight_after_the_fifth_is_late(draft, librarian):
    sent = services.submit(report=draft, by=librarian, at=periods.deadline(SEPTEMBER))

    assert not sent.is_on_time


# --- Judging --------------------------------------------------------------------------------------


def test_approval_seals_the_content(sent, pic):
    approved = services.approve(report=sent, by=pic)

    stored = MonthlyReport.objects.get(pk=sent.pk)
    assert len(stored.seal) == 64
    assert stored.seal == stored.compute_seal()
    assert (stored.decided_by, stored.state) == (pic, State.APPROVED)
    assert approved.events.order_by("pk").last().seal == stored.seal


@pytest.mark.parametrize("comment", ["", "   ", "\n"])
def test_a_return_needs_words(sent, pic, comment):
    with pytest.raises(ValidationError):
        services.send_back(report=sent, reason=ReturnReason.PHOTO, comment=comment, by=pic)

    assert MonthlyReport.objects.get(pk=sent.pk).state == State.SUBMITTED


def test_a_return_keeps_reason_and_words(sent, pic):
    returned = services.send_back(
        report=sent, reason=ReturnReason.PHOTO, comment=" Foto buram. ", by=pic
    )

    event = returned.events.order_by("pk").last()
    assert (event.action, event.reason, event.comment, event.by) == (
        ReviewAction.RETURNED,
        ReturnReason.PHOTO,
        "Foto buram.",
        pic,
    )
    assert returned.is_editable


def test_a_second_decision_comes_too_late(sealed, pic):
    with pytest.raises(services.NotWaiting):
        services.approve(report=sealed, by=pic)
    with pytest.raises(services.NotWaiting):
        services.send_back(report=sealed, reason=ReturnReason.PHOTO, comment="Buram.", by=pic)


def test_reopening_breaks_the_seal_and_keeps_it_in_history(sealed, pic):
    reopened = services.reopen(report=sealed, comment="Jumlah keliru.", by=pic)

    event = reopened.events.order_by("pk").last()
    assert (reopened.state, reopened.seal) == (State.RETURNED, "")
    assert (event.action, event.comment, event.seal) == (
        ReviewAction.REOPENED,
        "Jumlah keliru.",
        sealed.seal,
    )


def test_reopening_needs_words(sealed, pic):
    with pytest.raises(ValidationError):
        services.reopen(report=sealed, comment=" ", by=pic)

    assert MonthlyReport.objects.get(pk=sealed.pk).seal == sealed.seal


def test_mended_content_gets_another_seal(sealed, librarian, pic):
    reopened = services.reopen(report=sealed, comment="Jumlah keliru.", by=pic)
    entry = reopened.activities.get()
    services.change(activity=entry, content=involvement(participants_total=21), by=librarian)
    again = services.submit(report=reopened, by=librarian)

    resealed = services.approve(report=again, by=pic)

    assert resealed.seal not in ("", sealed.seal)


def test_unchanged_content_gets_the_same_seal_again(sealed, librarian, pic):
    reopened = services.reopen(report=sealed, comment="Diperiksa ulang.", by=pic)
    again = services.submit(report=reopened, by=librarian)

    assert services.approve(report=again, by=pic).seal == sealed.seal


def test_only_the_sending_that_was_looked_at_is_judged(sent, librarian, pic):
    looked_at = sent.sent_as
    services.send_back(report=sent, reason=ReturnReason.OTHER, comment="Cek", by=pic)
    again = services.submit(report=sent, by=librarian)

    with pytest.raises(services.ChangedMeanwhile):
        services.approve(report=again, by=pic, seen=looked_at)
    with pytest.raises(services.ChangedMeanwhile):
        services.send_back(
            report=again, reason=ReturnReason.OTHER, comment="Cek", by=pic, seen=looked_at
        )
    with pytest.raises(services.ChangedMeanwhile):
        services.approve_together(reports=[again], by=pic, seen={again.pk: looked_at})

    again.refresh_from_db()
    assert again.state == State.SUBMITTED
    services.approve(report=again, by=pic, seen=again.sent_as)


def test_nobody_judges_what_they_sent_themselves(draft, librarian, lumajang):
    sent = services.submit(report=draft, by=librarian)
    librarian.role = Role.REGENCY_PIC
    librarian.save()
    librarian.assignments.create(region=lumajang, starts_on=date(2020, 1, 1))

    with pytest.raises(PermissionDenied):
        services.approve(report=sent, by=librarian)


# --- All in one: the phone's form -----------------------------------------------------------------


def test_an_entry_finds_its_month_by_its_date(library, librarian):
    entry = services.record_in_its_month(
        library=library,
        kind=Kind.INVOLVEMENT,
        content=involvement(held_on=date(2024, 9, 17)),
        photos=[PICTURE],
        by=librarian,
    )

    assert (entry.report.month, entry.report.library) == (SEPTEMBER, library)
    assert list(entry.photos.values_list("sha256", flat=True)) == [PICTURE.sha256]


def test_sent_again_after_the_month_was_submitted_it_is_still_there_once(library, librarian):
    number = uuid.uuid4()
    told = {
        "library": library,
        "kind": Kind.INVOLVEMENT,
        "content": involvement(),
        "photos": [],
        "by": librarian,
        "uuid": number,
    }
    first = services.record_in_its_month(**told)
    services.enter_visits(report=first.report, men=1, women=1, by=librarian)
    services.submit(report=first.report, by=librarian)

    again = services.record_in_its_month(**told)

    assert again == first
    assert MonthlyReport.objects.count() == 1


def test_the_same_number_with_other_content_is_another_entry(library, librarian):
    number = uuid.uuid4()
    told = {"library": library, "kind": Kind.INVOLVEMENT, "photos": [], "by": librarian}
    services.record_in_its_month(**told, content=involvement(), uuid=number)

    with pytest.raises(services.AlreadyRecorded):
        services.record_in_its_month(**told, content=involvement(title="Lain"), uuid=number)

    assert Activity.objects.count() == 1


def test_a_half_recorded_entry_leaves_nothing(library, librarian):
    with pytest.raises(ValidationError):
        services.record_in_its_month(
            library=library,
            kind=Kind.INVOLVEMENT,
            content=involvement(title=""),
            photos=[PICTURE],
            by=librarian,
        )

    assert not MonthlyReport.objects.exists()
