"""The backup of each night."""

import logging
from pathlib import Path

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from tpbis.backup.keeping import prune
from tpbis.backup.making import make
from tpbis.backup.sealing import Unusable

log = logging.getLogger(__name__)


@shared_task(name="backup.make", ignore_result=True)
def make_backup() -> None:
    """One more, then without those that need not stay. Off while no key is set."""
    if not settings.TPBIS_BACKUP_RECIPIENT:
        return
    folder = Path(settings.TPBIS_BACKUP_DIR)
    try:
        made = make(folder)
    except Unusable:
        log.exception("No backup was made")
        return
    gone = prune(folder, now=timezone.now())
    log.info("Backup %s: %s bytes; %s old ones removed", made.path.name, made.size, len(gone))
