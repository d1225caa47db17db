"""A small world with one row of every model, and the routes of the whole site."""

from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID

import pytest
from django.apps import apps
from django.db.models import Model
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from activities import services as activity_services
from activities.enums import Kind
from activities.models import (
    Consent,
    EntryDraft,
    Excuse,
    MentoringVisit,
    MonthlyReport,
    OfficialScore,
    Remark,
    Reminder,
    ReviewEvent,
    SimImport,
    SimImportLine,
    SimMark,
    SimName,
    SimRow,
    SimTwin,
    Story,
    StoryEvent,
    StoryPhoto,
)
from activities.photos import StoredPhoto
from kpi import services as kpi_services
from kpi.models import Award, Closing, ClosingScore, DailyColours, RuleSet, Run, RunArea
from libraries import services as library_services
from libraries.enums import SimState
from libraries.models import (
    Activation,
    FormerLibrary,
    Inactivity,
    LetterBatch,
    Library,
    RosterImport,
    RosterLine,
)
from reports.models import (
    AreaMonth,
    Boundaries,
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
from stakeholders.models import (
    ActionItem,
    Attendee,
    Candidate,
    Cohort,
    Commitment,
    Contact,
    DecreeStep,
    Event,
    EventFile,
    EventSeries,
    EventSpeaker,
    FormerOrganisation,
    Membership,
    Need,
    Offer,
    Organisation,
    SeatQuota,
    Support,
    SynergyTeam,
    TeamMember,
)
from stakeholders.services import record_partnership
from tests import factories
from tpbis.accounts import audit
from tpbis.accounts.enums import Role, TokenRight
from tpbis.accounts.models import AuditLink, Message, MessageMute, Session, User
from tpbis.accounts.services import bind_device
from tpbis.accounts.sessions import SessionStore

SEPTEMBER = date(2024, 9, 1)
OUR_APPS = ["accounts", "libraries", "stakeholders", "activities", "kpi", "reports"]
MODELS = [model for app in OUR_APPS for model in apps.get_app_config(app).get_models()]


def routes() -> dict[str, URLPattern]:
    """Every route that has a name, by that name with its namespaces."""
    return dict(_walk(get_resolver(), ()))


def _walk(resolver: URLResolver, spaces: tuple[str, ...]) -> Iterator[tuple[str, URLPattern]]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            inner = (*spaces, pattern.namespace) if pattern.namespace else spaces
            yield from _walk(pattern, inner)
        else:
            assert pattern.name, f"{pattern.pattern} has no name"
            yield ":".join((*spaces, pattern.name)), pattern


def any_arguments(pattern: URLPattern) -> dict[str, object]:
    """Arguments that fit the route, of things that need not exist."""
    fitting = {"pk": 1, "uuid": UUID(int=1), "code": "35.08", "month": "2024-09"}
    fitting |= {"kind": Kind.INVOLVEMENT.value, "size": "640", "form": "csv"}
    fitting |= {"handle": "0" * 16, "uid": "MQ", "token": "x-y", "sha256": "7" * 64}
    fitting |= {"draft": 1, "photo": UUID(int=2), "key": "7KQ2M94XTB"}
    names = pattern.pattern.regex.groupindex
    return {name: fitting[name] for name in names}


@pytest.fixture
def one_of_each(
    library: Library, librarian: User, pic: User, staff: User
) -> dict[type[Model], Model]:
    """A row of every model, all about Sumber Ilmu in Lumajang."""
    report = factories.report(library, librarian, *Kind, month=SEPTEMBER)
    entry = report.activities.order_by("pk").first()
    photo = StoredPhoto(sha256="ab" * 32, width=640, height=480, original_name="warga.jpg")
    activity_services.attach_photo(activity=entry, stored=photo, by=librarian)
    report = activity_services.submit(report=report, by=librarian)
    activity_services.approve(report=report, by=pic)
    kpi_services.count_and_rescore(library=library, month=SEPTEMBER)
    library_services.note_sim_state(
        library=library, state=SimState.ACTIVE, since_on=date(2024, 1, 1)
    )
    library_services.add_alias(library=library, name="Perpusdes Labruk Kidul")
    record_partnership(
        library=library,
        organisation_name="Bank Jatim",
        kind=PartnershipKind.MONEY,
        starts_on=date(2024, 1, 1),
        ends_on=None,
        by=staff,
    )
    run = SimImport.objects.create(source="console", state="done", as_of=SEPTEMBER)
    SimImportLine.objects.create(run=run, kind="rejected", feed="iku", library_name="Melati")
    SimName.objects.create(spelling="s" * 64, state="linked", library=library, decided_by=staff)
    row = SimRow.objects.create(
        kind="iku", key="k" * 64, content_hash="h" * 64, raw={}, library=library
    )
    SimMark.objects.create(report=report, marked_by=staff)
    SimTwin.objects.create(row=row, entry=entry, state="waiting")
    OfficialScore.objects.create(library=library, as_of=date(2024, 9, 30), points=70_000)
    Office.objects.create(
        region=library.regency,
        government="PEMERINTAH KABUPATEN LUMAJANG",
        name="DINAS KEARSIPAN DAN PERPUSTAKAAN",
        address="Jalan Alun-alun Utara 1",
        place="Lumajang",
        signer_position="Kepala Dinas",
        signer_name="Dra. Endah Lestari, M.Si.",
        signer_rank="Pembina Utama Muda",
        signer_nip="196801011990032001",
    )
    Document.objects.create(
        kind="progress",
        region=library.regency,
        start=date(2024, 1, 1),
        end=SEPTEMBER,
        requested_by=pic,
        requested_at=timezone.now(),
    )
    _make_people_rows(library, librarian, pic, staff)
    _make_field_rows(library, librarian, pic)
    Boundaries.objects.create(
        region=library.regency.parent,
        file_name="batas.geojson",
        sha256="b" * 64,
        drawing={"width": 780, "height": 400, "shapes": {}, "insets": [], "left_out": 0},
        size=0,
        uploaded_by=staff,
    )
    roster = RosterImport.objects.create(file_name="daftar.xlsx", uploaded_by=pic)
    roster.regions.set([library.regency])
    RosterLine.objects.create(roster=roster, number=2, kind="added", name="Perpustakaan Melati")
    _make_kpi_rows(library, staff)
    _make_document_rows(library, pic, staff)
    _make_synergy_rows(library, staff)
    return {model: model._default_manager.order_by("pk").last() for model in MODELS}


def _make_kpi_rows(library: Library, staff: User) -> None:
    now = timezone.now()
    closing = Closing.objects.create(through=SEPTEMBER, as_of=now, libraries=1)
    rules = RuleSet.objects.get(group="village", version=1)
    ClosingScore.objects.create(
        closing=closing,
        library=library,
        name=library.name,
        regency=library.regency,
        rule_set=rules,
        months_due=9,
        colour="grey",
        grey="never",
        statement="{}",
    )
    DailyColours.objects.create(day=now.date(), area=library.regency, through=SEPTEMBER, never=1)
    run = Run.objects.create(reason="asked", requester=staff)
    RunArea.objects.create(run=run, area=library.regency)
    Award.objects.create(
        closing=closing,
        library=library,
        decision="granted",
        decided_on=date(2024, 11, 1),
        note="Sembilan bulan hijau.",
        decided_by=staff,
    )


def _make_document_rows(library: Library, pic: User, staff: User) -> None:
    document = Document.objects.latest("pk")
    SignedCopy.objects.create(
        document=document,
        file_name="salinan.pdf",
        original_name="laporan.pdf",
        sha256="e" * 64,
        size=1,
        uploaded_by=pic,
    )
    Schedule.objects.create(region=library.regency, span="month", day=16, made_by=pic)
    Certificate.objects.create(award=Award.objects.latest("pk"), code="C" * 16, issued_by=staff)
    ProvinceSettings.objects.create(region=library.regency.parent)
    AreaMonth.objects.create(region=library.regency, month=SEPTEMBER, counted_on=SEPTEMBER)
    StaleArea.objects.create(region=library.regency)
    FiguresState.objects.create()
    bank = Organisation.objects.get(name="Bank Jatim")
    Support.objects.create(
        organisation=bank,
        library=library,
        region=library.regency,
        kind=PartnershipKind.MONEY,
        given_on=SEPTEMBER,
        rupiah=5_000_000,
        description="Modal usaha keripik",
        recorded_by=pic,
    )
    supporter = factories.UserFactory(role=Role.SUPPORTER, username="bankjatim")
    Membership.objects.create(organisation=bank, user=supporter, starts_on=SEPTEMBER)


def _make_synergy_rows(library: Library, staff: User) -> None:
    bank, now = Organisation.objects.get(name="Bank Jatim"), timezone.now()
    by = {"recorded_by": staff}
    province = library.regency.parent
    FormerOrganisation.objects.create(
        number=999_999, name="BPD Jatim", organisation=bank, merged_by=staff
    )
    Contact.objects.create(
        organisation=bank, position="Humas", name="Ibu Rina", consented_on=SEPTEMBER
    )
    team = SynergyTeam.objects.create(
        region=province,
        year=2024,
        starts_on=SEPTEMBER,
        decree_since=SEPTEMBER,
        decree_held_by="Bidang Layanan",
        **by,
    )
    TeamMember.objects.create(
        team=team, organisation=bank, name="Ibu Rina", starts_on=SEPTEMBER, **by
    )
    DecreeStep.objects.create(
        team=team, state="disusun", on=SEPTEMBER, held_by="Bidang Layanan", recorded_by=staff
    )
    need = Need.objects.create(
        library=library,
        region=library.regency,
        theme="Ekonomi",
        kind=PartnershipKind.MONEY,
        title="Modal usaha keripik",
        why="Kelompok ibu siap berjualan.",
        rupiah=5_000_000,
        **by,
    )
    offer = Offer.objects.create(
        organisation=bank,
        region=province,
        kind=PartnershipKind.MONEY,
        description="Bina lingkungan",
        starts_on=SEPTEMBER,
        **by,
    )
    Commitment.objects.create(
        need=need,
        organisation=bank,
        offer=offer,
        due_on=date(2024, 12, 1),
        accepted_at=now,
        accepted_by=staff,
    )
    series = EventSeries.objects.create(region=province, name="LARON JATIM", kind="webinar")
    event = Event.objects.create(
        region=province,
        series=series,
        number=3,
        kind="webinar",
        title="LARON JATIM #3",
        starts_at=now,
        ends_at=now + timedelta(hours=2),
        mode="daring",
        key="k" * 32,
        **by,
    )
    SeatQuota.objects.create(event=event, group="stakeholder", seats=18)
    EventSpeaker.objects.create(event=event, name="Ibu Rina", organisation=bank)
    EventFile.objects.create(event=event, kind="materi", uploaded_by=staff)
    Attendee.objects.create(
        event=event,
        group="pengelola",
        name="Bu Sri",
        library=library,
        key="a" * 32,
        invited_by=staff,
    )
    ActionItem.objects.create(
        event=event, what="Kirim 40 buku", owner="Bank Jatim", due_on=SEPTEMBER, **by
    )
    Cohort.objects.create(
        region=province,
        name="Replikasi 2023–2024",
        source="replication",
        first_year=2023,
        last_year=2024,
        **by,
    )
    Candidate.objects.create(village=library.region, **by)


def _make_people_rows(library: Library, librarian: User, pic: User, staff: User) -> None:
    now = timezone.now()
    device, _secret = bind_device(user=librarian, agent="Chrome di Android")
    SessionStore().save()
    Session.objects.update(user=librarian, device=device)
    library_services.let_program_in(
        name="Dasbor Bappeda",
        purpose="Peta capaian",
        region=library.regency,
        right=TokenRight.READ,
        last_day=timezone.localdate() + timedelta(days=30),
        by=staff,
    )
    event = audit.record("libraries.change", by=pic, subject=library)
    AuditLink.objects.create(event=event, position=1, hash="0" * 64)
    Inactivity.objects.create(
        library=library, starts_on=date(2022, 1, 1), ends_on=date(2022, 3, 31), reason="Renovasi"
    )
    FormerLibrary.objects.create(
        number=999_999, name="Perpusdes Labruk", library=library, merged_by=pic
    )
    batch = LetterBatch.objects.create(region=library.regency, issued_by=pic)
    Activation.objects.create(
        library=library,
        batch=batch,
        code_hash="c" * 64,
        issued_by=pic,
        expires_at=now + timedelta(days=30),
    )


def _make_field_rows(library: Library, librarian: User, pic: User) -> None:
    now = timezone.now()
    event = ReviewEvent.objects.order_by("pk").last()
    Remark.objects.create(event=event, entry=UUID(int=1), reason="foto", comment="Kurang jelas.")
    EntryDraft.objects.create(
        uuid=UUID(int=2), library=library, by=librarian, kind=Kind.ADVOCACY, content_hash="d" * 64
    )
    Excuse.objects.create(
        library=library, month=SEPTEMBER, reason="sakit", comment="Opname.", excused_by=pic
    )
    MentoringVisit.objects.create(
        library=library, by=pic, held_on=SEPTEMBER, way="telepon", notes="Membahas laporan."
    )
    Reminder.objects.create(
        library=library, month=SEPTEMBER, marked_on=date(2024, 10, 3), marked_by=pic
    )
    story = Story.objects.create(
        library=library,
        kind="dampak",
        theme="Ekonomi",
        happened_on=SEPTEMBER,
        title="Keripik yang menyekolahkan anak",
        text="Berawal dari satu buku resep.",
        created_by=librarian,
    )
    StoryPhoto.objects.create(story=story, sha256="cd" * 32, width=640, height=480)
    StoryEvent.objects.create(story=story, action="submitted", at=now, by=librarian)
    Consent.objects.create(
        story=story, given_by="Ibu S.", given_on=SEPTEMBER, scope="portal", recorded_by=librarian
    )
    Message.objects.create(
        user=librarian, kind="before_due", subject="x:1", period="2024-09", title="a", text="b"
    )
    MessageMute.objects.create(user=librarian, kind="before_due")


@pytest.fixture
def approved(one_of_each) -> MonthlyReport:
    return one_of_each[MonthlyReport]
