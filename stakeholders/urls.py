from django.urls import path

from stakeholders import views

app_name = "stakeholders"

urlpatterns = [
    path("perpustakaan/<int:pk>/kemitraan/tambah/", views.partnership_add, name="partnership_add"),
]
