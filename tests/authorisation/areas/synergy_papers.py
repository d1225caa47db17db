"""Papers about supporting bodies: who may ask for which, and who sees what was made."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db.models import Model
from django.utils import timezone

from libraries.models import Library
from reports.enums import SUBJECTS, DocumentKind, DocumentState
from reports.models import Document
from stakeholders.enums import CommitmentState, NeedState, PartnershipKind
from stakeholders.models import (
    Commitment,
    Event,
    Membership,
    Need,
    Organisation,
    Support,
    SynergyTeam,
)
from tests.authorisation import marks
from tests.authorisation.areas.synergy_need import EVIDENCE, PHOTO
from tests.authorisation.bodies import Body, posts
from tests.authorisation.world import (
    BLITAR,
    KEEPERS,
    LUMAJANG,
    MORE,
    MORE_DOCUMENTS,
    Actor,
    Thing,
    World,
    _give_it_a_file,
    about,
)
from tpbis.accounts.enums import Role
from tpbis.core import periods

WHERE = {LUMAJANG: "A1", BLITAR: "B1"}
OTHER = {LUMAJANG: "A2", BLITAR: "B2"}
NAMES = (DocumentKind.HANDOVER, DocumentKind.ANNEX, DocumentKind.ATTENDANCE)


def papers(world: World) -> None:
    """In either regency: a commitment kept by the supporter's own organisation and one by another,
    a need anybody may meet, and a paper about each; after what other areas bring of these."""
    staff = world.users["second_staff"]
    first, second = Organisation.objects.order_by("pk")[:2]
    for code, where in WHERE.items():
        library = world.libraries[where]
        _kept(library, first, staff)
        _kept(world.libraries[OTHER[code]], second, staff)
        _need(library, staff, state=NeedState.OPEN)
        pic = world.users["pic_a" if code == LUMAJANG else "pic_b"]
        for kind, subject in _subjects(code, library, first):
            _paper(kind, subject, library, pic)
        _paper(DocumentKind.PROPOSAL, _open(library), library, world.users["supporter"])
        _paper(DocumentKind.IMPACT, second, library, pic)


MORE.append(papers)


def _need(library: Library, by: Any, **more: Any) -> Need:
    return Need.objects.create(
        library=library,
        region=library.regency,
        theme="Ekonomi",
        kind=PartnershipKind.GOODS,
        title="x",
        why="x",
        rupiah=900_000,
        photo=PHOTO,
        confirmed_at=timezone.now(),
        confirmed_by=by,
        recorded_by=by,
        **more,
    )


def _kept(library: Library, organisation: Organisation, by: Any) -> Commitment:
    now, today = timezone.now(), timezone.localdate()
    gift = Support.objects.create(
        organisation=organisation,
        library=library,
        region=library.regency,
        kind=PartnershipKind.GOODS,
        given_on=today - timedelta(days=1),
        description="x",
        recorded_by=by,
    )
    return Commitment.objects.create(
        need=_need(library, by, state=NeedState.REALISED),
        organisation=organisation,
        state=CommitmentState.REALISED,
        due_on=today,
        accepted_at=now,
        accepted_by=by,
        settled_at=now,
        settled_by=by,
        support=gift,
        file_name=EVIDENCE,
    )


def _open(library: Library) -> Need:
    found = Need.objects.filter(library=library, state=NeedState.OPEN).order_by("pk").first()
    assert found is not None
    return found


def _subjects(
    code: str, library: Library, organisation: Organisation
) -> Iterator[tuple[DocumentKind, Any]]:
    yield DocumentKind.IMPACT, organisation
    yield DocumentKind.PROPOSAL, _open(library)
    yield DocumentKind.HANDOVER, _kept_at(library, organisation)
    teams = SynergyTeam.objects.filter(region__code=code)
    yield DocumentKind.ANNEX, teams.order_by("pk").first()
    yield DocumentKind.ATTENDANCE, Event.objects.filter(region__code=code).order_by("pk").first()


def _kept_at(library: Library, organisation: Organisation) -> Commitment:
    found = Commitment.objects.filter(
        organisation=organisation, need__library=library, state=CommitmentState.REALISED
    )
    first = found.order_by("pk").first()
    assert first is not None
    return first


def _paper(kind: DocumentKind, subject: Model, library: Library, by: Any) -> None:
    month = periods.add_months(periods.this_month(), -1)
    document = Document.objects.create(
        kind=kind,
        region=library.regency,
        library=library if kind in (DocumentKind.PROPOSAL, DocumentKind.HANDOVER) else None,
        start=month,
        end=month,
        state=DocumentState.DONE,
        requested_by=by,
        finished_at=timezone.now(),
        file_name="x",
        sha256="x",
        **{SUBJECTS[kind]: subject},
    )
    _give_it_a_file(document)


# --- What is made ---------------------------------------------------------------------------------


def _own(actor: Actor) -> set[int]:
    if actor.user is None:
        return set()
    return set(Membership.objects.filter(user=actor.user.pk).values_list("organisation", flat=True))


def sees(actor: Actor, document: Document) -> bool:
    """In other words than the portal's: a supporter by whose it is, everybody else by place."""
    if actor.user is None:
        return False
    if actor.role == Role.SUPPORTER:
        if document.kind == DocumentKind.IMPACT:
            return document.organisation_id in _own(actor)
        if document.commitment is not None:
            return document.commitment.organisation_id in _own(actor)
        return document.kind == DocumentKind.PROPOSAL and document.requested_by_id == actor.user.pk
    asked_by = document.requested_by
    if asked_by.role == Role.SUPPORTER and actor.role != Role.PROVINCE_STAFF:
        return False
    if actor.role == Role.OBSERVER and document.kind in NAMES:
        return False
    if document.library is not None:
        return actor.covers(document.library.region.code, document.library_id)
    return actor.covers(document.region.code)


