"""*Sertifikat kehadiran*: one landscape page for everybody who was at an event."""

from datetime import datetime

from django.utils import timezone

from reports import permissions
from reports.documents.content import letterhead
from reports.documents.single import SINGLE, NothingToSay, Single
from reports.documents.wording.official import regency_or_above
from reports.enums import DocumentKind
from reports.models import Document
from stakeholders.enums import EventState
from stakeholders.models import Attendee, Event

_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")

MOST = 400  # pages of one file


def attendance(document: Document, at: datetime) -> Single:
    """Those of ``details["attendees"]``, else all, whose names are known and who were there."""
    seen = permissions.subjects_of(document.requested_by, DocumentKind.ATTENDANCE)
    event: Event | None = seen.filter(documents=document).select_related("region", "series").first()
    if event is None:
        raise NothingToSay("Acara ini tidak lagi di wilayah tugas peminta dokumen.")
    if event.state == EventState.CANCELLED:
        raise NothingToSay("Acara ini dibatalkan, jadi tidak ada sertifikatnya.")
    people = event.attendees.present().exclude(name="").select_related("library", "organisation")
    if asked := document.details.get("attendees"):
        people = people.filter(pk__in=asked)
    sheets = [(one, _from(one), _number(event, one)) for one in people.order_by("name", "pk")]
    if not sheets:
        raise NothingToSay("Belum ada peserta yang tercatat hadir dengan namanya.")
    if len(sheets) > MOST:
        raise NothingToSay(f"Paling banyak {MOST} sertifikat dalam satu berkas.")
    first, last = timezone.localdate(event.starts_at), timezone.localdate(event.ends_at)
    return Single(
        title=f"Sertifikat kehadiran {event.title}",
        template="reports/pdf/attendance.html",
        pages=len(sheets),
        content={
            "event": event,
            "sheets": sheets,
            "first": first,
            "last": last if last != first else None,
            "letterhead": letterhead(regency_or_above(event.region)),
        },
    )


def _number(event: Event, attendee: Attendee) -> str:
    """“00134/SHM/XI/2026”: the attendee's own, however often it is printed."""
    day = timezone.localdate(event.starts_at)
    return f"{attendee.pk:05}/{event.kind.upper()}/{_ROMAN[day.month - 1]}/{day.year}"


def _from(attendee: Attendee) -> str:
    """“Kepala Seksi, Bank Jatim”"""
    at = attendee.library or attendee.organisation
    where = at.name if at else attendee.institution
    return ", ".join(part for part in (attendee.position, where) if part)


SINGLE[DocumentKind.ATTENDANCE] = attendance
