from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Count, F, Max, Q, Sum
from django.db.models.functions import Coalesce

from kpi.enums import AreaState, RunState
from libraries.querysets import LibraryQuerySet
from tpbis.accounts.enums import Role
from tpbis.core.append_only import AppendOnlyQuerySet

if TYPE_CHECKING:
    from tpbis.accounts.models import User


class RuleSetQuerySet(models.QuerySet):
    def visible_to(self, user: "User") -> Self:
        """Published ones are for everybody; drafts for whoever may publish them."""
        return self.all() if user.role == Role.PROVINCE_STAFF else self.published()

    def published(self) -> Self:
        return self.filter(valid_from__isnull=False)

    def drafts(self) -> Self:
        return self.filter(valid_from__isnull=True)


class RunQuerySet(models.QuerySet):
    def unfinished(self) -> Self:
        return self.filter(state__in=[RunState.WAITING, RunState.RUNNING])

    def silent_since(self, moment: datetime) -> Self:
        """Under way, and since ``moment`` nobody has finished an area of it."""
        last = Coalesce(Max("areas__finished_at"), F("as_of"))
        return self.filter(state=RunState.RUNNING).alias(last=last).filter(last__lte=moment)

    def with_progress(self) -> Self:
        """With its number of areas (``total``), of those that are ``done`` and that ``failed``,
        and what came of them: ``libraries``, ``changed`` scores."""
        return self.annotate(
            total=Count("areas"),
            done=Count("areas", filter=Q(areas__state=AreaState.DONE)),
            failed=Count("areas", filter=Q(areas__state=AreaState.FAILED)),
            libraries=Sum("areas__libraries", default=0),
            changed=Sum("areas__changed", default=0),
        )

    def for_list(self) -> Self:
        return self.with_progress().select_related("requester").order_by("-asked_at", "-pk")


class ClosingScoreQuerySet(AppendOnlyQuerySet):
    def visible_to(self, user: "User") -> Self:
        """Those of libraries in somebody's places, as they are placed today."""
        from libraries.models import Library

        return self.of_libraries(Library.objects.visible_to(user))

    def of_libraries(self, libraries: LibraryQuerySet) -> Self:
        """Theirs, and those of the duplicates that became one with them since."""
        from libraries.models import FormerLibrary

        chosen = libraries.order_by().values("pk")
        merged = FormerLibrary.objects.filter(library__in=chosen)
        return self.filter(Q(library__in=chosen) | Q(library__in=merged.values("number")))


class AwardQuerySet(models.QuerySet):
    def visible_to(self, user: "User") -> Self:
        from libraries.models import Library

        return self.filter(Q(library__in=Library.objects.visible_to(user).order_by().values("pk")))
