"""What documents and dashboards keep beside the documents themselves."""

from collections.abc import Iterator
from uuid import uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from kpi.models import Award
from libraries.enums import Level
from reports.enums import DocumentKind, DocumentState, Span
from reports.models import (
    AreaMonth,
    Certificate,
    Document,
    FiguresState,
    Office,
    ProvinceSettings,
    Schedule,
    SignedCopy,
    StaleArea,
)
from stakeholders.enums import PartnershipKind
from stakeholders.models import Membership, Organisation, Support
from tests.authorisation.bodies import NOTHING, Body, posts
from tests.authorisation.world import MORE, Actor, Thing, World, about, missing, one_page
from tpbis.core import periods


def beside_documents(world: World) -> None:
    today = timezone.localdate()
    staff = world.users["second_staff"]
    made = Document.objects.exclude(kind=DocumentKind.LETTERS).filter(state=DocumentState.DONE)
    for document in made:
        name = storages["documents"].save(f"signed/{uuid4()}.pdf", ContentFile(one_page("x")))
        SignedCopy.objects.create(
            document=document,
            file_name=name,
            original_name="laporan.pdf",
            sha256="x",
            size=1,
            uploaded_by=document.requested_by,
        )
    emblem = storages["documents"].save("letterheads/x.jpg", ContentFile(b"\xff\xd8\xff"))
    office = Office.objects.order_by("pk").first()
    assert office is not None
    for region in world.regions.values():
        if region.level <= Level.REGENCY and not Office.objects.filter(region=region).exists():
            office.pk, office.region = None, region
            office.save()
    Office.objects.update(emblem=emblem)
    for award in Award.objects.all():
        Certificate.objects.create(
            award=award, code=f"{award.pk:016d}", issued_by=staff, reason="x"
        )
    for region in {library.regency for library in world.libraries.values()}:
        Schedule.objects.create(region=region, span=Span.MONTH, day=16, made_by=staff)
        AreaMonth.objects.create(region=region, month=periods.this_month(), counted_on=today)
        StaleArea.objects.create(region=region)
    FiguresState.objects.create()
    for library in world.libraries.values():
        Support.objects.create(
            organisation=Organisation.objects.order_by("pk").first(),
            library=library,
            region=library.regency,
            kind=PartnershipKind.GOODS,
            given_on=today,
            quantity=40,
            unit="buku",
            description="Buku bacaan anak",
            recorded_by=staff,
        )
    Membership.objects.create(
        organisation=Organisation.objects.order_by("pk").first(),
        user=world.users["supporter"],
        starts_on=today,
    )
    for region in {
        library.regency.parent or library.regency for library in world.libraries.values()
    }:
        ProvinceSettings.objects.create(region=region)


MORE.append(beside_documents)


# --- What is asked about --------------------------------------------------------------------------


@about("signed_copy")
def _(world: World) -> Iterator[Thing]:
    for copy in SignedCopy.objects.select_related("document").order_by("pk"):
        about_it = copy.document
        code, library = about_it.region.code, about_it.library_id
        yield Thing("signed_copy", {"pk": copy.pk}, code=code, library=library, row=copy)
    yield from missing(world, "signed_copy", {"pk": 987_654_321})


@about("schedule")
def _(world: World) -> Iterator[Thing]:
    for schedule in Schedule.objects.select_related("region").order_by("pk"):
        code = schedule.region.code
        yield Thing("schedule", {"pk": schedule.pk}, code=code, row=schedule)
    yield from missing(world, "schedule", {"pk": 987_654_321})


# --- What is sent ---------------------------------------------------------------------------------


@posts("reports:signed_copies")
def a_scan(world: World, actor: Actor, thing: Thing | None) -> Body:
    scan = SimpleUploadedFile("pindaian.pdf", one_page("ditandatangani"))
    return Body({"berkas": scan, "keterangan": ""}, needs=("berkas",))


@posts("reports:schedules")
def a_schedule(world: World, actor: Actor, thing: Thing | None) -> Body:
    region = actor.spots[0].code if actor.spots else "35"
    return Body({"region": region, "span": Span.QUARTER.value, "day": "7"}, needs=("region",))


@posts("reports:schedule_end")
def nothing_more(world: World, actor: Actor, thing: Thing | None) -> Body:
    return NOTHING


@posts("reports:office")
def an_office(world: World, actor: Actor, thing: Thing | None) -> Body:
    said = {
        "government": "Pemerintah Kabupaten",
        "name": "Dinas Kearsipan",
        "address": "Jalan 2",
        "place": "Kota",
        "signer_position": "Kepala Dinas",
        "signer_name": "Nama Lain",
        "signer_rank": "Pembina",
        "signer_nip": "196801011990032002",
        "bab_results": "on",
        "urutan_results": "1",
    }
    return Body(said, needs=("name",))
