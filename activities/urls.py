from django.urls import path, re_path

from activities.views import papers, photos, recording, reports, review

app_name = "activities"

urlpatterns = [
    path("catat/", recording.choose, name="record"),
    path("catat/<slug:kind>/", recording.record_kind, name="record_kind"),
    path("catatan/<int:pk>/", recording.edit, name="edit"),
    path("catatan/<int:pk>/hapus/", recording.remove, name="remove"),
    path("laporan/", reports.report_list, name="list"),
    path("laporan/bulan/<str:month>/", reports.month, name="month"),
    path("laporan/bulan/<str:month>/pengunjung/", reports.month_visits, name="month_visits"),
    path("laporan/<int:pk>/", reports.report, name="report"),
    path("laporan/<int:pk>/pengunjung/", reports.visits, name="visits"),
    path("laporan/bulan/<str:month>/buku-bantu/", papers.month_book, name="month_book"),
    path("laporan/<int:pk>/periksa/", papers.check, name="check"),
    path("laporan/<int:pk>/sim/", papers.sim_sheet, name="sim_sheet"),
    path("laporan/<int:pk>/kirim/", reports.submit, name="submit"),
    path("laporan/<int:pk>/buka-kembali/", reports.reopen, name="reopen"),
    path("periksa/", review.queue, name="queue"),
    path("periksa/<int:pk>/", review.review, name="review"),
    path("periksa/<int:pk>/setujui/", review.approve, name="approve"),
    path("periksa/<int:pk>/kembalikan/", review.send_back, name="send_back"),
    path("foto/<uuid:uuid>/hapus/", recording.photo_remove, name="photo_remove"),
    re_path(
        r"^foto/(?P<uuid>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/(?P<size>full|640|240)\.jpg$",
        photos.photo,
        name="photo",
    ),
]
