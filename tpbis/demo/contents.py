"""From a month's numbers to its entries: titles, dates, people, money. Pure; a value for each field
that :class:`activities.models.Activity` asks for."""

import calendar
import uuid
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any

from activities.enums import (
    AdvocacyAudience,
    AdvocacyResult,
    Audience,
    Format,
    Kind,
    Medium,
    ServiceForm,
)
from libraries.enums import LibraryKind, Theme
from tpbis.core import periods
from tpbis.demo import words
from tpbis.demo.cast import Partner
from tpbis.demo.chance import stream, weighted
from tpbis.demo.planning import MonthPlan

Content = dict[str, Any]

# Some type the first of January for what they no longer remember.
_FORGETFUL, _FORGOTTEN = 0.3, 0.5
_TWICE = 0.04  # the same activity entered a second time
_CROWDED = 0.004  # a village feast
_VARIANTS = [
    (idea, theme, weight / len(words.IDEAS[theme]))
    for theme, weight in words.THEME_WEIGHTS
    for idea in words.IDEAS[theme]
]
_IDEAS: list[tuple[words.Idea, Theme]] = [(idea, theme) for idea, theme, _ in _VARIANTS]
_CUMULATIVE = [sum(weight for *_, weight in _VARIANTS[: at + 1]) for at in range(len(_VARIANTS))]


@dataclass(slots=True)
class Entry:
    """One activity to be: its kind and the content as ``activities.services.record`` takes it."""

    kind: Kind
    uuid: uuid.UUID
    content: Content


def entries(plan: MonthPlan, partner: Partner, *, until: date | None = None) -> list[Entry]:
    """The entries of ``plan`` in the order they were held; none later than ``until``."""
    rng = stream("entries", plan.number, plan.month)
    days = _Days(rng, plan, until)
    made: list[Entry] = []

    def add(kind: Kind, content: Content) -> None:
        identity = uuid.UUID(int=rng.getrandbits(128), version=4)
        made.append(Entry(kind, identity, {"held_on": days.draw(), **content}))

    for at in range(plan.involvement):
        if made and plan.participants is None and rng.random() < _TWICE:
            twin = made[-1]
            add(twin.kind, twin.content)
        else:
            people = plan.participants[at] if plan.participants else None
            add(Kind.INVOLVEMENT, involvement(rng, partner, people))
    for sign in plan.advocacy:
        add(Kind.ADVOCACY, advocacy(rng, partner, plan.month.year, sign=sign))
    if plan.snapshot:
        add(Kind.SERVICE, snapshot(partner, plan.month))
    for _ in range(plan.improvements):
        add(Kind.SERVICE, improvement(rng))
    for _ in range(plan.publications):
        add(Kind.PUBLICATION, publication(rng, partner))
    return sorted(made, key=lambda entry: entry.content["held_on"])


class _Days:
    """Days of one month; every second of a forgetful library's January ones is the first."""

    def __init__(self, rng: Random, plan: MonthPlan, until: date | None) -> None:
        self._rng, self._month = rng, plan.month
        self._last = calendar.monthrange(plan.month.year, plan.month.month)[1]
        if until is not None and until < periods.last_day(plan.month):
            self._last = until.day
        forgetful = stream("forgetful", plan.number).random() < _FORGETFUL
        self._forgotten = _FORGOTTEN if forgetful and plan.month.month == 1 else 0.0

    def draw(self) -> date:
        if self._forgotten and self._rng.random() < self._forgotten:
            return self._month
        return self._month.replace(day=1 + int(self._rng.random() * self._last))


def involvement(rng: Random, partner: Partner, people: int | None = None) -> Content:
    """An activity with people; their number is drawn when not given."""
    (title, form, audience), theme = rng.choices(_IDEAS, cum_weights=_CUMULATIVE)[0]
    if people is None:
        people = _participants(rng, audience)
    content: Content = {
        "title": _spoken(title + rng.choice(words.TAILS), partner),
        "theme": theme,
        "format": form if rng.random() < 0.93 else Format.PROMOTION,
        "audience": audience,
        "participants_total": people,
        "place": _spoken(rng.choice(words.PLACES[theme]), partner),
    }
    if rng.random() < 0.8:
        women = min(people, round(people * rng.betavariate(6, 4)))
        content["participants_women"], content["participants_men"] = women, people - women
        content["participants_disabled"] = (
            min(people, rng.randint(1, 3)) if rng.random() < 0.07 else 0
        )
    return content


def _participants(rng: Random, audience: Audience) -> int:
    if rng.random() < _CROWDED:
        return rng.randint(150, 420)
    median = 24 if audience in (Audience.PUPILS, Audience.CHILDREN) else 17
    return max(3, min(180, round(median * rng.lognormvariate(0, 0.5))))


