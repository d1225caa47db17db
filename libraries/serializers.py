"""Places as JSON: never who works there or whom to call."""

from typing import Any

from rest_framework import serializers


class RegionSerializer(serializers.Serializer[Any]):
    """A region of one's own: the province, a regency, a district or a village."""

    code = serializers.CharField(help_text="Kemendagri code with dots, as 35.08.21.2001.")
    name = serializers.CharField(help_text="Name without the word for its level.")
    level = serializers.IntegerField(
        help_text="1 province, 2 regency or city, 3 district, 4 village."
    )
    parent = serializers.CharField(  # type: ignore[assignment]  # hides what DRF calls so
        source="parent.code",
        default=None,
        allow_null=True,
        help_text="Code of the region above it, or null.",
    )
    reporting_mode = serializers.CharField(
        help_text="Where its libraries record: portal (here) or sim (in the national SIM)."
    )


class LibrarySerializer(serializers.Serializer[Any]):
    """A library of the programme."""

    id = serializers.IntegerField(source="pk", help_text="Number of the library in the portal.")
    name = serializers.CharField(help_text="Name of the library.")
    kind = serializers.CharField(help_text="desa, kelurahan, kabkota, provinsi, sekolah or tbm.")
    region = serializers.CharField(source="region.code", help_text="Code of its village or region.")
    regency = serializers.CharField(source="regency.code", help_text="Code of its regency.")
    npp = serializers.CharField(help_text="National library number; empty where it has none.")
    source = serializers.CharField(  # type: ignore[assignment]
        help_text="Who brought it into the programme."
    )
    joined_on = serializers.DateField(help_text="Day on which it joined the programme.")
    tags = serializers.ListField(
        child=serializers.CharField(),
        help_text="Tags of the programme, as Kemiskinan Ekstrem.",
    )