def made(world: World) -> Iterator[Thing]:
    rows = Document.objects.filter(kind__in=SUBJECTS).select_related(
        "region", "library__region", "commitment", "requested_by"
    )
    for one in rows.order_by("pk"):
        yield Thing(
            "document",
            {"pk": one.pk},
            code=one.region.code,
            library=one.library_id,
            row=one,
            state=one.state,
            note=one.kind,
            sent_by=one.requested_by_id,
            seen_by=frozenset(name for name, a in world.actors.items() if sees(a, one)),
            states_for={
                name: ("not_theirs_to_make",)
                for name, actor in world.actors.items()
                if _is_not_theirs(actor, one)
            },
        )


MORE_DOCUMENTS.append(made)


def _is_not_theirs(actor: Actor, document: Document) -> bool:
    if document.kind in (DocumentKind.ANNEX, DocumentKind.ATTENDANCE):
        return actor.role not in KEEPERS
    if document.kind == DocumentKind.HANDOVER:
        return actor.role == Role.PROVINCE_VIEWER
    return document.kind == DocumentKind.IMPACT and actor.role == Role.LIBRARIAN


# --- What can be asked for ------------------------------------------------------------------------


def _asks(actor: Actor, kind: DocumentKind, code: str, library: Library, row: Any) -> bool:
    """For whom there is such a thing to make a paper of."""
    if actor.user is None:
        return False
    if actor.role == Role.SUPPORTER:
        if kind == DocumentKind.IMPACT:
            return row.pk in _own(actor)
        if kind == DocumentKind.HANDOVER:
            return row.organisation_id in _own(actor)
        return kind == DocumentKind.PROPOSAL
    if kind == DocumentKind.IMPACT:
        return bool(actor.spots)
    if kind in (DocumentKind.PROPOSAL, DocumentKind.HANDOVER):
        return actor.covers(library.region.code, library.pk)
    return actor.covers(code)


@about("support_paper")
def _(world: World) -> Iterator[Thing]:
    first, second = Organisation.objects.order_by("pk")[:2]
    for code, where in WHERE.items():
        library = world.libraries[where]
        there = world.libraries[OTHER[code]]
        kept = _kept_at(there, second)
        asked = [(kind, row, library) for kind, row in _subjects(code, library, first)]
        asked += [(DocumentKind.IMPACT, second, library), (DocumentKind.HANDOVER, kept, there)]
        for kind, row, library in asked:
            yield Thing(
                "support_paper",
                {"kind": kind.value, "pk": row.pk},
                code=code,
                row=row,
                state=kind.value,
                seen_by=frozenset(
                    name
                    for name, actor in world.actors.items()
                    if _asks(actor, kind, code, library, row)
                ),
            )
    matched = Commitment.objects.filter(state=CommitmentState.MATCHED).order_by("pk").first()
    assert matched is not None
    for kind, pk in (("handover", matched.pk), ("impact", 987_654_321), ("rapor", 1)):
        yield Thing("support_paper", {"kind": kind, "pk": pk}, there=False, state="unknown")


@posts("reports:document_about")
def what_it_says(world: World, actor: Actor, thing: Thing | None) -> Body:
    if thing is None or thing.arguments["kind"] != DocumentKind.IMPACT:
        return Body()
    month = periods.month_code(periods.add_months(periods.this_month(), -1))
    where = {} if actor.role == Role.SUPPORTER else {"wilayah": _region_of(actor)}
    return Body({"dari": month, "sampai": month, **where}, needs=("dari",))


def _region_of(actor: Actor) -> str:
    return next((spot.code for spot in actor.spots if spot.library is None), LUMAJANG)


# --- What it tells --------------------------------------------------------------------------------


def told_to_a_supporter(
    sight: "marks.Sight", actor: Actor, place: "marks.Place", field: str
) -> bool | None:
    """What is said of the papers it sees; and of what it kept itself."""
    if actor.role != Role.SUPPORTER or actor.user is None:
        return None
    if place.label == "reports.Document":
        return sees(actor, Document.objects.select_related("commitment").get(pk=int(place.state)))
    if place.label in ("stakeholders.Need", "stakeholders.Commitment"):
        if place.state != CommitmentState.REALISED:
            return None
        kept = Commitment.objects.filter(organisation__in=_own(actor), state=place.state)
        return kept.filter(need__library=place.library).exists()
    return None


marks.RULES.insert(0, told_to_a_supporter)
