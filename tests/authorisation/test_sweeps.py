"""What is derived from the routes, forms and filters themselves: forged requests, foreign keys of
other people's rows, fields nobody asked for, parameters that cannot be meant."""

import importlib
import pkgutil
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django import forms
from django.conf import settings
from django.db import connection, models, transaction
from django.http import QueryDict
from django.test import Client
from django.urls import NoReverseMatch, get_resolver
from rest_framework import serializers

from stakeholders.models import Offer, Organisation
from tests.architecture.conftest import MODELS, OUR_APPS
from tests.authorisation import cells, marks
from tests.authorisation.areas import review
from tests.authorisation.bodies import QUERIES, Body
from tests.authorisation.world import Actor, Thing
from tpbis import policy

POSTS = sorted(route for route in policy.routes() if "POST" in policy.routes()[route])
GETS = sorted(route for route in policy.routes() if "GET" in policy.routes()[route])


def first_done(route: str, world, method: str = "POST") -> cells.Cell:
    """The first cell in which something is done (or, where nothing ever is, sent on)."""
    found = [c for c in cells.cells_of(route, world, methods=[method]) if not c.is_incomplete]
    for wanted in ("done", "ok", "elsewhere", "invalid", "conflict", "absent"):
        for cell in found:
            if cells.expected(cell) == wanted:
                return cell
    raise AssertionError(f"nobody may ever {method} {route}: what is it for?")


def first_shown(route: str, world, *, by: tuple[str, ...] = ()) -> cells.Cell | None:
    found = list(cells.cells_of(route, world, methods=["GET"], actors=by))
    return next((cell for cell in found if cells.expected(cell) == "ok"), None)


# --- Forged requests ------------------------------------------------------------------------------

SECRET = "s" * 32


@pytest.fixture
def forged(asker) -> Callable[..., int]:
    """Sends a good body with or without the token: the status that came back."""

    def send(cell: cells.Cell, token: str = "", **headers: str) -> cells.Reply:
        asker.client = Client(enforce_csrf_checks=True, raise_request_exception=False)
        body = Body({**cell.body.data, "csrfmiddlewaretoken": token}, query=cell.body.query)
        with transaction.atomic():
            cookies = _with_a_secret(cell.actor)
            actor = Actor(cell.actor.name, cell.actor.user, cell.actor.spots, cookies)
            asker.client.defaults.update(headers)
            reply = asker.ask(cells.Cell(cell.route, cell.method, actor, cell.thing, body))
            transaction.set_rollback(True)
        return reply

    return send


def _with_a_secret(actor: Actor) -> dict[str, str]:
    """The actor's session, which holds the token's secret (CSRF_USE_SESSIONS)."""
    engine = importlib.import_module(settings.SESSION_ENGINE)
    key = actor.cookies.get(settings.SESSION_COOKIE_NAME)
    store = engine.SessionStore(key)
    store["_csrftoken"] = SECRET
    store.save()
    return {**actor.cookies, settings.SESSION_COOKIE_NAME: store.session_key}


# Whose address nobody can forge.
WITHOUT_A_TOKEN = {
    "accounts:message_mute": "mail programs send none (RFC 8058); the address is signed",
}


@pytest.mark.parametrize("route", [route for route in POSTS if route not in WITHOUT_A_TOKEN])
def test_a_forged_request_does_nothing(route, the_world, forged):
    cell = first_done(route, the_world)

    refused = [
        forged(cell),
        forged(cell, "x" * 32),
        forged(cell, SECRET, HTTP_ORIGIN="https://jahat.example"),
    ]
    genuine = forged(cell, SECRET, HTTP_ORIGIN="http://testserver")

    assert [reply.status for reply in refused] == [403, 403, 403]
    assert [reply.changed for reply in refused] == [set(), set(), set()]
    assert genuine.status in cells.STATUS[cells.expected(cell)]


# --- Keys of other people's rows in a body --------------------------------------------------------

