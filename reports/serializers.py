"""The figures as JSON: the same dataclasses that pages and documents show."""

from typing import Any

from rest_framework import serializers

from tpbis.core.rest.fields import MonthField


class ColourCountsSerializer(serializers.Serializer[Any]):
    """Libraries by colour; the three greys add up to ``grey``, the four colours to ``total``."""

    total = serializers.IntegerField(help_text="All libraries.")
    green = serializers.IntegerField(help_text="Green libraries.")
    yellow = serializers.IntegerField(help_text="Yellow libraries.")
    red = serializers.IntegerField(help_text="Red libraries.")
    grey = serializers.IntegerField(help_text="Grey libraries, for whatever reason.")
    no_account = serializers.IntegerField(help_text="Grey: without any account.")
    never = serializers.IntegerField(help_text="Grey: has an account, never reported.")
    stopped = serializers.IntegerField(help_text="Grey: reported in an earlier year only.")
    reconciliation = serializers.CharField(
        help_text="The sum written out, as 932 = 24 + 114 + 134 + 660."
    )


class ColoursBeforeSerializer(serializers.Serializer[Any]):
    """Of the span before; the greys are not told apart."""

    total = serializers.IntegerField(help_text="All libraries.")
    green = serializers.IntegerField(help_text="Green libraries.")
    yellow = serializers.IntegerField(help_text="Yellow libraries.")
    red = serializers.IntegerField(help_text="Red libraries.")
    grey = serializers.IntegerField(help_text="Grey libraries.")


class TotalsSerializer(serializers.Serializer[Any]):
    """What approved reports and SIM entries of the period add up to."""

    involvement = serializers.IntegerField(help_text="Community involvements.")
    participants = serializers.IntegerField(help_text="People who took part in them.")
    participants_women = serializers.IntegerField(help_text="Women among them.")
    participants_men = serializers.IntegerField(help_text="Men among them.")
    participants_disabled = serializers.IntegerField(
        help_text="People with disabilities among them."
    )
    advocacy = serializers.IntegerField(help_text="Advocacies.")
    service = serializers.IntegerField(help_text="Service improvements.")
    publications = serializers.IntegerField(help_text="Publications.")
    visits_men = serializers.IntegerField(help_text="Visits of men.")
    visits_women = serializers.IntegerField(help_text="Visits of women.")
    visits_total = serializers.IntegerField(help_text="All visits.")


class CompletenessSerializer(serializers.Serializer[Any]):
    """Months of libraries that report in the portal and whose deadline has passed."""

    expected = serializers.IntegerField(help_text="Reports that were expected.")
    reported = serializers.IntegerField(help_text="Of these, sent in or approved.")
    on_time = serializers.IntegerField(help_text="Of those, sent in before the deadline.")
    excused = serializers.IntegerField(help_text="Of the expected ones, excused by the PIC.")


class AreaSerializer(serializers.Serializer[Any]):
    """A region that figures are about."""

    code = serializers.CharField(help_text="Kemendagri code with dots, as 35.08.")
    name = serializers.CharField(help_text="Name without the word for its level.")
    level = serializers.IntegerField(
        help_text="1 province, 2 regency or city, 3 district, 4 village."
    )


class PeriodSerializer(serializers.Serializer[Any]):
    """A span of whole months."""

    start = MonthField(help_text="First month.")
    end = MonthField(help_text="Last month.")


class SealedSerializer(serializers.Serializer[Any]):
    """The approved reports behind the figures."""

    reports = serializers.IntegerField(help_text="How many there are.")
    fingerprint = serializers.CharField(help_text="SHA-256 over their seals.")


class AreaRowSerializer(serializers.Serializer[Any]):
    """One regency (or district) of the region."""

    area = AreaSerializer(help_text="Which one.")
    colours = ColourCountsSerializer(help_text="Its libraries by colour.")
    totals = TotalsSerializer(help_text="Its totals.")
    completeness = CompletenessSerializer(help_text="How complete its reports are.")
    partnerships = serializers.IntegerField(help_text="Partnerships in force on the last day.")


class ColourChangeSerializer(serializers.Serializer[Any]):
    """How many libraries had a colour then, and have it now."""

    colour = serializers.CharField(help_text="green, yellow, red or grey.")
    before = serializers.IntegerField(help_text="Libraries that had it.")
    after = serializers.IntegerField(help_text="Libraries that have it.")


