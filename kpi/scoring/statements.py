"""What is said of a score in one line of text: the same inputs give the same bytes."""

import json

from kpi.scoring.colours import Inputs, Rules, lines, score


def statement(inputs: Inputs, rules: Rules, months_due: int) -> str:
    """Canonical JSON of a score and how it came about: colour, points, each indicator's
    ``[value, target, points]``, all points in thousandths."""
    result = score(inputs, rules, months_due)
    said = {
        "colour": result.colour,
        "points": result.points,
        "rules": rules.version,
        "months_due": months_due,
        "lines": {
            line.measure: [line.value, line.target, line.points]
            for line in lines(inputs, rules, months_due)
        },
    }
    return json.dumps(said, sort_keys=True, separators=(",", ":"))
