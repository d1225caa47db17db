"""Rule sets: drafts for the province, published ones for everyone."""

from collections.abc import Iterator

from kpi.enums import Measure, RuleGroup
from kpi.models import RuleSet
from kpi.queries import rules as queries
from kpi.services import rules as services
from tests import factories
from tests.authorisation import marks
from tests.authorisation.bodies import NOTHING, Body, posts
from tests.authorisation.marks import Place, Sight
from tests.authorisation.world import MORE, Actor, Thing, World, about
from tpbis.accounts.enums import Role

NOBODY = {"pk": 987_654_321}


def a_draft(world: World) -> None:
    factories.rule_set(note="Draf", author=world.users["staff"])
    gone = factories.rule_set()
    world.gone["rule_set"] = {"pk": gone.pk}
    gone.indicators.all().delete()
    gone.delete()


MORE.append(a_draft)


def of_a_draft(sight: Sight, actor: Actor, place: Place, field: str) -> bool | None:
    """Whoever may publish it may read it, and nobody else."""
    if place.label != "kpi.RuleSet" or place.state != "draft":
        return None
    return actor.role == Role.PROVINCE_STAFF


marks.RULES.append(of_a_draft)


@about("rule_set")
def _(world: World) -> Iterator[Thing]:
    for one in RuleSet.objects.order_by("pk"):
        yield Thing("rule_set", {"pk": one.pk}, row=one, state=one.state)
    yield Thing("rule_set", world.gone["rule_set"], there=False, note="deleted")
    yield Thing("rule_set", NOBODY, there=False, note="nonexistent")


def _filled_in(draft: RuleSet) -> dict[str, object]:
    """What the form of a draft sends when nothing was touched."""
    said: dict[str, object] = {
        "versi": services.saved_at(draft),
        "yellow_above": "25",
        "green_above": "70",
        "green_needs_signs": "1",
        "general": ["involvement", "advocacy", "service"],
        "participants_each": "15",
        "noise_gap": "5",
        "note": "Lebih mudah hijau",
    }
    there = {one.measure: one for one in draft.indicators.all()}
    for measure in Measure:
        one = there[measure]
        said |= {
            f"points_{measure}": str(one.points),
            f"count_{measure}": str(one.count),
            f"per_{measure}": str(one.per_months),
            f"component_{measure}": one.component,
            f"ceiling_{measure}": "1",
            f"effort_{measure}": "1",
        }
    return said


@posts("kpi:rule_change")
def a_changed_draft(world: World, actor: Actor, thing: Thing | None) -> Body:
    draft = thing.row if thing and isinstance(thing.row, RuleSet) else _any_draft()
    return Body(_filled_in(draft), needs=("green_above",))


@posts("kpi:rule_publish")
def a_date_and_a_note(world: World, actor: Actor, thing: Thing | None) -> Body:
    draft = thing.row if thing and isinstance(thing.row, RuleSet) else _any_draft()
    data = {
        "versi": services.saved_at(draft),
        "valid_from": queries.open_from().isoformat(),
        "note": "Bobot advokasi ditambah",
    }
    return Body(data, needs=("note",))


@posts("kpi:rule_draft", "kpi:rule_discard")
def nothing_to_say(world: World, actor: Actor, thing: Thing | None) -> Body:
    return NOTHING


def _any_draft() -> RuleSet:
    return RuleSet.objects.filter(group=RuleGroup.VILLAGE).latest("pk")
