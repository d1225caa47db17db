"""A small world with everything in it twice: two regencies, two villages each, and in each village
one row of every model in every state. Every text says whose it is (see ``marks``).

Whether something lies within somebody's places is reckoned here from what the world was built of,
never by the portal's own ``visible_to``.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db.models import Model
from django.test import Client
from django.utils import timezone

from activities import services as activity_services
from activities.enums import Kind, ReturnReason, Source, State
from activities.models import Activity, MonthlyReport, OfficialScore, Photo, SimRow
from activities.photos import StoredPhoto, store_photo
from kpi import services as kpi_services
from libraries import codes
from libraries import services as library_services
from libraries.enums import ReportingMode, SimState
from libraries.models import (
    Activation,
    Assignment,
    FormerLibrary,
    Inactivity,
    LetterBatch,
    Library,
    Region,
)
from reports.enums import SUBJECTS, DocumentKind, DocumentState
from reports.models import Document, Office
from stakeholders.enums import PartnershipKind
from stakeholders.services import record_partnership
from tests import factories
from tests.activities.pictures import jpeg
from tpbis.accounts import audit
from tpbis.accounts.enums import Role
from tpbis.accounts.models import AuditLink, User
from tpbis.accounts.services import bind_device
from tpbis.accounts.sessions import FACTOR
from tpbis.core import periods

PROVINCE, LUMAJANG, BLITAR, SIM_REGENCY = "35", "35.08", "35.05", "35.13"
VILLAGES = {
    "A1": "35.08.21.2004",
    "A2": "35.08.21.2001",
    "B1": "35.05.17.1006",
    "B2": "35.05.17.1001",
    "C1": "35.13.12.2003",  # records in the SIM
}
# Who keeps accounts, and may hold the codes that open them.
KEEPERS = {Role.PROVINCE_STAFF, Role.REGENCY_PIC}
LONG_AGO = date(2018, 1, 1)


@dataclass(frozen=True, slots=True)
class Spot:
    """Where somebody works: a library, or a region with everything below it."""

    code: str
    library: int | None = None
    may_review: bool = False

    def covers(self, code: str, library: int | None) -> bool:
        if self.library is not None:
            return library == self.library
        return code == self.code or code.startswith(f"{self.code}.")


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who asks; ``cookies`` keep a session that was opened when the world was made."""

    name: str
    user: User | None = None
    spots: tuple[Spot, ...] = ()
    cookies: dict[str, str] = field(default_factory=dict)
    signed_in: bool = True
    states: tuple[str, ...] = ()
    verified: bool = True  # has shown a second factor, where the role needs one

    @property
    def role(self) -> str:
        return self.user.role if self.user else ""

    def covers(self, code: str, library: int | None = None) -> bool:
        return any(spot.covers(code, library) for spot in self.spots)

    def judges(self, code: str, library: int | None = None) -> bool:
        return any(spot.may_review and spot.covers(code, library) for spot in self.spots)

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Thing:
    """What a route is asked about."""

    kind: str
    arguments: dict[str, Any]
    code: str = ""  # of the region it lies in; empty: it lies nowhere
    library: int | None = None
    state: str = ""
    row: Any = None
    there: bool = True
    note: str = ""
    sent_by: int | None = None
    # Where places do not decide: the names of the actors for whom it is there, and what it is to
    # each of them.
    seen_by: frozenset[str] | None = None
    states_for: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def lies_within(self, actor: Actor) -> bool:
        if self.seen_by is not None:
            return actor.name in self.seen_by
        return self.lies_nowhere or actor.covers(self.code, self.library)

    @property
    def regency(self) -> str:
        return ".".join(self.code.split(".")[:2])

    @property
    def lies_nowhere(self) -> bool:
        return not self.code

    def __str__(self) -> str:
        said = self.note or self.state or "there"
        return f"{self.kind} {said} in {self.code or 'no place'}"