class ColourMoveSerializer(serializers.Serializer[Any]):
    """How many libraries went from one colour to another."""

    before = serializers.CharField(
        allow_null=True, help_text="Colour then; null for libraries that were not counted."
    )
    after = serializers.CharField(
        allow_null=True, help_text="Colour now; null for libraries that are not counted any more."
    )
    count = serializers.IntegerField(help_text="How many libraries.")


class ClosedSerializer(serializers.Serializer[Any]):
    """The month as it was closed, and what has changed since."""

    through = MonthField(help_text="The month.")
    as_of = serializers.DateTimeField(help_text="When it was closed.")
    rule_versions = serializers.ListField(
        child=serializers.IntegerField(), help_text="Versions of the rules it was scored by."
    )
    colours = ColourCountsSerializer(help_text="Libraries by colour as it was closed.")
    changed = serializers.IntegerField(help_text="Libraries that have another colour now.")
    changes = ColourChangeSerializer(many=True, help_text="Colours whose number is another now.")
    moves = ColourMoveSerializer(many=True, help_text="From which colour to which.")


class WeekAgoSerializer(serializers.Serializer[Any]):
    """The running year as a night a week ago found it."""

    day = serializers.DateField(help_text="The day of that night.")
    colours = ColourCountsSerializer(help_text="Libraries by colour then.")
    changes = ColourChangeSerializer(many=True, help_text="Colours whose number is another now.")


class DashboardSerializer(serializers.Serializer[Any]):
    """Counts of the period; colours from 1 January to the end of its last month. What is called
    ``..._before`` covers ``before``."""

    region = AreaSerializer(help_text="The region asked for.")
    period = PeriodSerializer(help_text="The months asked for.")
    before = PeriodSerializer(help_text="The months they are compared with.")
    as_of = serializers.DateTimeField(help_text="When this was counted.")
    colours = ColourCountsSerializer(help_text="Libraries by colour.")
    colours_before = ColoursBeforeSerializer(
        help_text="Libraries by colour at the end of `before`."
    )
    totals = TotalsSerializer(help_text="Totals of the period.")
    totals_before = TotalsSerializer(help_text="Totals of `before`.")
    partnerships = serializers.IntegerField(help_text="Partnerships in force on the last day.")
    partnerships_before = serializers.IntegerField(
        help_text="Partnerships in force on the last day of `before`."
    )
    completeness = CompletenessSerializer(help_text="How complete the reports are.")
    rule_versions = serializers.ListField(
        child=serializers.IntegerField(), help_text="Versions of the rules in these scores."
    )
    closed = ClosedSerializer(
        allow_null=True, help_text="Null where the period does not end with a closed month."
    )
    week_ago = WeekAgoSerializer(
        allow_null=True, help_text="Null where the period does not end with the running month."
    )
    rows = AreaRowSerializer(many=True, help_text="The parts of the region.")


class FiguresSerializer(DashboardSerializer):
    """A region's figures, and what they were counted from."""

    sealed = SealedSerializer(help_text="The approved reports behind them.")


class DocumentSerializer(serializers.Serializer[Any]):
    """A document that was asked for: what it is about, and whether it is ready."""

    id = serializers.IntegerField(source="pk", help_text="Number of the document.")
    kind = serializers.CharField(help_text="Kind of document.")
    region = serializers.CharField(source="region.code", help_text="Code of its region.")
    library = serializers.IntegerField(
        source="library_id",
        allow_null=True,
        help_text="Number of the library it is about, or null.",
    )
    start = MonthField(help_text="First month, as 2024-01.")
    end = MonthField(help_text="Last month.")
    state = serializers.CharField(help_text="requested, running, done, failed or cancelled.")
    requested_at = serializers.DateTimeField(help_text="When it was asked for.")
    finished_at = serializers.DateTimeField(
        allow_null=True, help_text="When it was ready, or null."
    )
    pages = serializers.IntegerField(help_text="Pages of the file.")
    size = serializers.IntegerField(help_text="Bytes of the file.")
    sha256 = serializers.CharField(help_text="SHA-256 of the file; empty until it is ready.")