# Form fields that name a row: which route sends them, and who tries which row of somebody else.
RELATED: dict[str, tuple[str, str, str, Callable[[Any], Any]]] = {
    "reports.forms.documents.DocumentForm.region": (
        "reports:documents",
        "pic_a",
        "region",
        lambda world: "35.05",
    ),
    "reports.forms.documents.DocumentForm.perpustakaan": (
        "reports:documents",
        "librarian_a1",
        "perpustakaan",
        lambda world: world.libraries["B1"].pk,
    ),
    "reports.forms.documents.ScheduleForm.region": (
        "reports:schedules",
        "pic_a",
        "region",
        lambda world: "35.05",
    ),
    "reports.forms.documents.ScheduleForm.told": (
        "reports:schedules",
        "pic_a",
        "told",
        lambda world: world.users["pic_b"].pk,
    ),
    "stakeholders.forms.teams.TeamForm.region": (
        "stakeholders:team_add",
        "pic_a",
        "region",
        lambda world: "35.05",
    ),
    "stakeholders.forms.cohorts.CohortForm.region": (
        "reports:cohort_add",
        "pic_a",
        "region",
        lambda world: "35.05",
    ),
    "libraries.forms.people.AccountForm.library": (
        "libraries:person_add",
        "pic_a",
        "library",
        lambda world: world.libraries["B1"].pk,
    ),
    "libraries.forms.people.MoveForm.library": (
        "libraries:person_move",
        "pic_a",
        "library",
        lambda world: world.libraries["B1"].pk,
    ),
    "libraries.forms.people.DelegationForm.post": (
        "libraries:delegations",
        "pic_a",
        "post",
        lambda world: world.users["delegate"].assignments.get(may_review=False).pk,
    ),
    "libraries.forms.tokens.TokenForm.region": (
        "libraries:tokens",
        "staff",
        "region",
        lambda world: "35.08.21",  # programs work for a province or a regency
    ),
    "libraries.forms.people.PostForm.wilayah": (
        "libraries:person_add",
        "pic_a",
        "?wilayah",
        lambda world: "35.05",
    ),
    "reports.forms.document_kinds.WorkForm.orang": (
        "reports:document_of_library",
        "pic_a",
        "orang",
        lambda world: world.users["librarian_b1"].pk,
    ),
    "reports.forms.certificates.IssueForm.wilayah": (
        "reports:certificates",
        "staff",
        "wilayah",
        lambda world: "35.08.21",  # nobody issues by district
    ),
    "stakeholders.forms.offers.OfferForm.organisation": (
        "stakeholders:offer_add",
        "supporter",
        "organisation",
        lambda world: Organisation.objects.filter(memberships=None).order_by("-pk")[0].pk,
    ),
    "stakeholders.forms.offers.OfferForm.region": (
        "stakeholders:offer_add",
        "pic_a",
        "region",
        lambda world: "35.05",
    ),
    "stakeholders.forms.commitments.MatchForm.organisation": (
        "stakeholders:commitment_add",
        "pic_a",
        "organisation",
        lambda world: (
            Organisation.objects.filter(village__code__startswith="35.05.")
            .values_list("pk", flat=True)
            .first()
            or 987_654_320
        ),
    ),
    "stakeholders.forms.commitments.MatchForm.offer": (
        "stakeholders:commitment_add",
        "pic_a",
        "offer",
        lambda world: Offer.objects.get(region__code="35.05").pk,
    ),
    # --- Text that names a row ---
    "libraries:library_add wilayah": (
        "libraries:library_add",
        "pic_a",
        "wilayah",
        lambda world: world.libraries["B1"].region.code,
    ),
    "libraries:library_move wilayah": (
        "libraries:library_move",
        "pic_a",
        "wilayah",
        lambda world: world.libraries["B1"].region.code,
    ),
    "libraries:library_merge dengan": (
        "libraries:library_merge",
        "pic_a",
        "dengan",
        lambda world: world.alone["B", "waiting"].pk,
    ),
}
# Fields of addresses that only narrow what is shown: `test_a_parameter_does_no_harm` sends them.
NARROWING = {
    "reports.forms.documents.ShelfChoice.wilayah",
    "reports.forms.choices.Narrowed.wilayah",
    "reports.forms.choices.FunnelChoice.wilayah",
    "reports.forms.choices.LetterChoice.wilayah",
    "reports.forms.choices.FollowUpChoice.wilayah",
    "reports.forms.official.OfficialChoice.wilayah",
    "reports.forms.awards.AwardChoice.wilayah",
    "reports.forms.what_if.ScenarioForm.wilayah",
    "stakeholders.forms.teams.TeamsFilter.wilayah",
    "reports.forms.matching.MatchingChoice.wilayah",
    "stakeholders.forms.needs.NeedChoice.wilayah",
    "stakeholders.forms.cohorts.CandidatesFilter.wilayah",
}


