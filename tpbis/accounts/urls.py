from django.urls import path

from tpbis.accounts import views

app_name = "accounts"

urlpatterns = [
    path("masuk/", views.SignIn.as_view(), name="sign_in"),
    path("keluar/", views.SignOut.as_view(), name="sign_out"),
]
