from django.urls import path

from reports.views import dashboards, homes, libraries

app_name = "reports"

urlpatterns = [
    path("dasbor/", dashboards.own_dashboard, name="dashboard"),
    path("wilayah/<str:code>/", dashboards.region_page, name="region"),
    path("perpustakaan/", libraries.library_list, name="libraries"),
    path("perpustakaan/<int:pk>/", libraries.library_page, name="library"),
    path("beranda/", homes.librarian_home, name="librarian_home"),
    path("rapor/", homes.my_rapor, name="my_rapor"),
]
