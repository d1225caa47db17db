"""Scores as JSON: what was counted and what came of it."""

from typing import Any

from rest_framework import serializers

from tpbis.core.rest.fields import MonthField

_COUNTED = {
    "involvement": "Community involvements from 1 January on.",
    "participants": "People who took part in them.",
    "advocacy": "Advocacies.",
    "service": "Service improvements.",
    "visit_months": "Months with visits filled in.",
    "publications": "Publications.",
    "sustainability": "Signs of sustainability.",
}


class ScoreSerializer(serializers.Serializer[Any]):
    """A library's KPI portal from 1 January to the end of a month; never the SIM's official one."""

    id = serializers.IntegerField(source="pk", help_text="Number of the score.")
    library = serializers.IntegerField(source="library_id", help_text="Number of the library.")
    through = MonthField(help_text="Its last month, as 2024-09.")
    colour = serializers.CharField(help_text="green, yellow, red or grey.")
    points = serializers.IntegerField(
        allow_null=True, help_text="Thousandths of a point; null when grey."
    )
    months_due = serializers.IntegerField(help_text="Months that were due.")
    rule_version = serializers.IntegerField(
        source="rule_set.version", help_text="Version of the rules it was scored by."
    )
    scored_at = serializers.DateTimeField(help_text="When it was last scored.")

    def get_fields(self) -> dict[str, serializers.Field]:
        counted = {
            name: serializers.IntegerField(help_text=said) for name, said in _COUNTED.items()
        }
        return {**super().get_fields(), **counted}