# One route asks for papers of several kinds, each with a form of its own; what they refuse
# stands in tests/reports/test_support_papers.py.
ONE_OF_SEVERAL = {
    "reports.forms.support_papers.ImpactForm.wilayah",
    "reports.forms.support_papers.AttendanceForm.peserta",
}


def _import_everything() -> None:
    get_resolver().url_patterns  # noqa: B018
    for app in ("tpbis", *OUR_APPS[1:]):
        package = importlib.import_module(app)
        for found in pkgutil.walk_packages(package.__path__, f"{app}."):
            name = found.name.rpartition(".")[2]
            if name in ("forms", "serializers", "filters") or ".forms." in found.name:
                importlib.import_module(found.name)


def _all_subclasses(base: type) -> Iterator[type]:
    for child in base.__subclasses__():
        yield child
        yield from _all_subclasses(child)


def related_fields() -> set[str]:
    _import_everything()
    ours = (*OUR_APPS[1:], "tpbis")
    found = set()
    for form in {*_all_subclasses(forms.BaseForm)}:
        if form.__module__.startswith(ours):
            found |= {
                f"{form.__module__}.{form.__name__}.{name}"
                for name, field in form.base_fields.items()
                if isinstance(field, forms.ModelChoiceField)
            }
    for serializer in {*_all_subclasses(serializers.Serializer)}:
        if serializer.__module__.startswith(ours):
            found |= {
                f"{serializer.__module__}.{serializer.__name__}.{name}"
                for name, field in serializer._declared_fields.items()
                if isinstance(field, serializers.RelatedField | serializers.ManyRelatedField)
            }
    return found


def test_every_related_field_is_tried():
    missing = related_fields() - set(RELATED) - NARROWING - ONE_OF_SEVERAL

    assert missing == set(), "say in RELATED which route sends it and whose row to try"
    assert {name for name in RELATED if " " not in name} - related_fields() == set(), "stale"


@pytest.mark.parametrize("field", sorted(RELATED))
def test_somebody_elses_row_is_no_choice(field, the_world, the_sight, asker):
    """Refused like a row that never was: whoever asks learns nothing of it."""
    route, who, name, theirs = RELATED[field]
    mine = next(
        cell
        for cell in cells.cells_of(route, the_world, actors=[who], methods=["POST"])
        if not cell.is_incomplete and cells.expected(cell) == "done"
    )

    replies = [
        asker.ask(cells.Cell(route, "POST", mine.actor, mine.thing, _with(mine.body, name, value)))
        for value in (theirs(the_world), _never_was(theirs(the_world)))
    ]
    genuine = asker.ask(mine)

    assert genuine.changed, "the body must be good but for the row it names"
    for reply in replies:
        assert reply.status in cells.STATUS["invalid"] | cells.STATUS["absent"], reply.status
        assert reply.changed == set()
        assert the_sight.unseen(mine.actor, marks.found_in(reply.text, the_world)) == set()
    assert replies[0].status == replies[1].status


def _with(body: Body, name: str, value: Any) -> Body:
    if name.startswith("?"):
        return Body(body.data, (), {**body.query, name[1:]: value})
    return Body({**body.data, name: value}, (), body.query)


def _never_was(value: Any) -> Any:
    if isinstance(value, list):
        return [_never_was(value[0])]
    return 987_654_321 if isinstance(value, int) else "35.99"


# --- A list with one of somebody else's among one's own -------------------------------------------


def _waiting_in_both(world: Any) -> tuple[str, str]:
    return str(world.alone["A", "waiting"].pk), str(world.alone["B", "waiting"].pk)


def _plain_in_both(world: Any) -> tuple[str, str]:
    return str(review.plain_at(world, "A1").pk), str(review.plain_at(world, "B1").pk)


