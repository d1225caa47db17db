"""Numbers as shades of one hue, none of them a KPI colour: from little, light, to much, dark."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, floor, log10

from django.utils.translation import gettext as _

from tpbis.core.templatetags.tpbis import NOTHING, angka

# The fill of each step, and the ink that is legible on it.
STEPS = (
    ("#eef6f5", "#1c2430"),
    ("#cbe3e1", "#1c2430"),
    ("#8fc1bd", "#1c2430"),
    ("#2f7d78", "#ffffff"),
    ("#0f5c5c", "#ffffff"),
)
UNKNOWN = ("#ffffff", "#5a6472")


@dataclass(frozen=True, slots=True)
class Shade:
    """A number in words, and how it is filled."""

    words: str
    fill: str
    ink: str


@dataclass(frozen=True, slots=True)
class Scale:
    """Five equal steps from nothing to the largest number there is, to a round number each."""

    step: float
    is_share: bool

    @classmethod
    def of(cls, values: Iterable[float | None], *, is_share: bool) -> "Scale":
        largest = max((value for value in values if value is not None), default=0)
        if is_share:
            return cls(min(0.2, _round_up(largest / len(STEPS)) or 0.2), is_share)
        return cls(_round_up(largest / len(STEPS)) or 1, is_share)

    def shade(self, value: float | None) -> Shade:
        """Whatever lies on a boundary belongs to the step below it."""
        if value is None:
            return Shade(NOTHING, *UNKNOWN)
        place = min(len(STEPS) - 1, max(0, ceil(round(value / self.step, 6)) - 1))
        return Shade(self.words(value), *STEPS[place])

    @property
    def legend(self) -> tuple[Shade, ...]:
        """Each step from its lower to its upper boundary."""
        return tuple(
            Shade(f"{self._bound(place)}–{self._bound(place + 1)}{self._unit}", fill, ink)
            for place, (fill, ink) in enumerate(STEPS)
        )

    def words(self, value: float) -> str:
        if self.is_share:
            return f"{angka(round(100 * value, 1), 1)}%"
        return angka(round(value, 1), 1)

    @property
    def _unit(self) -> str:
        return "%" if self.is_share else ""

    def _bound(self, place: int) -> str:
        bound = round(place * self.step * (100 if self.is_share else 1), 6)
        decimals = 0 if float(bound).is_integer() else 1 if float(bound * 10).is_integer() else 2
        return angka(bound, decimals)


def in_words(title: str, shade: Shade, part: int, whole: int) -> str:
    """“Kabupaten Lumajang: 12,5% (3 dari 24)”."""
    if not whole:
        return _("%(title)s: belum ada yang dihitung") % {"title": title}
    return _("%(title)s: %(words)s (%(part)s dari %(whole)s)") % {
        "title": title,
        "words": shade.words,
        "part": angka(part),
        "whole": angka(whole),
    }


def _round_up(number: float) -> float:
    """To the next of 1, 2, 2.5 or 5 times a power of ten."""
    if number <= 0:
        return 0.0
    power: float = 10 ** floor(log10(number))
    steps = (round(times * power, 9) for times in (1, 2, 2.5, 5, 10))
    return next(step for step in steps if step >= round(number, 9))
