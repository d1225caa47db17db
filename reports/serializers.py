"""The figures as JSON: the same dataclasses that pages and documents show."""

from typing import Any

from rest_framework import serializers

from tpbis.core import periods


class ColourCountsSerializer(serializers.Serializer[Any]):
    total = serializers.IntegerField()
    green = serializers.IntegerField()
    yellow = serializers.IntegerField()
    red = serializers.IntegerField()
    grey = serializers.IntegerField()
    no_account = serializers.IntegerField()
    never = serializers.IntegerField()
    stopped = serializers.IntegerField()
    reconciliation = serializers.CharField()


class ColoursBeforeSerializer(serializers.Serializer[Any]):
    """Of the span before; the greys are not told apart."""

    total = serializers.IntegerField()
    green = serializers.IntegerField()
    yellow = serializers.IntegerField()
    red = serializers.IntegerField()
    grey = serializers.IntegerField()


class TotalsSerializer(serializers.Serializer[Any]):
    involvement = serializers.IntegerField()
    participants = serializers.IntegerField()
    participants_women = serializers.IntegerField()
    participants_men = serializers.IntegerField()
    participants_disabled = serializers.IntegerField()
    advocacy = serializers.IntegerField()
    service = serializers.IntegerField()
    publications = serializers.IntegerField()
    visits_men = serializers.IntegerField()
    visits_women = serializers.IntegerField()
    visits_total = serializers.IntegerField()


class CompletenessSerializer(serializers.Serializer[Any]):
    expected = serializers.IntegerField()
    reported = serializers.IntegerField()
    on_time = serializers.IntegerField()
    excused = serializers.IntegerField()


class RegionSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()
    level = serializers.IntegerField()


class MonthField(serializers.Field[Any, Any, Any, Any]):
    """A month as ``2024-09``."""

    def to_representation(self, value: Any) -> str:
        return periods.month_code(value)


class PeriodSerializer(serializers.Serializer[Any]):
    start = MonthField()
    end = MonthField()


class SealedSerializer(serializers.Serializer[Any]):
    """The approved reports behind the figures: how many, and the SHA-256 over their seals."""

    reports = serializers.IntegerField()
    fingerprint = serializers.CharField()


class AreaRowSerializer(serializers.Serializer[Any]):
    area = RegionSerializer()
    colours = ColourCountsSerializer()
    totals = TotalsSerializer()
    completeness = CompletenessSerializer()
    partnerships = serializers.IntegerField()


class ColourChangeSerializer(serializers.Serializer[Any]):
    """``before`` and ``after``: how many libraries have the colour."""

    colour = serializers.CharField()
    before = serializers.IntegerField()
    after = serializers.IntegerField()


class ColourMoveSerializer(serializers.Serializer[Any]):
    """``before`` or ``after`` is null for libraries that were not counted then, or are not now."""

    before = serializers.CharField()
    after = serializers.CharField()
    count = serializers.IntegerField()


class ClosedSerializer(serializers.Serializer[Any]):
    """The month as it was closed, and what has changed since."""

    through = MonthField()
    as_of = serializers.DateTimeField()
    rule_versions = serializers.ListField(child=serializers.IntegerField())
    colours = ColourCountsSerializer()
    changed = serializers.IntegerField()
    changes = ColourChangeSerializer(many=True)
    moves = ColourMoveSerializer(many=True)


class WeekAgoSerializer(serializers.Serializer[Any]):
    """The running year as a night a week ago found it."""

    day = serializers.DateField()
    colours = ColourCountsSerializer()
    changes = ColourChangeSerializer(many=True)


class DashboardSerializer(serializers.Serializer[Any]):
    """Counts of the period; colours from 1 January to the end of its last month. What is called
    ``..._before`` covers ``before``."""

    region = RegionSerializer()
    period = PeriodSerializer()
    before = PeriodSerializer()
    as_of = serializers.DateTimeField()
    colours = ColourCountsSerializer()
    colours_before = ColoursBeforeSerializer()
    totals = TotalsSerializer()
    totals_before = TotalsSerializer()
    partnerships = serializers.IntegerField()
    partnerships_before = serializers.IntegerField()
    completeness = CompletenessSerializer()
    rule_versions = serializers.ListField(child=serializers.IntegerField())
    closed = ClosedSerializer()
    week_ago = WeekAgoSerializer()
    rows = AreaRowSerializer(many=True)
