"""What each POST needs to be done: one recipe a route, and what a page needs in its address.

A recipe is given the world, who asks and about what, and returns a :class:`Body`. ``needs`` names
the fields without which it must be refused (400, 409 or 422): the matrix leaves out the first.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.utils import timezone

from activities.enums import AdvocacyResult, Kind
from activities.models import Activity
from tests import factories
from tests.activities.pictures import jpeg
from tpbis.accounts.enums import Role
from tpbis.core import periods

if TYPE_CHECKING:
    from tests.authorisation.world import Actor, Thing, World


@dataclass(frozen=True, slots=True)
class Body:
    """What is sent."""

    data: dict[str, Any] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    query: dict[str, str] = field(default_factory=dict)

    def without_its_first_need(self) -> "Body | None":
        if not self.needs:
            return None
        left = {name: value for name, value in self.data.items() if name != self.needs[0]}
        return Body(left, (), self.query)


Recipe = Callable[["World", "Actor", "Thing | None"], Body]
BODIES: dict[str, Recipe] = {}
# Parameters without which a page has nothing to show.
QUERIES: dict[str, dict[str, str]] = {
    "api:figures": {"dari": "2024-01", "sampai": "2024-09"},
}


def posts(*routes: str) -> Callable[[Recipe], Recipe]:
    def registered(recipe: Recipe) -> Recipe:
        for route in routes:
            assert route not in BODIES, f"two recipes for {route}"
            BODIES[route] = recipe
        return recipe

    return registered


def body_for(route: str, world: "World", actor: "Actor", thing: "Thing | None") -> Body:
    if route not in BODIES:
        raise LookupError(
            f"{route} takes a POST and nothing says what to send: add a recipe to "
            "tests/authorisation/bodies.py, @posts(...)"
        )
    return BODIES[route](world, actor, thing)


NOTHING = Body()


# A form that was sent, and is empty: browsers always send the token with it.
EMPTY = Body({"kosong": "1"})


@posts(
    "accounts:second_factor",
    "accounts:second_factor_set_up",
    "accounts:second_factor_off",
    "accounts:password",
)
def an_empty_form(world: "World", actor: "Actor", thing: "Thing | None") -> Body:
    return EMPTY


@posts(
    "accounts:sign_out",
    "activities:remove",
    "activities:photo_remove",
    "activities:submit",
    "activities:approve",
    "reports:document_cancel",
    "reports:document_retry",
)
def nothing_to_fill_in(world: "World", actor: "Actor", thing: "Thing | None") -> Body:
    return NOTHING


@posts("set_language")
def a_language(world: "World", actor: "Actor", thing: "Thing | None") -> Body:
    return Body({"language": "en", "next": "/"})


@posts("accounts:sign_in")
def a_name_and_password(world: "World", actor: "Actor", thing: "Thing | None") -> Body:
    name = world.users["viewer"].username
    return Body({"username": name, "password": factories.PASSWORD})


@posts("activities:month_visits", "activities:visits")
def visits(world: "World", actor: "Actor", thing: "Thing | None") -> Body:
    return Body({"men": "11", "women": "12"}, needs=("men",))


@posts("activities:send_back")
def why_it_goes_back(world: "World", actor: "Actor", thing: "Thing | None") -> Body:
    return Body({"reason": "lainnya", "comment": "Mohon dilengkapi."}, needs=("comment",))


@posts("activities:reopen")
def why_it_is_opened(world: "World", actor: "Actor", thing: "Thing | None") -> Body:
    return Body({"comment": "Angka keliru."}, needs=("comment",))


def entry(kind: Kind, held_on: str) -> dict[str, Any]:
    said: dict[Kind, dict[str, Any]] = {
        Kind.INVOLVEMENT: {
            "title": "Pelatihan",
            "theme": "Ekonomi",
            "format": "Pelatihan",
            "audience": "Umum",
            "participants_total": "20",
            "partner_name": "PKK",
        },
        Kind.ADVOCACY: {
            "title": "Audiensi",
            "audiences": ["Kepala Desa"],
            "result": AdvocacyResult.IN_KIND.value,
            "goods": "2",
        },
        Kind.SERVICE: {"title": "Pojok baca", "service_form": "ruang"},
        Kind.PUBLICATION: {"title": "Berita", "medium": "Media Cetak", "media_name": "Radar"},
    }
    return {"held_on": held_on, "uuid": str(uuid4()), **said[kind]}


@posts("activities:record_kind")
def an_entry(world: "World", actor: "Actor", thing: "Thing | None") -> Body:
    kind = Kind(thing.note) if thing and thing.note else Kind.INVOLVEMENT
    data = entry(kind, world.months["none"].isoformat())
    if kind == Kind.INVOLVEMENT:
        data["photos"] = [jpeg(shade=9)]
    return Body(data, needs=("held_on",))


@posts("activities:edit")
def an_entry_changed(world: "World", actor: "Actor", thing: "Thing | None") -> Body:
    there = thing.row if thing and isinstance(thing.row, Activity) else None
    kind = Kind(there.kind) if there else Kind.INVOLVEMENT
    day = there.held_on if there else world.months["none"]
    return Body(entry(kind, day.isoformat()), needs=("held_on",))


@posts("stakeholders:partnership_add")
def a_partnership(world: "World", actor: "Actor", thing: "Thing | None") -> Body:
    data = {"organisation_name": "PKK", "kind": "dana", "starts_on": "2025-02-01"}
    return Body(data, needs=("organisation_name",))


@posts("reports:documents")
def a_document(world: "World", actor: "Actor", thing: "Thing | None") -> Body:
    month = periods.month_code(world.months["draft"])
    data = {"dari": month, "sampai": month}
    if actor.role == Role.LIBRARIAN:
        library = actor.spots[0].library if actor.spots else ""
        return Body({"perpustakaan": library or "", **data}, needs=("perpustakaan",))
    region = actor.spots[0].code if actor.spots else "35"
    return Body({"region": region, **data}, needs=("region",))


# --- The register ---------------------------------------------------------------------------------


def _regency(actor: "Actor", thing: "Thing | None" = None) -> str:
    """A or B: of the thing, else where the actor works."""
    code = thing.code if thing and thing.code.startswith("35.") else ""
    code = code or (actor.spots[0].code if actor.spots else "35.08")
    return "B" if code.startswith("35.05") else "A"


def _village(regency: str) -> str:
    return {"A": "35.08.21.2001", "B": "35.05.17.1001"}[regency]


def _library(code: str, name: str) -> dict[str, Any]:
    is_urban = code.rpartition(".")[2].startswith("1")
    return {
        "name": name,
        "kind": "kelurahan" if is_urban else "desa",
        "source": "replication",
        "joined_on": "2024-01-01",
    }


@posts("libraries:library_add")
def a_library(world: "World", actor: "Actor", thing: "Thing | None") -> Body:
    code = _village(_regency(actor))
    return Body({"wilayah": code, **_library(code, "Taman Baca")}, needs=("name",))


@posts("libraries:library_change")
def a_library_corrected(world: "World", actor: "Actor", thing: "Thing | None") -> Body:
    code = thing.code if thing else ""
    return Body(_library(code, "Nama Baru"), needs=("name",))


@posts("libraries:library_deactivate")
def since_when_it_takes_no_part(world: "World", actor: "Actor", thing: "Thing | None") -> Body:
    return Body({"starts_on": "2026-01-05", "reason": "Renovasi gedung"}, needs=("reason",))


@posts("libraries:library_reactivate")
def since_when_it_takes_part(world: "World", actor: "Actor", thing: "Thing | None") -> Body:
    return Body({"active_from": "2026-01-05"}, needs=("active_from",))


@posts("libraries:library_move")
def where_it_moves(world: "World", actor: "Actor", thing: "Thing | None") -> Body:
    other = {"A": "35.08.21", "B": "35.05.17"}[_regency(actor, thing)]
    code = next(c for c in world.regions if c.startswith(f"{other}.") and c != thing.code)
    return Body({"wilayah": code, "reason": "Keliru dicatat"}, needs=("reason",))


@posts("libraries:library_merge")
def which_two_are_one(world: "World", actor: "Actor", thing: "Thing | None") -> Body:
    regency = _regency(actor, thing)
    other = world.alone[regency, "inactive" if thing.state == "waiting" else "waiting"]
    return Body({"dengan": str(other.pk), "understood": "on"}, needs=("understood",))


# --- People ---------------------------------------------------------------------------------------


@posts("libraries:person_add")
def somebody_new(world: "World", actor: "Actor", thing: "Thing | None") -> Body:
    regency = _regency(actor)
    code = {"A": "35.08", "B": "35.05"}[regency]
    library = world.libraries[f"{regency}1"]
    return Body(
        {"library": str(library.pk), "full_name": "Orang Baru", "phone": "081234567890"},
        needs=("full_name",),
        query={"peran": "librarian", "wilayah": code},
    )


@posts("libraries:person_change")
def somebodys_data(world: "World", actor: "Actor", thing: "Thing | None") -> Body:
    data = {"full_name": "Nama Lain", "username": "nama.lain", "phone": "", "email": ""}
    return Body(data, needs=("full_name",))


@posts("libraries:person_move")
def another_place(world: "World", actor: "Actor", thing: "Thing | None") -> Body:
    regency = _regency(actor)
    there = world.users[f"librarian_{regency.lower()}2"]
    is_there = thing is not None and thing.arguments.get("pk") == there.pk
    library = world.libraries[f"{regency}{1 if is_there else 2}"]
    code = {"A": "35.08", "B": "35.05"}[regency]
    return Body(
        {"library": str(library.pk)},
        needs=("library",),
        query={"peran": "librarian", "wilayah": code},
    )


@posts("libraries:delegations")
def whom_the_reviews_go_to(world: "World", actor: "Actor", thing: "Thing | None") -> Body:
    who = world.users["fasda_a" if _regency(actor) == "A" else "delegate"]
    post = who.assignments.get(may_review=False)
    day = timezone.localdate() + timedelta(days=30)
    return Body({"post": str(post.pk), "ends_on": day.isoformat()}, needs=("ends_on",))


@posts("reports:letters")
def who_gets_a_letter(world: "World", actor: "Actor", thing: "Thing | None") -> Body:
    return Body({"perpustakaan": [str(world.alone[_regency(actor), "waiting"].pk)]})


@posts("libraries:activation_start")
def a_code_typed(world: "World", actor: "Actor", thing: "Thing | None") -> Body:
    return Body({"kode": "AAAAA-AAAAA"})


@posts("libraries:activate")
def who_gets_in(world: "World", actor: "Actor", thing: "Thing | None") -> Body:
    data = {
        "full_name": "Pengelola Baru",
        "phone": "081298765432",
        "password": "langit sawah kopi biru",
    }
    return Body(data, needs=("full_name",))


@posts("libraries:rosters")
def a_roster_file(world: "World", actor: "Actor", thing: "Thing | None") -> Body:
    from tests.authorisation.things import a_file

    return Body({"berkas": [a_file()]}, needs=("berkas",))


@posts(
    "accounts:recovery_codes",
    "accounts:password_reset",
    "accounts:sign_out_everywhere",
    "accounts:device_end",
    "accounts:session_end",
    "libraries:person_deactivate",
    "libraries:person_reactivate",
    "libraries:person_code",
    "libraries:person_reset_factor",
    "libraries:assignment_end",
    "libraries:delegation_end",
    "libraries:handover",
    "libraries:code_revoke",
    "libraries:roster_columns",
    "libraries:roster_places",
    "libraries:roster_confirm",
    "libraries:roster_cancel",
    "libraries:sim_states",
    "reports:letters_print",
    "reports:letter_revoke",
    "reports:boundaries",
    "reports:boundaries_activate",
    "reports:boundaries_withdraw",
)
def nothing_more(world: "World", actor: "Actor", thing: "Thing | None") -> Body:
    return NOTHING


@posts("accounts:password_forgotten")
def an_address(world: "World", actor: "Actor", thing: "Thing | None") -> Body:
    return Body({"email": "siapa@example.org"})
