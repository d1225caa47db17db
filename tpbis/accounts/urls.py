from django.urls import path

from tpbis.accounts import views
from tpbis.accounts.views import audit, messages, messages_export

app_name = "accounts"

urlpatterns = [
    path("masuk/", views.SignIn.as_view(), name="sign_in"),
    path("masuk/kode/", views.second_factor, name="second_factor"),
    path("masuk/kode/pasang/", views.second_factor_set_up, name="second_factor_set_up"),
    path("masuk/lupa/", views.password_forgotten, name="password_forgotten"),
    path("masuk/lupa/<str:uid>/<str:token>/", views.password_reset, name="password_reset"),
    path("jejak/", audit.audit, name="audit"),
    path("jejak/unduh/", audit.audit_export, name="audit_export"),
    path("jejak/unduh/<str:form>/", audit.audit_file, name="audit_file"),
    path("pesan/", messages.message_list, name="messages"),
    path("pesan/unduh/<str:form>/", messages_export.messages_export, name="messages_export"),
    path("pesan/<int:pk>/buka/", messages.message_open, name="message_open"),
    path("pesan/terbaca/", messages.message_read_all, name="message_read_all"),
    path("pesan/surel/", messages.message_mail, name="message_mail"),
    path("pesan/berhenti/<str:token>/", messages.message_mute, name="message_mute"),
    path("keluar/", views.sign_out, name="sign_out"),
    path("akun/", views.account, name="account"),
    path("akun/sandi/", views.password, name="password"),
    path("akun/kode-cadangan/", views.recovery_codes, name="recovery_codes"),
    path("akun/langkah-kedua/mati/", views.second_factor_off, name="second_factor_off"),
    path("akun/data.json", views.personal_data, name="personal_data"),
    path("akun/keluar/", views.sign_out_everywhere, name="sign_out_everywhere"),
    path("akun/perangkat/<int:pk>/keluar/", views.device_end, name="device_end"),
    path("akun/sesi/<str:handle>/keluar/", views.session_end, name="session_end"),
]