def advocacy(rng: Random, partner: Partner, year: int, *, sign: bool) -> Content:
    """Winning support; ``sign``: one of sustainability, as money, a rule or two audiences are."""
    what = rng.random()
    if not sign:
        return _in_kind(rng, partner)
    if what < 0.55:
        return _money(rng, partner, year)
    if what < 0.7:
        return _regulation(rng, partner, year)
    content = _in_kind(rng, partner)
    others = [str(a.value) for a in AdvocacyAudience if a.value not in content["audiences"]]
    content["audiences"].append(rng.choice(others))
    return content


def _in_kind(rng: Random, partner: Partner) -> Content:
    title, audience, goods = rng.choice(words.IN_KIND)
    content: Content = {
        "title": _spoken(title, partner),
        "audiences": [str(audience.value)],
        "result": AdvocacyResult.IN_KIND,
    }
    if goods:
        content["goods"] = rng.choice(goods)
    else:
        content["speakers"] = rng.choice([0, 1, 1, 1, 2, 3])
    return content


def _money(rng: Random, partner: Partner, year: int) -> Content:
    title, audience = rng.choice(words.MONEY)
    return {
        "title": _spoken(title, partner, year=year),
        "audiences": [str(audience.value)],
        "result": AdvocacyResult.MONEY,
        "amount": 250_000 * max(1, round(rng.lognormvariate(2.3, 0.9))),
    }


def _regulation(rng: Random, partner: Partner, year: int) -> Content:
    title, regulation = rng.choice(words.REGULATIONS)
    numbers = {"year": year, "number": rng.randint(2, 60), "small": rng.randint(1, 9)}
    return {
        "title": _spoken(title, partner),
        "audiences": [str(AdvocacyAudience.VILLAGE_HEAD.value)],
        "result": AdvocacyResult.REGULATION,
        "regulation": _spoken(regulation, partner, **numbers),
    }


def _spoken(text: str, partner: Partner, **more: int) -> str:
    in_town = partner.kind == LibraryKind.URBAN_VILLAGE
    return words.spoken(text, in_town=in_town).format(place=partner.place, **more)


def snapshot(partner: Partner, month: date) -> Content:
    """The half-yearly picture of a library's facilities; it grows a little each time."""
    rng = stream("facilities", partner.number)
    size = 6 if partner.kind == LibraryKind.REGENCY else 1
    halves = (month.year - 2023) * 2 + (month.month > 6)
    return {
        "title": f"Potret fasilitas {'Juli' if month.month > 6 else 'Januari'} {month.year}",
        "service_form": ServiceForm.SNAPSHOT,
        "books": size * (rng.randint(600, 1_800) + halves * rng.randint(10, 60)),
        "digital_books": size * rng.choice([0, 0, 0, 50, 200, 500]),
        "computers": size * rng.choice([0, 1, 2, 2, 3, 3, 5]),
        "bandwidth": rng.choice([0, 10, 10, 20, 20, 30, 50, 100]),
    }


def improvement(rng: Random) -> Content:
    form = rng.choice([ServiceForm.NEW_SERVICE, ServiceForm.ROOM, ServiceForm.STAFF_TRAINING])
    return {"title": rng.choice(words.IMPROVEMENTS[form.value]), "service_form": form}


def publication(rng: Random, partner: Partner) -> Content:
    medium, media = weighted(
        rng,
        [
            ((Medium.ONLINE, words.ONLINE), 0.86),
            ((Medium.PRINT, words.PRINTED), 0.08),
            ((Medium.BROADCAST, words.BROADCAST), 0.06),
        ],
    )
    name = rng.choice(media)
    link = f"https://{name.lower().replace(' ', '-')}.example/p/{rng.getrandbits(40):010x}"
    return {
        "title": _spoken(rng.choice(words.HEADLINES), partner),
        "medium": medium,
        "media_name": name,
        "link": link if medium == Medium.ONLINE else "",
    }


def visits(plan: MonthPlan, partner: Partner) -> tuple[int, int]:
    """Men and women who came in the month; more with each year, fewer when little goes on."""
    size = stream("visits", partner.number)
    usual = (900 if partner.kind == LibraryKind.REGENCY else 95) * size.lognormvariate(0, 0.45)
    men = 0.36 + size.random() * 0.14
    rng = stream("visits", plan.number, plan.month)
    grown = 1 + 0.05 * (plan.month.year - 2023)
    total = round(usual * grown * rng.uniform(0.75, 1.25) * (0.6 if plan.is_nihil else 1))
    return round(total * men), total - round(total * men)
