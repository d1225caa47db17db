"""Awards: what the province decided about green libraries."""

from datetime import date

from django.utils import timezone

from kpi import queries
from kpi.enums import AwardDecision, Colour
from kpi.models import Award, Closing
from tests.authorisation import marks
from tests.authorisation.bodies import Body, posts
from tests.authorisation.world import MORE, Actor, Thing, World
from tests.kpi.closed import closed
from tpbis.accounts.enums import Role
from tpbis.core import periods

# Free text that may name people.
marks.ONLY_FOR["kpi.Award.note"] = set(Role) - {Role.OBSERVER, Role.SUPPORTER}
LONG_CLOSED = date(2023, 5, 1)


def awarded(world: World) -> None:
    """Every library was green in a month long closed, and was awarded for it."""
    closing = closed(LONG_CLOSED, dict.fromkeys(world.libraries.values(), 80_000))
    for library in world.libraries.values():
        Award.objects.create(
            closing=closing,
            library=library,
            decision=AwardDecision.GRANTED,
            decided_on=timezone.localdate(closing.as_of),
            note="Rapat penetapan",
            decided_by=world.users["second_staff"],
        )


MORE.append(awarded)


@posts("reports:awards")
def another_decision(world: World, actor: Actor, thing: Thing | None) -> Body:
    closing = Closing.objects.get(through=LONG_CLOSED)
    award = Award.objects.get(closing=closing, library=world.libraries["A1"])
    assert award.library.closing_scores.filter(closing=closing, colour=Colour.GREEN).exists()
    data = {
        "libraries": [str(award.library_id)],
        f"seen-{award.library_id}": queries.award_seen_as(award),
        "decision": AwardDecision.DECLINED.value,
        "decided_on": timezone.localdate().isoformat(),
        "note": "Ditinjau ulang",
    }
    code = periods.month_code(LONG_CLOSED)
    return Body(data, needs=("note",), query={"tutup": code, "tanda": "boleh"})
