"""What a librarian writes down while a month is open."""

import uuid as uuids
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from activities import permissions
from activities.enums import Kind, Source, State
from activities.models import Activity, EntryDraft, MonthlyReport, Photo
from activities.photos import StoredPhoto, picture_fields
from activities.services import drafts, judging
from activities.services.conflicts import (
    MAX_PHOTOS,
    EntryChanged,
    EntryGone,
    RecordedInSim,
    TooManyPhotos,
    VisitsChanged,
)
from activities.services.refusals import AlreadyRecorded, OutsideMonth
from activities.services.steps import lock, lock_editable, touch
from libraries.models import Library
from stakeholders.services.organisations import organisation_called
from tpbis.accounts import audit
from tpbis.accounts.models import User
from tpbis.core import periods

VISITS = ("visits_men", "visits_women")

Figures = tuple[int | None, int | None]  # men and women; ``None`` is not entered yet


@dataclass(frozen=True, slots=True)
class Received:
    """An entry that is stored, and whether it was just now."""

    entry: Activity
    is_new: bool


@transaction.atomic
def open_month(*, library: Library, month: date, by: User) -> MonthlyReport:
    """The report of ``month`` that can be written in: a returned one, the draft, else a new one.

    A month already submitted or approved gets a supplementary report (number 2, 3, …). Raises
    ``OutsideMonth`` for a month that has not begun.
    """
    report, is_new = _open(library, month, by)
    if is_new:
        audit.record(
            "activities.open_month",
            by=by,
            subject=report,
            about=library,
            changes={"month": [None, month], "number": [None, report.number]},
        )
    return report


@transaction.atomic
def receive(
    *,
    library: Library,
    kind: Kind,
    content: Mapping[str, Any],
    by: User,
    photos: Iterable[StoredPhoto] = (),
    uuid: uuids.UUID | None = None,
) -> Received:
    """Open the month of the entry's date and add the entry with its photos, or none of it.

    Sent ten times, or twice at once, it is stored once, even if the month was submitted in between
    or the library was merged into another; its draft goes. Raises like :func:`record`, and
    ``AlreadyRecorded`` where an entry of that number says something else.
    """
    _may_record(library, by)
    Library.objects.select_for_update(of=("self",)).get(pk=library.pk)
    there = Activity.objects.filter(uuid=uuid).select_related("report").first() if uuid else None
    if there is not None:
        if there.report.library_id != library.pk or not says(there, kind, content):
            raise AlreadyRecorded
        return Received(there, is_new=False)
    report = _open_for_writing(library, periods.first_of_month(content["held_on"]), by)
    entry = _add(report, kind, content, uuid, by)
    _note_recorded(entry, content, by, photos=_attach(entry, photos))
    drafts.forget(library=library, uuid=entry.uuid)
    return Received(entry, is_new=True)


