"""Documents: made by a worker, one attempt at a time."""

import errno
import hashlib
import logging
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import OperationalError, transaction
from django.db.models import F, Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from libraries.models import LetterBatch, Library, Region
from reports.documents import content, letters, printing, shelf, single
from reports.documents.briefs import Brief, brief_of
from reports.enums import DocumentKind, DocumentState
from reports.figures.narrowing import narrowed
from reports.models import Document
from reports.querysets import DocumentQuerySet
from reports.services.asking import check_level, may_make
from reports.services.problems import NotForThisRegion, NotMade, Superseded
from reports.services.schedules import tell_of
from reports.services.sweeping import MOST_ATTEMPTS, SILENT_AFTER
from tpbis.accounts.models import User
from tpbis.core.periods import Period

logger = logging.getLogger(__name__)

_LENGTHS = {"doing": 120, "failed_part": 120, "problem": 300}  # of the row's fields


def render(*, document_id: int, at: datetime | None = None) -> Document | None:
    """Make the document, unless another attempt holds it (then ``None``). Whatever goes wrong ends
    up as the document's problem."""
    at = at or timezone.now()
    attempt = _take(document_id, at)
    if attempt is None:
        return None
    document = Document.objects.select_related(
        "region",
        "library__region__parent",
        "library__regency__parent",
        "person",
        "requested_by",
        "batch__region__parent",
        "organisation",
        "need",
        "commitment__need",
        "team",
        "event",
    ).get(pk=document_id)
    told = partial(_progress, document_id, attempt)
    try:
        _finish(document, attempt, _make_for(document, told, at), at)
    except Superseded:
        return None
    except (NotMade, NotForThisRegion) as problem:
        logger.warning("Document %s failed: %s", document_id, problem)
        _fail(document_id, attempt, str(problem), part=getattr(problem, "part", ""))
    except Exception as surprise:
        logger.exception("Document %s failed", document_id)
        _fail(document_id, attempt, _said_of(surprise))
    document.refresh_from_db()
    if document.is_done:
        tell_of(document)
    return document


def make(
    *,
    region: Region,
    period: Period,
    told: printing.Told,
    by: User | None = None,
    at: datetime | None = None,
    narrowing: Mapping[str, str] | None = None,
    brief: Brief | None = None,
) -> printing.Printed:
    """The progress report of ``region``, or of the one library of its ``brief``: of those that
    ``by`` may see, or on the command line of all. Writes no row. Raises :class:`NotMade`."""
    from reports import pdf

    check_level(region)
    library = brief.library if brief else None
    everyone = Library.objects.all() if by is None else Library.objects.visible_to(by)
    everyone = everyone.filter(pk=library.pk) if library else everyone.within(region.code)
    try:
        # The press gets ready while the figures are read.
        with translation.override(content.LANGUAGE), pdf.Press() as press:
            report = content.progress(
                library.region if library else region,
                narrowed(everyone, narrowing or {}),
                period,
                as_of=at or timezone.now(),
                brief=brief,
                opened=partial(printing.begin_opening, press=press),
                read=partial(printing.begin_chapter, press=press),
            )
            return printing.print_progress(report, press=press, told=told)
    except printing.NotPrinted as problem:
        raise _not_made(problem) from problem
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
        raise _not_made(problem) from problem


def make_single(
    *, document: Document, told: printing.Told, at: datetime | None = None
) -> printing.Printed:
    """A document of one piece. Writes no row. Raises :class:`NotMade`."""
    from reports import pdf

    try:
        with translation.override(content.LANGUAGE), pdf.Press(pdf.Limits(children=1)) as press:
            return single.print_single(document, press=press, told=told, at=at or timezone.now())
    except (single.NothingToSay, printing.NotPrinted) as problem:
        raise _not_made(problem) from problem


def _not_made(problem: Exception) -> NotMade:
    return NotMade(str(problem), part=getattr(problem, "part", ""))


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
            failed_part="",
            touched_at=at,
        )
        if not taken:
            return None
        return Document.objects.values_list("attempts", flat=True).get(pk=document_id)


def _make_for(document: Document, told: printing.Told, at: datetime) -> printing.Printed:
    user, region = document.requested_by, document.region
    if not may_make(document, user):
        raise NotForThisRegion(_("Peminta dokumen tidak lagi bertugas di wilayah ini."))
    if document.batch is not None:
        return make_letters(batch=document.batch, told=told, at=at)
    if document.kind in single.SINGLE:
        return make_single(document=document, told=told, at=at)
    told(0, 0, _("Menghitung angka"))
    return make(
        region=region,
        period=document.period,
        told=told,
        by=user,
        at=at,
        narrowing=document.narrowing,
        brief=brief_of(document),
    )


def _mine(document_id: int, attempt: int) -> DocumentQuerySet:
    return Document.objects.filter(pk=document_id, state=DocumentState.RUNNING, attempts=attempt)


def _progress(document_id: int, attempt: int, step: int, steps: int, doing: str) -> None:
    """Write how far it is, which is the sign of life too; the next one can be written when a busy
    database lets this one not through."""
    try:
        is_ours = _mine(document_id, attempt).update(
            step=step, steps=steps, doing=_cut("doing", doing), touched_at=timezone.now()
        )
    except OperationalError:
        logger.warning("How far document %d is was not written", document_id, exc_info=True)
        return
    if not is_ours:
        raise Superseded


def _said_of(surprise: Exception) -> str:
    """A full disk is nobody's secret; what else went wrong stands in the server's log."""
    if isinstance(surprise, OSError) and surprise.errno in (errno.ENOSPC, errno.EDQUOT):
        return _("Ruang simpan di server penuh, jadi berkasnya tidak dapat ditulis.")
    return _("Ada kesalahan tak terduga; rinciannya di catatan server.")


def _fail(document_id: int, attempt: int, problem: str, *, part: str = "") -> None:
    now = timezone.now()
    _mine(document_id, attempt).update(
        state=DocumentState.FAILED,
        problem=_cut("problem", problem),
        failed_part=_cut("failed_part", part),
        touched_at=now,
        finished_at=now,
    )


def _cut(field: str, text: str) -> str:
    return text[: _LENGTHS[field]]


def _finish(document: Document, attempt: int, made: printing.Printed, at: datetime) -> None:
    """Put the file down first, then say so; one that came too late is taken away again, and so is
    what a full disk left of it."""
    files, name = storages["documents"], f"{uuid.uuid4()}.pdf"
    try:
        name = files.save(name, ContentFile(made.content))
    except OSError:
        files.delete(name)
        raise
    now = timezone.now()
    if not _mine(document.pk, attempt).update(
        state=DocumentState.DONE,
        doing="",
        step=F("steps"),
        file_name=name,
        sha256=hashlib.sha256(made.content).hexdigest(),
        size=len(made.content),
        pages=made.pages,
        as_of=at,
        expires_at=now + _kept_for(document),
        touched_at=now,
        finished_at=now,
    ):
        files.delete(name)
    shelf.clear(at=now)


def _kept_for(document: Document) -> timedelta:
    """Letters hold the keys of accounts: their file goes when they are no good any more."""
    is_of_letters = document.kind == DocumentKind.LETTERS
    days = settings.TPBIS_LETTER_FILE_DAYS if is_of_letters else settings.TPBIS_DOCUMENT_DAYS
    return timedelta(days=days)
