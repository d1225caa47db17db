"""Linking events into the chain, after they were written: a write does not wait for its turn."""

import logging

from django.db import IntegrityError, transaction
from django.db.models import Max

from tpbis.accounts import seals
from tpbis.accounts.models import AuditEvent, AuditLink

logger = logging.getLogger(__name__)

BATCH = 2_000
# An event may come to light after later ones were linked: its number is given when it is written,
# but its transaction ends when it likes. So far back is looked for such, not through everything.
LOOKED_BACK = 100_000


def link_audit() -> int:
    """Link what is not linked yet, in batches; returns how many. Two at once do no harm: positions
    are unique, and whoever comes second leaves it to the first."""
    linked = 0
    try:
        while more := _link_batch():
            linked += more
    except IntegrityError:
        logger.info("Somebody else is linking the audit at this moment.")
    return linked


@transaction.atomic
def _link_batch() -> int:
    # Holding the first link makes a second one wait here, and then read what the first wrote.
    list(AuditLink.objects.select_for_update().filter(position=1).values_list("pk"))
    last = AuditLink.objects.order_by("-position").values_list("position", "hash").first()
    position, head = last or (0, seals.START)
    furthest = AuditLink.objects.aggregate(furthest=Max("event_id"))["furthest"] or 0
    waiting = AuditEvent.objects.unlinked().filter(pk__gt=furthest - LOOKED_BACK)
    links = []
    for event in waiting.values_list(*seals.COVERED)[:BATCH]:
        position, head = position + 1, seals.link(head, event)
        links.append(AuditLink(event_id=event[0], position=position, hash=head))
    AuditLink.objects.bulk_create(links)
    return len(links)