@dataclass(slots=True)
class World:
    regions: dict[str, Region] = field(default_factory=dict)
    libraries: dict[str, Library] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    actors: dict[str, Actor] = field(default_factory=dict)
    reports: dict[tuple[str, str], MonthlyReport] = field(default_factory=dict)
    gone: dict[str, dict[str, Any]] = field(default_factory=dict)  # deleted: its arguments
    secrets: set[str] = field(default_factory=set)
    codes: dict[str, int] = field(default_factory=dict)  # activation code -> activation
    things: dict[str, list[Thing]] = field(default_factory=lambda: defaultdict(list))
    fingerprints: dict[str, str] = field(default_factory=dict)
    old: dict[str, set[int]] = field(default_factory=dict)  # keys there were, by model
    months: dict[str, date] = field(default_factory=dict)
    photo: StoredPhoto | None = None
    alone: dict[tuple[str, str], Library] = field(default_factory=dict)  # nobody works there
    worked_at: dict[int, tuple[Spot, ...]] = field(default_factory=dict)  # now or before, by user

    def things_of(self, kind: str) -> list[Thing]:
        if kind not in self.things:
            raise LookupError(
                f"policy.yaml speaks of the object {kind!r}, and the world has none: add it to "
                "THINGS in tests/authorisation/world.py"
            )
        return self.things[kind]

    def an(self, actor: str) -> Actor:
        return self.actors[actor]


# --- Building -------------------------------------------------------------------------------------


def build() -> World:
    world = World()
    first = periods.this_month()
    for back, name in enumerate(("draft", "submitted", "returned", "approved", "sim"), start=1):
        world.months[name] = periods.add_months(first, -back)
    for back, name in enumerate(("oneself", "empty", "none", "deleted"), start=6):
        world.months[name] = periods.add_months(first, -back)
    _places(world)
    _people(world)
    world.photo = store_photo(jpeg())
    for where in world.libraries:
        _about_a_library(world, where)
    for code in (PROVINCE, LUMAJANG, BLITAR):
        _about_a_region(world, code)
    _deleted(world)
    for make in MORE:
        make(world)
    from tests.authorisation import marks

    marks.mark_everything(world)
    _sign_in(world)
    marks.collect_secrets(world)
    for kind, found in THINGS.items():
        world.things[kind] = list(found(world))
    return world


def _places(world: World) -> None:
    for where, code in VILLAGES.items():
        village = factories.region(code)
        world.libraries[where] = factories.LibraryFactory(
            name=f"Perpustakaan {where}", region=village, npp=f"NPP{where}"
        )
    Region.objects.filter(code=SIM_REGENCY).update(reporting_mode=ReportingMode.SIM)
    world.regions = {region.code: region for region in Region.objects.all()}


def _person(world: World, name: str, role: Role, *places: tuple[Any, bool], **more: Any) -> User:
    user = factories.UserFactory(role=role, username=name, full_name=name, **more)
    for place, may_review in places:
        at = {"region": place} if isinstance(place, Region) else {"library": place}
        library_services.assign(user=user, starts_on=LONG_AGO, may_review=may_review, **at)
    world.users[name] = user
    return user


def _people(world: World) -> None:
    a, b, top = (world.regions[code] for code in (LUMAJANG, BLITAR, PROVINCE))
    _person(world, "staff", Role.PROVINCE_STAFF, (top, False))
    _person(world, "second_staff", Role.PROVINCE_STAFF, (top, False))
    _person(world, "unverified", Role.PROVINCE_STAFF, (top, False))
    _person(world, "viewer", Role.PROVINCE_VIEWER, (top, False))
    _person(world, "observer", Role.OBSERVER, (a, False))
    _person(world, "pic_a", Role.REGENCY_PIC, (a, False))
    _person(world, "pic_b", Role.REGENCY_PIC, (b, False))
    _person(world, "pic_nowhere", Role.REGENCY_PIC)
    _person(world, "fasda_a", Role.FACILITATOR, (a, False))
    _person(world, "delegate", Role.FACILITATOR, (a, True), (b, False))
    _person(world, "supporter", Role.SUPPORTER)
    _person(world, "dismissed", Role.REGENCY_PIC, (a, False))
    for where, library in world.libraries.items():
        _person(world, f"librarian_{where.lower()}", Role.LIBRARIAN, (library, False))
    former = _person(world, "librarian_former", Role.LIBRARIAN)
    yesterday = timezone.localdate() - timedelta(days=1)
    ended = {"starts_on": LONG_AGO, "ends_on": yesterday}
    library_services.assign(user=former, library=world.libraries["A1"], **ended)
    # What was handed over to this facilitator ended yesterday.
    library_services.assign(user=world.users["fasda_a"], region=a, may_review=True, **ended)


