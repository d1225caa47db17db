"""Feeds sent in: kept until they are taken in, held by one worker at a time."""

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import transaction
from django.utils import timezone

from activities import permissions, signals
from activities.enums import SimImportState, SimSource
from activities.models import SimImport
from tpbis.accounts import audit
from tpbis.accounts.models import User
from tpbis.core.texts import plain

SILENT_AFTER = timedelta(minutes=15)  # no import may take longer than a task
UNHEARD_AFTER = timedelta(seconds=30)  # a message that was not lost has long arrived
MOST_ATTEMPTS = 3

# By file name: the kind of its rows, and the rows as they came.
Content = Mapping[str, tuple[str, Sequence[Any]]]


class FeedGone(Exception):
    """What was sent in is no longer there."""


@dataclass(frozen=True, slots=True)
class Held:
    """An import that a worker holds, by its attempt."""

    run: SimImport
    attempt: int


def receive(
    *,
    content: Content,
    content_hash: str,
    as_of: date,
    source: SimSource = SimSource.BROWSER,
    by: User | None,
) -> SimImport:
    """Keep a feed that was read until it is taken in; a worker is told of it."""
    if by is not None and not permissions.imports_sim(by):
        raise PermissionDenied
    shelf = storages["sim_feeds"]
    text = json.dumps(content, ensure_ascii=True, separators=(",", ":"))
    stored_as = shelf.save(f"{uuid.uuid4()}.json", ContentFile(text.encode()))
    try:
        with transaction.atomic():
            run = SimImport.objects.create(
                source=source,
                state=SimImportState.WAITING,
                files=[plain(name)[:255] for name in content],
                content_hash=content_hash,
                stored_as=stored_as,
                as_of=as_of,
                sent_by=by,
                begun_at=timezone.now(),
                touched_at=timezone.now(),
            )
            rows = {"rows": [None, sum(len(rows) for _kind, rows in content.values())]}
            audit.record("activities.receive_sim", by=by, subject=run, changes=rows)
            told = partial(signals.sim_waiting.send_robust, sender=SimImport, run_id=run.pk)
            transaction.on_commit(told)
    except BaseException:
        shelf.delete(stored_as)
        raise
    return run


@transaction.atomic
def take(*, run_id: int, at: datetime | None = None) -> Held | None:
    """Hold an import that waits, or whose worker fell silent; ``None`` if it is not to be had."""
    at = at or timezone.now()
    free = SimImport.objects.waiting().select_for_update(of=("self",), skip_locked=True)
    run = free.filter(pk=run_id, attempts__lt=MOST_ATTEMPTS).first()
    if run is None:
        return None
    if run.state == SimImportState.RUNNING and run.touched_at > at - SILENT_AFTER:
        return None
    run.state, run.touched_at = SimImportState.RUNNING, at
    run.attempts += 1
    run.save(update_fields=["state", "touched_at", "attempts"])
    return Held(run, run.attempts)


def content_of(run: SimImport) -> Content:
    """Raises :class:`FeedGone`."""
    try:
        with storages["sim_feeds"].open(run.stored_as) as file:
            content: Content = json.load(file)
    except (OSError, ValueError) as error:
        raise FeedGone("Berkas yang dikirim tidak ada lagi. Kirim ulang.") from error
    return content


@transaction.atomic
def hold(held: Held) -> SimImport | None:
    """The row itself, locked until the transaction ends, if this attempt still holds it."""
    run = SimImport.objects.select_for_update(of=("self",)).get(pk=held.run.pk)
    if run.state != SimImportState.RUNNING or run.attempts != held.attempt:
        return None
    return run


@transaction.atomic
def wait_again(*, held: Held) -> None:
    """Another import is being written just now."""
    if run := hold(held):
        run.state, run.touched_at = SimImportState.WAITING, timezone.now()
        run.attempts -= 1
        run.save(update_fields=["state", "touched_at", "attempts"])


@transaction.atomic
def fail(*, held: Held, problem: str) -> None:
    if run := hold(held):
        run.state, run.problem = SimImportState.FAILED, problem[:300]
        run.finished_at = timezone.now()
        run.save(update_fields=["state", "problem", "finished_at"])
        put_away(run)
        changes = {"state": [SimImportState.RUNNING, run.state]}
        audit.record("activities.fail_sim_import", by=None, subject=run, changes=changes)


def note_failed(*, files: Sequence[str], problem: str, as_of: date) -> SimImport:
    """What was to be fetched did not come."""
    now = timezone.now()
    return SimImport.objects.create(
        source=SimSource.FETCH,
        state=SimImportState.FAILED,
        files=[name[:255] for name in files],
        as_of=as_of,
        problem=problem[:300],
        begun_at=now,
        touched_at=now,
        finished_at=now,
    )


def put_away(run: SimImport) -> None:
    """Its rows are in the ledger, or were refused; the file goes once that is certain."""
    stored_as = run.stored_as
    if stored_as:
        run.stored_as = ""
        run.save(update_fields=["stored_as"])
        transaction.on_commit(partial(storages["sim_feeds"].delete, stored_as))


def sweep(*, at: datetime | None = None) -> list[int]:
    """The imports that wait although their message must have been lost."""
    at = at or timezone.now()
    given_up = SimImport.objects.filter(
        state=SimImportState.RUNNING,
        attempts__gte=MOST_ATTEMPTS,
        touched_at__lt=at - SILENT_AFTER,
    )
    for run in given_up:
        fail(held=Held(run, run.attempts), problem="Tiga kali terputus. Lihat catatan server.")
    waiting = SimImport.objects.waiting().filter(touched_at__lt=at - UNHEARD_AFTER)
    return list(waiting.order_by("pk").values_list("pk", flat=True))
