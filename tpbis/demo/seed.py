"""The demo's data: a province as it was published, from January 2023 to today.

Nothing here is known to the rest of the portal: the figures come out of the engine because the
reports add up to them. Counts are planned (``careers``, ``planning``, ``diary``), turned into
entries (``contents``, ``timing``) and written: the mass in bulk by the services' rules
(``writing``), what is under way today by the services themselves (``live``).
"""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time

from django.core.management.color import no_style
from django.db import connection, transaction
from django.utils import timezone

from activities.models import Activity, MonthlyReport
from kpi import queries as kpi_queries
from kpi import scoring
from kpi import services as kpi_services
from kpi.enums import RULE_GROUP_OF
from libraries import services as library_services
from libraries.enums import Level
from libraries.models import Library, LibraryAlias, Region
from reports.rollups import counting
from stakeholders.models import Organisation, Partnership
from stakeholders.models import Support as Came
from tpbis.accounts.models import User
from tpbis.core import periods
from tpbis.demo import (
    careers,
    cast,
    diary,
    following,
    gifts,
    history,
    invitations,
    live,
    names,
    offices,
    official,
    papers,
    people,
    pictures,
    showcase,
    stories,
    support,
    synergy_event,
    synergy_need,
    synergy_org,
    synergy_team,
    told,
    writing,
)
from tpbis.demo.cast import KLEMUNAN, LABRUK, NAMED, Partner
from tpbis.demo.chance import stream
from tpbis.demo.people import DEMO_ACCOUNTS
from tpbis.demo.planning import MonthPlan

__all__ = ["DEMO_ACCOUNTS", "EARLIEST", "ClockIsWrong", "NotEmpty", "seed"]

PROVINCE = "35"
EARLIEST = date(2026, 1, 1)  # the published months must have been decided by today
_PHOTO_MONTHS = 3

Progress = Callable[[str, int, int], None]


class NotEmpty(Exception):
    """There are libraries already: demo data never mixes with others."""


class ClockIsWrong(Exception):
    """Today lies before the months that the demo tells of, or ahead of the clock."""


@dataclass(frozen=True, slots=True)
class _Story:
    """Everything that is decided before a report is written."""

    partners: list[Partner]
    careers: careers.Careers
    support: list[support.Support]
    diary: diary.Diary


