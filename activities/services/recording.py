"""What a librarian writes down while a month is open."""

import uuid as uuids
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from activities import permissions
from activities.documents import StoredPhoto
from activities.enums import Kind, Source
from activities.models import Activity, MonthlyReport, Photo
from activities.services.refusals import AlreadyRecorded, OutsideMonth
from activities.services.steps import lock_editable, touch
from libraries.models import Library
from tpbis.accounts import audit
from tpbis.accounts.models import User
from tpbis.core import periods

VISITS = ("visits_men", "visits_women")


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
    report, _is_new = _open(library, periods.first_of_month(content["held_on"]), by)
    report = lock_editable(report, by)
    entry = _add(report, kind, content, uuid)
    _note_recorded(entry, content, by, photos=_attach(entry, photos))
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
    report = lock_editable(report, by)
    if uuid is not None and (twin := Activity.objects.filter(uuid=uuid, report=report).first()):
        return twin
    entry = _add(report, kind, content, uuid)
    _note_recorded(entry, content, by, photos=0)
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
    report = lock_editable(activity.report, by)
    before = Activity.objects.filter(pk=activity.pk).values(*content).get() if content else {}
    for name, value in content.items():
        setattr(activity, name, value)
    activity.report = report
    _check_and_save(activity)
    touch(report)
    had = activity.photos.count()
    more = _attach(activity, photos)
    changes = audit.difference(before, audit.values(activity, content))
    if more:
        changes["photos"] = [had, had + more]
    audit.record(
        "activities.change", by=by, subject=activity, about=report.library, changes=changes
    )
    return activity


@transaction.atomic
def remove(*, activity: Activity, by: User) -> None:
    report = lock_editable(activity.report, by)
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
def enter_visits(*, report: MonthlyReport, men: int, women: int, by: User) -> MonthlyReport:
    """How many people visited in the month; 0 is a figure, not a blank."""
    report = lock_editable(report, by)
    before = audit.values(report, VISITS)
    report.visits_men, report.visits_women, report.visits_total = men, women, men + women
    touch(report)
    changes = audit.difference(before, audit.values(report, VISITS))
    audit.record(
        "activities.enter_visits", by=by, subject=report, about=report.library, changes=changes
    )
    return report


@transaction.atomic
def attach_photo(*, activity: Activity, stored: StoredPhoto, by: User) -> Photo:
    """Add a picture that has been through the photo pipeline. Twice the same is stored once."""
    report = lock_editable(activity.report, by)
    photo, is_new = _attach_one(activity, stored)
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
    report = lock_editable(photo.activity.report, by)
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


def _open(library: Library, month: date, by: User) -> tuple[MonthlyReport, bool]:
    """The report to write in, and whether it is new."""
    if not permissions.can_record(by, library):
        raise PermissionDenied
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
    report: MonthlyReport, kind: Kind, content: Mapping[str, Any], uuid: uuids.UUID | None
) -> Activity:
    entry = Activity(report=report, kind=kind, uuid=uuid or uuids.uuid4(), **content)
    _check_and_save(entry)
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


def _attach_one(activity: Activity, stored: StoredPhoto) -> tuple[Photo, bool]:
    return Photo.objects.get_or_create(
        activity=activity,
        sha256=stored.sha256,
        defaults={
            "width": stored.width,
            "height": stored.height,
            "original_name": stored.original_name,
        },
    )


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