def _about_a_library(world: World, where: str) -> None:
    library, librarian = world.libraries[where], world.users[f"librarian_{where.lower()}"]
    staff = world.users["staff"]
    pic = world.users.get(f"pic_{where[0].lower()}", staff)
    Inactivity.objects.create(
        library=library, starts_on=date(2022, 1, 1), ends_on=date(2022, 3, 31), reason="Renovasi"
    )
    FormerLibrary.objects.create(
        number=900_000 + library.pk, name="Ganda", library=library, merged_by=pic
    )
    library_services.add_alias(library=library, name="Nama lain")
    library_services.note_sim_state(
        library=library, state=SimState.ACTIVE, since_on=date(2024, 1, 1)
    )
    record_partnership(
        library=library,
        organisation_name=f"Lembaga {where}",
        kind=PartnershipKind.MONEY,
        starts_on=date(2024, 1, 1),
        ends_on=None,
        by=staff,
    )
    SimRow.objects.create(
        kind="iku", key=f"{where:k<64}", content_hash="h" * 64, raw={}, library=library
    )
    OfficialScore.objects.create(library=library, as_of=date(2024, 9, 30), points=70_000)
    batch = LetterBatch.objects.create(region=library.regency, issued_by=pic)
    _codes(world, library, librarian, pic, batch)
    bind_device(user=librarian, agent="Chrome di Android")
    event = audit.record("libraries.change", by=pic, subject=library, changes={"tags": [[], []]})
    AuditLink.objects.create(event=event, position=library.pk, hash="0" * 64)
    _reports(world, where, library, librarian, pic)


def _codes(world: World, library: Library, librarian: User, pic: User, batch: LetterBatch) -> None:
    """One of each: open, used, revoked, expired; and one for the librarian's own account."""
    now = timezone.now()
    ended = {
        "open": {"expires_at": now + timedelta(days=30)},
        "used": {"used_at": now, "used_by": librarian, "expires_at": now + timedelta(days=30)},
        "revoked": {"revoked_at": now, "revoked_by": pic, "expires_at": now + timedelta(days=30)},
    }
    for content in ended.values():
        code_for(library=library, batch=batch, issued_by=pic, **content)
    long_ago = now - timedelta(days=90)
    code_for(
        user=librarian,
        issued_by=pic,
        issued_at=long_ago,
        expires_at=long_ago + timedelta(days=30),
    )


def code_for(**content: Any) -> Activation:
    uuid = uuid4()
    return Activation.objects.create(
        uuid=uuid, code_hash=codes.hash_of(codes.code_of(uuid)), **content
    )


