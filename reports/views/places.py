"""Regions to choose from: the parts of what somebody looks after, then the parts of those."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from libraries.enums import Level
from libraries.models import Region
from libraries.querysets import RegionQuerySet

if TYPE_CHECKING:
    from tpbis.accounts.models import User

MOST_TOLD = 5  # places named one by one


@dataclass(frozen=True, slots=True)
class Offered:
    """A list to choose from, and below a chosen regency its districts."""

    parts: tuple[Region, ...]
    inside: Region | None  # the regency whose districts follow
    districts: tuple[Region, ...]


def offered(user: "User", chosen: Region | None) -> Offered:
    visible = Region.objects.visible_to(user)
    parts = _parts(visible)
    inside = _regency(chosen, parts)
    if inside is None:
        return Offered(parts, None, ())
    districts = visible.within(inside.code).filter(level=Level.DISTRICT)
    return Offered(parts, inside, tuple(districts.order_by("code")))


def divided_at(user: "User", chosen: Region | None) -> Level:
    """A province by regency; a single regency, chosen or one's own, by district."""
    if chosen is not None:
        return Level.REGENCY if chosen.level == Level.PROVINCE else Level.DISTRICT
    widest = Region.objects.visible_to(user).filter(level__lte=Level.REGENCY).order_by("level")
    levels = list(widest.values_list("level", flat=True)[:2])
    return Level.DISTRICT if levels == [Level.REGENCY] else Level.REGENCY


def _parts(visible: RegionQuerySet) -> tuple[Region, ...]:
    """The parts of the widest place somebody works for."""
    widest = visible.order_by("level", "code").first()
    if widest is None or widest.level >= Level.DISTRICT:
        return ()
    return tuple(visible.filter(level=widest.level + 1).order_by("code"))


def _regency(chosen: Region | None, parts: tuple[Region, ...]) -> Region | None:
    """The regency among ``parts`` that ``chosen`` is or lies in."""
    if chosen is None:
        return None
    code = ".".join(chosen.code.split(".")[: Level.REGENCY])
    return next((part for part in parts if part.code == code), None)


def told(user: "User", chosen: Region | None = None) -> str:
    """Whose figures these are: of the chosen region, else of all that one looks after."""
    if chosen is not None:
        return chosen.title
    seen = list(Region.objects.visible_to(user).order_by("level", "code")[: MOST_TOLD + 1])
    titles = [region.title for region in seen if region.level == seen[0].level]
    if not titles or len(titles) > MOST_TOLD:
        return _("Wilayah tugas")
    return ", ".join(titles)
