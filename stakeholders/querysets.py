from datetime import date
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from libraries.models import Library

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from stakeholders.models import Partnership
    from tpbis.accounts.models import User


class PartnershipQuerySet(models.QuerySet["Partnership"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        return self.filter(library__in=Library.objects.visible_to(user))

    def in_force_on(self, on: date) -> Self:
        return self.in_force_between(on, on)

    def in_force_between(self, first: date, last: date) -> Self:
        """In force on at least one day from ``first`` to ``last``."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=first), starts_on__lte=last)

    def for_list(self) -> Self:
        return self.select_related("organisation").order_by("-starts_on", "-pk")
