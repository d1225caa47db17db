"""Places for programs."""

from libraries.models import Region
from libraries.querysets import RegionQuerySet
from libraries.serializers import RegionSerializer
from tpbis.core.rest.reading import Listing, Pages


class ByCode(Pages):
    ordering = "code"


class RegionsView(Listing):
    """The caller's regions and all below them, by code."""

    serializer_class = RegionSerializer
    pagination_class = ByCode

    def get_queryset(self) -> RegionQuerySet:
        return Region.objects.visible_to(self.request.user).select_related("parent")
