"""Papers of one piece, certificates, and the public page a certificate leads to."""

from collections.abc import Iterator

from django.utils import timezone

from libraries.models import Library, Region
from reports.enums import DocumentKind
from reports.models import Certificate
from tests.authorisation import marks
from tests.authorisation.areas.awards import LONG_CLOSED
from tests.authorisation.bodies import Body, posts
from tests.authorisation.world import (
    BLITAR,
    LUMAJANG,
    MORE,
    PROVINCE,
    Actor,
    Thing,
    World,
    about,
    of_a_library,
)
from tpbis.accounts.enums import Role
from tpbis.core import periods

NOBODY = {"pk": 987_654_321}
# Work first: it names a person, which the sweep of foreign keys tries.
OF_LIBRARIES = (DocumentKind.WORK, DocumentKind.RAPOR, DocumentKind.VILLAGE)
OF_REGIONS = (DocumentKind.REVIEW, DocumentKind.IPLM)
# Why one was taken back: for whoever may do so.
marks.ONLY_FOR["reports.Certificate.reason"] = {Role.PROVINCE_STAFF}
WITHDRAWN = ("A2", "B2")


def withdrawn_certificates(world: World) -> None:
    """Of two libraries; and one award of A1 that has no certificate yet."""
    places = [world.libraries[where].pk for where in WITHDRAWN]
    Certificate.objects.filter(award__library__in=places).update(
        withdrawn_at=timezone.now(), withdrawn_by=world.users["second_staff"]
    )


MORE.append(withdrawn_certificates)


def on_the_papers(world: World) -> set[tuple[str, int, str]]:
    """Whoever holds a certificate may read whose it is."""
    libraries = Library.objects.filter(awards__certificate__isnull=False)
    found = {("library", pk, "name") for pk in libraries.values_list("pk", flat=True)}
    return found | {("region", pk, "name") for pk in libraries.values_list("regency", flat=True)}


marks.TOLD_TO_ALL["reports:verify"] = on_the_papers
marks.TOLD_TO_STRANGERS.add("reports:verify")


def _state_of(certificate: Certificate) -> str:
    return "withdrawn" if certificate.withdrawn_at else "valid"


@about("certificate")
def _(world: World) -> Iterator[Thing]:
    for one in Certificate.objects.select_related("award__library__region").order_by("pk"):
        library = one.award.library
        yield of_a_library("certificate", library, {"pk": one.pk}, row=one, state=_state_of(one))
    yield Thing("certificate", NOBODY, there=False, note="nonexistent")


@about("certificate_code")
def _(world: World) -> Iterator[Thing]:
    for one in Certificate.objects.order_by("pk"):
        yield Thing("certificate_code", {"code": one.code}, state=_state_of(one), row=one)
    yield Thing("certificate_code", {"code": "AAAABBBBCCCCDDDD"}, state="unknown", note="unknown")


@about("library_paper")
def _(world: World) -> Iterator[Thing]:
    for library in world.libraries.values():
        for kind in OF_LIBRARIES:
            arguments = {"kind": kind.value, "pk": library.pk}
            yield of_a_library("library_paper", library, arguments, state=kind.value, row=library)
    mine = world.libraries["A1"]
    for kind in (DocumentKind.LETTERS, DocumentKind.IPLM):
        arguments = {"kind": kind.value, "pk": mine.pk}
        yield of_a_library("library_paper", mine, arguments, state="unknown", note=kind.value)
    gone = {"kind": "rapor", "pk": world.gone["library"]["pk"]}
    yield Thing("library_paper", gone, there=False, note="deleted")
    yield Thing("library_paper", {"kind": "rapor", **NOBODY}, there=False, note="nonexistent")


@about("region_paper")
def _(world: World) -> Iterator[Thing]:
    for code in (PROVINCE, LUMAJANG, BLITAR):
        for kind in OF_REGIONS:
            arguments = {"kind": kind.value, "code": code}
            yield Thing("region_paper", arguments, code=code, state=kind.value)
    village = Region.objects.get(code="35.08.21.2004")
    for arguments in (
        {"kind": "rapor", "code": LUMAJANG},
        {"kind": "iplm", "code": village.code},
    ):
        yield Thing("region_paper", arguments, code=LUMAJANG, state="unknown", note=str(arguments))
    yield Thing("region_paper", {"kind": "iplm", "code": "99.99"}, there=False)


# --- What is sent ---------------------------------------------------------------------------------


@posts("reports:certificates")
def for_a_closing(world: World, actor: Actor, thing: Thing | None) -> Body:
    month = periods.month_code(LONG_CLOSED)
    return Body({"tutup": month, "wilayah": LUMAJANG}, needs=("tutup",))


@posts("reports:certificate_print")
def the_same_once_more(world: World, actor: Actor, thing: Thing | None) -> Body:
    return Body()


@posts("reports:certificate_withdraw")
def why_it_counts_no_more(world: World, actor: Actor, thing: Thing | None) -> Body:
    return Body({"reason": "Datanya keliru."}, needs=("reason",))


@posts("reports:document_of_library", "reports:document_of_region")
def what_the_paper_is_of(world: World, actor: Actor, thing: Thing | None) -> Body:
    kind = thing.arguments["kind"] if thing else ""
    if kind == DocumentKind.WORK:
        library = thing.row if thing and isinstance(thing.row, Library) else None
        return Body(
            {"tahun": str(periods.this_month().year), "orang": _worker(world, library)},
            needs=("orang",),
        )
    if kind == DocumentKind.IPLM:
        return Body({"tahun": str(periods.this_month().year)}, needs=("tahun",))
    month = periods.month_code(periods.add_months(periods.this_month(), -1))
    return Body({"bulan": month}, needs=("bulan",))


def _worker(world: World, library: Library | None) -> str:
    where = {one.pk: name for name, one in world.libraries.items()}
    name = where.get(library.pk, "A1") if library else "A1"
    return str(world.users[f"librarian_{name.lower()}"].pk)