# Routes that act on many at once: the field, one's own and somebody else's.
BULK: dict[str, tuple[str, str, Callable[[Any], tuple[Any, Any]]]] = {
    "reports:letters": ("perpustakaan", "pic_a", _waiting_in_both),
    "activities:approve_together": ("laporan", "pic_a", _plain_in_both),
}


@pytest.mark.parametrize("route", sorted(BULK))
def test_a_mixed_list_is_refused_as_a_whole(route, the_world, asker):
    name, who, both = BULK[route]
    cell = next(
        one
        for one in cells.cells_of(route, the_world, actors=[who], methods=["POST"])
        if not one.is_incomplete
    )

    reply = asker.ask(
        cells.Cell(
            route, "POST", cell.actor, cell.thing, _with(cell.body, name, list(both(the_world)))
        )
    )

    assert reply.status in {*cells.STATUS["invalid"], 403, 404}
    assert reply.changed == set()


# --- Fields nobody asked for ----------------------------------------------------------------------


def every_field(world, cell: cells.Cell) -> dict[str, Any]:
    """A value for each field of each model that the form did not ask for, the worst there is."""
    theirs = world.libraries["B1"]
    worst: dict[str, Any] = {}
    for model in MODELS:
        for field in model._meta.concrete_fields:
            if field.name in cell.body.data or field.name in NOT_EXTRA:
                continue
            worst[field.name] = _worst(field, world)
    return worst | {
        "library": theirs.pk,
        "library_id": theirs.pk,
        "role": "province_staff",
        "is_active": "1",
        "is_superuser": "1",
        "state": "approved",
        "pk": "1",
        "id": "1",
    }


# Words the portal itself reads from a form, each shown by its own tests to do what it says.
NOT_EXTRA = {"nihil", "uuid"}


def _worst(field: models.Field, world: Any) -> Any:
    if field.is_relation:
        row = field.related_model._base_manager.order_by("-pk").first()
        return row.pk if row else 1
    if field.choices:
        return field.choices[-1][0]
    if isinstance(field, models.BooleanField):
        return "1"
    if isinstance(field, models.IntegerField):
        return "7"
    if isinstance(field, models.DateField):
        return "2020-02-02"
    return "tambahan"


@pytest.mark.parametrize("route", POSTS)
def test_fields_nobody_asked_for_change_nothing_more(route, the_world, asker):
    cell = first_done(route, the_world)
    if cells.expected(cell) != "done":
        return
    asked = _asked_by_the_page(cell, asker)
    extra = {k: v for k, v in every_field(the_world, cell).items() if k not in asked}
    more = cells.Cell(
        route,
        "POST",
        cell.actor,
        cell.thing,
        Body({**extra, **cell.body.data}, (), cell.body.query),
    )

    with _kept(asker) as kept:
        plain, plain_rows = asker.ask(cell), kept.rows
        rich, rich_rows = asker.ask(more), kept.rows

    assert rich.status == plain.status
    assert rich.changed == plain.changed
    assert rich_rows == plain_rows


def _asked_by_the_page(cell: cells.Cell, asker: cells.Asker) -> set[str]:
    """The names of the form's own fields, as the page shows them: before and when refused."""
    body = Body(query=cell.body.query)
    short = cell.body.without_its_first_need() or body
    pages = [
        asker.ask(cells.Cell(cell.route, "POST", cell.actor, cell.thing, body)),
        asker.ask(cells.Cell(cell.route, "POST", cell.actor, cell.thing, short)),
        asker.ask(cells.Cell(cell.route, "GET", cell.actor, cell.thing, body)),
    ]
    return {name for page in pages for name in re.findall(r'name="([\w-]+)"', page.text)}


class _kept:  # noqa: N801
    """Reads what a request wrote before it is rolled back: the rows that are new or other."""

    def __init__(self, asker: cells.Asker) -> None:
        self.asker, self.rows = asker, {}

    def __enter__(self) -> "_kept":
        self._changed = self.asker._changed

        def noting(seen: list[str]) -> set[str]:
            changed = self._changed(seen)
            self.rows = {table: _lasting(table, self.asker.world.old) for table in changed}
            return changed

        self.asker._changed = noting  # type: ignore[method-assign]
        return self

    def __exit__(self, *_: object) -> None:
        self.asker._changed = self._changed  # type: ignore[method-assign]