def _reports(world: World, where: str, library: Library, librarian: User, pic: User) -> None:
    reports = world.reports
    reports[where, "sim"] = MonthlyReport.objects.create(
        library=library,
        month=world.months["sim"],
        source=Source.SIM,
        state=State.APPROVED,
        seal="5" * 64,
        visits_total=3,
    )
    Activity.objects.create(
        report=reports[where, "sim"],
        **factories.content(month=world.months["sim"]),
        kind="pelibatan",
    )
    if where == "C1":
        return  # its regency records in the SIM

    def write(name: str, *kinds: Kind) -> MonthlyReport:
        report = factories.report(library, librarian, *kinds, month=world.months[name])
        for entry in report.activities.filter(kind=Kind.INVOLVEMENT):
            activity_services.attach_photo(activity=entry, stored=world.photo, by=librarian)
        return report

    def sent(name: str, *kinds: Kind) -> MonthlyReport:
        return activity_services.submit(report=write(name, *kinds), by=librarian)

    kinds = (Kind.INVOLVEMENT, Kind.ADVOCACY)
    reports[where, "draft"] = write("draft", *Kind)
    reports[where, "empty"] = write("empty")
    reports[where, "submitted"] = sent("submitted", *kinds)
    oneself = sent("oneself", Kind.INVOLVEMENT)
    MonthlyReport.objects.filter(pk=oneself.pk).update(submitted_by=pic)
    reports[where, "oneself"] = oneself
    back = sent("returned", *kinds)
    reports[where, "returned"] = activity_services.send_back(
        report=back,
        reason=ReturnReason.OTHER,
        comment=f"CNY-monthlyreport-{back.pk}-comment-",
        by=pic,
    )
    reports[where, "approved"] = activity_services.approve(report=sent("approved", *Kind), by=pic)
    kpi_services.count_and_rescore(library=library, month=world.months["approved"])
    reports[where, "supplement"] = write("approved", Kind.INVOLVEMENT)


_STATE_OF = {"oneself": "submitted", "supplement": "draft"}


def _about_a_region(world: World, code: str) -> None:
    region = world.regions[code]
    pic = {LUMAJANG: world.users["pic_a"], BLITAR: world.users["pic_b"]}.get(
        code, world.users["staff"]
    )
    Office.objects.create(
        region=region,
        government="PEMERINTAH",
        name="DINAS",
        address="Jalan 1",
        place="Kota",
        signer_position="Kepala",
        signer_name="Nama",
        signer_rank="Pembina",
        signer_nip="196801011990032001",
    )
    start = date(2024, 1, 1)
    for number, state in enumerate(DocumentState, start=1):
        document = Document.objects.create(
            kind=DocumentKind.PROGRESS,
            region=region,
            start=start,
            end=date(2024, number, 1),
            state=state,
            requested_by=pic,
            finished_at=timezone.now(),
            **({"file_name": "x", "sha256": "x"} if state == DocumentState.DONE else {}),
        )
        _give_it_a_file(document)
    if code != PROVINCE:
        batch = LetterBatch.objects.filter(region=region).latest("pk")
        for state in DocumentState:
            document = Document.objects.create(
                kind=DocumentKind.LETTERS,
                region=region,
                batch=batch,
                start=start,
                end=start,
                state=state,
                # One open document a batch and person.
                requested_by=pic if state != DocumentState.RUNNING else world.users["staff"],
                **({"file_name": "x", "sha256": "x"} if state == DocumentState.DONE else {}),
            )
            _give_it_a_file(document)


def _give_it_a_file(document: Document) -> None:
    if document.state == DocumentState.DONE:
        text = f"CNY-document-{document.pk}-page-"
        document.file_name = storages["documents"].save(
            f"{uuid4()}.pdf", ContentFile(one_page(text))
        )
        document.save()


def one_page(text: str) -> bytes:
    """A PDF that says ``text``."""
    drawn = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode()
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        b"/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(drawn), drawn),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    made, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(made))
        made += b"%d 0 obj%s endobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return (
        made
        + b"xref\n0 6\n0000000000 65535 f \n%strailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n"
        % (
            table,
            len(made),
        )
        + b"%%EOF"
    )


