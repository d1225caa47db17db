"""Figures for programs: the same functions, the same scope as the pages."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from libraries.enums import LibraryKind, ProgrammeSource
from libraries.models import Library, Region
from libraries.querysets import LibraryQuerySet
from libraries.serializers import LibrarySerializer
from reports import figures
from reports.filters import LibraryFilter, RegionFilter
from reports.forms.regions import RegionView
from reports.http import asked_comparison, asked_period
from reports.models import Document
from reports.querysets import DocumentQuerySet
from reports.serializers import (
    DashboardSerializer,
    DocumentSerializer,
    FiguresSerializer,
    SealedSerializer,
)
from tpbis.accounts.models import User
from tpbis.core.periods import BadPeriod, Period
from tpbis.core.rest.reading import Listing, Reading

_MONTH = {"type": "string", "pattern": r"^\d{4}-\d{2}$"}


def _month(name: str, said: str, *, required: bool) -> OpenApiParameter:
    return OpenApiParameter(name, _MONTH, description=said, required=required)


@extend_schema_view(
    get=extend_schema(
        parameters=[
            _month("dari", "First month, as 2024-01.", required=False),
            _month("sampai", "Last month; colours are those at its end.", required=False),
        ]
    )
)
class LibrariesView(Listing):
    """The caller's libraries that had joined by the end of the period, narrowed as the page is."""

    serializer_class = LibrarySerializer
    filterset_class = LibraryFilter

    def get_queryset(self) -> LibraryQuerySet:
        mine = Library.objects.visible_to(self.request.user)
        return mine.select_related("region", "regency")

    def filter_queryset(self, queryset: Any) -> Any:
        asked = self.request.query_params
        try:
            period = asked_period(asked)
        except BadPeriod as bad:
            raise ValidationError({"dari": str(bad)}) from None
        joined = queryset.joined_by(period.last_day)
        chosen = self.filterset_class(asked, joined, request=self.request, through=period.end)
        if not chosen.is_valid():
            raise ValidationError(dict(chosen.errors))
        return chosen.qs


class DocumentsView(Listing):
    """Documents of the caller's regions and libraries, without letters; not the files."""

    serializer_class = DocumentSerializer

    def get_queryset(self) -> DocumentQuerySet:
        mine = Document.objects.visible_to(self.request.user).reports()
        return mine.select_related("region")


@extend_schema_view(
    get=extend_schema(
        parameters=[
            OpenApiParameter("code", str, OpenApiParameter.PATH, description="Region, as 35.08."),
            _month("dari", "First month, as 2024-01.", required=True),
            _month("sampai", "Last month, as 2024-09.", required=True),
            OpenApiParameter("jenis", str, enum=LibraryKind.values, description="Kind of library."),
            OpenApiParameter(
                "sumber", str, enum=ProgrammeSource.values, description="Who brought it in."
            ),
            OpenApiParameter("tahun", int, description="Year in which it joined."),
            OpenApiParameter("tanda", str, description="Tag of the programme."),
            OpenApiParameter("bandingkan", str, description="What to compare with, as the page."),
        ]
    )
)
class FiguresView(Reading):
    """``GET /api/v1/figures/35.08/?dari=2024-01&sampai=2024-09``: a region's figures, and the
    fingerprint of the sealed reports they were counted from. Narrowed as its page is (``jenis``,
    ``sumber``, ``tahun``, ``tanda``) and compared as it is (``bandingkan``).

    404 for a region that is not the caller's, 400 naming the parameter for a period or a choice
    that cannot be meant.
    """

    serializer_class = FiguresSerializer

    def answer(self, request: Request, code: str, **kwargs: Any) -> Response:
        assert isinstance(request.user, User)
        region = get_object_or_404(Region.objects.visible_to(request.user), code=code)
        period = _period(request)
        libraries, is_narrowed = _narrowed(
            request, Library.objects.visible_to(request.user).within(region.code)
        )
        dashboard = figures.dashboard(
            region,
            libraries,
            period,
            before=asked_comparison(request.query_params, period),
            is_narrowed=is_narrowed,
            is_whole=not is_narrowed,
        )
        sealed = figures.sealed(libraries, period)
        answer = DashboardSerializer(dashboard).data
        return Response({**answer, "sealed": SealedSerializer(sealed).data})


def _narrowed(request: Request, libraries: LibraryQuerySet) -> tuple[LibraryQuerySet, bool]:
    narrowing = RegionFilter(request.query_params, queryset=libraries, request=request)
    comparison = RegionView({"bandingkan": request.query_params.get("bandingkan", "")})
    if not narrowing.is_valid() or not comparison.is_valid():
        errors: dict[str, Any] = {**narrowing.errors, **comparison.errors}
        raise ValidationError(errors)
    return narrowing.qs, bool(narrowing.in_use)


def _period(request: Request) -> Period:
    values = {}
    for name in ("dari", "sampai"):
        values[name] = request.query_params.get(name, "")
        if not values[name]:
            raise ValidationError({name: "Wajib diisi, misalnya 2024-09."})
    try:
        return Period.parse(values["dari"], values["sampai"])
    except BadPeriod as bad:
        raise ValidationError({"dari": str(bad)}) from None
