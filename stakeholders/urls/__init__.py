from stakeholders.urls import events, needs, organisations, partnerships, support, teams

app_name = "stakeholders"

urlpatterns = [
    *organisations.urlpatterns,
    *partnerships.urlpatterns,
    *support.urlpatterns,
    *needs.urlpatterns,
    *teams.urlpatterns,
    *events.urlpatterns,
]
