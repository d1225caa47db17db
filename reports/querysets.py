from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models

from libraries.models import Region
from libraries.permissions import KEEPERS
from reports.enums import DocumentKind, DocumentState

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from reports.models import Boundaries, Document
    from tpbis.accounts.models import User


class DocumentQuerySet(models.QuerySet["Document"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Those of the regions someone works for; letters only for whoever keeps the accounts."""
        mine = self.filter(region__in=Region.objects.visible_to(user))
        if user.is_authenticated and user.role in KEEPERS:
            return mine
        return mine.exclude(kind=DocumentKind.LETTERS)

    def reports(self) -> Self:
        """Without letters, which have a list of their own."""
        return self.exclude(kind=DocumentKind.LETTERS)

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


class BoundariesQuerySet(models.QuerySet["Boundaries"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        return self.filter(region__in=Region.objects.visible_to(user))

    def in_use(self) -> Self:
        return self.filter(activated_at__isnull=False, withdrawn_at__isnull=True)

    def for_page(self) -> Self:
        return self.select_related("uploaded_by", "activated_by")

    def to_look_at(self) -> Self:
        """Given, and neither taken into use nor withdrawn."""
        return self.filter(activated_at__isnull=True, withdrawn_at__isnull=True)
