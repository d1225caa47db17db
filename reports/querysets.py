from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models

from libraries.models import Region
from reports.enums import DocumentState

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from reports.models import Document
    from tpbis.accounts.models import User


class DocumentQuerySet(models.QuerySet["Document"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        return self.filter(region__in=Region.objects.visible_to(user))

    def waiting(self) -> Self:
        """Asked for and not ended yet."""
        return self.filter(state__in=[DocumentState.REQUESTED, DocumentState.RUNNING])

    def unheard_since(self, moment: datetime) -> Self:
        """Asked for before ``moment``, and nobody has begun."""
        return self.filter(state=DocumentState.REQUESTED, touched_at__lt=moment)

    def silent_since(self, moment: datetime) -> Self:
        """Begun, and without a sign of life since ``moment``."""
        return self.filter(state=DocumentState.RUNNING, touched_at__lt=moment)

    def for_list(self) -> Self:
        return self.select_related("region", "requested_by").order_by("-requested_at", "-pk")
