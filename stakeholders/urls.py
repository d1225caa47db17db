from django.urls import path

from stakeholders.views import partnerships, support

app_name = "stakeholders"

urlpatterns = [
    path(
        "perpustakaan/<int:pk>/kemitraan/tambah/",
        partnerships.partnership_add,
        name="partnership_add",
    ),
    path("perpustakaan/<int:pk>/dukungan/tambah/", support.support_add, name="support_add"),
    path(
        "wilayah/<str:code>/dukungan/tambah/", support.region_support_add, name="region_support_add"
    ),
    path("dukungan/<int:pk>/ubah/", support.support_change, name="support_change"),
    path("dukungan/<int:pk>/tarik/", support.support_withdraw, name="support_withdraw"),
]
