"""Partners and events for programs."""

from stakeholders.models import Event, Organisation, Partnership
from stakeholders.querysets import EventQuerySet, OrganisationQuerySet, PartnershipQuerySet
from stakeholders.serializers import (
    EventSerializer,
    OrganisationSerializer,
    PartnershipSerializer,
)
from tpbis.core.rest.reading import Listing


class OrganisationsView(Listing):
    """The province's register, and local organisations of the caller's villages."""

    serializer_class = OrganisationSerializer

    def get_queryset(self) -> OrganisationQuerySet:
        return Organisation.objects.visible_to(self.request.user).select_related("village")


class PartnershipsView(Listing):
    """Partnerships with the caller's libraries and regions."""

    serializer_class = PartnershipSerializer

    def get_queryset(self) -> PartnershipQuerySet:
        return Partnership.objects.visible_to(self.request.user).select_related("region")


class EventsView(Listing):
    """Events of the caller's regions and those above."""

    serializer_class = EventSerializer

    def get_queryset(self) -> EventQuerySet:
        return Event.objects.visible_to(self.request.user).select_related("region")
