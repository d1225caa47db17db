from typing import TYPE_CHECKING, Self

from django.db import models

from libraries.models import Region

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from reports.models import Document
    from tpbis.accounts.models import User


class DocumentQuerySet(models.QuerySet["Document"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        return self.filter(region__in=Region.objects.visible_to(user))

    def for_list(self) -> Self:
        return self.select_related("region", "requested_by").order_by("-requested_at", "-pk")
