"""The colour once more, written from the definitions and from nothing of ``kpi.scoring``; and what
may be drawn to compare the two."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

MEASURES = (
    *("involvement", "participants", "advocacy", "service"),
    *("visit_months", "publications", "sustainability"),
)
DEFAULT: dict[str, Any] = {
    "version": 1,
    "indicators": [
        {"component": component, "measure": measure, "points": points, "count": str(count)}
        | {"per_months": months, "ceiling": ceiling, "effort": effort}
        for component, measure, points, count, months, ceiling, effort in [
            ("involvement", "involvement", 25, 3, 1, 4, 3),
            ("involvement", "participants", 10, 40, 1, 0, 1),
            ("advocacy", "advocacy", 20, 3, 2, 2, 3),
            ("service", "service", 15, 2, 6, 1, 4),
            ("visits", "visit_months", 10, 1, 1, 1, 1),
            ("publication", "publications", 10, 3, 1, 4, 2),
            ("sustainability", "sustainability", 10, 1, 12, 1, 5),
        ]
    ],
    "general": ["involvement", "advocacy", "service"],
    "yellow_above": 25_000,
    "green_above": 75_000,
    "green_needs_signs": 1,
    "participants_each": 15,
}
# What a step of a way counts for and is limited by.
INDICATOR_OF = {
    "involvement": "involvement",
    "advocacy": "advocacy",
    "advocacy_with_sign": "advocacy",
    "sign": "sustainability",
    "service": "service",
    "visits": "visit_months",
    "publication": "publications",
}


def judged(counts: Mapping[str, int], rules: Mapping[str, Any], due: int) -> tuple[str, int | None]:
    """Colour and thousandths of points of what was counted, by rules as they are stored."""
    if not any(counts[measure] for measure in MEASURES if measure != "sustainability"):
        return "grey", None
    points = 0
    for one in rules["indicators"]:
        target = max(1, -(-Fraction(one["count"]) * due // one["per_months"]))
        points += 1000 * one["points"] * min(counts[one["measure"]], target) // target
    if min([1, *(counts[measure] for measure in rules["general"])]) == 0:
        return "red", points
    signs = counts["sustainability"] >= rules["green_needs_signs"]
    passed = (points > rules["yellow_above"]) + (points > rules["green_above"] and signs)
    return ("red", "yellow", "green")[passed], points


@st.composite
def rule_books(draw: st.DrawFn, *, most: int = 500, ceilings: int = 9) -> dict[str, Any]:
    """Any rules that can be published, as they are stored: 100 points over some of the measures."""
    measures = draw(st.lists(st.sampled_from(MEASURES), min_size=1, unique=True))
    others = len(measures) - 1
    cuts = sorted(draw(st.lists(st.integers(0, 100), min_size=others, max_size=others)))
    yellow = draw(st.integers(0, 99_998))
    rates = st.integers(1, most).map(str) | st.fractions(Fraction(1, 9), most, max_denominator=9)
    return {
        "version": draw(st.integers(1, 9)),
        "indicators": [
            {
                "measure": measure,
                "component": measure,
                "points": upper - lower,
                "count": str(draw(rates)),
                "per_months": draw(st.integers(1, 12)),
                "ceiling": draw(st.integers(0, ceilings)),
                "effort": draw(st.integers(1, 5)),
            }
            for measure, lower, upper in zip(measures, [0, *cuts], [*cuts, 100], strict=True)
        ],
        "general": draw(st.lists(st.sampled_from(MEASURES), max_size=4, unique=True)),
        "yellow_above": yellow,
        "green_above": draw(st.integers(yellow + 1, 99_999)),
        "green_needs_signs": draw(st.integers(0, 3)),
        "participants_each": draw(st.integers(0, 30)),
    }
