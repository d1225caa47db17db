"""Fields that several answers share."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from tpbis.core import periods


@extend_schema_field({"type": "string", "pattern": r"^\d{4}-\d{2}$", "examples": ["2024-09"]})
class MonthField(serializers.Field[Any, Any, Any, Any]):
    """A month as ``2024-09``."""

    def to_representation(self, value: Any) -> str:
        return periods.month_code(value)