def _deleted(world: World) -> None:
    """What was there once, in A1."""
    librarian = world.users["librarian_a1"]
    report = factories.report(
        world.libraries["A1"], librarian, Kind.INVOLVEMENT, month=world.months["deleted"]
    )
    entry = report.activities.get()
    photo = activity_services.attach_photo(activity=entry, stored=world.photo, by=librarian)
    world.gone["photo"] = {"uuid": photo.uuid}
    world.gone["activity"] = {"pk": entry.pk}
    world.gone["report"] = {"pk": report.pk}
    report.delete()
    document = Document.objects.filter(region__code=LUMAJANG).first()
    assert document is not None
    twin = Document.objects.get(pk=document.pk)
    twin.pk, twin.end = None, date(2024, 12, 1)
    twin.save()
    world.gone["document"] = {"pk": twin.pk}
    twin.delete()
    library = factories.LibraryFactory(name="Bubar", region=world.regions[VILLAGES["A1"]])
    world.gone["library"] = {"pk": library.pk}
    library.delete()
    village = Region.objects.create(
        code="35.08.21.2999", name="Hilang", level=4, parent=world.regions["35.08.21"]
    )
    world.gone["region"] = {"code": village.code}
    village.delete()


# What other areas of the portal bring into the world: functions of the world, called before the
# marks are put on.
MORE: list[Callable[[World], None]] = []
# Documents about which other areas know who sees them.
MORE_DOCUMENTS: list[Callable[[World], Iterator["Thing"]]] = []


NOT_ASKING = {
    "second_staff",
    "librarian_b2",
    "closed_a",
}  # they would get what others of their kind get


def _sign_in(world: World) -> None:
    spots = {}
    for name, user in world.users.items():
        places = list(user.assignments.select_related("library__region", "region"))
        today = timezone.localdate()
        now = [one for one in places if one.ends_on is None or one.ends_on >= today]
        world.worked_at[user.pk] = tuple(_spot(one, user) for one in places)
        spots[name] = tuple(_spot(one, user) for one in now)
    world.actors["anonymous"] = Actor("anonymous", signed_in=False)
    for name, user in world.users.items():
        user.refresh_from_db()
        if name in NOT_ASKING:
            continue
        client = Client()
        client.force_login(user, backend="tpbis.accounts.backends.NameOrPhoneBackend")
        if name == "unverified":
            session = client.session
            session[FACTOR] = "asked"
            session.save()
        cookies = {key: morsel.value for key, morsel in client.cookies.items()}
        is_closed = name in ("dismissed", "closed_a")
        if is_closed:
            user.is_active = False
            yesterday = timezone.localdate() - timedelta(days=1)
            user.assignments.filter(ends_on=None).update(ends_on=yesterday)
            User.objects.filter(pk=user.pk).update(is_active=False)
        world.actors[name] = Actor(
            name=name,
            user=user,
            spots=spots[name],
            cookies=cookies,
            signed_in=not is_closed,
            states=_states_of(name, spots[name]),
            verified=name != "unverified",
        )


def _spot(at: Assignment, user: User) -> Spot:
    code = at.library.region.code if at.library else at.region.code
    return Spot(code, at.library_id, at.may_review or user.role == Role.REGENCY_PIC)


def _states_of(name: str, spots: tuple[Spot, ...]) -> tuple[str, ...]:
    if not spots:
        return ("nowhere",)
    return ("in_sim_regency",) if name == "librarian_c1" else ()


# --- What routes are asked about ------------------------------------------------------------------

THINGS: dict[str, Callable[[World], Iterator[Thing]]] = {}


Finder = Callable[[World], Iterator[Thing]]


def about(kind: str) -> Callable[[Finder], Finder]:
    """Registers what ``object: kind`` in the policy stands for."""

    def registered(found: Finder) -> Finder:
        THINGS[kind] = found
        return found

    return registered


def missing(world: World, kind: str, nobody: dict[str, Any]) -> Iterator[Thing]:
    """What was deleted (in A1), and what never was."""
    if kind in world.gone:
        yield Thing(kind, world.gone[kind], there=False, note="deleted")
    yield Thing(kind, nobody, there=False, note="nonexistent")


def of_a_library(kind: str, library: Library, arguments: dict[str, Any], **more: Any) -> Thing:
    return Thing(kind, arguments, code=library.region.code, library=library.pk, **more)


