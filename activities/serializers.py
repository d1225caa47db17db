"""Months and their entries as JSON: counts, never who took part, sent or judged."""

from typing import Any

from rest_framework import serializers

from tpbis.core.rest.fields import MonthField

_COUNTS = {
    "participants_total": "People who took part, in community involvement.",
    "participants_women": "Women among them.",
    "participants_men": "Men among them.",
    "participants_disabled": "People with disabilities among them.",
    "amount": "Rupiah that an advocacy brought.",
    "speakers": "Speakers that an advocacy brought.",
    "goods": "Goods that an advocacy brought.",
    "books": "Books added by a service improvement.",
    "digital_books": "Digital books added.",
    "computers": "Computers added.",
    "bandwidth": "Bandwidth in Mbps.",
}


class MonthlyReportSerializer(serializers.Serializer[Any]):
    """What a library sent in for one month."""

    id = serializers.IntegerField(source="pk", help_text="Number of the report.")
    library = serializers.IntegerField(source="library_id", help_text="Number of its library.")
    region = serializers.CharField(
        source="library.region.code", help_text="Code of the library's village or region."
    )
    month = MonthField(help_text="The month reported, as 2024-09.")
    number = serializers.IntegerField(help_text="1 is the month's report; more are late entries.")
    source = serializers.CharField(  # type: ignore[assignment]
        help_text="portal (recorded here) or sim (came from the SIM)."
    )
    state = serializers.CharField(help_text="draft, submitted, returned or approved.")
    nihil = serializers.BooleanField(help_text="Sent in as a month without activities.")
    visits_men = serializers.IntegerField(
        allow_null=True, help_text="Visits of men; null was not filled in."
    )
    visits_women = serializers.IntegerField(
        allow_null=True, help_text="Visits of women; null was not filled in."
    )
    visits_total = serializers.IntegerField(
        allow_null=True, help_text="All visits; null was not filled in."
    )
    entries = serializers.IntegerField(source="entry_count", help_text="Entries that count.")
    first_submitted_at = serializers.DateTimeField(
        allow_null=True, help_text="When it was first sent in, or null."
    )
    decided_at = serializers.DateTimeField(
        allow_null=True, help_text="When it was last judged, or null."
    )
    seal = serializers.CharField(help_text="SHA-256 over what was approved; else empty.")
    updated_at = serializers.DateTimeField(help_text="When it last changed.")


class ActivitySerializer(serializers.Serializer[Any]):
    """One dated entry; what its kind does not ask for is empty or null."""

    id = serializers.UUIDField(source="uuid", help_text="Identifier of the entry.")
    report = serializers.IntegerField(source="report_id", help_text="Number of its monthly report.")
    library = serializers.IntegerField(
        source="report.library_id", help_text="Number of its library."
    )
    month = MonthField(source="report.month", help_text="Month of its report, as 2024-09.")
    state = serializers.CharField(source="report.state", help_text="State of its report.")
    kind = serializers.CharField(help_text="Which of the four kinds of entry it is.")
    held_on = serializers.DateField(help_text="Day on which it was held.")
    title = serializers.CharField(help_text="Its title.")
    theme = serializers.CharField(help_text="Field of a community involvement.")
    format = serializers.CharField(help_text="Form of a community involvement.")
    audience = serializers.CharField(help_text="Whom a community involvement was for.")
    audiences = serializers.ListField(
        child=serializers.CharField(), help_text="Offices that an advocacy was addressed to."
    )
    result = serializers.CharField(help_text="What came of an advocacy.")
    service_form = serializers.CharField(help_text="Form of a service improvement.")
    medium = serializers.CharField(help_text="Kind of medium of a publication.")
    media_name = serializers.CharField(help_text="Name of the medium.")
    link = serializers.CharField(help_text="Address of the publication.")
    exclusion = serializers.CharField(help_text="Why it does not count; empty when it counts.")

    def get_fields(self) -> dict[str, serializers.Field]:
        counts = {
            name: serializers.IntegerField(allow_null=True, help_text=said)
            for name, said in _COUNTS.items()
        }
        return {**super().get_fields(), **counts}
