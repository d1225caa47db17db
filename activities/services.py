"""The only writers of reports. Each step locks the report, checks who and in which state, and
leaves a ReviewEvent; what counts for the score is announced after commit."""

import uuid as uuids
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from activities import permissions, signals
from activities.documents import StoredPhoto
from activities.enums import Kind, ReturnReason, ReviewAction, Source, State
from activities.models import Activity, MonthlyReport, Photo, ReviewEvent
from libraries.models import Library
from tpbis.accounts.models import User
from tpbis.core import periods


class Locked(Exception):
    """The report was submitted or approved and may not change."""

    def __init__(self) -> None:
        super().__init__(_("Laporan ini sudah dikirim, jadi isinya terkunci."))


class NothingToSubmit(Exception):
    """The month holds neither an entry nor the word *nihil*."""

    def __init__(self) -> None:
        super().__init__(
            _("Belum ada kegiatan. Catat kegiatan dulu, atau nyatakan bulan ini nihil.")
        )


class VisitsMissing(Exception):
    """A month's report says how many people came, even if none did."""

    def __init__(self) -> None:
        super().__init__(_("Isi jumlah pengunjung bulan ini dulu; tulis 0 bila tidak ada."))


class NotNihil(Exception):
    """A month with entries cannot be declared empty."""

    def __init__(self) -> None:
        super().__init__(_("Bulan ini sudah ada kegiatannya, jadi tidak bisa dinyatakan nihil."))


class NotWaiting(Exception):
    """Somebody decided already."""

    def __init__(self) -> None:
        super().__init__(_("Laporan ini sudah tidak menunggu pemeriksaan."))


class OutsideMonth(Exception):
    """The date of an entry lies in another month than its report, or in the future."""