def record_in_its_month(
    *,
    library: Library,
    kind: Kind,
    content: Mapping[str, Any],
    photos: Iterable[StoredPhoto],
    by: User,
    uuid: uuids.UUID | None = None,
) -> Activity:
    """:func:`receive`, where it makes no difference whether it came before."""
    return receive(
        library=library, kind=kind, content=content, photos=photos, by=by, uuid=uuid
    ).entry


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

    Sent twice under the same ``uuid`` it is stored once. Raises ``Locked``, ``RecordedInSim``,
    ``OutsideMonth``, ``ValidationError``.
    """
    report = _take(report, by)
    if uuid is not None and (twin := Activity.objects.filter(uuid=uuid, report=report).first()):
        return twin
    entry = _add(report, kind, content, uuid, by)
    _note_recorded(entry, content, by, photos=0)
    return entry


@transaction.atomic
def change(
    *,
    activity: Activity,
    content: Mapping[str, Any],
    by: User,
    photos: Iterable[StoredPhoto] = (),
    seen: int | None = None,
) -> Activity:
    """Replace the content of an entry and add photos; what was typed so far and kept goes.

    ``seen`` is the version that was on the screen: where the entry says something else by now
    ``EntryChanged`` is raised, and where it is gone ``EntryGone``. Otherwise raises like
    :func:`record`.
    """
    report = _take(activity.report, by)
    entry = report.activities.filter(pk=activity.pk).first()
    if entry is None:
        raise EntryGone
    entry.report = report
    changes = audit.difference(audit.values(entry, content), content)
    if changes and seen is not None and seen != entry.version:
        raise EntryChanged(entry)
    for name, value in content.items():
        setattr(entry, name, value)
    if changes:
        entry.version += 1
    _check_and_save(entry, by)
    touch(report)
    had = entry.photos.count()
    more = _attach(entry, photos)
    if more:
        changes["photos"] = [had, had + more]
    audit.record("activities.change", by=by, subject=entry, about=report.library, changes=changes)
    drafts.forget(library=report.library, uuid=entry.uuid)
    return entry


@transaction.atomic
def take_twin(*, twin: EntryDraft, content: Mapping[str, Any], by: User) -> Activity:
    """What came second under the number of an entry becomes what the entry says; ``content`` is
    that of the twin, checked. Raises like :func:`change`."""
    drafts.own(twin, by)
    assert twin.entry is not None
    entry = change(activity=twin.entry, content=content, photos=drafts.photos_of(twin), by=by)
    twin.delete()
    return entry


@transaction.atomic
def remove(*, activity: Activity, by: User) -> None:
    """What came under its number with other words stays with whoever typed it."""
    report = _take(activity.report, by)
    drafts.part_from(activity)
    audit.record(
        "activities.remove",
        by=by,
        subject=activity,
        about=report.library,
        changes={
            "report": [report.pk, None],
            "kind": [activity.kind, None],
            "held_on": [activity.held_on, None],
        },
    )
    activity.delete()
    touch(report)


@transaction.atomic
def enter_visits(
    *, report: MonthlyReport, men: int, women: int, by: User, seen: Figures | None = None
) -> MonthlyReport:
    """How many people visited in the month; 0 is a figure, not a blank.

    ``seen`` are the figures that were on the screen: where others stand there by now
    ``VisitsChanged`` is raised. Otherwise raises ``Locked``, ``RecordedInSim``.
    """
    report = _take(report, by)
    before = audit.values(report, VISITS)
    figures = (report.visits_men, report.visits_women)
    if seen is not None and figures not in (seen, (men, women), (None, None)):
        raise VisitsChanged(report)
    report.visits_men, report.visits_women, report.visits_total = men, women, men + women
    touch(report)
    changes = audit.difference(before, audit.values(report, VISITS))
    audit.record(
        "activities.enter_visits", by=by, subject=report, about=report.library, changes=changes
    )
    return report


@transaction.atomic
def enter_visits_of_month(
    *,
    library: Library,
    month: date,
    men: int,
    women: int,
    by: User,
    seen: Figures | None = None,
) -> MonthlyReport:
    """The same for a month that may not have been opened yet; late entries have no visitors of
    their own. Raises like :func:`enter_visits`, and ``OutsideMonth``."""
    report = _the_months_own(library, month, by)
    return enter_visits(report=report, men=men, women=women, by=by, seen=seen)


@transaction.atomic
def submit_nihil(
    *,
    library: Library,
    month: date,
    men: int,
    women: int,
    by: User,
    seen: Figures | None = None,
) -> MonthlyReport:
    """Enter the visits of a month without activities and send it in, or neither. Pressed twice it
    is sent once. Raises like :func:`enter_visits_of_month` and :func:`judging.submit`."""
    report = lock(_the_months_own(library, month, by))
    sent_so = report.nihil and (report.visits_men, report.visits_women) == (men, women)
    if report.state == State.SUBMITTED and sent_so and permissions.can_record(by, library):
        return report
    report = enter_visits(report=report, men=men, women=women, by=by, seen=seen)
    return judging.submit(report=report, by=by, nihil=True)


@transaction.atomic
def attach_photo(
    *, activity: Activity, stored: StoredPhoto, by: User, uuid: uuids.UUID | None = None
) -> Photo:
    """Add a picture that has been through the photo pipeline, under the client's number. Twice the
    same, by number or by its bytes, is stored once: the picture that is there comes back.

    Raises ``Locked``, ``RecordedInSim``, ``TooManyPhotos``, ``ValidationError`` where the number
    is that of a picture of another entry.
    """
    report = _take(activity.report, by)
    if uuid and (there := Photo.objects.filter(uuid=uuid).first()):
        if there.activity_id != activity.pk:
            raise ValidationError({"photo": _("Foto ini milik catatan lain. Pilih lagi.")})
        return there
    if activity.photos.exclude(sha256=stored.sha256).count() >= MAX_PHOTOS:
        raise TooManyPhotos
    photo, is_new = _attach_one(activity, stored, uuid)
    if is_new:
        touch(report)
        audit.record(
            "activities.attach_photo",
            by=by,
            subject=activity,
            about=report.library,
            changes={"sha256": [None, photo.sha256]},
        )
    return photo


@transaction.atomic
def remove_photo(*, photo: Photo, by: User) -> None:
    """Take a picture off an entry; its file may serve others and stays."""
    report = _take(photo.activity.report, by)
    audit.record(
        "activities.remove_photo",
        by=by,
        subject=photo.activity,
        about=report.library,
        changes={"sha256": [photo.sha256, None]},
    )
    photo.delete()
    touch(report)


# --- The steps they share -----------------------------------------------------------------------


def _may_record(library: Library, by: User) -> None:
    if not permissions.can_record(by, library):
        raise PermissionDenied
    if not permissions.records_here(library):
        raise RecordedInSim(library)


def _take(report: MonthlyReport, by: User) -> MonthlyReport:
    """Locked, to be written in; where months are kept here at all."""
    report = lock_editable(report, by)
    if not permissions.records_here(report.library):
        raise RecordedInSim(report.library)
    return report


def _open_for_writing(library: Library, month: date, by: User) -> MonthlyReport:
    """Locked. One that was sent in between looking and locking is not written in any more: what
    came too late for it goes into its supplement."""
    while True:
        report, is_new = _open(library, month, by)
        report = lock(report)
        if is_new or report.is_editable:
            return report


def _the_months_own(library: Library, month: date, by: User) -> MonthlyReport:
    """Number 1, never a supplement; opened where there is none."""
    _may_record(library, by)
    Library.objects.select_for_update(of=("self",)).get(pk=library.pk)
    reports = MonthlyReport.objects.from_portal().filter(library=library, month=month, number=1)
    return reports.first() or open_month(library=library, month=month, by=by)


def _open(library: Library, month: date, by: User) -> tuple[MonthlyReport, bool]:
    """The report to write in, and whether it is new."""
    _may_record(library, by)
    if month > periods.this_month():
        raise OutsideMonth(_("Bulan %(month)s belum tiba.") % {"month": periods.written(month)})
    Library.objects.select_for_update(of=("self",)).get(pk=library.pk)
    reports = MonthlyReport.objects.from_portal().filter(library=library, month=month)
    if found := reports.editable().order_by("number").first():
        return found, False
    last = reports.order_by("-number").values_list("number", flat=True).first() or 0
    report = MonthlyReport.objects.create(
        library=library, month=month, source=Source.PORTAL, number=last + 1
    )
    return report, True


def _add(
    report: MonthlyReport,
    kind: Kind,
    content: Mapping[str, Any],
    uuid: uuids.UUID | None,
    by: User,
) -> Activity:
    entry = Activity(report=report, kind=kind, uuid=uuid or uuids.uuid4(), **content)
    try:
        _check_and_save(entry, by)
    except IntegrityError:  # the number is another entry's, perhaps since a moment ago
        raise AlreadyRecorded from None
    if report.nihil:
        report.nihil = False
    touch(report)
    return entry


def _note_recorded(entry: Activity, content: Mapping[str, Any], by: User, *, photos: int) -> None:
    """What was filled in; blanks say nothing."""
    said = {name: value for name, value in content.items() if value not in (None, "", [])}
    facts = {"report": entry.report_id, "kind": entry.kind, **said, "photos": photos or None}
    audit.record(
        "activities.record",
        by=by,
        subject=entry,
        about=entry.report.library,
        changes=audit.difference({}, facts),
    )


def _attach(activity: Activity, photos: Iterable[StoredPhoto]) -> int:
    """How many of them were not there yet."""
    return sum(_attach_one(activity, photo)[1] for photo in photos)


def _attach_one(
    activity: Activity, stored: StoredPhoto, uuid: uuids.UUID | None = None
) -> tuple[Photo, bool]:
    return Photo.objects.get_or_create(
        activity=activity,
        sha256=stored.sha256,
        defaults={"uuid": uuid or uuids.uuid4(), **picture_fields(stored)},
    )


def says(entry: Activity, kind: Kind, content: Mapping[str, Any]) -> bool:
    """Whether the entry is the one that ``content`` describes."""
    return entry.kind == kind and all(getattr(entry, name) == content[name] for name in content)


def _check_and_save(entry: Activity, by: User) -> None:
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
    # Whose number it is the database knows best: another library may be sending it right now.
    entry.full_clean(exclude=["report", "uuid", "organisation"], validate_constraints=False)
    entry.organisation = (
        organisation_called(entry.partner_name, by=by, library=entry.report.library)
        if entry.partner_name
        else None
    )
    try:
        with transaction.atomic():
            entry.save()
    except IntegrityError:
        # Asked rule by rule only now: eight questions that the database answers anyway.
        entry.validate_constraints(exclude={"report"})
        raise