def seed(*, today: date | None = None, progress: Progress | None = None) -> None:
    """Fill a migrated, empty database, or nothing of it. ``progress`` is told the step, how much of
    it is done and how much there is. Raises ``NotEmpty``, ``ClockIsWrong``."""
    now = _moment(today)
    if Library.objects.exists():
        raise NotEmpty
    tell = progress or (lambda what, done, total: None)
    with transaction.atomic(), _no_garbage_collection():
        story, libraries, staff = _settle(now, tell)
        tell("Menggambar foto", 0, 1)
        album = pictures.take(lambda done, total: tell("Menggambar foto", done, total))
        _report(story, libraries, staff, album, now, tell)
        _support(story, libraries, staff, now)
        stories.tell(story.partners, libraries, staff, album, support.InForce(story.support), now)
        invitations.send(staff, now)
        following.tell(staff, now)
        _score(now, tell)
        history.tell(now, lambda done, total: tell("Menutup bulan-bulan lalu", done, total))
        official.tell(libraries, now)
        papers.tell(staff, now)
        synergy_event.tell(now)
        synergy_need.tell(now)
        synergy_team.tell(now)
        told.tell(now, ("labruk", "klemunan"))
        synergy_org.describe_organisations()
    tell("Menjumlahkan wilayah", 0, 1)  # each regency's months, which a worker would count at first
    counting.refresh()


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """Half a million rows pass through and none leaves a cycle: looking for them costs a fifth of
    the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _moment(today: date | None) -> datetime:
    """Now, or the evening of an earlier day."""
    now = timezone.localtime()
    if today is not None and today != now.date():
        if today > now.date():
            raise ClockIsWrong
        now = timezone.make_aware(datetime.combine(today, time(20)))
    if now.date() < EARLIEST:
        raise ClockIsWrong
    return now


# --- The steps -----------------------------------------------------------------------------------


def _settle(now: datetime, tell: Progress) -> tuple[_Story, dict[int, Library], people.Staff]:
    """Places, libraries and people."""
    tell("Memuat wilayah", 0, 1)
    library_services.load_regions(PROVINCE)
    regions = {region.code: region for region in Region.objects.within(PROVINCE).order_by("code")}
    tell("Mendaftarkan perpustakaan", 0, 1)
    story = _plan(regions, now)
    libraries = _register(story.partners, regions)
    regencies = [region for region in regions.values() if region.level == Level.REGENCY]
    offices.open_offices([regions[PROVINCE], *regencies])
    staff = people.hire_officials(regencies, regions[PROVINCE])
    never, today = story.careers.never, now.date()
    posts = people.posts(story.partners, story.diary, never, today)
    people.hire_librarians(staff, posts, story.partners, libraries)
    people.note_sim_accounts(
        people.sim_states(story.partners, story.diary, never, today), libraries
    )
    _note_aliases(story, libraries)
    return story, libraries, staff


def _plan(regions: dict[str, Region], now: datetime) -> _Story:
    regencies = [(r.code, r.name) for r in regions.values() if r.level == Level.REGENCY]
    villages: dict[str, list[cast.Place]] = {code: [] for code, _ in regencies}
    for region in regions.values():
        if region.level == Level.VILLAGE:
            villages[region.code[:5]].append((region.code, region.name))
    partners = cast.partners(regencies, villages)
    planned = careers.plan(partners, now.year)
    supported = support.partnerships(partners, planned, dict(regencies))
    rules = _rules()
    running = periods.first_of_month(now.date())
    return _Story(
        partners=partners,
        careers=planned,
        support=supported,
        diary=diary.write(
            partners,
            planned,
            rules_of=rules,
            partnered=support.InForce(supported),
            last_month=running,
            instead=_showcase(partners, rules, running, now),
        ),
    )


def _rules() -> diary.RulesOf:
    """The rules that are in force at the end of a month, asked for once a month."""
    known: dict[date, dict[str, scoring.Rules]] = {}

    def rules_of(partner: Partner, month: date) -> scoring.Rules:
        if month not in known:
            valid = kpi_queries.rule_sets_on(periods.last_day(month))
            known[month] = {group: rule_set.rules for group, rule_set in valid.items()}
        return known[month][RULE_GROUP_OF[partner.kind]]

    return rules_of


def _showcase(
    partners: list[Partner], rules_of: diary.RulesOf, running: date, now: datetime
) -> list[MonthPlan]:
    """Sumber Ilmu's running year, the running month as a draft."""
    labruk = next(partner for partner in partners if partner.code == LABRUK)
    months = list(periods.months_from_to(periods.january(running), running))
    sent = showcase.below_every_cap(
        labruk.number,
        rules_of(labruk, running),
        due=kpi_queries.months_due(labruk.joined_on, running, now),
        months=months[:-1],
    )
    return [*sent, live.running_draft(labruk.number, running)]


def _register(partners: list[Partner], regions: dict[str, Region]) -> dict[int, Library]:
    libraries = {}
    for partner in partners:
        rng = stream("library", partner.number)
        rooms = [rng.random() < 0.35 + 0.1 * partner.vigour for _ in range(3)]
        libraries[partner.number] = Library(
            name=partner.name,
            kind=partner.kind,
            region=regions[partner.code],
            regency=regions[partner.regency],
            npp=partner.npp,
            source=partner.source,
            joined_on=partner.joined_on,
            tags=list(partner.tags),
            address=f"Jalan Raya {partner.place} Nomor {rng.randint(1, 90)}",
            has_sharing_room=rooms[0],
            has_learning_room=rooms[1],
            has_practice_room=rooms[2],
        )
    Library.objects.bulk_create(libraries.values(), batch_size=500)
    return libraries


def _note_aliases(story: _Story, libraries: dict[int, Library]) -> None:
    """What the libraries with an account are called in the SIM."""
    aliases = []
    for partner in story.partners:
        rng = stream("alias", partner.number)
        if partner.number in story.diary.first_month and rng.random() < 0.6:
            name = names.in_the_sim(rng, partner.name)
            if name != partner.name:
                aliases.append(LibraryAlias(library=libraries[partner.number], name=name))
    LibraryAlias.objects.bulk_create(aliases, batch_size=500)


