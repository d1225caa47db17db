from django.urls import path

from stakeholders.views import naming, support

urlpatterns = [
    path("sinergi/nama/", naming.organisation_options, name="organisation_options"),
    path("perpustakaan/<int:pk>/dukungan/tambah/", support.support_add, name="support_add"),
    path(
        "wilayah/<str:code>/dukungan/tambah/", support.region_support_add, name="region_support_add"
    ),
    path("dukungan/<int:pk>/ubah/", support.support_change, name="support_change"),
    path("dukungan/<int:pk>/tarik/", support.support_withdraw, name="support_withdraw"),
]