class AlreadyRecorded(Exception):
    """The same form came before with other content; as a new entry it needs a new uuid."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Catatan dari formulir ini sudah tersimpan dengan isi lain. Bila ini memang "
                "catatan baru, tekan Simpan sekali lagi."
            )
        )


# --- Recording ----------------------------------------------------------------------------------


@transaction.atomic
def open_month(*, library: Library, month: date, by: User) -> MonthlyReport:
    """The report of ``month`` that can be written in: a returned one, the draft, else a new one.

    A month already submitted or approved gets a supplementary report (number 2, 3, …). Raises
    ``OutsideMonth`` for a month that has not begun.
    """
    if not permissions.can_record(by, library):
        raise PermissionDenied
    if month > periods.this_month():
        raise OutsideMonth(_("Bulan %(month)s belum tiba.") % {"month": periods.written(month)})
    Library.objects.select_for_update(of=("self",)).get(pk=library.pk)
    reports = MonthlyReport.objects.from_portal().filter(library=library, month=month)
    if found := reports.editable().order_by("number").first():
        return found
    last = reports.order_by("-number").values_list("number", flat=True).first() or 0
    return MonthlyReport.objects.create(
        library=library, month=month, source=Source.PORTAL, number=last + 1
    )


@transaction.atomic
def record_in_its_month(
    *,
    library: Library,
    kind: Kind,
    content: Mapping[str, Any],
    photos: Iterable[StoredPhoto],
    by: User,
    uuid: uuids.UUID | None = None,
) -> Activity:
    """Open the month of the entry's date and add the entry with its photos, or none of it.

    Sent twice it is stored once, even if the month was submitted in between. Raises like
    :func:`record`, and ``AlreadyRecorded``.
    """
    if not permissions.can_record(by, library):
        raise PermissionDenied
    Library.objects.select_for_update(of=("self",)).get(pk=library.pk)
    twin = Activity.objects.filter(uuid=uuid).select_related("report").first() if uuid else None
    if twin is not None:
        if twin.report.library_id != library.pk or not _says(twin, kind, content):
            raise AlreadyRecorded
        return twin
    month = periods.first_of_month(content["held_on"])
    report = open_month(library=library, month=month, by=by)
    entry = record(report=report, kind=kind, content=content, by=by, uuid=uuid)
    for photo in photos:
        attach_photo(activity=entry, stored=photo, by=by)
    return entry


@transaction.atomic
def record(
    *,
    report: MonthlyReport,
    kind: Kind,
    content: Mapping[str, Any],
    by: User,
    uuid: uuids.UUID | None = None,
) -> Activity:
    """Add an entry. ``content`` maps field names of Activity to cleaned values.

    Sent twice under the same ``uuid`` it is stored once. Raises ``Locked``, ``OutsideMonth``,
    ``ValidationError``.
    """
    report = _lock_editable(report, by)
    if uuid is not None and (twin := Activity.objects.filter(uuid=uuid, report=report).first()):
        return twin
    entry = Activity(report=report, kind=kind, uuid=uuid or uuids.uuid4(), **content)
    _check_and_save(entry)
    if report.nihil:
        report.nihil = False
    _touch(report)
    return entry


@transaction.atomic
def change(
    *,
    activity: Activity,
    content: Mapping[str, Any],
    by: User,
    photos: Iterable[StoredPhoto] = (),
) -> Activity:
    """Replace the content of an entry and add photos. Raises like :func:`record`."""
    report = _lock_editable(activity.report, by)
    for name, value in content.items():
        setattr(activity, name, value)
    activity.report = report
    _check_and_save(activity)
    _touch(report)
    for photo in photos:
        attach_photo(activity=activity, stored=photo, by=by)
    return activity


@transaction.atomic
def remove(*, activity: Activity, by: User) -> None:
    report = _lock_editable(activity.report, by)
    activity.delete()
    _touch(report)


@transaction.atomic
def enter_visits(*, report: MonthlyReport, men: int, women: int, by: User) -> MonthlyReport:
    """How many people visited in the month; 0 is a figure, not a blank."""
    report = _lock_editable(report, by)
    report.visits_men, report.visits_women, report.visits_total = men, women, men + women
    _touch(report)
    return report


@transaction.atomic
def attach_photo(*, activity: Activity, stored: StoredPhoto, by: User) -> Photo:
    """Add a picture that has been through the photo pipeline. Twice the same is stored once."""
    report = _lock_editable(activity.report, by)
    photo, _created = Photo.objects.get_or_create(
        activity=activity,
        sha256=stored.sha256,
        defaults={
            "width": stored.width,
            "height": stored.height,
            "original_name": stored.original_name,
        },
    )
    _touch(report)
    return photo


@transaction.atomic
def remove_photo(*, photo: Photo, by: User) -> None:
    """Take a picture off an entry; its file may serve others and stays."""
    report = _lock_editable(photo.activity.report, by)
    photo.delete()
    _touch(report)


# --- Sending ------------------------------------------------------------------------------------


@transaction.atomic
def submit(
    *, report: MonthlyReport, by: User, nihil: bool = False, at: datetime | None = None
) -> MonthlyReport:
    """Hand the month to the reviewer; from here on it is locked, its entries included.

    Raises ``NothingToSubmit``, ``VisitsMissing``, ``NotNihil``, ``Locked``.
    """
    report = _lock_editable(report, by)
    at = at or timezone.now()
    has_entries = report.activities.exists()
    if nihil and has_entries:
        raise NotNihil
    if not nihil and not has_entries:
        raise NothingToSubmit
    if report.visits_total is None and not report.is_supplementary:
        raise VisitsMissing
    action = (
        ReviewAction.SUBMITTED if report.first_submitted_at is None else ReviewAction.RESUBMITTED
    )
    report.nihil = nihil
    report.state = State.SUBMITTED
    report.first_submitted_at = report.first_submitted_at or at
    report.submitted_at, report.submitted_by = at, by
    _move(report, action, by=by, at=at)
    return report


# --- Judging ------------------------------------------------------------------------------------


@transaction.atomic
def approve(*, report: MonthlyReport, by: User, at: datetime | None = None) -> MonthlyReport:
    """What is approved is sealed and counts."""
    report = _lock_waiting(report, by)
    at = at or timezone.now()
    report.seal = report.compute_seal()
    report.state = State.APPROVED
    report.decided_at, report.decided_by = at, by
    _move(report, ReviewAction.APPROVED, by=by, at=at, seal=report.seal)
    _announce(report)
    return report


@transaction.atomic
def send_back(
    *,
    report: MonthlyReport,
    reason: ReturnReason,
    comment: str,
    by: User,
    at: datetime | None = None,
) -> MonthlyReport:
    """Return the report to its library with a reason code **and** words."""
    report = _lock_waiting(report, by)
    _need_words(comment)
    at = at or timezone.now()
    report.state = State.RETURNED
    report.decided_at, report.decided_by = at, by
    _move(report, ReviewAction.RETURNED, by=by, at=at, reason=reason, comment=comment.strip())
    return report


@transaction.atomic
def reopen(
    *, report: MonthlyReport, comment: str, by: User, at: datetime | None = None
) -> MonthlyReport:
    """Break the seal of an approved report, with a reason; it no longer counts until approved."""
    report = _lock(report)
    if not permissions.can_reopen(by, report):
        raise PermissionDenied
    _need_words(comment)
    at = at or timezone.now()
    broken = report.seal
    report.seal = ""
    report.state = State.RETURNED
    report.decided_at, report.decided_by = at, by
    _move(report, ReviewAction.REOPENED, by=by, at=at, comment=comment.strip(), seal=broken)
    _announce(report)
    return report


# --- The steps they share -----------------------------------------------------------------------


def _lock(report: MonthlyReport) -> MonthlyReport:
    return (
        MonthlyReport.objects.select_for_update(of=("self",))
        .select_related("library", "library__region")
        .get(pk=report.pk)
    )


def _lock_editable(report: MonthlyReport, by: User) -> MonthlyReport:
    report = _lock(report)
    if not permissions.can_record(by, report.library):
        raise PermissionDenied
    if not report.is_editable:
        raise Locked
    return report


def _lock_waiting(report: MonthlyReport, by: User) -> MonthlyReport:
    report = _lock(report)
    if report.state != State.SUBMITTED:
        raise NotWaiting
    if not permissions.can_review(by, report):
        raise PermissionDenied
    return report


def _says(entry: Activity, kind: Kind, content: Mapping[str, Any]) -> bool:
    return entry.kind == kind and all(getattr(entry, name) == content[name] for name in content)


def _check_and_save(entry: Activity) -> None:
    if periods.first_of_month(entry.held_on) != entry.report.month:
        raise OutsideMonth(
            _("Tanggal %(day)s tidak termasuk bulan laporan ini (%(month)s).")
            % {
                "day": date_format(entry.held_on, "j F Y"),
                "month": periods.written(entry.report.month),
            }
        )
    if entry.held_on > timezone.localdate():
        raise OutsideMonth(_("Tanggal kegiatan belum tiba."))
    entry.audience_count = len(entry.audiences)
    entry.full_clean(exclude=["report"])
    entry.save()


def _touch(report: MonthlyReport) -> None:
    report.updated_at = timezone.now()
    report.save()


def _move(
    report: MonthlyReport,
    action: ReviewAction,
    *,
    by: User,
    at: datetime,
    reason: str = "",
    comment: str = "",
    seal: str = "",
) -> None:
    _touch(report)
    ReviewEvent.objects.create(
        report=report, action=action, at=at, by=by, reason=reason, comment=comment, seal=seal
    )


def _need_words(comment: str) -> None:
    if not comment.strip():
        raise ValidationError({"comment": _("Tulis penjelasan singkat.")})


def _announce(report: MonthlyReport) -> None:
    transaction.on_commit(
        partial(
            signals.approved_content_changed.send_robust,
            sender=MonthlyReport,
            report_id=report.pk,
        )
    )
