"""Documents: asked for, made, asked for again. The only writers of Document rows.

No transaction stays open while pages are laid out: each step is one short write, and only the
attempt that holds the document may make it.
"""

import hashlib
import logging
import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from libraries import services as library_services
from libraries.enums import Level
from libraries.models import LetterBatch, Library, Region
from reports import permissions
from reports.documents import content, letters, printing
from reports.enums import DocumentKind, DocumentState
from reports.models import Document
from reports.querysets import DocumentQuerySet
from reports.signals import document_requested
from tpbis.accounts import audit
from tpbis.accounts.models import User
from tpbis.core import periods
from tpbis.core.periods import Period

logger = logging.getLogger(__name__)

SILENT_AFTER = timedelta(minutes=3)  # a chapter may take one minute at most
UNHEARD_AFTER = timedelta(seconds=30)  # a message that was not lost has long arrived
MOST_ATTEMPTS = 3


class NotForThisRegion(Exception):
    """Documents are made of a province or a regency that the person works for."""


class NotFailed(Exception):
    """Only a document that failed can be asked for again."""


class NotMade(Exception):
    """No document came of it; the text says why."""


class Superseded(Exception):
    """Another attempt holds the document; this one has nothing to say any more."""


# --- Asking ---------------------------------------------------------------------------------------


def request(
    *, region: Region, period: Period, by: User, kind: DocumentKind = DocumentKind.PROGRESS
) -> Document:
    """Ask for a document. Whoever asks twice before the first is done gets the first."""
    if not permissions.can_request(by, region):
        raise NotForThisRegion(_("Anda tidak bertugas di wilayah ini."))
    _check_level(region)
    wanted = {
        "kind": kind,
        "region": region,
        "start": period.start,
        "end": period.end,
        "requested_by": by,
    }
    waiting = Document.objects.waiting().filter(**wanted)
    if open_one := waiting.first():
        return open_one
    try:
        with transaction.atomic():
            document = Document.objects.create(**wanted)
            said = audit.values(document, ("kind", "start", "end"))
            changes = audit.difference({}, said)
            audit.record("reports.request", by=by, subject=document, about=region, changes=changes)
            _announce(document)
    except IntegrityError:  # the same click twice at one moment
        return waiting.get()
    return document


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


def retry(*, document: Document, by: User) -> Document:
    """Start a failed document anew; from now on it is ``by`` whose scope it shows."""
    if not _may_make(document, by):
        raise NotForThisRegion(_("Anda tidak bertugas di wilayah ini."))
    try:
        _start_anew(document, by)
    except IntegrityError:  # asked for as a new one in the meantime, and that one is open
        raise NotFailed(_("Dokumen yang sama sedang dibuat. Tunggu sampai selesai.")) from None
    document.refresh_from_db()
    return document


@transaction.atomic
def _start_anew(document: Document, by: User) -> None:
    taken = Document.objects.filter(pk=document.pk, state=DocumentState.FAILED).update(
        state=DocumentState.REQUESTED,
        requested_by=by,
        attempts=0,
        step=0,
        steps=0,
        doing="",
        problem="",
        touched_at=timezone.now(),
        finished_at=None,
    )
    if not taken:
        raise NotFailed(_("Dokumen ini tidak gagal, jadi tidak perlu diulang."))
    changes = {"state": [DocumentState.FAILED, DocumentState.REQUESTED]}
    audit.record("reports.retry", by=by, subject=document, about=document.region, changes=changes)
    _announce(document)


def _may_make(document: Document, user: User) -> bool:
    if document.kind == DocumentKind.LETTERS:
        return permissions.can_print_letters(user, document.region)
    return permissions.can_request(user, document.region)


def _check_level(region: Region) -> None:
    if region.level > Level.REGENCY:
        raise NotForThisRegion(_("Dokumen dibuat untuk provinsi atau kabupaten/kota."))


def _announce(document: Document) -> None:
    transaction.on_commit(
        partial(document_requested.send_robust, sender=Document, document_id=document.pk)
    )


# --- Making ---------------------------------------------------------------------------------------


def render(*, document_id: int, at: datetime | None = None) -> Document | None:
    """Make the document, unless another attempt holds it (then ``None``). Whatever goes wrong ends
    up as the document's problem."""
    at = at or timezone.now()
    attempt = _take(document_id, at)
    if attempt is None:
        return None
    document = Document.objects.select_related(
        "region", "requested_by", "batch__region__parent"
    ).get(pk=document_id)
    told = partial(_progress, document_id, attempt)
    try:
        made = _make_for(document, told, at)
    except Superseded:
        return None
    except (NotMade, NotForThisRegion) as problem:
        logger.warning("Document %s failed: %s", document_id, problem)
        _fail(document_id, attempt, str(problem))
    except Exception:
        logger.exception("Document %s failed", document_id)
        _fail(document_id, attempt, _("Ada kesalahan tak terduga; rinciannya di catatan server."))
    else:
        _finish(document_id, attempt, made)
    document.refresh_from_db()
    return document


