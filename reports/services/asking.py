"""Documents: asked for, asked for again, cancelled."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from libraries import services as library_services
from libraries.enums import Level
from libraries.models import LetterBatch, Library, Region
from reports import permissions
from reports.enums import SUBJECTS, DocumentKind, DocumentState
from reports.models import Document, Schedule
from reports.models.documents import Subject
from reports.services.problems import NotFailed, NotForThisRegion, NotWaiting
from reports.signals import document_requested
from tpbis.accounts import audit
from tpbis.accounts.models import User
from tpbis.core import periods
from tpbis.core.periods import Period

_ENDED_WITHOUT_A_FILE = (DocumentState.FAILED, DocumentState.CANCELLED)


def request(
    *,
    region: Region,
    period: Period,
    by: User,
    kind: DocumentKind = DocumentKind.PROGRESS,
    library: Library | None = None,
    person: User | None = None,
    subject: Subject | None = None,
    narrowing: Mapping[str, str] | None = None,
    details: Mapping[str, Any] | None = None,
    schedule: Schedule | None = None,
) -> Document:
    """Ask for a document. Whoever asks for the same twice before the first is done gets the first.
    That of a library stands under its regency, whatever ``region`` was given. ``subject`` is what a
    kind of :data:`reports.enums.SUBJECTS` is about."""
    if library is not None:
        region = library.regency
    if not permissions.can_request_document(by, kind, region, library, person, subject):
        raise NotForThisRegion(_("Anda tidak bertugas di wilayah ini."))
    check_level(region)
    wanted: dict[str, Any] = {
        "kind": kind,
        "region": region,
        "start": period.start,
        "end": period.end,
        "library": library,
        "person": person,
        "narrowing": dict(narrowing or {}),
        "details": dict(details or {}),
        "schedule": schedule,
    }
    if kind in SUBJECTS:
        wanted[SUBJECTS[kind]] = subject
    asked = fingerprint(wanted)
    waiting = Document.objects.waiting().filter(asked=asked, requested_by=by)
    if open_one := waiting.first():
        return open_one
    try:
        with transaction.atomic():
            document = Document.objects.create(**wanted, asked=asked, requested_by=by)
            said = audit.values(document, ("kind", "start", "end"))
            changes = audit.difference({}, said)
            about = library or region
            audit.record("reports.request", by=by, subject=document, about=about, changes=changes)
            _announce(document)
    except IntegrityError:  # the same click twice at one moment
        return waiting.get()
    return document


def fingerprint(wanted: Mapping[str, Any]) -> str:
    """SHA-256 of everything that was asked for, however its parts are ordered."""
    plain = {name: getattr(value, "pk", value) for name, value in wanted.items()}
    written = json.dumps(
        plain, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str
    )
    return hashlib.sha256(written.encode()).hexdigest()


@transaction.atomic
def issue_letters(*, libraries: Iterable[Library], by: User) -> list[Document]:
    """A fresh code for each of ``libraries``, one document a regency. All of it or nothing: raises
    what ``libraries.services.issue_letters`` does."""
    batches = library_services.issue_letters(libraries=libraries, by=by)
    return [request_letters(batch=batch, by=by) for batch in batches]


def request_letters(*, batch: LetterBatch, by: User) -> Document:
    """Ask for the letters of ``batch`` as one document; twice gives the first, as above."""
    if not permissions.can_print_letters(by, batch.region):
        raise NotForThisRegion(_("Surat aktivasi dicetak oleh PIC wilayahnya atau provinsi."))
    waiting = Document.objects.waiting().filter(batch=batch, requested_by=by)
    if open_one := waiting.first():
        return open_one
    month = periods.first_of_month(timezone.localdate(batch.issued_at))
    try:
        with transaction.atomic():
            document = Document.objects.create(
                kind=DocumentKind.LETTERS,
                region=batch.region,
                batch=batch,
                start=month,
                end=month,
                requested_by=by,
            )
            audit.record("reports.request_letters", by=by, subject=document, about=batch)
            _announce(document)
    except IntegrityError:
        return waiting.get()
    return document


@transaction.atomic
def hand_out_letters(*, document: Document, by: User) -> None:
    """Somebody takes the file: whoever holds it could let people in, so the audit says who did."""
    audit.record("reports.download_letters", by=by, subject=document, about=document.batch)


# --- Again ----------------------------------------------------------------------------------------


def repeat(*, document: Document, by: User) -> Document:
    """The same once more: one without a file is started anew, beside any other a new one is made
    of what was asked for then. Raises :class:`NotFailed` while it is not there yet."""
    if document.state in _ENDED_WITHOUT_A_FILE or document.is_waiting:
        return retry(document=document, by=by)
    if document.batch is not None:
        return request_letters(batch=document.batch, by=by)
    return request(
        region=document.region,
        period=document.period,
        by=by,
        kind=DocumentKind(document.kind),
        library=document.library,
        person=document.person,
        subject=document.subject(),
        narrowing=document.narrowing,
        details=document.details,
    )


def retry(*, document: Document, by: User) -> Document:
    """Start a document without a file anew; from now on it is ``by`` whose scope it shows."""
    if not may_make(document, by):
        raise NotForThisRegion(_("Anda tidak bertugas di wilayah ini."))
    try:
        _start_anew(document, by)
    except IntegrityError:  # asked for as a new one in the meantime, and that one is open
        raise NotFailed(_("Dokumen yang sama sedang dibuat. Tunggu sampai selesai.")) from None
    document.refresh_from_db()
    return document


@transaction.atomic
def _start_anew(document: Document, by: User) -> None:
    ended = Document.objects.filter(pk=document.pk, state__in=_ENDED_WITHOUT_A_FILE)
    before = ended.select_for_update(of=("self",)).values_list("state", flat=True).first()
    if before is None:
        raise NotFailed(_("Dokumen ini tidak gagal, jadi tidak perlu diulang."))
    ended.update(
        state=DocumentState.REQUESTED,
        requested_by=by,
        attempts=0,
        step=0,
        steps=0,
        doing="",
        problem="",
        failed_part="",
        touched_at=timezone.now(),
        finished_at=None,
    )
    changes = {"state": [DocumentState(before), DocumentState.REQUESTED]}
    audit.record("reports.retry", by=by, subject=document, about=document.region, changes=changes)
    _announce(document)


# --- Stopping -------------------------------------------------------------------------------------


@transaction.atomic
def cancel(*, document: Document, by: User) -> Document:
    """Nobody needs it any more: whoever makes it notices at the next chapter and leaves no file.
    Raises :class:`NotWaiting` and :class:`NotForThisRegion`."""
    if not permissions.can_cancel(by, document):
        raise NotForThisRegion(_("Dokumen ini dibatalkan oleh pemintanya atau staf provinsi."))
    now = timezone.now()
    waiting = Document.objects.waiting().filter(pk=document.pk)
    before = waiting.select_for_update(of=("self",)).values_list("state", flat=True).first()
    if before is None:
        raise NotWaiting(_("Dokumen ini sudah selesai atau berhenti, jadi tidak dapat dibatalkan."))
    waiting.update(state=DocumentState.CANCELLED, doing="", touched_at=now, finished_at=now)
    changes = {"state": [DocumentState(before), DocumentState.CANCELLED]}
    audit.record("reports.cancel", by=by, subject=document, about=document.region, changes=changes)
    document.refresh_from_db()
    return document


# --- Shared ---------------------------------------------------------------------------------------


def may_make(document: Document, user: User) -> bool:
    return permissions.can_request_document(
        user,
        DocumentKind(document.kind),
        document.region,
        document.library,
        document.person,
        document.subject(),
    )


def check_level(region: Region) -> None:
    if region.level > Level.REGENCY:
        raise NotForThisRegion(_("Dokumen dibuat untuk provinsi atau kabupaten/kota."))


def _announce(document: Document) -> None:
    transaction.on_commit(
        partial(document_requested.send_robust, sender=Document, document_id=document.pk)
    )