@about("library")
def _(world: World) -> Iterator[Thing]:
    for library in world.libraries.values():
        yield of_a_library("library", library, {"pk": library.pk}, row=library)
    for (_regency, state), library in world.alone.items():
        yield of_a_library("library", library, {"pk": library.pk}, row=library, state=state)
    for library in world.libraries.values():
        yield of_a_library(
            "library",
            library,
            {"pk": 900_000 + library.pk},
            state="merged",
            note="merged",
            there=False,
        )
    yield from missing(world, "library", {"pk": 987_654_321})


@about("region")
def _(world: World) -> Iterator[Thing]:
    for code, region in world.regions.items():
        yield Thing("region", {"code": code}, code=code, row=region, state=str(region.level))
    yield from missing(world, "region", {"code": "35.99"})


@about("report")
def _(world: World) -> Iterator[Thing]:
    for (where, name), report in world.reports.items():
        yield _with_report("report", world, where, name, report, {"pk": report.pk})
    yield from missing(world, "report", {"pk": 987_654_321})


@about("activity")
def _(world: World) -> Iterator[Thing]:
    for (where, name), report in world.reports.items():
        if entry := report.activities.order_by("pk").first():
            yield _with_report("activity", world, where, name, entry, {"pk": entry.pk})
    yield from missing(world, "activity", {"pk": 987_654_321})


@about("photo")
def _(world: World) -> Iterator[Thing]:
    for (where, name), report in world.reports.items():
        if photo := Photo.objects.filter(activity__report=report).first():
            yield _with_report("photo", world, where, name, photo, {"uuid": photo.uuid})
    yield from missing(world, "photo", {"uuid": UUID(int=987_654_321)})


def _with_report(
    kind: str, world: World, where: str, name: str, row: Model, arguments: dict[str, Any]
) -> Thing:
    report = world.reports[where, name]
    return of_a_library(
        kind,
        world.libraries[where],
        arguments,
        row=row,
        state=_STATE_OF.get(name, name),
        note=name,
        sent_by=MonthlyReport.objects.get(pk=report.pk).submitted_by_id,
    )


@about("document")
def _(world: World) -> Iterator[Thing]:
    for document in Document.objects.select_related("region").order_by("pk"):
        if document.kind in SUBJECTS:
            continue  # areas.synergy_papers
        is_of_letters = document.kind == DocumentKind.LETTERS
        failed = document.state == DocumentState.FAILED
        code = document.region.code
        keepers = frozenset(
            actor.name
            for actor in world.actors.values()
            if actor.role in KEEPERS and actor.covers(code)
        )
        yield Thing(
            "document",
            {"pk": document.pk},
            code=code,
            row=document,
            # Asked for again by each who may, and that one is open.
            state="failed_while_made" if is_of_letters and failed else document.state,
            note="letters" if is_of_letters else "",
            seen_by=keepers if is_of_letters else None,
            sent_by=document.requested_by_id,
            # Once more means the file that is open already; nobody signs them here.
            states_for=dict.fromkeys(keepers, ("letters",)) if is_of_letters else {},
        )
    for more in MORE_DOCUMENTS:
        yield from more(world)
    yield from missing(world, "document", {"pk": 987_654_321})


@about("kind")
def _(world: World) -> Iterator[Thing]:
    for kind in Kind:
        yield Thing("kind", {"kind": kind.value}, note=kind.value)
    yield Thing("kind", {"kind": "rahasia"}, state="unknown")


@about("month")
def _(world: World) -> Iterator[Thing]:
    """Of one's own library: with no report, one, several; one that cannot be meant."""
    one = periods.month_code(world.months["submitted"])
    yield Thing("month", {"month": one}, state="one")
    yield Thing("month", {"month": periods.month_code(world.months["approved"])}, state="several")
    yield Thing("month", {"month": periods.month_code(world.months["none"])}, state="none")
    future = periods.add_months(periods.this_month(), 2)
    for text in ("2019-12", periods.month_code(future), "besok", settings.TPBIS_FIRST_MONTH):
        yield Thing("month", {"month": text}, state="impossible", note=text)
