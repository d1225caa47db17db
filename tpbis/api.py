"""The API's addresses, under /api/v1/."""

from django.urls import path

from reports.api import FiguresView

app_name = "api"

urlpatterns = [
    path("figures/<str:code>/", FiguresView.as_view(), name="figures"),
]
