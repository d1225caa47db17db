"""What a certificate says, to its holder and to whoever asks by its code."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from kpi.enums import AwardDecision, Colour
from kpi.models import ClosingScore
from libraries.models import FormerLibrary, Library
from reports.models import Certificate


@dataclass(frozen=True, slots=True)
class Told:
    """One certificate: of what, and whether it still counts. ``ended_on``: the day it was
    withdrawn, or the award behind it was."""

    certificate: Certificate
    library: Library
    through: date
    colour: str  # at the closing
    version: int | None  # of the rules it was scored by
    issued_on: date
    ended_on: date | None

    @property
    def is_valid(self) -> bool:
        return self.ended_on is None


def certificates_told(certificates: Iterable[Certificate]) -> list[Told]:
    """In the order given, in a constant number of queries; each with its award, closing and library
    at hand. A library that was merged since keeps the score of the number it had."""
    found = list(certificates)
    scores = _scores(found)
    return [
        Told(
            certificate=one,
            library=one.award.library,
            through=one.award.closing.through,
            colour=Colour.GREEN,  # nobody else can be awarded
            version=scores.get((one.award.closing_id, one.award.library_id)),
            issued_on=timezone.localdate(one.issued_at),
            ended_on=_ended_on(one),
        )
        for one in found
    ]


def _ended_on(certificate: Certificate) -> date | None:
    if certificate.withdrawn_at is not None:
        return timezone.localdate(certificate.withdrawn_at)
    if certificate.award.decision != AwardDecision.GRANTED:
        return certificate.award.decided_on
    return None


def _scores(certificates: Iterable[Certificate]) -> Mapping[tuple[int, int], int | None]:
    """The version behind each award, by closing and library."""
    awards = [certificate.award for certificate in certificates]
    former = FormerLibrary.objects.filter(library__in=[award.library_id for award in awards])
    numbers: dict[int, list[int]] = defaultdict(list)
    for number, library in former.values_list("number", "library"):
        numbers[library].append(number)
    asked = {award.library_id for award in awards} | {n for ns in numbers.values() for n in ns}
    kept = ClosingScore.objects.filter(
        closing__in={award.closing_id for award in awards},
        library__in=asked,
        colour=Colour.GREEN,
    )
    versions = {
        (closing, number): version
        for closing, number, version in kept.values_list("closing", "library", "rule_set__version")
    }
    return {
        (award.closing_id, award.library_id): versions[award.closing_id, number]
        for award in awards
        for number in (*numbers[award.library_id], award.library_id)
        if (award.closing_id, number) in versions
    }