def _report(
    story: _Story,
    libraries: dict[int, Library],
    staff: people.Staff,
    album: pictures.Album,
    now: datetime,
    tell: Progress,
) -> None:
    """Every month up to the running one."""
    running = periods.first_of_month(now.date())
    last = periods.add_months(running, -1)
    under_way = live.choose(story.diary.months[last], story.partners)
    named = {partner.number: partner.code for partner in story.partners if partner.code in NAMED}
    writer = writing.Writer(
        partners=story.partners,
        libraries=libraries,
        staff=staff,
        album=album,
        photos_since=periods.add_months(running, 1 - _PHOTO_MONTHS),
        now=now,
    )
    months = sorted(month for month in story.diary.months if month < running)
    for done, month in enumerate(months, start=1):
        plans = story.diary.months[month]
        if month == last:
            plans = [plan for plan in plans if plan.number not in under_way.numbers]
        writer.write_month(plans)
        tell("Menulis laporan bulanan", done, len(months))
    writer.write_running_month(
        [plan for plan in story.diary.months[running] if plan.number not in named]
    )
    _continue_keys()
    desk = live.Desk(
        partners=story.partners, libraries=libraries, staff=staff, album=album, now=now
    )
    for plan in under_way.waiting:
        desk.send(plan)
    for plan in under_way.returned:
        desk.send_back(plan)
    for number, code in named.items():
        if code in (LABRUK, KLEMUNAN):
            desk.keep_draft(live.running_draft(number, running))


def _continue_keys() -> None:
    """Let the database count on from the keys that were given out in bulk."""
    statements = connection.ops.sequence_reset_sql(no_style(), [MonthlyReport, Activity])
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _support(
    story: _Story,
    libraries: dict[int, Library],
    staff: people.Staff,
    now: datetime,
) -> None:
    """Partnerships that have begun and what came of them, recorded by the PIC of the regency."""
    begun = [found for found in story.support if found.starts_on <= now.date()]
    brought = gifts.gifts(story.partners, begun, now.date())
    organisations = {
        name.lower(): Organisation(name=name)
        for name in sorted(
            {found.organisation for found in begun} | {gift.organisation for gift in brought}
        )
    }
    Organisation.objects.bulk_create(organisations.values(), batch_size=500)
    people.let_speak(organisations)
    recorder = {partner.number: staff.pics[partner.regency] for partner in story.partners}
    Partnership.objects.bulk_create(
        (
            Partnership(
                organisation=organisations[found.organisation.lower()],
                library=libraries[found.number],
                kind=found.kind,
                starts_on=found.starts_on,
                ends_on=found.ends_on,
                recorded_at=min(now, periods.midnight(found.starts_on)),
                recorded_by=recorder[found.number],
            )
            for found in begun
        ),
        batch_size=500,
    )
    _give(brought, organisations, libraries, staff, now)


def _give(
    brought: list[gifts.Gift],
    organisations: dict[str, Organisation],
    libraries: dict[int, Library],
    staff: people.Staff,
    now: datetime,
) -> None:
    """What came, recorded by the PIC of its regency; what all the province got, by its staff."""
    regions = Region.objects.in_bulk({gift.region for gift in brought}, field_name="code")
    province = User.objects.get(username="provinsi")
    Came.objects.bulk_create(
        (
            Came(
                organisation=organisations[gift.organisation.lower()],
                library=libraries[gift.number] if gift.number else None,
                region=regions[gift.region],
                kind=gift.kind,
                given_on=gift.given_on,
                rupiah=gift.rupiah,
                quantity=gift.quantity,
                unit=gift.unit,
                description=gift.description,
                reached=gift.reached,
                recorded_at=min(now, periods.midnight(gift.given_on)),
                recorded_by=staff.pics.get(gift.region, province),
            )
            for gift in brought
        ),
        batch_size=500,
    )


def _score(now: datetime, tell: Progress) -> None:
    """Count and score every span, as the nightly run would."""
    running = periods.first_of_month(now.date())
    months = list(periods.months_from_to(date(2023, 1, 1), running))
    for done, month in enumerate(months, start=1):
        kpi_services.count(MonthlyReport.objects.filter(month=month))
        kpi_services.rescore(Library.objects.all(), month, as_of=now)
        tell("Menghitung skor", done, len(months))
