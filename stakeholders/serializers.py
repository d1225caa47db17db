"""Partners as JSON: organisations and what they do, never their people."""

from typing import Any

from rest_framework import serializers


class OrganisationSerializer(serializers.Serializer[Any]):
    """An organisation of the province's register, or a local one of one's villages."""

    id = serializers.IntegerField(source="pk", help_text="Number of the organisation.")
    name = serializers.CharField(help_text="Its name.")
    kind = serializers.CharField(help_text="Kind of organisation.")
    themes = serializers.ListField(
        child=serializers.CharField(), help_text="Fields in which it works."
    )
    website = serializers.CharField(help_text="Its address on the web, or empty.")
    village = serializers.CharField(
        source="village.code",
        default=None,
        allow_null=True,
        help_text="Code of its village; null in the province's register.",
    )


class PartnershipSerializer(serializers.Serializer[Any]):
    """What an organisation agreed to do for a library or a region."""

    id = serializers.IntegerField(source="pk", help_text="Number of the partnership.")
    organisation = serializers.IntegerField(
        source="organisation_id", help_text="Number of the organisation."
    )
    library = serializers.IntegerField(
        source="library_id",
        allow_null=True,
        help_text="Number of the library; null where it is for a region.",
    )
    region = serializers.CharField(
        source="region.code",
        default=None,
        allow_null=True,
        help_text="Code of the region, or null.",
    )
    kind = serializers.CharField(help_text="Kind of support.")
    starts_on = serializers.DateField(help_text="First day.")
    ends_on = serializers.DateField(
        allow_null=True, help_text="Last day; null where none was agreed."
    )
    promised_rupiah = serializers.IntegerField(
        allow_null=True, help_text="Rupiah promised, or null."
    )
    promised_quantity = serializers.IntegerField(
        allow_null=True, help_text="Quantity promised, or null."
    )
    promised_unit = serializers.CharField(help_text="Unit of that quantity.")


class EventSerializer(serializers.Serializer[Any]):
    """A meeting; who was there is not told here."""

    id = serializers.IntegerField(source="pk", help_text="Number of the event.")
    region = serializers.CharField(source="region.code", help_text="Code of the region it is of.")
    kind = serializers.CharField(help_text="Kind of event.")
    title = serializers.CharField(help_text="Its title.")
    theme = serializers.CharField(help_text="Its field, or empty.")
    starts_at = serializers.DateTimeField(help_text="When it begins.")
    ends_at = serializers.DateTimeField(help_text="When it ends.")
    mode = serializers.CharField(help_text="Whether people meet at a place, online, or both.")
    place = serializers.CharField(help_text="Where, or empty.")
    state = serializers.CharField(help_text="Whether it is planned, was held or called off.")
