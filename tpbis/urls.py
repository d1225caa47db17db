from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from tpbis import views

urlpatterns = [
    path("", views.home, name="home"),
    path("bantuan/", views.help_page, name="help"),
    path("bantuan/api/", views.api_docs, name="api_docs"),
    path("livez", views.livez, name="livez"),
    path("readyz", views.readyz, name="readyz"),
    path("bahasa/", login_not_required(require_POST(set_language)), name="set_language"),
    path("api/v1/", include("tpbis.api")),
    path("", include("tpbis.accounts.urls")),
    path("", include("libraries.urls")),
    path("", include("activities.urls")),
    path("", include("stakeholders.urls")),
    path("", include("kpi.urls")),
    path("", include("reports.urls")),
]
