"""The page a province shows to everybody who asks, where it has decided to: no session, no cookie,
nothing about a person; as new as the hour, but for what must vanish at once."""

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response

from activities.models import Story, StoryPhoto
from activities.views.photos import handed_over
from kpi.enums import Colour
from libraries.models import Library
from reports import charts, figures, queries
from reports.figures.public import publishable_stories
from reports.models import ProvinceSettings
from tpbis.core.http import reads
from tpbis.core.periods import Period

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from libraries.models import Region

STORIES = 4
KEPT_BY_BROWSERS = 60  # seconds; asking again costs two queries
KEPT_HERE = 3600
LARGEST_MAP = 80_000  # characters; a larger drawing gives way to tiles


@login_not_required
@reads
def public_start(request: HttpRequest) -> HttpResponseBase:
    """The one province that has such a page; of several their names."""
    shown = list(_shown().select_related("region").order_by("region__code"))
    if not shown:
        raise Http404
    if len(shown) == 1:
        return redirect("reports:public", code=shown[0].region.code)
    language = _language(request)
    with translation.override(language):
        page = render_to_string("reports/public_start.html", {"shown": shown, **_frame(language)})
    return _answered(request, HttpResponse(page, headers={"Content-Language": language}))


@login_not_required
@reads
def public_page(request: HttpRequest, code: str) -> HttpResponseBase:
    decided = get_object_or_404(_shown().select_related("region"), region__code=code)
    language = _language(request)
    stories = list(publishable_stories(decided.region)[:STORIES].for_list())
    key = _key(decided, language, stories)
    page = cache.get(key)
    if page is None:
        with translation.override(language):
            page = render_to_string("reports/public.html", _content(decided, stories, language))
        cache.set(key, page, KEPT_HERE)
    response = HttpResponse(page, headers={"Content-Language": language})
    return _answered(request, response)


@login_not_required
@reads
def public_photo(request: HttpRequest, code: str, uuid: UUID) -> HttpResponse:
    """A picture of a story that is shown to everybody."""
    decided = get_object_or_404(_shown().select_related("region"), region__code=code)
    shown = StoryPhoto.objects.filter(story__in=publishable_stories(decided.region).values("pk"))
    response = handed_over(get_object_or_404(shown, uuid=uuid), "640")
    response["Cache-Control"] = f"public, max-age={KEPT_BY_BROWSERS}"
    return response


def _shown() -> "QuerySet[ProvinceSettings]":
    return ProvinceSettings.objects.filter(public_page=True)


def _language(request: HttpRequest) -> str:
    """That of the address alone: a cookie would make it another page under the same address."""
    asked = request.GET.get("bahasa", "")
    return asked if asked in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def _key(decided: ProvinceSettings, language: str, stories: Sequence[Story]) -> str:
    """Another one as soon as the province, a story or a consent changes, and every hour."""
    hour = f"{timezone.localtime():%Y-%m-%dT%H}"
    said = [decided.region.code, decided.public_intro, str(decided.changed_at), language, hour]
    said += [f"{one.pk} {one.updated_at} {len(one.photos.all())}" for one in stories]
    return f"public-{hashlib.sha256(repr(said).encode()).hexdigest()}"


def _content(decided: ProvinceSettings, stories: Sequence[Story], language: str) -> dict[str, Any]:
    region, period = decided.region, Period.opening()
    libraries = Library.objects.within(region.code)
    dashboard = figures.dashboard(region, libraries, period, before=period.year_before)
    trend = figures.colour_trend(libraries, period.end)
    return {
        "region": region,
        "intro": decided.public_intro,
        "dashboard": dashboard,
        "colours": [(colour.value, getattr(dashboard.colours, colour)) for colour in Colour],
        "bar": charts.colour_bar(dashboard.colours),
        "tiles": charts.area_map(dashboard.rows, _drawing(region)),
        "trend": trend,
        "trend_chart": charts.colour_trend([(one.month, one) for one in trend]),
        "stories": stories,
        **_frame(language),
    }


def _frame(language: str) -> dict[str, Any]:
    return {
        "language": language,
        "languages": settings.LANGUAGES,
        "is_demo": settings.TPBIS_DEMO,
    }


def _drawing(region: "Region") -> dict[str, Any] | None:
    drawing = queries.drawing_of(region)
    is_light = drawing is not None and len(repr(drawing)) <= LARGEST_MAP
    return drawing if is_light else None


def _answered(request: HttpRequest, response: HttpResponse) -> HttpResponseBase:
    """With what lets a browser ask again for nothing."""
    tag = hashlib.sha256(response.content).hexdigest()[:32]
    response["Cache-Control"] = f"public, max-age={KEPT_BY_BROWSERS}, must-revalidate"
    response["ETag"] = f'"{tag}"'
    return get_conditional_response(request, response["ETag"], None, response) or response
