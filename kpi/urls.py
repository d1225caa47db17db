from django.urls import URLPattern, path

from kpi.views import explained, previews, rules, rules_export, runs

app_name = "kpi"
urlpatterns: list[URLPattern] = [
    path("cara-hitung-skor/", explained.explained, name="explained"),
    path("kpi/aturan/", rules.rules, name="rules"),
    path("kpi/aturan/<int:pk>/", rules.rule_set, name="rule_set"),
    path("kpi/aturan/<int:pk>/draf/", rules.rule_draft, name="rule_draft"),
    path("kpi/aturan/<int:pk>/ubah/", rules.rule_change, name="rule_change"),
    path("kpi/aturan/<int:pk>/pratinjau/", previews.rule_preview, name="rule_preview"),
    path(
        "kpi/aturan/<int:pk>/pratinjau.<str:form>",
        previews.rule_preview_export,
        name="rule_preview_export",
    ),
    path("kpi/aturan/<int:pk>/terbitkan/", rules.rule_publish, name="rule_publish"),
    path("kpi/aturan/<int:pk>/buang/", rules.rule_discard, name="rule_discard"),
    # --- Runs over everything (views/runs.py) ---
    path("kpi/perhitungan/", runs.run_list, name="runs"),
    path("kpi/aturan/unduh/<str:form>/", rules_export.rules_export, name="rules_export"),
    path("kpi/perhitungan/unduh/<str:form>/", runs.runs_export, name="runs_export"),
    path("kpi/perhitungan/mulai/", runs.run_start, name="run_start"),
    path("kpi/perhitungan/<int:pk>/", runs.run_page, name="run"),
]
