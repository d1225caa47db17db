from django.urls import path

from stakeholders.views import partnership_pages, partnerships

urlpatterns = [
    path(
        "perpustakaan/<int:pk>/kemitraan/tambah/",
        partnerships.partnership_add,
        name="partnership_add",
    ),
    path(
        "wilayah/<str:code>/kemitraan/tambah/",
        partnerships.region_partnership_add,
        name="region_partnership_add",
    ),
    path("sinergi/kemitraan/", partnership_pages.partnership_list, name="partnerships"),
    path(
        "sinergi/kemitraan/daftar/<str:form>/",
        partnership_pages.partnership_list_export,
        name="partnerships_export",
    ),
    path("sinergi/kemitraan/<int:pk>/", partnership_pages.partnership_page, name="partnership"),
    path(
        "sinergi/kemitraan/<int:pk>/berkas/",
        partnership_pages.partnership_agreement,
        name="partnership_agreement",
    ),
    path(
        "sinergi/kemitraan/<int:pk>/ubah/",
        partnerships.partnership_change,
        name="partnership_change",
    ),
    path(
        "sinergi/kemitraan/<int:pk>/akhiri/", partnerships.partnership_end, name="partnership_end"
    ),
]