# Differ between two equal requests.
_FLEETING = (
    "_at",
    "stored_as",
    "file_name",
    "at",
    "uuid",
    "hash",
    "seal",
    "password",
    "personal_key",
    "last_login",
    "key",
    "id",
)


def _lasting(table: str, old: dict[str, set[int]]) -> list[str]:
    """The table's rows without numbers and moments that each request makes anew. Whose a row is
    must not change; a new row's owner may be new too."""
    known = {model._meta.db_table: model for model in MODELS}
    if table not in known:
        return []
    fields = [
        field
        for field in known[table]._meta.concrete_fields
        if _owners(field, old) is not None or not field.attname.endswith(_FLEETING)
    ]
    owners = [_owners(field, old) for field in fields]
    with connection.cursor() as cursor:
        names = ", ".join(f'"{field.column}"' for field in fields)
        cursor.execute(f'SELECT {names} FROM "{table}"')
        return sorted(repr(_named(row, owners)) for row in cursor.fetchall())


def _owners(field: models.Field, old: dict[str, set[int]]) -> set[int] | None:
    return old.get(field.related_model._meta.label) if field.is_relation else None


def _named(row: tuple[Any, ...], owners: list[set[int] | None]) -> list[Any]:
    return [
        "new" if known is not None and value is not None and value not in known else value
        for value, known in zip(row, owners, strict=True)
    ]


# --- Parameters that cannot be meant --------------------------------------------------------------


def hostile(world) -> list[str]:
    nonsense = [str(2**63), str(10**30), "abc", "-1", "\x00", "9999-99"]
    return [*nonsense, "35.05", str(world.libraries["B1"].pk)]


@pytest.mark.parametrize("route", GETS)
def test_a_parameter_does_no_harm(route, the_world, the_sight, asker, monkeypatch, record_property):
    """Every parameter the page reads, with somebody else's keys and with nonsense."""
    wrong, count = [], 0
    for who in ("pic_a", "librarian_a1", "observer"):
        cell = first_shown(route, the_world, by=(who,))
        if cell is None:
            continue
        for name in sorted(_read_by(cell, asker, monkeypatch)):
            for value in hostile(the_world):
                query = {**QUERIES.get(route, {}), name: value}
                reply = asker.ask(cell, query=query)
                count += 1
                # What was typed may be said back; the number of a mark is none of it.
                said = re.sub(rf"(?<![\w-]){re.escape(value)}(?![\w-])", "", reply.text)
                unseen = the_sight.unseen(
                    cell.actor, marks.found_in(said, the_world), route=cell.route
                )
                if reply.status >= 500 or reply.changed or unseen:
                    wrong.append(f"{who} ?{name}={value!r}: {reply.status} {reply.error} {unseen}")
        break  # who it is makes no difference to how a parameter is read

    record_property("cells", count)
    assert wrong == []


def _read_by(cell: cells.Cell, asker: cells.Asker, monkeypatch) -> set[str]:
    """The names a page asks its address for."""
    names: set[str] = set()
    with monkeypatch.context() as patch:
        for method in ("get", "getlist", "__getitem__", "__contains__"):
            real = getattr(QueryDict, method)

            def noting(self: Any, key: Any, *rest: Any, _real: Any = real, **more: Any) -> Any:
                if isinstance(key, str):
                    names.add(key)
                return _real(self, key, *rest, **more)

            patch.setattr(QueryDict, method, noting)
        asker.ask(cell)
    return {name for name in names if name not in ("csrfmiddlewaretoken", "_method")}


@pytest.mark.parametrize(
    "route", sorted(r for r in policy.routes() if "object" in policy.routes()[r])
)
@pytest.mark.parametrize("number", [2**63, 10**30])
def test_a_number_too_large_does_not_exist(route, number, the_world, asker):
    cell = first_done(route, the_world, min(policy.methods(route)))
    if "pk" not in cell.thing.arguments:
        return
    huge = Thing(cell.thing.kind, {**cell.thing.arguments, "pk": number}, there=False)

    try:
        reply = asker.ask(cells.Cell(cell.route, cell.method, cell.actor, huge, cell.body))
    except NoReverseMatch:
        return  # there is not even such an address

    assert reply.status == 404
    assert reply.changed == set()