def make(
    *,
    region: Region,
    period: Period,
    told: printing.Told,
    by: User | None = None,
    at: datetime | None = None,
) -> printing.Printed:
    """The progress report of ``region``: of the libraries that ``by`` may see, or on the command
    line of all. Writes no row. Raises :class:`NotMade`."""
    from reports import pdf

    _check_level(region)
    everyone = Library.objects.all() if by is None else Library.objects.visible_to(by)
    try:
        # The press gets ready while the figures are read.
        with translation.override(content.LANGUAGE), pdf.Press() as press:
            report = content.progress(
                region, everyone.within(region.code), period, as_of=at or timezone.now()
            )
            return printing.print_progress(report, press=press, told=told)
    except printing.NotPrinted as problem:
        raise NotMade(str(problem)) from problem
    except content.FiguresMoved as problem:
        raise NotMade(
            _("Angkanya terus berubah saat dibaca. Coba beberapa saat lagi.")
        ) from problem


def make_letters(
    *, batch: LetterBatch, told: printing.Told, at: datetime | None = None
) -> printing.Printed:
    """The letters of ``batch`` that can still be used. Writes no row. Raises :class:`NotMade`."""
    from reports import pdf

    try:
        with translation.override(content.LANGUAGE), pdf.Press() as press:
            found = letters.letters(batch, at=at or timezone.now())
            return letters.print_letters(found, press=press, told=told)
    except letters.NothingToPrint as nothing:
        raise NotMade(
            _("Tidak ada surat untuk dicetak: semua kodenya sudah dipakai, dicabut, atau lewat.")
        ) from nothing
    except printing.NotPrinted as problem:
        raise NotMade(str(problem)) from problem


def _take(document_id: int, at: datetime) -> int | None:
    """Hold the document for one attempt: its number, or ``None`` when it is not to be had."""
    free = Q(state=DocumentState.REQUESTED) | Q(
        state=DocumentState.RUNNING, touched_at__lt=at - SILENT_AFTER
    )
    with transaction.atomic():
        taken = (Document.objects.filter(free, pk=document_id, attempts__lt=MOST_ATTEMPTS)).update(
            state=DocumentState.RUNNING,
            attempts=F("attempts") + 1,
            step=0,
            steps=0,
            doing="",
            problem="",
            touched_at=at,
        )
        if not taken:
            return None
        return Document.objects.values_list("attempts", flat=True).get(pk=document_id)


def _make_for(document: Document, told: printing.Told, at: datetime) -> printing.Printed:
    user, region = document.requested_by, document.region
    if not _may_make(document, user):
        raise NotForThisRegion(_("Peminta dokumen tidak lagi bertugas di wilayah ini."))
    if document.batch is not None:
        return make_letters(batch=document.batch, told=told, at=at)
    told(0, 0, _("Menghitung angka"))
    return make(region=region, period=document.period, told=told, by=user, at=at)


def _mine(document_id: int, attempt: int) -> DocumentQuerySet:
    return Document.objects.filter(pk=document_id, state=DocumentState.RUNNING, attempts=attempt)


def _progress(document_id: int, attempt: int, step: int, steps: int, doing: str) -> None:
    """Write how far it is, which is the sign of life too."""
    length = Document._meta.get_field("doing").max_length
    if not _mine(document_id, attempt).update(
        step=step, steps=steps, doing=doing[:length], touched_at=timezone.now()
    ):
        raise Superseded


def _fail(document_id: int, attempt: int, problem: str) -> None:
    now = timezone.now()
    length = Document._meta.get_field("problem").max_length
    _mine(document_id, attempt).update(
        state=DocumentState.FAILED, problem=problem[:length], touched_at=now, finished_at=now
    )


def _finish(document_id: int, attempt: int, made: printing.Printed) -> None:
    """Put the file down first, then say so; a file that came too late is taken away again."""
    shelf = storages["documents"]
    name = shelf.save(f"{uuid.uuid4()}.pdf", ContentFile(made.content))
    now = timezone.now()
    if not _mine(document_id, attempt).update(
        state=DocumentState.DONE,
        doing="",
        step=F("steps"),
        file_name=name,
        sha256=hashlib.sha256(made.content).hexdigest(),
        pages=made.pages,
        touched_at=now,
        finished_at=now,
    ):
        shelf.delete(name)
    printing.clear_shelf(at=now)


# --- What a lost message or a lost worker left behind ---------------------------------------------


def sweep(*, at: datetime | None = None) -> list[int]:
    """Give up what was tried too often; returns the documents that somebody must take up."""
    at = at or timezone.now()
    silent = Document.objects.silent_since(at - SILENT_AFTER)
    silent.filter(attempts__gte=MOST_ATTEMPTS).update(
        state=DocumentState.FAILED,
        problem=_("Pembuatannya terhenti %(count)d kali tanpa kabar.") % {"count": MOST_ATTEMPTS},
        touched_at=at,
        finished_at=at,
    )
    unheard = Document.objects.unheard_since(at - UNHEARD_AFTER)
    return sorted({*silent.values_list("pk", flat=True), *unheard.values_list("pk", flat=True)})
