"""Figures for programs: the same functions, the same scope as the pages."""

from typing import Any

from django.shortcuts import get_object_or_404
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from libraries.models import Library, Region
from libraries.querysets import LibraryQuerySet
from reports import figures
from reports.filters import RegionFilter
from reports.forms.regions import RegionView
from reports.http import asked_comparison
from reports.serializers import DashboardSerializer, SealedSerializer
from tpbis.accounts.models import User
from tpbis.core.periods import BadPeriod, Period


class FiguresView(APIView):
    """``GET /api/v1/figures/35.08/?dari=2024-01&sampai=2024-09``: a region's figures, and the
    fingerprint of the sealed reports they were counted from. Narrowed as its page is (``jenis``,
    ``sumber``, ``tahun``, ``tanda``) and compared as it is (``bandingkan``).

    404 for a region that is not the caller's, 400 naming the parameter for a period or a choice
    that cannot be meant.
    """

    def get(self, request: Request, code: str, **kwargs: Any) -> Response:
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
