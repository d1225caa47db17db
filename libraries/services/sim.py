"""Many SIM accounts at once, from a list or a roster."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from libraries.enums import SimState
from libraries.models import Library, SimAccount
from libraries.services.bulk import AT_ONCE, refuse_elsewhere
from tpbis.accounts import audit
from tpbis.accounts.models import User


@dataclass(frozen=True, slots=True)
class SimNote:
    """From ``since_on`` the SIM account of ``library`` is in ``state``."""

    library: Library
    state: SimState
    since_on: date


@transaction.atomic
def note_sim_states(*, notes: Iterable[SimNote], by: User | None = None) -> list[SimAccount]:
    """From a day on, the SIM accounts of these libraries are in these states."""
    noted = list(notes)
    refuse_elsewhere(by, libraries={note.library.pk for note in noted})
    accounts = SimAccount.objects.bulk_create(
        [
            SimAccount(library=note.library, state=note.state, since_on=note.since_on)
            for note in noted
        ],
        batch_size=AT_ONCE,
    )
    audit.record_many(
        "libraries.note_sim_state",
        by=by,
        told=(
            (one, one.library, {"state": ["", one.state], "since_on": ["", one.since_on]})
            for one in accounts
        ),
    )
    return accounts
