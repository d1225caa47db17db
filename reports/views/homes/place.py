"""What the homes of a region's people have in common."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import timezone

from libraries.models import Library, Region
from libraries.querysets import LibraryQuerySet
from reports import figures
from reports.figures.desk import Behind, Desk, behind, desk
from reports.http import in_address
from reports.models import Document
from tpbis.core.periods import Period

if TYPE_CHECKING:
    from tpbis.accounts.models import SignedInRequest


@dataclass(frozen=True, slots=True)
class Province:
    """A province (or what somebody may see of it) on the day its home is opened."""

    region: Region
    libraries: LibraryQuerySet
    period: Period
    dashboard: figures.Dashboard
    desk: Desk
    behind: list[Behind]
    query: str

    @classmethod
    def of(cls, request: "SignedInRequest", region: Region) -> "Province":
        today = timezone.localdate()
        libraries = Library.objects.visible_to(request.user).within(region.code)
        period = Period.opening()
        dashboard = figures.dashboard(
            region, libraries, period, before=period.year_before, is_whole=True
        )
        documents = Document.objects.visible_to(request.user).reports()
        return cls(
            region=region,
            libraries=libraries,
            period=period,
            dashboard=dashboard,
            desk=desk(region, libraries, documents, today),
            behind=behind(dashboard.rows, libraries, today),
            query=in_address(period),
        )


def widest_place(request: "SignedInRequest") -> Region | None:
    """The widest region somebody works for; who works nowhere yet has none."""
    return Region.objects.visible_to(request.user).order_by("level", "code").first()
