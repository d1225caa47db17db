"""One cell of the matrix: who asks what about what, what the policy answers, what the portal did.

``ask`` sends the request as it would come from a browser and puts the world back as it was;
``complaints`` compares. Nothing here is asked of the portal's own rules but ``policy.yaml``.
"""

import hashlib
import io
import re
import subprocess
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core import mail
from django.db import connection, transaction
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import reverse

from libraries.models import Library, Region
from tests.architecture.conftest import any_arguments, routes
from tests.authorisation import marks
from tests.authorisation.bodies import NOTHING, QUERIES, Body, body_for
from tests.authorisation.world import Actor, Thing, World
from tpbis import policy
from tpbis.accounts.enums import Outcome, Role
from tpbis.accounts.models import AuditEvent, User
from tpbis.core import heartbeat

ROUTES = routes()
METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
STATUS = {
    "ok": {200},
    "done": {200, 201, 204, 302, 303},
    "elsewhere": {301, 302, 303},
    "absent": {404},
    "forbidden": {403},
    "conflict": {409},
    "invalid": {400, 422},
    "sign_in": {301, 302, 401, 403},
    "refused": {403, 405},
    "half_way": {302, 403},
}
# What whoever still owes a second factor may ask.
BEFORE_SECOND_FACTOR = {
    *["accounts:second_factor", "accounts:second_factor_set_up", "accounts:sign_out"],
    *["set_language", "help", "livez", "readyz"],
}
# What any request may write: who was denied, who is signed in, who is locked out, who is slowed.
MAY_CHANGE = re.compile(
    r"^(accounts_auditevent|accounts_session|django_session|accounts_device|axes_\w+|otp_\w+)$"
)
_WRITING = re.compile(r'^\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)"?', re.IGNORECASE)
_READING = re.compile(
    r"^[\s(]*(SELECT|WITH|EXPLAIN|BEGIN|SAVEPOINT|RELEASE|ROLLBACK|PRAGMA|DECLARE|FETCH|CLOSE|SET)",
    re.IGNORECASE,
)
_UNCOUNTED = re.compile(r"^\s*(BEGIN|SAVEPOINT|RELEASE|ROLLBACK|SET)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Cell:
    route: str
    method: str
    actor: Actor
    thing: Thing | None = None
    body: Body = NOTHING
    is_incomplete: bool = False

    def __str__(self) -> str:
        about = f" about {self.thing}" if self.thing else ""
        short = " with a field missing" if self.is_incomplete else ""
        return f"{self.method} {self.route} by {self.actor}{about}{short}"

    @property
    def address(self) -> str:
        arguments = any_arguments(ROUTES[self.route])
        if self.thing:
            unknown = set(self.thing.arguments) - set(arguments)
            assert not unknown, (
                f"{self.route} takes no {unknown}: is its object in policy.yaml right?"
            )
            arguments |= self.thing.arguments
        return reverse(self.route, kwargs=arguments)


@dataclass(slots=True)
class Reply:
    """What came back, and what it left behind."""

    status: int
    text: str
    location: str
    headers: dict[str, str]
    queries: int = 0
    changed: set[str] = field(default_factory=set)
    events: list[tuple[str, int | None]] = field(default_factory=list)
    mails: str = ""
    new_files: set[str] = field(default_factory=set)
    error: str = ""


# --- What is expected -----------------------------------------------------------------------------


def expected(cell: Cell) -> str:
    """The policy's answer, ``sign_in``, ``half_way`` (a second factor is owed), or ``refused`` for
    a method the file does not name."""
    answer = expected_before_looking(cell)
    if answer is None:
        answer = _of_the_thing(cell, _method(cell))
    return "invalid" if cell.is_incomplete and answer == "done" else answer


def expected_before_looking(cell: Cell) -> str | None:
    """Where it makes no difference what is asked about."""
    actor, method = cell.actor, _method(cell)
    row = policy.routes()[cell.route].get(method)
    if actor.signed_in and not actor.verified and cell.route not in BEFORE_SECOND_FACTOR:
        return "half_way"
    if row is None:
        return "refused"
    if not actor.signed_in:
        return None if policy.EVERYONE in row else "sign_in"
    role = role_of(actor, cell.route, method)
    return (
        "forbidden"
        if not policy.permits(cell.route, method, role) or _never(row, role, cell)
        else None
    )


def _never(row: dict[str, Any], role: str, cell: Cell) -> bool:
    """A facilitator without a delegation, where only delegates have business."""
    if role != Role.FACILITATOR or policy.DELEGATE not in row:
        return False
    return set(policy.answers(cell.route, _method(cell), role).values()) == {"forbidden"}


def _method(cell: Cell) -> str:
    return "GET" if cell.method == "HEAD" else cell.method


def _of_the_thing(cell: Cell, method: str) -> str:
    actor, thing = cell.actor, cell.thing
    role = role_of(actor, cell.route, method) if actor.signed_in else policy.EVERYONE
    if thing and not thing.lies_within(actor):
        return "absent"
    if thing and not thing.there and thing.state not in policy.answers(cell.route, method, role):
        return "absent"
    return policy.answer(cell.route, method, role, [*actor.states, *_states(actor, thing)])


def role_of(actor: Actor, route: str, method: str) -> str:
    """A facilitator who was handed reviews over is a delegate where the row knows delegates."""
    row = policy.routes()[route].get(method, {})
    if policy.DELEGATE not in row or actor.role != Role.FACILITATOR:
        return actor.role
    return policy.DELEGATE if any(spot.may_review for spot in actor.spots) else actor.role


def _states(actor: Actor, thing: Thing | None) -> Iterator[str]:
    if thing is None:
        return
    if thing.sent_by is not None and actor.user and thing.sent_by == actor.user.pk:
        yield f"{thing.state}_oneself"
    if actor.role == Role.FACILITATOR and not actor.judges(thing.code, thing.library):
        yield f"{thing.state}_undelegated"
    yield from thing.states_for.get(actor.name, ())
    yield thing.state


# --- Which cells there are ------------------------------------------------------------------------


def cells_of(
    route: str,
    world: World,
    *,
    actors: Iterable[str] = (),
    methods: Iterable[str] = METHODS,
) -> Iterator[Cell]:
    """All of a route: each method, each actor (or those named), each class of thing."""
    asked = [world.an(name) for name in actors] or list(world.actors.values())
    for method in methods:
        matters = method in policy.routes()[route]
        for actor in asked if matters else _one_of_each_role(asked):
            yield from _cells(route, method, actor, world)


def _one_of_each_role(actors: Iterable[Actor]) -> Iterable[Actor]:
    """What is refused to all, or shows no content, looks at nobody's places."""
    found: dict[tuple[str, bool, bool], Actor] = {}
    for one in actors:
        found.setdefault((one.role, one.signed_in, one.verified), one)
    return found.values()


def _cells(route: str, method: str, actor: Actor, world: World) -> Iterator[Cell]:
    entry = policy.routes()[route]
    named = method in entry or (method == "HEAD" and "GET" in entry)
    things: list[Thing | None] = [None]
    if kind := entry.get("object"):
        turned_away = expected_before_looking(Cell(route, method, actor)) is not None
        things = list(classes(world.things_of(kind), actor, by_state=named and not turned_away))
    if not named or method == "HEAD":
        things = things[:1]  # which thing it is makes no difference
    for thing in things:
        body = body_for(route, world, actor, thing) if method == "POST" and named else NOTHING
        cell = Cell(route, method, actor, thing, body)
        yield cell
        short = body.without_its_first_need()
        if short and actor.signed_in and expected(cell) == "done":
            yield Cell(route, method, actor, thing, short, is_incomplete=True)


# Of what is not theirs these are asked about every state; of the others about one.
THOROUGH = {"pic_b", "librarian_a2"}


def classes(things: list[Thing], actor: Actor, *, by_state: bool = True) -> Iterator[Thing]:
    """One thing of each class: how it lies to ``actor`` (within their places, in their regency, in
    another; deleted; nonexistent) and, where the answer depends on it, its state. Whoever is turned
    away before anything is looked for gets the same of every state."""
    seen = set()
    for thing in sorted(things, key=lambda one: not one.lies_within(actor)):
        covered = thing.lies_within(actor)
        by_oneself = bool(actor.user and thing.sent_by == actor.user.pk)
        key: tuple[object, ...] = (thing.there, thing.regency, covered)
        if not thing.there:
            key += (thing.note,)
        elif by_state and (covered or actor.name in THOROUGH):
            standing = thing.states_for.get(actor.name, ())
            key += (thing.state, standing, by_oneself, thing.note)
        if key not in seen:
            seen.add(key)
            yield thing


def nonexistent(cell: Cell, world: World) -> Cell | None:
    """The same asked about what never was."""
    if cell.thing is None or not cell.thing.code:
        return None
    nobody = next(
        (one for one in world.things_of(cell.thing.kind) if one.note == "nonexistent"), None
    )
    if nobody is None:
        return None
    return Cell(cell.route, cell.method, cell.actor, nobody, cell.body)


# --- Asking ---------------------------------------------------------------------------------------


class Asker:
    """Sends requests and puts everything back as it was."""

    def __init__(self, world: World) -> None:
        self.world = world
        heartbeat.beat()  # the schedule lives; /readyz asks
        self.client = Client(raise_request_exception=False)
        self.newest = AuditEvent.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        self.files = _files()

    def ask(self, cell: Cell, *, query: dict[str, str] | None = None) -> Reply:
        self.client.cookies.clear()
        for name, value in cell.actor.cookies.items():
            self.client.cookies[name] = value
        mail.outbox = []
        with _watching() as seen, transaction.atomic():
            response = self._send(cell, query or cell.body.query or QUERIES.get(cell.route, {}))
            reply = _read(response)
            reply.queries = sum(1 for sql in seen if not _UNCOUNTED.match(sql))
            reply.changed = self._changed(seen)
            reply.error = _told(self.client, response)
            if not connection.needs_rollback:
                new = AuditEvent.objects.filter(pk__gt=self.newest)
                reply.events = list(new.values_list("outcome", "by"))
            reply.mails = "\n".join(f"{m.subject}\n{m.body}\n{m.to}" for m in mail.outbox)
            transaction.set_rollback(True)
        if cell.method not in ("GET", "HEAD", "OPTIONS"):
            reply.new_files = _files() - self.files
            for name in reply.new_files:
                Path(name).unlink()
        return reply

    def _send(self, cell: Cell, query: dict[str, str]) -> HttpResponseBase:
        method = getattr(self.client, cell.method.lower())
        if cell.method in ("GET", "HEAD"):
            return method(cell.address, query)
        address = cell.address + (
            "?" + "&".join(f"{k}={v}" for k, v in query.items()) if query else ""
        )
        if cell.method == "POST":
            data = {
                name: [_again(one) for one in value] if isinstance(value, list) else _again(value)
                for name, value in cell.body.data.items()
            }
            return method(address, data)
        return method(address)

    def _changed(self, seen: list[str]) -> set[str]:
        """Tables in which something is other than before."""
        touched = {match[1] for sql in seen if (match := _WRITING.match(sql))}
        if any(not _READING.match(sql) and not _WRITING.match(sql) for sql in seen):
            touched |= set(our_tables())
        if connection.needs_rollback:
            return set()
        return {
            table
            for table in touched
            if not MAY_CHANGE.match(table) and fingerprint(table) != self.before(table)
        }

    def before(self, table: str) -> str:
        return self.world.fingerprints[table]


def _again(value: Any) -> Any:
    if hasattr(value, "seek"):
        value.seek(0)
    return value


def our_tables() -> list[str]:
    return [model._meta.db_table for model in apps.get_models(include_auto_created=True)]


def fingerprint(table: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{table}"')
        rows = sorted(repr(row) for row in cursor.fetchall())
    return hashlib.md5("\n".join(rows).encode()).hexdigest()


def take_fingerprints(world: World) -> None:
    world.fingerprints = {table: fingerprint(table) for table in our_tables()}
    for model in (User, Library, Region):
        world.old[model._meta.label] = set(model._base_manager.values_list("pk", flat=True))


@contextmanager
def _watching() -> Iterator[list[str]]:
    seen: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        seen.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield seen


def _files() -> set[str]:
    return {
        str(path)
        for root in (settings.MEDIA_ROOT, settings.DOCUMENTS_ROOT)
        for path in Path(root).rglob("*")
        if path.is_file() and path.name != ".writable"  # the probe of /readyz
    }


def _told(client: Client, response: Any) -> str:
    if response.status_code < 500 or not getattr(response, "exc_info", None):
        return ""
    _kind, error, _where = response.exc_info
    return repr(error)[:300]


# --- Reading an answer ----------------------------------------------------------------------------


def _read(response: Any) -> Reply:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return Reply(
        status=response.status_code,
        text=unpacked(content, response.headers.get("Content-Type", "")),
        location=response.headers.get("Location", ""),
        headers=dict(response.headers),
    )


def unpacked(content: bytes, content_type: str) -> str:
    """All the words in it: of a workbook or archive those of its members, of a PDF its pages."""
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            inside = [(one, archive.read(one)) for one in archive.namelist()]
        return "\n".join(f"{name}\n{unpacked(inner, '')}" for name, inner in inside)
    if content.startswith(b"%PDF"):
        told = subprocess.run(
            ["pdftotext", "-", "-"], input=content, capture_output=True, check=True
        )
        return told.stdout.decode()
    if content_type.startswith("image/"):
        return ""
    for encoding in ("utf-8", "utf-16"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")


# --- Comparing ------------------------------------------------------------------------------------

# What is another in each answer: tokens, and the number by which a request is found in the log.
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"|data-csrf="[^"]+"|"urn:uuid:[^"]+"')
_PASSING = {"X-Request-ID", "Content-Length", "Set-Cookie"}


def complaints(
    cell: Cell, reply: Reply, sight: marks.Sight, *, as_if_none: Reply | None = None
) -> list[str]:
    """What is wrong with ``reply``; empty when the cell is as declared."""
    wanted = expected(cell)
    found = [
        *_wrong_status(cell, wanted, reply),
        *_leaks(cell, reply, sight),
        *_wrote(cell, wanted, reply),
        *_unaudited(cell, wanted, reply),
        *_tells_apart(cell, wanted, reply, as_if_none),
        *_bare(cell, reply),
    ]
    return [f"{cell}: {text}" for text in found]


def _wrong_status(cell: Cell, wanted: str, reply: Reply) -> Iterator[str]:
    if reply.status >= 500:
        yield f"answered {reply.status} {reply.error}"
        return
    if cell.method == "OPTIONS" or (wanted == "refused" and not cell.actor.signed_in):
        return  # how a stranger is turned away there differs; that nothing happens is checked
    if reply.status not in STATUS[wanted]:
        yield f"answered {reply.status} ({reply.location or 'no redirect'}), wanted {wanted}"
    if wanted == "sign_in" and reply.status < 400 and not _is_sign_in(reply.location):
        yield f"was sent to {reply.location}, not to sign in"
    asks = reverse("accounts:second_factor")
    if wanted == "half_way" and reply.status < 400 and not reply.location.startswith(asks):
        yield f"was sent to {reply.location}, not to the second factor"


def _is_sign_in(location: str) -> bool:
    return location.startswith(reverse(settings.LOGIN_URL))


def _leaks(cell: Cell, reply: Reply, sight: marks.Sight) -> Iterator[str]:
    everything = "\n".join((reply.text, *reply.headers.values(), reply.mails))
    shown = marks.found_in(everything, sight.world)
    if cell.route in TELLS_EVERYTHING and cell.actor.role == Role.PROVINCE_STAFF:
        shown = set()
    if cell.thing and cell.thing.kind == "code" and cell.thing.row is not None:
        shown = {one for one in shown if not _opened_by(cell.thing, one)}
    if unseen := sight.unseen(cell.actor, shown, route=cell.route):
        yield f"showed {', '.join(sorted(unseen))}"
    for secret in sight.world.secrets:
        if secret in everything and secret not in cell.actor.cookies.values():
            yield f"showed a secret: {secret[:6]}…"


def _opened_by(code: Thing, mark: tuple[str, int, str]) -> bool:
    """Whoever holds a code has typed it; a live one also shows whose library it opens."""
    name, pk, field = mark
    if (name, pk) == ("activation", code.row.pk):
        return field == "code" or code.state == "live"
    return code.state == "live" and name in ("library", "region")


def _wrote(cell: Cell, wanted: str, reply: Reply) -> Iterator[str]:
    if wanted == "done":
        if not reply.changed and cell.route not in CHANGES_NO_TABLE:
            yield "changed nothing: is it not rather elsewhere?"
        return
    if reply.changed:
        yield f"changed {', '.join(sorted(reply.changed))}, though {wanted}"
    if reply.new_files and wanted not in ("invalid", "conflict"):
        yield f"left a file behind, though {wanted}"


# What happened is told to the province whole, of drafts too: an audit with gaps is none.
TELLS_EVERYTHING = {"accounts:audit", "accounts:audit_export", "accounts:audit_file"}
# Letters are keys: that somebody took them is noted, though nothing changed.
NOTED_READS = {"reports:document_download", "reports:libraries_export", "libraries:people_export"}
# Done, and to be seen in what any request may change: sessions and devices.
CHANGES_NO_TABLE = {
    "accounts:sign_out",
    "accounts:device_end",
    "accounts:session_end",
    "accounts:sign_out_everywhere",
    "libraries:person_reset_factor",
}
# Events of these areas are not written yet.
NOT_AUDITED_YET: set[str] = set()
# Done by nobody in particular, or noted elsewhere; with the reason.
NOT_AUDITED = {
    "accounts:sign_in": "who is signed in stands in the sessions",
}


def _unaudited(cell: Cell, wanted: str, reply: Reply) -> Iterator[str]:
    done = [by for outcome, by in reply.events if outcome == Outcome.DONE]
    denied = [by for outcome, by in reply.events if outcome == Outcome.DENIED]
    if wanted == "done":
        if cell.route in NOT_AUDITED or cell.route.split(":")[0] in NOT_AUDITED_YET:
            return
        if not done:
            yield "left no audit event"
    elif done and wanted != "invalid" and cell.route not in NOTED_READS:
        yield f"left an audit event, though {wanted}"
    refused = wanted == "forbidden" or (
        wanted == "absent" and ROUTES[cell.route].pattern.regex.groups
    )
    if cell.actor.signed_in and refused and len(denied) != 1:
        yield f"left {len(denied)} events of the denial"


def _tells_apart(cell: Cell, wanted: str, reply: Reply, as_if_none: Reply | None) -> Iterator[str]:
    """Out of scope is answered exactly like nonexistent."""
    if as_if_none is None or wanted != "absent":
        return
    if reply.status != as_if_none.status:
        yield f"answered {reply.status}, of what does not exist {as_if_none.status}"
    if _plain(reply.text) != _plain(as_if_none.text):
        yield "answered otherwise than of what does not exist"
    mine, none = (
        {k: v for k, v in one.headers.items() if k not in _PASSING} for one in (reply, as_if_none)
    )
    if mine != none:
        yield f"its headers differ: {set(mine.items()) ^ set(none.items())}"


def _plain(text: str) -> str:
    return _TOKEN.sub("", text)


def _bare(cell: Cell, reply: Reply) -> Iterator[str]:
    """Every answer carries its policy; what is signed in is not kept by others."""
    if "Content-Security-Policy" not in reply.headers:
        yield "carries no content security policy"
    if cell.actor.signed_in and reply.status == 200:
        kept = reply.headers.get("Cache-Control", "")
        if "no-store" not in kept and "private" not in kept and "no-cache" not in kept:
            yield f"may be kept by others: Cache-Control {kept!r}"


# --- A whole route --------------------------------------------------------------------------------


@dataclass(slots=True)
class Run:
    """What came of asking the cells of a route."""

    count: int = 0
    wrong: list[str] = field(default_factory=list)
    queries: dict[str, int] = field(default_factory=dict)  # the most, by method
    shown: set[tuple[str, int, str]] = field(default_factory=set)  # marks, to whoever may see them


def run(cells: Iterable[Cell], asker: Asker, sight: marks.Sight) -> Run:
    done, none_of = Run(), {}
    for cell in cells:
        as_if = None
        nobody = nonexistent(cell, asker.world)
        if nobody is not None and expected(cell) == "absent":
            key = (cell.method, cell.actor.name)
            if key not in none_of:
                none_of[key] = asker.ask(nobody)
            as_if = none_of[key]
        reply = asker.ask(cell)
        done.wrong += complaints(cell, reply, sight, as_if_none=as_if)
        done.count += 1
        done.shown |= marks.found_in(reply.text, asker.world)
        if cell.method in policy.routes()[cell.route]:
            most = done.queries.get(cell.method, 0)
            done.queries[cell.method] = max(most, reply.queries)
    return done
