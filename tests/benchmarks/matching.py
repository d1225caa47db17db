"""Matching needs and offers, against reading the same rows from the database."""

import sys
from random import Random

import django

django.setup()

from django.core.management import call_command
from django.utils import timezone

from libraries.enums import Theme
from libraries.models import Library, Region
from reports.figures.matching import bodies_of, proposals, wanted_of, what_is_left
from stakeholders.enums import NeedState, PartnershipKind, Urgency
from stakeholders.matching import propose
from stakeholders.models import Need, Offer, Organisation
from tests import factories
from tests.benchmarks.measuring import say, seconds
from tests.benchmarks.worlds import make_world
from tpbis.core import periods

ORGANISATIONS = 120
KINDS, THEMES = PartnershipKind.values, Theme.values
UNITS = ("buku", "rak", "komputer", "narasumber")


def main(needs: int = 2_000, offers: int = 500) -> None:
    call_command("migrate", verbosity=0)
    make_world(932)
    fill(Random(7), needs, offers)
    everybody = Organisation.objects.all()
    today = timezone.localdate()

    def read() -> tuple[list, list, list]:
        wanted = wanted_of(Need.objects.all(), one_short=set(), alone=set())
        return wanted, list(what_is_left(Offer.objects.all())), list(bodies_of(everybody))

    def whole_page() -> None:
        proposals(
            Need.objects.all(),
            Offer.objects.all(),
            everybody,
            libraries=Library.objects.all(),
            on=today,
            through=periods.this_month(),
        )

    wanted, offered, bodies = read()
    where = f"{len(wanted)} needs x {len(offered)} offers"
    reading = seconds(read, times=5)
    found = propose(wanted, offered, bodies)
    matching = seconds(lambda: propose(wanted, offered, bodies), times=5)
    page = seconds(whole_page, times=3)
    say(f"reading {where}", reading, "s")
    say(
        f"matching {where}, {len(found)} proposals",
        matching,
        "s",
        ratio=matching / reading,
        to="reading the same rows",
    )
    say(
        f"proposals with flags, {where}",
        page,
        "s",
        ratio=page / reading,
        to="reading the same rows",
    )


def fill(chance: Random, needs: int, offers: int) -> None:
    staff = factories.UserFactory(role="province_staff")
    libraries = list(Library.objects.select_related("regency").order_by("pk"))
    regions = list(Region.objects.filter(level__lte=2).order_by("code"))
    organisations = Organisation.objects.bulk_create(
        Organisation(name=f"Lembaga {number}", themes=chance.sample(THEMES, 3))
        for number in range(ORGANISATIONS)
    )
    now = timezone.now()

    def amount() -> dict:
        return {
            "kind": chance.choice(KINDS),
            "quantity": chance.randint(1, 200),
            "unit": chance.choice(UNITS),
            "rupiah": chance.randint(1, 50) * 500_000,
            "recorded_by": staff,
        }

    Need.objects.bulk_create(
        Need(
            library=library,
            region=library.regency,
            theme=chance.choice(THEMES),
            title="x",
            why="x",
            urgency=chance.choice(Urgency.values),
            priority=chance.choice([None, None, 1, 2, 3, 4, 5]),
            state=NeedState.OPEN,
            confirmed_at=now,
            confirmed_by=staff,
            **amount(),
        )
        for library in chance.choices(libraries, k=needs)
    )
    Offer.objects.bulk_create(
        Offer(
            organisation=chance.choice(organisations),
            region=chance.choice(regions),
            theme=chance.choice(["", *THEMES]),
            description="x",
            starts_on=now.date(),
            **amount(),
        )
        for _number in range(offers)
    )


if __name__ == "__main__":
    main(*(int(size) for size in sys.argv[1:]))
