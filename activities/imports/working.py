"""A feed that was sent in: read anew and taken in, whole or not at all."""

import logging

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activities import sim
from activities.imports.files import BadFeed, read_rows

logger = logging.getLogger(__name__)


def work_on(*, run_id: int) -> None:
    """Whatever goes wrong ends up as the import's problem, and then nothing of it was written."""
    held = sim.take(run_id=run_id)
    if held is None:
        return
    try:
        rows = read_rows(sim.content_of(held.run), today=timezone.localdate())
        with transaction.atomic():
            run = sim.hold(held)
            if run is not None:
                sim.store(rows, as_of=run.as_of, by=run.sent_by, run=run)
                sim.put_away(run)
    except sim.AnotherImport:
        sim.wait_again(held=held)
    except (BadFeed, sim.FeedGone) as problem:
        sim.fail(held=held, problem=str(problem))
    except Exception:
        logger.exception("Import %s from the SIM failed", run_id)
        problem_text = _("Ada kesalahan tak terduga; rinciannya di catatan server.")
        sim.fail(held=held, problem=problem_text)
