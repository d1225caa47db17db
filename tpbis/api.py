"""The API's addresses, under /api/v1/, and its description."""

import functools
import json
from pathlib import Path
from typing import Any

from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response

from activities.api import ActivitiesView, MonthlyReportsView
from kpi.api import ScoresView
from libraries.api import RegionsView
from reports.api import DocumentsView, FiguresView, LibrariesView
from stakeholders.api import EventsView, OrganisationsView, PartnershipsView
from tpbis.core.rest.reading import Reading

app_name = "api"

DESCRIPTION = Path(__file__).with_name("openapi.json")


@functools.cache
def _description() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(DESCRIPTION.read_text(encoding="utf-8"))
    return found


class DescriptionView(Reading):
    """The committed OpenAPI file, which a test holds against the code."""

    schema = None

    def answer(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return Response(_description())


urlpatterns = [
    path("schema/", DescriptionView.as_view(), name="schema"),
    path("regions/", RegionsView.as_view(), name="regions"),
    path("libraries/", LibrariesView.as_view(), name="libraries"),
    path("monthly-reports/", MonthlyReportsView.as_view(), name="monthly_reports"),
    path("activities/", ActivitiesView.as_view(), name="activities"),
    path("scores/", ScoresView.as_view(), name="scores"),
    path("figures/<str:code>/", FiguresView.as_view(), name="figures"),
    path("organisations/", OrganisationsView.as_view(), name="organisations"),
    path("partnerships/", PartnershipsView.as_view(), name="partnerships"),
    path("events/", EventsView.as_view(), name="events"),
    path("documents/", DocumentsView.as_view(), name="documents"),
]
