from django.urls import path

from reports.views import dashboards, documents, homes, libraries

app_name = "reports"

urlpatterns = [
    path("dasbor/", dashboards.own_dashboard, name="dashboard"),
    path("wilayah/<str:code>/", dashboards.region_page, name="region"),
    path("perpustakaan/", libraries.library_list, name="libraries"),
    path("perpustakaan/<int:pk>/", libraries.library_page, name="library"),
    path("beranda/", homes.librarian_home, name="librarian_home"),
    path("rapor/", homes.my_rapor, name="my_rapor"),
    path("dokumen/", documents.document_list, name="documents"),
    path("dokumen/<int:pk>/", documents.document_page, name="document"),
    path("dokumen/<int:pk>/kemajuan/", documents.document_progress, name="document_progress"),
    path("dokumen/<int:pk>/unduh/", documents.document_download, name="document_download"),
    path("dokumen/<int:pk>/ulang/", documents.document_retry, name="document_retry"),
]
